"""Backs up an SQLite database and its pictures, while a bot works on it."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

from bot.paths import closed, is_folder, is_there
from bot.photos.folder import PhotoFolder, read
from bot.store.snapshot import BackupError, Snapshot, Told, part_in, require_file, sync_folder, take

_MEND = "Put the newest good backup back by `otc-bot db restore`; if another file is meant, mend DATABASE_URL."


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that is whole and on the disk."""

    file: Path
    found: Snapshot
    pictures: Path
    """The folder in which they lie, or would."""
    copied: int | None
    """How many of the pictures that the database knows lie beside the backup; None: nobody asked for them."""


def back_up(database: Path, pictures: Path, to: Path | None, told: Told, *, with_pictures: bool = False) -> BackedUp:
    """Copies the database into a file that is not there yet.

    Args:
        database: the file that a bot may be working on.
        pictures: the folder in which its pictures lie.
        to: the new file, or a folder for it; None: beside the database. In a folder its name has the time in it.
        told: how far it is.
        with_pictures: whether those that the database knows are copied too, into a folder beside the new file.

    Raises:
        BackupError: it could not be done, and nothing was left behind.
    """
    require_file(database)
    file = _target(database, to)
    folder = PhotoFolder(str(file)).path
    _require_free(file, folder)
    with part_in(file.parent, file.name) as part:
        found = take(database, part, told, _MEND)
        with _pictures_of(found, pictures, folder) if with_pictures else contextlib.nullcontext() as kept:
            _require_free(file, folder)
            try:
                # The file is last: where it is, its pictures are too.
                if kept is not None:
                    kept.rename(folder)
                part.rename(file)
            except OSError as error:
                if kept is not None:
                    with contextlib.suppress(OSError):
                        folder.rename(kept)
                raise BackupError(f"{file} can't be written: {error.strerror}.") from error
    sync_folder(file.parent)
    return BackedUp(file, found, pictures, len(list(folder.iterdir())) if with_pictures else None)


def _target(database: Path, to: Path | None) -> Path:
    if to is not None and not is_folder(to):
        # Else each night after the first would find a file where a folder was meant, and make no backup.
        if not to.suffix and not is_there(to) and not closed(to):
            raise BackupError(f"There is no folder {to}: make it first. A file needs an ending, such as {to}.db.")
        return to
    name = f"{database.stem}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{database.suffix}"
    return (database.parent if to is None else to) / name


def _require_free(*paths: Path) -> None:
    for path in paths:
        if os.path.lexists(path):
            raise BackupError(f"{path} is there already, and a backup replaces nothing: name another file.")


@contextlib.contextmanager
def _pictures_of(found: Snapshot, source: Path, folder: Path) -> Iterator[Path]:
    """A folder with what the copied database knows of; gone at the end, unless it was renamed.

    One that was forgotten since is left out, and so is one that is not what its name says: the bot goes without it too.
    """
    try:
        part = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}.", suffix=".part"))
    except OSError as error:
        raise BackupError(f"The folder {folder.parent} can't be written: {error.strerror}.") from error
    try:
        copies = PhotoFolder(str(part / folder.name.removesuffix(".photos")))
        copies.path.mkdir(mode=0o700)
        for sha256 in sorted(found.pictures):
            with contextlib.suppress(FileNotFoundError):
                content = _readable(source / sha256)
                if content is not None:
                    copies.keep(content)
        sync_folder(copies.path)
        yield copies.path
    except OSError as error:
        raise BackupError(f"The pictures in {source} could not be copied: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _readable(place: Path) -> bytes | None:
    try:
        return read(place)
    except OSError as error:
        if error.errno is None:
            return None
        raise
