"""Keeps what people were reminded of, in one transaction with the reminder itself: a crash never doubles one."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.dialects.sqlite import insert
from sqlmodel import select as select_rows
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover.model import Happening, Stage
from bot.handover.ports import Step
from bot.handover.reminders import Reminded, Reminder, ReminderKind, Waits
from bot.store.handovers import frozen_handover, keep
from bot.store.session import Database, whole
from bot.store.tables import AUDIT, HANDOVER, REMINDER, HandoverRow, ReminderRow

_OVER = (Stage.CLOSED.value, Stage.LEFT.value)
_RESTARTS = (Happening.REOPENED.value, Happening.START_ROTATED.value)
Decide = Callable[[Sequence[Waits]], list[tuple[Step, list[Reminder]]]]


class ReminderStore:
    """Implements `bot.jobs.remind.Reminders`."""

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        """Calls `changed` after each commit that left something to be said in Slack."""
        self._database = database
        self._changed = changed

    @whole
    async def remind(self, decide: Decide) -> int:
        """Keeps the reminders that `decide` finds due among the present handovers. Returns how many.

        Args:
            decide: gets every handover whose FE is not gone, the oldest first, and returns the steps to keep, each with
                the reminders that it says.
        """
        said = 0
        async with self._database.transaction() as session:
            waits = await _waits(session)
            before = {one.handover.id: one.handover for one in waits}
            for step, reminders in decide(waits):
                await keep(session, before[step.handover.id], step)
                for reminder in reminders:
                    await _note(session, step, reminder)
                    said += 1
        if said:
            self._changed()
        return said


async def _waits(session: AsyncSession) -> list[Waits]:
    present = select_rows(HandoverRow).where(HANDOVER.c.stage.not_in(_OVER))
    rows = await session.exec(present.order_by(HANDOVER.c.arrived_at, HANDOVER.c.id))
    handovers = [frozen_handover(row) for row in rows]
    if not handovers:
        return []
    ids = select(HANDOVER.c.id).where(HANDOVER.c.stage.not_in(_OVER))
    past: dict[str, dict[ReminderKind, Reminded]] = {}
    for row in await session.exec(select_rows(ReminderRow).where(REMINDER.c.handover_id.in_(ids))):
        past.setdefault(row.handover_id, {})[ReminderKind(row.kind)] = Reminded(row.at, row.times)
    restarts = (
        select_rows(AUDIT.c.handover_id, func.max(AUDIT.c.at))
        .where(AUDIT.c.handover_id.in_(ids), AUDIT.c.what.in_(_RESTARTS))
        .group_by(AUDIT.c.handover_id)
    )
    restarted = {row[0]: row[1] for row in (await session.exec(restarts)).all()}
    return [Waits(h, past.get(h.id, {}), restarted.get(h.id)) for h in handovers]


async def _note(session: AsyncSession, step: Step, reminder: Reminder) -> None:
    at = step.events[0].at
    row = {"handover_id": step.handover.id, "kind": reminder.kind.value, "at": at, "times": reminder.times}
    upsert = insert(REMINDER).values(row)
    key = (REMINDER.c.handover_id, REMINDER.c.kind)
    await session.exec(upsert.on_conflict_do_update(index_elements=key, set_={"at": at, "times": reminder.times}))
