"""What was expected at a location on a day, for an export: every parcel with what its list says."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select

from bot.handover.digest import Day
from bot.handover.expected import FRESH, LOOKED_BACK
from bot.lists.model import OFF
from bot.record.expected import Line, Standing
from bot.store.listed import AWAITED, has_list
from bot.store.session import Database, one_transaction
from bot.store.tables import ASKED, EXPECTED, HANDOVER, RETURN, SHIPMENT

_TOLD = ("return_id", "order_item_id", "reason", "expected_on")
"""What lists and Flipkart say of a parcel alike."""


class ExpectedDayStore:
    """Reads. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def locations(self, connection: Connection) -> list[str]:
        """The ids of all locations that ever had a list."""
        query = select(EXPECTED.c.location_id).distinct().order_by(EXPECTED.c.location_id)
        return [str(one) for one in connection.scalars(query)]

    @one_transaction
    def day(self, connection: Connection, location_id: str, day: Day) -> list[Line]:
        """The day's parcels: missing ones, then unexpected ones, then matched ones; empty while there is no list.

        A list that came after the day counts too, but only for parcels that it dates: one that just names parcels
        does not say that they were late before it came.
        """
        if not has_list(connection, location_id, day.end):
            return []
        missing = select(EXPECTED).where(_missing(location_id, day)).order_by(EXPECTED.c.id)
        lines = [_expected(row) for row in connection.execute(missing)]
        here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.state.not_in(OFF))
        listed = and_(here, EXPECTED.c.key == SHIPMENT.c.key)
        scans = (
            select(
                SHIPMENT.c.tracking_id,
                SHIPMENT.c.first_seen,
                SHIPMENT.c.handover_id,
                EXPECTED.c.id.label("on_list"),
                *(EXPECTED.c[name] for name in (*_TOLD, "source")),
                *(RETURN.c[name].label(f"told_{name}") for name in _TOLD),
            )
            .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
            .outerjoin(EXPECTED, listed)
            .outerjoin(ASKED, ASKED.c.key == SHIPMENT.c.key)
            .outerjoin(RETURN, RETURN.c.ref == ASKED.c.ref)
            .where(HANDOVER.c.location_id == location_id, _within(SHIPMENT.c.first_seen, day))
            .order_by(SHIPMENT.c.id)
        )
        seen = [_scanned(row) for row in connection.execute(scans)]
        return lines + sorted(seen, key=lambda one: one.status is Standing.MATCHED)


def _scanned(row: Row[Any]) -> Line:
    """A scan, with what its list says, and what Flipkart says where the list is silent."""
    status, source = (Standing.UNEXPECTED, "") if row.on_list is None else (Standing.MATCHED, row.source)
    told = {name: row._mapping[name] or row._mapping[f"told_{name}"] for name in _TOLD}
    if row.told_return_id is not None:
        source = source or "returns"
    return Line(
        status,
        row.tracking_id,
        told["return_id"] or "",
        told["order_item_id"] or "",
        told["reason"] or "",
        told["expected_on"],
        source,
        scanned_at=row.first_seen,
        handover_id=row.handover_id,
    )


def _expected(row: Row[Any]) -> Line:
    return Line(
        Standing.MISSING,
        row.tracking_id,
        row.return_id,
        row.order_item_id,
        row.reason,
        row.expected_on,
        row.source,
    )


def _missing(location_id: str, day: Day) -> ColumnElement[bool]:
    scanned = (
        select(SHIPMENT.c.key)
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
