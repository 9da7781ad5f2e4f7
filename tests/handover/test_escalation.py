"""Who is told when nobody answers, on a clock that is moved: each step once, in whose shift, and until when."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.handover.escalation import called, escalate, still_waits
from bot.handover.events import Happening
from bot.handover.location import Location, Locations
from bot.handover.model import Actor, AuditEntry, Handover, OtcMode, Stage
from bot.handover.reminders import ReminderKind, Reminding, Waits, take
from bot.handover.shifts import Escalation, Shift

ZONE = ZoneInfo("Asia/Kolkata")
NINE = datetime(2026, 3, 4, 9, 0, tzinfo=ZONE).astimezone(UTC)
ASHA = Actor("U0ASHA")
WAITING, IDLE, UNCOUNTED = ReminderKind.WAITING, ReminderKind.IDLE, ReminderKind.UNCOUNTED


def step(minutes: int, *to: str) -> Escalation:
    return Escalation(after_minutes=minutes, to=to or ("U0LEAD",))


def dock(*steps: Escalation, **more: Any) -> Location:
    values: dict[str, Any] = {"id": "LOC1", "name": "Bengaluru dock", "channel": "C0DOCK", "escalate": steps}
    return Location(**{**values, **more})


DOCK = dock(step(15), step(30, "S0OPS", "U0BOSS"))


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def handover(**more: object) -> Handover:
    values: dict[str, object] = {"id": "a" * 32, "location_id": "LOC1", "fe_id": "fe1", "task_id": "t1"}
    mode = OtcMode.START_AND_END
    return Handover.model_validate({**values, "fe_name": "Ram Kumar", "otc_mode": mode, "arrived_at": NINE, **more})


def idle() -> Handover:
    return handover(stage=Stage.SCANNING, scanning_at=NINE, start_otc_at=NINE, start_otc_until=NINE + minutes(15))


def uncounted() -> Handover:
    return handover(stage=Stage.CLOSING, scanning_at=NINE - minutes(20), closing_at=NINE)


@dataclass
class Memory:
    """Looks at one handover every 20 seconds, as the job does; what was told is remembered as the record does."""

    handover: Handover = field(default_factory=handover)
    location: Location = DOCK
    settings: Reminding = field(default_factory=Reminding)
    told: dict[ReminderKind, int] = field(default_factory=dict)
    now: datetime = NINE

    def until(self, end: datetime) -> list[tuple[float, int, tuple[str, ...]]]:
        """The minute after nine, the step and the people of each event."""
        found = []
        while self.now <= end:
            waits = Waits(self.handover, {}, escalated=dict(self.told))
            for one in escalate([waits], Locations((self.location,)), self.settings, ZONE, self.now):
                self.handover = one.handover
                for event in one.events:
                    assert event.what is Happening.ESCALATED
                    self.told[ReminderKind(event.detail["kind"])] = event.detail["after"]
                    found.append(((self.now - NINE) / minutes(1), event.detail["step"], tuple(event.detail["to"])))
            self.now += timedelta(seconds=20)
        return found


BOTH = [(15, 1, ("U0LEAD",)), (30, 2, ("S0OPS", "U0BOSS"))]


@pytest.mark.parametrize("made", [handover, idle, uncounted])
def test_each_step_is_told_once_after_its_minutes(made: Callable[[], Handover]) -> None:
    assert Memory(made()).until(NINE + timedelta(hours=6)) == BOTH


def test_what_is_told_says_what_waits_since_when_and_for_whom() -> None:
    [one] = escalate([Waits(idle(), {})], Locations((DOCK,)), Reminding(), ZONE, NINE + minutes(16.5))
    assert one.handover.events == 1
    assert one.handover.revision == idle().revision, "nothing changes on the card"
    assert one.events[0].detail == {
        "kind": "idle", "step": 1, "after": 15, "minutes": 16, "since": NINE.isoformat(), "to": ["U0LEAD"],
    }  # fmt: skip


def test_of_several_that_come_due_at_once_the_last_is_told() -> None:
    assert Memory(now=NINE + minutes(70)).until(NINE + timedelta(hours=6)) == [(70, 2, ("S0OPS", "U0BOSS"))]


def test_it_stops_while_somebody_is_on_it_and_goes_on_with_what_was_not_told() -> None:
    memory = Memory()
    assert memory.until(NINE + minutes(20)) == BOTH[:1]
    memory.handover = take(memory.handover, ASHA, NINE + minutes(20)).handover
    assert memory.until(NINE + minutes(49.9)) == []
    assert memory.until(NINE + timedelta(hours=6)) == [(50, 2, ("S0OPS", "U0BOSS"))]


@pytest.mark.parametrize(
    "over", [{"stage": Stage.LEFT, "ended_at": NINE}, {"misses": 1}, {"start_otc_at": NINE, "otc_mode": OtcMode.FIXED}]
)
def test_nobody_is_told_of_an_fe_who_is_gone_or_needs_nothing(over: dict[str, object]) -> None:
    assert Memory(handover(**over)).until(NINE + minutes(60)) == []


def test_nobody_is_told_before_a_location_opens_and_the_time_counts_from_the_beginning() -> None:
    opens = dock(step(15), hours="10:00-22:00")
    assert Memory(location=opens).until(NINE + minutes(90)) == [(60, 1, ("U0LEAD",))]


def test_what_is_never_reminded_of_never_gets_here() -> None:
    assert Memory(settings=Reminding(waiting_minutes=0)).until(NINE + minutes(90)) == []


def test_a_location_without_steps_or_that_is_gone_tells_nobody() -> None:
    assert Memory(location=dock()).until(NINE + minutes(90)) == []
    assert escalate([Waits(handover(), {})], Locations(()), Reminding(), ZONE, NINE + minutes(60)) == []


def test_each_kind_of_waiting_has_its_own_steps() -> None:
    memory = Memory()
    assert memory.until(NINE + minutes(20)) == BOTH[:1]
    memory.handover = memory.handover.model_copy(update={"stage": Stage.SCANNING, "scanning_at": NINE + minutes(20)})
    assert memory.until(NINE + minutes(40)) == [(35, 1, ("U0LEAD",))]
    assert memory.told == {WAITING: 15, IDLE: 15}


def test_a_direct_message_goes_to_users_and_not_to_groups() -> None:
    assert called({"to": ["S0OPS", "U0LEAD", "W0BOSS"]}) == [(1, "U0LEAD"), (2, "W0BOSS")]
    assert called({}) == []


# ---- shifts ----

EARLY = Shift(hours="06:00-14:00", operators=("U0EARLY",), escalate=(step(15, "U0DAY"),))
LATE = Shift(hours="14:00-22:00", operators=("U0LATE",), escalate=(step(15, "U0EVENING"), step(30, "U0BOSS")))
NIGHT = Shift(hours="22:00-06:00", operators=("U0NIGHT",))


def at(clock: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-04T{clock}").replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("clock", "on_duty", "told"),
    [
        ("05:59", ("U0NIGHT",), ["U0LEAD"]),
        ("06:00", ("U0EARLY",), ["U0DAY"]),
        ("13:59", ("U0EARLY",), ["U0DAY"]),
        ("14:00", ("U0LATE",), ["U0EVENING", "U0BOSS"]),
        ("23:30", ("U0NIGHT",), ["U0LEAD"]),
    ],
)
def test_the_shift_that_is_on_is_mentioned_and_told(clock: str, on_duty: tuple[str, ...], told: list[str]) -> None:
    place = dock(step(15), shifts=(EARLY, LATE, NIGHT), operators=("U0ALWAYS",))
    assert place.on_duty(at(clock), ZONE) == on_duty
    assert [one for step in place.steps(at(clock), ZONE) for one in step.to] == told


def test_with_no_shift_on_it_is_the_locations_own() -> None:
    place = dock(step(15), shifts=(EARLY,), operators=("U0ALWAYS",))
    assert place.on_duty(at("15:00"), ZONE) == ("U0ALWAYS",)
    assert [one.to for one in place.steps(at("15:00"), ZONE)] == [("U0LEAD",)]


def test_overlapping_shifts_are_both_on() -> None:
    long = Shift(hours="12:00-16:00", operators=("U0LONG", "U0EARLY"), escalate=(step(5, "U0NEAR"), step(15, "S0OPS")))
    place = dock(shifts=(EARLY, long))
    assert place.on_duty(at("13:00"), ZONE) == ("U0EARLY", "U0LONG")
    steps = place.steps(at("13:00"), ZONE)
    assert [(one.after_minutes, one.to) for one in steps] == [(5, ("U0NEAR",)), (15, ("U0DAY", "S0OPS"))]


def test_who_waits_over_the_end_of_a_shift_is_told_to_the_next_from_where_it_is() -> None:
    memory = Memory(handover(arrived_at=at("13:40")), dock(shifts=(EARLY, LATE)), now=at("13:40"))
    assert [to for _, _, to in memory.until(at("13:59"))] == [("U0DAY",)]
    assert [to for _, _, to in memory.until(at("20:00"))] == [("U0BOSS",)]


def test_rights_are_those_of_everybody_who_is_ever_on() -> None:
    assert dock(shifts=(EARLY, LATE), operators=("U0ALWAYS",)).entitled == ("U0ALWAYS", "U0EARLY", "U0LATE")
    assert dock(shifts=(EARLY, LATE)).only(("U0BOSS",)).entitled == ("U0BOSS",)
    assert dock(shifts=(EARLY,)).entitled == ("U0EARLY",), "its channel's members have no right any more"
    assert dock(shifts=(Shift(hours="06:00-14:00"),)).entitled == (), "the channel's members are its operators"


# ---- whether it is still so when it is said ----


def entry(kind: ReminderKind, told_at: datetime) -> AuditEntry:
    return AuditEntry.model_validate({"what": Happening.ESCALATED, "at": told_at, "detail": {"kind": kind.value}})


@pytest.mark.parametrize(
    ("h", "still"),
    [
        (handover(), True),
        (handover(start_otc_at=NINE + minutes(16), start_otc_until=NINE + minutes(31)), False),
        (handover(stage=Stage.SCANNING, scanning_at=NINE + minutes(16)), False),
        (handover(stage=Stage.LEFT, ended_at=NINE + minutes(16)), False),
        (take(handover(), ASHA, NINE + minutes(16)).handover, False),
    ],
)
def test_what_is_no_longer_so_is_not_said(h: Handover, still: bool) -> None:
    assert still_waits(entry(WAITING, NINE + minutes(15)), h, NINE + minutes(17)) is still


def test_a_scan_or_a_count_after_the_step_makes_it_useless() -> None:
    told, now = NINE + minutes(15), NINE + minutes(17)
    assert still_waits(entry(IDLE, told), idle(), now)
    assert not still_waits(entry(IDLE, told), idle().model_copy(update={"last_scan_at": NINE + minutes(16)}), now)
    assert still_waits(entry(UNCOUNTED, told), uncounted(), now)
    assert not still_waits(entry(UNCOUNTED, told), uncounted().model_copy(update={"counted": 3}), now)
