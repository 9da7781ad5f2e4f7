"""Since when Flipkart, or lists, have said of which location what is due there; read beside a running bot."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.store.dialects.sqlite_errors import unusable
from bot.store.soundness import reading

_HEARD = """
    SELECT location_id, min(at), max(at) FROM (
        SELECT location_id, updated_at AS at FROM return_item WHERE updated_at IS NOT NULL AND apart = 0
        UNION ALL SELECT location_id, answered_at FROM ledger WHERE answered_at IS NOT NULL
    ) GROUP BY location_id
"""


def heard_in(database: str) -> Mapping[str, tuple[datetime, datetime]]:
    """By location when a source said anything first and last, both UTC; only reads.

    Raises:
        DatabaseUnusableError: the file can't be read, or is of another version.
    """
    file = Path(database).resolve()
    try:
        with closing(reading(file)) as connection:
            rows = connection.execute(_HEARD).fetchall()
    except sqlite3.Error as error:
        raise unusable(database, error) from error
    return {location: (_moment(first), _moment(last)) for location, first, last in rows}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
