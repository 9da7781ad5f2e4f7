"""Counts of handovers made anew after the lists of their location changed, in the same transaction."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.handover.expected import Again, Span
from bot.handover.model import Handover
from bot.lists.model import OFF
from bot.store.handovers import frozen_handover, keep
from bot.store.keys import own_key
from bot.store.listed import AT_ONCE, has_list, missing
from bot.store.tables import EXPECTED, HANDOVER, SHIPMENT, HandoverRow

_OVER = ("closed", "left")


async def recount(session: AsyncSession, span: Span, again: Again) -> tuple[bool, int]:
    """Keeps what `again` makes of each handover whose FE is present; says nothing while there is no list.

    Returns:
        Whether something is left to be said in Slack, and how many parcels are missing at the location.
    """
    present = select(HandoverRow).where(HANDOVER.c.location_id == span.location_id, HANDOVER.c.stage.not_in(_OVER))
    handovers = [frozen_handover(row) for row in await session.exec(present)]
    still = await number(session, missing(span.location_id, span.now, span.today.date()))
    awaited = still if await has_list(session, span.location_id, span.now) else None
    matched = await _matched(session, span.location_id)
    said = False
    for handover in handovers:
        said |= await keep(session, handover, again(handover, matched.get(handover.id, 0), awaited))
    return said, still


async def shift(session: AsyncSession, span: Span, again: Again, keys: Sequence[str], more: int) -> bool:
    """`recount` after these keys, in capitals, changed and `more` parcels are missing: by what changed, not by all.

    Returns:
        Whether something is left to be said in Slack.
    """
    present = select(HandoverRow).where(HANDOVER.c.location_id == span.location_id, HANDOVER.c.stage.not_in(_OVER))
    handovers = [frozen_handover(row) for row in await session.exec(present)]
    if any(one.awaited is None for one in handovers):
        # Nothing was counted for that one yet, so there is nothing to go on from.
        return (await recount(session, span, again))[0]
    ids = [one.id for one in handovers]
    touched: set[str] = set()
    for at in range(0, len(keys), AT_ONCE):
        some = own_key(SHIPMENT.c.tracking_id).in_(keys[at : at + AT_ONCE])
        touched.update((await session.exec(select(SHIPMENT.c.handover_id).where(some).distinct())).all())
    touched.intersection_update(ids)
    said = False
    for handover in handovers:
        if more or handover.id in touched:
            matched = await _matched_in(session, handover) if handover.id in touched else handover.matched
            said |= await keep(session, handover, again(handover, matched, (handover.awaited or 0) + more))
    return said


def is_listed(location_id: str) -> ColumnElement[bool]:
    """Of a shipment: whether any list of the location names it as one that comes or has come."""
    keys = select(EXPECTED.c.key).where(EXPECTED.c.location_id == location_id, EXPECTED.c.state.not_in(OFF))
    return own_key(SHIPMENT.c.tracking_id).in_(keys)


async def number(session: AsyncSession, query: SelectOfScalar[str]) -> int:
    """How many rows a query has."""
    return int((await session.exec(select(func.count()).select_from(query.subquery()))).one())


async def _matched_in(session: AsyncSession, handover: Handover) -> int:
    """How many parcels of the handover some list names; each is looked up."""
    named = (
        select(EXPECTED.c.id)
        .where(EXPECTED.c.location_id == handover.location_id, EXPECTED.c.key == own_key(SHIPMENT.c.tracking_id))
        .where(EXPECTED.c.state.not_in(OFF))
    )
    query = select(func.count()).where(SHIPMENT.c.handover_id == handover.id, named.exists())
    return int((await session.exec(query)).one())


async def _matched(session: AsyncSession, location_id: str) -> dict[str, int]:
    """For each handover whose FE is present at the location: how many of its parcels some list names."""
    there = select(HANDOVER.c.id).where(HANDOVER.c.location_id == location_id, HANDOVER.c.stage.not_in(_OVER))
    query = (
        select(SHIPMENT.c.handover_id, func.count())
        .where(SHIPMENT.c.handover_id.in_(there), is_listed(location_id))
        .group_by(SHIPMENT.c.handover_id)
    )
    return dict((await session.exec(query)).all())
