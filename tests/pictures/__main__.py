"""`.venv/bin/python -m tests.pictures --out docs/pictures` makes the pictures of the pages anew.

It starts `otc-bot demo` and drives it in Chromium; `init` and `doctor` are asked in a terminal; cards at each stage are
painted as `tests.screens` does, and the two flows are drawn. Signs such as 🟡 need a font: Debian's
fonts-noto-color-emoji. Look at them before they are kept.
"""

import argparse
import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Locator, Page

from tests.browser.conftest import opened, running
from tests.pictures.flows import FLOWS, svg
from tests.pictures.story import SIZE, kept, told
from tests.pictures.terminals import terminals
from tests.screens.painter import chromium, painter
from tests.screens.sheets import draw
from tests.screens.subjects import README


async def make(into: Path) -> None:
    """All pictures."""
    into.mkdir(parents=True, exist_ok=True)
    for name, flow in FLOWS.items():
        (into / f"{name}.svg").write_text(svg(flow), encoding="utf-8")

    async def take(name: str, what: Page | Locator) -> None:
        kept(await what.screenshot(animations="disabled"), into / f"{name}.png")

    async with chromium() as browser:
        await terminals(browser, into)
        with tempfile.TemporaryDirectory() as folder:
            async with (
                running(Path(folder), "--speed", "8") as demo,
                opened(browser, demo.address, viewport=SIZE, reduced_motion="reduce", color_scheme="light") as page,
            ):
                await told(page, take)
        async with painter(browser) as one:
            sheet = await draw(browser, one, README, "en", into, commit=None, columns=3)
            sheet.rename(into / "stages.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="folder for the pictures")
    asyncio.run(make(parser.parse_args().out))
