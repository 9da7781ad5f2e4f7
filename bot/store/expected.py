"""Keeps what should arrive at each location, and compares it with what is scanned there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, insert
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.handover.expected import Listing, Span, Stored
from bot.handover.model import AuditEntry, Event, Handover
from bot.handover.ports import Step
from bot.lists.model import ExpectedRow, key
from bot.store.handovers import frozen_handover, keep
from bot.store.keys import own_key
from bot.store.listed import has_list, missing
from bot.store.session import Database, whole
from bot.store.tables import AUDIT, EXPECTED, HANDOVER, SHIPMENT, HandoverRow

_OVER = ("closed", "left")
_WRITTEN = ("return_id", "order_item_id", "reason")


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
        again: Callable[[Handover, int, int], Step],
    ) -> Stored:
        """Keeps rows, puts `listed` on record, and keeps what `again` makes of each handover that is present.

        All in one transaction, half a second for 20,000 rows: a page that came in between would call out
        parcels that only a later row of the same list names. What nobody brought and names nothing new is not put on
        record: a notification may come many times.
        """
        at_location = EXPECTED.c.location_id == span.location_id
        said = False
        async with self._database.transaction() as session:
            before = await _count(session, at_location)
            await session.exec(_put(), params=[_values(span, row, source) for row in rows])
            new = await _count(session, at_location) - before
            if new or listed.by is not None:
                entry = AuditEntry(
                    location_id=span.location_id, what=listed.what, at=listed.at, by=listed.by, detail=listed.detail
                )
                await session.exec(insert(AUDIT), params=[entry.model_dump()])
            present = select(HandoverRow).where(
                HANDOVER.c.location_id == span.location_id, HANDOVER.c.stage.not_in(_OVER)
            )
            handovers = [frozen_handover(row) for row in await session.exec(present)]
            matched = await _matched(session, span.location_id)
            still = await _number(session, _missing(span))
            for handover in handovers:
                said |= await keep(session, handover, again(handover, matched.get(handover.id, 0), still))
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
        listed = _is_listed(span.location_id)
        queries = (
            (_missing(span), EXPECTED.c.id),
            (_scanned(scans & ~listed), SHIPMENT.c.id),
            (_scanned(scans & listed), SHIPMENT.c.id),
        )
        async with self._database.transaction() as session:
            missing, unexpected, matched = [
                tuple(await session.exec(query.order_by(order).limit(most))) for query, order in queries
            ]
            totals = [await _number(session, query) for query, _ in queries]
        return Listing(missing, unexpected, matched, *totals)

    @whole
    async def listed(self, location_id: str, now: datetime) -> bool:
        """Whether the location has a list that is not too old."""
        async with self._database.transaction() as session:
            return await has_list(session, location_id, now)


def _is_listed(location_id: str) -> ColumnElement[bool]:
    """Of a shipment: whether any list of the location names it."""
    keys = select(EXPECTED.c.key).where(EXPECTED.c.location_id == location_id)
    return own_key(SHIPMENT.c.tracking_id).in_(keys)


def _scanned(which: ColumnElement[bool]) -> SelectOfScalar[str]:
    return select(SHIPMENT.c.tracking_id).where(which)


def _missing(span: Span) -> SelectOfScalar[str]:
    return missing(span.location_id, span.now, span.today.date())


def _put() -> Any:
    """Inserts a row, or renews it: what the newer list does not say stays as it was."""
    put = upsert(EXPECTED)
    newer: dict[str, Any] = {name: put.excluded[name] for name in ("tracking_id", "source", "listed_at")}
    for name in _WRITTEN:
        newer[name] = case((put.excluded[name] == "", EXPECTED.c[name]), else_=put.excluded[name])
    newer["expected_on"] = func.coalesce(put.excluded.expected_on, EXPECTED.c.expected_on)
    return put.on_conflict_do_update(index_elements=["location_id", "key"], set_=newer)


def _values(span: Span, row: ExpectedRow, source: str) -> dict[str, Any]:
    return {
        "location_id": span.location_id,
        "key": key(row.tracking_id),
        "tracking_id": row.tracking_id,
        **{name: getattr(row, name) for name in _WRITTEN},
        "expected_on": row.expected_on,
        "source": source,
        "listed_at": span.now,
    }


async def _count(session: AsyncSession, which: ColumnElement[bool]) -> int:
    return int((await session.exec(select(func.count()).select_from(EXPECTED).where(which))).one())


async def _matched(session: AsyncSession, location_id: str) -> dict[str, int]:
    """For each handover whose FE is present at the location: how many of its parcels some list names."""
    there = select(HANDOVER.c.id).where(HANDOVER.c.location_id == location_id, HANDOVER.c.stage.not_in(_OVER))
    query = (
        select(SHIPMENT.c.handover_id, func.count())
        .where(SHIPMENT.c.handover_id.in_(there), _is_listed(location_id))
        .group_by(SHIPMENT.c.handover_id)
    )
    return dict((await session.exec(query)).all())


async def _number(session: AsyncSession, query: SelectOfScalar[str]) -> int:
    return int((await session.exec(select(func.count()).select_from(query.subquery()))).one())
