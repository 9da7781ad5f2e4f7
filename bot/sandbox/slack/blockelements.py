"""Block Kit's elements and composition objects: which fields they have, and how large these may be."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from .blockrules import (
    Across,
    Report,
    Rule,
    Shape,
    anything,
    check_shape,
    decimal,
    flag,
    items,
    one_of,
    shaped,
    string,
    text,
    whole,
)
from .blocks import Json, options_of

ID = string(255)
URL = string(3000, 1)
FREE_LIST = items(anything, 1000, 0)

CONFIRM = shaped(
    Shape(
        {
            "title": text(100, plain=True),
            "text": text(300),
            "confirm": text(30, plain=True),
            "deny": text(30, plain=True),
            "style": one_of("primary", "danger"),
        },
        required=("title", "text", "confirm", "deny"),
    )
)


def _option(plain: bool, with_url: bool = False) -> Rule:
    fields: dict[str, Rule] = {
        "text": text(75, plain=plain),
        "value": string(150),
        "description": text(75, plain=plain),
    }
    if with_url:
        fields["url"] = URL
    return shaped(Shape(fields, required=("text", "value")))


SELECT_OPTION = _option(plain=True)
CHOICE_OPTION = _option(plain=False)
OVERFLOW_OPTION = _option(plain=True, with_url=True)
OPTION_GROUP = shaped(
    Shape(
        {"label": text(75, plain=True), "options": items(SELECT_OPTION, 100)},
        required=("label", "options"),
    )
)


def _same_option(one: Any, other: Any) -> bool:
    if not isinstance(one, dict) or not isinstance(other, dict) or one.get("value") != other.get("value"):
        return False
    return bool((one.get("text") or {}).get("text") == (other.get("text") or {}).get("text"))


def _initial_offered(report: Report, value: Json, pointer: str) -> None:
    offered = options_of(value)
    wanted = {"initial_option": [value.get("initial_option")], "initial_options": value.get("initial_options") or []}
    for name, initial in wanted.items():
        for option in initial:
            if option is not None and not any(_same_option(offer, option) for offer in offered):
                report.add(f"{name} must match one of the options", f"{pointer}/{name}")


def _options_or_groups(report: Report, value: Json, pointer: str) -> None:
    if ("options" in value) == ("option_groups" in value):
        report.add("must provide either options or option_groups", pointer)
    _initial_offered(report, value, pointer)


def _low_high(low: str, high: str) -> Across:
    def across(report: Report, value: Json, pointer: str) -> None:
        try:
            if float(value[low]) > float(value[high]):
                report.add(f"{low} must not be greater than {high}", f"{pointer}/{low}")
        except (KeyError, TypeError, ValueError):
            return

    return across


def _image_source(report: Report, value: Json, pointer: str) -> None:
    if ("image_url" in value) == ("slack_file" in value):
        report.add("must provide either image_url or slack_file", pointer)


PLACEHOLDER = text(150, plain=True)
IMAGE_SHAPE = Shape(
    {"image_url": URL, "slack_file": anything, "alt_text": string(2000, 1)},
    required=("alt_text",),
    across=_image_source,
)
BUTTON_FIELDS: Mapping[str, Rule] = MappingProxyType(
    {
        "text": text(75, plain=True),
        "value": string(2000),
        "url": URL,
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    }
)


def _picker(**fields: Rule) -> Shape:
    return Shape({"confirm": CONFIRM, "focus_on_load": flag, "placeholder": PLACEHOLDER, **fields})


def _typed_input(required: Collection[str] = (), across: Across | None = None, **fields: Rule) -> Shape:
    common: dict[str, Rule] = {
        "placeholder": PLACEHOLDER,
        "focus_on_load": flag,
        "dispatch_action_config": anything,
    }
    return Shape({**common, **fields}, required=required, across=across)


def _choice(initial: str, initial_rule: Rule) -> Shape:
    fields = {"options": items(CHOICE_OPTION, 10), initial: initial_rule, "confirm": CONFIRM}
    return Shape({**fields, "focus_on_load": flag}, required=("options",), across=_initial_offered)


def _static(initial: str, initial_rule: Rule, **more: Rule) -> Shape:
    return Shape(
        {
            "placeholder": PLACEHOLDER,
            "options": items(SELECT_OPTION, 100),
            "option_groups": items(OPTION_GROUP, 100),
            initial: initial_rule,
            "confirm": CONFIRM,
            "focus_on_load": flag,
            **more,
        },
        across=_options_or_groups,
    )


MANY = whole(1, 1000)
ELEMENTS: Mapping[str, Shape] = MappingProxyType(
    {
        "button": Shape(BUTTON_FIELDS, required=("text",)),
        "workflow_button": Shape({**BUTTON_FIELDS, "workflow": anything}, required=("text", "workflow")),
        "image": IMAGE_SHAPE,
        "overflow": Shape({"options": items(OVERFLOW_OPTION, 5), "confirm": CONFIRM}, required=("options",)),
        "static_select": _static("initial_option", SELECT_OPTION),
        "multi_static_select": _static("initial_options", items(SELECT_OPTION, 100), max_selected_items=MANY),
        "external_select": _picker(initial_option=SELECT_OPTION, min_query_length=whole(0, 1000)),
        "multi_external_select": _picker(
            initial_options=FREE_LIST, min_query_length=whole(0, 1000), max_selected_items=MANY
        ),
        "users_select": _picker(initial_user=ID),
        "multi_users_select": _picker(initial_users=FREE_LIST, max_selected_items=MANY),
        "channels_select": _picker(initial_channel=ID, response_url_enabled=flag),
        "multi_channels_select": _picker(initial_channels=FREE_LIST, max_selected_items=MANY),
        "conversations_select": _picker(
            initial_conversation=ID,
            default_to_current_conversation=flag,
            response_url_enabled=flag,
            filter=anything,
        ),
        "multi_conversations_select": _picker(
            initial_conversations=FREE_LIST,
            default_to_current_conversation=flag,
            max_selected_items=MANY,
            filter=anything,
        ),
        "datepicker": _picker(initial_date=string(10, 10)),
        "timepicker": _picker(initial_time=string(5, 5), timezone=string(255)),
        "datetimepicker": _picker(initial_date_time=whole(1_000_000_000, 9_999_999_999)),
        "checkboxes": _choice("initial_options", items(CHOICE_OPTION, 10)),
        "radio_buttons": _choice("initial_option", CHOICE_OPTION),
        "plain_text_input": _typed_input(
            across=_low_high("min_length", "max_length"),
            initial_value=string(3000),
            multiline=flag,
            min_length=whole(0, 3000),
            max_length=whole(1, 3000),
        ),
        "number_input": _typed_input(
            required=("is_decimal_allowed",),
            across=_low_high("min_value", "max_value"),
            is_decimal_allowed=flag,
            initial_value=decimal,
            min_value=decimal,
            max_value=decimal,
        ),
        "email_text_input": _typed_input(initial_value=string(3000)),
        "url_text_input": _typed_input(initial_value=string(3000)),
        "rich_text_input": _typed_input(initial_value=anything),
        "file_input": Shape({"filetypes": FREE_LIST, "max_files": whole(1, 10)}),
        "feedback_buttons": Shape(
            {"positive_button": anything, "negative_button": anything},
            required=("positive_button", "negative_button"),
        ),
        "icon_button": Shape(
            {
                "icon": string(255),
                "text": text(75, plain=True),
                "value": string(2000),
                "accessibility_label": string(75),
                "visible_to_user_ids": FREE_LIST,
                "confirm": CONFIRM,
            },
            required=("icon", "text"),
        ),
    }
)
_ELEMENT_COMMON: Mapping[str, Rule] = MappingProxyType({"type": anything, "action_id": ID})

PICKERS = frozenset(
    {
        "button",
        "checkboxes",
        "channels_select",
        "conversations_select",
        "datepicker",
        "datetimepicker",
        "external_select",
        "overflow",
        "radio_buttons",
        "static_select",
        "timepicker",
        "users_select",
        "workflow_button",
    }
)
MULTI_SELECTS = frozenset(kind for kind in ELEMENTS if kind.startswith("multi_"))
IN_SECTION = (PICKERS - {"datetimepicker"}) | MULTI_SELECTS | {"image"}
IN_ACTIONS = PICKERS
IN_INPUT = (
    (PICKERS - {"button", "workflow_button", "overflow"})
    | MULTI_SELECTS
    | {name for name in ELEMENTS if name.endswith("_input")}
)
IN_CONTEXT = frozenset({"image"})
IN_CONTEXT_ACTIONS = frozenset({"feedback_buttons", "icon_button"})
_CONTEXT_TEXT = text(3000)


def element(allowed: Collection[str], *, or_text: bool = False) -> Rule:
    """An element of one of these types; ``or_text`` also accepts a text object."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must be an object", pointer)
            return
        kind = value.get("type")
        if or_text and kind in ("plain_text", "mrkdwn"):
            _CONTEXT_TEXT(report, value, pointer)
        elif not isinstance(kind, str) or kind not in allowed:
            report.add(f"unsupported type: {kind}", f"{pointer}/type")
        else:
            check_shape(report, ELEMENTS[kind], value, pointer, _ELEMENT_COMMON)

    return rule
