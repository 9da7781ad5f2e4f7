"""Puts a backup in the place of an SQLite database, once it is known to be good and no bot works on it."""

import contextlib
import itertools
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.paths import is_folder, is_there
from bot.photos.folder import PhotoFolder, read
from bot.store.errors import DatabaseUnusableError
from bot.store.lock import only_bot
from bot.store.snapshot import BackupError, Snapshot, Told, part_in, require_file, sync_folder, take
from bot.store.soundness import look

_BESIDE = ("", "-wal")
"""What together is a database: the file, and the journal of a bot that was killed."""

_DIGITS = 64
"""Of a picture's name."""

_MEND = "Nothing was changed: take another backup."


@dataclass(frozen=True, slots=True)
class Restored:
    """A backup that is the database now."""

    found: Snapshot
    replaced: Path | None
    """Where the database lies that was there; None where there was none."""
    came: int
    """Pictures that lay beside the backup and were missing."""
    missing: int
    """Pictures that the database knows and that are nowhere."""


def restore(database: Path, pictures: Path, file: Path, told: Told) -> Restored:
    """Makes of a backup the database, and keeps the one that was there under another name.

    Args:
        database: the file that a bot works on from then on.
        pictures: the folder in which its pictures lie.
        file: the backup, which stays as it is.
        told: how far it is.

    Raises:
        BackupError: the backup can't be used, and nothing was changed.
        DatabaseUnusableError: a bot works on the database, or its folder can't be written; nothing was changed.
    """
    require_file(file)
    if file.resolve() == database.resolve():
        raise BackupError(f"{file} is the database itself: name a backup of it.")
    # A link stays one: what it leads to is replaced.
    database = database.resolve()
    with only_bot(str(database)), part_in(database.parent, database.name) as part:
        found = take(file, part, told, _MEND)
        _as_put_back(part)
        # Those of a database that was replaced lie beside the bot's own, which may be elsewhere.
        beside = [PhotoFolder(str(one)).path for one in (file, pictures.with_name(file.name))]
        came = _bring(found, beside, pictures)
        _fold(database)
        _give_to_the_bot(
            database, part, Path(f"{database}.lock"), pictures, *(pictures / one for one in found.pictures)
        )
        replaced = _put_in_place(part, database)
        _set_aside(found, pictures, replaced)
    missing = sum(not is_there(pictures / one) for one in found.pictures)
    return Restored(found, replaced, came, missing)


def _as_put_back(part: Path) -> None:
    """Has the bot miss some time, be the backup of seconds ago: after a mere restart it would look for no threads."""
    try:
        with closing(sqlite3.connect(part)) as connection, connection, contextlib.suppress(sqlite3.OperationalError):
            connection.execute("UPDATE awake SET seen_at = strftime('%Y-%m-%d %H:%M:%f', seen_at, '-2 minutes')")
        with part.open("rb+") as file:
            os.fsync(file.fileno())
    except (sqlite3.Error, OSError) as error:
        raise BackupError(f"{part.parent} can't be written: {error}.") from error


def _fold(database: Path) -> None:
    """Has what a bot that was killed left in its journal in the file: one file is replaced in one step.

    A database that is damaged is left as it is, byte for byte.
    """
    if is_there(database) and is_there(Path(f"{database}-wal")):
        with contextlib.suppress(DatabaseUnusableError, sqlite3.Error):
            look(str(database))
            with closing(sqlite3.connect(database)) as connection:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _give_to_the_bot(database: Path, *made: Path) -> None:
    """Where root puts a backup back, whose database it was owns what is new, or the bot could not open it."""
    if os.geteuid() == 0:
        owner = (database if is_there(database) else database.parent).stat()
        for path in made:
            with contextlib.suppress(OSError):
                os.chown(path, owner.st_uid, owner.st_gid)


def _put_in_place(part: Path, database: Path) -> Path | None:
    """Where the old one lies now. One or the other is there at each moment, whenever this is killed."""
    replaced = _free_name(database)
    there = [ending for ending in _BESIDE if is_there(Path(f"{database}{ending}"))]
    try:
        for ending in there:
            _second_name(Path(f"{database}{ending}"), Path(f"{replaced}{ending}"))
        sync_folder(database.parent)
        # A journal of the old one would be read into the new one.
        for ending in ("-wal", "-shm"):
            Path(f"{database}{ending}").unlink(missing_ok=True)
        part.replace(database)
    except OSError as error:
        raise BackupError(
            f"{database} can't be replaced: {error.strerror}. It lies there still, or is {replaced}."
        ) from error
    sync_folder(database.parent)
    return replaced if there else None


def _free_name(database: Path) -> Path:
    name = f"{database.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    found = (database.with_name(f"{name}-{n}" if n else name) for n in itertools.count())
    return next(one for one in found if not os.path.lexists(one))


def _second_name(path: Path, name: Path) -> None:
    """So the old one is never without a name; where a file system knows no second one, it is renamed."""
    try:
        os.link(path, name)
    except FileExistsError:
        raise
    except OSError:
        path.rename(name)


def _bring(found: Snapshot, sources: Sequence[Path], pictures: Path) -> int:
    """Keeps those beside the backup that the bot's folder lacks. One that is not what its name says is left."""
    folder = PhotoFolder(str(pictures).removesuffix(".photos"))
    came = 0
    try:
        for sha256 in sorted(found.pictures):
            contents = (_content(source / sha256) for source in sources)
            if not (pictures / sha256).exists() and (content := next(filter(None, contents), None)) is not None:
                folder.keep(content)
                came += 1
    except OSError as error:
        raise BackupError(f"The pictures can't be written to {pictures}: {error.strerror}.") from error
    return came


def _content(place: Path) -> bytes | None:
    with contextlib.suppress(OSError):
        return read(place)
    return None


def _set_aside(found: Snapshot, pictures: Path, replaced: Path | None) -> None:
    """Moves pictures that only the old database knows beside it: in the bot's folder nobody would ever forget them."""
    if replaced is None:
        return
    beside = PhotoFolder(str(pictures.with_name(replaced.name))).path
    for picture in _unknown(found, pictures):
        with contextlib.suppress(OSError):
            beside.mkdir(mode=0o700, exist_ok=True)
            picture.rename(beside / picture.name)


def _unknown(found: Snapshot, pictures: Path) -> Iterator[Path]:
    if is_folder(pictures):
        names = {one.name for one in pictures.iterdir() if len(one.name) == _DIGITS}
        yield from (pictures / name for name in names - found.pictures)
