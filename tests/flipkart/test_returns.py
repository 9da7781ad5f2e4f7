"""What Flipkart tells of returns: the look-up over the real wire, and any JSON in its place."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.clock import now
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import MalformedError, RefusedError, ThrottledError
from bot.flipkart.quota import Quota
from bot.flipkart.returns import MOST_ITEMS, Notice, ReturnItems
from bot.lists.model import ExpectedRow
from bot.sandbox.flipkart import FlipkartSim
from tests.flipkart.support import MemoryCalls, client_of, saying, scripted
from tests.flipkart.test_wire import JSON, calm

NAMES = ("trackingId", "returnId", "orderItemId", "reason", "subReason", "expectedDate")
ITEM = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))
ITEMS = st.one_of(JSON, st.lists(st.one_of(ITEM, JSON), max_size=5))
DAYS = {
    "2026-03-04": date(2026, 3, 4),
    "2026-03-04T23:00:00.000Z": date(2026, 3, 5),
    "2026-03-04T23:00:00.000+05:30": date(2026, 3, 4),
    1772586000: date(2026, 3, 4),
    1772586000000: date(2026, 3, 4),
    "soon": None,
    None: None,
    "1e999": None,
}


async def test_the_call(sim: FlipkartSim, client: FlipkartClient) -> None:
    sim.expect("FMP1", return_id="R1", order_item_id="OI1", reason="TORN", expected_date="2026-03-04")
    sim.expect("A&B#1", return_id="R2")
    told = await client.returns(["fmp9", "FMP1", "A&B#1"])
    assert told[0] == ExpectedRow("FMP1", "R1", "OI1", "TORN", date(2026, 3, 4))
    assert [row.tracking_id for row in told] == ["FMP1", "A&B#1"]
    assert sim.calls[-1].query == {"trackingIds": "fmp9,FMP1,A&B#1"}
    with pytest.raises(RefusedError):
        await client.returns([f"FMP{n}" for n in range(26)])


async def test_it_takes_only_what_polling_can_spare(sim: FlipkartSim) -> None:
    async with client_of(sim.url, quota=Quota(MemoryCalls(), 10, now, others=0)) as client:
        for _ in range(5):
            await client.returns(["FMP1"])
        with pytest.raises(ThrottledError):
            await client.returns(["FMP1"])
        await client.initial_load("LOC1")


@pytest.mark.parametrize("body", [b"", b"{", [], {}, {"returnItems": [1, None, {"trackingId": ["FMP1"]}]}])
async def test_an_answer_that_is_none(body: object) -> None:
    async with scripted(saying(body)) as server, client_of(server.url) as client:
        if isinstance(body, dict) and body:
            assert await client.returns(["FMP1"]) == []
        else:
            with pytest.raises(MalformedError):
                await client.returns(["FMP1"])


def small(row: ExpectedRow) -> bool:
    return max(map(len, (row.return_id, row.order_item_id, row.reason))) <= 200 and len(row.tracking_id) <= 1000


@calm
@given(st.fixed_dictionaries({"returnItems": ITEMS}))
def test_any_answer(body: object) -> None:
    items = ReturnItems.model_validate_json(json.dumps(body))
    assert all(small(row) for row in items.of(["FMP1", "", "123456"]))


@calm
@given(st.one_of(JSON, st.fixed_dictionaries({"attributes": st.fixed_dictionaries({"returnItems": ITEMS})})))
def test_any_notification(body: object) -> None:
    try:
        read = Notice.model_validate_json(json.dumps(body)).read()
    except ValidationError:
        return
    assert all(small(row) and row.tracking_id for row in read.rows)
    assert read.read == len(read.rows) + read.repeated + read.skipped_count


def test_a_page_that_is_far_too_long() -> None:
    items = [{"trackingId": f"FMP{n}"} for n in range(MOST_ITEMS + 5)]
    answer = ReturnItems.model_validate({"returnItems": items})
    assert len(answer.of(one["trackingId"] for one in items)) == MOST_ITEMS
    read = Notice.model_validate({"attributes": {"returnItems": items}}).read()
    assert (len(read.rows), read.skipped_count) == (MOST_ITEMS, 5)


@pytest.mark.parametrize(("written", "meant"), DAYS.items())
def test_the_day_on_which_it_is_expected(written: object, meant: date | None) -> None:
    answer = ReturnItems.model_validate({"returnItems": [{"trackingId": "FMP1", "expectedDate": written}]})
    assert [row.expected_on for row in answer.of(["FMP1"])] == [meant]


def test_reasons_are_one_line_and_the_first_item_counts() -> None:
    first = {"trackingId": " fmp1", "returnId": "R1", "reason": "DEFECTIVE\nITEM", "subReason": "Torn"}
    answer = ReturnItems.model_validate({"returnItems": [1, first, {**first, "returnId": "R2"}, {"trackingId": "X9"}]})
    assert answer.of(["FMP1", "FMP2"]) == [ExpectedRow("fmp1", "R1", "", "DEFECTIVE ITEM: Torn")]
