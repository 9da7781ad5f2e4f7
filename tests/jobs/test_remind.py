"""Reminders and "I'm on it" on a real database: each is kept together with its memory."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import select

from bot.handover import machine
from bot.handover.duty import Duty
from bot.handover.events import Happening
from bot.handover.location import Location, Locations
from bot.handover.model import AuditEntry, Handover
from bot.handover.ports import Step
from bot.handover.refusals import HandoverOver, NotAllowed, RightsUnknown
from bot.handover.reminders import Reminder, ReminderKind, Reminding, Waits
from bot.handover.shifts import Escalation, Shift
from bot.jobs.remind import RemindJob
from bot.sandbox.slack.blockkit import check_message_blocks
from bot.slack import ids
from bot.slack.blocks.mentions import mentions
from bot.slack.blocks.notices import reminder_text
from bot.slack.blocks.reminders import reminder, taken_answer, taken_line
from bot.slack.blocks.text import as_dicts
from bot.store import reminders as room
from bot.store.reminders import ReminderStore
from bot.store.rows import entry_of
from bot.store.tables import AUDIT, Kind, ReminderRow
from tests.handover.stand import ASHA, STRANGER, VIKRAM, Stand, stand
from tests.outbox.conftest import ZONE, Office
from tests.tables import Tables
from tests.unsaid import unsaid

GROUP = Location(id="LOC1", name="Bengaluru <dock>", channel="C0DOCK", operators=("S0DOCK", "U0ASHA"))


def job(office: Office, **settings: float) -> RemindJob:
    reminders = ReminderStore(office.database)
    minutes = Reminding.model_validate(settings)
    return RemindJob(reminders, office.locations, minutes, ZONE, office.time.now, is_seen=lambda _: True)


async def said(office: Office) -> list[AuditEntry]:
    tables = Tables(office.database)
    rows = await tables.rows(sa.select(AUDIT).where(AUDIT.c.what == Happening.REMINDED).order_by(AUDIT.c.id))
    return [entry_of(row) for row in rows]


async def test_each_reminder_becomes_one_reply_also_after_a_restart(office: Office) -> None:
    handover = await office.arrive()
    await job(office).tick()
    assert await said(office) == []
    office.time.move(600)
    for _ in range(3):
        await job(office).tick()
    [entry] = await said(office)
    assert entry.detail == {"kind": "waiting", "minutes": 10, "times": 1}
    assert entry.handover_id == handover.id
    tables = Tables(office.database)
    [row] = (await tables.exec(select(ReminderRow))).all()
    assert (row.kind, row.times, row.at) == ("waiting", 1, office.time.now())
    await office.dispatcher.step()
    await office.dispatcher.settle()
    assert [(d.delivery.kind, d.delivery.n) for d in await unsaid(office.deliveries)] == [(Kind.REPLY, entry.n)]
    office.time.move(1200)
    await job(office).tick()
    assert [one.detail["times"] for one in await said(office)] == [1, 2]


@pytest.mark.parametrize("idle", [10, 0])
async def test_who_scans_is_not_even_loaded(office: Office, idle: float) -> None:
    settings = Reminding(idle_minutes=idle)
    await office.scan(await office.arrive(status="Scanning"))
    await office.arrive(status="Scanning")

    async def loaded() -> int:
        counts: list[int] = []

        def decide(waits: Sequence[Waits]) -> list[tuple[Step, list[Reminder]]]:
            counts.append(len(waits))
            return []

        await ReminderStore(office.database).remind(decide, settings.scanned_before(office.time.now()))
        return counts[0]

    office.time.move(599)
    assert await loaded() == 1, "who scanned a moment ago is loaded again and again"
    office.time.move(1)
    assert await loaded() == (2 if idle else 1)
    await job(office, idle_minutes=idle).tick()
    assert [one.detail["kind"] for one in await said(office)] == (["idle", "idle"] if idle else [])


async def test_a_fault_between_the_reminder_and_its_memory_keeps_neither(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.arrive()
    office.time.move(600)

    def cut(*_: object) -> None:
        raise RuntimeError("the power is gone")

    with monkeypatch.context() as patched:
        patched.setattr(room, "_note", cut)
        with pytest.raises(RuntimeError, match="power"):
            await job(office).tick()
    assert await said(office) == []
    await job(office).tick()
    assert len(await said(office)) == 1


async def test_what_can_not_be_seen_is_not_spoken_of(office: Office) -> None:
    await office.arrive()
    office.time.move(3600)
    blind = RemindJob(
        ReminderStore(office.database), office.locations, Reminding(), ZONE, office.time.now, lambda _: False
    )
    await blind.tick()
    assert await said(office) == []


async def test_who_is_gone_and_came_back_waits_from_then_on(office: Office) -> None:
    handover = await office.arrive()
    office.time.move(3600)
    gone = handover.model_copy(update={"stage": "left", "ended_at": office.time.now()})
    await office.handovers.step(handover.id, lambda _: Step(gone))
    await job(office).tick()
    await office.turn(gone, "StartOTC")
    await job(office).tick()
    office.time.move(599)
    await job(office).tick()
    assert await said(office) == []
    office.time.move(1)
    await job(office).tick()
    assert [one.detail["minutes"] for one in await said(office)] == [10]


async def test_every_kind_is_found_among_many(office: Office) -> None:
    start = office.time.now()
    ram, ramesh, meera = [await office.arrive(name) for name in ("Ram", "Ramesh", "Meera Iyer")]
    asha = await office.arrive("Asha Rao")
    await office.turn(ramesh, "Scanning")
    await office.turn(meera, "EndOTC")
    until = start + timedelta(minutes=12)
    await office.handovers.step(asha.id, lambda h: machine.start_otc_given(h, "U0ASHA", until, start, again=False))
    office.time.move(600)
    await job(office).tick()
    found = {(one.handover_id, one.detail["kind"]) for one in await said(office)}
    assert found == {(ram.id, "waiting"), (ramesh.id, "idle"), (meera.id, "uncounted"), (asha.id, "expiring")}


# ---- "I'm on it" ----


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Stand]:
    async with stand(tmp_path) as made:
        yield made


async def arrived(here: Stand) -> Handover:
    here.sim.arrive("LOC1", "Ram Kumar")
    return await here.only()


async def test_an_operator_takes_it_and_it_is_theirs(here: Stand) -> None:
    handover = await arrived(here)
    duty = Duty(here.dock)
    taken = await duty.take(VIKRAM, handover.id)
    assert taken.mine
    assert taken.handover.taken_by == VIKRAM.user_id
    late = await duty.take(ASHA, handover.id)
    assert not late.mine
    assert len(await here.record(handover.id, Happening.TAKEN)) == 1
    line = taken_line(late.handover, ZONE)
    assert "<@U0VIKRAM>" in line
    assert "<@U0VIKRAM>" in taken_answer(late.handover, ZONE, mine=False)
    assert taken_line(handover, ZONE) == ""


async def test_nobody_else_can_take_it_and_nobody_what_is_over(here: Stand) -> None:
    handover = await arrived(here)
    duty = Duty(here.dock)
    with pytest.raises(NotAllowed):
        await duty.take(STRANGER, handover.id)
    here.sim.visits[0].leave()
    for _ in range(2):
        await here.look()
    with pytest.raises(HandoverOver):
        await duty.take(ASHA, handover.id)


async def test_who_is_called_for_help_may_take_it(here: Stand) -> None:
    handover = await arrived(here)
    place = here.dock.locations.get("LOC1")
    assert place is not None
    step = Escalation(after_minutes=15, to=(STRANGER.user_id,))
    called = place.model_copy(update={"shifts": (Shift(hours="06:00-14:00", escalate=(step,)),)})
    here.locations = Locations((called,))
    here.restart()
    assert (await Duty(here.dock).take(STRANGER, handover.id)).mine
    with pytest.raises(NotAllowed):
        await here.dock.allow(STRANGER, called, "count", handover.id)


async def test_an_operator_takes_it_although_slack_does_not_tell_who_may_be_called(here: Stand) -> None:
    handover = await arrived(here)
    place = here.dock.locations.get("LOC1")
    assert place is not None
    leads = place.model_copy(update={"leads": ("S0LEADS",)})
    here.locations = Locations((leads,))
    here.directory.down = True
    here.restart()
    assert (await Duty(here.dock).take(ASHA, handover.id)).mine
    with pytest.raises(RightsUnknown):
        await Duty(here.dock).take(STRANGER, handover.id)


# ---- what people read ----


@pytest.mark.parametrize("kind", ReminderKind)
@pytest.mark.parametrize("minutes", [0, 1, 12])
def test_a_reminder_names_the_operators_and_can_be_taken(kind: ReminderKind, minutes: int) -> None:
    h = Handover.model_validate(
        {"id": "a" * 32, "location_id": "LOC1", "fe_id": "f1", "task_id": "t", "fe_name": "<!channel> *Ram*",
         "arrived_at": "2026-03-04T09:00:00Z"}
    )  # fmt: skip
    detail: dict[str, object] = {"kind": kind.value, "minutes": minutes, "times": 1}
    detail |= {"missing": [{"tracking_id": "<!channel>", "shots": ["label"]}], "number": 1}
    entry = AuditEntry.model_validate({"what": Happening.REMINDED, "at": h.arrived_at, "detail": detail})
    blocks = as_dicts(reminder(h, GROUP, entry, ZONE, shared=True))
    assert check_message_blocks(blocks) == []
    text = blocks[0]["text"]["text"]
    assert text.startswith("⏰ <!subteam^S0DOCK> <@U0ASHA> ")
    assert "<!channel>" not in text + reminder_text(h, GROUP, entry)
    does = {"waiting": [ids.START], "expiring": [ids.START], "uncounted": [ids.END]}.get(kind.value, [])
    buttons = [(button["action_id"], button["value"]) for button in blocks[1]["elements"]]
    assert buttons == [(one, h.id) for one in (*does, ids.TAKE)], "what it asks for can be done where it is read"


@pytest.mark.parametrize(
    ("minutes", "shown", "since"),
    [
        (12, "waits 12 min", "<!date^1772614680^{time}|14:28 IST>"),
        (1369, "waits 22 h", "<!date^1772533260^{date_short_pretty} {time}|3 Mar 2026, 15:51 IST>"),
        (21530, "waits 14 days", "<!date^1771323600^{date_short_pretty} {time}|17 Feb 2026, 15:50 IST>"),
    ],
)
def test_a_reminder_says_since_when_and_never_a_thousand_minutes(minutes: int, shown: str, since: str) -> None:
    h = Handover.model_validate(
        {"id": "a" * 32, "location_id": "LOC1", "fe_id": "f1", "task_id": "t", "arrived_at": "2026-02-01T09:00:00Z"}
    )
    at = datetime(2026, 3, 4, 14, 40, tzinfo=ZONE)
    entry = AuditEntry(what=Happening.REMINDED, at=at, detail={"kind": "waiting", "minutes": minutes, "times": 1})
    text = as_dicts(reminder(h, GROUP, entry, ZONE, shared=False))[0]["text"]["text"]
    assert f"has waited since {since}" in text
    assert shown in reminder_text(h, GROUP, entry)


def test_a_code_that_is_about_to_end_is_told_with_the_moment_at_which_it_does() -> None:
    at = datetime(2026, 3, 4, 14, 40, 20, tzinfo=ZONE)
    entry = AuditEntry(what=Happening.REMINDED, at=at, detail={"kind": "expiring", "minutes": 2, "times": 1})
    h = Handover.model_validate(
        {"id": "a" * 32, "location_id": "LOC1", "fe_id": "f1", "task_id": "t", "arrived_at": at}
    )
    of_this_code, of_a_later_one = at + timedelta(minutes=2, seconds=40), at + timedelta(minutes=15)
    for until, shown in ((of_this_code, "14:43"), (of_a_later_one, "14:42"), (None, "14:42")):
        ends = h.model_copy(update={"start_otc_until": until})
        text = as_dicts(reminder(ends, GROUP, entry, ZONE, shared=False))[0]["text"]["text"]
        assert f"{shown} IST> and is not used yet" in text


NINE = datetime(2026, 3, 4, 9, tzinfo=ZONE)


def test_with_no_operators_nobody_is_named() -> None:
    assert mentions(GROUP.model_copy(update={"operators": ()}), NINE, ZONE) == ""
    many = GROUP.model_copy(update={"operators": tuple(f"U0{n}A" for n in range(30))})
    assert mentions(many, NINE, ZONE).count("<@") == 10


def test_a_reminder_names_those_of_the_shift_in_which_it_is_said() -> None:
    early = Shift(hours="06:00-14:00", operators=("U0EARLY",))
    place = GROUP.model_copy(update={"shifts": (early,)})
    assert mentions(place, NINE, ZONE) == "<@U0EARLY>"
    assert mentions(place, NINE.replace(hour=14), ZONE) == "<!subteam^S0DOCK> <@U0ASHA>"
