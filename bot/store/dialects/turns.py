"""Transactions that must come one after the other where several processes work on one database."""

import hashlib

from sqlalchemy import Connection, text

_WAIT = text("SELECT pg_advisory_xact_lock(:what, hashtext(current_schema()))")


def take_turns(connection: Connection, what: str) -> None:
    """Waits until every transaction that called this before, for the same, has ended; what it wrote is seen then.

    SQLite has one transaction at a time in any case.
    """
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(what.encode()).digest()
        connection.execute(_WAIT, {"what": int.from_bytes(digest[:4], signed=True)})
