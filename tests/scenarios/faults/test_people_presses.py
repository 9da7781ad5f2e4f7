"""Hands that press too much, and on what is long over."""

import contextlib
import dataclasses
import sqlite3
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.clock import now
from bot.slack.allowance import MOST
from tests.pace import PATIENCE
from tests.scenarios.dockwork import (
    Screen,
    at_the_end,
    calls,
    card_of,
    card_says,
    end_code,
    modal,
    place,
    start_code,
    thread_says,
    told,
)
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.people import all_at_once, askers, confirming, floods, on_record, replies, sent
from tests.scenarios.leaks import seen_by
from tests.support import World

FIFTY = 50


@pytest.fixture(autouse=True)
def one_second(dock: World, quick: None) -> None:
    """Fifty presses come within the second in which they mean one, however long this machine takes for them."""
    dock.timing = replace(dock.timing, press=replace(dock.timing.press, quiet=PATIENCE))


@fault(
    "People",
    "fifty presses in a second on Start OTC",
    keeps=(2, 4, 6),
    person="took the Start OTC",
    operator="a press was answered together with the one before",
)
async def test_fifty_presses_of_one_person(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await all_at_once(dock.slack.press(dock.operator, card, "start_otc") for _ in range(FIFTY))
        await dock.until(lambda: visit.start_code and seen_by(dock, dock.operator, visit.start_code))
        await thread_says(dock, card, "took the Start OTC")
    assert calls(dock, "start_otc") == 1, "fifty presses made Flipkart generate more than once"
    assert len(on_record(dock, "asked")) == 1
    assert askers(dock, "start_otc") == [dock.operator]
    assert sent(dock, "response_url", "chat.postEphemeral") <= 3, "Slack and the screen are flooded with one code"
    assert not floods(dock)


@fault(
    "People",
    "fifty presses in a second on Start OTC, by two people in turn",
    keeps=(2, 4, 6),
    person="took the Start OTC",
)
async def test_fifty_presses_of_two_people(dock: World) -> None:
    # Every press that comes after an answer counts, so that the two really take turns.
    dock.timing = replace(dock.timing, press=replace(dock.timing.press, quiet=0.0))
    visit = dock.flipkart.arrive("LOC1", "Ram")
    people = (dock.operator, dock.second)
    async with dock.bot():
        card = await card_of(dock, visit)
        for _ in range(5):
            await all_at_once(dock.slack.press(people[n % 2], card, "start_otc") for n in range(FIFTY // 5))
            for one in people:
                await modal(dock, one, "Works until")
                assert seen_by(dock, one, str(visit.start_code))
                for view in dock.slack.open_views(one):
                    await dock.slack.close(one, view)
        await dock.until(lambda: replies(dock, card, "took the Start OTC") == 2)
    assert calls(dock, "start_otc") == 1
    assert len(on_record(dock, "asked")) == 1
    assert sorted(askers(dock, "start_otc")) == sorted(people), "two people in turn fill the record and the thread"
    assert not floods(dock)


@fault(
    "People",
    "fifty presses in a second on New code",
    keeps=(2, 4, 6),
    person="a *new* Start OTC",
)
async def test_fifty_presses_on_new_code(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    moved = timedelta()
    async with dock.bot(clock=lambda: now() + moved):
        card = await card_of(dock, visit)
        shown = await start_code(dock, dock.operator, visit)
        old, moved = visit.start_code, timedelta(seconds=6)
        await all_at_once(dock.slack.press(dock.operator, shown, "new_code_here") for _ in range(FIFTY))
        await dock.until(lambda: visit.start_code != old and seen_by(dock, dock.operator, str(visit.start_code)))
        await thread_says(dock, card, "a *new* Start OTC")
    assert calls(dock, "start_otc") == 2, "a code was replaced that had just been read out"
    assert [detail["again"] for _, detail in on_record(dock, "start_otc")] == [False, True]
    assert len(on_record(dock, "asked")) == 2
    assert not floods(dock)


@fault(
    "People",
    "fifty presses in a second while Slack opens no window and limits response_url",
    keeps=(2, 4, 6),
    person="Works until",
    operator="a response_url was refused",
)
async def test_fifty_presses_while_answers_are_limited(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        dock.slack.fail("views.open", error="internal_error", times=FIFTY)
        dock.slack.fail("response_url", error="ratelimited", retry_after=30, times=FIFTY)
        await all_at_once(dock.slack.slash(dock.operator, dock.channel, "/start-otc", "") for _ in range(FIFTY))
        await dock.until(lambda: visit.start_code and seen_by(dock, dock.operator, visit.start_code))
    assert calls(dock, "start_otc") == 1
    assert askers(dock, "start_otc") == [dock.operator]
    assert sent(dock, "chat.postEphemeral") <= 3, "the other way to the person is flooded instead"


@fault(
    "People",
    "somebody who presses on and on: the windows of all others open",
    keeps=(2, 4, 6),
    person="That was many windows in one minute.",
)
async def test_who_presses_on_and_on_uses_up_nobody_elses_windows(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        for _ in range(3 * MOST):
            await dock.slack.press(dock.stranger, card, "start_otc")
        await told(dock, dock.stranger, "That was many windows in one minute.")
        assert sent(dock, "views.open") <= MOST
        await dock.slack.press(dock.operator, card, "start_otc")
        await modal(dock, dock.operator, "Works until")
    assert not floods(dock)


@fault(
    "People",
    "fifty presses in a second on Count and on its form",
    keeps=(2, 4, 6),
    person="counted *6 parcels*",
)
async def test_fifty_counts(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(6)
    async with dock.bot():
        card = await card_says(dock, visit, "6 scanned")
        await all_at_once(dock.slack.press(dock.operator, card, "count") for _ in range(FIFTY))
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert sent(dock, "views.open") <= FIFTY // 2, "half of what the whole workspace may open in a minute"
        await all_at_once(dock.slack.submit(dock.operator, view, {"counted": "6"}) for _ in range(FIFTY))
        await modal(dock, dock.operator, "The same*: 6 counted, 6 scanned")
        await thread_says(dock, card, "counted *6 parcels*")
    counts = [(by, detail["counted"], detail["scanned"]) for by, detail in on_record(dock, "counted")]
    assert counts == [(dock.operator, 6, 6)], "one count is on record more than once"
    assert not floods(dock)


@pytest.mark.everyday(1)
@pytest.mark.parametrize("people", [1, 2], ids=["one", "two"])
@fault(
    "People",
    "fifty presses in a second on Show the End OTC, by one and by two people",
    keeps=(2, 4, 6),
    person="took the End OTC: counted 6, scanned 6.",
)
async def test_fifty_confirmations(dock: World, people: int) -> None:
    visit = at_the_end(dock, aside=1)
    hands = (dock.operator, dock.second)[:people]
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        views = {user: await confirming(dock, user, visit, 6) for user in hands}
        await all_at_once(dock.slack.submit(one, views[one]) for _ in range(FIFTY // people) for one in hands)
        await dock.until(lambda: visit.end_code and all(seen_by(dock, one, visit.end_code) for one in hands))
        await dock.until(lambda: replies(dock, card, "took the End OTC") == people)
    assert calls(dock, "end_otc") == 1, "Flipkart was asked for a code that was there already"
    asked = [(detail["kind"], detail["counted"], detail["scanned"]) for _, detail in on_record(dock, "asked")]
    assert asked == [("end", 6, 6)]
    assert sorted(askers(dock, "end_otc")) == sorted(hands)
    assert [detail["again"] for _, detail in on_record(dock, "end_otc")] == [False, True][:people]
    assert not floods(dock)


@fault(
    "People",
    "a look at the End OTC that is there, fifty times by two people in turn",
    keeps=(2, 4, 6),
    person="took the End OTC again",
)
async def test_fifty_looks_at_a_code_that_is_there(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    hands = (dock.operator, dock.second)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        await end_code(dock, dock.operator, visit, counted=6)
        await all_at_once(dock.slack.press(hands[n % 2], card, "end_otc") for n in range(FIFTY))
        await modal(dock, dock.second, str(visit.end_code))
        await thread_says(dock, card, "took the End OTC again")
    assert calls(dock, "end_otc") == 1
    assert askers(dock, "end_otc") == [dock.operator, dock.second], "each look of the two is a reply of its own"
    assert not floods(dock)


@fault(
    "People",
    "a press on a card of last week",
    keeps=(2, 4, 6),
    person="has left, so there is no code for this handover.",
    operator="a press was refused",
)
async def test_a_card_of_last_week(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        await end_code(dock, dock.operator, visit, counted=6)
        assert visit.enter_end_otc(str(visit.end_code))
        card = await card_says(dock, visit, "Closed")
    before_that = dock.rows("select id, what from audit")
    async with dock.bot(clock=lambda: now() + timedelta(days=7)):
        for action, why in (
            ("start_otc", "has left, so there is no code"),
            ("count", "has left: nothing more is counted"),
            ("tally_1", "has left: nothing more is counted"),
            ("end_otc", "has left, so there is no code"),
        ):
            before = len(dock.slack.calls)
            await all_at_once([dock.slack.press(dock.operator, as_it_was(dock, card, action), action)])
            await dock.until(lambda at=before, why=why: _said_since(dock, at, why))  # type: ignore[misc]
    assert calls(dock, "start_otc") == 0
    assert calls(dock, "end_otc") == 1
    assert dock.rows("select id, what from audit") == before_that, "a press on an old card is on record as a new one"


@fault(
    "People",
    "a press on a card whose handover is no longer in the database",
    keeps=(4,),
    person="This handover is no longer known here. Use the newest card in the channel.",
    operator="a press was refused",
)
async def test_a_card_without_a_handover(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        visit.leave()
        await card_says(dock, visit, "LEFT")
    with contextlib.closing(sqlite3.connect(dock.folder / "bot.db")) as connection, connection:
        connection.execute("delete from handover")
    async with dock.bot():
        await all_at_once([dock.slack.press(dock.operator, as_it_was(dock, card, "start_otc"), "start_otc")])
        await told(dock, dock.operator, "This handover is no longer known here")
        for action in ("count", "end_otc"):
            await all_at_once([dock.slack.press(dock.operator, as_it_was(dock, card, action), action)])
            await modal(dock, dock.operator, "This handover is no longer known here")
    assert calls(dock, "start_otc") == calls(dock, "end_otc") == 0


@fault(
    "People",
    "a press on a card of a location that is no longer in bot.toml",
    keeps=(4,),
    person="This card belongs to a dock that the bot no longer serves",
    operator="a card of a location that is no longer in bot.toml",
)
async def test_a_card_of_a_location_that_is_no_longer_served(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
    dock.flipkart.add_location("LOC2")
    dock.toml = place(dock, [dock.operator], "LOC2")
    async with dock.bot():
        await all_at_once([dock.slack.press(dock.operator, card, "start_otc")])
        await told(dock, dock.operator, "put the dock back into bot.toml")
        for action in ("count", "end_otc"):
            await all_at_once([dock.slack.press(dock.operator, as_it_was(dock, card, action), action)])
            await modal(dock, dock.operator, "put the dock back into bot.toml")
    assert calls(dock, "start_otc") == calls(dock, "end_otc") == 0


def as_it_was(dock: World, card: Screen, action: str) -> Screen:
    """The card with a button that it no longer has: a client that did not hear of the edit."""
    [handover] = {value for (value,) in dock.rows("select handover_id from audit where what = 'arrived'")}
    button = {"type": "button", "action_id": action, "value": handover, "text": {"type": "plain_text", "text": "x"}}
    return dataclasses.replace(card, blocks=[{"type": "actions", "block_id": "old", "elements": [button]}])


def _said_since(dock: World, calls_before: int, text: str) -> bool:
    shown: list[Any] = [call.args for call in dock.slack.calls[calls_before:] if call.ok]
    return text in str(shown)
