"""Flipkart lists scans and FEs in strange ways: each parcel is kept once, each visit has one thread."""

import asyncio
import contextlib
import io
import json
from collections.abc import AsyncIterator

import pytest

from bot.sandbox.flipkart import Visit
from tests.scenarios.dockwork import Screen, card_of, card_says, end_code, modal, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.test_flipkart import FOREVER, NO_SENSE, ask, kept
from tests.scenarios.leaks import seen_by, shows
from tests.support import World

PAGES = "/sellers/v3/returns/tasks/shipments"
CIRCLE = "flipkart's pages lead in a circle; there may be scans that nobody can read"


@pytest.fixture(autouse=True)
def soon(dock: World) -> None:
    """Short intervals."""
    dock.toml = {"polling": {"arrivals_seconds": 0.05, "scans_seconds": 0.05, "page_size": 5}}


def scanning(dock: World, scanned: int = 0, name: str = "Ram", **ids: str) -> Visit:
    visit = dock.flipkart.arrive("LOC1", name, **ids)
    visit.begin()
    visit.scan(scanned)
    return visit


def looks(dock: World, name: str = "initial_load") -> int:
    return sum(call.name == name and call.done for call in dock.flipkart.calls)


async def some_looks(dock: World, name: str = "initial_load", more: int = 4) -> None:
    before = looks(dock, name)
    await dock.until(lambda: looks(dock, name) >= before + more)


async def close(dock: World, visit: Visit, counted: int) -> None:
    """Counts, gets the End OTC once, and the FE is gone; the record says who took which code after which count."""
    visit.finish_scanning()
    card = await card_says(dock, visit, "Count, then End OTC")
    await end_code(dock, dock.operator, visit, counted)
    code = visit.end_code
    assert code is not None
    assert visit.enter_end_otc(code)
    await card_says(dock, visit, "Closed")
    for text in ("took the End OTC:", "The FE is on the End OTC page", "*Closed.*"):
        await thread_says(dock, card, text)
    query = "select what, \"by\", json_extract(detail, '$.counted') from audit where what in ('asked', 'end_otc')"
    assert dock.rows(query) == [("asked", dock.operator, counted), ("end_otc", dock.operator, counted)]


@fault("Flipkart", "a page that repeats", keeps=(1, 2, 3, 4, 6), person="12 scanned", operator=CIRCLE)
async def test_a_page_that_repeats(dock: World, logged: io.StringIO) -> None:
    dock.flipkart.switches.repeat_page = True
    visit = scanning(dock, 12)
    async with dock.bot():
        card = await card_says(dock, visit, "5 scanned")
        await some_looks(dock, "shipments", 6)
        await dock.slack.press(dock.operator, card, "count")
        await dock.slack.close(dock.operator, await modal(dock, dock.operator, "Parcels counted by hand"))
        assert dock.rows("select count(*) from shipment") == [(5,)], "the same page again was kept again"
        assert logged.getvalue().count(CIRCLE) == 1, "the circle is logged at every look"
        dock.flipkart.switches.repeat_page = False
        await card_says(dock, visit, "12 scanned")
        await close(dock, visit, 12)
    kept(dock, visit)
    assert len(dock.cards) == 1


@fault("Flipkart", "a next_url loop", keeps=(1, 2, 3, 4, 6), person="16 scanned", operator=CIRCLE)
async def test_a_next_url_loop(dock: World, logged: io.StringIO) -> None:
    dock.flipkart.switches.loop_pages = True
    visit = scanning(dock, 12)
    async with dock.bot():
        await card_says(dock, visit, "12 scanned")
        await dock.until(lambda: CIRCLE in logged.getvalue())
        visit.scan(4)
        await card_says(dock, visit, "16 scanned")
        await close(dock, visit, 16)
    kept(dock, visit)
    assert logged.getvalue().count(CIRCLE) == 1, "the circle is logged at every look"


@fault(
    "Flipkart",
    "a page that is gone: 410 on every address given out so far",
    keeps=(1, 2, 3, 4, 6),
    person="17 scanned",
    operator="flipkart no longer knows the page that was read last; reading from the first again",
)
async def test_pages_that_are_gone(dock: World, logged: io.StringIO) -> None:
    visit = scanning(dock, 12)
    async with dock.bot():
        card = await card_says(dock, visit, "12 scanned")
        dock.flipkart.forget_pages()
        visit.scan(4)
        await card_says(dock, visit, "16 scanned")
        visit.hide(10)
        await thread_says(dock, card, "is back; this handover goes on")
        dock.flipkart.forget_pages()
    dock.flipkart.forget_pages()
    async with dock.bot():
        visit.scan(1)
        await card_says(dock, visit, "17 scanned")
        dock.flipkart.forget_pages()
        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        await end_code(dock, dock.operator, visit, 17)
    kept(dock, visit)


