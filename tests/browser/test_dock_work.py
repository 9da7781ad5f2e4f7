"""The dock's whole work by clicking: lists, own scans, problems, claims, receipts, reminders, the digest, App Home."""

import io

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import (
    DESKTOP,
    PHONE,
    arrive,
    begin,
    card,
    choose,
    code_of,
    code_on,
    no_violations,
    picture,
    say,
    thread,
    view_as,
)

pytestmark = pytest.mark.slow("a real browser")


async def test_a_day_of_dock_work(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await _drop_the_list(page)
        await begin(page, "Ram Kumar")
        for button in ("fe-scan-ten", "fe-scan-unlisted", "fe-scan-swapped"):
            await page.get_by_test_id(button).click()
        await expect(card(page, "Ram Kumar")).to_contain_text("12 scanned")
        await expect(card(page, "Ram Kumar")).to_contain_text("1 not on your list")
        left_out = await _scan_all_but_one(page)
        await _report(page, left_out)
        await _photo(page, left_out)
        await _mark_claimed(page, left_out)
        await _end(page, left_out)
        await _receipt(page, demo.address)
        await _shortcut(page)
        await say(page, f"/otc find {left_out}")
        await expect(page.get_by_test_id("ephemeral").filter(has_text="came to Bengaluru dock")).to_contain_text(
            "Ram Kumar"
        )
        await _be_reminded(page)
        await _nobody_answers(page)
        await _home(page)
        await _digest(page)


async def _drop_the_list(page: Page) -> None:
    await page.get_by_test_id("fe-partner").select_option("Shadowfax")
    await page.get_by_test_id("sheet").click()
    await expect(page.get_by_test_id("composer")).to_have_value("@otc-bot ")
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("ephemeral").filter(has_text="12 parcels")).to_have_count(1)
    await expect(page.get_by_test_id("message").locator(".mention").first).to_have_text("@OTC Bot")
    # What was chosen for the next FE stays chosen.
    await expect(page.get_by_test_id("fe-partner")).to_have_value("Shadowfax")


async def _scan_all_but_one(page: Page) -> str:
    """The parcel that the seller has not seen."""
    await page.get_by_test_id("own-scan-most").click()
    typed = thread(page).get_by_test_id("reply").filter(has_text="0002").filter(has_text="0003")
    await expect(typed).to_have_count(1)
    await expect(card(page, "Ram Kumar")).to_contain_text("11 scanned by us")
    text = await typed.locator(".content").inner_text()
    return f"{text.split()[0][:-4]}0001"


async def _report(page: Page, tracking_id: str) -> None:
    await choose(card(page, "Ram Kumar"), "report_problem")
    field = page.get_by_test_id("input-parcel")
    await field.fill(tracking_id[-6:])
    await expect(page.get_by_role("option", name=tracking_id)).to_be_visible()
    await no_violations(page, "the suggestions at a desk")
    await field.press("Enter")
    await expect(field).to_have_value(tracking_id)
    await page.get_by_test_id("input-problem_kind").select_option("damaged")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("Saved:")
    await page.get_by_test_id("modal-close").click()
    await expect(thread(page)).to_contain_text("damaged")


async def _photo(page: Page, tracking_id: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, "PNG")
    await page.get_by_test_id("thread-composer-file").set_input_files(
        {"name": "box.png", "mimeType": "image/png", "buffer": file.getvalue()}
    )
    await page.get_by_test_id("thread-composer").fill(tracking_id)
    await page.get_by_test_id("thread-send").click()
    told = thread(page).get_by_test_id("ephemeral").filter(has_text="photo")
    await expect(told).to_contain_text(tracking_id)
    await expect(thread(page).locator(".file-picture img")).to_have_count(1)


async def _mark_claimed(page: Page, tracking_id: str) -> None:
    reply = thread(page).get_by_test_id("reply").filter(has_text="damaged")
    await reply.get_by_test_id("button-mark_claimed").click()
    await page.get_by_test_id("input-reference").fill("SF-1001")
    await page.get_by_test_id("modal-submit").click()
    await expect(thread(page)).to_contain_text("SF-1001")
    await page.get_by_test_id("modal-close").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def _end(page: Page, left_out: str) -> None:
    await page.get_by_test_id("fe-finish").click()
    await expect(card(page, "Ram Kumar")).to_contain_text("then End OTC")
    await card(page, "Ram Kumar").get_by_test_id("button-end_otc").click()
    modal = page.get_by_test_id("modal")
    await page.get_by_test_id("input-counted").fill("11")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("1 missing: 11 of 12 counted")
    await expect(modal).to_contain_text("Scanned, but not on your list: 1")
    await expect(modal).to_contain_text("1 parcel expected at this dock has not been scanned")
    await expect(modal).to_contain_text("Not with us, but scanned by the FE")
    await expect(modal).to_contain_text(left_out)
    await modal.get_by_text("Still in the van").click()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("End OTC for")
    code = await code_on(modal)
    await page.get_by_test_id("modal-close").click()
    await page.get_by_test_id("fe-end-code").fill(code)
    await page.get_by_test_id("fe-end-enter").click()
    await expect(card(page, "Ram Kumar")).to_contain_text("receipt in the thread")


