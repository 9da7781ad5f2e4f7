"""Back and reload: neither loses the place on the demo's page, nor what was written."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, card, thread, view_as

pytestmark = pytest.mark.slow("a real browser")


async def test_back_leads_through_the_page_and_leaves_it_last(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=PHONE) as page:
        await page.get_by_test_id("pane-dock").click()
        await arrive(page, "Ram Kumar")
        await page.get_by_test_id("pane-chat").click()
        await card(page, "Ram Kumar").get_by_test_id("button-start_otc").click()
        modal = page.get_by_test_id("modal")
        await expect(modal).to_contain_text("Ram Kumar")
        await page.go_back()
        await expect(modal).to_have_count(0)
        await expect(card(page, "Ram Kumar")).to_be_visible()
        await card(page, "Ram Kumar").get_by_test_id("open-thread").click()
        await expect(page.locator("#thread h2")).to_be_visible()
        await page.go_back()
        await expect(page.get_by_test_id("pane-chat")).to_have_attribute("aria-current", "page")
        await page.go_back()
        await expect(page.get_by_test_id("pane-dock")).to_have_attribute("aria-current", "page")
        for _press in range(2):
            await page.go_back()
        await expect(page.get_by_test_id("toast")).to_contain_text("once more to leave")
        assert page.url.startswith(demo.address), "Back has left the demo without a word"


async def test_a_reload_keeps_channel_thread_and_drafts(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await page.get_by_test_id("fe-location").select_option("DEL-01")
        await arrive(page, "Sunil Yadav")
        await page.get_by_test_id("channel-returns-del").click()
        await card(page, "Sunil Yadav").hover()
        await card(page, "Sunil Yadav").get_by_test_id("reply-in-thread").click()
        await page.get_by_test_id("thread-composer").fill("FMPR1234")
        await page.get_by_test_id("composer").fill("half a sentence")
        await page.reload()
        await expect(page.get_by_test_id("channel-returns-del")).to_have_attribute("aria-current", "page")
        await expect(thread(page).get_by_test_id("thread-root")).to_contain_text("Sunil Yadav")
        await expect(page.get_by_test_id("thread-composer")).to_have_value("FMPR1234")
        await expect(page.get_by_test_id("composer")).to_have_value("half a sentence")
        await page.get_by_test_id("channel-returns-blr").click()
        await expect(page.get_by_test_id("composer")).to_have_value("")
