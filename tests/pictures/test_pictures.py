"""The pictures of the pages: small, used, and such as the script makes them."""

import os
import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, renewed
from tests.pictures.__main__ import make
from tests.pictures.flows import FLOWS, svg
from tests.pictures.story import NAMES
from tests.pictures.terminals import NAMES as COMMANDS
from tests.prepare import ROOT
from tests.screens.painter import CHROMIUM

FOLDER = DOCS / "pictures"
MOST_BYTES = 150_000
DRAWN = {"gaps.png"}
"""Made by `tests.simulate`."""
MADE = {*(f"{name}.png" for name in (*NAMES, *COMMANDS)), *(f"{name}.svg" for name in FLOWS), "stages.png"}


def test_every_picture_is_small_and_made_by_a_script() -> None:
    assert {path.name for path in FOLDER.iterdir()} == MADE | DRAWN
    assert {path.name for path in FOLDER.iterdir() if path.stat().st_size > MOST_BYTES} == set()


def test_every_picture_is_on_a_page() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *DOCS.glob("*.md")))
    assert set(re.findall(r"\((?:docs/)?pictures/([^)]+)\)", text)) == MADE | DRAWN


def test_every_picture_says_in_words_what_it_shows() -> None:
    for path in (ROOT / "README.md", *DOCS.glob("*.md")):
        for words in re.findall(r"!\[([^\]]*)\]\(", path.read_text(encoding="utf-8")):
            assert len(words.split()) >= 3, f"{path.name}: {words!r}"


@pytest.mark.parametrize("name", FLOWS)
def test_the_flows_are_drawn_as_they_are(name: str) -> None:
    problem = renewed(FOLDER / f"{name}.svg", svg(FLOWS[name]))
    assert not problem, problem


@pytest.mark.slow("a handover in a real browser")
async def test_the_script_makes_all_of_them(tmp_path: Path) -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; CI installs Debian's")
    await make(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == MADE
