"""Keeps what people were reminded of and who was told, in one transaction with its event: a crash never doubles one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from bot.handover.claims import Claim
from bot.handover.events import Happening
from bot.handover.evidence import Missing, missing
from bot.handover.model import AuditEntry, Handover, Stage
from bot.handover.ports import Step
from bot.handover.reminders import Reminded, Reminder, ReminderKind, Waits
from bot.store.claiming import claim_of
from bot.store.dialects.statements import upsert
from bot.store.handovers import keep, load
from bot.store.rows import entry_of, handover_of
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, CLAIM, DELIVERY, HANDOVER, HERE, PHOTO, REMINDER, Kind, direct_of

_RESTARTS = (Happening.REOPENED.value, Happening.START_ROTATED.value)
Decide = Callable[[Sequence[Waits]], list[tuple[Step, list[Reminder]]]]


@dataclass(frozen=True, slots=True)
class Call:
    """What one person is told alone."""

    handover: Handover
    entry: AuditEntry
    """The step that tells it."""
    person: str
    """Slack user id."""
    channel: str
    """Of the handover's card."""
    ts: str
    """Of the card; empty while it is not there."""


class ReminderStore:
    """Implements `bot.jobs.remind.Reminders` and `bot.jobs.escalate.Escalations`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def remind(self, connection: Connection, decide: Decide, scanned_before: datetime) -> int:
        """Keeps the reminders that `decide` finds due among the present handovers. Returns how many.

        Args:
            connection: of the transaction.
            decide: gets every handover whose FE is not gone, the oldest first, and returns the steps to keep, each with
                the reminders that it says.
            scanned_before: those who scan and have scanned something since are left out.
        """
        said = 0
        waits = _waits(connection, scanned_before)
        before = {one.handover.id: one.handover for one in waits}
        for step, reminders in decide(waits):
            keep(connection, before[step.handover.id], step)
            for reminder in reminders:
                _note(connection, step, reminder)
                said += 1
        return said

    @one_transaction
    def escalate(
        self, connection: Connection, decide: Callable[[Sequence[Waits]], list[Step]], scanned_before: datetime
    ) -> int:
        """Keeps the steps that `decide` finds due among the present handovers, as `remind`. Returns how many.

        The record itself says which were told: its events are what is remembered.
        """
        waits = _waits(connection, scanned_before)
        told = _escalated(connection) if waits else {}
        waits = [replace(one, escalated=told.get(one.handover.id, {})) for one in waits]
        before = {one.handover.id: one.handover for one in waits}
        steps = decide(waits)
        for step in steps:
            keep(connection, before[step.handover.id], step)
        return sum(len(step.events) for step in steps)

    @one_transaction
    def call(self, connection: Connection, handover_id: str, number: int) -> Call | None:
        """What the handover's direct message with this number tells; None where it is no longer kept."""
        n, place = direct_of(number)
        row = connection.execute(select(AUDIT).where(AUDIT.c.handover_id == handover_id, AUDIT.c.n == n)).first()
        handover = load(connection, handover_id)
        if row is None or handover is None:
            return None
        card = (DELIVERY.c.about == handover_id) & (DELIVERY.c.kind == Kind.CARD)
        root = connection.execute(select(DELIVERY.c.channel, DELIVERY.c.ts).where(card)).one()
        entry = entry_of(row)
        return Call(handover, entry, entry.detail["to"][place], root.channel, root.ts)


def _escalated(connection: Connection) -> dict[str, dict[ReminderKind, int]]:
    """After how many minutes the last step was that was told of each who is present, by what waits."""
    told: dict[str, dict[ReminderKind, int]] = {}
    present = select(HANDOVER.c.id).where(HANDOVER.c.stage.in_(HERE))
    query = select(AUDIT.c.handover_id, AUDIT.c.detail).where(AUDIT.c.handover_id.in_(present))
    for row in connection.execute(query.where(AUDIT.c.what == Happening.ESCALATED.value)):
        kind, mine = ReminderKind(row.detail["kind"]), told.setdefault(row.handover_id, {})
        mine[kind] = max(mine.get(kind, 0), int(row.detail["after"]))
    return told


def _waits(connection: Connection, scanned_before: datetime) -> list[Waits]:
    scanned = HANDOVER.c.last_scan_at
    is_quiet = or_(HANDOVER.c.stage != Stage.SCANNING.value, scanned.is_(None), scanned <= scanned_before)
    present = HANDOVER.c.stage.in_(HERE) & is_quiet
    rows = connection.execute(select(HANDOVER).where(present).order_by(HANDOVER.c.arrived_at, HANDOVER.c.id))
    handovers = [handover_of(row) for row in rows]
    if not handovers:
        return []
    ids = select(HANDOVER.c.id).where(present)
    past: dict[str, dict[ReminderKind, Reminded]] = {}
    for row in connection.execute(select(REMINDER).where(REMINDER.c.handover_id.in_(ids))):
        past.setdefault(row.handover_id, {})[ReminderKind(row.kind)] = Reminded(row.at, row.times)
    restarts = (
        select(AUDIT.c.handover_id, func.max(AUDIT.c.at))
        .where(AUDIT.c.handover_id.in_(ids), AUDIT.c.what.in_(_RESTARTS))
        .group_by(AUDIT.c.handover_id)
    )
    restarted = {row[0]: row[1] for row in connection.execute(restarts).all()}
    left = _missing(connection, [h.id for h in handovers if h.stage is Stage.CLOSING])
    return [Waits(h, past.get(h.id, {}), restarted.get(h.id), left.get(h.id, ())) for h in handovers]


def _missing(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[Missing, ...]]:
    """Which pictures claims of those at the end still need."""
    if not ids:
        return {}
    claims: dict[str, list[Claim]] = {}
    for row in connection.execute(select(CLAIM).where(CLAIM.c.handover_id.in_(ids)).order_by(CLAIM.c.opened_at)):
        claims.setdefault(row.handover_id, []).append(claim_of(row))
    if not claims:
        return {}
    pictures: dict[str, list[tuple[str, str]]] = {}
    kept = PHOTO.c.handover_id.in_(list(claims)) & (PHOTO.c.sha256 != "")
    for row in connection.execute(select(PHOTO.c.handover_id, PHOTO.c.tracking_id, PHOTO.c.shows).where(kept)):
        pictures.setdefault(row.handover_id, []).append((row.tracking_id, row.shows))
    return {one: tuple(missing(theirs, pictures.get(one, ()))) for one, theirs in claims.items()}


def _note(connection: Connection, step: Step, reminder: Reminder) -> None:
    at = step.events[0].at
    row = {"handover_id": step.handover.id, "kind": reminder.kind.value, "at": at, "times": reminder.times}
    put = upsert(REMINDER).values(row)
    key = (REMINDER.c.handover_id, REMINDER.c.kind)
    connection.execute(put.on_conflict_do_update(index_elements=key, set_={"at": at, "times": reminder.times}))
