"""Which codes a dock has: on Home and by `/otc`, and once in the channel when it changes."""

import asyncio
from datetime import timedelta
from functools import partial
from typing import Any

from bot.clock import now
from tests.scenarios.dockwork import card_says, told
from tests.support import World

CHANGED = "Flipkart has changed the codes"


def said(dock: World) -> list[Any]:
    return [one for one in dock.cards if CHANGED in one.text_all()]


def kept(dock: World, word: str) -> bool:
    return dock.rows("select word from enabled_for") == [(word,)]


async def test_a_change_is_said_once(dock: World) -> None:
    moved = timedelta()
    clock = lambda: now() + moved  # noqa: E731 -- moved below
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot(clock):
        await card_says(dock, visit, "Waiting")
        await dock.until(partial(kept, dock, "DynamicStartEnd"))
        await dock.slack.open_home(dock.operator)
        home = await dock.until(lambda: dock.slack.home(dock.operator))
        assert "a Start OTC and an End OTC, both from the bot" in home.text_all()
        dock.flipkart.add_location("LOC1", enabled_for="DynamicEnd")
        message = (await dock.until(lambda: said(dock)))[0]
        assert "Bengaluru dock" in message.text_all()
        assert "only an End OTC" in message.text_all()
        assert message.thread_ts is None
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "")
        await told(dock, dock.operator, "Codes here: only an End OTC")
        for word in ("DynamicStartEnd", "DynamicEnd", "DynamicStartEnd"):
            dock.flipkart.add_location("LOC1", enabled_for=word)
            await dock.until(partial(kept, dock, word))
        assert len(said(dock)) == 1, "to and fro within the hour"
    async with dock.bot(clock):
        await card_says(dock, visit, "Waiting")
        await asyncio.sleep(0.5)
        assert len(said(dock)) == 1
        moved = timedelta(minutes=61)
        await dock.until(lambda: len(said(dock)) == 2)
        await dock.until(lambda: dock.rows("select distinct state from delivery where kind = 'mode'") == [("sent",)])
    assert "a Start OTC and an End OTC" in said(dock)[-1].text_all()


async def test_nobody_there_and_no_word_change_nothing(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        await dock.until(partial(kept, dock, "DynamicStartEnd"))
        dock.flipkart.add_location("LOC1", enabled_for="")
        await asyncio.sleep(0.5)
        visit.leave()
        await card_says(dock, visit, "Left")
        dock.flipkart.add_location("LOC1", enabled_for="DynamicEnd")
        await asyncio.sleep(0.5)
        assert kept(dock, "DynamicStartEnd")
    assert said(dock) == []
