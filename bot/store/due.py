"""What the outbox can make next, found by indexes that hold only what is unsent, stale or put off."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    TextClause,
    Update,
    bindparam,
    case,
    func,
    or_,
    select,
    text,
    update,
)

from bot.handover.model import AuditEntry, Handover, Stage, UtcDateTime
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


_Values = Mapping[str, Any]
_NOW: BindParameter[datetime] = bindparam("now", type_=UtcDateTime())
_FAR: BindParameter[datetime] = bindparam("far", type_=UtcDateTime())
"""From when on a moment is believed no more."""
_COUNTED: BindParameter[datetime] = bindparam("counted", type_=UtcDateTime())
_AT: BindParameter[Any] = bindparam("elsewhere", expanding=True, type_=Text())
_WAITS = DELIVERY.c.id.not_in(bindparam("skip", expanding=True)) & or_(
    DELIVERY.c.not_before.is_(None), DELIVERY.c.not_before <= _NOW, DELIVERY.c.not_before > _FAR
)
_THERE = func.coalesce(HANDOVER.c.location_id, "").in_(_AT)
"""At a location that is not in bot.toml, in words that let no query begin with all that ever were there."""
_ROOT, _BEFORE, _OTHER = DELIVERY.alias("root"), DELIVERY.alias("before"), HANDOVER.alias("other")


def look_around(connection: Connection, look: Look) -> Next:
    """The next few that can be made now."""
    now = look.now
    elsewhere = _unsaid_at(connection) - look.locations if look.nowhere else look.elsewhere
    values = asked_with(look, elsewhere)
    connection.execute(_LEAVE)
    ids = _ids(connection, HEADS_HERE, values)
    for query, most in ((URGENT_HERE, look.urgent), (AHEAD_HERE, look.counters), (COUNTS_HERE, look.counters)):
        ids += _ids(connection, query, {**values, "most": most})
    nowhere: list[int] = []
    if look.nowhere and elsewhere:
        nowhere += _ids(connection, _HEADS_THERE, values)
        nowhere += _ids(connection, _EDITS_THERE, {**values, "most": _NOWHERE_AT_ONCE})
    of_papers = {**values, "far": now + PAPERS_FARTHEST, "most": look.papers}
    return Next(
        due=_load(connection, ids),
        nowhere=_load(connection, nowhere),
        papers=_deliveries(connection, _PAPERS_DUE, of_papers) if look.papers else [],
        not_before=connection.scalar(_PUT_OFF, values),
        drawn_at=connection.scalar(_FRESH, values),
        elsewhere=elsewhere,
    )


def asked_with(look: Look, elsewhere: Collection[str]) -> dict[str, Any]:
    """What the queries of a look are asked with, but for how many."""
    return {
        "now": look.now,
        "far": look.now + FARTHEST,
        "counted": look.counted_before,
        "skip": list(look.skip),
        "elsewhere": list(elsewhere),
    }


# The queries are made once: to put one together takes longer than to carry it out.


def _unsaid() -> tuple[Select[Any], Select[Any]]:
    """Every location with a message that is unsent or stale."""
    unsent = select(DELIVERY.c.location_id).where(DELIVERY.c.state.in_(_UNSENT), DELIVERY.c.kind.in_(_MESSAGES))
    # Of locations that are distinct, SQLite would go through an index of all that ever were at one.
    stale = select(func.coalesce(HANDOVER.c.location_id, "")).where(text(UNSHOWN))
    return unsent.distinct(), stale.distinct()


_UNSAID = _unsaid()


def _unsaid_at(connection: Connection) -> Set[str]:
    return {location_id for query in _UNSAID for location_id in connection.scalars(query)}


def _heads(where: ColumnElement[bool]) -> Select[Any]:
    """The ids of what comes first of all messages that are unsent, one for each channel of each location."""
    is_reply = DELIVERY.c.kind == Kind.REPLY
    earlier = select(_BEFORE.c.id).where(
        _BEFORE.c.about == DELIVERY.c.about,
        _BEFORE.c.kind == Kind.REPLY,
        _BEFORE.c.n < DELIVERY.c.n,
        _BEFORE.c.state.in_(_UNSENT),
    )
    channel = case(
        (DELIVERY.c.state.in_(_MAYBE_SENT), DELIVERY.c.channel),
        (is_reply, _ROOT.c.channel),
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
        .join(_ROOT, (_ROOT.c.about == DELIVERY.c.about) & (_ROOT.c.kind == Kind.CARD) & (_ROOT.c.n == 0))
        .where(DELIVERY.c.state.in_(_UNSENT), DELIVERY.c.kind.in_(_MESSAGES))
        .where(_WAITS, where)
        .where(~is_reply | ((_ROOT.c.ts != "") & ~earlier.exists()))
        .subquery()
    )
    columns = ranked.c
    first = (columns.o0, columns.o1, columns.o2, columns.id)
    # Those that wait for history to be read must not take the places of those that can be posted.
    nth = func.row_number().over(partition_by=columns.maybe, order_by=first).label("nth")
    found = select(columns.id, nth, *first[:3]).where(columns.place == 1).subquery().c
    return select(found.id).where(found.nth <= HEADS).order_by(found.o0, found.o1, found.o2, found.id)


def _edits(*where: ColumnElement[bool] | TextClause) -> Select[Any]:
    """The ids of cards that show an older revision, the stalest first, by an index of nothing else."""
    return (
        select(DELIVERY.c.id)
        .select_from(HANDOVER)
        .join(DELIVERY, (DELIVERY.c.about == HANDOVER.c.id) & (DELIVERY.c.kind == Kind.CARD) & (DELIVERY.c.n == 0))
        .where(text(UNSHOWN), HANDOVER.c.shown_at.is_not(None), *where)
        # Without a word on the state: what was drawn and is stale was sent and is not lost, and SQLite would go
        # through all that are sent.
        .where(_WAITS)
        .order_by(HANDOVER.c.shown_at)
        .limit(bindparam("most", type_=Integer()))
    )


_IS_URGENT, _NOT_URGENT = text(f"({URGENT})"), text(f"({URGENT}) IS NOT TRUE")
HEADS_HERE, _HEADS_THERE = _heads(~_THERE), _heads(_THERE)
URGENT_HERE, _EDITS_THERE = _edits(~_THERE, _IS_URGENT), _edits(_THERE)
# One that was drawn in the future was so before the clock was set back: it is as stale as can be.
AHEAD_HERE = _edits(~_THERE, HANDOVER.c.shown_at > _NOW, _NOT_URGENT)
COUNTS_HERE = _edits(~_THERE, HANDOVER.c.shown_at <= _COUNTED, _NOT_URGENT)
_PAPERS_DUE = (
    # The oldest first; messages to one person before them.
    select(DELIVERY)
    .where(DELIVERY.c.state.in_(_UNSENT) & DELIVERY.c.kind.in_(PAPERS), _WAITS)
    .order_by(DELIVERY.c.kind != Kind.DIRECT, DELIVERY.c.id)
    .limit(bindparam("most", type_=Integer()))
)
_PUT_OFF = select(func.min(DELIVERY.c.not_before)).where(DELIVERY.c.not_before > _NOW, DELIVERY.c.not_before <= _FAR)
_FRESH = select(func.min(HANDOVER.c.shown_at)).where(
    text(UNSHOWN), HANDOVER.c.shown_at > _COUNTED, HANDOVER.c.shown_at <= _NOW
)


def _leave() -> Update:
    """What belongs below a card that was given up before it was there can be said nowhere."""
    given_up = select(_ROOT.c.id).where(
        _ROOT.c.about == DELIVERY.c.about,
        _ROOT.c.kind == Kind.CARD,
        _ROOT.c.state == Sending.LOST,
        _ROOT.c.ts == "",
    )
    rootless = DELIVERY.c.state.in_(_UNSENT) & (DELIVERY.c.kind == Kind.REPLY) & given_up.exists()
    return update(DELIVERY).where(rootless).values(state=Sending.LOST, error="its card was given up", not_before=None)


_LEAVE = _leave()


def _namesakes() -> Select[Any]:
    """Of these, the ones that share a name with another FE who is at the same location now."""
    same = (_OTHER.c.location_id == HANDOVER.c.location_id) & (_OTHER.c.fe_name == HANDOVER.c.fe_name)
    there = select(_OTHER.c.id).where(_OTHER.c.stage.in_(HERE), same, _OTHER.c.fe_id != HANDOVER.c.fe_id)
    named = HANDOVER.c.id.in_(bindparam("ids", expanding=True)) & (HANDOVER.c.fe_name != "")
    return select(HANDOVER.c.id).where(named, there.exists())


_NAMESAKES = _namesakes()
_BY_ID = select(DELIVERY).where(DELIVERY.c.id.in_(bindparam("ids", expanding=True)))
_CARDS = select(DELIVERY).where(DELIVERY.c.about.in_(bindparam("ids", expanding=True)) & (DELIVERY.c.kind == Kind.CARD))
_HANDOVERS = select(HANDOVER).where(HANDOVER.c.id.in_(bindparam("ids", expanding=True)))
_EVENT = select(AUDIT).where((AUDIT.c.handover_id == bindparam("handover")) & (AUDIT.c.n == bindparam("nth")))


def _ids(connection: Connection, query: Select[Any], values: _Values) -> list[int]:
    return list(connection.scalars(query, values))


def _load(connection: Connection, ids: Sequence[int]) -> list[Due]:
    """Those deliveries in this order, with all that is needed to send them."""
    if not ids:
        return []
    found = {one.id: one for one in _deliveries(connection, _BY_ID, {"ids": list(ids)})}
    of_these = {"ids": list({one.about for one in found.values()})}
    roots = {one.about: one for one in _deliveries(connection, _CARDS, of_these)}
    handovers = {row.id: handover_of(row) for row in connection.execute(_HANDOVERS, of_these)}
    cards = {one.about for one in found.values() if one.kind == Kind.CARD}
    namesakes = set(connection.scalars(_NAMESAKES, {"ids": list(cards)})) if cards else set()
    dues = []
    for one in (found[delivery_id] for delivery_id in ids):
        entry = None
        if one.kind == Kind.REPLY:
            entry = entry_of(connection.execute(_EVENT, {"handover": one.about, "nth": one.n}).one())
        dues.append(Due(one, handovers[one.about], entry, roots[one.about], one.about in namesakes))
    return dues


def _deliveries(connection: Connection, query: Select[Any], values: _Values) -> list[DeliveryRow]:
    return [DeliveryRow(**row._mapping) for row in connection.execute(query, values)]
