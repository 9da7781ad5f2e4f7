"""One bot per database: a second copy, started by mistake, says so and leaves."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.store.errors import DatabaseUnusableError


@contextlib.contextmanager
def only_bot(database: str) -> Iterator[None]:
    """Holds a lock beside the database file; the kernel gives it back however the process ends.

    Raises:
        DatabaseUnusableError: another bot holds it, or the folder can't be written.
    """
    # Beside the file itself: a link to it must not look like another database.
    path = Path(f"{Path(database).resolve()}.lock")
    try:
        path.touch(mode=0o600)
        file = path.open("a+", encoding="ascii")
    except OSError as error:
        raise DatabaseUnusableError(
            f"database {database} can't be used: {error.strerror}. Check the path and its rights."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DatabaseUnusableError(
                f"another otc-bot is running on {database}{_holder(file)}: stop it first, or give this one another "
                "DATABASE_URL."
            ) from error
        with contextlib.suppress(OSError):  # a full disk is told by the database itself
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
        yield


def holder(database: str) -> int | None:
    """The process of the bot that works on a database file; None where there is none."""
    path = Path(f"{Path(database).resolve()}.lock")
    try:
        with path.open(encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                pid = file.read(20).strip()
                return int(pid) if pid.isdecimal() else None
    except OSError:
        pass
    return None


def _holder(file: TextIO) -> str:
    """Who has the lock, as it wrote down itself; nothing where that can't be read."""
    file.seek(0)
    pid = file.read(20).strip()
    return f" (process {pid})" if pid.isdecimal() else ""
