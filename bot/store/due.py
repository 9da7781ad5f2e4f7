"""What the outbox can make next, found by indexes that hold only what is unsent, stale or put off."""

from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TextClause,
    case,
    func,
    or_,
    select,
    text,
    update,
)

from bot.handover.model import AuditEntry, Handover, Stage
from bot.store.rows import entry_of, handover_of
from bot.store.tables import AUDIT, DELIVERY, HANDOVER, HERE, UNSHOWN, URGENT, DeliveryRow, Kind, Sending

FARTHEST = timedelta(seconds=300)
"""No message is put off for longer; a moment further away was written by a clock that has been set back since."""
PAPERS_FARTHEST = timedelta(seconds=900)
"""The same for receipts, digests and alarms."""
PAPERS = (
    *(Kind.RECEIPT, Kind.PROOF, Kind.DIGEST, Kind.MONTH),
    *(Kind.UNRECEIVED, Kind.NEWS, Kind.MODE, Kind.OUTAGE, Kind.DIRECT),
)
_MESSAGES = (Kind.CARD, Kind.REPLY)
_UNSENT = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)
_MAYBE_SENT = (Sending.SENDING, Sending.UNKNOWN)
_OVER = (Stage.CLOSED.value, Stage.LEFT.value)
_NOWHERE_AT_ONCE = 20
HEADS = 100
"""Of so many channels is loaded what comes first, and of so many of those that have to be looked up in history: more
than can be sent at once, as some have to wait for their second."""


@dataclass(frozen=True, slots=True)
class Due:
    """A card or a reply with all that is needed to render and send it."""

    delivery: DeliveryRow
    handover: Handover
    entry: AuditEntry | None
    """The event of a reply; None for a card."""
    root: DeliveryRow
    """The card of the same handover."""
    namesake: bool = False
    """Of a card: another FE of this name is at the dock."""

    @property
    def is_edit(self) -> bool:
        """Whether the card exists and shows an older revision."""
        return self.delivery.kind == Kind.CARD and self.delivery.state == Sending.SENT


@dataclass(frozen=True, slots=True)
class Look:
    """What could be made now, if there is any."""

    now: datetime
    locations: Set[str]
    """The ids of those in bot.toml."""
    skip: Collection[int]
    """Deliveries that are being sent, or rest."""
    urgent: int
    """How many edits of cards whose stage or code has changed; what people wait for."""
    counters: int
    """How many of the others."""
    counted_before: datetime
    """Only cards that were drawn before this are drawn anew for their counts."""
    nowhere: bool
    """Whether to look for those of other locations too, which goes through all that is stale."""
    elsewhere: Set[str] = frozenset()
    """The other locations, as the last look for them found them. Hardly ever are there any: naming these costs nothing,
    and naming all that are ours would cost the more the more they are."""
    papers: int = 0
    """How many receipts and digests."""


@dataclass(frozen=True, slots=True)
class Next:
    """What a look brings."""

    due: list[Due]
    """Of each channel the one that comes first, then the edits, in the order in which they are to be made."""
    nowhere: list[Due]
    """Some of those whose location is not in bot.toml."""
    papers: list[DeliveryRow]
    """Receipts and digests, the oldest first."""
    not_before: datetime | None
    """When something that was put off has its time."""
    drawn_at: datetime | None
    """When the card was drawn that is next to be drawn anew for its counts, of those that are too fresh."""
    elsewhere: Set[str]
    """Locations with something unsaid that are not in bot.toml."""


