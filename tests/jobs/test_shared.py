"""Cards are drawn anew when what they say of Flipkart's calls no longer holds, and not in between."""

import pytest

from bot.handover.ports import NotKept
from bot.jobs.shared import SharedJob


class Cards:
    """What the bot knows, what the cards say, and how often they were drawn."""

    def __init__(self) -> None:
        self.shared = self.shown = self.is_down = False
        self.drawn = 0

    async def redraw(self) -> int:
        if self.is_down:
            raise NotKept("the database is full")
        self.shown = self.shared
        self.drawn += 1
        return 1


async def test_cards_are_drawn_anew_when_it_begins_and_when_it_ends() -> None:
    cards = Cards()
    job = SharedJob(lambda: cards.shared, cards.redraw)
    for shared, drawn in ((False, 0), (True, 1), (True, 1), (False, 2), (False, 2)):
        cards.shared = shared
        await job.tick()
        assert (cards.shown, cards.drawn) == (shared, drawn)


async def test_what_the_database_did_not_take_is_tried_again() -> None:
    cards = Cards()
    job = SharedJob(lambda: cards.shared, cards.redraw)
    cards.shared = cards.is_down = True
    with pytest.raises(NotKept):
        await job.tick()
    cards.is_down = False
    await job.tick()
    assert cards.shown
