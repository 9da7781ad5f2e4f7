"""Several copies of the bot over one PostgreSQL: a code is where it was asked for, wherever the press arrives."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from bot.web import EVENTS_PATH
from tests.databases import postgres_database
from tests.scenarios.copies import Copy, a_copy
from tests.scenarios.dockwork import Screen, at_the_end, calls, card_of, card_says, count_form, modal, thread_says
from tests.scenarios.leaks import seen_by
from tests.scenarios.test_http_mode import free_port
from tests.support import QUICK_POSTS, World, world

pytestmark = pytest.mark.postgres


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[World]:
    with postgres_database() as kept:
        async with world(tmp_path, http_mode=True) as one:
            one.timing, one.elsewhere = QUICK_POSTS, kept
            yield one


@pytest.fixture
async def first(dock: World) -> AsyncIterator[str]:
    """The whole bot; where it hears."""
    port = free_port()
    dock.slack.events_url = f"http://127.0.0.1:{port}{EVENTS_PATH}"
    async with dock.bot(http_port=port):
        yield dock.slack.events_url


@pytest.fixture
async def second(dock: World, first: str) -> AsyncIterator[Copy]:
    """A copy beside it, which has heard of it."""
    assert first
    async with a_copy(dock) as one:
        await dock.until(lambda: one.parts.together.line is not None and one.parts.together.line.others)
        yield one


async def pressed(dock: World, at: str, user: str, surface: Screen, button: str = "start_otc") -> None:
    """A press that Slack takes to one of the copies."""
    dock.slack.events_url = at
    delivery = await dock.slack.press(user, surface, button)
    assert delivery.acked


async def shown(dock: World, user: str, visit: Visit) -> None:
    """The visit's Start OTC is on the person's screen."""
    await dock.until(lambda: visit.start_code is not None and seen_by(dock, user, str(visit.start_code)))


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
    assert dock.rows("select scanned, counted from handover") == [(6, 6)]


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
    await thread_says(dock, card, f"<@{dock.second}> took a *new* Start OTC; the old one stopped working.")


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
    await thread_says(dock, card, f"<@{dock.second}> took a *new* Start OTC; the old one stopped working.")
    await dock.until(lambda: ("lost", dock.channel) in told)
    for word, about in told:
        second.hear(word, about)
    await dock.until(lambda: not seen_by(dock, dock.operator, before))
    assert calls(dock, "start_otc") == 2


async def test_one_finger_that_slips_over_two_copies(dock: World, first: str, second: Copy) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    # Once a window stands there, the next press may be meant for another one.
    dock.slack.fail("views.open", delay=0.5)
    await asyncio.gather(
        *(pressed(dock, at, dock.operator, card) for _ in range(5) for at in (first, second.address)),
    )
    await shown(dock, dock.operator, visit)
    assert calls(dock, "start_otc") == 1
    assert sum(call.method == "views.open" for call in dock.slack.calls) == 1


async def test_two_people_at_two_copies_make_one_code(dock: World, first: str, second: Copy) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    card = await card_of(dock, visit)
    dock.flipkart.fail("start_otc", delay=0.5)
    await pressed(dock, first, dock.operator, card)
    await pressed(dock, second.address, dock.second, card)
    await shown(dock, dock.operator, visit)
    await shown(dock, dock.second, visit)
    assert calls(dock, "start_otc") == 1


async def test_a_language_that_was_chosen_at_another_copy(dock: World, first: str, second: Copy) -> None:
    assert first
    visit = dock.flipkart.arrive("LOC1", "Ram")
    await card_of(dock, visit)
    await dock.slack.open_home(dock.operator)
    home = await dock.until(lambda: dock.slack.home(dock.operator))
    dock.slack.events_url = first
    await dock.slack.press(dock.operator, home, ids.LANGUAGE, "mr")
    await dock.until(lambda: dock.rows("select language from language") == [("mr",)])
    await dock.until(lambda: second.parts.languages.chosen(dock.operator) == "mr")
