"""Which version the tables have, which is the newest, and how they get there.

A version is the number of the migration that made it. Alembic is loaded only where there is something to bring up:
it takes an eighth of a start and 12 MB, and most starts need nothing of it.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect

from bot.store.dialects.backend import Backend

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_one_at_a_time = threading.Lock()
"""Alembic keeps what it works on in a module, and each database has a thread of its own."""


class NewerVersionError(Exception):
    """A newer bot has made the tables."""


def newest_version() -> str | None:
    """The version of the tables that this bot works with."""
    return max(_known(), default=None)


def is_known(version: str) -> bool:
    """Whether this bot can bring tables of that version to the newest one."""
    return version in _known()


def versions(connection: Connection) -> tuple[str | None, str | None]:
    """The version of the tables, None where there are none, and the newest one."""
    if not inspect(connection).has_table("alembic_version"):
        return None, newest_version()
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar(), newest_version()


def bring_up(connection: Connection, backend: Backend) -> tuple[str | None, str | None]:
    """Brings the tables to the newest version, within a transaction; the versions before and after.

    Raises:
        NewerVersionError: a newer bot has made them.
    """
    backend.in_upgrade(connection)
    before, newest = versions(connection)
    if before is not None and not is_known(before):
        raise NewerVersionError(before)
    if before != newest:
        _migrate(connection)
        backend.check_links(connection)
    # A transaction begins even where nothing can be written; what fails here must not fail in the middle.
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    return before, newest


def alembic_config(connection: Connection) -> "Config":
    """What Alembic needs to work on the connection, within its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: Connection) -> None:
    from alembic import command

    with _one_at_a_time:
        command.upgrade(alembic_config(connection), "head")


def _known() -> frozenset[str]:
    return frozenset(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
