"""Keeps message intents: what is to exist in Slack, how far it is, and which card shows which revision."""

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
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, HANDOVER, INTENT, UNSHOWN, URGENT, IntentRow, Kind, Sending

NEVER_STALE = 2**62
"""In place of the revision that a card shows, once there is none."""
FARTHEST = timedelta(seconds=300)
"""No attempt is put off for longer; a moment further away was written by a clock that has been set back since."""
_UNSENT = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)
_MAYBE_SENT = (Sending.SENDING, Sending.UNKNOWN)
_OVER = (Stage.CLOSED.value, Stage.LEFT.value)
_NOWHERE_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Due:
    """An intent with all that is needed to render and send it."""

    intent: IntentRow
    handover: Handover
    entry: AuditEntry | None
    """The event of a reply; None for a card."""
    root: IntentRow
    """The card of the same handover."""

    @property
    def is_edit(self) -> bool:
        """Whether the card exists and shows an older revision."""
        return self.intent.kind == Kind.CARD and self.intent.state == Sending.SENT


@dataclass(frozen=True, slots=True)
class Look:
    """What could be made now, if there is any."""

    now: datetime
    locations: Set[str]
    """The ids of those in bot.toml."""
    skip: Collection[int]
    """Intents that are being sent, or rest."""
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


@dataclass(frozen=True, slots=True)
class Next:
    """What a look brings."""

    due: list[Due]
    """Of each channel the one that comes first, then the edits, in the order in which they are to be made."""
    nowhere: list[Due]
    """Some of those whose location is not in bot.toml."""
    not_before: datetime | None
    """When something that was put off has its time."""
    drawn_at: datetime | None
    """When the card was drawn that is next to be drawn anew for its counts, of those that are too fresh."""
    elsewhere: Set[str]
    """Locations with something unsaid that are not in bot.toml."""


