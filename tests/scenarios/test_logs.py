"""What the log says of a dock: to which piece of work and handover each line belongs; and none comes at each tick."""

import io
import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.slack import ids
from bot.slack.listeners import start
from tests.scenarios.dockwork import (
    at_the_end,
    calls,
    card_of,
    card_says,
    count_form,
    end_code,
    modal,
    place,
    start_code,
    thread_says,
    told,
)
from tests.scenarios.faults.test_security_secrets import breaks
from tests.scenarios.test_own_scans import Later
from tests.scenarios.test_problems import picture
from tests.support import World

FOREVER = 100_000
LOOKS = 40
"""Of each thing there is: at the usual pace they would take twenty minutes."""

QUICK = {"arrivals_seconds": 0.02, "scans_seconds": 0.02, "page_size": 5}


def lines(logged: io.StringIO, event: str = "") -> list[dict[str, Any]]:
    """The lines of an event, or all."""
    found = [json.loads(line) for line in logged.getvalue().splitlines()]
    return [line for line in found if event in line["event"]]


async def came(dock: World, logged: io.StringIO, event: str, times: int) -> None:
    await dock.until(lambda: len(lines(logged, event)) == times)


def handover_of(dock: World, name: str) -> str:
    """The key of the handover of somebody who stands at the dock."""
    return str(next(key for key, found in dock.rows("select id, fe_name from handover") if found == name))


