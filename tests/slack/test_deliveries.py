"""Each delivery once: repeated, forged, old and replayed ones have no effect."""

import hashlib
import hmac
import io
import time
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from bot.sandbox.slack import payloads
from bot.sandbox.slack.serial import view_json
from tests.scenarios.leaks import shows
from tests.slack.conftest import faults, health_url
from tests.support import World

Logged = list[MutableMapping[str, Any]]


async def scanned(world: World, parcels: int = 3) -> Any:
    """An FE on the End OTC page, with a card."""
    visit = world.flipkart.arrive("LOC1", "Ram Kumar", fe_id="feram")
    visit.begin()
    visit.scan(parcels)
    visit.finish_scanning()
    await world.until(lambda: world.cards and f"{parcels} scanned" in world.cards[0].text_all())
    return visit


def codes_seen(world: World, user: str) -> int:
    """Answers, and windows, with a code."""
    screens = [*world.slack.ephemerals(user), *world.slack.open_views(user)]
    return sum(any(shows(screen.text_all(), code) for code in world.flipkart.codes) for screen in screens)


async def test_a_command_delivered_twice_is_carried_out_once(dock: World, logged: Logged) -> None:
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Ram Kumar")
        await dock.until(lambda: dock.cards)
        delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc")
        await dock.until(lambda: codes_seen(dock, dock.operator))
        for _ in range(3):
            again = await dock.slack.redeliver(delivery)
            assert again.acked, "a repeated delivery is not acknowledged"
            assert again.payload == delivery.payload, "a repeated delivery gets another answer"
        await dock.slack.slash(dock.stranger, dock.channel, "/start-otc")
        await dock.until(lambda: dock.slack.open_views(dock.stranger))
        assert len(dock.slack.open_views(dock.operator)) == 1, "a repeated delivery was answered again"
    assert len([call for call in dock.flipkart.calls if call.name == "start_otc"]) == 1
    assert not faults(logged)


async def test_a_submission_delivered_twice_counts_once_and_gets_the_same_answer(dock: World) -> None:
    async with dock.bot():
        await scanned(dock)
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc")
        view = await dock.until(
            lambda: (v := dock.slack.view(dock.operator)) and "counted by hand" in v.text_all() and v
        )
        delivery = await dock.slack.submit(dock.operator, view, {"counted": "3"})
        assert delivery.payload is not None
        assert delivery.payload["response_action"] == "update"
        again = await dock.slack.redeliver(delivery)
        assert again.payload == delivery.payload, "a repeated submission gets another answer"
        await dock.until(lambda: (v := dock.slack.view(dock.operator)) and "You can't undo this" in v.text_all())
        counted = dock.rows("SELECT count(*) FROM audit WHERE what = 'counted'")
        assert counted == [(1,)], f"one count is on record {counted[0][0]} times"


async def test_a_refused_submission_delivered_twice_is_refused_twice(dock: World) -> None:
    async with dock.bot():
        await scanned(dock)
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc")
        view = await dock.until(
            lambda: (v := dock.slack.view(dock.operator)) and "counted by hand" in v.text_all() and v
        )
        body = payloads.interaction(
            dock.slack,
            "view_submission",
            dock.operator,
            trigger_id=dock.slack.new_trigger(dock.operator),
            view=view_json(dock.slack, view) | {"state": {"values": {}}},
        )
        delivery = payloads.envelope("interactive", body)
        first = await dock.slack.redeliver(delivery)
        second = await dock.slack.redeliver(delivery)
        assert first.payload is not None
        assert first.payload["response_action"] == "errors"
        assert second.payload == first.payload


async def test_a_press_delivered_twice_opens_one_modal(dock: World) -> None:
    async with dock.bot():
        await scanned(dock)
        delivery = await dock.slack.press(dock.operator, dock.cards[0], "end_otc")
        await dock.slack.redeliver(delivery)
        await dock.until(lambda: dock.slack.view(dock.operator))
        await dock.slack.press(dock.operator, dock.cards[0], "count")
        await dock.until(lambda: len(dock.slack.open_views(dock.operator)) == 2)
        assert len([call for call in dock.slack.calls if call.method == "views.open"]) == 2


async def test_an_event_that_slack_repeats_is_acknowledged(dock: World) -> None:
    async with dock.bot():
        delivery = await dock.slack.say(dock.operator, dock.channel, "hello")
        assert delivery.acked, "a message that is not for the bot is not acknowledged: Slack would repeat it"
        assert (await dock.slack.redeliver(delivery)).acked


class Door:
    """The bot's own door in HTTP mode, and whoever knocks."""

    def __init__(self, world: World, url: str, session: aiohttp.ClientSession) -> None:
        self.world = world
        self.url = url
        self._session = session

    def body(self, command: str = "/start-otc") -> str:
        world = self.world
        url = world.slack.new_response_url(world.operator, world.channel)
        channel = world.slack.channels[world.channel]
        return urlencode(
            payloads.command(world.slack, world.operator, channel, command=command, text="", response_url=url)
        )

    def signed(self, body: str, *, at: float | None = None, secret: str | None = None) -> dict[str, str]:
        stamp = str(int(at if at is not None else time.time()))
        key = secret or self.world.slack.signing_secret
        signature = hmac.new(key.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}"}

    async def knock(self, body: str, headers: dict[str, str]) -> tuple[int, str]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        async with self._session.post(self.url, data=io.BytesIO(body.encode()), headers=form | headers) as response:
            return response.status, await response.text()


