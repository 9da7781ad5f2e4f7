"""Which of a page's parcels stand on a list of what should arrive; asked inside the page's own transaction."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.expected import FRESH
from bot.handover.model import Shipment
from bot.lists.model import key
from bot.store.tables import EXPECTED

AT_ONCE = 500
"""Values in one query, well below SQLite's limit."""


async def has_list(session: AsyncSession, location_id: str, now: datetime) -> bool:
    """Whether something was listed at the location within `FRESH`."""
    query = select(EXPECTED.c.id).where(EXPECTED.c.location_id == location_id, EXPECTED.c.listed_at > now - FRESH)
    return (await session.exec(query.limit(1))).first() is not None


async def listed_of(
    session: AsyncSession, location_id: str, shipments: Sequence[Shipment], now: datetime
) -> frozenset[str] | None:
    """The tracking ids, as Flipkart wrote them, that some list names, however old; None while there is no list."""
    if not await has_list(session, location_id, now):
        return None
    keys = {key(s.tracking_id) for s in shipments}
    some, found = list(keys), set[str]()
    for start in range(0, len(some), AT_ONCE):
        part = EXPECTED.c.key.in_(some[start : start + AT_ONCE])
        found.update(await session.exec(select(EXPECTED.c.key).where(EXPECTED.c.location_id == location_id, part)))
    return frozenset(s.tracking_id for s in shipments if key(s.tracking_id) in found)
