"""What Flipkart says of returns, by clicking: it confirms what came, and it counts one that nobody brought."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, begin, card, end, no_violations, picture, view_as

pytestmark = pytest.mark.slow("a real browser")


async def test_confirmed_and_never_received(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await begin(page, "Ram Kumar")
        await page.get_by_test_id("fe-scan-ten").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("10 scanned")
        await end(page)
        await expect(card(page, "Ram Kumar")).to_contain_text("Flipkart counts all 10 parcels as returned")
        await picture(page, "confirmed-1440")

        await page.get_by_test_id("never-comes-BLR-01").click()
        await page.get_by_test_id("clock-minutes").click()
        await page.get_by_test_id("clock-day").click()
        await page.get_by_test_id("clock-day").click()
        alarm = page.get_by_test_id("message").filter(has_text="never came to Bengaluru dock")
        await expect(alarm).to_contain_text("FMPPGONE0001")
        await expect(alarm).to_contain_text("claim at Flipkart until")
        await expect(alarm).to_have_count(1)
        await alarm.scroll_into_view_if_needed()
        await picture(page, "never-came-1440")
        await no_violations(page, "the alarm")
        await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        await picture(page, "never-came-360")
