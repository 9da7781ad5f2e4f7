"""Keeps how many Flipkart calls were made in which minute, so that a restart does not forget the budget."""

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import select

from bot.store.session import Database, whole
from bot.store.tables import CALL_MINUTE, CallMinuteRow


class CallStore:
    """Implements `bot.flipkart.quota.CallLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @whole
    async def load(self, since: int) -> dict[int, int]:
        """Calls by minute (epoch minutes, UTC) from `since` on."""
        query = select(CallMinuteRow).where(CALL_MINUTE.c.minute >= since)
        async with self._database.transaction() as session:
            return {row.minute: row.calls for row in await session.exec(query)}

    @whole
    async def add(self, minute: int, calls: int) -> None:
        """Counts calls in a minute; a negative number gives back what was counted too much."""
        row = insert(CALL_MINUTE).values(minute=minute, calls=calls)
        more = row.on_conflict_do_update(index_elements=["minute"], set_={"calls": CALL_MINUTE.c.calls + calls})
        async with self._database.transaction() as session:
            await session.exec(more)

    @whole
    async def forget(self, before: int) -> None:
        """Forgets the minutes before `before`."""
        async with self._database.transaction() as session:
            await session.exec(delete(CALL_MINUTE).where(CALL_MINUTE.c.minute < before))
