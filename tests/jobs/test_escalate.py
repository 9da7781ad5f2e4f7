"""Who is told when nobody answers, on a real database: each step once, over restarts, with its deliveries."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.handover.events import Happening
from bot.handover.location import Locations
from bot.handover.model import Actor, AuditEntry
from bot.handover.ports import Step
from bot.handover.reminders import Reminding, take
from bot.handover.shifts import Escalation
from bot.jobs.escalate import EscalationJob
from bot.store import handovers as room
from bot.store.reminders import ReminderStore
from bot.store.rows import entry_of
from bot.store.tables import AUDIT, DELIVERY, Kind
from tests.outbox.conftest import ZONE, Office
from tests.tables import Tables

STEPS = (Escalation(after_minutes=15, to=("U0LEAD",)), Escalation(after_minutes=30, to=("S0OPS", "U0BOSS", "U0LEAD")))


def job(
    office: Office, *, seen: bool = True, steps: tuple[Escalation, ...] = STEPS, **settings: float
) -> EscalationJob:
    """As after a start of the bot: only the database remembers."""
    locations = Locations(tuple(one.model_copy(update={"escalate": steps}) for one in office.locations))
    minutes, store = Reminding.model_validate(settings), ReminderStore(office.database)
    return EscalationJob(store, locations, minutes, ZONE, office.time.now, lambda _: seen)


async def told(office: Office) -> list[AuditEntry]:
    query = sa.select(AUDIT).where(AUDIT.c.what == Happening.ESCALATED).order_by(AUDIT.c.id)
    return [entry_of(row) for row in await Tables(office.database).rows(query)]


async def deliveries(office: Office) -> list[tuple[Any, ...]]:
    query = sa.select(DELIVERY.c.kind, DELIVERY.c.n).where(DELIVERY.c.kind != Kind.CARD).order_by(DELIVERY.c.id)
    return [tuple(row) for row in await Tables(office.database).rows(query)]


async def test_each_step_is_one_reply_and_one_message_to_each_user_also_after_a_restart(office: Office) -> None:
    handover = await office.arrive()
    office.time.move(14.9 * 60)
    await job(office).tick()
    assert await told(office) == []
    office.time.move(6)
    for _ in range(3):
        await job(office).tick()
    [first] = await told(office)
    assert (first.handover_id, first.detail["step"], first.detail["to"]) == (handover.id, 1, ["U0LEAD"])
    n = first.n or 0
    assert await deliveries(office) == [(Kind.REPLY, n), (Kind.DIRECT, n * 100)]
    office.time.move(15 * 60)
    for _ in range(3):
        await job(office).tick()
    assert [one.detail["step"] for one in await told(office)] == [1, 2]
    second = [(Kind.REPLY, n + 1), (Kind.DIRECT, n * 100 + 101), (Kind.DIRECT, n * 100 + 102)]
    assert (await deliveries(office))[2:] == second
    office.time.move(24 * 3600)
    await job(office).tick()
    assert len(await told(office)) == 2


async def test_who_takes_it_stops_it_and_what_was_told_is_not_told_again(office: Office) -> None:
    handover = await office.arrive()
    office.time.move(16 * 60)
    await job(office).tick()
    await office.handovers.step(handover.id, lambda h: take(h, Actor("U0ASHA"), office.time.now()))
    office.time.move(29 * 60)
    await job(office).tick()
    assert [one.detail["step"] for one in await told(office)] == [1]
    office.time.move(60)
    await job(office).tick()
    assert [one.detail["step"] for one in await told(office)] == [1, 2]


async def test_a_fault_between_the_event_and_its_messages_keeps_neither(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.arrive()
    office.time.move(16 * 60)

    def cut(*_: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(room, "direct_number", cut)
        with pytest.raises(RuntimeError, match="power"):
            await job(office).tick()
    assert (await told(office), await deliveries(office)) == ([], [])
    await job(office).tick()
    assert len(await told(office)) == 1


async def test_who_is_gone_and_came_back_waits_from_then_on(office: Office) -> None:
    handover = await office.arrive()
    office.time.move(3600)
    gone = handover.model_copy(update={"stage": "left", "ended_at": office.time.now()})
    await office.handovers.step(handover.id, lambda _: Step(gone))
    await job(office).tick()
    await office.turn(gone, "StartOTC")
    office.time.move(15 * 60 - 1)
    await job(office).tick()
    assert await told(office) == []
    office.time.move(1)
    await job(office).tick()
    assert [one.detail["minutes"] for one in await told(office)] == [15]


async def test_what_can_not_be_seen_is_not_spoken_of(office: Office) -> None:
    await office.arrive()
    office.time.move(3600)
    await job(office, seen=False).tick()
    assert await told(office) == []


async def test_who_scans_nothing_for_less_than_a_reminder_needs_is_found_too(office: Office) -> None:
    handover = await office.arrive(status="Scanning")
    await office.scan(handover)
    office.time.move(timedelta(minutes=3).total_seconds())
    early = (Escalation(after_minutes=3, to=("U0LEAD",)),)
    await job(office, steps=early, idle_minutes=60).tick()
    assert [one.detail["kind"] for one in await told(office)] == ["idle"]
