"""What a person chose or typed: from plain values to Slack's ``state.values``, and the client's own checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .blocks import INTERACTIVE, Json, elements, options_of

STATELESS = frozenset({"button", "overflow", "feedback_buttons", "icon_button", "workflow_button"})
STATEFUL = INTERACTIVE - STATELESS

_TEXT = frozenset({"plain_text_input", "number_input", "email_text_input", "url_text_input"})
_ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons"})
_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_VALUE_KEY = {
    **dict.fromkeys(_TEXT, "value"),
    **dict.fromkeys(_ONE_OPTION, "selected_option"),
    **dict.fromkeys(_OPTIONS, "selected_options"),
    "overflow": "selected_option",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}
_INITIAL_KEY = {
    **dict.fromkeys(_TEXT, "initial_value"),
    **dict.fromkeys(_ONE_OPTION, "initial_option"),
    **dict.fromkeys(_OPTIONS, "initial_options"),
    "users_select": "initial_user",
    "channels_select": "initial_channel",
    "conversations_select": "initial_conversation",
    "multi_users_select": "initial_users",
    "multi_channels_select": "initial_channels",
    "multi_conversations_select": "initial_conversations",
    "datepicker": "initial_date",
    "timepicker": "initial_time",
    "datetimepicker": "initial_date_time",
    "rich_text_input": "initial_value",
}
_LISTS = frozenset(kind for kind, key in _VALUE_KEY.items() if key.endswith("s"))


def chosen(state: Json) -> Any:
    """The bare value of one entry of ``state.values``: a string, an option, a list, or None."""
    return state.get(_VALUE_KEY[state["type"]])


def initial_state(element: Json) -> Json:
    """The entry of ``state.values`` of an element that nobody touched."""
    kind = element["type"]
    value = element.get(_INITIAL_KEY.get(kind, ""))
    if value is None and kind in _LISTS:
        value = []
    return {"type": kind, _VALUE_KEY[kind]: value}


def state_values(blocks: list[Json], entered: dict[str, Json]) -> dict[str, Json]:
    """``state.values`` of a surface: what was entered, else the initial values."""
    values: dict[str, Json] = {}
    for block, element in elements(blocks):
        if element["type"] in STATEFUL:
            block_id, action_id = block["block_id"], element["action_id"]
            state = entered.get(block_id, {}).get(action_id)
            values.setdefault(block_id, {})[action_id] = state or initial_state(element)
    return values


def still_there(blocks: list[Json], entered: dict[str, Json]) -> dict[str, Json]:
    """What stays entered after an update: where block_id, action_id and type are the same as before."""
    kept: dict[str, Json] = {}
    for block, element in elements(blocks):
        block_id, action_id = block.get("block_id", ""), element.get("action_id", "")
        state = entered.get(block_id, {}).get(action_id)
        if state is not None and state["type"] == element["type"]:
            kept.setdefault(block_id, {})[action_id] = state
    return kept


def entered_state(element: Json, given: Any) -> Json:
    """The entry of ``state.values`` for a value given as text, or as the value(s) of the option(s).

    Raises:
        LookupError: the element offers no such option.
    """
    kind = element["type"]
    value = given
    if given is not None:
        if kind in _TEXT:
            value = str(given) or None
        elif kind in _ONE_OPTION or kind == "overflow":
            value = _option(element, str(given))
        elif kind in _OPTIONS:
            many = [given] if isinstance(given, str) else list(given)
            value = [_option(element, str(one)) for one in many]
        elif kind in _LISTS:
            value = [given] if isinstance(given, str) else list(given)
    elif kind in _LISTS:
        value = []
    return {"type": kind, _VALUE_KEY[kind]: value}


def _option(element: Json, value: str) -> Json:
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": value, "emoji": True}, "value": value}
    offered = options_of(element)
    for option in offered:
        if option.get("value") == value:
            return option
    names = [option.get("value") for option in offered]
    raise LookupError(f"no option {value!r} in {element.get('action_id')!r}, only {names}")


def refusal(block: Json, element: Json, state: Json) -> str | None:
    """What Slack's client says under an input that it would not send, or None."""
    value = chosen(state)
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    check = _CLIENT_CHECKS.get(element["type"])
    return check(element, value) if check else None


def _check_text(element: Json, value: str) -> str | None:
    if len(value) < int(element.get("min_length") or 0):
        return f"Please use at least {element['min_length']} characters."
    if len(value) > int(element.get("max_length") or 3000):
        return f"Please use at most {element.get('max_length') or 3000} characters."
    return None


def _check_number(element: Json, value: str) -> str | None:
    decimals = bool(element.get("is_decimal_allowed"))
    if not re.fullmatch(r"[-+]?\d+(\.\d+)?" if decimals else r"[-+]?\d+", value.strip()):
        return "Please enter a number." if decimals else "Please enter a whole number."
    low, high = element.get("min_value"), element.get("max_value")
    if low is not None and float(value) < float(low):
        return f"Please enter a number that is at least {low}."
    if high is not None and float(value) > float(high):
        return f"Please enter a number that is at most {high}."
    return None


def _check_email(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", value) else "Please enter a valid email address."


def _check_url(_element: Json, value: str) -> str | None:
    return None if re.fullmatch(r"https?://\S+", value) else "Please enter a valid URL."


def _check_many(element: Json, value: list[Any]) -> str | None:
    most = element.get("max_selected_items")
    return f"Please choose at most {most}." if most is not None and len(value) > int(most) else None


_CLIENT_CHECKS: Mapping[str, Callable[[Json, Any], str | None]] = {
    "plain_text_input": _check_text,
    "number_input": _check_number,
    "email_text_input": _check_email,
    "url_text_input": _check_url,
    "multi_static_select": _check_many,
    "multi_users_select": _check_many,
    "multi_channels_select": _check_many,
    "multi_conversations_select": _check_many,
}
