"""Flipkart announces returns by itself; the bot takes them into the list of their location. Over the real wire."""

import asyncio
import csv
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot.clock import now
from bot.export import Format, Wish, export
from bot.houses import RecordSettings
from bot.sandbox.flipkart import Visit
from bot.slack import ids
from bot.timing import WebTiming
from tests.examples import examples
from tests.flipkart.test_wire import JSON
from tests.pace import PATIENCE, Standing
from tests.scenarios.dockwork import Screen, card_says, end_code, modal, thread_says
from tests.scenarios.faults.processes import OwnConnection
from tests.support import World, world

REGISTERED = "https://otc.example/flipkart/notifications"
LISTED = "select location_id, tracking_id, return_id, order_item_id, reason, expected_on, source from expected"


def address(logged: io.StringIO) -> str:
    lines = [json.loads(line) for line in logged.getvalue().splitlines() if '"health":' in line]
    return str(lines[-1]["health"]).replace("/healthz", "/flipkart/notifications")


@pytest.fixture
def dock(dock: World) -> World:
    dock.toml["notifications"] = {"url": REGISTERED}
    dock.flipkart.expect("FMP000001", return_id="R1", order_item_id="OI1", reason="TORN", expected_date="2026-01-05")
    return dock


@pytest.fixture
def own() -> Iterator[OwnConnection]:
    one = OwnConnection()
    sa.event.listen(Engine, "begin", one.begins)
    yield one
    sa.event.remove(Engine, "begin", one.begins)


async def test_a_return_that_is_announced_is_expected(dock: World, logged: io.StringIO) -> None:
    async with dock.bot():
        to = address(logged)
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        await card_says(dock, visit, "1 scanned")
        body = dock.flipkart.return_created("LOC1", "FMP000001")
        assert await dock.flipkart.notify(to, body, url=REGISTERED) == 200
        told = ("LOC1", "FMP000001", "R1", "OI1", "TORN", "2026-01-05", "notification")
        assert dock.rows(LISTED) == [told]
        await card_says(dock, visit, "1 of 1 on the list")
        for zone in ("GMT", "GMT+05:30"):
            assert await dock.flipkart.notify(to, body, url=REGISTERED, zone=zone) == 200
        assert dock.rows(LISTED) == [told], "the same again changes nothing"
        listed = dock.rows("select by, detail from audit where what = 'listed'")
        assert [(by, json.loads(detail)["source"]) for by, detail in listed] == [(None, "notification")]
        visit.scan(1, tracking_id="FMP000777")
        card = await card_says(dock, visit, "1 not on your list")
        await thread_says(dock, card, "`FMP000777`")


async def test_what_is_not_for_us_or_not_understood_is_answered_and_left(dock: World, logged: io.StringIO) -> None:
    completed = {"returnId": "R1", "eventType": "return_completed", "locationId": "LOC1", "attributes": {}}
    without = dock.flipkart.return_created("LOC1", "FMP000001")
    without["attributes"]["returnItems"][0]["trackingId"] = None  # type: ignore[index]
    bodies: list[Any] = [completed, {"eventType": "shipment_created"}, {}, {"eventType": ["x"]}, without]
    bodies.append(dock.flipkart.return_created("LOC9", "FMP000001"))
    async with dock.bot():
        for body in bodies:
            assert await dock.flipkart.notify(address(logged), body, url=REGISTERED) == 200, body
        assert dock.rows(LISTED) == []
        nameless = dock.flipkart.return_created("", "FMP000001")
        assert await dock.flipkart.notify(address(logged), nameless, url=REGISTERED) == 200
        assert dock.rows("select location_id from expected") == [("LOC1",)], "there is just one location"
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    elsewhere = next(line for line in lines if "not in bot.toml" in line["event"])
    assert elsewhere["at"] == "LOC9"
    assert "TORN" not in logged.getvalue(), "nothing of a body is logged but counts and ids"


