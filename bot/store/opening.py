"""Opens the database for the one bot that works on it: sound, locked, closed to other people, of the newest version."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog

from bot.store.session import Database

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that only this process works on."""

    database: Database
    before: str | None
    """The version that the tables had; None: there were none."""
    after: str | None


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[Opened]:
    """Upgrades the database and holds it until the end.

    Raises:
        DatabaseUnusableError: it is damaged, made by a newer bot, can't be written, or another bot works on it.
        DatabaseAwayError: it can't be reached now.
    """
    database = Database(url)
    try:
        # What is no database is said before a lock is left beside it; what is one is locked before any change.
        await database.require_sound()
        await database.make_private()
        await database.version()
        await database.hold()
        if closed := await database.keep_private():
            log.warning("other people of this machine could read the bot's files; now they can't", files=closed)
        before, after = await database.upgrade()
        yield Opened(database, before, after)
    finally:
        await database.close()
