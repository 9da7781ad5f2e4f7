"""The card on a phone: at each stage it is low enough that name and buttons are seen together."""

import json
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, card, choose, code_of, end, no_violations, picture, view_as

pytestmark = pytest.mark.slow("a real browser")

HIGHEST = 260
"""Pixels, of about 530 that a phone has for messages."""


EVERYTHING = "scanning_all_at_once"
"""All hints together: no stage that anybody comes to, and drawn to see what it says."""
CARDS = sorted(Path(__file__).parents[1].glob("golden/files*/card/*.json"))
WIDTH = PHONE["width"] - 68
"""Of the blocks: less the picture and the margins of a message."""
DRAWN = """async ([blocks, width]) => {
  const main = document.querySelector("script[src$='main.js']").src;
  const { drawBlocks } = await import(main.replace("main.js", "blocks.js"));
  const box = document.createElement("div");
  box.className = "blocks";
  box.style.cssText = `position: fixed; top: 0; width: ${width}px`;
  document.body.append(box);
  drawBlocks(box, blocks, { kind: "message", channel: "C", ts: "1" });
  const rows = new Set([...box.querySelectorAll(".block-actions > *")].map((one) => one.offsetTop));
  const height = box.getBoundingClientRect().height;
  box.remove();
  return [height, rows.size];
}"""


async def test_every_card_is_low_in_every_language(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=PHONE) as page:
        await expect(page.locator("body")).to_have_attribute("data-viewer", re.compile("."))
        for file in CARDS:
            blocks = json.loads(file.read_text(encoding="utf-8"))["blocks"]
            named = [{"block_id": f"b{n}", **block} for n, block in enumerate(blocks)]
            height, rows = await page.evaluate(DRAWN, [named, WIDTH])
            what = f"{file.parent.parent.name}/{file.stem}"
            assert height <= HIGHEST or file.stem == EVERYTHING, f"{what} is {height} pixels high"
            assert rows <= 1, f"the buttons of {what} stand in {rows} rows"


async def test_each_stage_on_a_phone(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP, reduced_motion="reduce") as page:
        await view_as(page, "Asha")
        await arrive(page, "Ram Kumar")
        ram = card(page, "Ram Kumar")
        await expect(ram.get_by_test_id("button-start_otc")).to_have_text("Start OTC")
        await _is_low(page, "waiting")
        await ram.get_by_test_id("button-start_otc").click()
        code = await code_of(page, "Ram Kumar")
        await expect(ram.get_by_test_id("button-start_otc")).to_have_text("Show it again")
        await expect(ram).to_contain_text("The FE must type the code.")
        await _is_low(page, "code-out")
        await page.get_by_test_id("fe-start-code").fill(code)
        await page.get_by_test_id("fe-start-enter").click()
        await page.get_by_test_id("fe-scan-ten").click()
        await expect(ram).to_contain_text("10 scanned")
        await ram.get_by_test_id("button-tally_5").click()
        await expect(page.get_by_test_id("modal")).to_contain_text("5 counted so far")
        await page.get_by_test_id("modal-close").first.click()
        await expect(ram).to_contain_text("5 counted so far")
        await _is_low(page, "scanning")
        await _the_menu(page)
        await end(page)
        await _is_low(page, "closed")


async def _is_low(page: Page, stage: str) -> None:
    """Looks at the card on a phone; the next step is made at a desk again."""
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    ram = card(page, "Ram Kumar")
    await ram.scroll_into_view_if_needed()
    await picture(page, f"card-{stage}-360")
    box = await ram.locator(".blocks").bounding_box()
    assert box is not None
    assert box["height"] <= HIGHEST, f"the card of {stage} is {box['height']} pixels high"
    rows = {
        round(place["y"])
        for one in await ram.locator(".block-actions > *").all()
        if (place := await one.bounding_box())
    }
    assert len(rows) <= 1, f"the buttons of {stage} stand in {len(rows)} rows"
    await page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})


async def _the_menu(page: Page) -> None:
    """By keyboard and by finger; what is not shown is not there."""
    ram = card(page, "Ram Kumar")
    await expect(ram.get_by_test_id("button-count")).to_have_count(0)
    await ram.get_by_test_id("overflow").press("Enter")
    await expect(ram.get_by_test_id("button-count")).to_be_focused()
    await no_violations(page, "the menu of a card")
    await page.keyboard.press("ArrowDown")
    await expect(ram.get_by_test_id("button-end_otc")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(ram.get_by_test_id("overflow")).to_be_focused()
    await expect(ram.get_by_test_id("button-count")).to_have_count(0)
    for edge in ("start", "end"):
        await ram.get_by_test_id("overflow").evaluate("(dots, edge) => dots.scrollIntoView({ block: edge })", edge)
        await ram.get_by_test_id("overflow").press("Enter")
        for item in await ram.get_by_role("menuitem").all():
            await expect(item).to_be_in_viewport(ratio=0.99)
        await page.keyboard.press("Escape")
    await choose(ram, "report_problem")
    await expect(page.get_by_test_id("input-parcel")).to_be_visible()
    await page.get_by_test_id("modal-close").click()
