"""Reads what proves that a parcel never came: everything that was scanned at its location around that time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from sqlalchemy import Connection, and_, or_, select

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim
from bot.handover.location import Location
from bot.handover.model import Handover
from bot.handover.retention import Forgets
from bot.handover.returns import Return
from bot.record.absence import BEFORE, Absence, Scanned
from bot.store.relabel import borne_by
from bot.store.returns import return_of
from bot.store.rows import handover_of, shipment_of
from bot.store.tables import FORGOTTEN, HANDOVER, RETURN, SHIPMENT
from bot.text import parcel_key


@dataclass(frozen=True, slots=True)
class Missed:
    """All of it, but for the names of people."""

    claim: Claim
    items: tuple[Return, ...]
    visits: tuple[Handover, ...]
    scans: tuple[Scanned, ...]
    begin: datetime
    steps: tuple[Noted, ...]

    @property
    def people(self) -> tuple[str, ...]:
        """The Slack ids of everybody in it, sorted."""
        return tuple(sorted({one.by for one in self.steps}))

    def proof(self, location: Location, zone: tzinfo, names: Mapping[str, str] | None = None) -> Absence:
        """The proof."""
        return Absence(self.claim, self.items, self.visits, self.scans, self.begin, location, zone, self.steps, names)


def missed(connection: Connection, claim: Claim, steps: tuple[Noted, ...]) -> Missed | None:
    """What proves the claim; None where something of it was forgotten: it would say more than is known."""
    # What a list says, and what says of a label that nothing bears it any more, is no item.
    named = or_(RETURN.c.return_id != "", RETURN.c.order_item_id != "")
    here = and_(RETURN.c.location_id == claim.location_id, named, ~RETURN.c.apart)
    keys = borne_by(connection, claim.location_id, parcel_key(claim.tracking_id))
    query = select(RETURN).where(RETURN.c.key.in_(keys), here).order_by(RETURN.c.ref)
    # A paper is drawn in a process of its own, and what is read only can't be sent there.
    items = tuple(replace(return_of(row), said={}) for row in connection.execute(query))
    begin = min((one.completed_at for one in items if one.completed_at is not None), default=claim.opened_at) - BEFORE
    at_dock = (HANDOVER.c.location_id == claim.location_id) & (HANDOVER.c.arrived_at <= claim.opened_at)
    in_time = HANDOVER.c.ended_at.is_(None) | (HANDOVER.c.ended_at >= begin)
    rows = connection.execute(select(HANDOVER).where(at_dock, in_time).order_by(HANDOVER.c.arrived_at, HANDOVER.c.id))
    visits = tuple(handover_of(row) for row in rows)
    lines = select(FORGOTTEN.c.what).where(
        FORGOTTEN.c.location_id == claim.location_id,
        FORGOTTEN.c.ended_at >= begin,
        FORGOTTEN.c.ended_at <= claim.opened_at,
    )
    forgotten = {what for line in connection.scalars(lines) for what in line.split(",")}
    if not items or forgotten & {Forgets.PARCELS, Forgets.RECORDS}:
        return None
    scans = list[Scanned]()
    for visit in visits:
        mine = (SHIPMENT.c.handover_id == visit.id) & (SHIPMENT.c.first_seen <= claim.opened_at)
        found = connection.execute(select(SHIPMENT).where(mine).order_by(SHIPMENT.c.id))
        scans += [Scanned(visit.id, shipment_of(row), row.first_seen) for row in found]
    return Missed(claim, items, visits, tuple(scans), begin, steps)
