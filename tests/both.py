"""Both databases for tests of what is kept: each test that asks for `url` runs over an SQLite file and a PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import a_migrated_one
from tests.template import migrated

_POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)
ONLY_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For a test that looks at what is SQLite's alone, or has nothing to do with which database it is."""
ONLY_POSTGRES = pytest.mark.parametrize("url", [_POSTGRES], indirect=True)


@pytest.fixture(params=["sqlite", _POSTGRES])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database with all tables, on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite:///{migrated(tmp_path / 'bot.db')}"
    else:
        with a_migrated_one() as made:
            yield made
