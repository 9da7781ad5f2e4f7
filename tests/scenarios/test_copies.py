"""What one copy of the bot is told, the others know."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.slack import ids
from bot.timing import JobsTiming
from tests.pace import PATIENCE
from tests.scenarios.copies import Copy, a_copy, dock, first, second
from tests.scenarios.dockwork import card_of, card_says, place, told
from tests.scenarios.test_due_today import HEARTBEAT, gap, looks
from tests.scenarios.test_http_mode import free_port
from tests.support import World

__all__ = ["dock", "first", "second"]

pytestmark = pytest.mark.postgres


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


@pytest.fixture
async def beside(dock: World) -> AsyncIterator[Copy]:
    """A copy that owns nothing, beside a whole bot that begins as the test has furnished it."""
    port = free_port()
    async with dock.bot(http_port=port), a_copy(dock) as one:
        await dock.until(lambda: one.parts.together.line is not None and one.parts.together.line.others)
        dock.slack.events_url = one.address
        yield one


@pytest.fixture
def by_what_is_due(dock: World) -> None:
    dock.toml["returns"] = {"ledger": True}
    dock.toml["polling"] = {"arrivals_seconds": 0.1, "scans_seconds": 0.1, "heartbeat_seconds": HEARTBEAT}
    dock.toml |= place(dock, [dock.operator], arrivals="due")
    dock.timing = replace(dock.timing, jobs=JobsTiming(ledger=0.1, due=0.1))


@pytest.mark.usefixtures("by_what_is_due", "beside")
async def test_who_asks_one_copy_waits_at_the_dock_of_another(dock: World) -> None:
    await dock.until(lambda: dock.rows("select 1 from ledger where answered_at is not null"))
    while await gap(dock) < HEARTBEAT / 2:
        pass
    assert await gap(dock) > HEARTBEAT / 2
    await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
    await told(dock, dock.operator, "Nobody")
    # The clock for what becomes due is looked at every five seconds.
    async with asyncio.timeout(PATIENCE):
        while await gap(dock) > HEARTBEAT / 2:
            pass


@pytest.fixture
def seldom(dock: World) -> None:
    dock.toml["polling"] = {"arrivals_seconds": 600, "scans_seconds": 0.1}


@pytest.mark.usefixtures("seldom", "beside")
async def test_what_a_press_at_one_copy_finds_another_goes_on_with(dock: World) -> None:
    await dock.until(lambda: looks(dock))
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
    await card_says(dock, visit, "2 scanned")
