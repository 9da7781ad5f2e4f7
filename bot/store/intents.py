"""Keeps message intents: what is to exist in Slack, how far it is, and which card shows which revision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlmodel
from sqlalchemy import ColumnElement, func, select, update
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.model import AuditEntry, Handover
from bot.store.handovers import frozen_entry, frozen_handover
from bot.store.session import Database, whole
from bot.store.tables import AUDIT, HANDOVER, INTENT, AuditRow, HandoverRow, IntentRow, Kind, Sending

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

    @whole
    async def due(self) -> list[Due]:
        """Everything that is not as it should be in Slack, in the order in which it came about.

        Of each thread only the next reply, and none before its root is there.
        """
        unsent = INTENT.c.state.in_(_UNSENT)
        stale = (INTENT.c.state == Sending.SENT) & (INTENT.c.sent_revision < HANDOVER.c.revision)
        wanted = (
            select(INTENT.c.id)
            .join(HANDOVER, HANDOVER.c.id == INTENT.c.handover_id)
            .where(unsent | ((INTENT.c.kind == Kind.CARD) & stale))
        )
        async with self._database.transaction() as session:
            found = await _intents(session, INTENT.c.id.in_(wanted))
            handover_ids = {intent.handover_id for intent in found}
            is_root = INTENT.c.handover_id.in_(handover_ids) & (INTENT.c.kind == Kind.CARD)
            roots = {intent.handover_id: intent for intent in await _intents(session, is_root)}
            rows = await session.exec(sqlmodel.select(HandoverRow).where(HANDOVER.c.id.in_(handover_ids)))
            handovers = {row.id: frozen_handover(row) for row in rows}
            heads = _heads(found, roots)
            entries = {}
            for intent in heads:
                if intent.kind == Kind.REPLY:
                    key = (AUDIT.c.handover_id == intent.handover_id) & (AUDIT.c.n == intent.n)
                    row = (await session.exec(sqlmodel.select(AuditRow).where(key))).one()
                    entries[intent.id] = frozen_entry(row)
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
            not_before=None,
        )

    async def shown(self, intent: IntentRow, revision: int, rendered: str, edited_at: datetime | None) -> None:
        """The card shows this revision; `edited_at` is None when it already looked like that."""
        values: dict[str, object] = {"sent_revision": revision, "sent_hash": rendered, "error": "", "attempts": 1}
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
        await self._set(intent, **values)

    async def unlooked(self, intent: IntentRow, error: str, not_before: datetime) -> None:
        """Whether the call was carried out could not be looked up; again from `not_before` on."""
        attempts = intent.attempts + 1
        await self._set(intent, state=Sending.UNKNOWN, error=error, not_before=not_before, attempts=attempts)

    async def postpone(self, intent: IntentRow, error: str, not_before: datetime) -> None:
        """The call was not carried out; again from `not_before` on."""
        state = Sending.SENT if intent.ts else Sending.PENDING
        values: dict[str, object] = {"state": state, "error": error, "not_before": not_before}
        if intent.ts:
            # A post counted its attempt when it began; an edit counts it here.
            values["attempts"] = intent.attempts + 1
        await self._set(intent, **values)

    async def lost(self, intent: IntentRow, error: str) -> None:
        """Somebody deleted the card."""
        await self._set(intent, state=Sending.LOST, error=error)

    @whole
    async def recover(self) -> int:
        """After a start: what was being sent when the process ended may have been carried out. Returns how many."""
        statement = update(INTENT).where(INTENT.c.state == Sending.SENDING).values(state=Sending.UNKNOWN)
        async with self._database.transaction() as session:
            result = await session.exec(statement)
        return result.rowcount

    @whole
    async def backlog(self) -> int:
        """How many messages are not in Slack yet."""
        query = sqlmodel.select(func.count()).select_from(INTENT).where(INTENT.c.state.in_(_UNSENT))
        async with self._database.transaction() as session:
            return (await session.exec(query)).one()

    @whole
    async def _set(self, intent: IntentRow, **values: object) -> None:
        async with self._database.transaction() as session:
            await session.exec(update(INTENT).where(INTENT.c.id == intent.id).values(**values))


async def _intents(session: AsyncSession, where: ColumnElement[bool]) -> list[IntentRow]:
    return list(await session.exec(sqlmodel.select(IntentRow).where(where).order_by(INTENT.c.id)))


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
