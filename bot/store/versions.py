"""Which version the tables have, which is the newest, and how they get there.

A version is the number of the migration that made it. Alembic is loaded only where there is something to bring up:
it takes an eighth of a start and 12 MB, and most starts need nothing of it.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection, inspect, text

from bot.store.dialects.backend import Backend
from bot.store.errors import NewerTablesError

if TYPE_CHECKING:
    from alembic.config import Config

log = structlog.get_logger()

MIGRATIONS = Path(__file__).parent / "migrations"
_one_at_a_time = threading.Lock()
"""Alembic keeps what it works on in a module, and each database has a thread of its own."""


def newest_version(migrations: Path = MIGRATIONS) -> str:
    """The version of the tables that this bot works with."""
    return max(_known(migrations))


def is_known(version: str, migrations: Path = MIGRATIONS) -> bool:
    """Whether this bot can bring tables of that version to the newest one."""
    return version in _known(migrations)


def versions(connection: Connection, migrations: Path = MIGRATIONS) -> tuple[str | None, str]:
    """The version of the tables, None where there are none, and the newest one."""
    newest = newest_version(migrations)
    if not inspect(connection).has_table("alembic_version"):
        return None, newest
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar(), newest


def can_work(connection: Connection, version: str) -> bool:
    """Whether copies of a bot of this version can work on the tables that there are, which a newer one has made."""
    oldest = _oldest_bot(connection)
    return oldest is not None and oldest <= version


def bring_up(
    connection: Connection, backend: Backend, migrations: Path = MIGRATIONS, *, shared: bool = False
) -> tuple[str | None, str]:
    """Brings the tables to the newest version, within a transaction; the versions before and after.

    Of several copies (`shared`) an older one works on newer tables too, where those who wrote the migrations say so.

    Raises:
        NewerTablesError: a newer bot has made them.
        OlderCopiesError: copies are there that can't live with the newest version.
    """
    backend.in_upgrade(connection)
    before, newest = versions(connection, migrations)
    if before is not None and not is_known(before, migrations):
        if not (shared and can_work(connection, newest)):
            raise NewerTablesError(backend.shown, before)
        log.info("the tables are of a newer version, which this one can live with", version=before, known=newest)
        newest = before
    elif before != newest:
        now = (_oldest_bot(connection) or "") if before else ""
        oldest = max(now, _oldest_after(before, migrations))
        if before and oldest > now:
            # What is older than the tables allow by now is not there.
            backend.require_gone(connection, sorted(one for one in _known(migrations) if now <= one < oldest))
        _migrate(connection, migrations)
        connection.execute(text("UPDATE alembic_version SET oldest_bot = :oldest"), {"oldest": oldest})
        backend.check_links(connection)
    # A transaction begins even where nothing can be written; what fails here must not fail in the middle.
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    return before, newest


def alembic_config(connection: Connection, migrations: Path = MIGRATIONS) -> "Config":
    """What Alembic needs to work on the connection, within its transaction."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _migrate(connection: Connection, migrations: Path) -> None:
    from alembic import command

    with _one_at_a_time:
        command.upgrade(alembic_config(connection, migrations), "head")


def _oldest_bot(connection: Connection) -> str | None:
    """The oldest version that can work on these tables, as the bot says that made them; None: it could not say so."""
    if all(column["name"] != "oldest_bot" for column in inspect(connection).get_columns("alembic_version")):
        return None
    return connection.exec_driver_sql("SELECT oldest_bot FROM alembic_version").scalar()


def _oldest_after(before: str | None, migrations: Path) -> str:
    """The oldest version that can work on what the migrations after `before` make: each of them has its word."""
    from alembic.script import ScriptDirectory

    with _one_at_a_time:
        scripts = ScriptDirectory(str(migrations)).iterate_revisions("head", before or "base")
        return max(getattr(one.module, "oldest_bot", "") or one.revision for one in scripts)


def _known(migrations: Path) -> frozenset[str]:
    return frozenset(file.name.partition("_")[0] for file in (migrations / "versions").glob("[0-9]*_*.py"))
