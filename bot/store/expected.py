"""Keeps what should arrive at each location, and compares it with what is scanned there."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.handover.expected import Again, Listing, Span, Stored
from bot.handover.model import Event
from bot.lists.model import ExpectedRow
from bot.store.listed import has_list, missing
from bot.store.lists import record, renewing, said_values
from bot.store.recount import is_listed, number, recount
from bot.store.session import Database, whole
from bot.store.tables import EXPECTED, HANDOVER, LISTED, SHIPMENT


class ExpectedStore:
    """Implements `bot.handover.expected.ExpectedKeeper`. Every method is one transaction."""

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        """Calls `changed` after each commit that left something to be said in Slack."""
        self._database = database
        self._changed = changed

    @whole
    async def keep(
        self,
        span: Span,
        rows: Sequence[ExpectedRow],
        source: str,
        listed: Event,
        again: Again,
    ) -> Stored:
        """Keeps rows, puts `listed` on record, and keeps what `again` makes of each handover that is present.

        All in one transaction, half a second for 20,000 rows: a page that came in between would call out
        parcels that only a later row of the same list names. What nobody brought and names nothing new is not put on
        record: a notification may come many times.
        """
        at_location = EXPECTED.c.location_id == span.location_id
        values = [said_values(span, row, source) for row in rows]
        async with self._database.transaction() as session:
            before = await _count(session, at_location)
            for table in (LISTED, EXPECTED):
                await session.exec(renewing(upsert(table), table), params=values)
            new = await _count(session, at_location) - before
            if new or listed.by is not None:
                await record(session, span.location_id, listed)
            said, still = await recount(session, span, again)
        if said:
            self._changed()
        return Stored(new, len(rows) - new, still)

    @whole
    async def lists(self, span: Span, most: int) -> Listing:
        """Expected against scanned, `most` ids of each."""
        if span.handover_id is None:
            today = (HANDOVER.c.ended_at.is_(None)) | (HANDOVER.c.ended_at >= span.today)
            there = select(HANDOVER.c.id).where(HANDOVER.c.location_id == span.location_id, today)
            scans: ColumnElement[bool] = SHIPMENT.c.handover_id.in_(there) & (SHIPMENT.c.first_seen >= span.today)
        else:
            scans = SHIPMENT.c.handover_id == span.handover_id
        listed = is_listed(span.location_id)
        queries = (
            (_missing(span), EXPECTED.c.id),
            (_scanned(scans & ~listed), SHIPMENT.c.id),
            (_scanned(scans & listed), SHIPMENT.c.id),
        )
        async with self._database.transaction() as session:
            missing, unexpected, matched = [
                tuple(await session.exec(query.order_by(order).limit(most))) for query, order in queries
            ]
            totals = [await number(session, query) for query, _ in queries]
        return Listing(missing, unexpected, matched, *totals)

    @whole
    async def listed(self, location_id: str, now: datetime) -> bool:
        """Whether the location has a list that is not too old."""
        async with self._database.transaction() as session:
            return await has_list(session, location_id, now)


def _scanned(which: ColumnElement[bool]) -> SelectOfScalar[str]:
    return select(SHIPMENT.c.tracking_id).where(which)


def _missing(span: Span) -> SelectOfScalar[str]:
    return missing(span.location_id, span.now, span.today.date())


async def _count(session: AsyncSession, which: ColumnElement[bool]) -> int:
    return int((await session.exec(select(func.count()).select_from(EXPECTED).where(which))).one())
