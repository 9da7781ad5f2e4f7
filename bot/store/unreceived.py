"""Finds the returns that are completed and that no FE brought, and keeps which of them were told."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, select
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.handover.expected import LOOKED_BACK
from bot.handover.unreceived import MOST, PAUSE, Alarm, number_of
from bot.store.confirmed import COMPLETED
from bot.store.listed import AT_ONCE
from bot.store.returns import return_of
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import DELIVERY, HANDOVER, OWN_SCAN, RETURN, SHIPMENT, UNRECEIVED, Kind, Sending


class UnreceivedStore:
    """Implements `bot.handover.unreceived.Unreceived`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def raise_alarm(self, connection: Connection, location_id: str, completed_before: datetime, now: datetime) -> bool:
        """Lets the location have an alarm about what was completed before, if there is any; says whether it has one."""
        return _raised(connection, location_id, completed_before, now)

    @one_transaction
    def alarm(self, connection: Connection, location_id: str, n: int) -> Alarm | None:
        """The location's alarm with this number; None where there is none."""
        query = (
            select(RETURN, UNRECEIVED.c.at.label("told_at"))
            .join(UNRECEIVED, UNRECEIVED.c.ref == RETURN.c.ref)
            .where(UNRECEIVED.c.location_id == location_id, UNRECEIVED.c.n == n)
            .order_by(RETURN.c.completed_at, RETURN.c.ref)
        )
        rows = connection.execute(query).all()
        return Alarm(rows[0].told_at, [return_of(row) for row in rows]) if rows else None


def _raised(connection: Connection, location_id: str, completed_before: datetime, now: datetime) -> bool:
    last = connection.scalar(select(func.max(UNRECEIVED.c.at)).where(UNRECEIVED.c.location_id == location_id))
    # One in the future was told before the clock was set back.
    if last is not None and now - PAUSE < last <= now:
        return False
    found = connection.execute(_found(location_id, completed_before, now)).all()
    came = _came(connection, location_id, {row.shipment_id for row in found} - {""}, now)
    refs = [row.ref for row in found if row.shipment_id not in came][:MOST]
    if not refs:
        return False
    n = number_of(refs)
    told = {"location_id": location_id, "n": n, "at": now}
    connection.execute(insert(UNRECEIVED), [{"ref": ref} | told for ref in refs])
    row = {"about": location_id, "location_id": location_id, "kind": Kind.UNRECEIVED, "n": n}
    put = upsert(DELIVERY).values(row | {"state": Sending.PENDING, "file_ids": []})
    connection.execute(put.on_conflict_do_nothing(index_elements=(DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)))
    to_say(connection)
    return True


def _came(connection: Connection, location_id: str, shipment_ids: Collection[str], now: datetime) -> set[str]:
    """Those of these shipments that came under another tracking id.

    Asked for at once, and seldom: an index of shipment ids would be paid for with every page of scans.
    """
    recent = select(HANDOVER.c.id).where(
        HANDOVER.c.location_id == location_id, HANDOVER.c.arrived_at > now - LOOKED_BACK
    )
    some, came = sorted(shipment_ids), set[str]()
    for at in range(0, len(some), AT_ONCE):
        these = SHIPMENT.c.shipment_id.in_(some[at : at + AT_ONCE])
        came.update(connection.scalars(select(SHIPMENT.c.shipment_id).where(SHIPMENT.c.handover_id.in_(recent), these)))
    return came


def _found(location_id: str, completed_before: datetime, now: datetime) -> Select[Any]:
    """Those that were not told yet and that nobody scanned under their tracking id, the oldest first.

    What was completed before the bot had seen anybody at the dock may have come while nobody looked.
    """
    watched = select(HANDOVER.c.id).where(
        HANDOVER.c.location_id == location_id, HANDOVER.c.arrived_at < RETURN.c.completed_at
    )
    scanned = select(SHIPMENT.c.id).where(SHIPMENT.c.key == RETURN.c.key)
    seen = select(OWN_SCAN.c.id).where(OWN_SCAN.c.key == RETURN.c.key)
    told = select(UNRECEIVED.c.ref).where(UNRECEIVED.c.ref == RETURN.c.ref)
    when = and_(RETURN.c.completed_at <= completed_before, RETURN.c.completed_at > now - LOOKED_BACK)
    return (
        select(RETURN.c.ref, RETURN.c.shipment_id)
        .where(RETURN.c.location_id == location_id, RETURN.c.key != "", when, COMPLETED)
        .where(watched.exists(), ~scanned.exists(), ~seen.exists(), ~told.exists())
        .order_by(RETURN.c.completed_at, RETURN.c.ref)
    )
