"""The sheets can be drawn: each case is there in each language, and the painter paints it as wide as a phone."""

import io
import os
from pathlib import Path

import pytest
from PIL import Image

from tests.screens import golden
from tests.screens.painter import CHROMIUM, WIDTH, chromium, painter
from tests.screens.sheets import draw
from tests.screens.subjects import LANGUAGES, NOTIFICATIONS, RENAMED, SUBJECTS, kind

SHOWN = {name for subject in SUBJECTS.values() for name in subject.values()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_case_of_a_sheet_is_a_golden_file(language: str) -> None:
    for name in SHOWN:
        shown = golden.now(name, language).shown
        assert shown["blocks"]
        assert (kind(name) == "view") == (shown.get("type") == "modal"), f"{name} is shown in the wrong way"
    assert all(golden.now(name, language).shown["text"] for name in SUBJECTS[NOTIFICATIONS].values())


def test_only_what_is_shown_has_another_name_before() -> None:
    assert set(RENAMED) <= SHOWN


@pytest.mark.slow("a real browser")
async def test_a_sheet_is_drawn(tmp_path: Path) -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; CI installs Debian's")
    async with chromium() as browser, painter(browser) as one:
        for name in ("card/waiting", "modal/start_one", "home/busy"):
            png = await one.paint(kind(name), golden.now(name, "hi").shown)
            with Image.open(io.BytesIO(png)) as image:
                assert 0.9 * WIDTH < image.width <= WIDTH, f"{name} is {image.width} pixels wide"
                assert image.height > 100
        file = await draw(browser, one, "home", "en", tmp_path, commit=None, columns=2)
        with Image.open(file) as sheet:
            assert sheet.width > 2 * WIDTH
