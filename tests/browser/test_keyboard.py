"""The demo by keyboard: the focus goes on with the work, and F6 leads from each part of the page to the next."""

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, card, code_on, view_as

pytestmark = pytest.mark.slow("a real browser")

PART = """() => {
  const at = document.activeElement;
  const part = at.closest("[data-testid=modal]") ? "modal" : at.closest("#channels, #chat, #thread, #dock")?.id;
  return part ?? at.tagName;
}"""


async def test_a_handover_without_a_mouse(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await page.get_by_test_id("fe-name").fill("Ram Kumar")
        await page.keyboard.press("Enter")
        await card(page, "Ram Kumar").get_by_test_id("button-start_otc").press("Enter")
        modal = page.get_by_test_id("modal")
        await expect(modal).to_contain_text("Ram Kumar")
        await _read_out(page, "fe-start-code")
        await expect(page.get_by_test_id("fe-scan-one")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("fe-scan-one")).to_be_focused()
        await page.get_by_test_id("fe-finish").press("Enter")
        await expect(page.get_by_test_id("fe-end-code")).to_be_focused()
        await page.keyboard.press("F6")
        await page.wait_for_function(f"({PART})() === 'modal'")
        await page.keyboard.press("Escape")
        await expect(modal).to_have_count(0)
        await expect(card(page, "Ram Kumar")).to_contain_text("then End OTC")
        await card(page, "Ram Kumar").get_by_test_id("button-end_otc").press("Enter")
        await page.get_by_test_id("input-counted").fill("1")
        await page.keyboard.press("Enter")
        await expect(modal).to_contain_text("End OTC for")
        await _read_out(page, "fe-end-code")
        await expect(page.get_by_test_id("phone")).to_contain_text("Right code. The handover is closed.")
        assert await page.evaluate(PART) == "dock", "after the End OTC the keyboard is nowhere"


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_f6_leads_around(demo: Demo, browser: Browser, size: dict[str, int]) -> None:
    async with opened(browser, demo.address, viewport=size) as page:
        await expect(page.get_by_test_id("composer")).to_be_visible()
        await page.get_by_test_id("composer").focus()
        assert await _around(page, "F6") == ["dock", "channels", "chat"]
        assert await _around(page, "Shift+F6") == ["channels", "dock", "chat"]
        await expect(page.get_by_test_id("composer")).to_be_focused()
        await page.get_by_test_id("composer").fill("not lost")
        if size is DESKTOP:
            await arrive(page, "Ram Kumar")
            await card(page, "Ram Kumar").hover()
            await card(page, "Ram Kumar").get_by_test_id("reply-in-thread").click()
            await expect(page.locator("#thread h2")).to_be_focused()
            assert await _around(page, "F6", 4) == ["dock", "channels", "chat", "thread"]
        await expect(page.get_by_test_id("composer")).to_have_value("not lost")


async def _read_out(page: Page, field: str) -> None:
    """Goes from the window with a code to the FE's field, which takes it."""
    code = await code_on(page.get_by_test_id("modal"))
    await page.keyboard.press("F6")
    await expect(page.get_by_test_id(field)).to_be_focused()
    await page.keyboard.type(code)
    await page.keyboard.press("Enter")


async def _around(page: Page, key: str, presses: int = 3) -> list[str]:
    parts = [await page.evaluate(PART)]
    for _press in range(presses):
        await page.keyboard.press(key)
        await page.wait_for_function(f"(before) => ({PART})() !== before", arg=parts[-1])
        parts.append(await page.evaluate(PART))
    return parts[1:]
