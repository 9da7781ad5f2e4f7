"""Opens the database for the one bot that works on it: sound, locked, closed to other people, of the newest version."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.store.errors import WAITS, OlderCopiesError
from bot.store.session import Database, DatabaseAwayError
from bot.store.versions import MIGRATIONS

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
    photos: Path | None = None,
    *,
    waits: tuple[float, float] | None = None,
    told: Callable[[str], object] | None = None,
    shared: bool = False,
    migrations: Path = MIGRATIONS,
) -> AsyncIterator[Opened]:
    """Upgrades the database and holds it until the end.

    Args:
        url: of the database.
        photos: where its folder of pictures lies, if not beside it.
        waits: the first and the longest pause between two tries, in seconds, where a server that can't be reached and
            copies of an older version that have to end are waited for; None: that is an error.
        told: what is waited for, with each try.
        shared: whether other copies of this bot may work on it too.
        migrations: what brings its tables to the newest version.

    Raises:
        DatabaseUnusableError: it is damaged, made by a newer bot, can't be written, or another bot works on it.
        DatabaseAwayError: it can't be reached now, and nobody waits.
    """
    database = Database(url, photos, migrations)
    pause, longest = waits or (0.0, 0.0)
    seconds = pause
    last: type[DatabaseAwayError] | None = None
    try:
        while True:
            try:
                before, after = await _open(database, shared=shared)
                break
            except DatabaseAwayError as error:
                if waits is None:
                    raise
                problem = str(error) if isinstance(error, OlderCopiesError) else f"{error} {WAITS}"
                if not isinstance(error, OlderCopiesError):
                    log.warning("can't reach the database; trying again", reason=problem, seconds=seconds)
                elif last is not OlderCopiesError:
                    log.warning("waiting until copies of an older version have ended", reason=problem)
                if told is not None:
                    told(problem)
                await asyncio.sleep(seconds)
                # Once older copies have ended, nobody looks after the docks until this one does.
                seconds = pause if isinstance(error, OlderCopiesError) else min(seconds * 2, longest)
                last = type(error)
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
