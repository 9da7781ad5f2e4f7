"""What was expected at a location on a day, for an export: every parcel with what its list says."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import select

from bot.handover.digest import Day
from bot.handover.expected import FRESH, LOOKED_BACK
from bot.record.expected import Line, Standing
from bot.store.handovers import own_key
from bot.store.listed import has_list
from bot.store.session import Database, whole
from bot.store.tables import EXPECTED, HANDOVER, SHIPMENT, ExpectedRow, ShipmentRow


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
            listed = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.key == own_key(SHIPMENT.c.tracking_id))
            scans = (
                select(ShipmentRow, ExpectedRow)
                .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
                .outerjoin(EXPECTED, listed)
                .where(HANDOVER.c.location_id == location_id, _within(SHIPMENT.c.first_seen, day))
                .order_by(SHIPMENT.c.id)
            )
            seen = [_scanned(scan, row) for scan, row in (await session.exec(scans)).all()]
        return lines + sorted(seen, key=lambda one: one.status is Standing.MATCHED)


def _scanned(scan: ShipmentRow, row: ExpectedRow | None) -> Line:
    status = Standing.UNEXPECTED if row is None else Standing.MATCHED
    return replace(_line(status, scan.tracking_id, row), scanned_at=scan.first_seen, handover_id=scan.handover_id)


def _line(status: Standing, tracking_id: str, row: ExpectedRow | None) -> Line:
    if row is None:
        return Line(status, tracking_id)
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
        EXPECTED.c.key.not_in(scanned),
    )


def _within(moment: ColumnElement[datetime], day: Day) -> ColumnElement[bool]:
    return (moment >= day.begin) & (moment < day.end)
