"""What SQLite's errors mean, and what to do about them."""

import sqlite3

from bot.store.errors import DatabaseUnusableError

PUT_BACK = (
    "It is left as it is, and nothing new is begun: put a good copy in its place, "
    "or move it away, with its -wal file, to begin anew."
)
_GENERAL = "Check the path, its rights and the free space."
_TODO = {
    sqlite3.SQLITE_FULL: "Free some space on its disk.",
    sqlite3.SQLITE_READONLY: "Give the bot's user the right to write the file and its folder.",
    sqlite3.SQLITE_IOERR: "Look at its disk: it may be full, broken or gone.",
    sqlite3.SQLITE_BUSY: "Another program holds it: close that one.",
    sqlite3.SQLITE_CORRUPT: PUT_BACK,
    sqlite3.SQLITE_NOTADB: f"{PUT_BACK} {_GENERAL}",
}
"""What to do next, by SQLite's primary result code."""
_LASTING = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
"""What does not mend itself, even if the next write succeeds."""


def sentence(database: str, error: BaseException) -> str:
    """What went wrong with the file, and what to do about it."""
    return f"database {database} can't be used: {error}. {_TODO.get(code(error), _GENERAL)}"


def unusable(database: str, error: BaseException) -> DatabaseUnusableError:
    """The same as an error."""
    return DatabaseUnusableError(sentence(database, error))


def is_lasting(error: BaseException) -> bool:
    """Whether the file is damaged."""
    return code(error) in _LASTING


def code(error: BaseException) -> int:
    """SQLite's primary result code; the extended one has more bits."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