async def test_a_line_of_a_press_names_its_request_and_its_handover(
    dock: World, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(start, "start_view", breaks)
    names = ("Ram Kumar", "Shyam Lal")
    async with dock.bot():
        for n, name in enumerate(names):
            card = await card_of(dock, dock.flipkart.arrive("LOC1", name))
            await dock.slack.press(dock.operator, card, ids.START)
            await came(dock, logged, "a press ended in a fault", n + 1)
        # So does a shortcut in the thread of one.
        await dock.slack.shortcut(dock.operator, dock.cards[0], ids.START_HERE)
        await came(dock, logged, "a press ended in a fault", 3)
        # A command says nothing of a handover, and bears none of what was done before it.
        await dock.slack.slash(dock.stranger, dock.channel, "/start-otc", "Ram")
        await dock.until(lambda: lines(logged, "a press was refused"))
        faults, (refused,) = lines(logged, "a press ended in a fault"), lines(logged, "a press was refused")
        keys = [handover_of(dock, name) for name in names]
    assert [line["handover"] for line in faults] == [*keys, keys[0]]
    assert "handover" not in refused
    assert len({line["request"] for line in (*faults, refused)}) == 4, "each press is a request of its own"
    assert not [name for name in names if name in logged.getvalue()]


async def test_a_look_and_a_message_name_theirs(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        await card_of(dock, visit)
        dock.flipkart.fail("shipments", status=403, code="FORBIDDEN_ERROR", times=FOREVER)
        visit.begin()
        await dock.until(lambda: lines(logged, "a look at flipkart failed"))
        dock.slack.fail("chat.update", error="restricted_action", times=FOREVER)
        dock.flipkart.clear_faults()
        visit.scan(3)
        await dock.until(lambda: lines(logged, "slack did not take a message"))
        key = handover_of(dock, "Ram Kumar")
    look, message = lines(logged, "a look at flipkart failed")[0], lines(logged, "slack did not take a message")[0]
    assert look["handover"] == message["handover"] == key
    assert look["request"] != message["request"]


async def test_a_line_of_what_is_written_in_a_thread_names_its_handover(dock: World, logged: io.StringIO) -> None:
    """Own scans that Slack takes no sign for, somebody's who may not, and pictures, at once and later by the job."""
    dock.timing = replace(dock.timing, jobs=replace(dock.timing.jobs, photos=0.05))
    clock = Later()
    async with dock.bot(clock):
        first, second = [await card_of(dock, dock.flipkart.arrive("LOC1", name)) for name in ("Ram Kumar", "Shyam Lal")]
        dock.slack.fail("reactions.add", error="missing_scope", times=FOREVER)
        dock.slack.fail("chat.postEphemeral", error="channel_is_archived", times=FOREVER)
        await dock.slack.say(dock.operator, dock.channel, "FMPP0000001", thread_ts=second.ts)
        await came(dock, logged, "slack did not take a reaction", 1)
        await dock.slack.say(dock.stranger, dock.channel, "FMPP0000002", thread_ts=first.ts)
        await came(dock, logged, "a word in a thread did not reach its reader", 1)
        dock.slack.fail("files.info", status=503, times=FOREVER)
        await dock.slack.say(dock.operator, dock.channel, "box", second.ts, [("box.jpg", b"\xff\xd8\xff no more")])
        await came(dock, logged, "a photo did not come", 1)
        clock.ahead = timedelta(minutes=1)
        await came(dock, logged, "a photo did not come", 2)
        ram, shyam = handover_of(dock, "Ram Kumar"), handover_of(dock, "Shyam Lal")
    (sign,), (refused,) = lines(logged, "slack did not take a reaction"), lines(logged, "a press was refused")
    mute = lines(logged, "a word in a thread did not reach its reader")[0]
    assert (sign["handover"], refused["handover"], mute["handover"]) == (shyam, ram, ram)
    dropped, later = lines(logged, "a photo did not come")[:2]
    assert dropped["handover"] == later["handover"] == shyam
    assert dropped["request"] != later["request"]


async def test_a_line_of_a_look_at_many_names_the_one(dock: World, logged: io.StringIO) -> None:
    """An FE of a dock that is looked at as a whole, and the window of one of all whose codes are on a screen."""
    press = replace(dock.timing.press, modal_pauses=(0.01,))
    dock.timing = replace(dock.timing, press=press, jobs=replace(dock.timing.jobs, windows=0.05))
    async with dock.bot():
        ends = at_the_end(dock, 6, "Ram Kumar")
        await card_says(dock, ends, "6 scanned")
        await end_code(dock, dock.operator, ends, 6)
        begins = dock.flipkart.arrive("LOC1", "Shyam Lal")
        await start_code(dock, dock.operator, begins)
        dock.slack.fail("views.update", status=503, times=FOREVER)
        # Each window shows its code until that is used: no sooner is there anything to show in it.
        assert ends.end_code
        assert ends.enter_end_otc(ends.end_code)
        await came(dock, logged, "a modal could not be updated", 1)
        begins.begin()
        await came(dock, logged, "a modal could not be updated", 2)
        dock.flipkart.arrive("LOC1", "Deva").set_status("SOMETHING_NEW")
        await dock.until(lambda: lines(logged, "an unknown status word"))
        ram, shyam, deva = (handover_of(dock, name) for name in ("Ram Kumar", "Shyam Lal", "Deva"))
    assert [line["handover"] for line in lines(logged, "a modal could not be updated")] == [ram, shyam]
    assert [line["handover"] for line in lines(logged, "an unknown status word")] == [deva]


async def test_a_press_on_a_claim_names_the_handover(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        card = await card_says(dock, visit, "1 scanned")
        await dock.slack.press(dock.operator, card, ids.REPORT)
        form = await modal(dock, dock.operator, "What is wrong?")
        await dock.slack.submit(dock.operator, form, {ids.PARCEL: "FMP000001", ids.PROBLEM_KIND: "empty"})
        reply = await thread_says(dock, card, "reported `FMP000001`")
        await dock.slack.press(dock.stranger, reply, ids.CLAIM)
        await dock.until(lambda: lines(logged, "a press was refused"))
        key = handover_of(dock, "Ram Kumar")
    (refused,) = lines(logged, "a press was refused")
    assert refused["handover"] == key


async def test_a_command_names_the_one_whom_it_has_found(dock: World, logged: io.StringIO) -> None:
    dock.timing = replace(dock.timing, press=replace(dock.timing.press, modal_pauses=(0.01,)))
    async with dock.bot():
        await card_of(dock, dock.flipkart.arrive("LOC1", "Ram Kumar"))
        await card_says(dock, at_the_end(dock, 6, "Shyam Lal"), "6 scanned")
        dock.slack.fail("views.update", status=503, times=FOREVER)
        for n, command in enumerate(("/start-otc", "/end-otc"), 1):
            await dock.slack.slash(dock.operator, dock.channel, command, "")
            await came(dock, logged, "a modal could not be updated", n)
        keys = [handover_of(dock, name) for name in ("Ram Kumar", "Shyam Lal")]
    assert [line["handover"] for line in lines(logged, "a modal could not be updated")] == keys


async def test_a_second_persons_word_names_the_handover(dock: World, logged: io.StringIO) -> None:
    dock.toml = place(dock, [dock.operator, dock.second], approve_over=2)
    async with dock.bot():
        card = await card_says(dock, at_the_end(dock, 4, "Ram Kumar"), "4 scanned")
        form = await count_form(dock, dock.operator, card)
        await dock.slack.submit(dock.operator, form, {"counted": "1"})
        form = await modal(dock, dock.operator, "Why finish")
        await dock.slack.submit(dock.operator, form, {"why": "other", "reason": "three are in the van"})
        wish = await thread_says(dock, card, "three are in the van")
        await dock.slack.press(dock.operator, wish, ids.APPROVE)
        await told(dock, dock.operator, "Somebody else has to answer this")
        key = handover_of(dock, "Ram Kumar")
    (refused,) = [line for line in lines(logged, "a press was refused") if line["why"] == "OwnApproval"]
    assert refused["handover"] == key


async def test_a_press_below_a_picture_names_the_handover(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        visit.begin()
        visit.scan(1, tracking_id="FMP000002", status="REJECTED")
        card = await card_says(dock, visit, "1 scanned")
        await dock.slack.say(dock.operator, dock.channel, "FMP000002", card.ts, [("box.jpg", picture())])
        answer = await told(dock, dock.operator, "What does `box.jpg` show?")
        dock.slack.fail("response_url", status=404, times=FOREVER)
        await dock.slack.press(dock.operator, answer, f"{ids.SHOWS}_outside")
        await dock.until(lambda: lines(logged, "a response_url was refused"))
        key = handover_of(dock, "Ram Kumar")
    assert {line["handover"] for line in lines(logged, "a response_url was refused")} == {key}


async def test_each_http_request_is_one_of_its_own(dock: World, logged: io.StringIO) -> None:
    """Also those of one connection; and none keeps the one of the bot's own work."""
    dock.http_mode = True
    dock.timing = replace(dock.timing, web=replace(dock.timing.web, strangers=0.0))
    async with dock.bot() as app, aiohttp.ClientSession() as session:
        del app
        address = lines(logged, "connected")[-1]["health"].replace("/healthz", "/slack/events")
        for _ in range(3):
            async with session.post(address, json=[]) as answer:
                assert answer.status in (400, 401)
        found = lines(logged, "a body that slack does not make was refused")
    assert len({line["request"] for line in found}) == len(found) == 3


async def test_nothing_is_said_at_each_tick_of_a_quiet_dock(dock: World, logged: io.StringIO) -> None:
    """FEs of each kind stand there, one after the other, and nothing happens for twenty minutes of looks."""
    dock.toml = {"polling": QUICK}
    dock.timing = replace(dock.timing, jobs=replace(dock.timing.jobs, photos=0.05, homes=0.05, clock=0.05))
    async with dock.bot():
        waiting, scanning, ending = (dock.flipkart.arrive("LOC1", name) for name in ("Asif", "Bala", "Chetan"))
        strange = dock.flipkart.arrive("LOC1", "Deva")
        for one in (scanning, ending, strange):
            one.begin()
            one.scan(3)
            await card_says(dock, one, "3 scanned")
        ending.finish_scanning()
        strange.set_status("SOMETHING_NEW")
        await card_of(dock, waiting)
        await dock.slack.open_home(dock.operator)
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "help")
        await told(dock, dock.operator, "/start-otc")
        dock.flipkart.fail("shipments", status=404, code="TRIPSHEET_TASK_NOT_FOUND", times=FOREVER)
        before, begun = Counter(line["event"] for line in lines(logged)), len(dock.flipkart.calls)
        await dock.until(lambda: len(dock.flipkart.calls) >= begun + 2 * LOOKS)
        said = Counter(line["event"] for line in lines(logged) if line["level"] != "debug") - before
        assert calls(dock, "shipments") >= LOOKS, "nobody was looked at"
    assert "flipkart says that a task is over" in said, "what repeats itself was not played"
    often = {event: times for event, times in said.items() if times > 4}
    assert often == {}, "these come with each look, or nearly"


async def test_nothing_is_said_at_each_tick_while_nobody_answers(dock: World, logged: io.StringIO) -> None:
    """Flipkart fails over each call, then Slack over each."""
    dock.toml = {"polling": QUICK}
    dock.timing = replace(dock.timing, jobs=replace(dock.timing.jobs, photos=0.05, homes=0.05, clock=0.05))
    async with dock.bot():
        visits = [dock.flipkart.arrive("LOC1", name) for name in ("Asif", "Bala", "Chetan")]
        for one in visits:
            one.begin()
            one.scan(3)
            await card_says(dock, one, "3 scanned")
        dock.flipkart.fail("*", status=503, times=FOREVER)
        before, begun = Counter(line["event"] for line in lines(logged)), len(dock.flipkart.calls)
        await dock.until(lambda: len(dock.flipkart.calls) >= begun + 3 * LOOKS)
        dock.flipkart.clear_faults()
        for method in ("chat.update", "chat.postMessage", "views.publish"):
            dock.slack.fail(method, error="restricted_action", times=FOREVER)
        for one in visits:
            one.scan(2)
        begun = len(dock.flipkart.calls)
        await dock.until(lambda: len(dock.flipkart.calls) >= begun + 3 * LOOKS)
        said = Counter(line["event"] for line in lines(logged) if line["level"] != "debug") - before
    assert "a look at flipkart failed; it goes on trying" in said, "what repeats itself was not played"
    assert "slack did not take a message; it waits" in said, "what repeats itself was not played"
    often = {event: times for event, times in said.items() if times > 2 * len(visits)}
    assert often == {}, "these come with each look, or nearly"
