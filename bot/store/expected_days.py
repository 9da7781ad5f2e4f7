"""What was expected at a location on a day, for an export: every parcel with what its list says."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import select

from bot.handover.digest import Day
from bot.handover.expected import FRESH, LOOKED_BACK
from bot.lists.model import OFF
from bot.record.expected import Line, Standing
from bot.store.keys import own_key
from bot.store.listed import AWAITED, has_list
from bot.store.session import Database, whole
from bot.store.tables import EXPECTED, HANDOVER, RETURN_DETAIL, SHIPMENT, ExpectedRow, ReturnDetailRow, ShipmentRow


class ExpectedDayStore:
    """Reads. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @whole
    async def locations(self) -> list[str]:
        """The ids of all locations that ever had a list."""
        query = select(EXPECTED.c.location_id).distinct().order_by(EXPECTED.c.location_id)
        async with self._database.transaction() as session:
            return [str(one) for one in (await session.exec(query)).all()]

    @whole
    async def day(self, location_id: str, day: Day) -> list[Line]:
        """The day's parcels: missing ones, then unexpected ones, then matched ones; empty while there is no list.

        A list that came after the day counts too, but only for parcels that it dates: one that just names parcels
        does not say that they were late before it came.
        """
        async with self._database.transaction() as session:
            if not await has_list(session, location_id, day.end):
                return []
            missing = select(ExpectedRow).where(_missing(location_id, day)).order_by(EXPECTED.c.id)
            lines = [_line(Standing.MISSING, row.tracking_id, row) for row in await session.exec(missing)]
            here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.state.not_in(OFF))
            listed = and_(here, EXPECTED.c.key == own_key(SHIPMENT.c.tracking_id))
            answered = and_(RETURN_DETAIL.c.found, RETURN_DETAIL.c.key == own_key(SHIPMENT.c.tracking_id))
            scans = (
                select(ShipmentRow, ExpectedRow, ReturnDetailRow)
                .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
                .outerjoin(EXPECTED, listed)
                .outerjoin(RETURN_DETAIL, answered)
                .where(HANDOVER.c.location_id == location_id, _within(SHIPMENT.c.first_seen, day))
                .order_by(SHIPMENT.c.id)
            )
            seen = [_scanned(*found) for found in (await session.exec(scans)).all()]
        return lines + sorted(seen, key=lambda one: one.status is Standing.MATCHED)


def _scanned(scan: ShipmentRow, row: ExpectedRow | None, told: ReturnDetailRow | None) -> Line:
    line = _line(Standing.MATCHED, scan.tracking_id, row) if row else Line(Standing.UNEXPECTED, scan.tracking_id)
    if told is not None:
        line = replace(
            line,
            return_id=line.return_id or told.return_id,
            order_item_id=line.order_item_id or told.order_item_id,
            reason=line.reason or told.reason,
            expected_on=line.expected_on or told.expected_on,
            source=line.source or "returns",
        )
    return replace(line, scanned_at=scan.first_seen, handover_id=scan.handover_id)


def _line(status: Standing, tracking_id: str, row: ExpectedRow) -> Line:
    return Line(status, tracking_id, row.return_id, row.order_item_id, row.reason, row.expected_on, row.source)


def _missing(location_id: str, day: Day) -> ColumnElement[bool]:
    scanned = (
        select(own_key(SHIPMENT.c.tracking_id))
        .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
        .where(HANDOVER.c.location_id == location_id, HANDOVER.c.arrived_at > day.end - LOOKED_BACK)
    )
    due = (EXPECTED.c.expected_on <= day.date) | (EXPECTED.c.expected_on.is_(None) & (EXPECTED.c.listed_at < day.end))
    return and_(
        EXPECTED.c.location_id == location_id,
        EXPECTED.c.listed_at > day.end - FRESH,
        due,
        AWAITED,
        EXPECTED.c.key.not_in(scanned),
    )


def _within(moment: ColumnElement[datetime], day: Day) -> ColumnElement[bool]:
    return (moment >= day.begin) & (moment < day.end)
