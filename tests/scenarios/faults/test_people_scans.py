"""What people scan into the thread: with decoration, by mistake, taken back; and what it must not be taken for."""

from typing import Any

import pytest

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from tests.scenarios.dockwork import Screen, card_of, card_says, modal, told
from tests.scenarios.faults.marks import fault
from tests.support import World

A, B, C = "FMPR0000000001", "FMPR0000000002", "FMPP0000-0003"
ORDER = "OD407123456789012345"
FINE, UNSCANNED, AGAIN, UNREAD = "white_check_mark", "grey_question", "repeat", "warning"


async def scanning(dock: World) -> tuple[Visit, Screen]:
    """An FE who has scanned A, B and C."""
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    for one in (A, B, C):
        visit.scan(1, tracking_id=one)
    await card_says(dock, visit, "3 scanned")
    return visit, await card_of(dock, visit)


async def says(dock: World, card: Screen, text: str) -> Any:
    """A message of the operator's in the card's thread."""
    assert (await dock.slack.say(dock.operator, dock.channel, text, thread_ts=card.ts)).acked
    return next(m for m in reversed(dock.thread(card)) if m.text == text)


async def signs(dock: World, message: Any, *names: str) -> None:
    await dock.until(lambda: set(message.reactions) == set(names))


@pytest.mark.everyday(4)
@fault(
    "People",
    "a scanner or a label puts other signs around the id: a symbology prefix, quotes, a count, an address, JSON, a row",
    keeps=(1,),
)
@pytest.mark.parametrize(
    "text",
    [
        *(f"]C1{A}", f"]C0{A}", f"]d2{A}", f"*{A}*", f"“{A}”", f"{A},1", f"{A}.", f"{A}|{ORDER}|Ekart"),
        *(f'{{"awb":"{A}"}}', f"<https://ekartlogistics.com/shipmenttrack/{A}>", f"{A}\n{ORDER}", f"{A}{A}"),
    ],
)
async def test_a_decorated_scan_is_the_parcel(dock: World, text: str) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await signs(dock, await says(dock, card, text), FINE)
        assert dock.rows("select tracking_id, times from own_scan") == [(A, 1)]


@fault(
    "People",
    "scans that are no parcel of their own: an order's number, two ids run together, a keyboard that types _ for -",
    keeps=(1,),
    person="did not count as a scan",
)
async def test_what_is_not_one_parcel(dock: World) -> None:
    async with dock.bot():
        visit, card = await scanning(dock)
        await signs(dock, await says(dock, card, ORDER), UNREAD)
        await told(dock, dock.operator, "the number of an order")
        await signs(dock, await says(dock, card, f"{A}{B}"), FINE)
        await signs(dock, await says(dock, card, C.replace("-", "_")), FINE)
        await signs(dock, await says(dock, card, "D1_0000004"), UNSCANNED)
        visit.scan(1, tracking_id="D1-0000004")
        await card_says(dock, visit, "4 scanned by us: the same as the FE's")
        await signs(dock, await says(dock, card, "D1-0000004"), AGAIN)
        kept = [(A, 1), (B, 1), (C, 1), ("D1-0000004", 2)]
        assert dock.rows("select tracking_id, times from own_scan") == kept


