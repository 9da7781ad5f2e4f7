"""Each line at WARNING and ERROR says what a person can do, in the line and in `docs/warnings.md`.

After a change of a line or of what `bot/advice` says: `UPDATE_GOLDEN=1 python -m pytest -n 0 tests/advice`,
then read the diff of the page as whoever runs the bot would.
"""

import io
import json
import os
from collections.abc import Callable

import pytest
import structlog

from bot import advice
from tests.advice.warned import warned
from tests.prepare import ROOT
from tests.test_logs import log

__all__ = ["log"]

PAGE = ROOT / "docs" / "warnings.md"
MARK = "<!-- From here on made by tests/advice"
SAYS_WHAT = 12
"""Signs: less is no sentence."""


def made() -> str:
    """The part of the page that is made of the source and of what is said of each line."""
    levels = warned()
    out: list[str] = []
    for part, lines in advice.PARTS.items():
        out += ["", f"## {part}"]
        for event, said in lines.items():
            level = " or ".join(f"`{one}`" for one in sorted(levels.get(event, set())))
            todo = said.todo[0].upper() + said.todo[1:]
            out += ["", f"### {event}", "", f"{level}. {said.means}", "", f"**What to do:** {todo}."]
    return "\n".join(out) + "\n"


def test_every_line_has_an_entry_and_every_entry_a_line() -> None:
    listed = [event for part in advice.PARTS.values() for event in part]
    assert len(listed) == len(set(listed)), "a line has two entries"
    assert warned().keys() - set(listed) == set(), (
        "these lines say nothing of what to do: give each an entry in bot/advice"
    )
    assert set(listed) - warned().keys() == set(), "these lines are logged by nobody any more"


def test_the_page_is_what_the_log_says() -> None:
    by_hand, mark, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
    assert mark
    note, _, kept = rest.partition("\n")
    if os.environ.get("UPDATE_GOLDEN"):
        kept = made()
        PAGE.write_text(f"{by_hand}{mark}{note}\n{kept}", encoding="utf-8")
    assert kept == made(), "docs/warnings.md is behind: run with UPDATE_GOLDEN=1 and look at the diff"


def test_every_entry_says_something() -> None:
    for part in advice.PARTS.values():
        for event, one in part.items():
            assert len(one.means) > SAYS_WHAT, event
            assert one.means.endswith("."), event
            assert len(one.todo) > SAYS_WHAT, event
            assert not one.todo.endswith("."), event


@pytest.mark.parametrize("form", ["json", "console"])
def test_the_line_itself_says_what_to_do(log: Callable[[str], io.StringIO], form: str) -> None:
    written = log(form)
    logger = structlog.get_logger("bot.house")
    for event in warned():
        logger.warning(event)
    said = written.getvalue().splitlines()
    assert len(said) == len(warned())
    assert all(("todo=" in line if form == "console" else json.loads(line)["todo"]) for line in said)


def test_what_is_said_with_the_line_itself_stands(log: Callable[[str], io.StringIO]) -> None:
    written = log("json")
    logger = structlog.get_logger("bot.jobs.poll")
    logger.error("a look at flipkart failed; somebody must help", todo="Enter the id anew.")
    logger.info("flipkart answers again")
    logger.warning("a library's own")
    first, second, third = map(json.loads, written.getvalue().splitlines())
    assert first["todo"] == "Enter the id anew."
    assert "todo" not in second
    assert third["todo"] == advice.LIBRARY, "a line says nothing of what to do"
