"""The whole story as somebody reads it whose Slack is English and whose dock works in Hindi."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, card, code_on, no_violations, picture, thread, view_as
from tests.browser.spoken import english, said

pytestmark = pytest.mark.slow("a real browser")

FE = "Ram Kumar"
ENGLISH = (
    "Give the Start OTC. Waiting since 2:37 pm",
    "10 scanned · count as they come",
    "Once they have finished, press End OTC here or on the card.",
    "Parcels counted by hand",
    "Undo",
)
COUNTED = """() => {
  window.presses = [];
  const ofSlack = "#chat button, #thread button, .modal button";
  const note = (event) => {
    const button = event.target.closest(ofSlack);
    if (button) window.presses.push(button.dataset.testid);
  };
  document.addEventListener("click", note, true);
}"""
"""Notes each press in Slack; those on the FE's phone are not the operator's."""


async def reads_hindi(page: Page, where: str) -> None:
    """All that the bot says there is Hindi, and axe-core finds nothing, at a desk and on a phone."""
    lines = await said(page)
    assert any(re.search(r"[\u0900-\u097f]{3}", line) for line in lines), f"no Hindi in {where}: {lines}"
    assert english(lines, "hi") == [], f"English in {where}: {lines}"
    for size in (PHONE, DESKTOP):
        await page.set_viewport_size({"width": size["width"], "height": size["height"]})
        await no_violations(page, f"{where}, {size['width']} pixels wide")
        await picture(page, f"hindi-{where}-{size['width']}")


@pytest.mark.parametrize("line", ENGLISH)
def test_english_is_noticed(line: str) -> None:
    """The judge can be wrong, too."""
    assert english(["यह हिन्दी है", line, "और यह भी"], "hi")
    assert english(["Ram Kumar", "Start OTC", "End OTC"], "hi") == [], "names are no English"


async def test_the_story_from_arrival_to_receipt_claim_and_home(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP, reduced_motion="reduce") as page:
        await view_as(page, "Imran")
        viewer = await page.locator("body").get_attribute("data-viewer")
        state = await (await page.request.get(f"{demo.address}/api/state?viewer={viewer}")).json()
        assert state["locale"] == "en-IN", "Imran's Slack is English"
        await page.get_by_test_id("channel-returns-del").click()
        await page.get_by_test_id("fe-location").select_option("DEL-01")
        await page.evaluate(COUNTED)
        ram, window = card(page, FE), page.get_by_test_id("modal")
        await arrive(page, FE)
        await expect(ram).to_contain_text("Start OTC दें")
        await reads_hindi(page, "waiting")
        await ram.get_by_test_id("button-start_otc").click()
        await expect(window).to_contain_text("तक चलेगा")
        await reads_hindi(page, "start-code")
        await page.get_by_test_id("fe-start-code").fill(await code_on(window))
        await page.get_by_test_id("fe-start-enter").click()
        await expect(window).to_contain_text("स्कैन कर रहे हैं")
        await reads_hindi(page, "start-used")
        await page.get_by_test_id("fe-scan-ten").click()
        await expect(ram).to_contain_text("10 स्कैन")
        await reads_hindi(page, "scanning")
        await page.get_by_test_id("fe-finish").click()
        await expect(ram).to_contain_text("गिनें, फिर End OTC")
        await reads_hindi(page, "closing")
        await window.get_by_test_id("button-end_otc").click()
        await expect(page.get_by_test_id("input-counted")).to_be_visible()
        await reads_hindi(page, "count")
        await page.get_by_test_id("input-counted").fill("10")
        await page.get_by_test_id("modal-submit").click()
        await expect(window).to_contain_text("इसके बाद")
        code = await code_on(window)
        presses = await page.evaluate("window.presses")
        assert presses == ["button-start_otc", "button-end_otc", "modal-submit"], "three presses and a typed count"
        await reads_hindi(page, "end-code")
        await page.get_by_test_id("fe-end-code").fill(code)
        await page.get_by_test_id("fe-end-enter").click()
        await expect(window).to_contain_text("✅")
        await reads_hindi(page, "end-used")
        await page.get_by_test_id("modal-close").click()
        await expect(ram).to_contain_text("रसीद थ्रेड में")
        await ram.get_by_test_id("open-thread").click()
        await expect(thread(page).get_by_test_id("file")).to_have_count(2)
        await reads_hindi(page, "closed")
        await _claims(page, ram, window)
        await page.get_by_test_id("tab-home").click()
        await expect(page.get_by_test_id("home")).to_contain_text("के क्लेम")
        await reads_hindi(page, "home")
        await _phones_read_hindi(page, f"{demo.address}/api/state?viewer={viewer}")


async def _phones_read_hindi(page: Page, address: str) -> None:
    """What a locked screen shows of the channel's messages is Hindi too."""
    state = await (await page.request.get(address)).json()
    channel = next(one["id"] for one in state["channels"] if one["name"] == "returns-del")
    texts = [message["text"] for message in state["messages"][channel] if message["by_bot"]]
    assert len(texts) > 5
    assert english(texts, "hi") == []


async def _claims(page: Page, ram: Locator, window: Locator) -> None:
    """A parcel is reported after the end, and its claim made."""
    await ram.get_by_test_id("button-report_problem").click()
    field = page.get_by_test_id("input-parcel")
    await field.fill("FMP")
    await expect(page.get_by_test_id("option").first).to_be_visible()
    await field.press("ArrowDown")
    await field.press("Enter")
    await page.get_by_test_id("input-problem_kind").select_option("damaged")
    await reads_hindi(page, "report")
    await page.get_by_test_id("modal-submit").click()
    await expect(window).to_contain_text("✅")
    await reads_hindi(page, "reported")
    await page.get_by_test_id("modal-close").click()
    claim = thread(page).get_by_test_id("button-mark_claimed").first
    await claim.click()
    await page.get_by_test_id("input-reference").fill("SPF-1001")
    await reads_hindi(page, "claim")
    await page.get_by_test_id("modal-submit").click()
    await expect(thread(page)).to_contain_text("SPF-1001")
    await reads_hindi(page, "claimed")
    await page.get_by_test_id("modal-close").click()
    await expect(window).to_have_count(0)
