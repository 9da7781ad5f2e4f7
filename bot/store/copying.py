"""Copies everything that is kept from one database into another one, such as from a file to a server.

Nobody works on either meanwhile: both are held as a bot would. All of it comes in one transaction of the new one, so
that what fails leaves nothing, and is counted on both sides before that is committed.
"""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, inspect, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.types import NullType

from bot.paths import closed, is_there
from bot.photos.folder import PhotoFolder
from bot.store.dialects.statements import at_place, count_on
from bot.store.opening import opened
from bot.store.session import Database
from bot.store.tables import METADATA

AT_ONCE = 1000
"""Rows that are held in memory at a time."""
Progress = Callable[[str, int, int], None]
"""Told of a table how many of its rows are there, and how many there will be. Not on the loop's thread."""


class CopyError(Exception):
    """It was not copied, and nothing was left in the new database; the message is a sentence for who copies."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied."""

    rows: dict[str, int]
    """How many, by table."""
    to: str
    """The new database, as it may be shown."""
    pictures: tuple[Path, Path] | None
    """Where they lie, and where a bot on the new database looks for them; None where none are to be moved."""


async def copy(url: str, to: str, progress: Progress, stop: asyncio.Event, photos: Path | None = None) -> Copied:
    """Copies all rows of the database `url` into the empty one `to`; the first stays as it is.

    Args:
        url: the database with the rows.
        to: the new one.
        progress: told of it.
        stop: ends it, and nothing was copied.
        photos: where their folders of pictures lie, if not beside them.

    Raises:
        CopyError: the new one is not empty or of another version, or a row can't be kept there; or it was stopped.
        DatabaseUnusableError: one of them can't be used, or a bot works on it.
    """
    await _require_empty(url, to)
    async with opened(url, photos) as old, opened(to, photos) as new:
        at_work = _Copying(old.database, asyncio.get_running_loop(), progress, stop)
        # Looked at again, now that nobody else can write.
        if full := await new.database.run(_filled):
            raise CopyError(_not_empty(new.database, full))
        rows = await new.database.run(at_work.fill)
    folder, other = (PhotoFolder(str(one.database.beside)).path for one in (old, new))
    return Copied(
        rows, new.database.shown, (folder, other) if (is_there(folder) or closed(folder)) and folder != other else None
    )


async def _require_empty(url: str, to: str) -> None:
    """Looks before anything is changed: opening a database brings its tables up, also those of somebody else."""
    old, new = Database(url), Database(to)
    try:
        if not old.is_there():
            raise CopyError(f"There is no database {old.shown}: check DATABASE_URL and the working folder.")
        if old.shown == new.shown:
            raise CopyError(f"{old.shown} is the database itself: name another one.")
        if not new.is_there():
            return
        await new.require_sound()
        version, newest = await new.version()
        if version not in (None, newest):
            raise CopyError(f"{new.shown} is not empty: it has tables of version {version}. Name an empty database.")
        if full := await new.run(_filled if version else _strange):
            raise CopyError(_not_empty(new, full))
    finally:
        await old.close()
        await new.close()


def _not_empty(database: Database, full: str) -> str:
    return f"{database.shown} is not empty: there is something in {full}. Name an empty database."


def _filled(connection: Connection) -> str | None:
    """A table in which there is a row."""
    for table in METADATA.sorted_tables:
        if connection.execute(select(*table.primary_key).limit(1)).first() is not None:
            return table.name
    return None


def _strange(connection: Connection) -> str | None:
    """A table of somebody else."""
    return next(iter(sorted(inspect(connection).get_table_names())), None)


class _Copying:
    """The work, in the thread of the new database; rows of the old one are fetched through the loop."""

    def __init__(self, old: Database, loop: asyncio.AbstractEventLoop, progress: Progress, stop: asyncio.Event) -> None:
        self._old = old
        self._stop = stop
        self._loop = loop
        self._progress = progress

    def fill(self, connection: Connection) -> dict[str, int]:
        """Copies every table, those before that others name; how many rows each has."""
        return {table.name: self._fill(connection, table) for table in METADATA.sorted_tables}

    def _fill(self, connection: Connection, table: Table) -> int:
        rows: int = self._fetched(_count, table)
        done = 0
        for some in self._chunks(table):
            try:
                connection.execute(insert(table), some)
            except StatementError as error:
                if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
                    raise
                # A database may have taken what another one does not: a text that is too long, a link to nothing.
                raise CopyError(
                    f"{table.name}: of the rows {done + 1} to {done + len(some)} one can't be kept there: "
                    f"{_reason(error)}. Nothing was copied."
                ) from error
            done += len(some)
            self._progress(table.name, done, rows)
        count_on(connection, table)
        if not done == rows == _count(connection, table):
            raise CopyError(f"{table.name} has {rows} rows, and {_count(connection, table)} came. Nothing was copied.")
        return rows

    def _chunks(self, table: Table) -> Iterator[list[dict[str, Any]]]:
        """All of its rows, in the order in which they came."""
        last: Any = None
        while True:
            try:
                rows, last = self._fetched(_some, table, last)
            except ValueError as error:
                raise CopyError(f"{table.name} has a row that can't be read. Nothing was copied.") from error
            if not rows:
                return
            yield rows

    def _fetched(self, read: Callable[..., Any], *what: Any) -> Any:
        async def fetch() -> Any:
            if self._stop.is_set():
                raise CopyError("Stopped. Nothing was copied.")
            return await self._old.run(read, *what)

        return asyncio.run_coroutine_threadsafe(fetch(), self._loop).result()


def _some(connection: Connection, table: Table, last: Any) -> tuple[list[dict[str, Any]], Any]:
    """The next few rows, and the place of the last of them."""
    place = at_place(table)
    query = select(table, place.label("_place")).order_by(place).limit(AT_ONCE)
    if last is not None:
        query = query.where(place > bindparam("last", last, type_=NullType()))
    rows = [dict(row) for row in connection.execute(query).mappings()]
    places = [row.pop("_place") for row in rows]
    return rows, places[-1] if places else last


def _count(connection: Connection, table: Table) -> int:
    return int(connection.execute(select(func.count()).select_from(table)).scalar_one())


def _reason(error: StatementError) -> str:
    """In one line, and without the values of the row."""
    said = str(error.orig) if isinstance(error, DBAPIError) else "a value is not what its column holds"
    return said.partition("\n")[0].rstrip(".")
