"""Who else on the machine may read the bot's files: nobody. They hold names, parcels and the record of every code."""

import contextlib
from pathlib import Path

from bot.paths import is_there

OTHERS = 0o077
"""The rights of everybody but the file's owner."""


def files_of(database: str) -> list[Path]:
    """The database with what lies beside it: its journal, its lock, its folder of pictures."""
    file = Path(database).resolve()
    return [file, *(file.with_name(file.name + ending) for ending in ("-wal", "-shm", ".lock", ".photos"))]


def readable_by_others(path: Path) -> bool:
    """Whether anybody but its owner may read, write or enter it. False when it is not there."""
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False


def make_private(database: str) -> None:
    """Makes the file, if there is none, before SQLite would with the rights that the umask leaves.

    Its journals get the same rights from SQLite. What can't be made is left: opening it says why.
    """
    file = files_of(database)[0]
    if not is_there(file):
        with contextlib.suppress(OSError):
            file.touch(mode=0o600)


def keep_private(database: str) -> list[str]:
    """Takes other people's rights from files that an older bot, or a copy, left open; returns their names.

    What can't be changed is left: opening it says why.
    """
    closed = []
    for path in files_of(database):
        if readable_by_others(path):
            with contextlib.suppress(OSError):
                path.chmod(path.stat().st_mode & ~OTHERS)
                closed.append(path.name)
    return closed
