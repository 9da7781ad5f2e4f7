from datetime import UTC, datetime, timedelta

import pytest

from bot.handover import machine
from bot.handover.events import Happening
from bot.handover.machine import LONGEST_VISIT
from bot.handover.model import Handover, OtcMode, Shipment, Stage
from bot.handover.ports import Arrivals, EndTotals, Scan, Sighting, Step
from bot.timing import DockTiming

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MODE = OtcMode.START_AND_END


def sighting(status: str = "StartOTC", fe: str = "fe1", task: str = "t1", name: str = "Ram") -> Sighting:
    return Sighting(fe, task, name, "eKart", "NONLARGE", status, NOW)


def arrived(status: str = "StartOTC", now: datetime = NOW) -> Handover:
    return machine.arrive("a" * 32, "LOC1", MODE, sighting(status), now).handover


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def happenings(step: Step) -> list[Happening]:
    return [event.what for event in step.events]


def load(known: list[Handover], *seen: Sighting, now: datetime = NOW) -> list[Step]:
    ids = iter(f"{n:032x}" for n in range(1, 99))
    return machine.reconcile(known, "LOC1", Arrivals(MODE, seen), now, lambda: next(ids))


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("Scanning", Stage.SCANNING),
        ("SCANNING", Stage.SCANNING),
        (" scanning ", Stage.SCANNING),
        ("SCAN", Stage.SCANNING),
        ("Scanning_In_Progress", Stage.SCANNING),
        ("Scanning started", Stage.SCANNING),
        ("IN_SCANNING", Stage.SCANNING),
        ("Scanning page", Stage.SCANNING),
        ("StartOTC", Stage.WAITING),
        ("Start_OTC page", Stage.WAITING),
        ("START-OTC-PAGE", Stage.WAITING),
        ("on Start page", Stage.WAITING),
        ("FE on Start OTC page", Stage.WAITING),
        ("start", Stage.WAITING),
        ("ENDOTC", Stage.CLOSING),
        ("End_OTC page", Stage.CLOSING),
        ("On End OTC Page", Stage.CLOSING),
        ("EndPage", Stage.CLOSING),
        ("end", Stage.CLOSING),
        ("Pending", None),
        ("Completed", None),
        ("Started", None),
        ("Ended", None),
        ("Not scanning", None),
        ("Scanning completed", None),
        ("Suspended", None),
        ("", None),
        ("   ", None),
        ("__", None),
        ("😀", None),
        ("0", None),
    ],
)
def test_a_status_word_is_read_loosely_but_never_by_a_guess(word: str, stage: Stage | None) -> None:
    assert machine.stage_of(word) is stage, f"{word!r} was read as another stage"


@pytest.mark.parametrize(
    ("status", "stage", "moments"),
    [
        ("StartOTC", Stage.WAITING, (None, None)),
        ("Scanning", Stage.SCANNING, (NOW, None)),
        ("EndOTC", Stage.CLOSING, (None, NOW)),
        ("Assigned", Stage.WAITING, (None, None)),
        ("", Stage.WAITING, (None, None)),
    ],
)
def test_an_arrival_stands_where_flipkart_says(
    status: str, stage: Stage, moments: tuple[datetime | None, datetime | None]
) -> None:
    step = machine.arrive("a" * 32, "LOC1", MODE, sighting(status), NOW)
    h = step.handover
    assert (h.stage, h.status, h.fe_name, h.task_id, h.otc_mode) == (stage, status, "Ram", "t1", MODE)
    assert (h.scanning_at, h.closing_at) == moments, "the moment of the page was not kept"
    assert (happenings(step), h.events, h.revision) == ([Happening.ARRIVED], 1, 1)


@pytest.mark.parametrize(
    ("created", "arrived_at"),
    [
        (later(-30), later(-30)),
        (later(4), later(4)),
        (later(6), NOW),
        (datetime(2029, 5, 11, tzinfo=UTC), NOW),
        (NOW - LONGEST_VISIT, NOW - LONGEST_VISIT),
        (NOW - LONGEST_VISIT - timedelta(seconds=1), NOW),
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), NOW),
        (None, NOW),
    ],
)
def test_created_at_is_believed_within_some_days(created: datetime | None, arrived_at: datetime) -> None:
    seen = Sighting("fe1", "t1", "Ram", "eKart", "LARGE", "StartOTC", created)
    assert machine.arrive("a" * 32, "LOC1", MODE, seen, NOW).handover.arrived_at == arrived_at


