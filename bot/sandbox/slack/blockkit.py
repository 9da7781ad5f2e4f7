"""Block Kit as Slack accepts it: the blocks of messages, modals and App Home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from .blockelements import (
    FREE_LIST,
    ID,
    IMAGE_SHAPE,
    IN_ACTIONS,
    IN_CONTEXT,
    IN_CONTEXT_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    OPTION_GROUP,
    SELECT_OPTION,
    URL,
    element,
)
from .blockrules import Report, Rule, Shape, anything, check_shape, flag, items, one_of, string, text
from .blocks import Json, elements

MESSAGE_BLOCKS_MAX = 50
VIEW_BLOCKS_MAX = 100


def _text_or_fields(report: Report, value: Json, pointer: str) -> None:
    if not value.get("text") and not value.get("fields"):
        report.add("missing required field: text", pointer)


def _children(report: Report, value: Json, pointer: str) -> None:
    for index, child in enumerate(value.get("child_blocks") or []):
        _check_block(report, child, f"{pointer}/child_blocks/{index}", "message")


CARD_FIELDS: Mapping[str, Rule] = MappingProxyType(
    {
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": items(element({"button"}), 5, 0),
    }
)
BLOCKS: Mapping[str, Shape] = MappingProxyType(
    {
        "section": Shape(
            {
                "text": text(3000),
                "fields": items(text(2000), 10),
                "accessory": element(IN_SECTION),
                "expand": flag,
            },
            across=_text_or_fields,
        ),
        "header": Shape({"text": text(150, plain=True)}, required=("text",)),
        "divider": Shape({}),
        "context": Shape({"elements": items(element(IN_CONTEXT, or_text=True), 10)}, required=("elements",)),
        "actions": Shape({"elements": items(element(IN_ACTIONS), 25)}, required=("elements",)),
        "image": Shape(
            {**IMAGE_SHAPE.fields, "title": text(2000, plain=True)},
            required=("alt_text",),
            across=IMAGE_SHAPE.across,
        ),
        "input": Shape(
            {
                "label": text(2000, plain=True),
                "element": element(IN_INPUT),
                "hint": text(2000, plain=True),
                "optional": flag,
                "dispatch_action": flag,
            },
            required=("label", "element"),
        ),
        "context_actions": Shape({"elements": items(element(IN_CONTEXT_ACTIONS), 5)}, required=("elements",)),
        "markdown": Shape({"text": string(12_000, 1)}, required=("text",)),
        "rich_text": Shape({"elements": FREE_LIST}, required=("elements",)),
        "video": Shape(
            {
                "title": text(200, plain=True),
                "video_url": URL,
                "thumbnail_url": URL,
                "alt_text": string(2000),
            },
            required=("title", "video_url", "thumbnail_url", "alt_text"),
            open=True,
        ),
        "file": Shape({"external_id": string(255, 1), "source": one_of("remote")}, required=("external_id", "source")),
        "table": Shape({"rows": items(items(anything, 20), 100)}, required=("rows",), open=True),
        "data_table": Shape({}, open=True),
        "data_visualization": Shape({}, open=True),
        "alert": Shape(
            {"text": text(3000), "level": one_of("default", "info", "warning", "error", "success")},
            required=("text",),
            open=True,
        ),
        "card": Shape(CARD_FIELDS, open=True),
        "carousel": Shape({"elements": items(anything, 10)}, required=("elements",), open=True),
        "container": Shape(
            {"child_blocks": items(anything, 10), "title": text(150), "subtitle": text(150)},
            required=("child_blocks",),
            open=True,
            across=_children,
        ),
        "plan": Shape({"title": string(3000, 1)}, required=("title",), open=True),
        "task_card": Shape(
            {
                "task_id": string(255, 1),
                "title": string(3000, 1),
                "status": one_of("pending", "in_progress", "complete", "error"),
            },
            required=("task_id", "title"),
            open=True,
        ),
    }
)
_BLOCK_COMMON: Mapping[str, Rule] = MappingProxyType({"type": anything, "block_id": ID})
_EVERYWHERE = frozenset({"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video"})
SURFACES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "message": frozenset(BLOCKS) - {"alert"},
        "modal": _EVERYWHERE | {"alert"},
        "home": _EVERYWHERE,
    }
)
VIEW = Shape(
    {
        "type": one_of("modal", "home"),
        "title": text(24, plain=True),
        "submit": text(24, plain=True),
        "close": text(24, plain=True),
        "private_metadata": string(3000),
        "callback_id": string(255),
        "external_id": string(255),
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
        "blocks": anything,
    },
    required=("type", "blocks"),
)


def check_message_blocks(blocks: list[Json]) -> list[str]:
    """The problems in a message's blocks; none where Slack would take them."""
    report = Report()
    _check_blocks(report, blocks, "/blocks", "message", MESSAGE_BLOCKS_MAX)
    return report.lines


def check_view(view: Json, kind: str) -> list[str]:
    """The problems in a view of the kind ``modal`` or ``home``."""
    report = Report()
    check_shape(report, VIEW, view, "/view", {})
    if view.get("type") != kind:
        report.add(f"must be one of: {kind}", "/view/type")
    blocks = view.get("blocks")
    if not isinstance(blocks, list):
        report.add("must be an array", "/view/blocks")
        return report.lines
    _check_blocks(report, blocks, "/view/blocks", kind, VIEW_BLOCKS_MAX)
    if kind == "modal":
        if not view.get("title"):
            report.add("missing required field: title", "/view")
        if not view.get("submit") and any(isinstance(b, dict) and b.get("type") == "input" for b in blocks):
            report.add("missing required field: submit", "/view")
    return report.lines


SUGGESTION = Shape({"options": items(SELECT_OPTION, 100, 0), "option_groups": items(OPTION_GROUP, 100, 0)})


def suggestion_problem(answer: Any) -> str | None:
    """What is wrong with the options that the app offers for a select, or None."""
    report = Report()
    if not isinstance(answer, dict) or ("options" in answer) == ("option_groups" in answer):
        return "must provide either options or option_groups"
    check_shape(report, SUGGESTION, answer, "", {})
    return report.lines[0] if report.lines else None


def _check_blocks(report: Report, blocks: list[Any], pointer: str, surface: str, most: int) -> None:
    if len(blocks) > most:
        report.add(f"no more than {most} items allowed", pointer)
    for index, block in enumerate(blocks):
        _check_block(report, block, f"{pointer}/{index}", surface)
    if report.lines:
        return
    for index, line in _repeated_ids(blocks):
        report.add(line, f"{pointer}/{index}")


def _check_block(report: Report, block: Any, pointer: str, surface: str) -> None:
    if not isinstance(block, dict):
        report.add("must be an object", pointer)
        return
    kind = block.get("type")
    if kind not in SURFACES[surface]:
        report.add(f"unsupported type: {kind}", f"{pointer}/type")
        return
    check_shape(report, BLOCKS[kind], block, pointer, _BLOCK_COMMON)


def _repeated_ids(blocks: list[Json]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if block_id:
            if block_id in seen:
                yield index, f"block_id {block_id!r} already exists"
            seen.add(block_id)
        actions: set[str] = set()
        for _, inner in elements([block]):
            action_id = inner.get("action_id")
            if action_id in actions:
                yield index, f"action_id {action_id!r} already exists"
            if action_id:
                actions.add(action_id)
