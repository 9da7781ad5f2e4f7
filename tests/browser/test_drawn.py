"""What the demo draws is what Slack draws: headers, fields, days, and on a phone buttons and codes."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, card, code_on, picture, view_as

pytestmark = pytest.mark.slow("a real browser")

SIDEWAYS = {"width": 740, "height": 360}
GLOVE = 44
"""Pixels that a finger in a glove hits."""
BLOCKS = [
    {"type": "header", "block_id": "1", "text": {"type": "plain_text", "text": "693866"}},
    {"type": "section", "block_id": "2", "fields": [{"type": "mrkdwn", "text": f"field {n}"} for n in range(4)]},
]
DRAWN = """async (blocks) => {
  const main = document.querySelector("script[src$='main.js']").src;
  const { drawBlocks } = await import(main.replace("main.js", "blocks.js"));
  const box = document.createElement("div");
  box.className = "blocks";
  box.style.cssText = "position: fixed; top: 0; width: min(680px, 90vw)";
  document.body.append(box);
  drawBlocks(box, blocks, { kind: "message", channel: "C", ts: "1" });
  const head = getComputedStyle(box.querySelector(".block-header"));
  const columns = new Set([...box.querySelectorAll(".field")].map((one) => one.offsetLeft)).size;
  const found = [head.fontSize, Number(head.fontWeight) >= 700, columns];
  box.remove();
  return found;
}"""


async def test_a_header_and_fields(demo: Demo, browser: Browser) -> None:
    for size, columns in ((DESKTOP, 2), (PHONE, 1)):
        async with opened(browser, demo.address, viewport=size) as page:
            await expect(page.locator("body")).to_have_attribute("data-viewer", re.compile("."))
            assert await page.evaluate(DRAWN, BLOCKS) == ["18px", True, columns], "six digits are a header like others"


async def test_a_line_stands_between_two_days(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await arrive(page, "Ram Kumar")
        await expect(card(page, "Ram Kumar")).to_have_count(1)
        await expect(page.get_by_test_id("day-line")).to_have_text(["Today"])
        await page.get_by_test_id("clock-day").click()
        await arrive(page, "Priya Das")
        await expect(card(page, "Priya Das")).to_have_count(1)
        await expect(page.get_by_test_id("day-line")).to_have_text(["Yesterday", "Today"])
        await picture(page, "days-1440")


async def test_a_phone_is_pressed_with_gloves_on_and_read_lying_on_its_side(demo: Demo, browser: Browser) -> None:
    name = "Priya Venkatanarasimharajuvaripeta Subrahmanyam Lakshminarayana Das"
    async with opened(browser, demo.address, viewport=PHONE, reduced_motion="reduce") as page:
        await page.get_by_test_id("tour-offer-close").click()
        await page.get_by_test_id("pane-dock").click()
        await arrive(page, name)
        await page.get_by_test_id("pane-chat").click()
        start = card(page, "Priya Venkat").get_by_test_id("button-start_otc")
        await _is_high(start)
        await page.set_viewport_size({"width": SIDEWAYS["width"], "height": SIDEWAYS["height"]})
        await start.click()
        code = await _seen_whole(page, "start-sideways")
        await page.get_by_test_id("modal-close").click()
        await page.get_by_test_id("pane-dock").click()
        await expect(page.get_by_test_id("fe-select").locator("option")).to_contain_text(name)
        await page.get_by_test_id("fe-start-code").fill(code)
        await page.get_by_test_id("fe-start-enter").click()
        await page.get_by_test_id("fe-scan-ten").click()
        await page.get_by_test_id("fe-scan-swapped").click()
        await page.get_by_test_id("fe-finish").click()
        await page.get_by_test_id("pane-chat").click()
        await expect(card(page, "Priya Venkat")).to_contain_text("then End OTC")
        await _is_high(card(page, "Priya Venkat").get_by_test_id("overflow"))
        await card(page, "Priya Venkat").get_by_test_id("button-end_otc").click()
        await page.get_by_test_id("input-counted").fill("10")
        await page.get_by_test_id("modal-submit").click()
        await page.get_by_test_id("modal").get_by_text("Still in the van").click()
        await page.get_by_test_id("modal-submit").click()
        await expect(page.get_by_test_id("modal")).to_contain_text("End OTC for")
        await _seen_whole(page, "end-sideways")


async def _is_high(button: Locator) -> None:
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= GLOVE


async def _seen_whole(page: Page, name: str) -> str:
    """The code in the window, all of which is in the part that is seen without scrolling."""
    modal = page.get_by_test_id("modal")
    digits = modal.locator(".block-header", has_text=re.compile(r"\d{3} \d{3}"))
    await expect(digits).to_be_visible()
    await picture(page, name)
    seen, code = await modal.locator(".dialog-body").bounding_box(), await digits.bounding_box()
    assert seen is not None
    assert code is not None
    assert seen["y"] <= code["y"], "the code begins above what is seen"
    assert code["y"] + code["height"] <= seen["y"] + seen["height"], "the code ends below what is seen"
    return await code_on(modal)
