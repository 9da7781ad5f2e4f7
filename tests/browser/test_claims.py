"""A claim from the report to the money, by clicking: pictures, a video, two parcels at once, the proof."""

import io

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, begin, card, choose, end, no_violations, picture, thread, view_as

pytestmark = pytest.mark.slow("a real browser")


async def test_from_the_report_to_the_money(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP, reduced_motion="reduce") as page:
        await view_as(page, "Asha")
        await begin(page, "Ram Kumar")
        await page.get_by_test_id("fe-scan-ten").click()
        await expect(card(page, "Ram Kumar")).to_contain_text("10 scanned")
        await card(page, "Ram Kumar").get_by_test_id("open-thread").click()
        first, second = await _report(page, "0001"), await _report(page, "0002")
        await _drop(page, "box.png", "image/png", _image(), f"{first} label")
        told = thread(page).get_by_test_id("ephemeral").filter(has_text="Still to be photographed")
        await expect(told).to_contain_text("the outside, the inside, the item")
        await _drop(page, f"{second}.mp4", "video/mp4", bytes(5000), "unboxing")
        film = thread(page).get_by_test_id("ephemeral").filter(has_text="stays in Slack")
        await expect(film).to_contain_text(second)
        await picture(page, "claims-thread-1440")
        await end(page)
        await _claim_both(page, first, second)
        await _paid(page, first)
        await _proof(page)
        await picture(page, "claims-1440")
        await _on_a_phone(page, "Asha", "Claims at", "home-claims-360")
        await _on_a_phone(page, "Sunita", "के क्लेम", "home-claims-hi-360")


async def _on_a_phone(page: Page, who: str, heading: str, name: str) -> None:
    """The Home tab with what is to be done about claims, and the window of one, in the reader's own language."""
    await page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    await view_as(page, who)
    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await expect(home).to_contain_text(heading)
    await picture(page, name)
    await home.get_by_test_id("button-mark_claimed").first.click()
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await no_violations(page, f"a claim on a phone, as {who}")
    await picture(page, f"{name}-claim")
    await _close(page)


async def _close(page: Page, windows: int = 1) -> None:
    """So many windows, of which one stands on the other."""
    for _window in range(windows):
        await page.get_by_test_id("modal-close").last.click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def _report(page: Page, ending: str) -> str:
    await choose(card(page, "Ram Kumar"), "report_problem")
    field = page.get_by_test_id("input-parcel")
    await field.fill(ending)
    await expect(page.get_by_role("option").filter(has_text=ending).first).to_be_visible()
    await field.press("Enter")
    tracking_id = await field.input_value()
    await page.get_by_test_id("input-problem_kind").select_option("damaged")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("Saved:")
    await page.get_by_test_id("modal-close").click()
    await expect(thread(page)).to_contain_text(tracking_id)
    return tracking_id


def _image() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), "teal").save(file, "PNG")
    return file.getvalue()


async def _drop(page: Page, name: str, kind: str, content: bytes, text: str) -> None:
    file = {"name": name, "mimeType": kind, "buffer": content}
    await page.get_by_test_id("thread-composer-file").set_input_files(file)  # type: ignore[arg-type]
    await page.get_by_test_id("thread-composer").fill(text)
    await page.get_by_test_id("thread-send").click()


async def _claim_both(page: Page, first: str, second: str) -> None:
    reply = thread(page).get_by_test_id("reply").filter(has_text="reported").first
    await reply.get_by_test_id("button-mark_claimed").click()
    parcels = page.get_by_test_id("input-claim_parcels")
    await expect(parcels.locator("option")).to_have_count(2)
    values = [await option.get_attribute("value") or "" for option in await parcels.locator("option").all()]
    await parcels.select_option(values)
    await page.get_by_test_id("input-reference").fill("SPF-1001")
    await page.get_by_test_id("input-claim_amount").fill("12,50")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("can't be read as rupees")
    await picture(page, "claim-wrong-1440")
    await page.get_by_test_id("input-claim_amount").fill("1,250.50")
    await no_violations(page, "the claim")
    await picture(page, "claim-1440")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text(f"{first}, {second}: claimed, ₹1,250.50")
    await page.get_by_test_id("modal-close").click()
    await expect(thread(page)).to_contain_text("₹2,501 claimed")


async def _paid(page: Page, first: str) -> None:
    reply = thread(page).get_by_test_id("reply").filter(has_text="₹2,501 claimed")
    await reply.get_by_test_id("button-mark_claimed").click()
    await page.get_by_test_id("input-claim_step").select_option("paid")
    await page.get_by_test_id("input-claim_paid").fill("1000")
    await page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await no_violations(page, "what became of it, on a phone")
    await picture(page, "claim-paid-360")
    await page.set_viewport_size({"width": DESKTOP["width"], "height": DESKTOP["height"]})
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("₹1,000 paid")
    await page.get_by_test_id("modal-close").click()
    await expect(thread(page)).to_contain_text(f"Flipkart paid for {first}")


async def _proof(page: Page) -> None:
    reply = thread(page).get_by_test_id("reply").filter(has_text="₹2,501 claimed")
    await reply.get_by_test_id("button-mark_claimed").click()
    await page.get_by_test_id("button-claim_proof").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("The proof comes into the thread")
    await _close(page, windows=2)
    files = thread(page).get_by_test_id("reply").filter(has_text="Proof for the claim of")
    await expect(files).to_contain_text(".zip")
    await files.scroll_into_view_if_needed()
    await picture(page, "proof-1440")
