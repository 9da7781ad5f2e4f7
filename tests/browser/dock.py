"""What people do on the demo's page, as steps of a story. Each waits for what the person would wait for."""

import os
import re
from pathlib import Path

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Locator, Page, expect

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}


PICTURES = os.environ.get("OTC_PICTURES")
"""A folder for pictures of what is shown, for whoever wants to look at them."""


async def picture(page: Page, name: str) -> None:
    """Of the whole page, for whoever wants to look at it."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


async def view_as(page: Page, name: str) -> None:
    """Looks at the workspace with another person's eyes."""
    select = page.get_by_test_id("view-as")
    label = await select.locator("option", has_text=name).first.text_content()
    (viewer,) = await select.select_option(label=label or "")
    await expect(page.locator("body")).to_have_attribute("data-viewer", viewer)


async def arrive(page: Page, name: str) -> None:
    """An FE comes to the dock that is chosen."""
    await page.get_by_test_id("fe-name").fill(name)
    await page.get_by_test_id("fe-arrive").click()


def card(page: Page, name: str) -> Locator:
    """The FE's card in the channel."""
    return page.get_by_test_id("message").filter(has_text=name)


async def choose(where: Locator, action_id: str) -> None:
    """Presses a button that stands behind the dots."""
    await where.get_by_test_id("overflow").click()
    await where.get_by_test_id(f"button-{action_id}").click()


def thread(page: Page) -> Locator:
    """The thread at the side."""
    return page.get_by_test_id("thread-pane")


async def code_on(where: Locator) -> str:
    """The six digits in large type, in two groups."""
    text = await where.inner_text()
    found = re.search(r"^\s*(\d{3}) (\d{3})\s*$", text, re.MULTILINE)
    assert found, f"no code in {text!r}"
    return "".join(found.groups())


async def code_of(page: Page, name: str) -> str:
    """The code in the window that the card's button opened, which is closed again."""
    window = page.get_by_test_id("modal")
    await expect(window).to_contain_text(name)
    code = await code_on(window)
    await page.get_by_test_id("modal-close").first.click()
    await expect(window).to_have_count(0)
    return code


async def begin(page: Page, name: str) -> None:
    """The FE arrives, gets the Start OTC and scans from then on."""
    await arrive(page, name)
    await card(page, name).get_by_test_id("button-start_otc").click()
    await page.get_by_test_id("fe-start-code").fill(await code_of(page, name))
    await page.get_by_test_id("fe-start-enter").click()
    await expect(page.get_by_test_id("fe-scan-one")).to_be_visible()


async def say(page: Page, text: str) -> None:
    """Writes in the channel, or types a command."""
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("send").click()


async def no_violations(page: Page, where: str) -> None:
    """axe-core finds nothing on the page."""
    results = await Axe().run(page)
    problems = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in results.response["violations"]]
    assert problems == [], f"axe-core in {where}: {problems}"


async def end(page: Page) -> None:
    """Ram Kumar has ten parcels scanned; all are counted, and the handover is closed."""
    await page.get_by_test_id("fe-finish").click()
    await expect(card(page, "Ram Kumar")).to_contain_text("then End OTC")
    await card(page, "Ram Kumar").get_by_test_id("button-end_otc").click()
    modal = page.get_by_test_id("modal")
    await page.get_by_test_id("input-counted").fill("10")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("You can't undo this")
    code = await code_on(modal)
    await page.get_by_test_id("modal-close").click()
    await page.get_by_test_id("fe-end-code").fill(code)
    await page.get_by_test_id("fe-end-enter").click()
    await expect(card(page, "Ram Kumar")).to_contain_text("receipt in the thread")
