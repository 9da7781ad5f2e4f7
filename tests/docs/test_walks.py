"""A page of scans and a press enter each room once, in the order that CONTRIBUTING.md shows."""

import itertools
from collections.abc import Sequence

import pytest

from tests.docs.walk import walks
from tests.prepare import ROOT

SHOWN = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def _told(lines: Sequence[str]) -> list[str]:
    """Without what comes at some times and not at others: calls put down ahead, and what is drawn meanwhile."""
    return [one for one in lines if "CallStore." not in one and "slack/blocks" not in one]


@pytest.mark.slow("every call of a bot is watched")
async def test_a_page_and_a_press_go_through_each_function_of_a_room_once() -> None:
    page, press = await walks()

    for title, steps in (("a page", page), ("a press on Start OTC", press)):
        gone = _told([str(one) for one in steps])
        assert len(gone) == len(set(gone)), f"{title} comes twice to one of {gone}"
        shown = SHOWN.partition(f"\n{title}\n")[2].splitlines()
        listed = list(itertools.takewhile(lambda line: line.startswith("  "), shown))
        assert gone == _told(listed), f"CONTRIBUTING.md shows another way of {title} than python3 -m tests.docs.walk"
    for once in ("flipkart", "webhooks", "outbox"):
        assert [one.room for one in page].count(once) == 1, f"a page enters {once}/ more than once"
    assert [one.function for one in page if one.room == "store"][-1:] == ["HandoverStore.add_page"]
    assert [one.room for one in press].count("flipkart") == 1
