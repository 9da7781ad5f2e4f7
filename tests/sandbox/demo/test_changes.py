"""What the stream carries: of a state that has changed, what is needed to make it of the one before."""

import json
from typing import Any

import pytest

from bot.sandbox.demo.changes import change


def carried_out(before: Any, what: dict[str, Any] | None) -> Any:
    """As the page does it."""
    if what is None:
        return before
    if "=" in what:
        return what["="]
    if "[" in what:
        dropped, items, added = what["["]
        stay = [carried_out(one, items.get(str(n))) for n, one in enumerate(before[dropped:])]
        return [*stay, *added]
    kept = {key: value for key, value in before.items() if key not in what["-"]}
    return kept | {key: carried_out(before.get(key), one) for key, one in what["{"].items()}


def message(n: int, text: str = "") -> dict[str, Any]:
    return {"ts": f"{n}.000000", "text": text or f"message {n}", "blocks": [{"type": "header", "n": n}]}


LONG = [message(n) for n in range(100)]


@pytest.mark.parametrize(
    ("before", "after", "most"),
    [
        ({"now": 1, "messages": {"C": LONG}}, {"now": 2, "messages": {"C": [*LONG, message(100)]}}, 250),
        ({"now": 1, "messages": {"C": LONG}}, {"now": 2, "messages": {"C": LONG}}, 50),
        (LONG, [*LONG[:50], message(50, "edited"), *LONG[51:]], 150),
        (LONG, [*LONG[3:], message(100), message(101)], 300),
        (LONG, LONG[:50] + LONG[51:], 10_000),
        (LONG, [], 20),
        ([], LONG[:1], 200),
        ({"view": None, "old": 1}, {"view": {"id": "V", "blocks": []}}, 100),
        ({"view": {"id": "V"}}, {"view": None}, 50),
        ({"a": [1, 2]}, {"a": [2, 1]}, 50),
    ],
)
def test_a_change_makes_the_one_of_the_other(before: Any, after: Any, most: int) -> None:
    what = change(before, after)
    assert what is not None
    assert carried_out(before, what) == after
    assert len(json.dumps(what)) <= most, "more is sent than has changed"


def test_nothing_changed_is_nothing_sent() -> None:
    assert change({"messages": {"C": LONG}}, {"messages": {"C": list(LONG)}}) is None
