"""The returns ledger over the real wire, as far as its pages lead and no further."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.clock import now
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import FlipkartError, MalformedError, RefusedError, ThrottledError
from bot.flipkart.next_url import LONGEST, ledger_path
from bot.flipkart.quota import Quota
from bot.flipkart.returns import NEWEST, OLDEST, LedgerAnswer
from bot.handover.returns import FACTS, Return, Source
from bot.lists.model import State
from bot.sandbox.flipkart import FlipkartSim
from tests.flipkart.support import MemoryCalls, client_of, saying, scripted
from tests.flipkart.test_returns import ITEMS
from tests.flipkart.test_wire import JSON, calm

SINCE = now() - timedelta(hours=1)
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOST = "https://api.flipkart.example"


async def test_what_changed_page_by_page(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.switches.ledger_page = 2
    for n in range(5):
        sim.ledger(f"R{n}", "OI1", locationId="LOC1", trackingId=f"FMP{n}", status="created")
    sim.ledger("R9", "OI1", locationId="LOC2")
    sim.ledger("R8", "OI1", at=(SINCE - timedelta(minutes=1)).timestamp(), locationId="LOC1")
    found, url = [], ""
    for _ in range(3):
        page = await client.ledger("LOC1", "", SINCE, url)
        found += [one.return_id for one in page.statements]
        url = page.next_url
    assert (found, url) == ([f"R{n}" for n in range(5)], "")


async def test_what_a_row_says(sim: FlipkartSim, client: FlipkartClient) -> None:
    at = now().replace(microsecond=0)
    row: dict[str, Any] = {"trackingId": "FMP1", "shipmentId": "SH1", "status": "COMPLETED", "type": "courier_return"}
    row |= {"shipmentStatus": "delivered", "expectedDate": "2026-03-04", "reason": "TORN", "subReason": "Box"}
    sim.ledger("R1", "OI1", at=at.timestamp(), locationId="LOC1", **row)
    [one] = (await client.ledger("LOC1", "courier_return", SINCE, "")).statements
    assert (one.source, one.at) == (Source.LEDGER, at)
    after = Return("R1", "OI1").after(one)
    assert (after.tracking_id, after.shipment_id, after.kind) == ("FMP1", "SH1", "courier_return")
    assert (after.state, after.completed_at, after.status) == (State.COMPLETED, at, "COMPLETED")
    assert (after.reason, after.expected_on, after.shipment_status) == ("TORN: Box", date(2026, 3, 4), "delivered")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("created", State.AWAITED),
        ("cancelled", State.CANCELLED),
        ("rejected", State.REJECTED),
        ("cancellation_in_progress", State.AWAITED),
        ("service_requested", State.AWAITED),
        ("", State.AWAITED),
    ],
)
def test_the_words_of_a_status(status: str, state: State) -> None:
    row = {"returnId": "R1", "status": status, "updatedDate": "2026-03-02T10:00:00"}
    [one] = LedgerAnswer.model_validate({"returnItems": [row]}).statements("LOC1", NOW, NOW)
    assert one.at == datetime(2026, 3, 2, 4, 30, tzinfo=UTC), "without a zone it is India's"
    assert Return("R1", "").after(one).state is state


async def test_where_a_source_is_mandatory(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.switches.ledger_needs_source = True
    with pytest.raises(RefusedError) as refusal:
        await client.ledger("LOC1", "", SINCE, "")
    assert (refusal.value.of_the_address, refusal.value.retry) == (True, False)
    assert (await client.ledger("LOC1", "customer_return", SINCE, "")).statements == []


async def test_it_takes_only_what_polling_can_spare(sim: FlipkartSim) -> None:
    async with client_of(sim.url, quota=Quota(MemoryCalls(), 10, now, others=0)) as client:
        for _ in range(5):
            await client.ledger("LOC1", "", SINCE, "")
        with pytest.raises(ThrottledError):
            await client.ledger("LOC1", "", SINCE, "")
        await client.initial_load("LOC1")


@pytest.mark.parametrize(
    "body",
    [
        {"returnItems": [], "hasMore": True},
        {"returnItems": [], "hasMore": True, "nextUrl": "https://elsewhere.example/sellers/v2/returns?offset=1"},
        {"returnItems": [], "hasMore": True, "nextUrl": "/sellers/v3/returns/tasks/shipments/x"},
        {"returnItems": [], "hasMore": True, "nextUrl": ["/returns?offset=1"]},
        {"returnItems": [], "hasMore": False, "nextUrl": "/returns?offset=1"},
        {"returnItems": [1, None, "x"], "nextUrl": None},
    ],
)
async def test_a_page_that_leads_nowhere_is_the_last(body: dict[str, object]) -> None:
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        page = await client.ledger("LOC1", "", SINCE, "")
        assert (list(page.statements), page.next_url) == ([], "")
        assert page.is_cut_off is body.get("hasMore", False)


async def test_a_link_counts_where_there_are_rows_whatever_has_more_says() -> None:
    body = {"returnItems": [{"returnId": "R1"}], "hasMore": False, "nextUrl": "/returns?offset=1"}
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        page = await client.ledger("LOC1", "", SINCE, "")
        assert (len(page.statements), page.next_url) == (1, "/sellers/v2/returns?offset=1")
        assert not page.is_cut_off


async def test_a_page_of_more_rows_than_any_other_is_read_whole() -> None:
    body = {"returnItems": [{"returnId": f"R{n}"} for n in range(3000)]}
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        assert len((await client.ledger("LOC1", "", SINCE, "")).statements) == 3000


@pytest.mark.parametrize("body", [b"", b"{", [], {}])
async def test_an_answer_that_is_none(body: object) -> None:
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        with pytest.raises(MalformedError):
            await client.ledger("LOC1", "", SINCE, "")


@calm
@given(st.one_of(JSON, st.fixed_dictionaries({"returnItems": ITEMS, "hasMore": JSON, "nextUrl": JSON})))
def test_any_answer(body: object) -> None:
    try:
        answer = LedgerAnswer.model_validate(body)
    except ValidationError:
        return
    for one in answer.statements("LOC1", NOW, NOW):
        assert one.return_id or one.order_item_id
        assert "\n" not in one.return_id + one.order_item_id
        assert set(one.facts) <= {*FACTS}
        assert -OLDEST <= one.at - NOW <= NEWEST
        assert one.ref == Return(one.return_id, one.order_item_id).after(one).ref


@pytest.mark.parametrize(
    "written",
    [
        "/returns?modifiedAfter=x&offset=25",
        "returns?modifiedAfter=x&offset=25",
        "/v2/returns?modifiedAfter=x&offset=25",
        "/sellers/v2/returns?modifiedAfter=x&offset=25",
        f"{HOST}/sellers/v2/returns?modifiedAfter=x&offset=25#there",
        "?modifiedAfter=x&offset=25",
    ],
)
def test_every_form_of_the_next_page(written: str) -> None:
    path = ledger_path(written, HOST)
    assert path == "/sellers/v2/returns?modifiedAfter=x&offset=25"
    assert ledger_path(path, HOST) == path


@pytest.mark.parametrize(
    "written",
    [
        "",
        "/returns",
        "//elsewhere.example/returns?x=1",
        "http://api.flipkart.example/sellers/v2/returns?x=1",
        "https://api.flipkart.example:444/sellers/v2/returns?x=1",
        "https://api.flipkart.example@elsewhere.example/returns?x=1",
        "/sellers/v2/returns/../orders?x=1",
        "/orders?x=1",
        "/returns?x=1 2",
        "/returns?x=" + "1" * LONGEST,
        "https://[::1/returns?x=1",
    ],
)
def test_what_is_no_next_page(written: str) -> None:
    with pytest.raises(MalformedError):
        ledger_path(written, HOST)


@calm
@given(st.text(max_size=200))
def test_any_next_page_stays_on_the_host(written: str) -> None:
    try:
        path = ledger_path(written, HOST)
    except FlipkartError:
        return
    assert path.startswith("/sellers/v2/returns?")
    assert path.isascii()
    assert path.isprintable()
