"""Returns by clicking: a day with nothing due, what Flipkart confirms, one that nobody brought, and a video."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, begin, card, end, no_violations, picture, thread, view_as

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
        await expect(alarm).to_contain_text("claim at Flipkart by")
        await expect(alarm).to_have_count(1)
        await alarm.scroll_into_view_if_needed()
        await picture(page, "never-came-1440")
        await no_violations(page, "the alarm")
        await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        await picture(page, "never-came-360")


async def test_a_day_with_nothing_due(demo: Demo, browser: Browser) -> None:
    """The dock is looked at seldom and Home says so; a return on its way changes that, and so does an FE."""
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        home = page.get_by_test_id("home")
        await page.get_by_test_id("tab-home").click()
        await expect(home).to_contain_text("Nothing due today: looked at every 1 min while nobody asks")
        await picture(page, "nothing-due-1440")
        await no_violations(page, "a day with nothing due")
        await page.get_by_test_id("due-today-PNQ-01").click()
        await picture(page, "due-card-1440")
        await expect(home).to_contain_text("1 parcel due today, 1 out for delivery")
        await picture(page, "due-today-1440")
        await page.get_by_test_id("fe-location").select_option("PNQ-01")
        await arrive(page, "Ram Kumar")
        await expect(home).to_contain_text("Give the Start OTC")
        await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        await picture(page, "due-today-360")
        await page.get_by_test_id("pane-dock").click()
        await page.get_by_test_id("due-today-PNQ-01").scroll_into_view_if_needed()
        await picture(page, "due-card-360")
        await no_violations(page, "what is due, on a phone")


async def test_a_video_by_one_press(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await begin(page, "Ram Kumar")
        film = page.get_by_test_id("film")
        await expect(film).to_be_disabled()
        await page.get_by_test_id("fe-scan-one").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("1 scanned")
        await film.click()
        await expect(thread(page).get_by_test_id("ephemeral")).to_contain_text("stays in Slack")
        await expect(thread(page).get_by_test_id("file")).to_contain_text(".mp4")
        await picture(page, "video-1440")
        await no_violations(page, "a video")
        await film.click()
        await expect(page.get_by_test_id("toast")).to_contain_text("nothing that was not filmed")
        await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
        await picture(page, "video-360")
