"""One handover in the demo, and the pictures that are taken of it on the way."""

import io
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, Page, ViewportSize, expect

from tests.browser.dock import arrive, card, code_on, thread, view_as

SIZE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 1100, "height": 900}
"""In which a message is narrow enough to be read in a picture on a phone."""
COLOURS = 128
"""Of a picture: it is flat, so it gets small."""
FE = "Ram Kumar"
Take = Callable[[str, Page | Locator], Awaitable[None]]


def kept(
    png: bytes, file: Path, tallest: int = SIZE["height"], colours: Image.Quantize = Image.Quantize.MEDIANCUT
) -> None:
    """Writes a small PNG, of something long no more than its beginning; `colours` says how its few are chosen."""
    with Image.open(io.BytesIO(png)) as image:
        seen = image.convert("RGB").crop((0, 0, image.width, min(image.height, tallest)))
        seen.quantize(COLOURS, colours, dither=Image.Dither.NONE).save(file, optimize=True)


async def told(page: Page, take: Take) -> None:
    """The story; `take` is given what is to be seen, with a name."""

    async def take_narrow(name: str, what: Locator) -> None:
        await page.set_viewport_size(NARROW)
        await take(name, what)
        await page.set_viewport_size(SIZE)

    modal = page.get_by_test_id("modal")
    await page.get_by_test_id("tour-offer-close").click()
    await view_as(page, "Asha")
    await page.get_by_test_id("sheet").click()
    await page.get_by_test_id("send").click()
    await expect(page.get_by_test_id("ephemeral").filter(has_text="12 parcels")).to_have_count(1)
    await take_narrow("list", page.get_by_test_id("ephemeral").filter(has_text="12 parcels"))

    await arrive(page, FE)
    await take_narrow("card-arrived", card(page, FE))
    await card(page, FE).get_by_test_id("button-start_otc").click()
    await expect(modal).to_contain_text(FE)
    start = await code_on(modal)
    await take("window-start-otc", modal)
    await page.get_by_test_id("modal-close").first.click()
    await page.get_by_test_id("fe-start-code").fill(start)
    await page.get_by_test_id("fe-start-enter").click()

    for button in ("fe-scan-ten", "fe-scan-unlisted", "fe-scan-swapped"):
        await page.get_by_test_id(button).click()
    await expect(card(page, FE)).to_contain_text("12 scanned")
    await expect(card(page, FE)).to_contain_text("1 not on your list")
    await card(page, FE).get_by_test_id("open-thread").click()
    await page.get_by_test_id("own-scan-most").click()
    await expect(card(page, FE)).to_contain_text("11 scanned by us")
    await expect(thread(page)).to_contain_text("Set aside 1 parcel")
    await page.get_by_test_id("fe-select").scroll_into_view_if_needed()
    await page.mouse.move(0, 0)
    await take("demo", page)
    await page.get_by_test_id("thread-close").click()
    await take_narrow("card-scanning", card(page, FE))

    await page.get_by_test_id("fe-finish").click()
    await expect(card(page, FE)).to_contain_text("then End OTC")
    await card(page, FE).get_by_test_id("button-end_otc").click()
    await page.get_by_test_id("input-counted").fill("11")
    await take("window-count", modal)
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("1 missing: 11 of 12 counted")
    await take("window-difference", modal)
    await modal.get_by_text("Still in the van").click()
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("End OTC for")
    end = await code_on(modal)
    await take("window-end-otc", modal)
    await page.get_by_test_id("modal-close").first.click()
    await page.get_by_test_id("fe-end-code").fill(end)
    await page.get_by_test_id("fe-end-enter").click()
    await expect(card(page, FE)).to_contain_text("receipt in the thread")
    await take_narrow("card-over", card(page, FE))
    await card(page, FE).get_by_test_id("open-thread").click()
    await expect(thread(page)).to_contain_text(".pdf")
    await take("receipt", thread(page).get_by_test_id("reply").filter(has_text=".pdf").first)

    await arrive(page, "Sunil Yadav")
    await page.get_by_test_id("tab-home").click()
    await expect(page.get_by_test_id("home")).to_contain_text("Sunil Yadav")
    await take_narrow("home", page.get_by_test_id("home"))


NAMES = (
    *("list", "card-arrived", "window-start-otc", "demo", "card-scanning", "window-count", "window-difference"),
    *("window-end-otc", "card-over", "receipt", "home"),
)
"""Of all pictures that are taken."""
