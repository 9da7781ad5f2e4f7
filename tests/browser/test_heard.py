"""Cards, windows and the Home tab by ear: what a screen reader says of each, word for word, and what axe-core finds.

After a wanted change: `UPDATE_GOLDEN=1 python -m pytest tests/browser/test_heard.py --all`, then read the diff of
`tests/browser/heard` aloud.
"""

import difflib
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.dock import no_violations
from tests.browser.heard import heard
from tests.screens import golden
from tests.screens.painter import painter
from tests.screens.subjects import NOTIFICATIONS, SUBJECTS, kind

pytestmark = pytest.mark.slow("a real browser")

FOLDER = Path(__file__).parent / "heard"
WINDOWS = ("modal/start_one", "modal/start_used", "modal/end_count", "modal/end_shown")
SPOKEN = (*SUBJECTS["card"].values(), *WINDOWS, "home/busy")
WHERE = {"message": ".message .content", "ephemeral": ".message .content", "view": ".modal", "home": ".home"}
DRAWN = [SUBJECTS[subject].values() for subject in SUBJECTS if subject != NOTIFICATIONS]


@pytest.mark.parametrize("language", ["en", "hi"])
async def test_what_a_screen_reader_says(browser: Browser, language: str) -> None:
    said: list[str] = []
    async with painter(browser) as one:
        for name in SPOKEN:
            await one.show(kind(name), golden.now(name, language).shown)
            said += [f"== {name}", *await heard(one.page, WHERE[kind(name)]), ""]
    file = FOLDER / f"{language}.txt"
    if os.environ.get("UPDATE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text("\n".join(said), encoding="utf-8")
    before = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
    diff = list(difflib.unified_diff(before, said, file.name, "now", lineterm=""))
    assert not diff, "\n".join(["it sounds different (UPDATE_GOLDEN=1 if that is wanted):", *diff])


async def test_axe_finds_nothing_in_the_dark(browser: Browser) -> None:
    """By light the story is looked at (`test_hindi.py`)."""
    async with painter(browser, "dark") as one:
        for name in dict.fromkeys(name for names in DRAWN for name in names):
            await one.show(kind(name), golden.now(name, "hi").shown)
            await no_violations(one.page, name)
