"""A dock that works in Hindi, with people whose own Slack speaks something else."""

import re
from typing import Any

import pytest

from tests.scenarios.dockwork import card_says, modal, told
from tests.scenarios.leaks import shows
from tests.support import World

ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
"""Three English words in a row."""


@pytest.fixture
def hindi_dock(dock: World) -> World:
    location: dict[str, Any] = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "language": "hi"}
    dock.toml["locations"] = [location | {"operators": [dock.operator, dock.second]}]
    dock.slack.users[dock.operator].locale = "hi-IN"
    return dock


async def test_everybody_reads_their_own_language(hindi_dock: World) -> None:
    dock = hindi_dock
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_says(dock, visit, "Start OTC का इंतज़ार")
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        shown = await told(dock, dock.operator, "नया कोड")
        assert shows(shown.text_all(), str(visit.start_code))
        await dock.slack.slash(dock.second, dock.channel, "/start-otc", "")
        await told(dock, dock.second, "New code")
        await dock.until(lambda: any("ने Start OTC माँगा" in reply.text_all() for reply in dock.thread(card)))

        visit.begin()
        visit.scan(3)
        card = await card_says(dock, visit, "3 स्कैन")
        await dock.slack.press(dock.operator, card, "count")
        await modal(dock, dock.operator, "हाथ से गिने पार्सल")
        await dock.slack.press(dock.second, card, "count")
        await modal(dock, dock.second, "Parcels counted by hand")

        await dock.slack.open_home(dock.operator)
        home = await dock.until(lambda: dock.slack.home(dock.operator))
        assert "3 पार्सल स्कैन" in home.text_all()

        # Who has no right reads so in the language of their Slack, whatever the dock speaks.
        await dock.slack.press(dock.stranger, card, "count")
        await modal(dock, dock.stranger, "Sorry, codes and counts")
        public = [card, *dock.thread(card)]
        english = [found.group() for message in public if (found := ENGLISH.search(message.text_all()))]
        assert not english, f"a dock that works in Hindi reads {english}"


async def test_what_waits_for_nothing_is_in_the_docks_language(hindi_dock: World) -> None:
    """The first thing in a modal: the person's language is asked of Slack only when it stands there."""
    dock = hindi_dock
    dock.slack.fail("users.info", error="internal_error", times=100)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(2)
    async with dock.bot():
        card = await card_says(dock, visit, "2 स्कैन")
        await dock.slack.press(dock.operator, card, "count")
        await modal(dock, dock.operator, "हाथ से गिने पार्सल")
        opened = [call.args["view"] for call in dock.slack.calls if call.method == "views.open"]
        assert "पार्सल गिनें" in str(opened)
