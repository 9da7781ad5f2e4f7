"""The demo's clock, its sheets, and that it offers what the real app offers."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.lists import read_list
from bot.sandbox.demo.clock import DemoClock, Stopwatch
from bot.sandbox.demo.place import COMMANDS, SHORTCUTS
from bot.sandbox.demo.sheet import PARCELS, Sheets

NOON = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)
"""12:00 at the docks."""


def test_the_clock_goes_forward_only() -> None:
    clock = DemoClock(lambda: NOON)
    clock.forward(timedelta(minutes=15))
    assert clock.now() == NOON + timedelta(minutes=15)
    assert clock.epoch() == clock.now().timestamp()
    for wrong in (timedelta(), timedelta(seconds=-1), timedelta(days=400)):
        with pytest.raises(ValueError, match="forward only"):
            clock.forward(wrong)
    assert clock.now() == NOON + timedelta(minutes=15), "a step that was refused has moved the clock"


@pytest.mark.parametrize("hour", [0, 6, 18, 19, 23])
def test_the_day_ends_at_the_docks_midnight_whenever_the_demo_begins(hour: int) -> None:
    began = datetime(2026, 3, 12, hour, 29, 59, tzinfo=UTC)
    clock = DemoClock(lambda: began)
    clock.to_next_day()
    india = timedelta(hours=5, minutes=30)
    assert began < clock.now() <= began + timedelta(days=1, seconds=1)
    assert (clock.now() + india).strftime("%H:%M:%S") == "00:00:01"


def test_the_bot_reads_the_sheet() -> None:
    sheet = Sheets(DemoClock(lambda: NOON)).of("BLR-01")
    read = read_list(sheet.csv(), sheet.name)
    assert [row.tracking_id for row in read.rows] == list(sheet.tracking)
    assert len(read.rows) == PARCELS
    assert {row.expected_on for row in read.rows} == {sheet.day}
    assert read.skipped == ()


def test_fes_bring_what_stands_on_the_sheet_once_it_is_dropped() -> None:
    sheets = Sheets(DemoClock(lambda: NOON))
    sheet = sheets.of("BLR-01")
    assert sheet.take(3) == []
    sheet.dropped = True
    assert sheet.take(10) == list(sheet.tracking[:10])
    assert sheets.of("BLR-01").take(10) == list(sheet.tracking[10:])
    assert not set(sheet.tracking) & set(sheets.of("DEL-01").tracking)


def test_a_sheet_that_grows_keeps_its_rows() -> None:
    sheet = Sheets(DemoClock(lambda: NOON)).of("BLR-01")
    before, rows = sheet.tracking, sheet.csv()
    sheet.lengthen(PARCELS - 1)
    assert sheet.tracking == before
    sheet.dropped = True
    sheet.take(5)
    sheet.lengthen(20)
    assert len(sheet.tracking) == len(set(sheet.tracking)) == 25
    assert sheet.tracking[:PARCELS] == before
    assert sheet.csv().startswith(rows)


def test_each_day_has_a_sheet_of_its_own() -> None:
    clock = DemoClock(lambda: NOON)
    sheets = Sheets(clock)
    first = sheets.of("BLR-01")
    clock.to_next_day()
    second = sheets.of("BLR-01")
    assert second.day == first.day + timedelta(days=1)
    assert not set(first.tracking) & set(second.tracking)


def test_commands_and_shortcuts_are_those_of_the_manifest() -> None:
    features = yaml.safe_load(Path("manifest.yml").read_text(encoding="utf-8"))["features"]
    real = {(one["command"], one["description"], one["usage_hint"]) for one in features["slash_commands"]}
    assert {(one["command"], one["description"], one["usage_hint"]) for one in COMMANDS} == real
    assert [(one["callback_id"], one["name"]) for one in SHORTCUTS] == [
        (one["callback_id"], one["name"]) for one in features["shortcuts"]
    ]


def test_the_stopwatch_runs_as_fast_as_the_day_and_never_back() -> None:
    real = [100.0]
    watch = Stopwatch(lambda: real[0])
    real[0] += 2
    assert watch() == 2
    watch.run_at(5)
    real[0] += 2
    assert watch() == 12
    watch.run_at(50)
    real[0] += 1
    assert watch() == 22, "the bot is hurried ten times at most"
    watch.run_at(0.25)
    real[0] += 1
    assert watch() == 23, "a slow day does not slow the bot"
