"""No sentence for a person stands in the code without going through gettext."""

import ast
from pathlib import Path

import pytest

from tests.i18n.sources import PACKAGE, broken, files, unmarked

SAID = files("slack/blocks", "slack/listeners", "slack/answer.py", "flipkart/errors.py")
EVERY = [file for file in files("") if "bot.i18n" in file.read_text(encoding="utf-8")]


def _id(file: Path) -> str:
    return str(file.relative_to(PACKAGE))


@pytest.mark.parametrize("file", SAID, ids=_id)
def test_what_people_read_goes_through_gettext(file: Path) -> None:
    found = [f"{_id(file)}:{line}: {text!r}" for line, text in unmarked(ast.parse(file.read_text(encoding="utf-8")))]
    assert not found, "\n".join(["these are always English; put them inside _() or ngettext():", *found])


def test_no_mark_is_around_what_is_put_together() -> None:
    found = [
        f"{_id(file)}:{line}: {mark}"
        for file in EVERY
        for line, mark in broken(ast.parse(file.read_text(encoding="utf-8")))
    ]
    assert not found, "\n".join(["fill names in after the mark, with .format():", *found])


@pytest.mark.parametrize(
    "code",
    [
        'section("Nobody is here.")',
        'section(f"{n} are here")',
        'section(f"{n} of " + name)',
        'ButtonElement(text="Hide", action_id=ids.HIDE)',
        'ButtonElement(text=f"Hide {n}")',
        'lines = ["Press it again."]',
        'view(title="End" if ends else _("Count"))',
        'places = " or ".join(names)',
        'SLOW = "Flipkart is slow."',
        "TITLES = {1: 'has begun'}",
        'def f(line: str = "One moment"): ...',
        "section(f\"{_('Stage')} of {n}\")",
    ],
)
def test_the_finder_finds(code: str) -> None:
    assert list(unmarked(ast.parse(code))), f"not found: {code}"


@pytest.mark.parametrize(
    "code",
    [
        'section(_("Nobody is here."))',
        'section(_("{n} are " "here").format(n=n))',
        'section(ngettext("{n} is here", "{n} are here", n).format(n=n))',
        'SLOW = N_("Flipkart is slow.")',
        'ButtonElement(text=_("Hide"), action_id="hide", value="hide", style="primary")',
        'log.warning("a modal did not open", user=user)',
        'raise BrokenPayloadError("a payload without a name")',
        'def f():\n    """Says what it does."""',
        'x = 1\n"""Seconds between two looks."""',
        'desk.work.start(coroutine, "start button")',
        'desk.alone(asker, f"new code {handover}", wish)',
        'f"*{name}* · {place}"',
        'f"<@{user}>"',
        "f\"*{_('Stage')}*\"",
        'Said = Callable[["Asker | None"], None]',
        'section(f"`/end-otc {name}`")',
    ],
)
def test_the_finder_leaves_the_rest_alone(code: str) -> None:
    assert not list(unmarked(ast.parse(code))), f"found: {code}"


@pytest.mark.parametrize("code", ['_(f"{n} are here")', '_("a" + name)', 'ngettext("{n} is", f"{n} are", n)'])
def test_broken_marks_are_found(code: str) -> None:
    assert list(broken(ast.parse(code)))
