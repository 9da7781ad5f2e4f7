"""What a monitor asks of the database: of what is unsent, stale or due, by indexes that hold nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, case, func, select, text

from bot.store.claims import SHOWN_AFTER
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, CLAIM, DELIVERY, HANDOVER, UNSHOWN, WAITED_FOR, WEBHOOK, Kind, Sending
from bot.store.tables.deliveries import EACH

UNSENT = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)
KINDS = (*(kind.value for kind in Kind), "webhook")
"""What waits to be told: in Slack, and to addresses outside."""
DUE_WITHIN = timedelta(days=1)
_HAPPENED = [HANDOVER.c[name] for name in WAITED_FOR]
MOST_STALE = 1000
"""Stale cards that are looked at, those first that were drawn longest ago: they are drawn anew first."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Messages of one kind that are not in Slack yet."""

    count: int
    oldest: int
    """The id of the one that was put down first."""
    since: datetime | None
    """When what it tells happened, or it was first tried; None: neither is known."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What there was at a moment."""

    waiting: Mapping[str, Waiting]
    """By the words of `KINDS`; those of which none waits are left out."""
    stale: int
    """Cards that show an older state."""
    shown: Mapping[str, int]
    """The handovers of such cards, and which revision each shows."""
    claims_due: Mapping[str, int]
    """By location; those without any are left out."""
    stale_since: datetime | None = None
    """When the first thing happened that people wait for and such a card does not show; None: there is none."""


class FigureStore:
    """Counts, in one transaction that writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def look(self, connection: Connection, location_ids: Sequence[str], now: datetime) -> Figures:
        """What there is now; of claims, those of these locations."""
        stale = select(func.count()).select_from(HANDOVER).where(text(UNSHOWN), HANDOVER.c.shown_at.is_not(None))
        cards = (
            select(HANDOVER.c.id, HANDOVER.c.shown_revision, HANDOVER.c.shown_at, *_HAPPENED)
            .where(text(UNSHOWN), HANDOVER.c.shown_at.is_not(None))
            .order_by(HANDOVER.c.shown_at)
            .limit(MOST_STALE)
        )
        due = (
            select(CLAIM.c.location_id, func.count())
            .where(CLAIM.c.location_id.in_(location_ids))
            .where(CLAIM.c.next_at > now - SHOWN_AFTER, CLAIM.c.next_at <= now + DUE_WITHIN)
            .group_by(CLAIM.c.location_id)
        )
        rows = connection.execute(cards).all()
        unseen = [at for _, _, drawn, *happened in rows for at in happened if at is not None and at >= drawn]
        return Figures(
            waiting=_waiting(connection) | _outside(connection),
            stale=int(connection.scalar(stale) or 0),
            shown={row.id: row.shown_revision for row in rows},
            claims_due={location_id: int(count) for location_id, count in connection.execute(due)},
            stale_since=min(unseen, default=None),
        )


def _outside(connection: Connection) -> dict[str, Waiting]:
    # Of those that were delivered there is no row. An id is above 0; said so that no table is read from end to end.
    there = select(func.count(), func.min(WEBHOOK.c.id)).where(WEBHOOK.c.id > 0)
    count, oldest = connection.execute(there).one()
    if not count:
        return {}
    at = connection.scalar(select(WEBHOOK.c.at).where(WEBHOOK.c.id == oldest))
    return {"webhook": Waiting(count, oldest, at)}


def _waiting(connection: Connection) -> dict[str, Waiting]:
    by_kind = (
        select(DELIVERY.c.kind, func.count().label("n"), func.min(DELIVERY.c.id).label("oldest"))
        .where(DELIVERY.c.state.in_(UNSENT))
        .group_by(DELIVERY.c.kind)
    )
    found = connection.execute(by_kind).all()
    if not found:
        return {}
    # A message to one person has its event's number in its own.
    event = case((DELIVERY.c.kind == Kind.DIRECT, DELIVERY.c.n // EACH), else_=DELIVERY.c.n)
    happened = case((DELIVERY.c.kind == Kind.CARD, HANDOVER.c.arrived_at), else_=AUDIT.c.at)
    since = (
        select(DELIVERY.c.id, func.coalesce(happened, DELIVERY.c.failing_since, DELIVERY.c.attempted_at).label("at"))
        .outerjoin(HANDOVER, HANDOVER.c.id == DELIVERY.c.about)
        .outerjoin(AUDIT, (AUDIT.c.handover_id == DELIVERY.c.about) & (AUDIT.c.n == event))
        .where(DELIVERY.c.id.in_([row.oldest for row in found]))
    )
    at = {row.id: row.at for row in connection.execute(since)}
    return {str(row.kind): Waiting(row.n, row.oldest, at.get(row.oldest)) for row in found}
