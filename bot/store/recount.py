"""Counts of handovers made anew after the lists of their location changed, in the same transaction."""

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, Select, func, select

from bot.handover.expected import Span, known_otherwise, matched_again
from bot.handover.model import Handover
from bot.lists.model import OFF
from bot.store.handovers import keep, load
from bot.store.listed import AT_ONCE, has_list
from bot.store.missing import counted
from bot.store.rows import handover_of
from bot.store.tables import EXPECTED, HANDOVER, HERE, SHIPMENT


def recount(connection: Connection, span: Span) -> int:
    """Counts anew for each handover whose FE is present; says nothing while there is no list.

    Returns:
        How many parcels are missing at the location.
    """
    present = select(HANDOVER).where(HANDOVER.c.location_id == span.location_id, HANDOVER.c.stage.in_(HERE))
    handovers = [handover_of(row) for row in connection.execute(present)]
    still = counted(connection, span.location_id, span.now, span.today.date())
    awaited = still if has_list(connection, span.location_id, span.now) else None
    matched = _matched(connection, span.location_id)
    for handover in handovers:
        keep(connection, handover, matched_again(handover, matched.get(handover.id, 0), awaited))
    return still


def shift(connection: Connection, span: Span, keys: Sequence[str], more: int) -> None:
    """`recount` after these keys changed and `more` parcels are missing: by what changed, not by all."""
    present = select(HANDOVER).where(HANDOVER.c.location_id == span.location_id, HANDOVER.c.stage.in_(HERE))
    handovers = [handover_of(row) for row in connection.execute(present)]
    if any(one.awaited is None for one in handovers):
        # Nothing was counted for that one yet, so there is nothing to go on from.
        recount(connection, span)
        return
    ids = [one.id for one in handovers]
    touched: set[str] = set()
    for at in range(0, len(keys), AT_ONCE):
        some = SHIPMENT.c.key.in_(keys[at : at + AT_ONCE])
        touched.update(connection.scalars(select(SHIPMENT.c.handover_id).where(some).distinct()))
    touched.intersection_update(ids)
    for handover in handovers:
        if more or handover.id in touched:
            matched = _matched_in(connection, handover) if handover.id in touched else handover.matched
            keep(connection, handover, matched_again(handover, matched, (handover.awaited or 0) + more))


def gain(connection: Connection, scanned: Sequence[tuple[str, str]]) -> None:
    """Keeps that parcels of handovers turned out to be some of a list: the handover and the key of each."""
    for handover_id, more in Counter(handover_id for handover_id, _ in scanned).items():
        handover = load(connection, handover_id)
        if handover is not None:
            keep(connection, handover, known_otherwise(handover, more))


def is_listed(location_id: str) -> ColumnElement[bool]:
    """Of a shipment: whether any list of the location names it as one that comes or has come."""
    keys = select(EXPECTED.c.key).where(EXPECTED.c.location_id == location_id, EXPECTED.c.state.not_in(OFF))
    return SHIPMENT.c.key.in_(keys)


def number(connection: Connection, query: Select[tuple[str]]) -> int:
    """How many rows a query has."""
    return int(connection.execute(select(func.count()).select_from(query.subquery())).scalar_one())


def _matched_in(connection: Connection, handover: Handover) -> int:
    """How many parcels of the handover some list names; each is looked up."""
    named = (
        select(EXPECTED.c.id)
        .where(EXPECTED.c.location_id == handover.location_id, EXPECTED.c.key == SHIPMENT.c.key)
        .where(EXPECTED.c.state.not_in(OFF))
    )
    query = select(func.count()).where(SHIPMENT.c.handover_id == handover.id, named.exists())
    return int(connection.execute(query).scalar_one())


def _matched(connection: Connection, location_id: str) -> dict[str, int]:
    """For each handover whose FE is present at the location: how many of its parcels some list names."""
    there = select(HANDOVER.c.id).where(HANDOVER.c.location_id == location_id, HANDOVER.c.stage.in_(HERE))
    query = (
        select(SHIPMENT.c.handover_id, func.count())
        .where(SHIPMENT.c.handover_id.in_(there), is_listed(location_id))
        .group_by(SHIPMENT.c.handover_id)
    )
    return {row[0]: row[1] for row in connection.execute(query)}
