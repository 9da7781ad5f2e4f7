"""Several copies of the bot over one PostgreSQL: a code is where it was asked for, wherever the press arrives."""

import asyncio
import contextlib
import io
import sys
from pathlib import Path

import pytest

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from bot.web import EVENTS_PATH
from tests.copies.pooler import mute
from tests.pace import PATIENCE
from tests.scenarios.copies import Copy, a_copy, dock, first, second
from tests.scenarios.dockwork import Screen, at_the_end, calls, card_of, card_says, count_form, modal, thread_says
from tests.scenarios.faults.marks import fault
from tests.scenarios.leaks import seen_by
from tests.scenarios.test_http_mode import free_port
from tests.support import World

__all__ = ["dock", "first", "second"]

pytestmark = pytest.mark.postgres

LETTER = 20.0
"""Seconds for a copy to take the press of another one: a busy machine is slow, and none of them is silent."""
SOON = pytest.mark.parametrize("dock", [1.0], indirect=True, ids=["soon"])
"""One of them is silent, or gone."""
NEW_CODE = "took a *new* Start OTC; the old one stopped working."


async def pressed(dock: World, at: str, user: str, surface: Screen, button: str = "start_otc") -> None:
    """A press that Slack takes to one of the copies."""
    dock.slack.events_url = at
    delivery = await dock.slack.press(user, surface, button)
    assert delivery.acked


async def shown(dock: World, user: str, visit: Visit) -> None:
    """The visit's Start OTC is on the person's screen."""
    await dock.until(lambda: visit.start_code is not None and seen_by(dock, user, str(visit.start_code)))


@fault(
    "Process",
    "a press that reaches another copy of the bot than the one that has the code",
    keeps=(2, 4, 6),
    person="took the Start OTC",
)
async def test_the_code_is_shown_by_whoever_asked_for_it(dock: World, first: str, second: Copy) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    await pressed(dock, second.address, dock.operator, card)
    await shown(dock, dock.operator, visit)
    await pressed(dock, first, dock.second, card)
    await shown(dock, dock.second, visit)
    assert calls(dock, "start_otc") == 1, "the code was made again, though another copy had it"
    for user in (dock.operator, dock.second):
        await thread_says(dock, card, f"<@{user}> took the Start OTC")
    assert dock.rows("select count(*) from letter") == [(0,)]
    dock.slack.events_url = first
    await dock.slack.slash(dock.stranger, dock.channel, "/start-otc", "")
    await modal(dock, dock.stranger, "Sorry, codes and counts")


@fault(
    "Process",
    "a form that was opened by one copy of the bot and is submitted to another",
    keeps=(2, 4, 6),
    person="took the End OTC: counted 6, scanned 6.",
)
async def test_the_way_to_an_end_otc_over_two_copies(dock: World, first: str, second: Copy) -> None:
    visit = at_the_end(dock, 6, aside=1)
    card = await card_says(dock, visit, "Count, then End OTC")
    dock.slack.events_url = first
    form = await count_form(dock, dock.operator, card)
    dock.slack.events_url = second.address
    await dock.slack.submit(dock.operator, form, {"counted": "6"})
    view = await modal(dock, dock.operator, "You can't undo this")
    await dock.slack.submit(dock.operator, view)
    await dock.until(lambda: visit.end_code is not None and seen_by(dock, dock.operator, str(visit.end_code)))
    await pressed(dock, second.address, dock.second, card, "end_otc")
    await dock.until(lambda: seen_by(dock, dock.second, str(visit.end_code)))
    assert calls(dock, "end_otc") == 1
    await thread_says(dock, card, f"<@{dock.operator}> took the End OTC: counted 6, scanned 6.")
    assert dock.rows("select scanned, counted from handover") == [(6, 6)]


@fault("Process", "the copy of the bot that has a code is killed", keeps=(2, 4, 6), person=NEW_CODE)
async def test_a_copy_that_is_gone_took_its_codes_with_it(dock: World, first: str, second: Copy) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    await pressed(dock, second.address, dock.operator, card)
    await shown(dock, dock.operator, visit)
    before = visit.start_code
    # What Flipkart makes within the same second holds until the same second.
    dock.flipkart.switches.code_seconds += 60
    second.die()
    await pressed(dock, first, dock.second, card)
    await dock.until(lambda: visit.start_code != before)
    await shown(dock, dock.second, visit)
    await thread_says(dock, card, f"<@{dock.second}> {NEW_CODE}")


@fault(
    "Process",
    "the copy of the bot that has a code is there and takes no press",
    keeps=(2, 4, 6),
    person=NEW_CODE,
    operator="another copy took no press in time; its codes are made anew",
)
@SOON
async def test_a_copy_that_is_silent_shows_its_codes_no_more(dock: World, first: str, second: Copy) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    await pressed(dock, second.address, dock.operator, card)
    await shown(dock, dock.operator, visit)
    before = str(visit.start_code)
    told = second.deafen()
    await pressed(dock, first, dock.second, card)
    await dock.until(lambda: visit.start_code != before)
    await shown(dock, dock.second, visit)
    await thread_says(dock, card, f"<@{dock.second}> {NEW_CODE}")
    await dock.until(lambda: ("lost", dock.channel) in told)
    for word, about in told:
        second.hear(word, about)
    await dock.until(lambda: not seen_by(dock, dock.operator, before))
    assert calls(dock, "start_otc") == 2


