"""Keeps how many Flipkart calls were made in which minute, so that a restart does not forget the budget."""

from sqlalchemy import Connection, delete, select

from bot.store.dialects.statements import upsert
from bot.store.dialects.turns import take_turns
from bot.store.session import Database, one_transaction
from bot.store.tables import CALL_MINUTE


class CallStore:
    """Implements `bot.flipkart.quota.CallLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def load(self, connection: Connection, since: int) -> dict[int, int]:
        """Calls by minute (epoch minutes, UTC) from `since` on."""
        return _since(connection, since)

    @one_transaction
    def add(self, connection: Connection, minute: int, calls: int) -> None:
        """Counts calls in a minute; a negative number gives back what was counted too much."""
        _add(connection, minute, calls)

    @one_transaction
    def reserve(
        self, connection: Connection, minute: int, calls: int, since: int, most: int
    ) -> tuple[int, dict[int, int]]:
        """Counts as many calls in a minute as there is room for: all copies together have so many at `most`.

        Returns how many that are, and all calls by minute from `since` on.
        """
        take_turns(connection, "calls")
        kept = _since(connection, since)
        granted = max(0, min(calls, most - sum(kept.values())))
        if granted:
            _add(connection, minute, granted)
            kept[minute] = kept.get(minute, 0) + granted
        return granted, kept

    @one_transaction
    def forget(self, connection: Connection, before: int) -> None:
        """Forgets the minutes before `before`."""
        connection.execute(delete(CALL_MINUTE).where(CALL_MINUTE.c.minute < before))


def _since(connection: Connection, since: int) -> dict[int, int]:
    query = select(CALL_MINUTE).where(CALL_MINUTE.c.minute >= since)
    return {row.minute: row.calls for row in connection.execute(query)}


def _add(connection: Connection, minute: int, calls: int) -> None:
    row = upsert(CALL_MINUTE).values(minute=minute, calls=calls)
    more = row.on_conflict_do_update(index_elements=["minute"], set_={"calls": CALL_MINUTE.c.calls + calls})
    connection.execute(more)
