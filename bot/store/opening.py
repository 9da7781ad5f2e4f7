"""Opens the database for the one bot that works on it: sound, locked, closed to other people, of the newest version."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog

from bot.store.lock import only_bot
from bot.store.privacy import keep_private, make_private
from bot.store.session import Database
from bot.store.soundness import require_sound

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
    """
    with contextlib.ExitStack() as locked:
        database = Database(url)
        try:
            # What is no database is said before a lock is left beside it; what is one is locked before any change.
            await require_sound(database.shown)
            make_private(database.shown)
            await database.version()
            locked.enter_context(only_bot(database.shown))
            if closed := keep_private(database.shown):
                log.warning("other people of this machine could read the bot's files; now they can't", files=closed)
            before, after = await database.upgrade()
            yield Opened(database, before, after)
        finally:
            await database.close()
