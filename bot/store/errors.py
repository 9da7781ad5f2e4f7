"""What is raised when the database can't be used, each with a sentence for the one who installs."""

from bot.handover.ports import NotKept


class DatabaseUnusableError(NotKept):
    """The database can't be opened, read, written or migrated; the message is a sentence for the one who installs."""


WAITS = "The bot waits and goes on by itself."
"""Said after the sentence by whoever waits; a command that ends says no such thing."""


class DatabaseAwayError(DatabaseUnusableError):
    """It can't be reached now, and nothing says that it will not come back: who starts waits for it."""


class OlderCopiesError(DatabaseAwayError):
    """Copies of an older version work on it, and can't live with the tables that this one needs."""


class NewerTablesError(DatabaseUnusableError):
    """A newer bot has made tables that this one can't work on."""

    def __init__(self, shown: str, version: str) -> None:
        """`shown` is the database as it may be shown, `version` that of its tables."""
        super().__init__(
            f"{shown} was made by a newer version of otc-bot (version {version}). Install that version or newer."
        )