def look_around(connection: Connection, look: Look) -> Next:
    """The next few that can be made now."""
    now, skip = look.now, look.skip
    elsewhere = _unsaid_at(connection) - look.locations if look.nowhere else look.elsewhere
    there = at_locations(elsewhere)
    here = ~there
    _leave(connection)
    ids = [
        *_ids(connection, heads(here, now, skip)),
        *_ids(connection, edits(here & text(f"({URGENT})"), now, skip, look.urgent)),
    ]
    # One that was drawn in the future was so before the clock was set back: it is as stale as can be.
    for drawn in (HANDOVER.c.shown_at > now, HANDOVER.c.shown_at <= look.counted_before):
        counters = here & drawn & text(f"({URGENT}) IS NOT TRUE")
        ids += _ids(connection, edits(counters, now, skip, look.counters))
    nowhere: list[int] = []
    if look.nowhere and elsewhere:
        nowhere += _ids(connection, heads(there, now, skip))
        nowhere += _ids(connection, edits(there, now, skip, _NOWHERE_AT_ONCE))
    put_off = select(func.min(DELIVERY.c.not_before)).where(
        DELIVERY.c.not_before > now, DELIVERY.c.not_before <= now + FARTHEST
    )
    fresh = select(func.min(HANDOVER.c.shown_at)).where(
        text(UNSHOWN), HANDOVER.c.shown_at > look.counted_before, HANDOVER.c.shown_at <= now
    )
    return Next(
        due=_load(connection, ids),
        nowhere=_load(connection, nowhere),
        papers=_deliveries(connection, papers(now, skip, look.papers)) if look.papers else [],
        not_before=connection.scalar(put_off),
        drawn_at=connection.scalar(fresh),
        elsewhere=elsewhere,
    )