async def _receipt(page: Page, address: str) -> None:
    files = thread(page).get_by_test_id("file")
    await expect(files).to_have_count(2)
    contents = {}
    for n in range(2):
        answer = await page.request.get(address + (await files.nth(n).get_attribute("href") or ""))
        contents[answer.headers["content-type"].split(";")[0]] = await answer.body()
        assert answer.headers["content-disposition"].startswith("inline")
    assert contents["application/pdf"].startswith(b"%PDF"), "what opens as a receipt is no PDF"
    assert b"Still in the van" in contents["text/csv"]


async def _shortcut(page: Page) -> None:
    root = card(page, "Ram Kumar")
    await root.hover()
    await root.get_by_test_id("more-actions").click()
    await root.get_by_test_id("shortcut-report_problem").click()
    await expect(page.get_by_test_id("input-parcel")).to_be_visible()
    await page.get_by_test_id("modal-close").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def _be_reminded(page: Page) -> None:
    await arrive(page, "Sunil Yadav")
    await expect(card(page, "Sunil Yadav")).to_have_count(1)
    before = await page.get_by_test_id("demo-time").text_content()
    await page.get_by_test_id("clock-minutes").click()
    await expect(page.get_by_test_id("demo-time")).not_to_have_text(before or "")
    await card(page, "Sunil Yadav").get_by_test_id("open-thread").click()
    await expect(thread(page)).to_contain_text("has waited since")
    reminder = thread(page).get_by_test_id("reply").filter(has_text="has waited since")
    await expect(reminder.get_by_test_id("button-start_otc")).to_have_count(1)
    await picture(page, "reminder-1440")


async def _nobody_answers(page: Page) -> None:
    await page.get_by_test_id("clock-minutes").click()
    await expect(thread(page)).to_contain_text("Nobody has taken it yet.")
    await page.get_by_test_id("direct").click()
    told = page.get_by_test_id("message").filter(has_text="Sunil Yadav")
    await expect(told).to_contain_text("has waited since")
    await expect(page.get_by_test_id("composer")).to_be_hidden()
    await no_violations(page, "a message to one person alone")
    await picture(page, "direct-1440")
    await told.get_by_role("link", name="Open the thread").click()
    await thread(page).get_by_test_id("button-take").last.click()
    await expect(thread(page)).to_contain_text("is on it.")
    await view_as(page, "Vikram")
    await expect(page.get_by_test_id("direct")).to_have_count(0)
    await view_as(page, "Asha")


async def _home(page: Page) -> None:
    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("Sunil Yadav")
    await expect(home).to_contain_text("Give the Start OTC")
    for language, said in (("mr", "Start OTC द्या"), ("dock", "Give the Start OTC")):
        await home.get_by_test_id("button-language").select_option(language)
        await expect(home).to_contain_text(said)
        await picture(page, f"home-language-{language}")
    await view_as(page, "Sunita")
    await page.get_by_test_id("tab-home").click()
    await expect(home).to_contain_text("आज")
    await view_as(page, "Asha")


async def _digest(page: Page) -> None:
    await page.get_by_test_id("channel-returns-blr").click()
    await page.get_by_test_id("clock-day").click()
    digest = page.get_by_test_id("message").filter(has_text="Parcels scanned")
    await expect(digest).to_contain_text("11 counted, 12 scanned")
    await digest.get_by_test_id("open-thread").click()
    chart = thread(page).locator(".file-picture img")
    await expect(chart).to_have_count(1)
    await expect(chart).to_have_js_property("complete", True)
    assert await chart.evaluate("image => image.naturalWidth") > 0, "the chart is no picture"


async def test_a_claim_that_nobody_made_comes_back_after_a_week(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await view_as(page, "Asha")
        await begin(page, "Ram Kumar")
        await page.get_by_test_id("fe-scan-rejected").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("1 rejected")
        await card(page, "Ram Kumar").get_by_test_id("open-thread").click()
        await page.get_by_test_id("clock-week").click()
        await expect(thread(page).get_by_test_id("button-mark_claimed").first).to_be_visible()
        await expect(thread(page)).to_contain_text("7 days")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_in_the_dock_work_on_a_phone(demo: Demo, browser: Browser, scheme: str) -> None:
    async with opened(browser, demo.address, viewport=PHONE, color_scheme=scheme, reduced_motion="reduce") as page:
        await view_as(page, "Sunita")
        await page.get_by_test_id("pane-dock").click()
        await no_violations(page, "the dock before anybody comes")
        await arrive(page, "Ram Kumar")
        await page.get_by_test_id("pane-chat").click()
        await card(page, "Ram Kumar").get_by_test_id("button-start_otc").click()
        code = await code_of(page, "Ram Kumar")
        await page.get_by_test_id("pane-dock").click()
        await page.get_by_test_id("fe-start-code").fill(code)
        await page.get_by_test_id("fe-start-enter").click()
        await page.get_by_test_id("fe-scan-ten").click()
        await expect(page.get_by_test_id("own-scan-one")).to_be_enabled()
        await page.get_by_test_id("own-scan-one").click()
        await no_violations(page, "the dock with an FE")
        wide = await page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"the dock is {wide} pixels wide"
        await page.get_by_test_id("pane-chat").click()
        await choose(card(page, "Ram Kumar"), "report_problem")
        await expect(page.get_by_test_id("modal")).to_contain_text("ट्रैकिंग")
        field = page.get_by_test_id("input-parcel")
        await field.fill("FMP")
        await expect(page.get_by_test_id("option").nth(1)).to_be_visible()
        await no_violations(page, "the suggestions")
        await field.press("Escape")
        await expect(page.get_by_test_id("option")).to_have_count(0)
        await expect(page.get_by_test_id("modal")).to_have_count(1)
