"""A bot that is told to read its settings again: houses that changed begin anew, others don't notice."""

import asyncio
import contextlib
import io
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from bot.sandbox.slack import Delivery
from bot.web import EVENTS_PATH
from tests.pace import ACK_SECONDS, PATIENCE, stalls
from tests.scenarios.dockwork import calls, card_of, card_says, start_code, told
from tests.scenarios.leaks import shows
from tests.scenarios.street import Street, address, get, place
from tests.scenarios.test_http_mode import free_port
from tests.support import World


def logged_lines(logged: io.StringIO, event: str) -> list[dict[str, Any]]:
    return [line for line in map(json.loads, logged.getvalue().splitlines()) if line["event"] == event]


def opened(own: World) -> int:
    """How often a house was begun."""
    return sum(1 for call in own.slack.calls if call.method == "auth.test")


async def heard_again(own: World, times: int) -> None:
    """Waits until Slack reaches the bot for the so many-th time."""
    await own.until(lambda: opened(own) == times and own.slack.connections)


async def reloaded(street: Street, logged: io.StringIO, event: str = "the settings were read again") -> dict[str, Any]:
    """Has the settings read again, and waits until that is done."""
    assert street.app is not None
    before = len(logged_lines(logged, event))
    street.app.reload()
    one = next(iter(street.houses.values()))
    said: list[dict[str, Any]] = await one.until(lambda: logged_lines(logged, event)[before:])
    return said[0]


