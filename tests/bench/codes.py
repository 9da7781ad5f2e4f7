"""How long a person waits for a code beyond Flipkart's own time, and for the first sign that it is coming.

Both codes as they are taken at a dock: the Start OTC by the card's button, the End OTC after a count in its window.
"""

import asyncio
import time
from pathlib import Path
from typing import Any

from bot.sandbox.flipkart import Visit
from tests.bench.figures import Figure, Result
from tests.bench.processes import environment, running, write_toml
from tests.bench.watched import BOT, command
from tests.scenarios.dockwork import count_form
from tests.scenarios.leaks import shows
from tests.support import World, world

VISITS = 15
QUICK_VISITS = 2
SLOW = 0.4
"""Seconds before each answer of Flipkart's."""
TYPES = 2.0
"""Seconds in which a person counts and types the number: the pages are read meanwhile."""
PARCELS = 6
BEYOND = 0.3
"""Seconds beyond Flipkart's own time within which a code is to be there."""
OWN = f"Flipkart's own time of one call, {SLOW:g} s, is taken off"


async def measure(folder: Path, *, quick: bool) -> Result:
    """One FE after the other, at a bot that has nothing else to do."""
    signs, starts, ends = list[float](), list[float](), list[float]()
    async with world(folder) as one:
        write_toml(one, arrivals=0.5, scans=0.5)
        one.flipkart.slow = SLOW
        async with running(*command(BOT, folder / "watched.json"), env=environment(one), folder=folder):
            await one.slack.wait_connected(timeout=20)
            for n in range(QUICK_VISITS if quick else VISITS):
                visit = one.flipkart.arrive("LOC1", f"Ram {n}")
                sign, start = await _start(one, visit)
                signs.append(sign)
                starts.append(start - SLOW)
                ends.append(await _end(one, visit) - SLOW)
    return Result(
        [
            Figure("a press on Start OTC: first sign in a window, slowest", max(signs), "s", target=BEYOND),
            Figure("Start OTC after the press, slowest", max(starts), "s", target=BEYOND, note=OWN),
            Figure("End OTC after an equal count, slowest", max(ends), "s", target=BEYOND, note=OWN),
        ]
    )


async def _start(one: World, visit: Visit) -> tuple[float, float]:
    """Seconds until a window is there, and until it has the code."""
    card = await _card(one, visit, "start_otc")
    pressed = time.monotonic()
    await one.slack.press(one.operator, card, "start_otc")
    await one.until(lambda: one.slack.view(one.operator))
    sign = time.monotonic() - pressed
    await one.until(lambda: _shown(one, visit.start_code))
    return sign, time.monotonic() - pressed


async def _end(one: World, visit: Visit) -> float:
    """Seconds from the count until the code is there."""
    await _put_away(one)
    visit.begin()
    visit.scan(PARCELS)
    visit.finish_scanning()
    card = await _card(one, visit, "end_otc", f"*Count, then End OTC.* {PARCELS} scanned")
    form = await count_form(one, one.operator, card)
    await asyncio.sleep(TYPES)
    counted = time.monotonic()
    await one.slack.submit(one.operator, form, {"counted": str(PARCELS)})
    await one.until(lambda: _shown(one, visit.end_code))
    took = time.monotonic() - counted
    visit.leave()
    await _put_away(one)
    return took


async def _put_away(one: World) -> None:
    view = one.slack.view(one.operator)
    if view is not None:
        await one.slack.close(one.operator, view)


async def _card(one: World, visit: Visit, button: str, says: str = "") -> Any:
    def there() -> Any:
        cards = (card for card in one.cards if f"`{visit.task_id}`" in card.text_all() and says in card.text_all())
        return next((card for card in cards if any(each["action_id"] == button for each in card.buttons())), None)

    return await one.until(there, 60)


def _shown(one: World, code: str | None) -> bool:
    view = one.slack.view(one.operator)
    return code is not None and view is not None and shows(view.text_all(), code)
