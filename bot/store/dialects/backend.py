"""What the door asks of a database, whichever it is (`bot.store.session`)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import URL, Connection, Engine, make_url

from bot.store.errors import DatabaseUnusableError


@dataclass(frozen=True, slots=True)
class Trouble:
    """What an error of the driver says of the database as a whole."""

    said: str
    """What is wrong and what to do, for the one who installs."""
    same_as: str = ""
    """What is alike is said once, however its words differ; empty: by `said`."""
    lasting: bool = False
    """It does not mend itself, even if the next write succeeds."""
    again: bool = False
    """Nothing of the transaction was kept, and the same may succeed at once."""
    lost: bool = False
    """The connection is gone, or of no more use."""
    away: bool = False
    """The server can't be reached, or takes nobody now."""

    @property
    def subject(self) -> str:
        """What it is told apart from others by."""
        return self.same_as or self.said


class Backend(Protocol):
    """One database. All of it may wait, and belongs into the worker thread."""

    shown: str
    """As it may be shown to people: without a user or a password."""
    beside: Path
    """What lies beside it begins with this name, such as its folder of pictures."""
    errors: tuple[type[Exception], ...]
    """What its driver raises, as it is and as SQLAlchemy passes it on."""

    def engine(self) -> Engine:
        """Makes the engine, which connects to nothing yet."""

    def reader(self) -> Engine:
        """Makes an engine whose connections can only read, also beside a running bot."""

    def about(self, connection: Connection) -> tuple[str, tuple[str, ...]]:
        """What the database is and of which version, and what somebody should know of it: a sentence each."""

    def trouble(self, error: BaseException) -> Trouble | None:
        """What an error means; None: the database is well, and the statement or its values are wrong."""

    def is_there(self) -> bool:
        """Whether there is something to open; else opening it makes it."""

    def says(self, error: BaseException) -> str:
        """The sentence about whatever went wrong with the database."""

    def require_sound(self, engine: Engine) -> None:
        """Looks at what can be wrong before any work, and changes nothing. Raises DatabaseUnusableError."""

    def hold(self, engine: Engine, *, shared: bool, version: str) -> None:
        """Makes sure that no other bot works on it, until `let_go`. Raises DatabaseUnusableError.

        Several that share it work on it together, where that can be; each says of which version of the tables it is.
        """

    def let_go(self) -> None:
        """Another bot may work on it."""

    def make_private(self) -> None:
        """Sees to it that nobody else of this machine can read what will be made."""

    def keep_private(self) -> list[str]:
        """Takes the right to read from other people of this machine; the names of what they could read."""

    def before_upgrade(self, connection: Connection) -> None:
        """Prepares a connection for its migrations; no transaction has begun."""

    def in_upgrade(self, connection: Connection) -> None:
        """Waits, in the transaction that brings up the tables, until no other bot does the same."""

    def require_gone(self, connection: Connection, versions: Sequence[str]) -> None:
        """Keeps copies of these versions away until the upgrade is committed.

        Raises OlderCopiesError where some are there.
        """

    def after_upgrade(self, connection: Connection) -> None:
        """The opposite of `before_upgrade`, however it ended."""

    def check_links(self, connection: Connection) -> None:
        """Raises an error where migrations left rows that name rows that are gone."""

    def hurry(self, connection: Connection) -> None:
        """Told at the begin of a transaction while there is trouble: others wait for it, so it is short."""

    def changes(self, connection: Connection) -> int:
        """A number that grows when the running transaction writes."""

    def doubt(self, connection: Connection) -> Any:
        """Told before the commit: by what `carried_out` will know the transaction; None: it wrote nothing."""

    def carried_out(self, connection: Connection, doubt: Any) -> bool | None:
        """Whether a transaction whose commit was not answered was kept; None: nobody knows."""


def backend_of(url: str | URL) -> Backend:
    """The database of a URL; connects to nothing.

    Raises:
        DatabaseUnusableError: its driver is not installed.
    """
    made = make_url(url)
    if made.get_backend_name() == "sqlite":
        from bot.store.dialects.sqlite import SqliteFile

        return SqliteFile(made)
    try:
        from bot.store.dialects.postgresql import PostgresServer
    except ImportError as error:
        raise DatabaseUnusableError(
            "PostgreSQL needs a driver that is not installed: pip install '.[postgres]'"
        ) from error
    return PostgresServer(made)
