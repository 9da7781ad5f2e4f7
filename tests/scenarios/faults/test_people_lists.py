"""Lists that say more than ids: a row's own state, its location, other sheets; and lists dropped by mistake."""

import io
from datetime import UTC, date, datetime
from typing import Any

import openpyxl

from bot.handover.location import Location
from bot.record.expected import DayLists, Line, Standing, to_csv
from bot.slack import ids
from tests.golden.samples import ZONE
from tests.scenarios.dockwork import card_of, card_says, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.slack import forge
from tests.support import World

A, B, C, D = (f"FMPR000000000{n}" for n in range(1, 5))


async def drop(dock: World, content: bytes, name: str = "list.csv", *, by: str = "", channel: str = "") -> None:
    who, where = by or dock.operator, channel or dock.channel
    await dock.slack.say(who, where, f"<@{dock.slack.bot_user_id}>", files=[(name, content)])


def table(*rows: tuple[str, ...]) -> bytes:
    return "\r\n".join(",".join(row) for row in rows).encode()


def awaited(dock: World, location: str = "LOC1") -> set[str]:
    found = dock.rows("select location_id, tracking_id from expected where state = 'awaited'")
    return {one for place, one in found if place == location}


async def scanned(dock: World, *parcels: str) -> Any:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    for one in parcels:
        visit.scan(1, tracking_id=one)
    await card_says(dock, visit, f"{len(parcels)} scanned")
    return visit


@fault(
    "People",
    "a list whose rows say themselves that a return is over",
    keeps=(4,),
    person="Not awaited, because the list itself says so: 1 cancelled, 2 completed, 1 rejected.",
)
async def test_rows_that_are_over_are_not_awaited(dock: World) -> None:
    async with dock.bot():
        rows = [
            (A, "In Transit"),
            (B, "Return Cancelled"),
            (C, "Completed"),
            (D, "Rejected"),
            ("FMPR0000000005", "completed"),
        ]
        await drop(dock, table(("Tracking ID", "Return Status"), *rows))
        answer = await told(dock, dock.operator, "*1 parcel*, 1 of them new")
        assert "“Return Status”" in answer.text_all()
        assert "1 parcel has not been scanned so far" in answer.text_all()
        assert awaited(dock) == {A}
        visit = await scanned(dock, A, C, B)
        # What is completed stands on the list; what was cancelled should not have come.
        card = await card_says(dock, visit, "2 of 3 on the list")
        assert f"`{B}`" in (await thread_says(dock, card, "scanned that is not on your list")).text_all()


@fault(
    "People",
    "labels before the ids, totals, page marks and other ids in a list",
    keeps=(4,),
    person="a row of totals, 1 × a page mark or the like, 1 × too far from how the other tracking ids of the list look",
)
async def test_only_parcels_are_awaited(dock: World) -> None:
    async with dock.bot():
        rows = [("a", f"RTr:{A}"), ("b", f"AWB: {B}"), ("c", f"“{C}”"), ("Total", "128"), ("", "Page1"), ("", "Ecom1")]
        await drop(dock, table(("sku", "reverse_logistics_tracking_id"), *rows))
        answer = await told(dock, dock.operator, "*3 parcels*, 3 of them new")
        assert "3 rows were not read" in answer.text_all()
        assert awaited(dock) == {A, B, C}
        visit = await scanned(dock, A, B)
        await card_says(dock, visit, "2 of 2 on the list")


@fault(
    "People",
    "two columns of tracking ids that could both be meant",
    keeps=(4,),
    person="both look like tracking ids. Name the right one “Tracking ID”",
)
async def test_two_columns_in_doubt_are_asked_about(dock: World) -> None:
    async with dock.bot():
        await drop(dock, table(("Forward Leg Tracking ID", "Reverse Leg Tracking ID"), (A, B)))
        await told(dock, dock.operator, "*1 parcel*, 1 of them new")
        assert awaited(dock) == {B}
        await drop(dock, table(("Tracking ID", "AWB No"), (C, D)))
        await told(dock, dock.operator, "“Tracking ID” (A) and “AWB No” (B)")
        assert awaited(dock) == {B}


@fault(
    "People",
    "a newer list on which a parcel is cancelled",
    keeps=(4,),
    person="1 parcel of an earlier list is no longer awaited.",
)
async def test_a_newer_list_takes_a_parcel_off(dock: World) -> None:
    async with dock.bot():
        await drop(dock, table(("Tracking ID",), (A,), (B,)), "monday.csv")
        await told(dock, dock.operator, "2 parcels have not been scanned so far")
        await drop(dock, table(("Tracking ID", "return_status"), (B, "cancelled")), "tuesday.csv")
        answer = await told(dock, dock.operator, "1 cancelled")
        assert "1 parcel has not been scanned so far" in answer.text_all()
        assert "“monday.csv”" in answer.text_all()
        assert awaited(dock) == {A}
        # And a list that comes after it, which just names it, puts it back.
        await drop(dock, table(("Tracking ID",), (B,)), "wednesday.csv")
        await told(dock, dock.operator, "“tuesday.csv”")
        assert awaited(dock) == {A, B}


