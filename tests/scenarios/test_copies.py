"""What one copy of the bot is told, the others know."""

import pytest

from bot.slack import ids
from tests.scenarios.copies import Copy, dock, first, second
from tests.scenarios.dockwork import card_of
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