async def test_a_location_that_is_not_named_and_could_be_several(dock: World, logged: io.StringIO) -> None:
    one = {"name": "Dock", "channel": dock.channel, "operators": [dock.operator]}
    dock.toml["locations"] = [{"id": "LOC1", **one}, {"id": "LOC2", **one}]
    async with dock.bot():
        nameless = dock.flipkart.return_created("", "FMP000001")
        assert await dock.flipkart.notify(address(logged), nameless, url=REGISTERED) == 200
        assert dock.rows(LISTED) == []
        named = dock.flipkart.return_created("LOC2", "FMP000001")
        assert await dock.flipkart.notify(address(logged), named, url=REGISTERED) == 200
        assert dock.rows("select location_id from expected") == [("LOC2",)]


async def test_a_wrong_signature_and_a_broken_payload(dock: World, logged: io.StringIO) -> None:
    body = dock.flipkart.return_created("LOC1", "FMP000001")
    wrong: list[dict[str, str]] = [
        {"X_Authorization": ""},
        {"X_Authorization": "FKLOGIN !!!"},
        {"X_Authorization": "FKLOGIN YXBwOmFiYw=="},
        {"X_Authorization": "FKLOGIN " + "A" * 4000},
        {"X_Date": ""},
        {"X_Date": "yesterday"},
        {"X_Date": "Tue, 99 May 2015 99:02:15 GMT"},
        {"X_Date": "9" * 400},
    ]
    async with dock.bot():
        to = address(logged)
        for headers in wrong:
            assert await dock.flipkart.notify(to, body, url=REGISTERED, headers=headers) == 401, headers
        assert await dock.flipkart.notify(to, body, url=to) == 401, "signed for another address"
        for broken in (b"", b"{", b"[]", b"1", b"\xff\xfe", b"[" * 100_000, b'{"eventType": "return_created"'):
            assert await dock.flipkart.notify(to, broken, url=REGISTERED) == 400, broken[:20]
        packed = {"Content-Encoding": "gzip"}
        assert await dock.flipkart.notify(to, b"not gzip", url=REGISTERED, headers=packed) == 400
        assert await dock.flipkart.notify(to, b" " * 2_000_000, url=REGISTERED) == 413
        assert dock.rows(LISTED) == []
        assert await dock.flipkart.notify(to, body, url=REGISTERED) == 200
    strangers = [line for line in logged.getvalue().splitlines() if "without Flipkart's signature" in line]
    assert len(strangers) == 1, "once a minute at most"
    assert "FMP000001" not in logged.getvalue()


async def test_what_comes_late_is_taken_for_a_day(dock: World, logged: io.StringIO) -> None:
    body = dock.flipkart.return_created("LOC1", "FMP000001")
    moved = timedelta(hours=23)
    async with dock.bot(lambda: now() + moved):
        assert await dock.flipkart.notify(address(logged), body, url=REGISTERED) == 200
        assert len(dock.rows(LISTED)) == 1
        dock.flipkart.expect("FMP000002")
        moved = timedelta(hours=25)
        other = dock.flipkart.return_created("LOC1", "FMP000002")
        assert await dock.flipkart.notify(address(logged), other, url=REGISTERED) == 200
        assert len(dock.rows(LISTED)) == 1, "what is older is ignored, and holds up nothing"
    assert "more than a day from now" in logged.getvalue()


async def test_a_database_that_takes_nothing(dock: World, logged: io.StringIO, own: OwnConnection) -> None:
    body = dock.flipkart.return_created("LOC1", "FMP000001")
    async with dock.bot():
        own.statements[:] = ["PRAGMA query_only = ON"]
        assert await dock.flipkart.notify(address(logged), body, url=REGISTERED) == 503
        own.statements[:] = ["PRAGMA query_only = OFF"]
        assert await dock.flipkart.notify(address(logged), body, url=REGISTERED) == 200
        assert len(dock.rows(LISTED)) == 1


async def test_where_no_address_is_set(dock: World, logged: io.StringIO) -> None:
    dock.toml.pop("notifications")
    async with dock.bot():
        body = dock.flipkart.return_created("LOC1", "FMP000001")
        assert await dock.flipkart.notify(address(logged), body, url=REGISTERED) == 404
        assert dock.rows(LISTED) == []


@pytest.mark.parametrize("items", [[{}], [{}, {"returnId": 0}], [{"trackingId": ""}, {"trackingId": "x" * 999}]])
async def test_a_return_that_names_no_parcel_that_can_be_read(dock: World, logged: io.StringIO, items: Any) -> None:
    body = {"eventType": "return_created", "locationId": "LOC1", "attributes": {"returnItems": items}}
    async with dock.bot():
        assert await dock.flipkart.notify(address(logged), json.dumps(body).encode(), url=REGISTERED) == 200
        assert dock.rows(LISTED) == []
        assert dock.rows("select * from expected") == []
    assert "Traceback" not in logged.getvalue()


