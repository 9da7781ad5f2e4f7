"""Which scanned parcels Flipkart counts as completed, handover by handover; in the transaction in which it says so."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select

from bot.handover.expected import LOOKED_BACK
from bot.handover.model import Handover
from bot.handover.returns import NEVER_COMES
from bot.lists.model import State
from bot.store.listed import AT_ONCE
from bot.store.tables import HANDOVER, RETURN, SHIPMENT

COMPLETED = RETURN.c.end == State.COMPLETED
"""Of an item: `bot.handover.returns.Return.state` says so."""
_OPEN = and_(RETURN.c.end == "", ~RETURN.c.action.icontains(NEVER_COMES))
"""Of an item: it is awaited."""


def with_parcels(connection: Connection, location_id: str, keys: Collection[str], now: datetime) -> list[str]:
    """The ids of the handovers, present or over, that brought one of these parcels within `LOOKED_BACK`."""
    some, found = list(keys), set[str]()
    for at in range(0, len(some), AT_ONCE):
        there = select(SHIPMENT.c.handover_id).join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
        named = and_(SHIPMENT.c.key.in_(some[at : at + AT_ONCE]), HANDOVER.c.location_id == location_id)
        found.update(connection.scalars(there.where(named, HANDOVER.c.arrived_at > now - LOOKED_BACK).distinct()))
    return sorted(found)


def completed(connection: Connection, handover: Handover) -> int:
    """How many of a handover's parcels Flipkart counts as completed."""
    query = (
        select(func.count())
        .select_from(SHIPMENT)
        .where(SHIPMENT.c.handover_id == handover.id, func.lower(func.trim(SHIPMENT.c.status)) != "rejected")
        .where(_is_said(handover, COMPLETED), ~_is_said(handover, _OPEN), ~_came_again(handover))
    )
    return int(connection.scalar(query) or 0)


def _is_said(handover: Handover, what: ColumnElement[bool]) -> ColumnElement[bool]:
    item = and_(RETURN.c.key == SHIPMENT.c.key, RETURN.c.location_id == handover.location_id, ~RETURN.c.apart)
    return exists().where(item, what)


def _came_again(handover: Handover) -> ColumnElement[bool]:
    """Of a parcel: an FE who came later brought it once more, and Flipkart's word is about that time."""
    again, later = SHIPMENT.alias("again"), HANDOVER.alias("later")
    return exists().where(
        again.c.key == SHIPMENT.c.key,
        later.c.id == again.c.handover_id,
        later.c.location_id == handover.location_id,
        later.c.arrived_at > handover.arrived_at,
    )
