"""The tour: on an empty dock each step can be done, it waits for that, covers nothing, and ends at the receipt."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import Demo, opened
from tests.browser.dock import DESKTOP, PHONE, code_on, no_violations, picture

pytestmark = pytest.mark.slow("a real browser")

SIDEWAYS = {"width": 740, "height": 360}
UNCOVERED = """(selector) => {
  const node = document.querySelector(selector);
  const box = node.getBoundingClientRect();
  const there = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return node.contains(there);
}"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SIDEWAYS], ids=["desktop", "phone", "sideways"])
async def test_a_whole_handover(demo: Demo, browser: Browser, size: dict[str, int]) -> None:
    async with opened(browser, demo.address, viewport=size, reduced_motion="reduce") as page:
        await page.get_by_test_id("tour-offer-start").click()
        tour = Tour(page, f"tour-{size['width']}")
        await expect(page.get_by_test_id("tour")).to_contain_text("1 of 12")
        await page.get_by_test_id("tour-next").click()
        await tour.step("sheet", tour.press("sheet"), done=False)
        await tour.step("send", tour.press("send"))
        await tour.step("fe-arrive", tour.press("fe-arrive"))
        await tour.step("button-start_otc", tour.start)
        await tour.step("fe-start-code", tour.type_start)
        await tour.step("fe-scan-ten", tour.scan)
        await tour.step("own-scan-most", tour.press("own-scan-most"))
        await tour.step("fe-finish", tour.press("fe-finish"))
        await tour.step("button-end_otc", tour.count)
        await tour.step("fe-end-code", tour.type_end)
        await tour.step("open-thread", tour.press("open-thread"))
        await expect(page.get_by_test_id("tour")).to_contain_text("12 of 12")
        await expect(page.get_by_test_id("tour-next")).to_have_text("The end")
        await page.get_by_test_id("tour-next").click()
        await expect(page.get_by_test_id("tour")).to_have_count(0)
        await expect(page.get_by_test_id("tour-start")).to_be_focused()


async def test_it_waits_and_can_be_left(demo: Demo, browser: Browser) -> None:
    async with opened(browser, demo.address, viewport=DESKTOP) as page:
        await page.get_by_test_id("tour-offer-start").click()
        await expect(page.locator("#tour-title")).to_be_focused()
        await no_violations(page, "the tour")
        for _step in range(2):
            await page.get_by_test_id("tour-next").click()
        await expect(page.get_by_test_id("tour-next")).to_have_text("Skip")
        await expect(page.get_by_test_id("tour-done")).to_have_text("")
        await page.get_by_test_id("fe-arrive").click()
        await expect(page.get_by_test_id("tour-done")).to_have_text("✓ Done")
        await expect(page.get_by_test_id("tour-next")).to_have_text("Next")
        await expect(page.locator("#live")).to_contain_text("Done: An FE arrives")
        await page.get_by_test_id("fe-arrive").focus()
        await page.keyboard.press("F6")
        await expect(page.get_by_test_id("tour-next")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("tour")).to_have_count(0)


class Tour:
    """Somebody who does what the tour says."""

    def __init__(self, page: Page, name: str) -> None:
        self._page = page
        self._name = name
        self._code = ""

    async def step(self, testid: str, act: Callable[[], Awaitable[None]], *, done: bool = True) -> None:
        """What the step speaks of is to be seen and pressed; then it says that it is done, and the next one comes."""
        await expect(self._page.get_by_test_id(testid).first).to_be_in_viewport()
        await self._page.wait_for_function(UNCOVERED, arg=f"[data-testid={testid}]")
        ring = self._page.locator(".tour-ring")
        await expect(ring).to_be_visible()
        await picture(self._page, f"{self._name}-{testid}")
        await act()
        if done:
            await expect(self._page.get_by_test_id("tour-done")).to_have_text("✓ Done")
            await self._page.get_by_test_id("tour-next").click()

    def press(self, testid: str) -> Callable[[], Awaitable[None]]:
        """Presses it."""

        async def act() -> None:
            await self._page.get_by_test_id(testid).first.click()

        return act

    async def start(self) -> None:
        """Takes the Start OTC."""
        await self._page.get_by_test_id("button-start_otc").click()
        await self._read()

    async def type_start(self) -> None:
        """Types it into the FE's phone."""
        await self._page.get_by_test_id("fe-start-code").fill(self._code)
        await self._page.get_by_test_id("fe-start-enter").click()

    async def scan(self) -> None:
        """Eleven parcels, one of them with a wrong flyer."""
        await self._page.get_by_test_id("fe-scan-ten").click()
        await self._page.get_by_test_id("fe-scan-swapped").click()

    async def count(self) -> None:
        """One less than was scanned, with a reason."""
        await self._page.get_by_test_id("button-end_otc").first.click()
        await self._page.get_by_test_id("input-counted").fill("10")
        await self._page.get_by_test_id("modal-submit").click()
        await self._page.get_by_test_id("modal").get_by_text("Still in the van").click()
        await self._page.get_by_test_id("modal-submit").click()
        await self._read()

    async def type_end(self) -> None:
        """Types the End OTC into the FE's phone."""
        await self._page.get_by_test_id("fe-end-code").fill(self._code)
        await self._page.get_by_test_id("fe-end-enter").click()

    async def _read(self) -> None:
        """The code in the window, which is not covered, and is closed."""
        modal = self._page.get_by_test_id("modal")
        digits = modal.locator(".block-header")
        await expect(digits).to_be_in_viewport()
        await self._page.wait_for_function(UNCOVERED, arg="[data-testid=modal] .block-header")
        await picture(self._page, f"{self._name}-code")
        self._code = await code_on(modal)
        await self._page.get_by_test_id("modal-close").click()