class IntentStore:
    """The outbox's table. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def next(self, connection: Connection, look: Look) -> Next:
        """The next few that can be made now. What is loaded does not grow with what waits, exists or is shown."""
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
        put_off = select(func.min(INTENT.c.not_before)).where(
            INTENT.c.not_before > now, INTENT.c.not_before <= now + FARTHEST
        )
        fresh = select(func.min(HANDOVER.c.shown_at)).where(
            text(UNSHOWN), HANDOVER.c.shown_at > look.counted_before, HANDOVER.c.shown_at <= now
        )
        return Next(
            due=_load(connection, ids),
            nowhere=_load(connection, nowhere),
            not_before=connection.scalar(put_off),
            drawn_at=connection.scalar(fresh),
            elsewhere=elsewhere,
        )

    async def sending(self, intent: IntentRow, channel: str, now: datetime) -> None:
        """Committed before the call, so that a crash during it is known."""
        await self._set(intent, state=Sending.SENDING, channel=channel, attempted_at=now, attempts=intent.attempts + 1)

    async def sent(self, intent: IntentRow, ts: str, revision: int, rendered: str, now: datetime) -> None:
        """The message exists; for a card, it shows this revision with this hash."""
        await self._set(
            intent,
            state=Sending.SENT,
            ts=ts,
            sent_revision=revision,
            sent_hash=rendered,
            edited_at=now,
            error="",
            failing_since=None,
            not_before=None,
        )

    async def shown(self, intent: IntentRow, revision: int, rendered: str, edited_at: datetime | None) -> None:
        """The card shows this revision; `edited_at` is None when it already looked like that."""
        values: dict[str, object] = {
            "sent_revision": revision,
            "sent_hash": rendered,
            "error": "",
            "failing_since": None,
            "not_before": None,
            "attempts": 1,
        }
        if edited_at is not None:
            values["edited_at"] = edited_at
        await self._set(intent, **values)

    async def unknown(
        self, intent: IntentRow, error: str, not_before: datetime, *, failed_at: datetime | None = None
    ) -> None:
        """The call may have been carried out; history is read from `not_before` on.

        `failed_at` is when a call ended without an answer: after a timeout, that is long after it began.
        """
        values: dict[str, object] = {"state": Sending.UNKNOWN, "error": error, "not_before": not_before}
        if failed_at is not None:
            values["attempted_at"] = failed_at
            values["failing_since"] = intent.failing_since or failed_at
        await self._set(intent, **values)

    async def unlooked(self, intent: IntentRow, error: str, not_before: datetime, now: datetime) -> None:
        """Whether the call was carried out could not be looked up; again from `not_before` on."""
        values = {"error": error, "not_before": not_before, "failing_since": intent.failing_since or now}
        await self._set(intent, state=Sending.UNKNOWN, attempts=intent.attempts + 1, **values)

    async def failing(self, intent: IntentRow, error: str, now: datetime) -> None:
        """It can't even be tried."""
        since = intent.failing_since or now
        await self._set(intent, error=error, failing_since=since, not_before=now + FARTHEST)

    async def postpone(
        self, intent: IntentRow, error: str, not_before: datetime, *, failed_at: datetime | None = None
    ) -> None:
        """The call was not carried out; again from `not_before` on. `failed_at`: because Slack refused it then."""
        state = Sending.SENT if intent.ts else Sending.PENDING
        values: dict[str, object] = {"state": state, "error": error, "not_before": not_before}
        if failed_at is not None:
            values["failing_since"] = intent.failing_since or failed_at
        if intent.ts:
            # A post counted its attempt when it began; an edit counts it here.
            values["attempts"] = intent.attempts + 1
        await self._set(intent, **values)

    async def lost(self, intent: IntentRow, error: str) -> None:
        """Somebody deleted the card, or it was given up; `next` leaves what was to stand below one never there."""
        await self._set(intent, state=Sending.LOST, error=error, not_before=None)

    @one_transaction
    def recover(self, connection: Connection) -> int:
        """After a start: what was being sent when the process ended may have been carried out. Returns how many."""
        statement = update(INTENT).where(INTENT.c.state == Sending.SENDING).values(state=Sending.UNKNOWN)
        return int(connection.execute(statement).rowcount)

    @one_transaction
    def backlog(self, connection: Connection) -> int:
        """How many messages are not in Slack yet."""
        query = select(func.count()).select_from(INTENT).where(INTENT.c.state.in_(_UNSENT))
        return int(connection.scalar(query) or 0)

    async def _set(self, intent: IntentRow, **values: object) -> None:
        await self._write(intent, values)

    @one_transaction
    def _write(self, connection: Connection, intent: IntentRow, values: dict[str, object]) -> None:
        connection.execute(update(INTENT).where(INTENT.c.id == intent.id).values(values))
        shown = values.get("sent_revision")
        if intent.kind == Kind.CARD and shown is not None:
            row = HANDOVER.c.id == intent.handover_id
            drawn = {"shown_at": values["edited_at"]} if "edited_at" in values else {}
            connection.execute(update(HANDOVER).where(row).values(shown_revision=shown, **drawn))
        if intent.kind == Kind.CARD and values.get("state") == Sending.LOST:
            # There is no card any more that could be stale.
            row = HANDOVER.c.id == intent.handover_id
            connection.execute(update(HANDOVER).where(row).values(shown_revision=NEVER_STALE))


def at_locations(ids: Collection[str]) -> ColumnElement[bool]:
    """Whether a handover is at one of these, in words that let no query begin with all that ever were there."""
    return func.coalesce(HANDOVER.c.location_id, "").in_(ids)


def _unsaid_at(connection: Connection) -> Set[str]:
    """Every location with something that is unsent or stale."""
    unsent = select(HANDOVER.c.location_id).join(INTENT, INTENT.c.handover_id == HANDOVER.c.id)
    queries = (unsent.where(INTENT.c.state.in_(_UNSENT)), select(HANDOVER.c.location_id).where(text(UNSHOWN)))
    return {location_id for query in queries for location_id in connection.scalars(query.distinct())}


