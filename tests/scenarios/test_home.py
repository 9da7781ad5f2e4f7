"""App Home, as the people of a dock open it."""

from tests.scenarios.dockwork import card_says, modal
from tests.support import World


async def test_home_lists_who_is_there_with_the_next_button(dock: World) -> None:
    waiting = dock.flipkart.arrive("LOC1", "Ram")
    scanning = dock.flipkart.arrive("LOC1", "Shyam <!channel>")
    scanning.begin()
    scanning.scan(3)
    async with dock.bot():
        await card_says(dock, waiting, "Waiting")
        await card_says(dock, scanning, "3 scanned")
        await dock.slack.open_home(dock.operator)
        home = await dock.until(lambda: dock.slack.home(dock.operator))
        text = home.text_all()
        assert "Bengaluru dock" in text
        assert "3 parcels scanned" in text
        assert "Next: `/start-otc`" in text
        assert "<!channel>" not in text
        await dock.slack.press(dock.operator, home, "count")
        await modal(dock, dock.operator, "Parcels counted by hand")


async def test_a_stranger_sees_nothing_and_leaves_no_mark(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        await dock.slack.open_home(dock.stranger)
        home = await dock.until(lambda: dock.slack.home(dock.stranger))
        assert "not an operator of any dock" in home.text_all()
        assert "Ram" not in home.text_all()
        assert dock.rows("select id from audit where what = 'refused'") == []
