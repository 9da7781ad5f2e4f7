"""A word for a seller's codes that nobody has published, or none at all: people get their codes all the same."""

import io

import pytest

from tests.scenarios.dockwork import card_says, end_code, start_code, told
from tests.scenarios.faults.health import complains, well
from tests.scenarios.faults.marks import fault
from tests.support import World


@pytest.mark.parametrize("word", ["DynamicVoice", "<!channel> *पार्सल* " + "x" * 5000])
@fault(
    "Flipkart",
    "a word for the kind of codes that was never seen",
    keeps=(4,),
    person="which the bot does not know",
    operator="an unknown word for the codes of a location",
)
async def test_a_word_for_codes_never_seen(dock: World, logged: io.StringIO, word: str) -> None:
    dock.flipkart.add_location("LOC1", enabled_for=word)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        sentence = await complains(logged, "a word that nobody has published")
        assert word[:10] in sentence
        assert "x" * 61 not in sentence
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "")
        answer = await told(dock, dock.operator, "which the bot does not know")
        assert "<!channel>" not in answer.text_all()
        dock.flipkart.add_location("LOC1", enabled_for="DynamicStartEnd")
        await well(logged)
        await start_code(dock, dock.operator, visit)
    assert logged.getvalue().count("an unknown word for the codes") == 1, "the word is logged at every look"


@pytest.mark.parametrize("word", ["", "\u200b"])
@fault("Flipkart", "an answer that does not say which kind of codes there are", keeps=(4,))
async def test_no_word_for_codes(dock: World, logged: io.StringIO, word: str) -> None:
    dock.flipkart.add_location("LOC1", enabled_for=word)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        visit.begin()
        visit.scan(2)
        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        await end_code(dock, dock.operator, visit, counted=2)
        await well(logged)
        assert dock.rows("select word from enabled_for") == []
