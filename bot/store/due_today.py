"""Reads what is due at each location today."""

from datetime import datetime, tzinfo

from sqlalchemy import Connection, func, select, text

from bot.handover.due_today import Forecast
from bot.store.missing import missing_now
from bot.store.session import Database, one_transaction
from bot.store.tables import LEDGER, PARCEL_LIST, RETURN, SHIPMENT

OUT = ("out_for_delivery", "out for delivery", "outfordelivery")
"""A shipment's status, in small letters: the courier brings it today."""


class DueTodayStore:
    """Implements `bot.handover.due_today.Forecasts`. Every method is one transaction."""

    def __init__(self, database: Database, zone: tzinfo) -> None:
        """`zone` says which day it is at the docks."""
        self._database = database
        self._zone = zone

    @one_transaction
    def forecast(self, connection: Connection, location_id: str, now: datetime) -> Forecast:
        """What is due at the location."""
        due = missing_now(connection, location_id, now, self._zone)
        first, last = _heard(connection, location_id)
        return Forecast(due, _out(connection, location_id), last, first)


def _out(connection: Connection, location_id: str) -> int:
    scanned = select(SHIPMENT.c.id).where(SHIPMENT.c.key == RETURN.c.key)
    query = (
        select(func.count(func.distinct(RETURN.c.key)))
        .where(RETURN.c.location_id == location_id, RETURN.c.completed_at.is_(None), RETURN.c.end == "")
        .where(func.lower(RETURN.c.shipment_status).in_(OUT), ~scanned.exists())
        # In the words of the partial index.
        .where(text("return_item.shipment_status <> '' AND return_item.\"end\" = ''"))
    )
    return int(connection.scalar(query) or 0)


def _heard(connection: Connection, location_id: str) -> tuple[datetime | None, datetime | None]:
    """When a source first and last said anything: an event, the ledger's answer, a list that was dropped."""
    told: list[datetime] = []
    for table, name in ((RETURN, "updated_at"), (LEDGER, "answered_at"), (PARCEL_LIST, "at")):
        column = table.c[name]
        query = select(func.min(column), func.max(column)).where(table.c.location_id == location_id)
        if table is RETURN:
            query = query.where(~RETURN.c.apart)  # of lists it is known when they came
        told += [one for one in connection.execute(query).one() if one is not None]
    return min(told, default=None), max(told, default=None)