def test_each_page_forward_is_said_once() -> None:
    h = arrived()
    scanning = machine.see(h, MODE, sighting("Scanning"), later(1))
    assert (happenings(scanning), scanning.handover.scanning_at) == ([Happening.SCANNING], later(1))
    again = machine.see(scanning.handover, MODE, sighting("Scanning"), later(2))
    assert (again.events, again.handover) == ((), scanning.handover), "an unchanged look changed something"
    closing = machine.see(again.handover, MODE, sighting("EndOTC"), later(3))
    assert (happenings(closing), closing.handover.closing_at) == ([Happening.CLOSING], later(3))
    assert (closing.handover.events, closing.handover.revision) == (3, 3)


def test_pages_that_no_poll_saw_may_be_skipped() -> None:
    step = machine.see(arrived(), MODE, sighting("EndOTC"), later(1))
    assert (happenings(step), step.handover.stage, step.handover.scanning_at) == (
        [Happening.CLOSING],
        Stage.CLOSING,
        None,
    )


def test_a_step_back_is_recorded_but_is_no_milestone() -> None:
    step = machine.see(arrived("Scanning"), MODE, sighting("StartOTC"), later(1))
    assert (happenings(step), step.handover.stage) == ([Happening.STATUS], Stage.WAITING)
    assert step.events[0].detail == {"status": "StartOTC", "before": "scanning", "stage": "waiting"}


def test_an_unknown_word_keeps_the_stage_and_is_kept_raw() -> None:
    step = machine.see(arrived("Scanning"), MODE, sighting("Paused by FE"), later(1))
    h = step.handover
    assert (h.stage, h.status, happenings(step)) == (Stage.SCANNING, "Paused by FE", [Happening.STATUS])
    assert h.revision == 2, "the raw word is on the card, so the card must be drawn again"


def test_what_flipkart_leaves_out_later_is_not_forgotten() -> None:
    seen = Sighting("fe1", "t1", "", "", "", "StartOTC", None)
    h = machine.see(arrived(), OtcMode.UNKNOWN, seen, later(1)).handover
    assert (h.fe_name, h.partner, h.lob, h.otc_mode) == ("Ram", "eKart", "NONLARGE", MODE)


def test_a_gap_of_one_poll_is_no_end() -> None:
    gap = machine.miss(arrived("Scanning"), later(1))
    assert (gap.handover.stage, gap.handover.misses, gap.events, gap.handover.revision) == (Stage.SCANNING, 1, (), 1)
    back = machine.see(gap.handover, MODE, sighting("Scanning"), later(2))
    assert (back.handover.misses, back.events, back.handover.revision) == (0, (), 1)
    assert not machine.miss(back.handover, later(3)).handover.over, "two misses that were not in a row ended it"


@pytest.mark.parametrize("looks", [2, 10])
def test_misses_alone_are_no_end_before_their_time(looks: int) -> None:
    h = arrived("Scanning")
    times = [later(1) + timedelta(seconds=89) * n / (looks - 1) for n in range(looks)]
    for now in times:
        step = machine.miss(h, now, DockTiming().gone_after)
        h = step.handover
        assert (h.stage, step.events, h.revision) == (Stage.SCANNING, (), 1), (
            f"ended {now - times[0]} after it was seen"
        )
    back = machine.see(h, MODE, sighting("Scanning"), later(3)).handover
    assert (back.misses, back.missing_since) == (0, None)
    once = machine.miss(back, later(20), DockTiming().gone_after).handover
    assert not once.over, "a single look that missed it, long after the one before, ended it"
    assert machine.miss(once, later(20) + DockTiming().gone_after, DockTiming().gone_after).handover.over


@pytest.mark.parametrize(("given", "stage"), [(True, Stage.CLOSED), (False, Stage.LEFT)])
def test_two_misses_in_a_row_end_it_by_what_was_given_out(given: bool, stage: Stage) -> None:
    h = arrived("EndOTC")
    if given:
        h = machine.end_otc_given(h, "U1", "", EndTotals(0), later(1)).handover
    gone = machine.miss(machine.miss(h, later(2)).handover, later(3))
    assert (gone.handover.stage, gone.handover.ended_at) == (stage, later(3))
    assert happenings(gone) == [Happening(stage.value)]
    assert gone.events[0].detail["scanned"] == 0
    assert machine.miss(gone.handover, later(4)) == Step(gone.handover), "a handover that is over ended again"


