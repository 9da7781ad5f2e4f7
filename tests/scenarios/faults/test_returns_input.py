"""Bad input about returns, and more of it than any day has: from the ledger and from notifications, to a real bot."""

import asyncio
import io
import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot.clock import now
from bot.timing import JobsTiming
from tests.pace import ACK_SECONDS, Standing, stalls
from tests.scenarios.dockwork import card_says, start_code, thread_says
from tests.scenarios.faults.health import complains, problems
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.processes import OwnConnection
from tests.scenarios.test_notifications import REGISTERED, address
from tests.support import World

MANY = 50_000
BURST = 10_000
SECONDS = 60
GROUPS = 40
"""Flipkart keeps the order within each, and sends one at a time."""
HOUR = 3600.0
"""For thousands on a slow machine; its tests end by themselves much sooner."""
NEXT = "/returns?modifiedAfter=2026-01-01T00:00:00Z&locationId=LOC1&offset=6"
STATES = "select tracking_id, state from expected order by tracking_id"


@pytest.fixture
def ledger(dock: World) -> World:
    dock.toml["returns"] = {"ledger": True}
    dock.timing = replace(dock.timing, jobs=JobsTiming(ledger=0.05))
    dock.flipkart.switches.quota_per_hour = 1_000_000
    return dock


@pytest.fixture
def own() -> Iterator[OwnConnection]:
    one = OwnConnection()
    sa.event.listen(Engine, "begin", one.begins)
    yield one
    sa.event.remove(Engine, "begin", one.begins)


def row(n: int, **more: Any) -> dict[str, Any]:
    at = now().isoformat(timespec="milliseconds")
    found = {"returnId": f"R{n}", "orderItemId": f"OI{n}", "locationId": "LOC1", "trackingId": f"FMP{n:06d}"}
    return found | {"status": "created", "type": "customer_return", "reason": "Size", "updatedDate": at} | more


def page(rows: list[Any], **more: Any) -> bytes:
    return json.dumps({"returnItems": rows, "hasMore": False, "nextUrl": None} | more).encode()


def asked(dock: World) -> int:
    return sum(1 for call in dock.flipkart.calls if call.name == "returns")


def looks(dock: World) -> int:
    return sum(1 for call in dock.flipkart.calls if call.name == "initial_load")


async def presses(dock: World, over: asyncio.Event) -> list[float]:
    """Somebody asks for the code again and again until it is over; the seconds of each acknowledgement.

    Without those that the machine stood still: whether the loop is held by what it reads is the question.
    """
    seconds = []
    while not over.is_set():
        async with stalls() as machine:
            delivery = await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        assert delivery.acked
        seconds.append(delivery.seconds - machine.seconds)
        await asyncio.sleep(0.2)
    return seconds


def in_time(acknowledged: list[float]) -> None:
    """Slack's seconds hold; a press in fifty may meet what the simulators do, who share the process, and take twice."""
    late = [one for one in acknowledged if one >= ACK_SECONDS]
    assert len(late) <= len(acknowledged) // 50, late
    assert max(acknowledged) < 2 * ACK_SECONDS, late


@fault(
    "Flipkart",
    "a page of the returns ledger without ids, without a zone, of the past century, and with more than rows",
    keeps=(1, 3),
    person="1 not on your list",
    operator="flipkart's ledger has rows without an id, or of another location",
)
@fault(
    "Flipkart",
    "pages of the returns ledger that repeat and lie about hasMore",
    keeps=(1, 3),
    person="1 of 2 on the list",
    operator="flipkart's ledger of returns leads back to a page that was read",
)
async def test_rows_and_pages_of_the_ledger_that_are_wrong(ledger: World) -> None:
    nameless = row(9) | {"returnId": None, "orderItemId": []}
    odd = [row(2, updatedDate="1926-01-01T00:00:00"), row(3, updatedDate="2026-03-02T10:00:00"), nameless, 7, None]
    odd.append(row(4, locationId="LOC9"))
    odd.append(row(5, updatedDate={"at": "noon"}, expectedDate="the day after", trackingId=["x"]))
    ledger.flipkart.fail("returns", body=page([row(1), *odd], nextUrl=NEXT), times=1)
    again = page([row(1), row(6)], hasMore=True, nextUrl=NEXT)
    ledger.flipkart.fail("returns", body=again, times=2)
    visit = ledger.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with ledger.bot():
        await ledger.until(lambda: asked(ledger) == 2)
        await ledger.until(lambda: len(ledger.rows(STATES)) == 4)
        visit.scan(1, tracking_id="FMP000006")
        visit.scan(1, tracking_id="FMP000009")
        card = await card_says(ledger, visit, "1 of 2 on the list")
        await thread_says(ledger, card, "`FMP000009`")
    assert ledger.rows(STATES) == [(f"FMP{n:06d}", "awaited") for n in (1, 2, 3, 6)]
    assert ledger.rows("select count(*) from return_item") == [(5,)], "the one without a label waits for it"


