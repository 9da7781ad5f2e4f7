"""What serves a connection, and by which numbers a transaction is asked about whose commit was not answered."""

from dataclasses import dataclass
from typing import Any

import psycopg

_WHO = "SELECT pid, backend_start::text FROM pg_stat_activity WHERE pid = pg_backend_pid()"
_HISTORY = """
    SELECT format('%s %s', system_identifier, left(pg_walfile_name(pg_current_wal_lsn()), 8))
    FROM pg_control_system() WHERE NOT pg_is_in_recovery()
"""

_DOES_NOT_SAY = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.UndefinedFunction,
    psycopg.errors.FeatureNotSupported,
)
"""Of one that is no PostgreSQL in all things, or whose owner lets nobody ask."""

Driver = psycopg.Connection[Any]


@dataclass(frozen=True, slots=True)
class Served:
    """What serves a connection: its number, and since when, which tells it from a later one of that number."""

    pid: int
    since: str
    history: str | None
    """Who counts its transactions: the server by its own number and its timeline, which is another one once a standby
    was promoted. None: it does not say."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A transaction whose commit may not be answered: its number, and who counted it."""

    number: str
    history: str | None


def served(driver: Driver) -> Served:
    """What serves this connection; no transaction has begun."""
    pid, since = driver.execute(_WHO).fetchone() or (0, "")
    return Served(pid, since, _history(driver))


def _history(driver: Driver) -> str | None:
    try:
        found = driver.execute(_HISTORY).fetchone()
    except _DOES_NOT_SAY:
        return None
    return None if found is None else str(found[0])


def end(driver: Driver, one: Served) -> None:
    """Ends what serves a connection that is gone; a commit that it is about to finish it finishes first."""
    driver.execute(
        "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE pid = %s AND backend_start::text = %s",
        [one.pid, one.since],
    )
