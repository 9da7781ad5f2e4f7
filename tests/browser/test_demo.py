"""The demo by clicking, as three different people, at desktop and phone width."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, arrive, card, code_of, code_on, no_violations, view_as

pytestmark = pytest.mark.slow("a real browser")


async def leave_tour(page: Page) -> None:
    leave = page.get_by_test_id("tour-leave")
    if await leave.count() and await leave.first.is_visible():
        await leave.first.click()


async def test_a_handover_by_three_people(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await leave_tour(page)
        await view_as(page, "Asha")
        await arrive(page, "Ram Kumar")
        await card(page, "Ram Kumar").get_by_test_id("button-start_otc").click()
        start = await code_of(page, "Ram Kumar")

        await page.get_by_test_id("fe-start-code").fill("000000")
        await page.get_by_test_id("fe-start-enter").click()
        await page.get_by_test_id("fe-start-code").fill(start)
        await page.get_by_test_id("fe-start-enter").click()
        await page.get_by_test_id("fe-scan-ten").click()
        await page.get_by_test_id("fe-scan-swapped").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("11 scanned")

        await card(page, "Ram Kumar").get_by_role("button", name=re.compile("repl")).click()
        thread = page.get_by_test_id("thread-pane")
        await expect(thread).to_contain_text("Set aside 1 parcel")
        await expect(thread).to_contain_text("wrong flyer")

        await view_as(page, "Meera")
        await expect(page.get_by_test_id("ephemeral")).to_have_count(0)
        await expect(page.locator("body")).not_to_contain_text(start)

        await page.get_by_test_id("fe-finish").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("then End OTC")
        await view_as(page, "Vikram")
        await page.get_by_test_id("composer").fill("/end-otc Ram")
        await page.get_by_test_id("send").click()
        modal = page.get_by_test_id("modal")
        await page.get_by_test_id("input-counted").fill("10")
        await page.get_by_test_id("modal-submit").click()
        await expect(modal).to_contain_text("1 missing: 10 of 11 counted")
        await modal.get_by_text("Still in the van").click()
        await page.get_by_test_id("modal-submit").click()
        await expect(modal).to_contain_text("End OTC for")
        end = await code_on(modal)
        await page.get_by_test_id("modal-close").first.click()
        await expect(modal).to_have_count(0)

        await view_as(page, "Meera")
        await expect(page.locator("body")).not_to_contain_text(end)
        await page.get_by_test_id("fe-end-code").fill(end)
        await page.get_by_test_id("fe-end-enter").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("receipt in the thread")
        await card(page, "Ram Kumar").get_by_role("button", name=re.compile("repl")).click()
        await expect(thread).to_contain_text("Still in the van")
        await expect(card(page, "Ram Kumar").get_by_test_id("button-end_otc")).to_have_count(0)


async def test_somebody_without_the_right_is_told_so(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await leave_tour(page)
        await view_as(page, "Meera")
        await arrive(page, "Sunil Yadav")
        await card(page, "Sunil Yadav").get_by_test_id("button-start_otc").click()
        await expect(page.get_by_test_id("modal")).to_contain_text("Sorry, codes and counts")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_axe_finds_nothing(demo: Demo, browser: Browser, scheme: str, size: dict[str, int]) -> None:
    async with opened(browser, demo.address, viewport=size, color_scheme=scheme, reduced_motion="reduce") as page:
        # Judged once it is drawn: a page that is half there has findings of its own.
        await expect(page.locator("body")).to_have_attribute("data-viewer", re.compile("."))
        await expect(page.get_by_test_id("composer")).to_be_visible()
        await no_violations(page, "the tour's offer")
        await leave_tour(page)
        await _act(page, {"act": "arrive", "location": "BLR-01", "name": "Ram Kumar", "partner": "eKart"})
        await expect(card(page, "Ram Kumar")).to_have_count(1)
        await no_violations(page, "the channel")
        button = card(page, "Ram Kumar").get_by_test_id("button-start_otc")
        await button.click()
        await expect(page.get_by_test_id("modal")).to_contain_text("Start OTC for")
        await no_violations(page, "a code")
        await page.get_by_test_id("modal-close").first.click()
        await page.get_by_test_id("composer").fill("/end-otc")
        await page.get_by_test_id("send").click()
        await expect(page.get_by_test_id("modal")).to_contain_text("No FE is on the End OTC page")
        await no_violations(page, "a modal")


async def _act(page: Page, act: dict[str, str]) -> None:
    answer = await page.request.post(f"{page.url}api/act", data=act)
    assert (await answer.json())["ok"]