def heads(where: ColumnElement[bool], now: datetime, skip: Collection[int]) -> Select[Any]:
    """The ids of what comes first of all that is unsent, one for each channel of each location."""
    root, before = INTENT.alias("root"), INTENT.alias("before")
    is_reply = INTENT.c.kind == Kind.REPLY
    earlier = select(before.c.id).where(
        before.c.handover_id == INTENT.c.handover_id,
        before.c.kind == Kind.REPLY,
        before.c.n < INTENT.c.n,
        before.c.state.in_(_UNSENT),
    )
    channel = case(
        (INTENT.c.state.in_(_MAYBE_SENT), INTENT.c.channel),
        (is_reply, root.c.channel),
        else_="",
    )
    # Who is at the dock now comes before all that was left unsaid of those who went.
    order = (HANDOVER.c.stage.in_(_OVER), is_reply, HANDOVER.c.arrived_at, INTENT.c.id)
    place = func.row_number().over(partition_by=(HANDOVER.c.location_id, channel), order_by=order).label("place")
    ranked = (
        select(INTENT.c.id, *(one.label(f"o{n}") for n, one in enumerate(order[:3])), place)
        .join(HANDOVER, HANDOVER.c.id == INTENT.c.handover_id)
        .join(root, (root.c.handover_id == INTENT.c.handover_id) & (root.c.kind == Kind.CARD) & (root.c.n == 0))
        .where(INTENT.c.state.in_(_UNSENT), INTENT.c.id.not_in(skip), _is_time(now), where)
        .where(~is_reply | ((root.c.ts != "") & ~earlier.exists()))
        .subquery()
    )
    columns = ranked.c
    return select(columns.id).where(columns.place == 1).order_by(columns.o0, columns.o1, columns.o2, columns.id)


def edits(where: ColumnElement[bool] | TextClause, now: datetime, skip: Collection[int], most: int) -> Select[Any]:
    """The ids of cards that show an older revision, the stalest first, by an index of nothing else."""
    return (
        select(INTENT.c.id)
        .select_from(HANDOVER)
        .join(INTENT, (INTENT.c.handover_id == HANDOVER.c.id) & (INTENT.c.kind == Kind.CARD) & (INTENT.c.n == 0))
        .where(text(UNSHOWN), HANDOVER.c.shown_at.is_not(None), where)
        # Without a word on the state: what was drawn and is stale was sent and is not lost, and SQLite would go
        # through all that are sent.
        .where(INTENT.c.id.not_in(skip), _is_time(now))
        .order_by(HANDOVER.c.shown_at)
        .limit(most)
    )


def _is_time(now: datetime) -> ColumnElement[bool]:
    at = INTENT.c.not_before
    return or_(at.is_(None), at <= now, at > now + FARTHEST)


def _ids(connection: Connection, query: Select[Any]) -> list[int]:
    return list(connection.scalars(query))


def _leave(connection: Connection) -> None:
    """What belongs below a card that was given up before it was there can be said nowhere."""
    root = INTENT.alias("root")
    given_up = select(root.c.id).where(
        root.c.handover_id == INTENT.c.handover_id,
        root.c.kind == Kind.CARD,
        root.c.state == Sending.LOST,
        root.c.ts == "",
    )
    rootless = INTENT.c.state.in_(_UNSENT) & (INTENT.c.kind == Kind.REPLY) & given_up.exists()
    values = {"state": Sending.LOST, "error": "its card was given up", "not_before": None}
    connection.execute(update(INTENT).where(rootless).values(**values))


def _load(connection: Connection, ids: Sequence[int]) -> list[Due]:
    """Those intents in this order, with all that is needed to send them."""
    if not ids:
        return []
    found = {intent.id: intent for intent in _intents(connection, INTENT.c.id.in_(ids))}
    handover_ids = {intent.handover_id for intent in found.values()}
    is_root = INTENT.c.handover_id.in_(handover_ids) & (INTENT.c.kind == Kind.CARD)
    roots = {intent.handover_id: intent for intent in _intents(connection, is_root)}
    rows = connection.execute(select(HANDOVER).where(HANDOVER.c.id.in_(handover_ids)))
    handovers = {row.id: handover_of(row) for row in rows}
    dues = []
    for intent_id in ids:
        intent, entry = found[intent_id], None
        if intent.kind == Kind.REPLY:
            key = (AUDIT.c.handover_id == intent.handover_id) & (AUDIT.c.n == intent.n)
            entry = entry_of(connection.execute(select(AUDIT).where(key)).one())
        dues.append(Due(intent, handovers[intent.handover_id], entry, roots[intent.handover_id]))
    return dues


def _intents(connection: Connection, where: ColumnElement[bool]) -> list[IntentRow]:
    rows = connection.execute(select(INTENT).where(where).order_by(INTENT.c.id))
    return [IntentRow(**row._mapping) for row in rows]