@pytest.fixture
async def door(http_dock: World, logged: Logged) -> Any:
    async with http_dock.bot(), aiohttp.ClientSession() as session:
        url = health_url(logged).replace("/healthz", "/slack/events")
        http_dock.slack.events_url = url
        http_dock.flipkart.arrive("LOC1", "Ram Kumar")
        await http_dock.until(lambda: http_dock.cards)
        yield Door(http_dock, url, session)


def wrong_headers(door: Door, body: str) -> dict[str, dict[str, str]]:
    good = door.signed(body)
    stamp, signature = good["X-Slack-Request-Timestamp"], good["X-Slack-Signature"]
    return {
        "no headers": {},
        "no signature": {"X-Slack-Request-Timestamp": stamp},
        "no timestamp": {"X-Slack-Signature": signature},
        "another secret": door.signed(body, secret="another"),
        "another body": door.signed(body + "&text=x"),
        "six minutes old": door.signed(body, at=time.time() - 360),
        "six minutes ahead": door.signed(body, at=time.time() + 360),
        "a timestamp that is none": good | {"X-Slack-Request-Timestamp": "now"},
        "an empty timestamp": good | {"X-Slack-Request-Timestamp": ""},
        "a huge timestamp": good | {"X-Slack-Request-Timestamp": "9" * 400},
        "a signature of another version": good | {"X-Slack-Signature": signature.replace("v0=", "v1=")},
        "a signature that is no text": good | {"X-Slack-Signature": "é"},
        "the timestamp of another moment": good | {"X-Slack-Request-Timestamp": str(int(stamp) - 1)},
    }


async def test_what_slack_did_not_sign_is_refused_and_the_genuine_one_works(door: Door, logged: Logged) -> None:
    world = door.world
    body = door.body()
    for what, headers in wrong_headers(door, body).items():
        status, _ = await door.knock(body, headers)
        assert status == 401, f"{what}: HTTP {status}"
    assert not [call for call in world.flipkart.calls if call.name == "start_otc"], "a forged command was carried out"
    assert not world.slack.ephemerals(world.operator)
    assert not faults(logged), faults(logged)
    status, _ = await door.knock(body, door.signed(body))
    assert status == 200, "after forged ones the genuine delivery is refused"
    await world.until(lambda: codes_seen(world, world.operator))


async def test_a_replayed_body_has_no_second_effect(door: Door) -> None:
    world = door.world
    body = door.body()
    first = await door.knock(body, door.signed(body))
    await world.until(lambda: codes_seen(world, world.operator))
    again = await door.knock(body, door.signed(body))
    assert again == first, "the same delivery gets another answer"
    later = await door.knock(body, door.signed(body, at=time.time() - 100))
    assert later == first
    for what, headers in wrong_headers(door, body).items():
        status, text = await door.knock(body, headers)
        assert status == 401, f"a replay with {what} is answered with HTTP {status}: {text}"
    assert len(world.slack.open_views(world.operator)) == 1, "a replay was answered again"
    assert len([call for call in world.flipkart.calls if call.name == "start_otc"]) == 1


@pytest.mark.everyday(4)
@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "[]",
        "5",
        "null",
        "payload=",
        "payload=%7B",
        "payload=5",
        "payload=[]",
        "[" * 100_000,
        '{"team": 5}',
        '{"user": 5, "type": "block_actions"}',
        '{"trigger_id": ["x"], "type": "block_actions", "actions": []}',
    ],
)
async def test_bodies_that_are_none(door: Door, logged: Logged, body: str) -> None:
    status, _ = await door.knock(body, {})
    assert status in (400, 401), f"unsigned garbage is answered with HTTP {status}"
    status, _ = await door.knock(body, door.signed(body))
    assert status in (200, 400), f"signed garbage is answered with HTTP {status}"
    assert not faults(logged), faults(logged)
    genuine = door.body()
    assert (await door.knock(genuine, door.signed(genuine)))[0] == 200


@pytest.mark.parametrize("body", ["payload=5", "{", "payload=%7B%22type%22%3A5%7D"])
async def test_strangers_do_not_fill_the_log(door: Door, logged: Logged, body: str) -> None:
    for _ in range(30):
        await door.knock(body, {})
    said = [line for line in logged if line["log_level"] == "warning"]
    assert len(said) <= 1, f"thirty requests of a stranger are {len(said)} lines"


async def test_a_body_that_is_too_large(door: Door) -> None:
    body = "payload=" + "x" * 2_000_000
    assert (await door.knock(body, door.signed(body)))[0] == 413


async def test_slack_checks_the_address(door: Door) -> None:
    assert await door.world.slack.verify_url(), "Slack's challenge is not answered"
    door.world.slack.signing_secret = "another"
    assert not await door.world.slack.verify_url(), "anyone can have a challenge answered"


async def test_a_whole_press_over_http(door: Door) -> None:
    world = door.world
    delivery = await world.slack.press(world.operator, world.cards[0], "start_otc")
    assert (delivery.acked, delivery.http_status) == (True, 200)
    await world.until(lambda: codes_seen(world, world.operator))
    again = await world.slack.redeliver(delivery)
    assert again.http_status == 200
    assert len(world.slack.open_views(world.operator)) == 1


async def test_socket_mode_has_no_door(dock: World, logged: Logged) -> None:
    async with dock.bot(), aiohttp.ClientSession() as session:
        door = Door(dock, health_url(logged).replace("/healthz", "/slack/events"), session)
        body = door.body()
        assert (await door.knock(body, door.signed(body)))[0] == 503
        assert not dock.slack.ephemerals(dock.operator)
