"""The small rules that Block Kit's tables are made of, and the report of what broke them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from .blocks import Json


class Report:
    """The problems found, each with the place it was found at."""

    def __init__(self) -> None:
        """Start without any."""
        self.lines: list[str] = []

    def add(self, line: str, pointer: str) -> None:
        """Add a problem at a JSON pointer."""
        self.lines.append(f"{line} [json-pointer:{pointer}]")


Rule = Callable[[Report, Any, str], None]
Across = Callable[[Report, Json, str], None]


@dataclass(frozen=True)
class Shape:
    """The fields of one kind of object.

    Attributes:
        fields: the rule of each field.
        required: the fields that must be there.
        open: whether fields that are not listed are accepted unseen.
        across: a rule over several fields.
    """

    fields: Mapping[str, Rule]
    required: Collection[str] = ()
    open: bool = False
    across: Across | None = field(default=None)


def anything(report: Report, value: Any, pointer: str) -> None:
    """Accept everything."""


def flag(report: Report, value: Any, pointer: str) -> None:
    """A boolean."""
    if not isinstance(value, bool):
        report.add("must be a boolean", pointer)


def string(most: int, least: int = 0) -> Rule:
    """A string of ``least`` to ``most`` characters."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, str):
            report.add("must be a string", pointer)
        elif len(value) > most:
            report.add(f"must be less than {most + 1} characters", pointer)
        elif len(value) < least:
            report.add(f"must be more than {least - 1} characters", pointer)

    return rule


def whole(low: int, high: int) -> Rule:
    """A whole number within a range."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            report.add("must be an integer", pointer)
        elif not low <= value <= high:
            report.add(f"must be between {low} and {high}", pointer)

    return rule


def decimal(report: Report, value: Any, pointer: str) -> None:
    """A number written as a string."""
    if not isinstance(value, str) or not re.fullmatch(r"[-+]?\d+(\.\d+)?", value):
        report.add("must be a string that holds a number", pointer)


def one_of(*allowed: str) -> Rule:
    """One of some strings."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if value not in allowed:
            report.add(f"must be one of: {', '.join(allowed)}", pointer)

    return rule


def items(rule_of_item: Rule, most: int, least: int = 1) -> Rule:
    """A list of ``least`` to ``most`` items."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, list):
            report.add("must be an array", pointer)
            return
        if len(value) > most:
            report.add(f"no more than {most} items allowed", pointer)
        if len(value) < least:
            report.add(f"must contain at least {least} items", pointer)
        for index, item in enumerate(value):
            rule_of_item(report, item, f"{pointer}/{index}")

    return rule


def text(most: int, *, plain: bool = False, least: int = 1) -> Rule:
    """A text object; ``plain`` refuses mrkdwn."""
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    length = string(most, least)

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must be an object", pointer)
            return
        kind = value.get("type")
        if kind not in kinds:
            report.add(f"must be one of: {', '.join(kinds)}", f"{pointer}/type")
            return
        if "text" not in value:
            report.add("missing required field: text", pointer)
        else:
            length(report, value["text"], f"{pointer}/text")
        own = "emoji" if kind == "plain_text" else "verbatim"
        for name in value.keys() - {"type", "text", own}:
            report.add(f"invalid additional property: {name}", pointer)

    return rule


def check_shape(report: Report, shape: Shape, value: Json, pointer: str, common: Mapping[str, Rule]) -> None:
    """Check an object against a shape; ``common`` are fields that each of its family may have."""
    for name in shape.required:
        if value.get(name) is None:
            report.add(f"missing required field: {name}", pointer)
    for name, inner in value.items():
        rule = shape.fields.get(name) or common.get(name)
        if rule is None:
            if not shape.open:
                report.add(f"invalid additional property: {name}", pointer)
        elif inner is not None:
            rule(report, inner, f"{pointer}/{name}")
    if shape.across is not None:
        shape.across(report, value, pointer)


def shaped(shape: Shape) -> Rule:
    """An object of this shape, without a type of its own."""

    def rule(report: Report, value: Any, pointer: str) -> None:
        if not isinstance(value, dict):
            report.add("must be an object", pointer)
            return
        check_shape(report, shape, value, pointer, {})

    return rule