def at_locations(ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a handover is at one of these, in words that let no query begin with all that ever were there."""
    return func.coalesce(HANDOVER.c.location_id, "").in_(ids)


def _unsaid_at(connection: Connection) -> Set[str]:
    """Every location with a message that is unsent or stale."""
    unsent = select(DELIVERY.c.location_id).where(DELIVERY.c.state.in_(_UNSENT), DELIVERY.c.kind.in_(_MESSAGES))
    # Of locations that are distinct, SQLite would go through an index of all that ever were at one.
    stale = select(func.coalesce(HANDOVER.c.location_id, "")).where(text(UNSHOWN))
    return {location_id for query in (unsent, stale) for location_id in connection.scalars(query.distinct())}


def heads(where: ColumnElement[bool], now: datetime, skip: Collection[int]) -> Select[Any]:
    """The ids of what comes first of all messages that are unsent, one for each channel of each location."""
    root, before = DELIVERY.alias("root"), DELIVERY.alias("before")
    is_reply = DELIVERY.c.kind == Kind.REPLY
    earlier = select(before.c.id).where(
        before.c.about == DELIVERY.c.about,
        before.c.kind == Kind.REPLY,
        before.c.n < DELIVERY.c.n,
        before.c.state.in_(_UNSENT),
    )
    channel = case(
        (DELIVERY.c.state.in_(_MAYBE_SENT), DELIVERY.c.channel),
        (is_reply, root.c.channel),
        else_="",
    )
    # Who is at the dock now comes before all that was left unsaid of those who went.
    order = (HANDOVER.c.stage.in_(_OVER), is_reply, HANDOVER.c.arrived_at, DELIVERY.c.id)
    place = func.row_number().over(partition_by=(HANDOVER.c.location_id, channel), order_by=order).label("place")
    ranked = (
        select(
            DELIVERY.c.id,
            DELIVERY.c.state.in_(_MAYBE_SENT).label("maybe"),
            *(one.label(f"o{n}") for n, one in enumerate(order[:3])),
            place,
        )
        .join(HANDOVER, HANDOVER.c.id == DELIVERY.c.about)
        .join(root, (root.c.about == DELIVERY.c.about) & (root.c.kind == Kind.CARD) & (root.c.n == 0))
        .where(DELIVERY.c.state.in_(_UNSENT), DELIVERY.c.kind.in_(_MESSAGES))
        .where(DELIVERY.c.id.not_in(skip), _is_time(now, FARTHEST), where)
        .where(~is_reply | ((root.c.ts != "") & ~earlier.exists()))
        .subquery()
    )
    columns = ranked.c
    first = (columns.o0, columns.o1, columns.o2, columns.id)
    # Those that wait for history to be read must not take the places of those that can be posted.
    nth = func.row_number().over(partition_by=columns.maybe, order_by=first).label("nth")
    found = select(columns.id, nth, *first[:3]).where(columns.place == 1).subquery().c
    return select(found.id).where(found.nth <= HEADS).order_by(found.o0, found.o1, found.o2, found.id)


def edits(where: ColumnElement[bool] | TextClause, now: datetime, skip: Collection[int], most: int) -> Select[Any]:
    """The ids of cards that show an older revision, the stalest first, by an index of nothing else."""
    return (
        select(DELIVERY.c.id)
        .select_from(HANDOVER)
        .join(DELIVERY, (DELIVERY.c.about == HANDOVER.c.id) & (DELIVERY.c.kind == Kind.CARD) & (DELIVERY.c.n == 0))
        .where(text(UNSHOWN), HANDOVER.c.shown_at.is_not(None), where)
        # Without a word on the state: what was drawn and is stale was sent and is not lost, and SQLite would go
        # through all that are sent.
        .where(DELIVERY.c.id.not_in(skip), _is_time(now, FARTHEST))
        .order_by(HANDOVER.c.shown_at)
        .limit(most)
    )


def papers(now: datetime, skip: Collection[int], most: int) -> Select[Any]:
    """The receipts and digests whose time it is, the oldest first; messages to one person before them."""
    unsent = DELIVERY.c.state.in_(_UNSENT) & DELIVERY.c.kind.in_(PAPERS)
    return (
        select(DELIVERY)
        .where(unsent, DELIVERY.c.id.not_in(skip), _is_time(now, PAPERS_FARTHEST))
        .order_by(DELIVERY.c.kind != Kind.DIRECT, DELIVERY.c.id)
        .limit(most)
    )


def _is_time(now: datetime, farthest: timedelta) -> ColumnElement[bool]:
    at = DELIVERY.c.not_before
    return or_(at.is_(None), at <= now, at > now + farthest)


def _ids(connection: Connection, query: Select[Any]) -> list[int]:
    return list(connection.scalars(query))


def _leave(connection: Connection) -> None:
    """What belongs below a card that was given up before it was there can be said nowhere."""
    root = DELIVERY.alias("root")
    given_up = select(root.c.id).where(
        root.c.about == DELIVERY.c.about,
        root.c.kind == Kind.CARD,
        root.c.state == Sending.LOST,
        root.c.ts == "",
    )
    rootless = DELIVERY.c.state.in_(_UNSENT) & (DELIVERY.c.kind == Kind.REPLY) & given_up.exists()
    values = {"state": Sending.LOST, "error": "its card was given up", "not_before": None}
    connection.execute(update(DELIVERY).where(rootless).values(**values))


def _load(connection: Connection, ids: Sequence[int]) -> list[Due]:
    """Those deliveries in this order, with all that is needed to send them."""
    if not ids:
        return []
    found = {one.id: one for one in _deliveries(connection, select(DELIVERY).where(DELIVERY.c.id.in_(ids)))}
    handover_ids = {one.about for one in found.values()}
    is_root = DELIVERY.c.about.in_(handover_ids) & (DELIVERY.c.kind == Kind.CARD)
    roots = {one.about: one for one in _deliveries(connection, select(DELIVERY).where(is_root))}
    rows = connection.execute(select(HANDOVER).where(HANDOVER.c.id.in_(handover_ids)))
    handovers = {row.id: handover_of(row) for row in rows}
    cards = {one.about for one in found.values() if one.kind == Kind.CARD}
    namesakes = set(connection.scalars(_namesakes(cards))) if cards else set()
    dues = []
    for one in (found[delivery_id] for delivery_id in ids):
        entry = None
        if one.kind == Kind.REPLY:
            key = (AUDIT.c.handover_id == one.about) & (AUDIT.c.n == one.n)
            entry = entry_of(connection.execute(select(AUDIT).where(key)).one())
        dues.append(Due(one, handovers[one.about], entry, roots[one.about], one.about in namesakes))
    return dues


def _namesakes(handover_ids: Collection[str]) -> Select[Any]:
    """Of these, the ones that share a name with another FE who is at the same location now."""
    other = HANDOVER.alias("other")
    same = (other.c.location_id == HANDOVER.c.location_id) & (other.c.fe_name == HANDOVER.c.fe_name)
    there = select(other.c.id).where(other.c.stage.in_(HERE), same, other.c.fe_id != HANDOVER.c.fe_id)
    return select(HANDOVER.c.id).where(HANDOVER.c.id.in_(handover_ids), HANDOVER.c.fe_name != "", there.exists())


def _deliveries(connection: Connection, query: Select[Any]) -> list[DeliveryRow]:
    return [DeliveryRow(**row._mapping) for row in connection.execute(query)]