@fault(
    "Flipkart",
    "a parcel that is rejected, or no longer listed, after its page was read",
    keeps=(2, 3, 4, 6),
    person="no longer lists 1 parcel",
)
async def test_what_changes_on_an_older_page(dock: World) -> None:
    visit = scanning(dock, 16)
    async with dock.bot():
        card = await card_says(dock, visit, "16 scanned")
        visit.shipments[1].status, visit.shipments[1].reason = "REJECTED", "torn"
        visit.withdraw(visit.shipments[3].tracking_id)
        await some_looks(dock, "shipments", 6)
        assert "rejected" not in dock.cards[0].text_all(), "pages were read again at every look"
        visit.finish_scanning()
        await card_says(dock, visit, "15 scanned\n⚠️ *Set aside*")
        await card_says(dock, visit, "1 rejected")
        await card_says(dock, visit, "1 withdrawn by Flipkart")
        reply = await thread_says(dock, card, "Set aside 1 parcel")
        assert visit.shipments[1].tracking_id in reply.text_all()
        await thread_says(dock, card, "no longer lists 1 parcel")
        await end_code(dock, dock.operator, visit, 15)
    kept(dock, visit)
    assert dock.rows("select tracking_id from claim") == [(visit.shipments[1].tracking_id,)]


@fault(
    "Flipkart",
    "one tracking id with two shipment ids",
    keeps=(1, 2, 3, 4, 6),
    person="one tracking id for several shipments",
)
async def test_one_label_for_two_shipments(dock: World) -> None:
    visit = scanning(dock, 3)
    visit.scan(1, tracking_id="FMP7", shipment_id="SH-A")
    visit.scan(1, tracking_id="FMP7", shipment_id="SH-B")
    async with dock.bot():
        card = await card_says(dock, visit, "5 scanned")
        reply = await thread_says(dock, card, "one tracking id for several shipments")
        assert "`FMP7`" in reply.text_all()
        await close(dock, visit, 5)
    assert sorted(dock.rows("select tracking_id, shipment_id from shipment")) == sorted(
        (one.tracking_id, one.shipment_id) for one in visit.shipments
    )


