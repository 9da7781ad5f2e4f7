"""App Home, as the people of a dock open it, and how it follows what happens."""

import pytest
from slack_sdk.models.views import View

from bot.slack import homes
from bot.slack.blocks.text import section
from tests.scenarios.dockwork import Screen, card_says, modal, thread_says
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
        assert "Today: 3 parcels of 2 FEs" in text
        assert text.index("Ram") < text.index("Shyam"), "who stands idle comes first"
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


async def test_the_next_button_of_one_fe_from_start_to_end(dock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.wiring.HOMES_SECONDS", 0.1)
    monkeypatch.setattr(homes, "APART_SECONDS", 0.2)
    visit = dock.flipkart.arrive("LOC1", "Ram")

    async def home_says(text: str) -> Screen:
        return await dock.until(
            lambda: home if (home := dock.slack.home(dock.operator)) and text in home.text_all() else None
        )

    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        await dock.slack.open_home(dock.operator)
        home = await home_says("Waiting for the Start OTC")
        await dock.slack.press(dock.operator, home, "start_otc")
        code = await dock.until(lambda: visit.start_code)
        await modal(dock, dock.operator, str(code))
        await home_says("A code was shown")
        assert code not in dock.slack.home(dock.operator).text_all()  # type: ignore[union-attr]
        visit.begin()
        visit.scan(2)
        home = await home_says("2 parcels scanned")
        await dock.slack.press(dock.operator, home, "count")
        await modal(dock, dock.operator, "Parcels counted by hand")
        visit.finish_scanning()
        home = await home_says("Nobody has counted")
        await dock.slack.press(dock.operator, home, "end_otc")
        await modal(dock, dock.operator, "Parcels counted by hand")


async def test_open_claims_stand_there_until_they_are_claimed(dock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.wiring.HOMES_SECONDS", 0.1)
    monkeypatch.setattr(homes, "APART_SECONDS", 0.2)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(1, status="REJECTED")
    async with dock.bot():
        await thread_says(dock, await card_says(dock, visit, "1 rejected"), "Set aside")
        await dock.slack.open_home(dock.operator)
        home = await dock.until(lambda: dock.slack.home(dock.operator))
        assert "days left" in home.text_all()
        await dock.slack.press(dock.operator, home, "mark_claimed")
        await dock.slack.submit(
            dock.operator, await modal(dock, dock.operator, "Reference of the claim"), {"reference": "SF-1"}
        )
        await dock.until(lambda: "days left" not in dock.slack.home(dock.operator).text_all())  # type: ignore[union-attr]


async def test_a_tab_is_drawn_again_seldom_and_only_when_it_looks_different() -> None:
    moment, text, shown = [0.0], ["one"], []

    async def draw(user: str) -> View:
        return View(type="home", blocks=[section(f"{user} {text[0]}"), section(f"as of {moment[0]}")])

    async def publish(user: str, _view: View) -> bool:
        shown.append((user, text[0]))
        return text[0] != "refused"

    lookers = homes.Homes(draw, publish, lambda: moment[0])
    await lookers.opened("U1")
    moment[0] = 20
    await lookers.tick()
    assert shown == [("U1", "one")], "the time of the drawing is no difference"
    text[0] = "two"
    await lookers.tick()
    text[0] = "three"
    moment[0] = 30
    await lookers.tick()
    assert shown[1:] == [("U1", "two")], "fifteen seconds apart"
    text[0] = "refused"
    for moment[0] in (40, 60, 80):
        await lookers.tick()
    assert shown[2:] == [("U1", "refused")] * 3, "what Slack did not take is tried again"
    moment[0] = 2000
    await lookers.tick()
    assert len(shown) == 5, "half an hour after it was opened nobody looks"


async def test_the_last_fifty_who_opened_it() -> None:
    drawn = []

    async def draw(user: str) -> View:
        drawn.append(user)
        return View(type="home", blocks=[section("x"), section("now")])

    async def publish(_user: str, _view: View) -> bool:
        return True

    moment = [0.0]
    lookers = homes.Homes(draw, publish, lambda: moment[0])
    for n in (*range(homes.MOST + 5), 5):
        await lookers.opened(f"U{n}")
    drawn.clear()
    moment[0] = 60
    await lookers.tick()
    assert len(drawn) == homes.MOST
    assert drawn[-1] == "U5"
    assert "U4" not in drawn
