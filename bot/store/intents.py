"""Keeps message intents: what is to exist in Slack, how far it is, and which card shows which revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, func, select, update

from bot.handover.model import AuditEntry, Handover
from bot.store.rows import entry_of, handover_of
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, HANDOVER, INTENT, IntentRow, Kind, Sending

NEVER_STALE = 2**62
"""In place of the revision that a card shows, once there is none."""
_UNSENT = (Sending.PENDING, Sending.SENDING, Sending.UNKNOWN)


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


class IntentStore:
    """The outbox's table. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def due(self, connection: Connection) -> list[Due]:
        """Everything that is not as it should be in Slack, in the order in which it came about.

        Of each thread only the next reply, and none before its root is there.
        """
        found = _intents(connection, INTENT.c.id.in_(due_ids()))
        handover_ids = {intent.handover_id for intent in found}
        is_root = INTENT.c.handover_id.in_(handover_ids) & (INTENT.c.kind == Kind.CARD)
        roots = {intent.handover_id: intent for intent in _intents(connection, is_root)}
        rows = connection.execute(select(HANDOVER).where(HANDOVER.c.id.in_(handover_ids)))
        handovers = {row.id: handover_of(row) for row in rows}
        replies = [one for one in found if one.kind == Kind.REPLY]
        _leave(connection, [one for one in replies if _rootless(roots[one.handover_id])])
        heads = _heads(found, roots)
        entries = {}
        for intent in heads:
            if intent.kind == Kind.REPLY:
                key = (AUDIT.c.handover_id == intent.handover_id) & (AUDIT.c.n == intent.n)
                row = connection.execute(select(AUDIT).where(key)).one()
                entries[intent.id] = entry_of(row)
        return [Due(i, handovers[i.handover_id], entries.get(i.id), roots[i.handover_id]) for i in heads]

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
        await self._set(intent, error=error, failing_since=intent.failing_since or now)

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
        """Somebody deleted the card, or it was given up; `due` leaves what was to stand below one never there."""
        await self._set(intent, state=Sending.LOST, error=error)

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
            connection.execute(update(HANDOVER).where(row).values(shown_revision=shown))
        if intent.kind == Kind.CARD and values.get("state") == Sending.LOST:
            # There is no card any more that could be stale.
            row = HANDOVER.c.id == intent.handover_id
            connection.execute(update(HANDOVER).where(row).values(shown_revision=NEVER_STALE))


def due_ids() -> CompoundSelect[Any]:
    """The ids of what is unsent, and of the cards that show an older revision: each by an index of nothing else."""
    unsent = select(INTENT.c.id).where(INTENT.c.state.in_(_UNSENT))
    # Without a word on the state: one that is lost is never stale, and SQLite would go through all that are sent.
    unshown = select(HANDOVER.c.id).where(HANDOVER.c.shown_revision < HANDOVER.c.revision)
    stale = select(INTENT.c.id).where(INTENT.c.handover_id.in_(unshown), INTENT.c.kind == Kind.CARD)
    return unsent.union(stale)


def _rootless(root: IntentRow) -> bool:
    return root.state == Sending.LOST and not root.ts


def _leave(connection: Connection, replies: Sequence[IntentRow]) -> None:
    """What belongs below a card that was given up before it was there can be said nowhere."""
    if replies:
        ids = [reply.id for reply in replies]
        values = {"state": Sending.LOST, "error": "its card was given up"}
        connection.execute(update(INTENT).where(INTENT.c.id.in_(ids)).values(**values))


def _intents(connection: Connection, where: ColumnElement[bool]) -> list[IntentRow]:
    rows = connection.execute(select(INTENT).where(where).order_by(INTENT.c.id))
    return [IntentRow(**row._mapping) for row in rows]


def _heads(found: Sequence[IntentRow], roots: dict[str, IntentRow]) -> list[IntentRow]:
    heads: list[IntentRow] = []
    led: set[str] = set()
    for intent in found:
        if intent.kind == Kind.REPLY:
            if roots[intent.handover_id].ts == "" or intent.handover_id in led:
                continue
            led.add(intent.handover_id)
        heads.append(intent)
    return heads
