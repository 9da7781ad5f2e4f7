from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.store.deliveries import DeliveryStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database
from tests.postgres import a_migrated_one
from tests.template import migrated

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ONLY_SQLITE = pytest.mark.parametrize("url", ["sqlite"], indirect=True)
"""For a test that looks at what is SQLite's alone."""
ONLY_POSTGRES = pytest.mark.parametrize("url", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database with all tables, on each of the two."""
    if request.param == "sqlite":
        yield f"sqlite:///{migrated(tmp_path / 'bot.db')}"
    else:
        with a_migrated_one() as made:
            yield made


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    found = Database(url)
    await found.upgrade()
    yield found
    await found.close()


@pytest_asyncio.fixture
async def handovers(database: Database) -> HandoverStore:
    return HandoverStore(database, lambda: NOW)


@pytest_asyncio.fixture
async def deliveries(database: Database) -> DeliveryStore:
    return DeliveryStore(database)
