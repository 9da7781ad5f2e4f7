"""Payloads that no Slack client makes: acknowledged, nothing escapes, nothing hangs, and the bot goes on."""

import logging
from collections.abc import MutableMapping
from time import monotonic
from typing import Any

import pytest

from bot.slack import ids
from bot.slack.blocks import counts
from tests.examples import share
from tests.scenarios.leaks import shows
from tests.slack import forge
from tests.slack.conftest import faults
from tests.slack.forge import BUTTONS, COMMANDS, MODALS, OTHER, Json, command, deliver, press, submission
from tests.support import World

GARBAGE = ("", "null", "[]", "5", "{", "{}", '{"handover": 5}', '{"handover": "' + "0" * 32 + '", "more": 1}', "\x00")


async def waiting_fe(world: World) -> str:
    """An FE on the Start OTC page; returns the id of the handover."""
    world.flipkart.arrive("LOC1", "Ram Kumar", fe_id="feram")
    await world.until(lambda: world.cards)
    return str(world.rows("SELECT id FROM handover")[0][0])


async def survives(world: World, kind: str, payload: Json, logged: list[MutableMapping[str, Any]], caplog: Any) -> None:
    """Delivers the variants of a payload, every day each fifth; then asks for a code, which has to come."""
    for what, broken in share(forge.variants(world, payload)):
        delivery = await deliver(world, kind, broken)
        assert delivery.acked, f"not acknowledged with {what}: {faults(logged)}"
    await alive(world)
    assert not faults(logged), faults(logged)[:3]
    wrong = [r.getMessage()[:200] for r in caplog.records if r.name == "asyncio" or "Failed to run" in r.getMessage()]
    assert not wrong, wrong[:3]


async def alive(world: World) -> None:
    visit = world.flipkart.visits[0]
    delivery = await world.slack.slash(world.second, world.channel, "/start-otc", "")
    assert delivery.acked, "the bot no longer answers"
    await world.until(
        lambda: any(
            visit.start_code and shows(view.text_all(), visit.start_code)
            for view in world.slack.open_views(world.second)
        ),
    )


@pytest.mark.parametrize("name", COMMANDS)
async def test_broken_commands(
    dock: World, logged: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.WARNING)
    async with dock.bot():
        await waiting_fe(dock)
        await survives(dock, "slash_commands", command(dock, name), logged, caplog)


@pytest.mark.everyday(3)
@pytest.mark.parametrize("action_id", [*BUTTONS, OTHER])
async def test_broken_presses(
    dock: World, logged: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture, action_id: str
) -> None:
    caplog.set_level(logging.WARNING)
    async with dock.bot():
        handover = await waiting_fe(dock)
        await survives(dock, "interactive", press(dock, action_id, handover), logged, caplog)


@pytest.mark.everyday(2)
@pytest.mark.parametrize("callback_id", [*MODALS, OTHER])
async def test_broken_submissions(
    dock: World, logged: list[MutableMapping[str, Any]], caplog: pytest.LogCaptureFixture, callback_id: str
) -> None:
    caplog.set_level(logging.WARNING)
    # More windows are answered in here than Slack allows in a minute.
    dock.monotonic = lambda: monotonic() * 100
    async with dock.bot():
        handover = await waiting_fe(dock)
        await survives(dock, "interactive", submission(dock, callback_id, handover), logged, caplog)


@pytest.mark.everyday(3)
@pytest.mark.parametrize("value", ["", "x", "0" * 32, "0" * 31, "Z" * 32, "'; DROP TABLE handover; --", "0" * 33])
async def test_a_button_with_the_id_of_nothing(dock: World, logged: list[MutableMapping[str, Any]], value: str) -> None:
    async with dock.bot():
        await waiting_fe(dock)
        for action_id in (ids.START, ids.NEW_CODE_HERE, ids.COUNT, ids.END):
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
            payload = submission(dock, callback_id, handover)
            payload["view"]["private_metadata"] = garbage
            delivery = await deliver(dock, "interactive", payload)
            assert delivery.acked, f"not acknowledged with {garbage!r}"
        assert not faults(logged), faults(logged)
        assert not dock.rows("SELECT * FROM handover WHERE counted IS NOT NULL"), "garbage was counted"


@pytest.mark.everyday(4)
@pytest.mark.parametrize(
    "number", ["-1", "1.5", "", " ", "abc", "1e3", "٣", str(counts.MOST_PARCELS + 1), "9" * 400, "0x10", None, 7.5, []]
)
async def test_a_count_that_is_no_number_of_parcels(dock: World, number: Any) -> None:
    async with dock.bot():
        handover = await waiting_fe(dock)
        payload = submission(dock, ids.COUNT_FORM, handover)
        payload["view"]["state"]["values"][ids.COUNTED][ids.COUNTED]["value"] = number
        delivery = await deliver(dock, "interactive", payload)
        assert delivery.acked
        assert delivery.payload is not None
        assert delivery.payload["response_action"] == "errors", f"{number!r} was taken as a count"
        assert not dock.rows("SELECT * FROM handover WHERE counted IS NOT NULL")


@pytest.mark.everyday(2)
@pytest.mark.parametrize("url", ["http://[", "not a url", "http://", "//", "ftp://hooks.slack.com/x", "\x00"])
async def test_a_response_url_that_is_none(dock: World, logged: list[MutableMapping[str, Any]], url: str) -> None:
    async with dock.bot():
        await waiting_fe(dock)
        dock.slack.fail("views.open", error="expired_trigger_id")
        payload = command(dock, "/start-otc") | {"response_url": url, "text": ""}
        assert (await deliver(dock, "slash_commands", payload)).acked
        visit = dock.flipkart.visits[0]
        await dock.until(
            lambda: any(
                visit.start_code and shows(e.text_all(), visit.start_code) for e in dock.slack.ephemerals(dock.operator)
            )
        )
        assert not faults(logged), faults(logged)
