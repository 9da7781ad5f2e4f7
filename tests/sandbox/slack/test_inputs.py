"""What forms hold, what they refuse, and what stays in them over an update."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.sandbox.slack import SlackSim, SubmitRefused, View
from bot.sandbox.slack.modals import open_view, update_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


OPTIONS = [{"text": plain(name), "value": name} for name in ("a", "b", "c")]


def field(kind: str, block_id: str | None = None, optional: bool = False, **element: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id or kind,
        "label": plain("L"),
        "optional": optional,
        "element": {"type": kind, "action_id": "x", **element},
    }


@pytest.fixture
def sim() -> SlackSim:
    return SlackSim()


def shown(sim: SlackSim, *blocks: Json) -> View:
    user = sim.add_user("asha")
    payload = {"type": "modal", "title": plain("T"), "submit": plain("Save"), "blocks": list(blocks)}
    return open_view(sim, user, payload)


async def filled(sim: SlackSim, block: Json, value: Any = None) -> Any:
    """The entry of state.values after a submission; nothing is connected, so that only the client's part runs."""
    view = shown(sim, block)
    given = {} if value is None else {block["block_id"]: value}
    delivery = await sim.submit(view.user, view, given)
    payload = delivery.envelope["payload"]
    assert payload["view"]["state"]["values"] == view.state["values"]
    return view.state["values"][block["block_id"]]["x"]


@pytest.mark.parametrize(
    ("block", "value", "key", "held"),
    [
        (field("plain_text_input"), "hello", "value", "hello"),
        (field("plain_text_input", initial_value="first"), None, "value", "first"),
        (field("number_input", is_decimal_allowed=True), "1.5", "value", "1.5"),
        (field("static_select", options=OPTIONS), "b", "selected_option", OPTIONS[1]),
        (field("static_select", options=OPTIONS, initial_option=OPTIONS[2]), None, "selected_option", OPTIONS[2]),
        (field("static_select", option_groups=[{"label": plain("g"), "options": OPTIONS}]), "c", None, None),
        (field("radio_buttons", options=OPTIONS), "a", "selected_option", OPTIONS[0]),
        (field("checkboxes", options=OPTIONS), ["a", "c"], "selected_options", [OPTIONS[0], OPTIONS[2]]),
        (field("checkboxes", options=OPTIONS, optional=True), None, "selected_options", []),
        (field("multi_static_select", options=OPTIONS), "a", "selected_options", [OPTIONS[0]]),
        (field("users_select"), "U1", "selected_user", "U1"),
        (field("multi_users_select"), ["U1", "U2"], "selected_users", ["U1", "U2"]),
        (field("conversations_select"), "C1", "selected_conversation", "C1"),
        (field("datepicker", initial_date="2026-01-02"), None, "selected_date", "2026-01-02"),
        (field("timepicker"), "13:45", "selected_time", "13:45"),
    ],
)
async def test_values(sim: SlackSim, block: Json, value: Any, key: str | None, held: Any) -> None:
    state = await filled(sim, block, value)
    assert state["type"] == block["element"]["type"]
    if key is not None:
        got = state[key]
        for option in got if isinstance(got, list) else [got]:
            if isinstance(option, dict):
                del option["text"]["emoji"]
        assert got == held


@pytest.mark.parametrize(
    ("block", "value"),
    [
        (field("plain_text_input"), None),
        (field("plain_text_input"), ""),
        (field("plain_text_input", min_length=3), "ab"),
        (field("plain_text_input", max_length=3), "abcd"),
        (field("plain_text_input"), "x" * 3001),
        (field("number_input", is_decimal_allowed=False), "seven"),
        (field("number_input", is_decimal_allowed=False, max_value="9"), "10"),
        (field("email_text_input"), "nobody"),
        (field("url_text_input"), "example"),
        (field("checkboxes", options=OPTIONS), None),
        (field("static_select", options=OPTIONS), None),
        (field("multi_static_select", options=OPTIONS, max_selected_items=1), ["a", "b"]),
    ],
)
async def test_refused_by_the_client(sim: SlackSim, block: Json, value: Any) -> None:
    with pytest.raises(SubmitRefused) as caught:
        await filled(sim, block, value)
    assert list(caught.value.errors) == [block["block_id"]]
    assert sim.deliveries == []


async def test_an_update_keeps_what_was_entered(sim: SlackSim) -> None:
    view = shown(sim, field("plain_text_input", "a"), field("plain_text_input", "b"))
    await sim.submit(view.user, view, {"a": "one", "b": "two"})
    kept = field("plain_text_input", "a", initial_value="other")
    payload = {"type": "modal", "title": plain("T"), "blocks": [kept, field("plain_text_input", "c", optional=True)]}
    update_view(sim, view, payload)
    values = view.state["values"]
    assert values["a"]["x"]["value"] == "one"
    assert set(values) == {"a", "c"}
    assert view.history[0]["state"]["values"]["b"]["x"]["value"] == "two"
    json.dumps(sim.to_dict())


async def test_a_choice_in_a_form_is_kept_and_not_sent(sim: SlackSim) -> None:
    view = shown(sim, field("static_select", "quiet", options=OPTIONS))
    delivery = await sim.press(view.user, view, "x", "b")
    assert delivery.attempts == 0
    assert sim.deliveries == []
    assert view.state["values"]["quiet"]["x"]["selected_option"]["value"] == "b"


async def test_who_may_act_where(sim: SlackSim) -> None:
    member, outsider = sim.add_user("in"), sim.add_user("out")
    channel = sim.add_channel("returns", members=[member])
    await sim.say(member, channel, "hello")
    [message] = sim.messages(channel)
    for act in (
        sim.slash(outsider, channel, "/x"),
        sim.say(outsider, channel, "x"),
        sim.shortcut(outsider, message, "x"),
    ):
        with pytest.raises(LookupError):
            await act
    sim.archive(channel)
    with pytest.raises(LookupError):
        await sim.slash(member, channel, "/x")
    view = shown(sim)
    with pytest.raises(LookupError):
        await sim.submit(outsider, view)
    await sim.close(view.user, view)
    with pytest.raises(LookupError):
        await sim.submit(view.user, view)
