"""Who works on a database of a server: the locks that a bot holds with its connection, and what its tables demand."""

from typing import Any

import psycopg

_WORD = 0xFFFFFFFF
_HOLDERS = """
    SELECT DISTINCT host(client_addr) FROM pg_stat_activity JOIN pg_locks USING (pid)
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND classid = %s::oid AND objid = %s::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ORDER BY 1
"""
_TABLES = "SELECT version_num, to_jsonb(one) ->> 'oldest_bot' FROM alembic_version AS one"
"""Also where there is no such column yet."""

Driver = psycopg.Connection[Any]


def try_lock(driver: Driver, key: int, *, shared: bool) -> bool:
    """Takes a lock for as long as the connection lives, or a part of it; whether it has it."""
    words = "SELECT pg_try_advisory_lock_shared(%s)" if shared else "SELECT pg_try_advisory_lock(%s)"
    found = driver.execute(words, [key]).fetchone()
    return bool(found and found[0])


def keeps(driver: Driver, key: int) -> bool:
    """Takes a lock until the running transaction has ended and all can see what it did; whether it has it."""
    found = driver.execute("SELECT pg_try_advisory_xact_lock(%s)", [key]).fetchone()
    return bool(found and found[0])


def at(driver: Driver, key: int) -> str:
    """Where the holders of a lock are, to be put behind a name; nothing of those on the server's own machine."""
    places = [place for (place,) in driver.execute(_HOLDERS, [key >> 32 & _WORD, key & _WORD]) if place]
    return f" (at {', '.join(places)})" if places else ""


def copies_of(version: str) -> str:
    """What the lock is called of which each copy of a version has a part."""
    return f"copies of version {version}"


def tables(driver: Driver) -> tuple[str, str]:
    """The version of the tables, and the oldest one of the bot that can work on them; empty: nobody said so."""
    try:
        found = driver.execute(_TABLES).fetchone()
    except psycopg.errors.UndefinedTable:
        found = None
    return (found[0], found[1] or "") if found else ("", "")