async def test_any_body_gets_an_answer(tmp_path: Path, logged: io.StringIO) -> None:
    async with world(tmp_path) as dock:
        dock.toml["notifications"] = {"url": REGISTERED}
        async with dock.bot():
            await _fuzz(dock, address(logged))
    faults = [line for line in logged.getvalue().splitlines() if '"exception"' in line or "Traceback" in line]
    assert faults == []


async def _fuzz(dock: World, to: str) -> None:
    items = st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(("trackingId", "returnId", "orderItemId", "reason", "subReason", "expectedDate"), JSON),
    )
    notices = st.fixed_dictionaries(
        {"eventType": st.sampled_from(["return_created", "return_completed", "x"])},
        optional={
            "locationId": st.one_of(st.sampled_from(["LOC1", ""]), JSON),
            "returnId": JSON,
            "attributes": st.one_of(JSON, st.fixed_dictionaries({"returnItems": st.one_of(JSON, st.lists(items))})),
        },
    )
    bodies = st.one_of(st.binary(max_size=200), JSON, notices)
    loop = asyncio.get_running_loop()

    @settings(max_examples=examples(150), deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(bodies)
    def answered(body: object) -> None:
        future = asyncio.run_coroutine_threadsafe(dock.flipkart.notify(to, body, url=REGISTERED), loop)
        assert future.result(PATIENCE) in (200, 400)

    await asyncio.to_thread(answered)


async def test_a_pair_of_headers_takes_no_other_body_later(dock: World, logged: io.StringIO) -> None:
    """The signature does not cover the body: whoever has seen one pair could send anything with it."""
    moved = [0.0]
    dock.monotonic = lambda: time.monotonic() + moved[0]
    for n in range(1, 5):
        dock.flipkart.expect(f"FMP00000{n}")
    at = time.time()

    def body(n: int) -> Any:
        return dock.flipkart.return_created("LOC1", f"FMP00000{n}")

    async def sent(n: int) -> int:
        return await dock.flipkart.notify(address(logged), bodies[n], url=REGISTERED, at=at)

    bodies = {n: body(n) for n in range(1, 5)}
    async with dock.bot():
        assert [await sent(n) for n in (1, 2, 1)] == [200, 200, 200]
        assert len(dock.rows(LISTED)) == 2, "two of one second have the same signature by right"
        moved[0] = 3600.0
        assert [await sent(n) for n in (1, 3, 2)] == [200, 200, 200], "refused, it would hold up all that follow it"
        assert len(dock.rows(LISTED)) == 2
        assert logged.getvalue().count("with the signature of others") == 1
        at += 1
        assert await sent(4) == 200
        assert len(dock.rows(LISTED)) == 3


async def test_many_at_once_lose_nothing(dock: World, logged: io.StringIO) -> None:
    dock.timing = replace(dock.timing, web=WebTiming(notifications_at_once=40, notifications_a_second=40))
    dock.monotonic = clock = Standing()
    bodies = []
    for n in range(120):
        dock.flipkart.expect(f"FMPX{n:05d}")
        bodies.append(dock.flipkart.return_created("LOC1", f"FMPX{n:05d}"))
    asked, at = 0, time.time()

    async def deliver(body: object) -> None:
        """As Flipkart does: again, until it is taken. All were made in one second, and so have one signature."""
        nonlocal asked
        while True:
            asked += 1
            status = await dock.flipkart.notify(address(logged), body, url=REGISTERED, at=at)
            if status == 200:
                return
            assert status == 503
            clock.go()
            await asyncio.sleep(0.05)

    async with dock.bot():
        await asyncio.gather(*map(deliver, bodies))
        assert dock.rows("select count(*) from expected") == [(120,)]
        assert asked > 120, "all of them were taken at once"
        batches = dock.rows("select count(*) from audit where what = 'listed'")[0][0]
        assert batches < 100, "each was kept in a transaction of its own"
    assert logged.getvalue().count("more notifications than are taken at once") == 1


async def test_a_return_through_all_six_events(dock: World, logged: io.StringIO) -> None:
    """A customer return: announced without a label, labelled, put off, picked up, completed; another is cancelled."""
    async with dock.bot():
        to = address(logged)

        async def tell(event: str, **item: Any) -> None:
            body = dock.flipkart.return_event(event, "R7", "OI7", **item)
            assert await dock.flipkart.notify(to, body, url=REGISTERED) == 200

        await tell("return_created", location_id="LOC1", reason="Size", expectedDate="2026-01-05")
        assert dock.rows(LISTED) == []
        await tell("return_item_tracking_id_update", trackingId="FMP000007")
        assert dock.rows(LISTED) == [("LOC1", "FMP000007", "R7", "OI7", "Size", "2026-01-05", "notification")]
        await tell("return_expected_date_changed", expectedDate="2026-01-07", location_id="LOC1")
        assert dock.rows("select expected_on from expected") == [("2026-01-07",)]
        await tell("return_picked_up", location_id="LOC1")
        await tell("return_completed", location_id="LOC1")
        assert dock.rows("select state from expected") == [("completed",)]
        body = dock.flipkart.return_created("LOC1", "FMP000001")
        assert await dock.flipkart.notify(to, body, url=REGISTERED) == 200
        off = dock.flipkart.return_event("return_cancelled", "R1", "OI1", location_id="LOC1")
        assert await dock.flipkart.notify(to, off, url=REGISTERED) == 200
        assert dock.rows("select tracking_id, state from expected order by id") == [
            ("FMP000007", "completed"),
            ("FMP000001", "cancelled"),
        ]
        foreign = dock.flipkart.return_event("return_completed", "R8", "OI8", location_id="LOC9")
        assert await dock.flipkart.notify(to, foreign, url=REGISTERED) == 200
        assert dock.rows("select count(*) from return_item") == [(2,)], "what is for another location is not kept"


async def test_what_flipkart_confirms_after_the_end(dock: World, logged: io.StringIO) -> None:
    """One of four parcels was refused. The card of the FE who left is edited, and nothing is said."""
    async with dock.bot():
        to = address(logged)
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        for n in range(1, 4):
            visit.scan(1, tracking_id=f"FMP00000{n}")
        visit.scan(1, tracking_id="FMP000004", status="REJECTED", reason="damaged")
        visit.finish_scanning()
        card = await card_says(dock, visit, "Count, then End OTC")
        await end_code(dock, dock.operator, visit, 4)
        assert visit.end_code is not None
        assert visit.enter_end_otc(visit.end_code)
        await card_says(dock, visit, "Closed")
        receipt = await thread_says(dock, card, "Receipt:")
        said = len(dock.thread(card))
        [table] = [dock.slack.files[one["id"]].content for one in receipt.files if one["name"].endswith(".csv")]
        assert "Not yet confirmed by Flipkart as returned: 3 parcels, as of " in table.decode()

        async def complete(n: int) -> None:
            label = f"FMP00000{n}"
            for event in ("return_completed", "return_created"):
                body = dock.flipkart.return_event(event, f"R{n}", f"OI{n}", location_id="LOC1", trackingId=label)
                assert await dock.flipkart.notify(to, body, url=REGISTERED) == 200

        await complete(1)
        await card_says(dock, visit, "Flipkart counts 1 of 3 parcels as returned so far")
        for n in (2, 3, 4):
            await complete(n)
        after = await card_says(dock, visit, "Flipkart counts all 3 parcels as returned")
        assert (after.ts, len(dock.thread(card))) == (card.ts, said), "an edit, and no message"
    assert dock.rows("select confirmed from handover") == [(3,)]
    settings = dock.settings()
    wish = Wish(formats=[Format.CSV], out=dock.folder)
    await export(RecordSettings(settings.env.database_url, settings.toml), wish)
    [newer] = [file.read_bytes() for file in dock.folder.glob("handovers*.csv")]
    assert "Confirmed by Flipkart as returned: 3 of 3 parcels, as of " in newer.decode()
    hashes = [next(csv.DictReader(io.StringIO(one.decode("utf-8-sig"))))["sha256"] for one in (table, newer)]
    assert hashes[0] == hashes[1], "what Flipkart confirms is in no hash"


class Moved:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self._by = timedelta()

    def __call__(self) -> datetime:
        return now() + self._by

    def move(self, by: timedelta) -> None:
        """So much ahead of the real one from now on."""
        self._by = by


async def never_came(dock: World, logged: io.StringIO, moved: Callable[[timedelta], None]) -> tuple[Visit, Screen]:
    """Of two completed parcels an FE brings the second; a day later there is an alarm about the first."""
    to = address(logged)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(1, tracking_id="FMP000002")
    await card_says(dock, visit, "1 scanned")
    later = time.time() + 2
    for n in (1, 2):
        label = {"trackingId": f"FMP00000{n}", "reason": "Size"}
        for event in ("return_created", "return_completed"):
            body = dock.flipkart.return_event(event, f"R{n}", f"OI{n}", location_id="LOC1", at=later, **label)
            assert await dock.flipkart.notify(to, body, url=REGISTERED) == 200
    moved(timedelta(hours=23))
    await asyncio.sleep(0)
    assert dock.rows("select count(*) from unreceived") == [(0,)]
    moved(timedelta(hours=25))
    alarms = lambda: [one for one in dock.slack.messages(dock.channel) if "never came" in one.text_all()]  # noqa: E731
    return visit, (await dock.until(alarms))[0]


async def test_what_is_completed_and_never_came_is_told_once(dock: World, logged: io.StringIO) -> None:
    """A day later, in the channel, with what to do; not again after a restart, and nothing of what did come."""
    clock = Moved()
    async with dock.bot(clock):
        visit, alarm = await never_came(dock, logged, clock.move)
        for text in ("1 return never came", "`FMP000001`", "`R1`", "`OI1`", "Size", "claim at Flipkart by"):
            assert text in alarm.text_all(), text
        assert "FMP000002" not in alarm.text_all()
        assert alarm.thread_ts is None, "it is for everybody in the channel"
    clock.move(timedelta(hours=30))
    async with dock.bot(clock):
        visit.scan(1)
        await card_says(dock, visit, "2 scanned")
    told = [one for one in dock.slack.messages(dock.channel) if "never came" in one.text_all()]
    assert len(told) == 1
    assert dock.rows("select state from delivery where kind = 'unreceived'") == [("sent",)]


async def test_what_never_came_is_claimed_for_below_its_alarm(dock: World, logged: io.StringIO) -> None:
    """By operators alone; the proof lists what did come; and the parcel that comes after all is said there."""
    clock = Moved()
    async with dock.bot(clock):
        visit, alarm = await never_came(dock, logged, clock.move)
        await dock.slack.press(dock.stranger, alarm, ids.CLAIM)
        await dock.until(lambda: "Sorry" in (view.text_all() if (view := dock.slack.view(dock.stranger)) else ""))
        await dock.slack.press(dock.operator, alarm, ids.CLAIM)
        form = await modal(dock, dock.operator, "Completed at Flipkart, never came")
        await dock.slack.submit(dock.operator, form, {ids.REFERENCE: "SF-9", ids.AMOUNT: "450"})
        await modal(dock, dock.operator, "Saved for `FMP000001`")
        await thread_says(dock, alarm, "filed the claim for `FMP000001`, reference `SF-9`")
        await dock.slack.press(dock.operator, alarm, ids.CLAIM)
        form = await modal(dock, dock.operator, "What became of it?")
        await dock.slack.press(dock.operator, form, ids.PROOF)
        await modal(dock, dock.operator, "The proof comes into the thread")

        def files() -> dict[str, bytes]:
            shared = [file for one in dock.thread(alarm) for file in one.files]
            return {file["name"]: dock.slack.files[file["id"]].content for file in shared}

        await dock.until(lambda: len(files()) == 2)
        [archive] = [content for name, content in files().items() if name.endswith(".zip")]
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            [scans] = [
                opened.read(name).decode("utf-8-sig") for name in opened.namelist() if name.endswith("scans.csv")
            ]
        assert "FMP000002" in scans
        assert "FMP000001" not in scans
        visit.scan(1, tracking_id="FMP000001")
        await thread_says(dock, alarm, "came after all")
        await thread_says(dock, alarm, "Claims already filed: `FMP000001`")
