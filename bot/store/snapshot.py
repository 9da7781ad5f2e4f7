"""Takes a copy of an SQLite file, whole and as of one moment, also while a bot writes it.

SQLite's own online backup does it, within one transaction that only reads: the bot writes on into its journal beside
that, waits for nothing, and nothing that it writes makes the copy begin anew.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from bot.paths import closed, is_file, is_folder, is_there
from bot.store.dialects.sqlite_errors import code
from bot.store.soundness import reading
from bot.store.versions import is_known, newest_version

PAGES = 2048
"""At a time; after each the disk is given what was written, so that the bot's own writes wait behind little of it."""
_TRIES = 3
_TODO = {
    sqlite3.SQLITE_FULL: "Free some space there.",
    sqlite3.SQLITE_IOERR: "Look at the disks of both: one may be full, broken or gone.",
}
_UNUSABLE = {
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_NOTADB: "is no database of otc-bot, or is damaged",
}
"""What is so of the file that is read, whatever was asked."""
Told = Callable[[int, int], object]
"""Told how many bytes are copied, and how many there are. What it raises ends the copy."""


class BackupError(Exception):
    """Nothing was backed up or put back, and nothing is left of it; the message is a sentence for who asked for it."""


class _UnusableError(BackupError):
    """The file that is read is no use."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A file that holds a whole database of otc-bot."""

    version: str
    """Of its tables."""
    at: datetime | None
    """When a bot last wrote down that it was awake; None where none ever was."""
    pictures: frozenset[str]
    """The SHA-256 of each picture that it knows."""
    size: int

    @property
    def older(self) -> bool:
        """Whether a bot brings its tables up when it starts on it."""
        return self.version != newest_version()


def require_file(file: Path) -> None:
    """Raises BackupError where there is none."""
    if is_file(file):
        return
    if why := closed(file):
        raise BackupError(f"{file} can't be read: {why}.")
    kind = "a folder" if is_folder(file) else "no file"
    raise BackupError(f"{file} is {kind}: name a file." if is_there(file) else f"There is no file {file}.")


@contextlib.contextmanager
def part_in(folder: Path, name: str) -> Iterator[Path]:
    """An empty file that only its owner can read, for what is not whole yet; gone at the end, unless it was renamed.

    Raises BackupError where none can be made.
    """
    if not is_folder(folder):
        why = closed(folder)
        raise BackupError(
            f"{folder} can't be written: {why}." if why else f"There is no folder {folder}: make it first."
        )
    try:
        with NamedTemporaryFile(dir=folder, prefix=f".{name}.", suffix=".part", delete=False) as made:
            part = Path(made.name)
    except OSError as error:
        mend = "Look who may write there, and whether there is room."
        raise BackupError(f"The folder {folder} can't be written: {error.strerror}. {mend}") from error
    try:
        yield part
    finally:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def take(source: Path, to: Path, told: Told, mend: str) -> Snapshot:
    """Copies the database `source` into the empty file `to`, looks whether it is sound, and has it on the disk.

    Args:
        source: what is read.
        to: what is written.
        told: how far it is.
        mend: what to do where `source` is damaged or none of otc-bot's.

    Raises:
        BackupError: it is none of otc-bot's, of a newer version, or damaged; or `to` can't be written.
    """
    try:
        _copy_undisturbed(source, to, told)
        found = _look(source, to)
    except _UnusableError as error:
        raise BackupError(f"{error} {mend}") from error
    try:
        with to.open("rb+") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise BackupError(f"{to.parent} can't be written: {error.strerror}.") from error
    return found


def sync_folder(folder: Path) -> None:
    """Has the names in a folder on the disk for good, where its file system can do that."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _copy_undisturbed(source: Path, to: Path, told: Told) -> None:
    for _ in range(_TRIES):
        before = _alone(source)
        failed: sqlite3.Error | OSError | None = None
        try:
            _copy(source, to, told)
        except (sqlite3.Error, OSError) as error:
            failed = error
        if before == _alone(source):
            if failed is None:
                return
            if unusable := _UNUSABLE.get(code(failed)):
                raise _UnusableError(f"{source} {unusable} ({failed}).") from failed
            raise BackupError(f"{source} could not be copied to {to.parent}: {_why(failed)}") from failed
    raise BackupError(f"Bots start and end on {source} all the time: try again when one runs, or none.")


def _alone(source: Path) -> tuple[int, int, int] | None:
    """How a file looks on which nobody works; one that begins to work changes that, for it was read without a lock."""
    with contextlib.suppress(OSError):
        if not is_there(Path(f"{source.resolve()}-wal")):
            found = source.stat()
            return found.st_ino, found.st_size, found.st_mtime_ns
    return None


def _copy(source: Path, to: Path, told: Told) -> None:
    with closing(reading(source.resolve())) as old, closing(sqlite3.connect(to)) as new, to.open("rb") as file:
        # A part that is not whole is thrown away, so there is nothing to roll back; and the disk is told by hand.
        new.execute("PRAGMA journal_mode = OFF")
        new.execute("PRAGMA synchronous = OFF")
        size = old.execute("PRAGMA page_size").fetchone()[0]
        # From here on all is read as of this moment.
        old.execute("BEGIN")
        old.execute("SELECT 1 FROM sqlite_master").fetchone()

        def progress(_: int, left: int, pages: int) -> None:
            os.fdatasync(file.fileno())
            told((pages - left) * size, pages * size)

        old.backup(new, pages=PAGES, progress=progress)


def _why(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}. Look at its disk."
    return f"{error}. {_TODO.get(code(error), 'Check both paths, their rights and the free space.')}"


def _look(source: Path, copy: Path) -> Snapshot:
    """What the copy of `source` holds. Raises BackupError where that is not what it must be."""
    try:
        with closing(reading(copy)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise _UnusableError(f"{source} is damaged ({' '.join(str(found).split())}).")
            tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not {"alembic_version", "handover"} <= tables:
                raise _UnusableError(f"{source} is no database of otc-bot: it has none of its tables.")
            (version,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
            if not is_known(str(version)):
                raise BackupError(
                    f"{source} was made by a newer version of otc-bot (version {version}). Install that one or newer."
                )
            return Snapshot(
                str(version), _awake(connection, tables), _pictures(connection, tables), copy.stat().st_size
            )
    except (sqlite3.Error, OSError) as error:
        raise _UnusableError(f"{source} is damaged, or no database of otc-bot ({error}).") from error


def _awake(connection: sqlite3.Connection, tables: set[str]) -> datetime | None:
    if "awake" not in tables:
        return None
    (seen,) = connection.execute("SELECT max(seen_at) FROM awake").fetchone()
    return datetime.fromisoformat(seen).replace(tzinfo=UTC) if seen else None


def _pictures(connection: sqlite3.Connection, tables: set[str]) -> frozenset[str]:
    if "photo" not in tables:
        return frozenset()
    return frozenset(str(one) for (one,) in connection.execute("SELECT DISTINCT sha256 FROM photo WHERE sha256 <> ''"))
