"""Payloads that no Slack client makes: acknowledged, nothing escapes, nothing hangs, and the bot goes on."""

import copy
import json
import logging
from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest

from bot.sandbox.slack import View, payloads
from bot.sandbox.slack.model import Delivery
from bot.sandbox.slack.serial import view_json
from bot.slack import ids
from bot.slack.blocks import modals
from tests.slack.conftest import faults
from tests.support import World

Json = dict[str, Any]

ABSURD: tuple[Any, ...] = (None, 5, "", [], {}, [None], "x" * 5000, {"id": 7}, True, "\x00<!channel>", -1, 10**30, 0.5)
"""Put in place of each value in turn."""
MISSING = object()

COMMANDS = ("/start-otc", "/end-otc")
ACTIONS = (ids.START, ids.NEW_CODE, ids.HIDE, ids.COUNT, ids.END, "of_another_version")
VIEWS = (ids.COUNT_FORM, ids.END_CHOICE, ids.END_COUNT, ids.END_REASON, ids.END_CONFIRM, "of_another_version")
GARBAGE = ("", "null", "[]", "5", "{", "{}", '{"handover": 5}', '{"handover": "' + "0" * 32 + '", "more": 1}', "\x00")


def command(world: World, name: str) -> Json:
    channel = world.slack.channels[world.channel]
    url = world.slack.new_response_url(world.operator, world.channel)
    return payloads.command(world.slack, world.operator, channel, command=name, text="Ram", response_url=url)


def press(world: World, action_id: str, value: Any) -> Json:
    card = world.cards[0]
    block = {"block_id": f"card_{value}", "type": "actions"}
    element = {"type": "button", "action_id": action_id, "value": value, "text": {"type": "plain_text", "text": "x"}}
    action = payloads.action(world.slack, block, element, {})
    return payloads.block_actions(world.slack, world.operator, card, action)


def submission(world: World, callback_id: str, state: str) -> Json:
    view = View(id="V0GONE", hash="1", user=world.operator, type="modal", callback_id=callback_id, title="End OTC")
    body = view_json(world.slack, view)
    body["private_metadata"] = state
    values = {ids.COUNTED: "3", ids.REASON: "because of rain"}
    body["state"] = {"values": {name: {name: {"type": "x", "value": value}} for name, value in values.items()}}
    chosen = {"type": "radio_buttons", "selected_option": {"value": json.loads(state)["handover"]}}
    body["state"]["values"][ids.CHOSEN] = {ids.CHOSEN: chosen}
    trigger = world.slack.new_trigger(world.operator)
    more: Json = {"trigger_id": trigger, "view": body, "response_urls": []}
    return payloads.interaction(world.slack, "view_submission", world.operator, **more)


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a payload that can be something else; not the depths of the card that it quotes."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        if key in ("token", "type", "api_app_id", "trigger_id") and not before:
            continue
        yield (*before, key)
        if key not in ("message", "blocks", "title", "close", "submit", "bot_id"):
            yield from paths(one, (*before, key))


def changed(payload: Json, path: tuple[Any, ...], value: Any) -> Json:
    """The payload with another value, or none, at a place."""
    result = copy.deepcopy(payload)
    found: Any = result
    for key in path[:-1]:
        found = found[key]
    if value is MISSING:
        del found[path[-1]]
    else:
        found[path[-1]] = value
    return result


async def deliver(world: World, kind: str, payload: Json) -> Delivery:
    return await world.slack._courier.deliver(payloads.envelope(kind, payload), 2.0)


async def waiting_fe(world: World) -> str:
    """An FE on the Start OTC page; returns the id of the handover."""
    world.flipkart.arrive("LOC1", "Ram Kumar", fe_id="feram")
    await world.until(lambda: world.cards)
    return str(world.rows("SELECT id FROM handover")[0][0])


async def survives(world: World, kind: str, payload: Json, logged: list[MutableMapping[str, Any]], caplog: Any) -> None:
    """Delivers every variant of a payload; then asks for a code, which has to come."""
    for number, path in enumerate(paths(payload)):
        for value in (MISSING, *ABSURD[number % 3 :: 3]):
            broken = changed(payload, path, value)
            if "trigger_id" in broken:
                broken["trigger_id"] = world.slack.new_trigger(world.operator)
            delivery = await deliver(world, kind, broken)
            what = "nothing" if value is MISSING else repr(value)[:40]
            assert delivery.acked, f"not acknowledged with {what} at {path}: {faults(logged)}"
    await alive(world)
    assert not faults(logged), faults(logged)[:3]
    wrong = [r.getMessage()[:200] for r in caplog.records if r.name == "asyncio" or "Failed to run" in r.getMessage()]
    assert not wrong, wrong[:3]


