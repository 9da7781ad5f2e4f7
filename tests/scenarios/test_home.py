"""App Home, as the people of a dock open it, and how it follows what happens."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from time import monotonic

from slack_sdk.models.views import View

from bot.slack import homes
from bot.slack.blocks.text import section
from bot.timing import DockTiming, HomesTiming, Timing
from tests.scenarios.dockwork import Screen, card_says, modal, thread_says
from tests.support import World


def quick(timing: Timing, *, looks: float = 0.1, apart: float = 0.2) -> Timing:
    """Home tabs follow at once what happens."""
    return replace(timing, jobs=replace(timing.jobs, homes=looks), homes=replace(timing.homes, apart=apart))


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
        assert "Today: 3 parcels from 2 FEs" in text
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


async def test_the_next_button_of_one_fe_from_start_to_end(dock: World) -> None:
    dock.timing = quick(dock.timing)
    visit = dock.flipkart.arrive("LOC1", "Ram")

    async def home_says(text: str) -> Screen:
        return await dock.until(
            lambda: home if (home := dock.slack.home(dock.operator)) and text in home.text_all() else None
        )

    async with dock.bot():
        await card_says(dock, visit, "Waiting")
        await dock.slack.open_home(dock.operator)
        home = await home_says("Give the Start OTC")
        await dock.slack.press(dock.operator, home, "start_otc")
        code = await dock.until(lambda: visit.start_code)
        await modal(dock, dock.operator, str(code))
        await home_says("*The FE must type the code.*")
        assert code not in dock.slack.home(dock.operator).text_all()  # type: ignore[union-attr]
        visit.begin()
        visit.scan(2)
        home = await home_says("2 parcels scanned")
        await dock.slack.press(dock.operator, home, "count")
        await modal(dock, dock.operator, "Parcels counted by hand")
        visit.finish_scanning()
        home = await home_says("*Count, then End OTC.*")
        await dock.slack.press(dock.operator, home, "end_otc")
        await modal(dock, dock.operator, "Parcels counted by hand")


async def test_open_claims_stand_there_until_they_are_claimed(dock: World) -> None:
    dock.timing = quick(dock.timing)
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

    async def draw(user_id: str, *, recheck: bool) -> View:
        return View(type="home", blocks=[section(f"{user_id} {text[0]}"), section(f"as of {moment[0]}")])

    async def publish(user: str, _view: View) -> float | None:
        shown.append((user, text[0]))
        return 0.0 if text[0] == "refused" else None

    lookers = homes.Homes(draw, publish, HomesTiming(), lambda: moment[0])
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

    async def draw(user_id: str, *, recheck: bool) -> View:
        drawn.append(user_id)
        return View(type="home", blocks=[section("x"), section("now")])

    async def publish(_user: str, _view: View) -> None:
        return None

    moment = [0.0]
    lookers = homes.Homes(draw, publish, HomesTiming(), lambda: moment[0])
    for n in (*range(homes.MOST + 5), 5):
        await lookers.opened(f"U{n}")
    drawn.clear()
    moment[0] = 60
    await lookers.tick()
    # Drawn once to see whether it looks different: nobody's does.
    assert len(drawn) == homes.MOST
    assert drawn[-1] == "U5"
    assert "U4" not in drawn


def at(world: World, name: str, channel: str) -> dict[str, object]:
    """A location of a bot.toml, served by everybody in its channel."""
    return {"id": name, "name": f"Dock {name}", "channel": channel, "operators": []}


async def test_nothing_is_asked_of_slack_while_nothing_changes(dock: World) -> None:
    dock.timing = quick(dock.timing, looks=0.02, apart=0.0)
    # What Slack said of people is old within milliseconds: no cache keeps a call from being made.
    dock.monotonic = lambda: monotonic() * 10_000
    channels = [dock.slack.add_channel(f"dock-{n}", members=[dock.operator]) for n in (1, 2, 3)]
    dock.toml = {"locations": [at(dock, f"LOC{n}", channel) for n, channel in enumerate(channels, 1)]}
    for n in (2, 3):
        dock.flipkart.add_location(f"LOC{n}")
    dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await dock.until(
            lambda: dock.rows("select count(*) from delivery where kind != 'receipt' and state = 'sent'") == [(1,)]
        )
        for user in (dock.operator, dock.second, dock.stranger):
            await dock.slack.open_home(user)
            await dock.until(partial(dock.slack.home, user))
        before = len(dock.slack.calls)
        looks = len(dock.flipkart.calls)
        await dock.until(lambda: len(dock.flipkart.calls) > looks + 60)
        asked = [call.method for call in dock.slack.calls[before:]]
        assert asked == [], "Slack was asked for something although nothing changed"


async def test_tabs_rest_when_slack_limits_them() -> None:
    moment, published = [0.0], []

    async def draw(user_id: str, *, recheck: bool) -> View:
        return View(type="home", blocks=[section(f"{moment[0]}"), section("as of")])

    async def publish(user: str, _view: View) -> float | None:
        published.append(moment[0])
        return 120.0

    lookers = homes.Homes(draw, publish, HomesTiming(), lambda: moment[0])
    await lookers.opened("U1")
    for moment[0] in range(0, 240, 5):
        await lookers.tick()
    assert published == [0, 120], "Slack was asked again before the time it gave"


async def test_a_dock_that_flipkart_refuses_is_not_empty(dock: World) -> None:
    dock.timing = replace(dock.timing, dock=DockTiming(unseen=timedelta()))
    dock.timing = quick(dock.timing)
    dock.flipkart.fail("initial_load", status=403, code="UNAUTHORIZED_ERROR", times=1_000_000)

    async def home_says(text: str) -> Screen:
        return await dock.until(
            lambda: home if (home := dock.slack.home(dock.operator)) and text in home.text_all() else None
        )

    async with dock.bot():
        await dock.until(lambda: any(call.name == "initial_load" for call in dock.flipkart.calls))
        await dock.slack.open_home(dock.operator)
        home = await home_says("has not seen this dock since")
        assert "Nobody is at the dock" not in home.text_all()
        dock.flipkart.clear_faults()
        await home_says("Nobody is at the dock")