@fault(
    "Process",
    "ten presses of one finger at two copies of the bot at once",
    keeps=(2, 4, 6),
    person="took the Start OTC",
    operator="a press was answered together with the one before",
)
async def test_one_finger_that_slips_over_two_copies(
    dock: World, first: str, second: Copy, logged: io.StringIO
) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    # Once a window stands there, the next press may be meant for another one.
    pressed_all = asyncio.Event()
    dock.slack.fail("views.open", until=pressed_all)
    await asyncio.gather(
        *(pressed(dock, at, dock.operator, card) for _ in range(5) for at in (first, second.address)),
    )
    await dock.until(lambda: logged.getvalue().count("a press was answered together with the one before") == 9)
    pressed_all.set()
    await shown(dock, dock.operator, visit)
    assert calls(dock, "start_otc") == 1
    assert sum(call.method == "views.open" for call in dock.slack.calls) == 1
    await thread_says(dock, card, f"<@{dock.operator}> took the Start OTC")


@fault(
    "Process",
    "two people press for a code at two copies of the bot at once",
    keeps=(2, 4, 6),
    person="took the Start OTC",
)
async def test_two_people_at_two_copies_make_one_code(dock: World, first: str, second: Copy) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    pressed_both = asyncio.Event()
    dock.flipkart.fail("start_otc", until=pressed_both)
    await pressed(dock, first, dock.operator, card)
    await pressed(dock, second.address, dock.second, card)
    pressed_both.set()
    await shown(dock, dock.operator, visit)
    await shown(dock, dock.second, visit)
    assert calls(dock, "start_otc") == 1
    await thread_says(dock, card, "took the Start OTC", times=2)


@fault(
    "Process",
    "a copy of the bot is killed with the press of another one in its hands",
    keeps=(2, 4, 6),
    person="The bot is being restarted and could not finish this.",
    operator="another copy is gone with a press",
)
@pytest.mark.parametrize("dock", [3.0], indirect=True, ids=["soon"])
async def test_a_copy_that_is_killed_with_a_press_in_its_hands(dock: World, first: str) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    command = [sys.executable, "-m", "tests.copies.taker", dock.kept.url, dock.channel]
    taker = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert taker.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            assert await taker.stdout.readline() == b"there\n"
        await pressed(dock, first, dock.operator, card)
        async with asyncio.timeout(PATIENCE):
            assert await taker.stdout.readline() == b"taken\n"
    finally:
        taker.kill()
        await taker.wait()
    view = await modal(dock, dock.operator, "could not finish this")
    await dock.slack.press(dock.operator, view, ids.START)
    await shown(dock, dock.operator, visit)
    assert calls(dock, "start_otc") == 1
    assert dock.rows("select count(*) from letter") == [(0,)]


@fault(
    "Process",
    "copies of the bot that can't hear each other, as a pooler loses what they say",
    keeps=(2, 4, 6),
    person=NEW_CODE,
    operator="this copy hears nothing of the others and gives out codes as if it were alone",
)
async def test_copies_that_can_not_hear_each_other(dock: World, tmp_path: Path, logged: io.StringIO) -> None:
    port = free_port()
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with (
        mute(dock.kept.url, tmp_path) as through,
        dock.bot(http_port=port, database_url=through),
        a_copy(dock) as other,
    ):
        card = await card_of(dock, visit)
        await dock.until(lambda: other.parts.together.line is not None and other.parts.together.line.hears)
        await pressed(dock, other.address, dock.operator, card)
        await shown(dock, dock.operator, visit)
        before = visit.start_code
        dock.flipkart.switches.code_seconds += 60
        await pressed(dock, f"http://127.0.0.1:{port}{EVENTS_PATH}", dock.second, card)
        await dock.until(lambda: visit.start_code != before)
        await shown(dock, dock.second, visit)
        await thread_says(dock, card, f"<@{dock.second}> {NEW_CODE}")
        await dock.until(lambda: not seen_by(dock, dock.operator, str(before)))
        await dock.until(lambda: "this copy hears nothing of the others" in logged.getvalue())


@fault(
    "Process", "the copy of the bot that has a code is ended, and another one goes on", keeps=(2, 4, 6), person=NEW_CODE
)
@SOON
async def test_two_whole_bots_of_which_one_ends(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    ports = free_port(), free_port()
    one, other = (f"http://127.0.0.1:{port}{EVENTS_PATH}" for port in ports)
    async with contextlib.AsyncExitStack() as first:
        await first.enter_async_context(dock.bot(http_port=ports[0]))
        async with dock.bot(http_port=ports[1]):
            card = await card_of(dock, visit)
            await dock.until(lambda: copies_that_hear(dock) == 2)
            await pressed(dock, one, dock.operator, card)
            await shown(dock, dock.operator, visit)
            await pressed(dock, other, dock.second, card)
            await shown(dock, dock.second, visit)
            assert calls(dock, "start_otc") == 1
            before = visit.start_code
            await first.aclose()
            dock.flipkart.switches.code_seconds += 60
            await pressed(dock, other, dock.second, card)
            await dock.until(lambda: visit.start_code != before)
            await shown(dock, dock.second, visit)
            await thread_says(dock, card, f"<@{dock.second}> {NEW_CODE}")
            assert len(dock.cards) == 1


def copies_that_hear(dock: World) -> int:
    """How many copies are at the line."""
    query = (
        "select count(*) from pg_stat_activity "
        "where application_name = 'otc-bot letters' and datname = current_database() and query like '%pg_locks%'"
    )
    ((count,),) = dock.rows(query)
    return int(count)
