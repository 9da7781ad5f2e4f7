"""Keeps how many Flipkart calls were made in which minute, so that a restart does not forget the budget."""

from sqlalchemy import Connection, delete, select

from bot.store.dialects.statements import upsert
from bot.store.session import Database, one_transaction
from bot.store.tables import CALL_MINUTE


class CallStore:
    """Implements `bot.flipkart.quota.CallLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def load(self, connection: Connection, since: int) -> dict[int, int]:
        """Calls by minute (epoch minutes, UTC) from `since` on."""
        query = select(CALL_MINUTE).where(CALL_MINUTE.c.minute >= since)
        return {row.minute: row.calls for row in connection.execute(query)}

    @one_transaction
    def add(self, connection: Connection, minute: int, calls: int) -> None:
        """Counts calls in a minute; a negative number gives back what was counted too much."""
        row = upsert(CALL_MINUTE).values(minute=minute, calls=calls)
        more = row.on_conflict_do_update(index_elements=["minute"], set_={"calls": CALL_MINUTE.c.calls + calls})
        connection.execute(more)

    @one_transaction
    def forget(self, connection: Connection, before: int) -> None:
        """Forgets the minutes before `before`."""
        connection.execute(delete(CALL_MINUTE).where(CALL_MINUTE.c.minute < before))
