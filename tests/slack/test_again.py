"""Which press can be made again by a button, what that carries, and where it helps."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.flipkart.errors import RefusedError, ShareUsedUpError, ThrottledError, TransportError, UnauthorisedError
from bot.handover.location import Location
from bot.handover.model import Stage
from bot.handover.ports import NotKept
from bot.handover.refusals import NotAllowed, NotAtEnd, NotAtStart, RightsUnknown, UnknownHandover
from bot.slack import ids
from bot.slack.again import again, heard, helps
from bot.slack.declared import Table
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.table import table
from tests.golden.samples import handover

PLACE = Location(id="LOC1", name="Dock", channel="C0DOCK000")
NOW = datetime(2026, 3, 4, tzinfo=UTC)
CARD = "a" * 32
LISTENERS: Table = table()


def command(text: str = "", name: str = "/start-otc") -> dict[str, Any]:
    who = {"user_id": "U0ASHA", "channel_id": "C0DOCK000", "trigger_id": "1.2", "response_url": "https://x"}
    return {"command": name, "text": text, **who}


def pressed(action_id: str, value: str, **more: Any) -> dict[str, Any]:
    actions = [{"action_id": action_id, "value": value, "block_id": ids.TRY_AGAIN}]
    who = {"user": {"id": "U0ASHA"}, "trigger_id": "1.2"}
    return {"type": "block_actions", "actions": actions, **who, **more}


def carried(body: dict[str, Any]) -> str | None:
    found = LISTENERS.of(body)
    assert found is not None
    button = again(found[0], body)
    return None if button is None else button.value


@pytest.mark.parametrize(
    "error",
    [
        TransportError("no answer"),
        ThrottledError("429"),
        ThrottledError("429", retry_after=20),
        RefusedError("", code="INTERNAL_SERVER_ERROR", status=500),
        RefusedError("", code="NOT_ON_END_OTC_PAGE_ERROR", status=400),
        RefusedError("", code="SHIPMENT_SYNC_ERROR", status=400),
        RightsUnknown(PLACE),
        NotAtStart(handover()),
        NotAtEnd(handover(Stage.SCANNING)),
        NotKept(""),
    ],
    ids=repr,
)
def test_another_try_helps(error: Exception) -> None:
    assert helps(error)


@pytest.mark.parametrize(
    "error",
    [
        ThrottledError("the hour is used up", retry_after=1500),
        ShareUsedUpError("", retry_after=1500),
        UnauthorisedError("401"),
        RefusedError("", code="TASK_CLOSED", status=400),
        NotAllowed(PLACE),
        UnknownHandover(CARD),
        NotAtStart(handover(Stage.SCANNING)),
        NotAtEnd(handover(Stage.WAITING)),
    ],
    ids=repr,
)
def test_another_try_brings_the_same(error: Exception) -> None:
    assert not helps(error)


@pytest.mark.parametrize("text", ["", "Ram", "Ram Kumar fe12301", "find FMPP0012345678"])
def test_what_was_typed_is_typed_again(text: str) -> None:
    value = carried(command(text))
    assert value is not None
    body = heard(pressed(ids.AGAIN, value, channel={"id": "C0OTHER00"}))
    found = LISTENERS.of(body)
    assert found is not None
    assert found[1] == "/start-otc"
    assert (body["text"], body["user_id"], body["channel_id"]) == (text, "U0ASHA", "C0OTHER00")


def test_in_a_window_it_is_the_channel_in_which_it_was_typed() -> None:
    value = carried(command(name="/end-otc"))
    assert value is not None
    assert heard(pressed(ids.AGAIN, value))["channel_id"] == "C0DOCK000"


@pytest.mark.parametrize("text", ["693866", "693 866", "Ram 693-866", "6938", "x" * 201, "find ६९३८६६"])
def test_what_could_be_a_code_or_is_long_is_in_no_button(text: str) -> None:
    assert carried(command(text)) is None


def test_a_shortcut_is_chosen_again_in_its_thread() -> None:
    message = {"ts": "1772445600.000200", "thread_ts": "1772445600.000100"}
    who = {"user": {"id": "U0ASHA"}, "trigger_id": "1.2", "channel": {"id": "C0DOCK000"}}
    value = carried({"type": "message_action", "callback_id": ids.START_HERE, "message": message, **who})
    assert value is not None
    body = heard(pressed(ids.AGAIN, value, channel={"id": "C0DOCK000"}))
    found = LISTENERS.of(body)
    assert found is not None
    assert found[1] == ids.START_HERE
    assert found[0].reads(body) == "1772445600.000100"
    assert found[0].asks(body).thread_ts == ""


def test_a_button_is_pressed_again() -> None:
    assert carried(pressed(ids.START, CARD)) == CARD
    assert carried(pressed(ids.TAKE, CARD)) == CARD


@pytest.mark.parametrize("value", ["", "{}", "/start-otc", '{"name": "/otc", "code": "1"}', '{"name": "<!here>"}'])
def test_a_button_that_is_not_the_bots(value: str) -> None:
    with pytest.raises(BrokenPayloadError):
        heard(pressed(ids.AGAIN, value))