@pytest.mark.parametrize(
    ("before", "word", "stage"),
    [
        ("EndOTC", "EndOTC", Stage.CLOSING),
        ("EndOTC", "Assigned", Stage.CLOSING),
        ("Scanning", "Assigned", Stage.SCANNING),
        ("StartOTC", "Assigned", Stage.WAITING),
        ("Scanning", "StartOTC", Stage.WAITING),
    ],
)
def test_a_task_that_comes_back_reopens(before: str, word: str, stage: Stage) -> None:
    gone = machine.miss(machine.miss(arrived(before), later(1)).handover, later(2)).handover
    step = machine.see(gone, MODE, sighting(word), later(3))
    h = step.handover
    assert (happenings(step), h.stage, h.ended_at, h.misses, h.over) == ([Happening.REOPENED], stage, None, 0, False)
    assert h.id == gone.id
    once_more = machine.miss(machine.miss(h, later(4)).handover, later(5))
    assert happenings(once_more) == [Happening.LEFT], "after it came back the end was not said again"


def test_a_new_task_of_the_same_fe_is_a_new_handover() -> None:
    old = arrived("Scanning")
    first, second = load([old], sighting("StartOTC", task="t2"))
    assert (first.handover.task_id, first.handover.id != old.id) == ("t2", True)
    assert (second.handover.id, second.handover.misses, second.handover.over) == (old.id, 1, False)
    steps = load([first.handover, second.handover], sighting("StartOTC", task="t2"))
    assert {s.handover.task_id: s.handover.stage for s in steps} == {"t2": Stage.WAITING, "t1": Stage.LEFT}


def test_two_fes_of_one_name_stay_two() -> None:
    steps = load([], sighting(fe="fe1", task="t1"), sighting(fe="fe2", task="t2"))
    assert [(s.handover.fe_id, s.handover.fe_name) for s in steps] == [("fe1", "Ram"), ("fe2", "Ram")]
    assert len({s.handover.id for s in steps}) == 2


def test_an_empty_dock_misses_everybody_once_a_poll() -> None:
    known = [s.handover for s in load([], sighting(fe="fe1", task="t1"), sighting(fe="fe2", task="t2"))]
    known = [s.handover for s in load(known)]
    assert [h.over for h in known] == [False, False]
    known = [s.handover for s in load(known)]
    assert [h.stage for h in known] == [Stage.LEFT, Stage.LEFT]
    assert load(known) == [], "handovers that are over were stepped again"


def test_an_fe_whose_task_can_not_be_read_is_not_gone() -> None:
    known = [s.handover for s in load([], sighting())]
    listed = Arrivals(OtcMode.UNKNOWN, (), unreadable=frozenset({"fe1"}))
    for _ in range(3):
        assert machine.reconcile(known, "LOC1", listed, NOW, lambda: "x") == [], "somebody who is listed was missed"


def parcel(n: int, **more: object) -> Shipment:
    return Shipment.model_validate({"tracking_id": f"P{n}", "status": "ACCEPTED", "scanned_at": later(n)} | more)


def test_counts_follow_new_and_changed_rows() -> None:
    rows = (
        parcel(1),
        parcel(2, status="REJECTED", reason="torn"),
        parcel(3, actual_flyer_id="F1", captured_flyer_id="F2"),
        parcel(4, obd_eligible=True, obd_remark="NoIssues"),
        parcel(5, obd_eligible=True, obd_remark="Broken"),
    )
    step = machine.read(arrived("Scanning"), Scan(rows, ()), later(9))
    h = step.handover
    assert (h.scanned, h.accepted, h.rejected, h.mismatched, h.obd_eligible, h.obd_remarked) == (5, 4, 1, 1, 2, 1)
    assert (h.first_scan_at, h.last_scan_at) == (later(1), later(5))
    assert step.events[0].detail == {"tracking_ids": ["P2", "P3", "P5"]}
    accepted = parcel(2)
    mended = machine.read(h, Scan((), ((rows[1], accepted),)), later(10))
    assert (mended.handover.scanned, mended.handover.accepted, mended.handover.rejected) == (5, 5, 0)
    assert happenings(mended) == [Happening.CLEARED], "what was set aside for nothing must be told"
    worse = machine.read(mended.handover, Scan((), ((accepted, rows[1]),)), later(11))
    assert happenings(worse) == [Happening.PROBLEMS]
    other = parcel(2, status="REJECTED", reason="wet")
    assert machine.read(worse.handover, Scan((), ((rows[1], other),)), later(12)).events == (), "called out twice"


