"""Walking over Block Kit structures: the texts and elements in them, and the ids that Slack fills in."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]

INTERACTIVE = frozenset(
    {
        "button",
        "channels_select",
        "checkboxes",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "email_text_input",
        "external_select",
        "feedback_buttons",
        "file_input",
        "icon_button",
        "multi_channels_select",
        "multi_conversations_select",
        "multi_external_select",
        "multi_static_select",
        "multi_users_select",
        "number_input",
        "overflow",
        "plain_text_input",
        "radio_buttons",
        "rich_text_input",
        "static_select",
        "timepicker",
        "url_text_input",
        "users_select",
        "workflow_button",
    }
)


def strings(value: Any) -> Iterator[str]:
    """Every string inside a structure, in order, but for the names under ``type``."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "type":
                yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element as (the block it stands in, the element), in order."""
    for block in blocks:
        yield from _elements_in(block, block)


def _elements_in(block: Json, value: Any) -> Iterator[tuple[Json, Json]]:
    if isinstance(value, list):
        for inner in value:
            yield from _elements_in(block, inner)
    elif isinstance(value, dict):
        if value.get("type") in INTERACTIVE:
            yield block, value
            return
        nearest = value if "block_id" in value else block
        for inner in value.values():
            if isinstance(inner, dict | list):
                yield from _elements_in(nearest, inner)


def filled(blocks: list[Json], new_id: Callable[[], str]) -> list[Json]:
    """A copy as Slack stores it: with block ids, action ids and the defaults of text objects."""
    stored = copy.deepcopy(blocks)
    for block in stored:
        if not block.get("block_id"):
            block["block_id"] = new_id()
    for _, element in elements(stored):
        if not element.get("action_id"):
            element["action_id"] = new_id()
    _fill_texts(stored)
    return stored


def _fill_texts(value: Any) -> None:
    if isinstance(value, list):
        for inner in value:
            _fill_texts(inner)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            if value.get("type") == "plain_text":
                value.setdefault("emoji", True)
            elif value.get("type") == "mrkdwn":
                value.setdefault("verbatim", False)
        for inner in value.values():
            _fill_texts(inner)


def options_of(element: Json) -> list[Json]:
    """The options of a select, radio, checkbox or overflow element, those of its groups included."""
    options = list(element.get("options") or [])
    for group in element.get("option_groups") or []:
        options.extend(group.get("options") or [])
    return options


def as_button(option: Json) -> Json:
    """An option of an overflow menu as the button for which apps use it: its value is the id, a dot, the value."""
    action_id, _, value = option["value"].partition(".")
    return {"type": "button", "action_id": action_id, "value": value, "text": option["text"]}


def plain(value: Any) -> str:
    """The text of a text object, or the string itself, or ``""``."""
    if isinstance(value, dict):
        return str(value.get("text", ""))
    return value if isinstance(value, str) else ""
