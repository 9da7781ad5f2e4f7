"""Rows that Flipkart no longer lists: moved to a table of their own, where nothing that counts parcels finds them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, tuple_

from bot.handover.model import Handover, Shipment
from bot.handover.ports import Gone
from bot.store.rows import SHIPMENT_FIELDS, shipment_of
from bot.store.tables import SHIPMENT, WITHDRAWN

AT_ONCE = 400
"""Values in one statement, well below SQLite's limit."""


def withdrawn(connection: Connection, handover: Handover, met: Collection[tuple[str, str]], now: datetime) -> Gone:
    """Moves away every row of the handover that is none of `met`, and returns them in the order of their scans."""
    labels = select(SHIPMENT.c.id, SHIPMENT.c.tracking_id, SHIPMENT.c.shipment_id)
    rows = connection.execute(labels.where(SHIPMENT.c.handover_id == handover.id).order_by(SHIPMENT.c.id)).all()
    listed = {tracking_id for tracking_id, _ in met}
    # A shipment id that Flipkart left out this time is no other parcel.
    bare = {tracking_id for tracking_id, shipment_id in met if not shipment_id}
    ids = [
        id_
        for id_, tracking_id, shipment_id in rows
        if tracking_id not in listed
        or ((tracking_id, shipment_id) not in met and shipment_id and tracking_id not in bare)
    ]
    gone: list[Shipment] = []
    for start in range(0, len(ids), AT_ONCE):
        these = SHIPMENT.c.id.in_(ids[start : start + AT_ONCE])
        parcels = connection.execute(select(SHIPMENT).where(these).order_by(SHIPMENT.c.id)).all()
        kept = [
            {name: getattr(row, name) for name in (*SHIPMENT_FIELDS, "handover_id", "first_seen")}
            | {"withdrawn_at": now}
            for row in parcels
        ]
        connection.execute(insert(WITHDRAWN), kept)
        connection.execute(delete(SHIPMENT).where(these))
        gone += [shipment_of(row) for row in parcels]
    return Gone(tuple(gone))


def taken_back(connection: Connection, handover_id: str, new: Sequence[Shipment]) -> int:
    """Forgets that these were withdrawn, now that Flipkart lists them again; returns how many were."""
    count = 0
    for start in range(0, len(new), AT_ONCE // 2):
        keys = [shipment.key for shipment in new[start : start + AT_ONCE // 2]]
        same = tuple_(WITHDRAWN.c.tracking_id, WITHDRAWN.c.shipment_id).in_(keys)
        found = connection.execute(delete(WITHDRAWN).where(WITHDRAWN.c.handover_id == handover_id, same))
        count += found.rowcount
    return count