async def test_a_changed_house_goes_on_with_what_it_knew(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    visits = {name: own.flipkart.arrive("LOC1", "Ram") for name, own in street.houses.items()}
    async with street.bot():
        await start_code(north, north.operator, visits["north"])
        await card_of(south, visits["south"])
        before = opened(south)
        north.toml = {"locations": [place(north, [north.operator, north.stranger])]}
        said = await reloaded(street, logged)
        assert said["begun_anew"] == ["north"]
        # Who was not an operator is one now, and gets the code that the other has: Flipkart is not asked again.
        await heard_again(north, 2)
        await start_code(north, north.stranger, visits["north"])
        assert calls(north, "start_otc") == 1
        # The window that stood there before loses its code when that is used.
        code = str(visits["north"].start_code)
        visits["north"].begin()
        await north.until(lambda: (view := north.slack.view(north.operator)) and not shows(view.text_all(), code))
        visits["north"].scan(2)
        await card_says(north, visits["north"], "2 scanned")
        assert opened(south) == before == 1, "a house whose settings are the same was begun anew"
        assert [line.get("workspace") for line in logged_lines(logged, "stopping")] == ["north"]
        assert (await reloaded(street, logged, "the settings were read again; nothing changed"))["level"] == "info"


async def test_a_mistake_leaves_all_as_it_is(street: Street, logged: io.StringIO) -> None:
    north, _ = street.houses.values()
    visit = north.flipkart.arrive("LOC1", "Ram")
    async with street.bot():
        await card_of(north, visit)
        street.mistakes = ["bot.toml: locations[1].channel = '#x': must be a channel id"]
        said = await reloaded(street, logged, "the settings have a mistake; those of before stay")
        assert said["problem"] == street.mistakes[0]
        visit.begin()
        visit.scan(3)
        await card_says(north, visit, "3 scanned")
        assert opened(north) == 1
        street.mistakes = []
        await reloaded(street, logged, "the settings were read again; nothing changed")


async def test_houses_come_and_go(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    del street.houses["south"]
    visits = [own.flipkart.arrive("LOC1", "Ram") for own in (north, south)]
    async with street.bot():
        await card_of(north, visits[0])
        status, page = await get(address(logged))
        assert (status, "workspaces" in page) == (200, False)
        street.houses["south"], street.sellers["south"] = south, "south-seller"
        assert (await reloaded(street, logged))["new"] == ["south"]
        await card_of(south, visits[1])
        assert opened(north) == 1
        _, page = await get(address(logged))
        assert list(page["workspaces"]) == ["north", "south"]
        del street.houses["north"]
        assert (await reloaded(street, logged))["ended"] == ["north"]
        visits[1].begin()
        visits[1].scan(2)
        await card_says(south, visits[1], "2 scanned")
        assert north.slack.connections == 0
        # Its database is free again, and it comes back.
        street.houses = {"north": north, "south": south}
        assert (await reloaded(street, logged))["new"] == ["north"]
        visits[0].begin()
        visits[0].scan(4)
        await card_says(north, visits[0], "4 scanned")
    assert len(north.cards) == len(south.cards) == 1


async def test_the_one_house_there_is(street: Street, logged: io.StringIO) -> None:
    north = street.houses["north"]
    street.houses = {"": north}
    street.sellers = {"": ""}
    visit = north.flipkart.arrive("LOC1", "Ram")
    async with street.bot():
        await card_of(north, visit)
        north.toml = {"locations": [place(north, [north.stranger])]}
        await reloaded(street, logged)
        await heard_again(north, 2)
        await north.slack.slash(north.operator, north.channel, "/start-otc", "")
        await told(north, north.operator, "are for")
        await start_code(north, north.stranger, visit)


async def test_what_was_called_counts_on(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    street.sellers = dict.fromkeys(street.houses, "shoes")
    own_flipkart = south.flipkart
    south.flipkart, south.seller = north.flipkart, north.seller
    north.flipkart.add_location("LOC2")
    south.toml = {"locations": [{**place(south, [south.operator]), "id": "LOC2"}]}
    # A look that is cut off by a change is counted or not, as it comes: each dock is looked at once.
    for own in (north, south):
        own.toml |= {"flipkart": {"calls_per_hour": 1000}, "polling": {"arrivals_seconds": 600, "scans_seconds": 1}}

    async def used() -> int:
        """What the south counts, once it is there again."""
        while True:
            _, page = await get(address(logged))
            whole = page["workspaces"]["south"] if "workspaces" in page else page
            if "flipkart_calls_this_hour" in whole:
                return int(whole["flipkart_calls_this_hour"])

    def asked() -> int:
        return sum(1 for call in north.flipkart.calls if call.name != "token")

    try:
        async with street.bot():
            await north.until(lambda: asked() >= 2)
            # Another budget: both begin anew, and the hour is the same.
            for own in (north, south):
                own.toml["flipkart"] = {"calls_per_hour": 500}
            assert (await reloaded(street, logged))["begun_anew"] == ["north", "south"]
            await south.until(lambda: opened(south) == 2 and opened(north) == 2)
            assert await used() >= 2
            # The house in whose database the calls stand is gone: they stand in another's.
            del street.houses["north"]
            said = await reloaded(street, logged)
            assert (said["begun_anew"], said["ended"]) == (["south"], ["north"])
            await south.until(lambda: opened(south) == 3)
            assert await used() >= 2
            await south.slack.slash(south.operator, south.channel, "/start-otc", "")
            await told(south, south.operator, "Nobody")
            assert asked() > 2
        assert sum(calls for (calls,) in south.rows("select calls from flipkart_minute")) == asked()
    finally:
        south.flipkart = own_flipkart


async def test_what_can_not_change_is_said(street: Street, logged: io.StringIO) -> None:
    north, _ = street.houses.values()
    async with street.bot():
        street.env = {"http_port": 9, "log_level": "ERROR", "database_url": f"sqlite:///{north.folder / 'other.db'}"}
        street.env |= {"photos_folder": north.folder, "sentry_environment": "docks-test"}
        await reloaded(street, logged, "the settings were read again; nothing changed")
        said = logged_lines(logged, "a setting was changed that can't change while the bot runs")
        whats = ("HTTP_PORT", "LOG_LEVEL", "PHOTOS_FOLDER", "SENTRY_ENVIRONMENT", "the database of north")
        assert {f"{what} can't change while the bot runs: restart it" for what in whats} <= {
            one["problem"] for one in said
        }
        assert not (north.folder / "other.db").exists()


async def test_a_token_that_is_renewed_brings_a_refused_house_back(street: Street, logged: io.StringIO) -> None:
    north, south = street.houses.values()
    south.slack.revoke_token()
    visits = [own.flipkart.arrive("LOC1", "Ram") for own in (north, south)]
    async with street.bot(waits_for=["north"]):
        await card_of(north, visits[0])
        south.slack.bot_token = "xoxb-renewed"
        south.slack.revoke_token(False)
        await south.until(lambda: "invalid_auth" in logged.getvalue())
        assert (await reloaded(street, logged))["begun_anew"] == ["south"]
        await card_of(south, visits[1])
        assert opened(north) == 1


async def test_a_change_ends_no_bot(street: Street, logged: io.StringIO) -> None:
    north = street.houses["north"]
    street.houses, street.sellers = {"": north}, {"": ""}
    visit = north.flipkart.arrive("LOC1", "Ram")
    async with street.bot():
        await card_of(north, visit)
        right, north.slack.bot_token = north.slack.bot_token, "xoxb-wrong"
        changed = street.settings()
        north.slack.bot_token = right
        street.read_next = changed
        await reloaded(street, logged)
        await north.until(lambda: "invalid_auth" in logged.getvalue())
        status, page = await get(address(logged))
        assert (status, "Slack refuses the bot" in page["problems"][0]) == (503, True)
        street.read_next = None
        await reloaded(street, logged)
        visit.begin()
        visit.scan(2)
        await card_says(north, visit, "2 scanned")


class Presser:
    """Somebody who asks for one parcel after the other, whatever becomes of the bot meanwhile."""

    def __init__(self, own: World) -> None:
        self._own = own
        self.pressed: list[asyncio.Task[Delivery]] = []

    def parcel(self, n: int) -> str:
        return f"FMPX{n:06}"

    def press(self) -> None:
        own, parcel = self._own, self.parcel(len(self.pressed))
        self.pressed.append(asyncio.create_task(own.slack.slash(own.operator, own.channel, "/otc", f"find {parcel}")))

    @contextlib.asynccontextmanager
    async def presses(self, every: float = 0.02) -> AsyncIterator[None]:
        """Presses all the while."""

        async def press() -> None:
            while True:
                self.press()
                await asyncio.sleep(every)

        pressing = asyncio.create_task(press())
        try:
            yield
        finally:
            pressing.cancel()
            await asyncio.gather(pressing, return_exceptions=True)

    async def answered(self) -> None:
        """Every press was acknowledged, and each is answered once."""
        own = self._own
        deliveries = await asyncio.gather(*self.pressed)
        assert [one.problem for one in deliveries if not one.acked] == []

        def answers() -> Counter[str]:
            found = [re.findall(r"FMPX\d{6}", one.text_all()) for one in own.slack.ephemerals(own.operator)]
            return Counter(parcel for parcels in found for parcel in set(parcels))

        wanted = {self.parcel(n) for n in range(len(self.pressed))}
        await own.until(lambda: answers().keys() >= wanted)
        assert answers() == Counter(wanted), "an answer came twice"


@pytest.fixture(params=["socket", "http"])
def alone(street: Street, request: pytest.FixtureRequest) -> World:
    """The only house there is."""
    north = street.houses["north"]
    street.houses, street.sellers = {"": north}, {"": ""}
    north.http_mode = request.param == "http"
    return north


@contextlib.asynccontextmanager
async def heard(street: Street, own: World) -> AsyncIterator[None]:
    """The bot, where Slack finds it."""
    port = free_port() if own.http_mode else 0
    own.slack.events_url = f"http://127.0.0.1:{port}{EVENTS_PATH}" if port else None
    async with street.bot(http_port=port):
        yield


async def test_presses_all_through_a_change_are_answered_once(
    street: Street, alone: World, logged: io.StringIO
) -> None:
    presser = Presser(alone)
    async with heard(street, alone):
        async with presser.presses():
            for n in range(3):
                alone.toml = {"locations": [place(alone, [alone.operator, f"U0NEW{n}"])]}
                await reloaded(street, logged)
                await alone.until(lambda n=n: opened(alone) == n + 2)  # type: ignore[misc]
                before = len(presser.pressed)
                await alone.until(lambda before=before: len(presser.pressed) > before + 20)  # type: ignore[misc]
        await presser.answered()
    assert len(presser.pressed) > 60


async def test_presses_wait_for_the_work_that_is_finished_first(
    street: Street, alone: World, logged: io.StringIO
) -> None:
    """An FE's code takes longer than Slack waits for an acknowledgement, and then comes; so do those who asked."""
    presser, visit = Presser(alone), alone.flipkart.arrive("LOC1", "Ram")
    # What is to be finished gets the time for it on a busy machine too.
    alone.timing = replace(alone.timing, work=replace(alone.timing.work, last=PATIENCE))
    async with heard(street, alone), stalls() as machine:
        await card_of(alone, visit)
        alone.flipkart.slow = ACK_SECONDS + 1
        alone.toml = {"locations": [place(alone, [alone.operator])], "polling": {"arrivals_seconds": 60}}
        asking = asyncio.create_task(start_code(alone, alone.operator, visit))
        await alone.until(lambda: calls(alone, "initial_load") and alone.slack.view(alone.operator))
        async with presser.presses(every=0.1):
            await reloaded(street, logged)
        alone.flipkart.slow = 0
        await presser.answered()
        await asking
        longest = max(delivery.result().seconds for delivery in presser.pressed)
        assert longest < ACK_SECONDS + machine.seconds, "Slack had told somebody that the app did not answer"
    assert calls(alone, "start_otc") == 1