@contextlib.asynccontextmanager
async def trap() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A port of somebody else, and what was sent to it."""
    caught: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caught.append(b"a connection")
        caught.append(await reader.read(65536))
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], caught


@pytest.mark.everyday(2)
@pytest.mark.parametrize(
    "shape",
    ["http://{other}", "//{other}", "http://{own}@{other}", "https://{own}"],
)
@fault(
    "Flipkart",
    "a foreign or plain-http host in next_url",
    keeps=(1, 3, 4),
    person=NO_SENSE,
    operator="next_url points to another host and was not followed",
)
async def test_a_foreign_host(dock: World, logged: io.StringIO, shape: str) -> None:
    visit = scanning(dock, 7)
    rows = [{"trackingId": row.tracking_id, "status": row.status} for row in visit.shipments[:5]]
    async with trap() as (port, caught), dock.bot():
        card = await card_says(dock, visit, "7 scanned")
        visit.scan(3)
        own = dock.flipkart.url.removeprefix("http://")
        next_url = shape.format(own=own, other=f"127.0.0.1:{port}") + f"{PAGES}/abc"
        body = {"scannedShipments": rows, "hasMore": True, "nextUrl": next_url}
        dock.flipkart.fail("shipments", body=json.dumps(body).encode(), times=FOREVER)
        await dock.until(lambda: "a look at flipkart failed" in logged.getvalue())
        visit.finish_scanning()
        card = await card_says(dock, visit, "Count, then End OTC")
        delivery = await dock.slack.press(dock.operator, card, "end_otc")
        assert delivery.acked
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.submit(dock.operator, view, {"counted": "10"})
        await modal(dock, dock.operator, NO_SENSE)
        assert not dock.flipkart.codes, "a code although the scans could not be read to the end"
        dock.flipkart.clear_faults()
        await card_says(dock, visit, "10 scanned")
        await end_code(dock, dock.operator, visit, counted=10)
        assert caught == [], "the bot spoke to a host that next_url named"
    kept(dock, visit)
    assert dock.rows("select what from audit where what in ('asked', 'end_otc')") == [("asked",), ("end_otc",)]


@pytest.mark.slow("ten thousand rows")
@fault(
    "Flipkart",
    "a page of 10,000 rows",
    keeps=(1, 2, 3, 4),
    person="10,000 scanned",
    operator="flipkart listed rows twice or without a tracking id",
)
async def test_a_page_of_10000_rows(dock: World) -> None:
    waiting = dock.flipkart.arrive("LOC1", "Sita")
    visit = scanning(dock)
    rows = [
        {"trackingId": f"T{n}", "status": "REJECTED" if n % 2 else "ACCEPTED", "reason": "torn"} for n in range(10_000)
    ]
    body = json.dumps({"scannedShipments": [*rows, rows[0], {}], "hasMore": False, "nextUrl": None}).encode()
    dock.flipkart.switches.quota_per_hour = 1_000_000
    async with dock.bot():
        card = await card_says(dock, visit, "Nothing scanned yet")
        dock.flipkart.fail("shipments", body=body, times=2)
        await some_looks(dock, "shipments", 1)
        await ask(dock, "Works until")
        assert seen_by(dock, dock.operator, str(waiting.start_code))
        await dock.until(lambda: any("10,000 scanned" in one.text_all() for one in dock.cards))
        await thread_says(dock, card, "Set aside 5,000 parcels")
        await some_looks(dock, "shipments", 2)
    assert dock.rows("select count(*), count(distinct tracking_id) from shipment") == [(10_000, 10_000)]
    assert dock.rows("select scanned, rejected from handover where scanned > 0") == [(10_000, 5_000)]


@fault("Flipkart", "an FE twice", keeps=(1, 2, 3, 4, 6), person="5 scanned")
async def test_an_fe_twice(dock: World) -> None:
    visit = scanning(dock, 5, fe_id="fe1", task_id="7")
    fe = json.dumps(
        {"feName": "Ram", "logisticPartner": "eKart", "lob": "LARGE", "task": {"id": "7", "status": "Scanning"}}
    )
    body = f'{{"sellerConfig": {{}}, "feDetails": {{"fe1": {fe}, "fe1": {fe}, " fe1 ": {fe}}}}}'
    dock.flipkart.fail("initial_load", body=body.encode(), times=FOREVER)
    async with dock.bot():
        await card_says(dock, visit, "5 scanned")
        await some_looks(dock)
        assert len(dock.cards) == 1, "one FE has two threads"
        dock.flipkart.clear_faults()
        await close(dock, visit, 5)
    assert dock.rows("select count(*) from handover") == [(1,)]
    kept(dock, visit)


@fault("Flipkart", "an FE twice, at two locations", keeps=(1, 2, 3), person="South dock")
async def test_an_fe_at_two_locations(dock: World) -> None:
    dock.flipkart.add_location("LOC2")
    places = [
        {"id": place, "name": name, "channel": dock.channel, "operators": [dock.operator]}
        for place, name in (("LOC1", "North dock"), ("LOC2", "South dock"))
    ]
    dock.toml |= {"locations": places}
    north = scanning(dock, 3, fe_id="fe1")
    south = dock.flipkart.arrive("LOC2", "Ram", fe_id="fe1")
    south.begin()
    south.scan(4)
    async with dock.bot():
        assert "North dock" in (await card_says(dock, north, "3 scanned")).text_all()
        assert "South dock" in (await card_says(dock, south, "4 scanned")).text_all()
        north.leave()
        await card_says(dock, north, "LEFT")
        south.scan(1)
        await card_says(dock, south, "5 scanned")
    kept(dock, north, south)
    assert len(dock.cards) == 2


@fault(
    "Flipkart",
    "a field of the wrong type: the task of one FE",
    keeps=(1, 2, 3),
    person="3 scanned",
    operator="flipkart listed FEs without an id or a task; they get no card",
)
async def test_a_task_of_the_wrong_type(dock: World, logged: io.StringIO) -> None:
    visit = scanning(dock, 3, fe_id="fe1", task_id="7")
    fes = {"fe1": {"feName": 5, "task": {"id": 7, "status": "Scanning", "createdAt": []}}, "fe2": {"task": "8"}}
    body = {"sellerConfig": "x", "feDetails": fes}
    dock.flipkart.fail("initial_load", body=json.dumps(body).encode(), times=FOREVER)
    async with dock.bot():
        await card_says(dock, visit, "3 scanned")
        await some_looks(dock)
        dock.flipkart.clear_faults()
        await card_says(dock, visit, "Ram")
    kept(dock, visit)
    assert len(dock.cards) == 1
    assert logged.getvalue().count("they get no card") == 1, "it is logged at every look"


ODD = {
    "slashes, quotes, emoji": 'fe/../1?a=b#c%2F"`´“’;--🛵👩🏽‍🔧é',
    "300 characters": "f" * 300,
    "all of it": "🛵/'\"" * 75,
}


@pytest.mark.everyday(1)
@pytest.mark.parametrize("odd", ODD.values(), ids=list(ODD))
@fault(
    "Flipkart",
    "ids with slashes, quotes, emoji and 300 characters",
    keeps=(1, 2, 3, 4),
    person="Works until",
)
async def test_odd_ids(dock: World, odd: str) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram", fe_id=odd, task_id=odd)

    async def says(text: str) -> Screen:
        return await dock.until(lambda: next((c for c in dock.cards if text in c.text_all()), None))

    async with dock.bot():
        await dock.slack.press(dock.operator, await says("Waiting"), "start_otc")
        await told(dock, dock.operator, "Works until")
        code = visit.start_code
        assert code is not None
        assert seen_by(dock, dock.operator, code)
        assert visit.enter_start_otc(code)
        for n in range(12):
            visit.scan(1, tracking_id=f"{n}{odd}"[:300])
        visit.scan(1, tracking_id=odd[1:], status="REJECTED", reason=odd, flyer=(odd, odd[1:], odd))
        card = await says("13 scanned")
        await thread_says(dock, card, "Set aside 1 parcel")
        visit.finish_scanning()
        await dock.slack.press(dock.operator, await says("Count, then End OTC"), "end_otc")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.submit(dock.operator, view, {"counted": "13"})
        await dock.slack.submit(dock.operator, await modal(dock, dock.operator, "Show the End OTC"))
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        assert visit.end_code is not None
        assert visit.enter_end_otc(visit.end_code)
        await says("Closed")
    kept(dock, visit)
    assert dock.rows("select fe_id, task_id, scanned, counted, stage from handover") == [(odd, odd, 13, 13, "closed")]
    assert len(dock.cards) == 1


@fault("Flipkart", "a gap in initial-load of one poll", keeps=(1, 2, 3), person="7 scanned")
async def test_a_gap_of_one_poll(dock: World) -> None:
    visit = scanning(dock, 5)
    async with dock.bot():
        card = await card_says(dock, visit, "5 scanned")
        for _ in range(3):
            visit.hide(1)
            await dock.until(lambda: visit.hidden_polls == 0)
            await some_looks(dock, more=2)
        visit.scan(2)
        await card_says(dock, visit, "7 scanned")
        said = [reply.text_all() for reply in dock.thread(card)]
        assert not [text for text in said if "left" in text or "back" in text], "a gap of one poll was told"
    kept(dock, visit)
    assert dock.rows("select what from audit where what in ('left', 'reopened')") == []


@fault(
    "Flipkart",
    "a gap in initial-load of ten polls",
    keeps=(1, 2, 3, 4, 6),
    person="Ram is back; this handover goes on.",
)
async def test_a_gap_of_ten_polls(dock: World) -> None:
    visit = scanning(dock, 5)
    async with dock.bot():
        card = await card_says(dock, visit, "5 scanned")
        visit.hide(10)
        visit.scan(4)
        # The card may be back before it was drawn as left: the thread is what stays.
        await thread_says(dock, card, "The FE left without an End OTC.")
        await thread_says(dock, card, "is back; this handover goes on")
        back = await card_says(dock, visit, "🔵")
        assert back.ts == card.ts, "who comes back has a second thread"
        await card_says(dock, visit, "9 scanned")
        await close(dock, visit, 9)
        await thread_says(dock, card, "is back; this handover goes on")
        await thread_says(dock, card, "The FE left without an End OTC.")
    assert len(dock.cards) == 1
    kept(dock, visit)


@fault(
    "Flipkart",
    "an FE that changes task",
    keeps=(1, 2, 3, 4, 6),
    person="LEFT",
    operator="flipkart says that a task is over",
)
async def test_an_fe_that_changes_task(dock: World, logged: io.StringIO) -> None:
    visit = scanning(dock, 3)
    first = [row.tracking_id for row in visit.shipments]
    before = visit.task_id
    async with dock.bot():
        old = await card_says(dock, visit, "3 scanned")
        dock.flipkart.fail("initial_load", status=503, times=FOREVER)
        visit.new_task()
        await dock.until(lambda: "flipkart says that a task is over" in logged.getvalue())
        dock.flipkart.clear_faults()
        new = await card_of(dock, visit)
        assert new.ts != old.ts, "another task has no thread of its own"
        await dock.until(lambda: "LEFT" in old.text_all())
        await thread_says(dock, old, "The FE left without an End OTC.")
        visit.begin()
        visit.scan(5)
        await card_says(dock, visit, "5 scanned")
        await close(dock, visit, 5)
        assert "*Closed.*" not in "".join(reply.text_all() for reply in dock.thread(old))
    assert len(dock.cards) == 2
    rows = dock.rows("select h.task_id, s.tracking_id from shipment s join handover h on h.id = s.handover_id")
    wanted = [(before, one) for one in first] + [(visit.task_id, row.tracking_id) for row in visit.shipments]
    assert sorted(rows) == sorted(wanted)


@fault(
    "Flipkart",
    "two FEs with one name",
    keeps=(1, 2, 3, 4),
    person="Which FE stands in front of you?",
)
async def test_two_fes_with_one_name(dock: World) -> None:
    one, other = (dock.flipkart.arrive("LOC1", "Ram", fe_id=fe) for fe in ("fe1", "fe2"))
    async with dock.bot():
        cards = [await card_of(dock, visit) for visit in (one, other)]
        assert len(dock.cards) == 2
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "Ram")
        shown = (await told(dock, dock.operator, "`fe1`")).text_all()
        for visit in (one, other):
            fe = shown.index(f"`{visit.fe_id}`")
            below = shown[fe:].partition("Start OTC for")[0]
            assert shows(below, str(visit.start_code)), "mixed up"
            assert visit.enter_start_otc(str(visit.start_code)), "the code beside an FE opens nothing for them"
        one.scan(2)
        other.scan(3)
        for visit, card in zip((one, other), cards, strict=True):
            await card_says(dock, visit, f"{len(visit.shipments)} scanned")
            await thread_says(dock, card, "took the Start OTC")
            visit.finish_scanning()
            await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "Ram")
        view = await modal(dock, dock.operator, "Which FE stands in front of you?")
        assert all(fe in view.text_all() for fe in ("fe1", "fe2")), "the two can't be told apart"
        await dock.slack.submit(dock.operator, view, {"chosen": cards[1].buttons()[0]["value"]})
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert "`fe2`" in view.text_all()
        await dock.slack.submit(dock.operator, view, {"counted": "3"})
        await dock.until(lambda: other.end_code and seen_by(dock, dock.operator, other.end_code))
        await thread_says(dock, cards[1], "took the End OTC:")
        assert one.end_code is None
        assert "took the End OTC" not in "".join(reply.text_all() for reply in dock.thread(cards[0]))
    kept(dock, one, other)


@pytest.mark.parametrize("word", ["AWAITING_GATE_PASS", "<!channel> *पार्सल* " + "x" * 500])
@fault(
    "Flipkart",
    "status words never seen",
    keeps=(1, 2, 3, 4),
    person="Flipkart says",
    operator="an unknown status word; the card shows it and keeps its stage",
)
async def test_status_words_never_seen(dock: World, logged: io.StringIO, word: str) -> None:
    visit = scanning(dock, 3)
    async with dock.bot():
        card = await card_says(dock, visit, "3 scanned")
        visit.set_status(word)
        await card_says(dock, visit, "Flipkart says")
        visit.scan(2)
        await card_says(dock, visit, "5 scanned")
        assert "<!channel>" not in json.dumps(card.blocks, ensure_ascii=False)
        visit.finish_scanning()
        await end_code(dock, dock.operator, visit, counted=5)
        await thread_says(dock, card, "took the End OTC:")
        await some_looks(dock)
    kept(dock, visit)
    assert len(dock.cards) == 1
    assert logged.getvalue().count("an unknown status word") == 1, "the word is logged at every look"