@pytest.mark.slow("fifty thousand rows")
@fault("Flipkart", "50,000 rows of the returns ledger, page by page", keeps=(1, 3, 4, 6), person="3 scanned")
@pytest.mark.timeout(HOUR)
async def test_fifty_thousand_rows_over_pages(ledger: World) -> None:
    ledger.flipkart.switches.ledger_page = 1000
    at = time.time()
    for n in range(MANY):
        ledger.flipkart.ledger(f"R{n}", "OI1", at=at, locationId="LOC1", trackingId=f"FMP{n:06d}")
    await _all_is_read(ledger, asked_for=MANY // 1000)


@pytest.mark.slow("fifty thousand rows")
@fault("Flipkart", "a single page of 50,000 rows of the returns ledger", keeps=(1, 3, 4, 6), person="3 scanned")
@pytest.mark.timeout(HOUR)
async def test_fifty_thousand_rows_on_one_page(ledger: World) -> None:
    ledger.flipkart.fail("returns", body=page([row(n) for n in range(MANY)]), times=1)
    await _all_is_read(ledger, asked_for=1)


async def _all_is_read(dock: World, asked_for: int) -> None:
    """Every row is expected, with as few calls as there are pages, and nobody at the dock waited for it."""
    waiting, visit = dock.flipkart.arrive("LOC1", "Sita"), dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    over = asyncio.Event()
    async with dock.bot(), asyncio.TaskGroup() as beside:
        pressing = beside.create_task(presses(dock, over))
        await dock.until(lambda: dock.rows(STATES))
        await start_code(dock, dock.operator, waiting)
        visit.scan(3)
        await card_says(dock, visit, "3 scanned")
        assert len(dock.rows(STATES)) < MANY, "the ledger was read before anybody pressed"
        before = looks(dock)
        await dock.until(lambda: dock.rows("select count(*) from expected") == [(MANY,)], HOUR)
        assert looks(dock) > before, "the dock was not looked at meanwhile"
        over.set()
        in_time(await pressing)
    assert asked(dock) == asked_for
    assert dock.rows("select count(*), count(distinct key) from return_item") == [(MANY, MANY)]


@fault(
    "Flipkart",
    "notifications out of order, twice, of unknown kinds and for other locations",
    keeps=(1, 3),
    person="1 of 2 on the list",
    operator="flipkart told of a return at a location that is not in bot.toml",
)
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_notifications_in_any_order(dock: World, logged: io.StringIO, seed: int) -> None:
    dock.toml["notifications"] = {"url": REGISTERED}
    began = time.time() - 100
    made = dock.flipkart.return_event
    bodies: list[Any] = [{"eventType": "return_lost", "returnId": "R1"}, {"eventType": None}, {"returnId": 7}]
    last = {1: "return_completed", 2: "return_cancelled", 3: "return_picked_up", 4: "return_expected_date_changed"}
    for n, end in last.items():
        bodies += [
            made("return_created", f"R{n}", f"OI{n}", location_id="LOC1", at=began, reason="Size"),
            made("return_item_tracking_id_update", f"R{n}", f"OI{n}", at=began + 1, trackingId=f"FMP00009{n}"),
            made("return_item_tracking_id_update", f"R{n}", f"OI{n}", at=began + 2, trackingId=f"FMP00000{n}"),
            made(end, f"R{n}", f"OI{n}", location_id="LOC1", at=began + 3, expectedDate="2026-03-04"),
            made("return_created", f"R{n}", f"OI{n}9", location_id="LOC9", at=began, trackingId=f"FMP00010{n}"),
        ]
    bodies *= 2
    random.Random(seed).shuffle(bodies)  # noqa: S311 - an order, and no secret
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot():
        for body in bodies:
            assert await dock.flipkart.notify(address(logged), body, url=REGISTERED) == 200, body
        visit.scan(1, tracking_id="FMP000003")
        visit.scan(1, tracking_id="FMP000092")
        await card_says(dock, visit, "1 of 2 on the list")
    states = {f"FMP00000{n}": {1: "completed", 2: "cancelled"}.get(n, "awaited") for n in last}
    found = dict(dock.rows(STATES))
    assert {name: found.pop(name) for name in states} == states
    assert set(found.values()) <= {"cancelled"}, "a label that was replaced is expected"


@pytest.mark.slow("ten thousand notifications")
@fault(
    "Flipkart",
    "ten thousand notifications within a minute",
    keeps=(1, 3, 4, 6),
    person="3 scanned",
    operator="flipkart sends more notifications than are taken at once; it is asked to send them again",
)
@pytest.mark.timeout(HOUR)
async def test_ten_thousand_notifications_in_a_minute(dock: World, logged: io.StringIO) -> None:
    """Those of one second have one signature, and what was not taken comes again with it."""
    dock.toml["notifications"] = {"url": REGISTERED}
    dock.flipkart.switches.quota_per_hour = 1_000_000
    # The bot takes fifty a second, once one was refused; the minutes in which Flipkart repeats the others go by faster.
    dock.monotonic = clock = Standing(3)
    began = time.time() - SECONDS
    left = [(n, began + n * SECONDS // BURST) for n in reversed(range(BURST))]
    answers, to = {200: 0, 503: 0}, list[str]()
    waiting, visit = dock.flipkart.arrive("LOC1", "Sita"), dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    over = asyncio.Event()

    async def group() -> None:
        while left:
            n, at = left.pop()
            label = {"trackingId": f"FMP{n:06d}", "reason": "Size"}
            body = dock.flipkart.return_event("return_created", f"R{n}", "OI1", location_id="LOC1", at=at, **label)
            while (status := await dock.flipkart.notify(to[0], body, url=REGISTERED, at=at)) != 200:
                answers[status] += 1
                await asyncio.sleep(0.25)
            answers[status] += 1

    async with dock.bot(), asyncio.TaskGroup() as beside:
        to.append(address(logged))
        pressing = beside.create_task(presses(dock, over))
        sending = [beside.create_task(group()) for _ in range(GROUPS)]
        await dock.until(lambda: answers[503])
        clock.go()
        await start_code(dock, dock.operator, waiting)
        visit.scan(3)
        await card_says(dock, visit, "3 scanned")
        before = looks(dock)
        assert left, "all were taken before anybody pressed"
        await asyncio.gather(*sending)
        assert looks(dock) > before, "the dock was not looked at meanwhile"
        over.set()
        in_time(await pressing)
    assert answers[200] == BURST
    assert dock.rows("select count(*), count(distinct key) from expected") == [(BURST, BURST)], "some are lost"


@fault(
    "Flipkart",
    "a database that can't be written while notifications and pages of the ledger come",
    keeps=(1, 3, 4, 6),
    person="2 of 2 on the list",
    operator="attempt to write a readonly database. Give the bot's user the right to write the file and its folder.",
)
async def test_what_comes_while_nothing_can_be_written(ledger: World, logged: io.StringIO, own: OwnConnection) -> None:
    ledger.toml["notifications"] = {"url": REGISTERED}
    visit = ledger.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    body = ledger.flipkart.return_event("return_created", "R2", "OI2", location_id="LOC1", trackingId="FMP000002")
    moved = timedelta()
    async with ledger.bot(lambda: now() + moved):
        await ledger.until(lambda: ledger.rows("select answered_at from ledger"))
        await card_says(ledger, visit, "Nothing scanned yet")
        ledger.flipkart.ledger("R1", "OI1", locationId="LOC1", trackingId="FMP000001")
        # Made unwritable while the page is on its way: a call that can't be counted is not made.
        unwritable = asyncio.Event()
        ledger.flipkart.fail("returns", until=unwritable)
        moved = timedelta(minutes=31)
        await ledger.until(lambda: asked(ledger) == 2)
        own.statements[:] = ["PRAGMA query_only = ON"]
        unwritable.set()
        await ledger.until(lambda: all(call.done for call in ledger.flipkart.calls if call.name == "returns"))
        for _ in range(2):
            assert await ledger.flipkart.notify(address(logged), body, url=REGISTERED) == 503
        await complains(logged, "attempt to write a readonly database")
        assert ledger.rows(STATES) == []
        own.statements[:] = ["PRAGMA query_only = OFF"]
        assert await ledger.flipkart.notify(address(logged), body, url=REGISTERED) == 200
        moved = timedelta(minutes=37)
        await ledger.until(lambda: len(ledger.rows(STATES)) == 2)
        visit.scan(1, tracking_id="FMP000001")
        visit.scan(1, tracking_id="FMP000002")
        await card_says(ledger, visit, "2 of 2 on the list")
        assert not any("readonly" in problem for problem in await problems(logged))
    assert ledger.rows("select count(*) from return_item") == [(2,)]
