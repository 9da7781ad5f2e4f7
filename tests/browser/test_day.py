"""The scripted day: it tells the whole story, as fast as it was asked for, and is over when it is over."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened, running
from tests.browser.dock import DESKTOP, begin, card, picture, thread, view_as

pytestmark = pytest.mark.slow("a real browser")

SIGN_MS = 5_500
"""After so long a scan without a sign of the bot counts as refused."""
DAY_MS = 500_000
"""For a day at ten times its pace, on a busy machine."""


async def test_the_whole_story_and_then_it_is_over(tmp_path: Path, browser: Browser) -> None:
    async with (
        running(tmp_path, "--speed", "9") as fast,
        opened(browser, fast.address, viewport=DESKTOP, reduced_motion="reduce") as page,
    ):
        await view_as(page, "Asha")
        await expect(page.get_by_test_id("day-speed")).to_have_value("9")
        await page.get_by_test_id("day-start").click()
        over = page.get_by_text("The day is over")
        await expect(over).to_be_visible(timeout=DAY_MS)
        await picture(page, "day-over")
        await expect(page.get_by_test_id("day-speed")).to_have_value("9")
        await expect(over).to_have_text("The day is over. Look at the threads, or play it again.")
        done = await page.get_by_test_id("day-progress").evaluate("(bar) => bar.value === bar.max")
        assert done, "the day is over before its bar is full"
        await _all_cards_are_right(page)
        await expect(page.get_by_test_id("message").filter(has_text="Parcels scanned")).to_have_count(1)
        await _in_the_thread(page, "Ram Kumar", "FMPR", ".pdf")
        await _in_the_thread(page, "Delhivery", "damaged", "SPF-20418", ".pdf")
        await _in_the_thread(page, "Priya Das", "15", ".pdf")


async def test_a_new_speed_counts_at_once(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await page.get_by_test_id("day-speed").select_option("10")
        await page.reload()
        await expect(page.get_by_test_id("day-speed")).to_have_value("10")


async def test_what_was_refused_is_not_done(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await begin(page, "Ram Kumar")
        await page.get_by_test_id("fe-scan-one").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("1 scanned")
        await view_as(page, "Meera")
        await page.get_by_test_id("sheet").click()
        await page.get_by_test_id("send").click()
        await expect(page.get_by_test_id("ephemeral")).to_contain_text("Sorry")
        await expect(page.locator(".card", has_text="What should arrive")).to_contain_text("has 12 parcels today")
        await page.get_by_test_id("own-scan-one").click()
        await expect(thread(page).get_by_test_id("ephemeral")).to_contain_text("Sorry")
        await view_as(page, "Asha")
        await page.wait_for_timeout(SIGN_MS)
        await page.get_by_test_id("own-scan-one").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("1 scanned by us")


async def _all_cards_are_right(page: Page) -> None:
    for channel in ("returns-blr", "returns-del"):
        await page.get_by_test_id(f"channel-{channel}").click()
        heads = await page.get_by_test_id("message").locator(".block-header").all_inner_texts()
        assert len([one for one in heads if one[0] in "✅⚪"]) == 5, heads
        assert not [one for one in heads if one[0] in "🟡🔵🟠"], "the day is over, and a card is wrong"
    await page.get_by_test_id("channel-returns-blr").click()


async def _in_the_thread(page: Page, which: str, *words: str) -> None:
    root = page.get_by_test_id("message").filter(has_text=which).first
    await root.get_by_test_id("open-thread").click()
    for word in words:
        await expect(thread(page)).to_contain_text(word)
    await page.get_by_test_id("thread-close").click()
