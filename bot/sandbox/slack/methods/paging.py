"""Cursors: pages of a list, addressed by an opaque position."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

from ..arguments import Args
from ..blocks import Json
from ..errors import SlackError

Item = TypeVar("Item")


def page(
    args: Args, everything: Sequence[Item], default: int, most: int = 1000, given: int = 1000
) -> tuple[list[Item], Json, bool]:
    """One page by the arguments ``limit`` and ``cursor``; no more than ``given``, whatever is asked for.

    Returns:
        The items, the ``response_metadata`` of the answer, and whether more follow.
    """
    limit = args.number("limit", default) or default
    if limit < 0 or limit > most:
        raise SlackError("invalid_limit")
    limit = min(limit, given)
    start = _position(args.text("cursor"))
    items = list(everything[start : start + limit])
    more = start + limit < len(everything)
    cursor = base64.b64encode(f"next:{start + limit}".encode()).decode() if more else ""
    return items, {"next_cursor": cursor}, more


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.b64decode(cursor, validate=True).decode().removeprefix("next:"))
    except ValueError:
        raise SlackError("invalid_cursor") from None