@fault(
    "People",
    "a scan that failed, beside talk and codes: the first gets a sign, the others nothing, and none is kept",
    keeps=(1,),
    person="did not count as a scan",
)
async def test_a_failed_scan_gets_a_sign_and_talk_gets_none(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        talk = [f"is {A} there?", f"see https://x.test/{A}", f"{A}?", "<https://docs.test/d/1AbC2345678>"]
        codes = ["482913", "*OTC-482913*", "OTC|482913"]
        quiet = [await says(dock, card, text) for text in talk + codes]
        rows = [f"FMPC0000000009|{ORDER}|Ekart", f"{A}|{B}|Ekart"]
        broken = ["FMPR0000#000001", "FMPC" + "0123456789" * 5]
        for text in ["<https://ekartlogistics.com/shipmenttrack/FMPC0000000009>", *rows, *broken]:
            await signs(dock, await says(dock, card, text), UNREAD)
        await signs(dock, await says(dock, card, B), FINE)
        assert not [message.text for message in quiet if message.reactions]
        assert dock.rows("select tracking_id, times from own_scan") == [(B, 1)]


@fault(
    "People",
    "one stray scan in the thread: it is no list, until a third parcel or one press says so",
    keeps=(1,),
    person="I scan all of them",
)
async def test_a_stray_scan_is_no_list(dock: World) -> None:
    async with dock.bot():
        visit, card = await scanning(dock)
        await says(dock, card, A)
        card = await card_says(dock, visit, "1 scanned by us (counts as a full list from 3 on)")
        assert "not seen by us" not in card.text_all()
        await dock.slack.press(dock.operator, card, "count")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert "not seen by us" not in view.text_all()
        await dock.slack.press(dock.stranger, card, ids.OWN_ALL)
        await told(dock, dock.stranger, "Sorry")
        await dock.slack.press(dock.operator, card, ids.OWN_ALL)
        card = await card_says(dock, visit, "2 not seen by us")
        assert "I scan all of them" not in card.text_all()
        visit.leave()
        await card_says(dock, visit, "Left")
        assert dock.rows("select count(*) from claim") == [(0,)], "a claim although nothing is closed at Flipkart"


@fault(
    "People",
    "a scan is deleted or edited in the thread: what it said goes with it, in every view and on record",
    keeps=(1, 6),
)
async def test_a_scan_is_taken_back(dock: World) -> None:
    async with dock.bot():
        visit, card = await scanning(dock)
        await says(dock, card, f"{A}\n{B}\n{C}")
        wrong = await says(dock, card, "FMPR0000000099\nFMPR0000000098")
        again = await says(dock, card, A)
        await signs(dock, again, AGAIN)
        await card_says(dock, visit, "2 not scanned by the FE")
        await dock.slack.edit(dock.operator, wrong, "FMPR0000000099")
        await card_says(dock, visit, "1 not scanned by the FE")
        edited = await dock.slack.edit(dock.operator, wrong, B)
        await signs(dock, wrong, AGAIN)
        await dock.slack.redeliver(edited)
        await dock.slack.delete(dock.operator, again)
        await card_says(dock, visit, "the same as the FE's")
        await dock.until(
            lambda: dock.rows("select max(times) from own_scan where tracking_id = 'FMPR0000000001'") == [(1,)]
        )
        assert dock.rows("select tracking_id, times from own_scan") == [(A, 1), (B, 2), (C, 1)]
        await dock.until(lambda: len(dock.rows("select 1 from audit where what = 'own_taken_back'")) == 3)


@fault(
    "People",
    "part of an id and Enter in the report of a problem parcel",
    keeps=(1,),
    person="too short for a tracking id",
)
async def test_a_report_of_a_part_of_an_id(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await dock.slack.press(dock.operator, card, ids.REPORT)
        view = await modal(dock, dock.operator, "What is wrong?")

        async def offers(typed: str) -> list[tuple[str, str]]:
            delivery = await dock.slack.suggest(dock.operator, view, ids.PARCEL, typed)
            return [(one["value"], one["text"]["text"]) for one in (delivery.payload or {})["options"]]

        assert await offers("0001") == [(A, A), ("0001", "0001: too short for a tracking id")]
        assert await offers("FMPR9999") == [("FMPR9999", "FMPR9999: not on this FE's list")]
        refused = await dock.slack.submit(dock.operator, view, {ids.PARCEL: "0001", ids.PROBLEM_KIND: "empty"})
        assert "too short" in (refused.payload or {})["errors"][ids.PARCEL]
        await dock.slack.submit(dock.operator, view, {ids.PARCEL: A, ids.PROBLEM_KIND: "empty"})
        await modal(dock, dock.operator, "Saved:")
        assert dock.rows("select tracking_id from claim") == [(A,)]