@fault(
    "People",
    "the bot's own table of expected parcels, dropped back",
    keeps=(4,),
    person="1 row is one that the bot itself wrote down as unexpected",
)
async def test_the_bots_own_table_makes_nothing_expected_that_was_not(dock: World) -> None:
    place = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")
    at = datetime(2026, 3, 4, 8, tzinfo=UTC)
    lines = [
        Line(Standing.MISSING, A),
        Line(Standing.UNEXPECTED, B, scanned_at=at, handover_id="h1"),
        Line(Standing.MATCHED, C, scanned_at=at, handover_id="h1"),
    ]
    async with dock.bot():
        await drop(dock, to_csv([DayLists(place, date(2026, 3, 4), lines)], ZONE), "expected-2026-03-04.csv")
        answer = await told(dock, dock.operator, "*1 parcel*, 1 of them new")
        assert "1 completed" in answer.text_all()
        assert awaited(dock) == {A}
        visit = await scanned(dock, B)
        await card_says(dock, visit, "⚠️ 1 not on your list")


def two_docks(dock: World, *, operators: list[str]) -> str:
    """A second location with a channel of its own, whose id is returned."""
    there = dock.slack.add_channel("returns-hosur", members=[dock.operator, dock.second])
    dock.flipkart.add_location("LOC2")
    here = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "operators": [dock.operator, dock.second]}
    dock.toml["locations"] = [here, {"id": "LOC2", "name": "Hosur", "channel": there, "operators": operators}]
    return there


@fault(
    "People",
    "a list with rows of other locations, of which one is not served",
    keeps=(4,),
    person="1 parcel is for “Chennai”, which this bot does not serve, and was left out.",
)
async def test_rows_of_other_locations_are_expected_where_they_belong(dock: World) -> None:
    two_docks(dock, operators=[dock.operator])
    async with dock.bot():
        rows = [(A, "LOC1", ""), (B, "loc2", ""), (C, "", "HOSUR "), (D, "", "Chennai"), ("FMPR0000000005", "", "")]
        await drop(dock, table(("Tracking ID", "Location ID", "Location Name"), *rows))
        answer = await told(dock, dock.operator, "kept for Bengaluru dock: *2 parcels*, 2 of them new")
        assert "Hosur: *2 parcels*, 2 of them new" in answer.text_all()
        assert (awaited(dock), awaited(dock, "LOC2")) == ({A, "FMPR0000000005"}, {B, C})
        assert dock.rows("select location_id, by from audit where what = 'listed'") == [
            ("LOC1", dock.operator),
            ("LOC2", dock.operator),
        ]


@fault(
    "People",
    "a list with rows of a location whose operator the person is not",
    keeps=(4, 6),
    person="2 parcels are for Hosur, where Slack does not say that you are an operator, and were left out",
)
async def test_rows_go_only_where_the_person_may_put_them(dock: World) -> None:
    two_docks(dock, operators=[dock.second])
    async with dock.bot():
        await drop(dock, table(("Tracking ID", "Location ID"), (A, "LOC1"), (B, "LOC2"), (C, "LOC2")))
        await told(dock, dock.operator, "*1 parcel*, 1 of them new")
        assert (awaited(dock), awaited(dock, "LOC2")) == ({A}, set())
        assert dock.rows("select location_id, by from audit where what = 'refused'") == [("LOC2", dock.operator)]
        await drop(dock, table(("Tracking ID", "Location ID"), (B, "LOC2")), "hosur.csv")
        await told(dock, dock.operator, "Nothing of this list was kept")
        assert awaited(dock, "LOC2") == set()


@fault(
    "People",
    "a list in a channel of several locations, whose rows say themselves where they belong",
    keeps=(4,),
    person="Several docks use this channel. Drop the file again and write beside it which one it is for",
)
async def test_a_list_that_says_its_locations_itself(dock: World) -> None:
    here = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "operators": [dock.second]}
    dock.toml["locations"] = [here, here | {"id": "LOC2", "name": "Hosur", "operators": [dock.operator, dock.second]}]
    dock.flipkart.add_location("LOC2")
    async with dock.bot():
        await drop(dock, table(("Tracking ID", "Location"), (A, "Hosur"), (B, "LOC1")))
        answer = await told(dock, dock.operator, "kept for Hosur: *1 parcel*, 1 of them new")
        assert "1 parcel is for Bengaluru dock, where Slack does not say that you are an operator" in answer.text_all()
        assert (awaited(dock), awaited(dock, "LOC2")) == (set(), {A})
        await drop(dock, table(("Tracking ID",), (D,)))
        await told(dock, dock.operator, "write beside it which one it is for: *Hosur*.")
        await drop(dock, table(("Tracking ID", "Location ID"), (B, "LOC1"), (C, "LOC2")), by=dock.second)
        answer = await told(dock, dock.second, "kept for Bengaluru dock: *1 parcel*, 1 of them new")
        assert "For Hosur: *1 parcel*" in answer.text_all()
        await drop(dock, table(("Tracking ID", "Location ID"), (D, "")), by=dock.second)
        await told(dock, dock.second, "Several docks use this channel")
        await drop(dock, table(("Tracking ID", "Location ID"), (D, "LOC2")), by=dock.stranger)
        await told(dock, dock.stranger, "Sorry, codes and counts at")
        assert (awaited(dock), awaited(dock, "LOC2")) == ({B}, {A, C})


