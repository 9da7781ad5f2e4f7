"""What the lists of what should arrive say of a page's parcels; asked inside the page's own transaction."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, select, text

from bot.handover.expected import FRESH, LOOKED_BACK
from bot.handover.model import Shipment
from bot.handover.returns import NEVER_COMES
from bot.lists.model import OFF, State
from bot.store.tables import EXPECTED, HANDOVER, RETURN, SHIPMENT
from bot.text import parcel_key

AWAITED = EXPECTED.c.state == State.AWAITED
# Made once, as it is asked with every page of parcels.
HAS_LIST = (
    select(RETURN.c.ref)
    .where(RETURN.c.location_id == bindparam("location"), RETURN.c.heard_at > bindparam("since"))
    # In the words of the partial index.
    .where(text("return_item.tracking_id <> '' AND return_item.\"end\" = ''"), ~RETURN.c.action.icontains(NEVER_COMES))
    .exists()
)
"""Whether something that should come was listed at `location` after `since`; also a column of another question."""
_HAS_LIST = select(HAS_LIST)
AT_ONCE = 500
"""Values in one query, well below SQLite's limit."""


def is_missing(location_id: str, now: datetime, today: date) -> ColumnElement[bool]:
    """Of an expected parcel: whether it should have come by now and no handover scanned it, not before either."""
    there = select(HANDOVER.c.id).where(
        HANDOVER.c.location_id == location_id, HANDOVER.c.arrived_at > now - LOOKED_BACK
    )
    scanned = select(SHIPMENT.c.key).where(SHIPMENT.c.handover_id.in_(there))
    due = EXPECTED.c.expected_on.is_(None) | (EXPECTED.c.expected_on <= today)
    fresh = EXPECTED.c.listed_at > now - FRESH
    return and_(EXPECTED.c.location_id == location_id, fresh, due, AWAITED, EXPECTED.c.key.not_in(scanned))


def missing_of(location_id: str, now: datetime, today: date, keys: Sequence[str]) -> Select[tuple[str]]:
    """Those of these keys that are missing: each is looked up, whatever else is expected or scanned."""
    # Not joined: else SQLite goes through all scans of the location's handovers instead of the few of a key.
    there = select(HANDOVER.c.id).where(
        HANDOVER.c.id == SHIPMENT.c.handover_id,
        HANDOVER.c.location_id == location_id,
        HANDOVER.c.arrived_at > now - LOOKED_BACK,
    )
    scanned = select(SHIPMENT.c.id).where(SHIPMENT.c.key == EXPECTED.c.key, there.exists())
    due = EXPECTED.c.expected_on.is_(None) | (EXPECTED.c.expected_on <= today)
    return select(EXPECTED.c.tracking_id).where(
        EXPECTED.c.location_id == location_id, EXPECTED.c.key.in_(keys), EXPECTED.c.listed_at > now - FRESH, due,
        AWAITED, ~scanned.exists(),
    )  # fmt: skip


def has_list(connection: Connection, location_id: str, now: datetime) -> bool:
    """Whether something that should come was listed at the location within `FRESH`, whatever a newer list says of it.

    A list of nothing but returns that are over does not say what should come.
    """
    return bool(connection.scalar(_HAS_LIST, {"location": location_id, "since": now - FRESH}))


def listed_of(
    connection: Connection, location_id: str, shipments: Sequence[Shipment], now: datetime
) -> frozenset[str] | None:
    """The tracking ids, as Flipkart wrote them, that some list names, however old; None while there is no list.

    A list that says that a return was cancelled or rejected does not name it as one that comes.
    """
    if not has_list(connection, location_id, now):
        return None
    keys = {parcel_key(s.tracking_id) for s in shipments}
    some, found = list(keys), set[str]()
    for start in range(0, len(some), AT_ONCE):
        part = EXPECTED.c.key.in_(some[start : start + AT_ONCE])
        here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.state.not_in(OFF))
        found.update(connection.scalars(select(EXPECTED.c.key).where(here, part)))
    return frozenset(s.tracking_id for s in shipments if parcel_key(s.tracking_id) in found)
