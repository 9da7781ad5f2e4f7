"""Opens the database for the one bot that works on it: sound, locked, closed to other people, of the newest version."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import structlog

from bot.store.errors import WAITS
from bot.store.session import Database, DatabaseAwayError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Opened:
    """A database that only this process works on."""

    database: Database
    before: str | None
    """The version that the tables had; None: there were none."""
    after: str | None


@contextlib.asynccontextmanager
async def opened(
    url: str,
    *,
    waits: tuple[float, float] | None = None,
    told: Callable[[str], object] | None = None,
    shared: bool = False,
) -> AsyncIterator[Opened]:
    """Upgrades the database and holds it until the end.

    Args:
        url: of the database.
        waits: the first and the longest pause between two tries, in seconds, where a server that can't be reached is
            waited for; None: that is an error.
        told: what is waited for, with each try.
        shared: whether other copies of this bot may work on it too.

    Raises:
        DatabaseUnusableError: it is damaged, made by a newer bot, can't be written, or another bot works on it.
        DatabaseAwayError: it can't be reached now, and nobody waits.
    """
    database = Database(url)
    try:
        while True:
            try:
                before, after = await _open(database, shared=shared)
                break
            except DatabaseAwayError as error:
                if waits is None:
                    raise
                problem = f"{error} {WAITS}"
                log.warning("can't reach the database; trying again", reason=problem, seconds=waits[0])
                if told is not None:
                    told(problem)
                await asyncio.sleep(waits[0])
                waits = min(waits[0] * 2, waits[1]), waits[1]
        yield Opened(database, before, after)
    finally:
        await database.close()


async def _open(database: Database, *, shared: bool) -> tuple[str | None, str | None]:
    # What is no database is said before a lock is left beside it; what is one is locked before any change.
    await database.require_sound()
    await database.make_private()
    await database.version()
    await database.hold(shared=shared)
    if closed := await database.keep_private():
        log.warning("other people of this machine could read the bot's files; now they can't", files=closed)
    return await database.upgrade()
