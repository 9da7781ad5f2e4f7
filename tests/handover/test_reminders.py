"""Each reminder on a clock that is moved: due, not due, again later, taken, outside of hours, over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover import machine
from bot.handover.events import Happening
from bot.handover.evidence import Missing, Shot
from bot.handover.location import Location, Locations
from bot.handover.model import Actor, Handover, OtcMode, Stage
from bot.handover.reminders import (
    NAMED,
    Reminded,
    Reminder,
    ReminderKind,
    Reminding,
    Waits,
    due,
    is_taken,
    remind,
    take,
)

ZONE = ZoneInfo("Asia/Kolkata")
NINE = datetime(2026, 3, 4, 9, 0, tzinfo=ZONE).astimezone(UTC)
DOCK = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK", hours="08:00-22:00")
ASHA, VIKRAM = Actor("U0ASHA"), Actor("U0VIKRAM")
WAITING, EXPIRING, IDLE, UNCOUNTED, PHOTOS = ReminderKind
MINUTES = Reminding()


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def handover(**more: object) -> Handover:
    values: dict[str, object] = {"id": "a" * 32, "location_id": "LOC1", "fe_id": "fe1", "task_id": "t1"}
    mode = OtcMode.START_AND_END
    return Handover.model_validate({**values, "fe_name": "Ram Kumar", "otc_mode": mode, "arrived_at": NINE, **more})


def waiting() -> Handover:
    return handover()


def expiring() -> Handover:
    return handover(start_otc_by="U0ASHA", start_otc_at=NINE, start_otc_until=NINE + minutes(15))


def idle() -> Handover:
    return handover(stage=Stage.SCANNING, scanning_at=NINE, start_otc_at=NINE, start_otc_until=NINE + minutes(15))


def uncounted() -> Handover:
    return handover(stage=Stage.CLOSING, scanning_at=NINE - minutes(20), closing_at=NINE)


@dataclass
class Memory:
    """Looks at one handover every 20 seconds, as the job does, and remembers what was said."""

    handover: Handover
    settings: Reminding = MINUTES
    location: Location = DOCK
    past: dict[ReminderKind, Reminded] = field(default_factory=dict)
    now: datetime = NINE

    def until(self, end: datetime) -> list[tuple[float, Reminder]]:
        """What is said, each with the minute after nine."""
        said = []
        while self.now <= end:
            every = [Waits(self.handover, dict(self.past))]
            for step, reminders in remind(every, Locations((self.location,)), self.settings, ZONE, self.now):
                assert [event.what for event in step.events] == [Happening.REMINDED] * len(reminders)
                assert step.handover.events == self.handover.events + len(reminders)
                self.handover = step.handover
                for one in reminders:
                    self.past[one.kind] = Reminded(self.now, one.times)
                    said.append(((self.now - NINE) / minutes(1), one))
            self.now += timedelta(seconds=20)
        return said


KINDS: list[tuple[ReminderKind, Callable[[], Handover], float]] = [
    (WAITING, waiting, 10),
    (EXPIRING, expiring, 12),
    (IDLE, idle, 10),
    (UNCOUNTED, uncounted, 5),
]
each = pytest.mark.parametrize(("kind", "made", "first"), KINDS, ids=[kind for kind, _, _ in KINDS])


@each
def test_is_due_after_its_minutes_and_not_before(
    kind: ReminderKind, made: Callable[[], Handover], first: float
) -> None:
    waits = Waits(made(), {})
    assert due(waits, MINUTES, NINE + minutes(first) - timedelta(seconds=1)) == []
    [found] = due(waits, MINUTES, NINE + minutes(first))
    assert (found.kind, found.times) == (kind, 1)
    assert found.minutes == (3 if kind is EXPIRING else first)


@pytest.mark.parametrize(("kind", "made", "said_at"), [
    (WAITING, waiting, [10, 30, 70]), (IDLE, idle, [10, 30, 70]), (UNCOUNTED, uncounted, [5, 15, 35]),
])  # fmt: skip
def test_is_said_again_after_twice_and_four_times_as_long_and_then_no_more(
    kind: ReminderKind, made: Callable[[], Handover], said_at: list[float]
) -> None:
    said = Memory(made()).until(NINE + timedelta(hours=6))
    assert [at for at, _ in said] == said_at
    assert [one.times for _, one in said] == [1, 2, 3]
    assert {one.kind for _, one in said} == {kind}


def test_pictures_that_a_claim_needs_are_asked_for_before_the_fe_is_gone() -> None:
    left = (Missing("P1", (Shot.LABEL,)), *(Missing(f"P{n}", (Shot.ITEM,)) for n in range(2, 30)))
    counted = uncounted().model_copy(update={"counted": 3})
    waits = Waits(counted, {}, missing=left)
    assert due(waits, MINUTES, NINE + minutes(0.9)) == []
    [found] = due(waits, MINUTES, NINE + minutes(1))
    assert (found.kind, found.missing) == (PHOTOS, left)
    [(step, _)] = remind([waits], Locations((DOCK,)), MINUTES, ZONE, NINE + minutes(1))
    detail = step.events[0].detail
    assert (detail["missing"][0], detail["number"]) == ({"tracking_id": "P1", "shots": ["label"]}, 29)
    assert len(detail["missing"]) == NAMED
    assert due(Waits(counted, {}), MINUTES, NINE + minutes(9)) == []
    assert due(Waits(idle(), {}, missing=left), MINUTES, NINE + minutes(9)) == []


def test_one_code_is_spoken_of_once_and_a_new_one_again() -> None:
    memory = Memory(expiring())
    [(at, one)] = memory.until(NINE + minutes(14))
    assert (at, one.minutes) == (12, 3)
    shown = memory.now
    memory.handover = machine.start_otc_given(
        memory.handover, "U0ASHA", shown + minutes(15), shown, again=True
    ).handover
    [(_, again)] = memory.until(shown + minutes(14))
    assert (again.kind, again.times) == (EXPIRING, 2)


def test_a_code_that_ended_unused_leaves_the_fe_waiting_without_one() -> None:
    said = Memory(expiring()).until(NINE + minutes(26))
    assert [(at, one.kind) for at, one in said] == [(12, EXPIRING), (25, WAITING)]


def test_a_code_that_lives_hardly_longer_than_the_minutes_is_left_alone_while_it_is_fresh() -> None:
    short = handover(start_otc_at=NINE, start_otc_until=NINE + minutes(3))
    assert due(Waits(short, {}), MINUTES, NINE + minutes(1)) == []
    [found] = due(Waits(short, {}), MINUTES, NINE + minutes(1.5))
    assert (found.kind, found.minutes) == (EXPIRING, 1)


def test_a_scan_lets_the_waiting_begin_anew() -> None:
    scanned = idle().model_copy(update={"last_scan_at": NINE + minutes(9)})
    assert due(Waits(scanned, {}), MINUTES, NINE + minutes(18)) == []
    assert due(Waits(scanned, {}), MINUTES, NINE + minutes(19))[0].minutes == 10


def test_a_reminder_before_the_last_scan_makes_the_next_one_no_sooner() -> None:
    scanned = idle().model_copy(update={"last_scan_at": NINE + minutes(15)})
    past = {IDLE: Reminded(NINE + minutes(10), 1)}
    assert due(Waits(scanned, past), MINUTES, NINE + minutes(34)) == []
    assert due(Waits(scanned, past), MINUTES, NINE + minutes(35))[0].times == 2


@pytest.mark.parametrize("change", [
    {"stage": Stage.SCANNING, "scanning_at": NINE + minutes(99)},
    {"otc_mode": OtcMode.END_ONLY}, {"otc_mode": OtcMode.FIXED},
    {"start_otc_at": NINE, "start_otc_until": None},
])  # fmt: skip
def test_nobody_is_reminded_of_a_code_that_is_not_needed(change: dict[str, object]) -> None:
    assert due(Waits(handover(**change), {}), MINUTES, NINE + minutes(100)) == []


@pytest.mark.parametrize("change", [{"counted": 3}, {"end_otc_at": NINE}, {"stage": Stage.SCANNING}])
def test_what_is_counted_or_given_out_is_not_asked_for(change: dict[str, object]) -> None:
    after = uncounted().model_copy(update=change)
    assert UNCOUNTED not in {one.kind for one in due(Waits(after, {}), MINUTES, NINE + minutes(60))}


def test_who_came_back_or_lost_the_code_waits_from_then_on() -> None:
    waits = Waits(waiting(), {}, restarted_at=NINE + minutes(60))
    assert due(waits, MINUTES, NINE + minutes(69)) == []
    assert due(waits, MINUTES, NINE + minutes(70))[0].minutes == 10


@each
def test_is_not_said_while_somebody_is_on_it(kind: ReminderKind, made: Callable[[], Handover], first: float) -> None:
    taken = take(made(), ASHA, NINE + minutes(1)).handover
    at = NINE + minutes(first)
    assert due(Waits(taken, {}), MINUTES, at) == []
    assert taken.revision == made().revision + 1, "the card shows who is on it"
    if kind is not EXPIRING:
        assert due(Waits(taken, {}), MINUTES, NINE + minutes(30.9)) == []
        assert [one.kind for one in due(Waits(taken, {}), MINUTES, NINE + minutes(31))] == [kind]


def test_when_the_fe_moves_on_nobody_is_on_it_any_more() -> None:
    taken = take(waiting(), ASHA, NINE + minutes(1)).handover
    scanning = taken.model_copy(update={"stage": Stage.SCANNING, "scanning_at": NINE + minutes(2)})
    assert is_taken(taken, NINE + minutes(2))
    assert not is_taken(scanning, NINE + minutes(2))
    assert due(Waits(scanning, {}), MINUTES, NINE + minutes(12))[0].kind is IDLE


def test_the_first_who_takes_it_has_it_until_the_half_hour_is_over() -> None:
    taken = take(waiting(), ASHA, NINE)
    assert [(e.what, e.by) for e in taken.events] == [(Happening.TAKEN, ASHA.user_id)]
    second = take(taken.handover, VIKRAM, NINE + minutes(29))
    assert (second.handover, second.events) == (taken.handover, ())
    assert take(taken.handover, VIKRAM, NINE + minutes(30)).handover.taken_by == VIKRAM.user_id


@each
def test_is_not_said_outside_of_the_locations_hours(
    kind: ReminderKind, made: Callable[[], Handover], first: float
) -> None:
    closed = DOCK.model_copy(update={"hours": "10:30-22:00"})
    said = Memory(made(), location=closed).until(NINE + minutes(89))
    assert said == []
    if kind is not EXPIRING:
        opened = Memory(made(), location=closed, now=NINE + minutes(89)).until(NINE + minutes(91))
        assert [(at, one.kind) for at, one in opened] == [(90, kind)]


@each
def test_is_not_said_when_the_fe_is_gone(kind: ReminderKind, made: Callable[[], Handover], first: float) -> None:
    gone = made().model_copy(update={"stage": Stage.LEFT, "ended_at": NINE + minutes(1)})
    assert due(Waits(gone, {}), MINUTES, NINE + minutes(first)) == []


@each
def test_is_not_said_of_an_fe_whom_flipkart_did_not_list_last(
    kind: ReminderKind, made: Callable[[], Handover], first: float
) -> None:
    missed = made().model_copy(update={"misses": 1})
    assert due(Waits(missed, {}), MINUTES, NINE + minutes(first)) == []


@each
def test_zero_turns_it_off(kind: ReminderKind, made: Callable[[], Handover], first: float) -> None:
    off = Reminding.model_validate({f"{kind.value}_minutes": 0})
    assert due(Waits(made(), {}), off, NINE + minutes(first)) == []


def test_a_location_that_is_gone_from_the_settings_has_nobody_to_be_reminded() -> None:
    assert remind([Waits(waiting(), {})], Locations(()), MINUTES, ZONE, NINE + minutes(60)) == []


@given(st.floats(0, 3599), st.integers(0, 3), st.booleans(), st.sampled_from([0, 10, 60]))
def test_who_is_left_out_has_nothing_to_be_reminded_of(
    since: float, times: int, restarted: bool, minutes_off: float
) -> None:
    settings = Reminding(idle_minutes=minutes_off)
    now = NINE + minutes(600)
    scanned = now - timedelta(seconds=since)
    if scanned <= settings.scanned_before(now):
        return
    one = idle().model_copy(update={"last_scan_at": scanned})
    past = {kind: Reminded(NINE, times) for kind in ReminderKind} if times else {}
    assert due(Waits(one, past, scanned if restarted else None), settings, now) == []
