"""Slack's published sizes, and the shapes of Block Kit."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox.slack.blockkit import check_message_blocks, check_view

from .conftest import Place

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**more: Any) -> Json:
    return {"type": "section", "text": mrkdwn("x"), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain("ok"), **more}


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def options(count: int, text: int = 1, value: int = 4) -> list[Json]:
    return [{"text": plain("t" * text), "value": f"{n:0{value}d}"} for n in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2), **more}


def confirm(title: int = 1, text: int = 1, yes: int = 1) -> Json:
    return {
        "title": plain("t" * title),
        "text": mrkdwn("x" * text),
        "confirm": plain("y" * yes),
        "deny": plain("No"),
    }


def field(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("L"), "element": element, **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("T"), "blocks": list(blocks), **more}


SIZES = [
    ("section text", 3000, lambda n: section(text=mrkdwn("x" * n)), "/blocks/0/text/text"),
    ("section fields", 10, lambda n: section(fields=[mrkdwn("x")] * n), "/blocks/0/fields"),
    ("a section field", 2000, lambda n: section(fields=[mrkdwn("x" * n)]), "/blocks/0/fields/0/text"),
    ("header", 150, lambda n: {"type": "header", "text": plain("x" * n)}, "/blocks/0/text/text"),
    ("context", 10, lambda n: {"type": "context", "elements": [mrkdwn("x")] * n}, "/blocks/0/elements"),
    ("actions", 25, lambda n: actions(*[button()] * n), "/blocks/0/elements"),
    ("button text", 75, lambda n: actions(button(text=plain("x" * n))), "/blocks/0/elements/0/text/text"),
    ("button value", 2000, lambda n: actions(button(value="x" * n)), "/blocks/0/elements/0/value"),
    ("button url", 3000, lambda n: actions(button(url="x" * n)), "/blocks/0/elements/0/url"),
    ("action_id", 255, lambda n: actions(button(action_id="x" * n)), "/blocks/0/elements/0/action_id"),
    ("block_id", 255, lambda n: section(block_id="x" * n), "/blocks/0/block_id"),
    (
        "confirm title",
        100,
        lambda n: actions(button(confirm=confirm(title=n))),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "confirm text",
        300,
        lambda n: actions(button(confirm=confirm(text=n))),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "confirm button",
        30,
        lambda n: actions(button(confirm=confirm(yes=n))),
        "/blocks/0/elements/0/confirm/confirm/text",
    ),
    ("options", 100, lambda n: actions(select(options=options(n))), "/blocks/0/elements/0/options"),
    (
        "option text",
        75,
        lambda n: actions(select(options=options(1, text=n))),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "option value",
        150,
        lambda n: actions(select(options=options(1, value=n))),
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "overflow",
        5,
        lambda n: section(accessory={"type": "overflow", "options": options(n)}),
        "/blocks/0/accessory/options",
    ),
    (
        "radio buttons",
        10,
        lambda n: actions({"type": "radio_buttons", "options": options(n)}),
        "/blocks/0/elements/0/options",
    ),
    (
        "placeholder",
        150,
        lambda n: actions(select(placeholder=plain("x" * n))),
        "/blocks/0/elements/0/placeholder/text",
    ),
    ("markdown", 12_000, lambda n: {"type": "markdown", "text": "x" * n}, "/blocks/0/text"),
]


@pytest.mark.parametrize(("most", "make", "pointer"), [row[1:] for row in SIZES], ids=[row[0] for row in SIZES])
def test_size(most: int, make: Any, pointer: str) -> None:
    assert check_message_blocks([make(most)]) == []
    [line] = check_message_blocks([make(most + 1)])
    assert line.endswith(f"[json-pointer:{pointer}]")
    assert str(most) in line or str(most + 1) in line


def test_number_of_blocks() -> None:
    assert check_message_blocks([{"type": "divider"}] * 50) == []
    assert check_message_blocks([{"type": "divider"}] * 51) == ["no more than 50 items allowed [json-pointer:/blocks]"]
    assert check_view(modal(*[{"type": "divider"}] * 100), "modal") == []
    [line] = check_view(modal(*[{"type": "divider"}] * 101), "modal")
    assert line == "no more than 100 items allowed [json-pointer:/view/blocks]"


@pytest.mark.parametrize(
    ("name", "most"), [("title", 24), ("submit", 24), ("close", 24), ("private_metadata", 3000), ("callback_id", 255)]
)
def test_view_sizes(name: str, most: int) -> None:
    def make(length: int) -> Json:
        text = "x" * length
        return modal(section(), **{name: plain(text) if most == 24 else text})

    assert check_view(make(most), "modal") == []
    [line] = check_view(make(most + 1), "modal")
    assert line.startswith(f"must be less than {most + 1} characters [json-pointer:/view/{name}")


WRONG = [
    ("unknown block", {"type": "marquee"}, "unsupported type"),
    ("empty text", section(text=mrkdwn("")), "must be more than 0 characters"),
    ("section without text", {"type": "section"}, "missing required field: text"),
    ("mrkdwn header", {"type": "header", "text": mrkdwn("x")}, "must be one of: plain_text"),
    ("text as a string", section(text="x"), "must be an object"),
    ("unknown field", section(colour="red"), "invalid additional property: colour"),
    ("empty actions", actions(), "at least 1 items"),
    ("button without text", actions({"type": "button"}), "missing required field: text"),
    ("button style", actions(button(style="green")), "must be one of"),
    ("mrkdwn button", actions(button(text=mrkdwn("x"))), "plain_text"),
    ("input element in actions", actions({"type": "plain_text_input"}), "unsupported type"),
    ("button in input", field(button()), "unsupported type"),
    ("button in context", {"type": "context", "elements": [button()]}, "unsupported type"),
    ("options and groups", actions(select(option_groups=[])), "either options or option_groups"),
    ("initial not offered", actions(select(initial_option=options(3)[2])), "must match one of the options"),
    ("confirm without deny", actions(button(confirm={"title": plain("t")})), "missing required field"),
    ("image without alt", {"type": "image", "image_url": "https://x.example/x.png"}, "alt_text"),
    ("number as int", field({"type": "number_input", "is_decimal_allowed": False, "min_value": 0}), "holds a number"),
    ("alert in a message", {"type": "alert", "text": mrkdwn("x")}, "unsupported type"),
    ("a text that is no text", section(text={"type": "text", "text": "x"}), "must be one of"),
    ("emoji in mrkdwn", section(text={**mrkdwn("x"), "emoji": True}), "invalid additional property: emoji"),
    ("same action_id twice", actions(button(action_id="a"), button(action_id="a")), "already exists"),
]


@pytest.mark.parametrize(("block", "part"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_refused(block: Json, part: str) -> None:
    lines = check_message_blocks([block])
    assert any(part in line for line in lines), lines


def test_the_same_block_id_twice() -> None:
    [line] = check_message_blocks([section(block_id="b"), section(block_id="b")])
    assert "already exists" in line
    assert line.endswith("[json-pointer:/blocks/1]")


@pytest.mark.parametrize(
    "block",
    [
        {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]},
        {"type": "data_table", "anything": 1},
        {"type": "data_visualization"},
        {"type": "card", "title": plain("T"), "actions": [button()]},
        {"type": "carousel", "elements": [{"type": "card"}]},
        {"type": "container", "child_blocks": [section()]},
        {"type": "plan", "title": "P", "tasks": []},
        {"type": "task_card", "task_id": "1", "title": "t", "status": "complete"},
        {"type": "rich_text", "elements": []},
        {"type": "file", "external_id": "x", "source": "remote"},
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain("x")}]},
        {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"},
    ],
    ids=lambda block: str(block["type"]),
)
def test_newer_blocks_are_taken_in_messages(block: Json) -> None:
    assert check_message_blocks([block]) == []


def test_views() -> None:
    count = field({"type": "number_input", "is_decimal_allowed": False, "min_value": "0", "max_value": "9"})
    assert check_view(modal(count, submit=plain("Save")), "modal") == []
    assert check_view(modal(count), "modal") == ["missing required field: submit [json-pointer:/view]"]
    assert check_view(modal({"type": "alert", "text": mrkdwn("x"), "level": "warning"}), "modal") == []
    assert check_view({"type": "home", "blocks": [section()]}, "home") == []
    assert check_view({"type": "home", "blocks": []}, "modal") != []
    assert "missing required field: title [json-pointer:/view]" in check_view(
        {"type": "modal", "blocks": [section()]}, "modal"
    )
    assert check_view(modal({"type": "table", "rows": [[1]]}), "modal") != []
    assert check_view({"type": "modal", "title": plain("T")}, "modal") != []


async def test_what_the_client_reads(client: AsyncWebClient, place: Place) -> None:
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel=place.channel, text="t", blocks=[section(text=mrkdwn("x" * 3001))])
    response = caught.value.response
    assert response["error"] == "invalid_blocks"
    assert response["response_metadata"]["messages"] == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    ]
    with pytest.raises(SlackApiError) as caught:
        await client.views_publish(user_id=place.asha, view={"type": "home", "blocks": [{"type": "marquee"}]})
    assert caught.value.response["error"] == "invalid_arguments"
