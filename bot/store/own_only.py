"""What a page of the FE's scans changes about the seller's own scans, in the transaction of the page."""

from collections.abc import Iterable

from sqlalchemy import Connection, func, select, update

from bot.handover.model import Shipment
from bot.handover.own_words import twins_of
from bot.store.tables import OWN_SAID, OWN_SCAN, SHIPMENT
from bot.text import parcel_key


def own_only(connection: Connection, handover_id: str) -> int:
    """How many of the seller's own scans the FE has not scanned."""
    scanned = select(SHIPMENT.c.key).where(SHIPMENT.c.handover_id == handover_id)
    query = (
        select(func.count())
        .select_from(OWN_SCAN)
        .where(OWN_SCAN.c.handover_id == handover_id, OWN_SCAN.c.key.not_in(scanned))
    )
    return int(connection.execute(query).scalar_one())


def join_twins(connection: Connection, handover_id: str, new: Iterable[Shipment]) -> None:
    """Gives an own scan the FE's id where only - and _ differ: until now only the seller's was known.

    Not where both are parcels by themselves, or two of the seller's might be it.
    """
    for shipment in new:
        key = parcel_key(shipment.tracking_id)
        twins = twins_of(key)
        if not twins:
            continue
        own = select(OWN_SCAN.c.key).where(OWN_SCAN.c.handover_id == handover_id, OWN_SCAN.c.key.in_({key, *twins}))
        fe = select(SHIPMENT.c.key).where(SHIPMENT.c.handover_id == handover_id, SHIPMENT.c.key.in_(twins))
        mine: set[str] = set(connection.scalars(own))
        mine -= {str(one) for one in connection.scalars(fe)}
        if key not in mine and len(mine) == 1:
            spelt: dict[str, str] = {"key": key, "tracking_id": shipment.tracking_id}
            for table, values in ((OWN_SCAN, spelt), (OWN_SAID, {"key": key})):
                same = (table.c.handover_id == handover_id) & table.c.key.in_(mine)
                connection.execute(update(table).where(same).values(values))