@fault(
    "People",
    "a list dropped by mistake: it is taken back, twice",
    keeps=(2, 4, 6),
    person="is taken back: 2 parcels are no longer on any list, 1 is again as an earlier list had it.",
)
async def test_a_list_is_taken_back(dock: World) -> None:
    async with dock.bot():
        await drop(dock, table(("Tracking ID", "Reason"), (A, "Torn"), (D, "Size")), "right.csv")
        await told(dock, dock.operator, "“Reason”")
        visit = await scanned(dock, B, A)
        await card_says(dock, visit, "1 of 2 on the list")
        wrong = table(("Tracking ID", "Reason", "Return Status"), (A, "Wrong", "Cancelled"), (B, "", ""), (C, "", ""))
        await drop(dock, wrong, "wrong.csv")
        answer = await told(dock, dock.operator, "1 cancelled")
        await dock.slack.press(dock.operator, answer, ids.TAKE_BACK)
        await told(dock, dock.operator, "is taken back")
        assert awaited(dock) == {A, D}
        assert ("Torn", A) in dock.rows("select reason, tracking_id from expected")
        card = await card_says(dock, visit, "1 of 2 on the list · 1 of the list still missing")
        [(list_id,)] = dock.rows("select id from parcel_list where taken_back_at is not null")
        await forge.deliver(dock, "interactive", forge.press(dock, ids.TAKE_BACK, list_id, user=dock.second))
        await told(dock, dock.second, "was taken back already")
        on_record = dock.rows("select what, by from audit where what in ('listed', 'list_taken_back') order by id")
        assert on_record == [(what, dock.operator) for what in ("listed", "listed", "list_taken_back")]

        def said() -> int:
            return len([one for one in dock.thread(card) if "not on your list" in one.text_all()])

        # The thread is said after the card, one message a second.
        await dock.until(said)
        assert said() == 1
        first = next(one for one in dock.slack.ephemerals(dock.operator) if "“Reason”" in one.text_all())
        await dock.slack.press(dock.operator, first, ids.TAKE_BACK)
        await told(dock, dock.operator, "2 parcels are no longer on any list")
        assert await card_says(dock, visit, "2 scanned")
        await dock.until(lambda: "list" not in dock.cards[0].text_all())


@fault(
    "People",
    "somebody who may not takes a list back",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
    operator="a press was refused",
)
async def test_only_operators_take_a_list_back(dock: World) -> None:
    async with dock.bot():
        await drop(dock, table(("Tracking ID",), (A,)))
        answer = await told(dock, dock.operator, "*1 parcel*, 1 of them new")
        [(list_id,)] = dock.rows("select id from parcel_list")
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await card_of(dock, visit)
        await forge.deliver(dock, "interactive", forge.press(dock, ids.TAKE_BACK, list_id, user=dock.stranger))
        await told(dock, dock.stranger, "Sorry, codes and counts")
        assert awaited(dock) == {A}
        # Whoever may drop a list may take back another's, and finds it by a word.
        await dock.slack.slash(dock.second, dock.channel, "/otc", "lists")
        lists = await told(dock, dock.second, "list.csv")
        await dock.slack.press(dock.second, lists, ids.TAKE_BACK)
        await told(dock, dock.second, "is taken back")
        assert awaited(dock) == set()
        assert answer


def workbook(**sheets: list[list[str]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@fault(
    "People",
    "a workbook with tracking ids on more than one sheet",
    keeps=(4,),
    person="Other sheets have tracking ids too: “East”, “West”.",
)
async def test_other_sheets_are_named_and_offered(dock: World) -> None:
    content = workbook(
        Main=[["Tracking ID"], [A]],
        Notes=[["About"], ["how to read this"]],
        East=[["Tracking ID"], [B]],
        West=[["AWB", "Return Status"], [C, ""], [D, "Cancelled"]],
    )
    async with dock.bot():
        await drop(dock, content, "all.xlsx")
        answer = await told(dock, dock.operator, "of the sheet “Main”")
        assert "“Notes”" not in answer.text_all()
        await dock.slack.press(dock.operator, answer, f"{ids.READ_SHEET}_1")
        second = await told(dock, dock.operator, "of the sheet “West”")
        assert "1 cancelled" in second.text_all()
        assert awaited(dock) == {A, C}
        await dock.slack.press(dock.operator, answer, f"{ids.READ_SHEET}_0")
        await told(dock, dock.operator, "of the sheet “East”")
        assert awaited(dock) == {A, B, C}