async def alive(world: World) -> None:
    visit = world.flipkart.visits[0]
    delivery = await world.slack.slash(world.second, world.channel, "/start-otc", "")
    assert delivery.acked, "the bot no longer answers"
    await world.until(
        lambda: any(visit.start_code and visit.start_code in e.text_all() for e in world.slack.ephemerals(world.second))
    )


@pytest.mark.parametrize("name", COMMANDS)
async def test_broken_commands(
    dock: World, logged: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.WARNING)
    async with dock.bot():
        await waiting_fe(dock)
        await survives(dock, "slash_commands", command(dock, name), logged, caplog)


@pytest.mark.parametrize("action_id", ACTIONS)
async def test_broken_presses(
    dock: World, logged: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture, action_id: str
) -> None:
    caplog.set_level(logging.WARNING)
    async with dock.bot():
        handover = await waiting_fe(dock)
        await survives(dock, "interactive", press(dock, action_id, handover), logged, caplog)


@pytest.mark.parametrize("callback_id", VIEWS)
async def test_broken_submissions(
    dock: World, logged: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture, callback_id: str
) -> None:
    caplog.set_level(logging.WARNING)
    async with dock.bot():
        handover = await waiting_fe(dock)
        state = ids.ModalState(handover=handover).dump()
        await survives(dock, "interactive", submission(dock, callback_id, state), logged, caplog)


@pytest.mark.parametrize("value", ["", "x", "0" * 32, "0" * 31, "Z" * 32, "'; DROP TABLE handover; --", "0" * 33])
async def test_a_button_with_the_id_of_nothing(dock: World, logged: list[MutableMapping[str, Any]], value: str) -> None:
    async with dock.bot():
        await waiting_fe(dock)
        for action_id in (ids.START, ids.NEW_CODE, ids.COUNT, ids.END):
            delivery = await deliver(dock, "interactive", press(dock, action_id, value))
            assert delivery.acked, f"{action_id} with {value!r} is not acknowledged"
        await alive(dock)
        assert not faults(logged), faults(logged)
    called = [call for call in dock.flipkart.calls if call.name == "end_otc"]
    assert not called, "Flipkart was asked for the code of nothing"


@pytest.mark.parametrize("callback_id", [ids.COUNT_FORM, ids.END_COUNT, ids.END_REASON, ids.END_CONFIRM])
async def test_private_metadata_that_is_not_this_bots(
    dock: World, logged: list[MutableMapping[str, Any]], callback_id: str
) -> None:
    async with dock.bot():
        handover = await waiting_fe(dock)
        dock.flipkart.visits[0].begin()
        for garbage in GARBAGE:
            payload = submission(dock, callback_id, ids.ModalState(handover=handover).dump())
            payload["view"]["private_metadata"] = garbage
            delivery = await deliver(dock, "interactive", payload)
            assert delivery.acked, f"not acknowledged with {garbage!r}"
        assert not faults(logged), faults(logged)
        assert not dock.rows("SELECT * FROM handover WHERE counted IS NOT NULL"), "garbage was counted"


@pytest.mark.parametrize(
    "number", ["-1", "1.5", "", " ", "abc", "1e3", "٣", str(modals.MOST_PARCELS + 1), "9" * 400, "0x10", None, 7.5, []]
)
async def test_a_count_that_is_no_number_of_parcels(dock: World, number: Any) -> None:
    async with dock.bot():
        handover = await waiting_fe(dock)
        payload = submission(dock, ids.COUNT_FORM, ids.ModalState(handover=handover).dump())
        payload["view"]["state"]["values"][ids.COUNTED][ids.COUNTED]["value"] = number
        delivery = await deliver(dock, "interactive", payload)
        assert delivery.acked
        assert delivery.payload is not None
        assert delivery.payload["response_action"] == "errors", f"{number!r} was taken as a count"
        assert not dock.rows("SELECT * FROM handover WHERE counted IS NOT NULL")


@pytest.mark.parametrize("url", ["http://[", "not a url", "http://", "//", "ftp://hooks.slack.com/x", "\x00"])
async def test_a_response_url_that_is_none(dock: World, logged: list[MutableMapping[str, Any]], url: str) -> None:
    async with dock.bot():
        await waiting_fe(dock)
        payload = command(dock, "/start-otc") | {"response_url": url, "text": ""}
        assert (await deliver(dock, "slash_commands", payload)).acked
        visit = dock.flipkart.visits[0]
        await dock.until(
            lambda: any(
                visit.start_code and visit.start_code in e.text_all() for e in dock.slack.ephemerals(dock.operator)
            )
        )
        assert not faults(logged), faults(logged)
