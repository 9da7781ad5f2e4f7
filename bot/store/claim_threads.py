"""Where it is said what happens to claims: in the thread of their handover, or below the alarm that opened them."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, insert, select

from bot.handover import claims
from bot.handover.claims import Claim
from bot.handover.events import Event
from bot.handover.unreceived import News, number_of_news
from bot.store.dialects.statements import upsert
from bot.store.handovers import audit_values, keep, the_handover
from bot.store.rows import entry_of
from bot.store.session import to_say
from bot.store.tables import AUDIT, CLAIM, DELIVERY, DeliveryRow, Kind, Sending


def beside(claim: Claim) -> ColumnElement[bool]:
    """The claims whose thread is the same: this one is among them."""
    if claim.handover_id is not None:
        return CLAIM.c.handover_id == claim.handover_id
    here = CLAIM.c.location_id == claim.location_id
    return here & CLAIM.c.handover_id.is_(None) & (CLAIM.c.alarm == claim.alarm)


def say(connection: Connection, claim: Claim, events: Sequence[Event]) -> None:
    """Puts on record what happened to a claim, or to several beside it, and lets it be said.

    Raises:
        UnknownHandover: its handover is gone.
    """
    if claim.handover_id is not None:
        handover = the_handover(connection, claim.handover_id)
        keep(connection, handover, claims.told(handover, events))
        return
    for event in events:
        n = number_of_news(claim.alarm or 0, event)
        said = event.detail | {"alarm": claim.alarm}
        entry = audit_values(claim.location_id, Event(event.what, event.at, event.by, said), None, n)
        connection.execute(insert(AUDIT), [entry])
        row = {"about": claim.location_id, "location_id": claim.location_id, "kind": Kind.NEWS, "n": n}
        put = upsert(DELIVERY).values(row | {"state": Sending.PENDING, "file_ids": []})
        connection.execute(put.on_conflict_do_nothing(index_elements=(DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)))
    to_say(connection)


def news_of(connection: Connection, location_id: str, n: int) -> News | None:
    """What a reply below an alarm says; None where it is no longer kept."""
    mine = AUDIT.c.handover_id.is_(None) & (AUDIT.c.n == n) & (AUDIT.c.location_id == location_id)
    row = connection.execute(select(AUDIT).where(mine)).first()
    return None if row is None else News(int(row.detail["alarm"]), entry_of(row))


def root_of(connection: Connection, location_id: str, alarm: int) -> DeliveryRow | None:
    """The alarm's message."""
    mine = (DELIVERY.c.about == location_id) & (DELIVERY.c.kind == Kind.UNRECEIVED) & (DELIVERY.c.n == alarm)
    row = connection.execute(select(DELIVERY).where(mine)).first()
    return None if row is None else DeliveryRow(**row._mapping)
