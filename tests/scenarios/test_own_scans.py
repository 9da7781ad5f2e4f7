"""The seller scans into the thread and counts along; talk is left alone. Over the real wire."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from bot.clock import now as real_now
from bot.handover.own_scans import QUIET
from bot.sandbox.flipkart import Visit
from tests.scenarios.dockwork import Screen, card_of, card_says, modal, thread_says, told
from tests.support import World


class Later:
    """The real clock, which a test moves on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return real_now() + self.ahead


async def scanning(world: World) -> tuple[Visit, Screen]:
    """An FE who has scanned two parcels and had a third rejected."""
    visit = world.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    for tracking, status in (("FMP000001", "ACCEPTED"), ("FMP000002", "REJECTED"), ("FMP000003", "ACCEPTED")):
        visit.scan(1, tracking_id=tracking, status=status)
    await card_says(world, visit, "3 scanned")
    return visit, await card_of(world, visit)


async def says(world: World, user: str, card: Screen, text: str) -> Any:
    """A message in the card's thread."""
    delivery = await world.slack.say(user, world.channel, text, thread_ts=card.ts)
    assert delivery.acked
    return next(m for m in reversed(world.thread(card)) if m.text == text)


async def signs(world: World, message: Any, *names: str) -> None:
    await world.until(lambda: set(message.reactions) == set(names))


async def test_the_sellers_own_scan(dock: World) -> None:
    clock = Later()
    async with dock.bot(clock):
        visit, card = await scanning(dock)
        await signs(dock, await says(dock, dock.operator, card, "fmp000001"), "white_check_mark")
        await signs(dock, await says(dock, dock.operator, card, "FMP000002"), "no_entry")
        await signs(dock, await says(dock, dock.second, card, "FMP999999"), "grey_question")
        await signs(dock, await says(dock, dock.second, card, "FMP000001"), "repeat")
        many = await says(dock, dock.second, card, "FMP000002\nFMP999999, FMP000777")
        await signs(dock, many, "no_entry", "grey_question", "repeat")
        answer = await told(dock, dock.second, "look at these 3")
        assert answer.thread_ts == card.ts, "the answer belongs into the thread"
        assert "seen 2 times" in answer.text_all()
        await card_says(dock, visit, "4 scanned by us")
        await card_says(dock, visit, "2 not scanned by the FE")

        talk = await says(dock, dock.operator, card, "Ram, FMP000003 kahan hai?")
        code = await says(dock, dock.operator, card, "482913")
        await says(dock, dock.stranger, card, "FMP000003")
        await told(dock, dock.stranger, "Sorry, codes and counts at Bengaluru dock are for")
        again = await says(dock, dock.stranger, card, "FMP000003")
        visit.scan(1, tracking_id="FMP000777")
        await card_says(dock, visit, "1 not scanned by the FE")
        assert not talk.reactions
        assert not code.reactions
        assert not again.reactions
        assert len([e for e in dock.slack.ephemerals(dock.stranger) if "Sorry" in e.text_all()]) == 1

        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        clock.ahead += QUIET
        reply = await thread_says(dock, card, "Our scans and the FE's don't match")
        assert "`FMP000003`" in reply.text_all()
        assert "`FMP999999`" in reply.text_all()
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert "not seen by us" not in view.text_all(), "it tells how many were scanned"
        await dock.slack.submit(dock.operator, view, {"counted": "1"})
        view = await modal(dock, dock.operator, " missing: ")
        assert "`FMP000003`" in view.text_all()
        assert "`FMP999999`" in view.text_all()
        assert dock.rows("select sum(times), count(*) from own_scan") == [(7, 4)]


async def test_a_scan_while_reactions_are_limited_and_across_a_restart(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        dock.slack.fail("reactions.add", retry_after=1)
        await signs(dock, await says(dock, dock.operator, card, "FMP000001"), "white_check_mark")
    async with dock.bot():
        await signs(dock, await says(dock, dock.operator, card, "FMP000001"), "repeat")


async def test_the_running_count(dock: World) -> None:
    async with dock.bot():
        visit, card = await scanning(dock)
        presses = [(dock.operator, "tally_10")] * 3 + [(dock.second, "tally_5"), (dock.second, "tally_1")] * 2
        await asyncio.gather(*(dock.slack.press(user, card, action) for user, action in presses))
        await card_says(dock, visit, "42 counted so far")
        await card_says(dock, visit, f"<@{dock.operator}> 30, <@{dock.second}> 12")
        pad = await told(dock, dock.second, "42 counted so far")
        await dock.slack.press(dock.second, pad, "tally_undo")
        await dock.until(lambda: "41 counted so far" in pad.text_all() or "37 counted so far" in pad.text_all())
        await dock.slack.press(dock.stranger, card, "tally_10")
        await told(dock, dock.stranger, "Sorry, codes and counts at Bengaluru dock are for")
        [(running,)] = dock.rows("select running from handover")
        await dock.slack.press(dock.operator, card, "count")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert f"Counted with the buttons so far: *{running}*" in view.text_all()


async def test_the_pad_of_the_running_count_is_one_window(dock: World) -> None:
    async with dock.bot():
        visit, card = await scanning(dock)
        await asyncio.gather(*(dock.slack.press(dock.operator, card, "tally_1") for _ in range(5)))
        pad = await modal(dock, dock.operator, "5 counted so far")
        await dock.slack.press(dock.operator, pad, "tally_10")
        assert await modal(dock, dock.operator, "15 counted so far") is pad
        await dock.slack.press(dock.operator, card, "tally_1")
        assert await modal(dock, dock.operator, "16 counted so far") is pad
        assert len(dock.slack.open_views(dock.operator)) == 1
        assert not dock.slack.ephemerals(dock.operator), "pads with old numbers stay in the channel"
        await dock.slack.close(dock.operator, pad)
        await dock.slack.press(dock.operator, card, "tally_1")
        pad = await modal(dock, dock.operator, "17 counted so far")
        before = list(card.blocks)
        visit.leave()
        last = await modal(dock, dock.operator, "has left: nothing more is counted")
        assert last is pad
        assert not pad.buttons(), "a pad outlives its handover"
        await dock.slack.close(dock.operator, pad)
        await card_says(dock, visit, "Left")
        card.blocks = before
        await dock.slack.press(dock.operator, card, "tally_1")
        await told(dock, dock.operator, "has left: nothing more is counted")
        assert dock.rows("select running from handover") == [(17,)]


async def test_a_pad_that_does_not_open_tells_the_count(dock: World) -> None:
    async with dock.bot():
        _visit, card = await scanning(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        await dock.slack.press(dock.operator, card, "tally_5")
        said = await told(dock, dock.operator, "5 counted so far")
        assert "press again" not in said.text_all()
        assert dock.rows("select running from handover") == [(5,)]