def test_an_empty_page_changes_nothing() -> None:
    h = arrived("Scanning")
    assert machine.read(h, Scan((), ()), later(1)) == Step(h)


def test_a_scan_from_the_future_counts_as_now() -> None:
    h = machine.read(arrived("Scanning"), Scan((parcel(1, scanned_at=later(99)),), ()), later(2)).handover
    assert (h.first_scan_at, h.last_scan_at) == (later(2), later(2))
    old = machine.read(h, Scan((parcel(3, scanned_at=datetime(1970, 1, 2, tzinfo=UTC)),), ()), later(2)).handover
    assert (old.first_scan_at, old.last_scan_at) == (later(2), later(2)), "a scan of 1970 is believed"
    undated = machine.read(h, Scan((parcel(2, scanned_at=None),), ()), later(3)).handover
    assert undated.last_scan_at == later(3)


def test_rows_that_come_late_do_not_turn_the_times_round() -> None:
    h = machine.read(arrived("Scanning"), Scan((parcel(5),), ()), later(9)).handover
    h = machine.read(h, Scan((parcel(2),), ()), later(10)).handover
    assert (h.first_scan_at, h.last_scan_at) == (later(2), later(5))


@pytest.mark.parametrize(
    ("flyer", "wrong"),
    [
        (("F1", "F1", "FlyerMismatch"), False),
        (("F1", "F2", "FlyerMatch"), True),
        (("F1", "", "FlyerMatch"), False),
        (("F1", "", "FLYER_MISMATCH"), True),
        (("", "", "Not_Matched"), True),
        (("", "", ""), False),
    ],
)
def test_flyers_are_compared_by_id_first(flyer: tuple[str, str, str], wrong: bool) -> None:
    actual, captured, word = flyer
    shipment = parcel(1, actual_flyer_id=actual, captured_flyer_id=captured, flyer_status=word)
    assert shipment.mismatched is wrong


def test_a_count_keeps_what_was_scanned_at_that_moment() -> None:
    h = machine.read(arrived("Scanning"), Scan((parcel(1), parcel(2)), ()), later(3)).handover
    step = machine.count(h, "U1", 1, later(4))
    assert (step.handover.counted, step.handover.counted_by, step.handover.counted_scanned) == (1, "U1", 2)
    assert (happenings(step), step.events[0].by) == ([Happening.COUNTED], "U1")
    assert step.handover.missing_by_count == 1
    more = machine.read(step.handover, Scan((parcel(3),), ()), later(5)).handover
    assert (more.counted_scanned, more.missing_by_count) == (2, 2)


def test_codes_leave_who_and_until_and_nothing_else() -> None:
    h = machine.start_otc_given(arrived(), "U1", later(15), later(1), again=False).handover
    assert (h.start_otc_by, h.start_otc_at, h.start_otc_until) == ("U1", later(1), later(15))
    rotated = machine.start_otc_rotated(h, later(2))
    assert happenings(rotated) == [Happening.START_ROTATED]
    assert (rotated.handover.start_otc_by, rotated.handover.start_otc_at) == (None, None)
    ended = machine.end_otc_given(h, "U2", "short by two", EndTotals(7, 3, 1, 2, 0), later(3))
    assert (ended.handover.end_otc_by, ended.handover.end_total, ended.handover.end_reason) == ("U2", 7, "short by two")
    figures = ("end_obd_eligible", "end_obd_failed", "end_flyer_eligible", "end_flyer_failed")
    assert [getattr(ended.handover, name) for name in figures] == [3, 1, 2, 0]
    detail = ended.events[0].detail
    assert [detail[name.removeprefix("end_")] for name in figures] == [3, 1, 2, 0], "another code would take them away"
    again = machine.end_otc_given(ended.handover, "U1", "", EndTotals(), later(4), again=True)
    assert (again.handover.end_total, again.handover.end_flyer_failed, again.handover.end_reason) == (
        *(7, 0, "short by two"),
    ), "a second look forgot the first"


def test_the_rate_needs_a_minute() -> None:
    h = machine.read(arrived("Scanning"), Scan((parcel(1),), ()), later(9)).handover
    assert h.scans_per_minute is None
    h = machine.read(h, Scan((parcel(2), parcel(3)), ()), later(9)).handover
    assert h.scans_per_minute == pytest.approx(1.0)
