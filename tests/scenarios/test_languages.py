"""A dock that works in Hindi, with people whose Slack speaks English, and what they choose for themselves."""

import asyncio
import re
from typing import Any

import pytest

from tests.scenarios.dockwork import Screen, card_says, modal, told
from tests.scenarios.leaks import shows
from tests.support import World

ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
"""Three English words in a row."""


@pytest.fixture
def hindi_dock(dock: World) -> World:
    location: dict[str, Any] = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "language": "hi"}
    dock.toml["locations"] = [location | {"operators": [dock.operator, dock.second]}]
    return dock


async def home_says(dock: World, user: str, text: str) -> Screen:
    """The Home tab of a user, once it says this."""
    return await dock.until(lambda: home if (home := dock.slack.home(user)) and text in home.text_all() else None)


async def test_at_a_hindi_dock_people_read_hindi_and_who_chose_english_english(hindi_dock: World) -> None:
    dock = hindi_dock
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_says(dock, visit, "Start OTC चाहिए")
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        shown = await told(dock, dock.operator, "नया कोड")
        assert shows(shown.text_all(), str(visit.start_code))
        await dock.slack.slash(dock.second, dock.channel, "/otc", "language English")
        await told(dock, dock.second, "answers you in English")
        await dock.slack.slash(dock.second, dock.channel, "/start-otc", "")
        await told(dock, dock.second, "New code")
        await dock.until(lambda: any("ने Start OTC लिया" in reply.text_all() for reply in dock.thread(card)))

        visit.begin()
        visit.scan(3)
        card = await card_says(dock, visit, "3 स्कैन")
        await dock.slack.press(dock.operator, card, "count")
        await modal(dock, dock.operator, "हाथ से गिने पार्सल")
        await dock.slack.press(dock.second, card, "count")
        await modal(dock, dock.second, "Parcels counted by hand")

        await dock.slack.open_home(dock.operator)
        await home_says(dock, dock.operator, "3 पार्सल स्कैन")
        await dock.slack.open_home(dock.second)
        await home_says(dock, dock.second, "3 parcels scanned")

        await dock.slack.press(dock.stranger, card, "count")
        await modal(dock, dock.stranger, "माफ़ करें")
        public = [card, *dock.thread(card)]
        english = [found.group() for message in public if (found := ENGLISH.search(message.text_all()))]
        assert not english, f"a dock that works in Hindi reads {english}"


async def test_below_a_window_that_was_closed_the_button_is_in_the_persons_language(hindi_dock: World) -> None:
    dock = hindi_dock
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_says(dock, visit, "Start OTC चाहिए")
        closed = asyncio.Event()
        dock.flipkart.fail("start_otc", until=closed)
        await dock.slack.press(dock.operator, card, "start_otc")
        await dock.slack.close(dock.operator, await dock.until(lambda: dock.slack.view(dock.operator)))
        closed.set()
        said = await told(dock, dock.operator, "विंडो बंद हो गई")
        assert "दोबारा कोशिश करें" in said.text_all()


async def test_home_is_in_the_language_of_the_docks_also_what_it_opens_after_a_restart(hindi_dock: World) -> None:
    dock = hindi_dock
    group = dock.slack.add_usergroup("dock", users=[dock.operator])
    dock.toml["locations"][0]["operators"] = [group]
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(3)
    async with dock.bot():
        await card_says(dock, visit, "3 स्कैन")
        await dock.slack.open_home(dock.operator)
        home = await home_says(dock, dock.operator, "3 पार्सल स्कैन")
        await dock.slack.open_home(dock.stranger)
        await home_says(dock, dock.stranger, "not an operator of any dock")
    async with dock.bot():
        await dock.slack.press(dock.operator, home, "count")
        await modal(dock, dock.operator, "हाथ से गिने पार्सल")


async def test_a_choice_on_home_is_kept_over_a_restart_until_it_is_taken_back(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        await dock.slack.open_home(dock.operator)
        home = await home_says(dock, dock.operator, "The language of what only you see")
        await dock.slack.press(dock.operator, home, "language", "hi")
        await home_says(dock, dock.operator, "Start OTC दें")
        assert dock.rows("select user_id, language from language") == [(dock.operator, "hi")]
    async with dock.bot():
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await told(dock, dock.operator, "नया कोड")
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "language")
        question = await told(dock, dock.operator, "किस भाषा में")
        await dock.slack.press(dock.operator, question, "language", "dock")
        await told(dock, dock.operator, "answers you in the language of your dock")
        assert not [one for one in dock.slack.ephemerals(dock.operator) if "किस भाषा में" in one.text_all()]
        assert dock.rows("select * from language") == [], "what was taken back is still kept"


async def test_a_language_that_there_is_not(dock: World) -> None:
    async with dock.bot():
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "language <!channel>")
        answer = await told(dock, dock.operator, "There is no language")
        assert "`hi` हिन्दी" in answer.text_all()
        assert "<!channel>" not in answer.text_all()
        assert dock.rows("select * from language") == []


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
