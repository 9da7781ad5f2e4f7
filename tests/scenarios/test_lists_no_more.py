"""The card hints that an FE may be done, and takes it back with the next scan."""

from datetime import timedelta

from bot.clock import now
from tests.scenarios.dockwork import card_of, card_says
from tests.support import World

HINT = "Flipkart lists nothing new; ask the FE whether they are done"


async def test_the_card_hints_over_a_restart_and_takes_it_back(dock: World) -> None:
    moved = timedelta()
    clock = lambda: now() + moved  # noqa: E731 -- moved below
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(3)
    async with dock.bot(clock):
        card = await card_says(dock, visit, "3 scanned")
        assert HINT not in card.text_all()
        await dock.until(lambda: dock.rows("select quiet_since from handover") != [(None,)])
    moved = timedelta(seconds=121)
    async with dock.bot(clock):
        card = await card_says(dock, visit, HINT)
        assert "🔵" in card.text_all(), "it decides nothing"
        visit.scan(1)
        await card_says(dock, visit, "4 scanned")
        assert HINT not in (await card_of(dock, visit)).text_all()
        moved = timedelta(seconds=250)
        await card_says(dock, visit, HINT)
        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        assert HINT not in (await card_of(dock, visit)).text_all()
    assert len(dock.cards) == 1
