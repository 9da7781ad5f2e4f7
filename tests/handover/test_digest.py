"""The day's figures: what counts to which day, and what stands in the message, the table and the picture."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.handover.digest import Day, Digest, Figures, Override, Seen, day_of, digest, figures, last_day
from bot.handover.location import Location
from bot.handover.model import Handover, Shipment, Stage
from bot.i18n import LANGUAGES, use
from bot.record.chart import WIDTH, day_chart
from bot.record.daytable import day_table
from bot.sandbox.slack.blockkit import check_message_blocks
from bot.slack.blocks.digest import digest_blocks, digest_text
from bot.slack.blocks.text import as_dicts

ZONE = ZoneInfo("Asia/Kolkata")
DAY = date(2026, 3, 4)


def dock(hours: str = "08:00-22:00") -> Location:
    return Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK", hours=hours)


def clock(hour: float, day: date = DAY) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).astimezone(UTC) + timedelta(hours=hour)


def seen(n: int, at: datetime, *, wait: float | None = None, stay: float | None = 30, **more: object) -> Seen:
    """A handover, with minutes until the code and on the dock."""
    end = None if stay is None else at + timedelta(minutes=stay)
    values: dict[str, object] = {
        "id": f"{n:032x}", "location_id": "LOC1", "fe_id": f"fe{n}", "task_id": f"t{n}", "fe_name": f"Ram {n}",
        "arrived_at": at, "ended_at": end, "stage": Stage.WAITING if stay is None else Stage.CLOSED, **more,
    }  # fmt: skip
    code = None if wait is None else at + timedelta(minutes=wait)
    return Seen(Handover.model_validate(values), at, code)


@pytest.mark.parametrize(("hours", "begin", "end"), [
    ("08:00-22:00", -2, 22), ("", 0, 24), ("08:00-24:00", 0, 24), ("18:00-02:00", 2, 26), ("09:00-09:00", 9, 33),
])  # fmt: skip
def test_a_day_runs_from_one_closing_to_the_next_and_is_called_by_its_beginning(
    hours: str, begin: float, end: float
) -> None:
    day = day_of(dock(hours), ZONE, DAY)
    assert (day.begin, day.end) == (clock(begin), clock(end))
    assert last_day(dock(hours), ZONE, day.end) == day
    assert last_day(dock(hours), ZONE, day.end - timedelta(seconds=1)).date == DAY - timedelta(days=1)
    assert day_of(dock(hours), ZONE, DAY + timedelta(days=1)).begin == day.end, "nothing falls between two days"


def test_the_figures_of_a_day() -> None:
    scans = {"first_scan_at": clock(10), "last_scan_at": clock(10.5)}
    override = Override("Ram 2", "fe2", "U0VIKRAM", "one is torn", 18, 20)
    every = [
        seen(1, clock(9), wait=4, stay=40, scanned=31, rejected=2, mismatched=1, counted=31, **scans),
        seen(2, clock(10), wait=10, stay=75, scanned=20, rejected=1, counted=18),
        seen(3, clock(11), wait=1, stay=20, scanned=10, counted=12, mismatched=2),
        seen(4, clock(12), stay=None, scanned=5),
    ]
    every[1] = Seen(every[1].handover, every[1].seen_at, every[1].first_code_at, (override,))
    assert figures(every, clock(22)) == Figures(
        handovers=4, still_here=1, parcels=66, rejected=3, mismatched=3, counted=3, uncounted=0, missing=2, surplus=2,
        median_wait=timedelta(minutes=4), median_rate=1.0, longest_stay=timedelta(hours=10), longest_fe="Ram 4",
        longest_goes_on=True, overrides=(override,),
    )  # fmt: skip


def test_who_brought_nothing_or_is_still_there_was_not_left_uncounted() -> None:
    day = day_of(dock(), ZONE, DAY)
    every = [
        seen(1, clock(9), stage=Stage.LEFT),
        seen(2, clock(10), stage=Stage.CLOSED, scanned=8),
        seen(3, clock(11), stage=Stage.LEFT, scanned=2),
        seen(4, clock(12), stage=Stage.CLOSED, scanned=0, counted=0),
        seen(5, clock(13), stay=None, scanned=5),
    ]
    made = digest(dock(), ZONE, day, every)
    assert made is not None
    assert "2 handovers were not counted by hand." in str(as_dicts(digest_blocks(made)))


def test_the_longest_stay_is_that_of_an_fe_who_never_left() -> None:
    day = day_of(dock(""), ZONE, DAY)
    gone, there = seen(1, clock(9), stay=0.4), seen(2, clock(1.5), stay=None)
    for every, said in (
        ([gone, there, seen(3, clock(2.5), stay=None)], "22 h 30 min · Ram 2, still there"),
        ([gone, seen(3, clock(10), stay=75)], "1 h 15 min · Ram 3"),
    ):
        made = digest(dock(""), ZONE, day, every)
        assert made is not None
        assert f"*Longest stay*\\n{said}" in str(as_dicts(digest_blocks(made)))


def test_a_code_before_the_arrival_that_flipkart_tells_was_waited_for_by_nobody() -> None:
    assert seen(1, clock(9), wait=-3).wait == timedelta(0)


def test_a_quiet_day_has_no_digest() -> None:
    day = day_of(dock(), ZONE, DAY)
    assert digest(dock(), ZONE, day, []) is None
    assert digest(dock(), ZONE, day, [seen(1, clock(22)), seen(2, clock(-2.1))]) is None


def test_it_is_compared_with_the_busy_days_of_the_seven_before() -> None:
    day = day_of(dock(), ZONE, DAY)
    every = [seen(1, clock(9), wait=5, scanned=10)]
    every += [seen(2 + n, clock(9 - 24), wait=10 * n, scanned=20) for n in range(3)]
    every += [seen(9, clock(9 - 7 * 24), wait=2, scanned=8, rejected=3, counted=6)]
    made = digest(dock(), ZONE, day, every)
    assert made is not None
    assert made.figures.handovers == 1
    assert made.usual is not None
    assert (made.usual.days, made.usual.handovers, made.usual.parcels) == (2, 2, 34)
    assert (made.usual.rejected, made.usual.missing) == (1.5, 1)
    assert made.usual.median_wait == timedelta(minutes=6)
    alone = digest(dock(), ZONE, day, every[:1])
    assert alone is not None
    assert alone.usual is None


def test_what_flipkart_does_not_count_as_returned_after_two_days_is_told() -> None:
    day = day_of(dock(), ZONE, DAY)

    def before(n: int, days: float, confirmed: int | None, stage: Stage = Stage.CLOSED) -> Seen:
        return seen(n, clock(9 - 24 * days), scanned=11, rejected=1, confirmed=confirmed, stage=stage)

    every = [seen(1, clock(9), scanned=1), before(2, 3, 7), before(3, 5, 10), before(4, 4, None), before(5, 1, 0)]
    made = digest(dock(), ZONE, day, [*every, before(6, 4, 0, stage=Stage.LEFT)])
    assert made is not None
    assert made.unconfirmed == 3
    assert made.confirmed is None, "of this day nothing was said"
    some = [seen(n, clock(9), scanned=11, rejected=1, confirmed=n - 1, stage=Stage.CLOSED) for n in (1, 2, 12)]
    today = digest(dock(), ZONE, day, [*some, seen(3, clock(9), scanned=5, stage=Stage.LEFT)])
    assert today is not None
    assert today.confirmed == (0 + 1 + 10, 30)
    assert "Confirmed by Flipkart as returned so far: 11 of 30 parcels." in str(as_dicts(digest_blocks(today)))
    assert "3 parcels that were handed over more than two days ago" in str(as_dicts(digest_blocks(made)))
    assert "handed over" not in str(as_dicts(digest_blocks(busy())))


# ---- how it looks ----


def busy(fes: int = 3, name: str = "Ram Kumar") -> Digest:
    day = day_of(dock(), ZONE, DAY)
    every, parcels = [], {}
    for n in range(fes):
        at = clock(9 + 11 * n / max(fes, 4))
        one = seen(n, at, wait=6, fe_name=name, scanned=12, rejected=1, mismatched=1, counted=11)
        override = Override(name, f"fe{n}", "U0ASHA", "=1+1 <!channel> torn", 11, 12)
        every.append(Seen(one.handover, at, one.first_code_at, (override,)))
        rows = [Shipment(tracking_id=f"T{n}-{k}", status="REJECTED" if k == 3 else "ACCEPTED") for k in range(12)]
        rows[5] = rows[5].model_copy(update={"actual_flyer_id": "a", "captured_flyer_id": "b"})
        parcels[one.handover.id] = [(at + timedelta(minutes=10 + k), row) for k, row in enumerate(rows)]
    before = [seen(99, clock(-15), wait=3, scanned=7)]
    made = digest(dock(), ZONE, day, every + before, parcels)
    assert made is not None
    return made


@pytest.mark.parametrize("fes", [1, 60])
@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_the_message(fes: int, language: str) -> None:
    made = busy(fes, "<!here> *Ram*")
    with use(language):
        blocks, text = as_dicts(digest_blocks(made)), digest_text(made)
    assert check_message_blocks(blocks) == []
    assert "<!here>" not in f"{blocks}{text}"
    assert "<!channel>" not in f"{blocks}"


def test_the_message_says_what_the_day_was() -> None:
    said = str(as_dicts(digest_blocks(busy())))
    assert "*Handovers*\\n3 (1)" in said
    assert "*Parcels scanned*\\n36 (7)" in said
    assert "*Wait for the code (usual)*\\n6 min (3 min)" in said
    assert "3 missing: look for them" in said
    assert "11 counted, 12 scanned; <@U0ASHA>" in said


def test_the_table_has_a_line_for_each_and_no_formula() -> None:
    made = busy(2, "=cmd|' /C calc'!A0")
    content = day_table(made, ZONE)
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    assert rows[0]["fe_name"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["override_reason"].startswith("'=1+1")
    assert (rows[0]["arrived"], rows[0]["wait_minutes"]) == ("2026-03-04 09:00:00", "6.0")
    assert (rows[0]["scanned"], rows[0]["scanned_not_counted"]) == ("12", "1")


@pytest.mark.parametrize(("fes", "language", "name"), [(1, "en", "Ram $x^$ \udfff\n_"), (20, "hi", "राम प्रतिष्ठान")])
def test_the_picture_is_as_wide_as_a_phone(fes: int, language: str, name: str) -> None:
    with use(language):
        png = day_chart(busy(fes, name), ZONE)
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20]) == WIDTH
    assert len(png) < 400_000


def test_a_day_without_a_parcel_can_be_drawn() -> None:
    day = day_of(dock(), ZONE, DAY)
    made = digest(dock(), ZONE, day, [seen(1, clock(21.5), stay=None)])
    assert made is not None
    assert day_chart(made, ZONE)
    assert isinstance(day, Day)
