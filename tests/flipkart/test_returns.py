"""What Flipkart tells of returns: the look-up over the real wire, and any JSON in its place."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.clock import now
from bot.flipkart.client import FlipkartClient
from bot.flipkart.errors import MalformedError, RefusedError, ThrottledError
from bot.flipkart.quota import Quota
from bot.flipkart.returns import CREATED, EVENTS, MOST_ITEMS, NEWEST, OLDEST, Notice, ReturnItems, moment
from bot.handover.returns import FACTS, Fact, Return, Source, Statement, ref_of, ref_of_parcel
from bot.lists.model import ExpectedRow, State
from bot.sandbox.flipkart import FlipkartSim
from bot.text import parcel_key
from tests.flipkart.support import MemoryCalls, client_of, saying, scripted
from tests.flipkart.test_wire import JSON, calm

NAMES = ("trackingId", "returnId", "orderItemId", "reason", "subReason", "expectedDate")
ITEM = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, JSON))
ITEMS = st.one_of(JSON, st.lists(st.one_of(ITEM, JSON), max_size=5))
SIGNED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HAPPENED = datetime(2026, 3, 2, 4, 30, tzinfo=UTC)
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
    assert (told[0].ref, told[0].source) == (ref_of("R1", "OI1"), Source.LOOKUP)
    said = {name: fact for name, fact in told[0].facts.items() if fact}
    assert said.items() >= {"tracking_id": "FMP1", "reason": "TORN", "expected_on": date(2026, 3, 4)}.items()
    assert "location_id" not in said, "it says nothing of where the parcel goes"
    assert [one.facts["tracking_id"] for one in told] == ["FMP1", "A&B#1"]
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
    for one in items.of(["FMP1", "", "123456"], SIGNED):
        assert max(len(one.return_id), len(one.order_item_id)) <= 200
        assert set(one.facts) <= {*FACTS} - {"location_id"}
        assert -OLDEST <= one.at - SIGNED <= NEWEST
        assert all(len(fact) <= 1000 for fact in one.facts.values() if isinstance(fact, str))
        assert parcel_key(str(one.facts["tracking_id"])) in ("FMP1", "", "123456")


@calm
@given(
    st.one_of(
        JSON,
        st.fixed_dictionaries(
            {
                "eventType": st.sampled_from(tuple(EVENTS)),
                "timestamp": st.one_of(JSON, st.datetimes().map(str)),
                "attributes": st.fixed_dictionaries({"returnItems": ITEMS}),
            }
        ),
    )
)
def test_any_notification(body: object) -> None:
    try:
        told = Notice.model_validate_json(json.dumps(body)).told(SIGNED)
    except ValidationError:
        return
    if told is None:
        return
    for one in told.statements:
        assert one.return_id or one.order_item_id
        assert max(len(one.return_id), len(one.order_item_id)) <= 200
        assert "\n" not in one.return_id + one.order_item_id, "nothing in an id looks like the seam of a key"
        assert set(one.facts) <= {*FACTS}
        assert -OLDEST <= one.at - SIGNED <= NEWEST
        assert all(len(fact) <= 1000 for fact in one.facts.values() if isinstance(fact, str))
    if told.bare is not None:
        read = told.bare
        assert all(small(row) and row.tracking_id for row in read.rows)
        assert read.read == len(read.rows) + read.repeated + read.skipped_count


def test_a_page_that_is_far_too_long() -> None:
    items = [{"trackingId": f"FMP{n}"} for n in range(MOST_ITEMS + 5)]
    answer = ReturnItems.model_validate({"returnItems": items})
    assert len(answer.of((one["trackingId"] for one in items), SIGNED)) == MOST_ITEMS
    told = Notice.model_validate({"eventType": CREATED, "attributes": {"returnItems": items}}).told(SIGNED)
    assert told is not None
    assert told.bare is not None
    assert len(told.bare.rows) == MOST_ITEMS


WHEN = "2026-03-02T10:00:00+05:30"


@pytest.mark.parametrize(
    ("event", "item", "facts"),
    [
        ("return_item_tracking_id_update", {"trackingId": " FMP1 ", "reason": "x"}, {"tracking_id": "FMP1"}),
        ("return_expected_date_changed", {"expectedDate": "2026-03-04"}, {"expected_on": date(2026, 3, 4)}),
        ("return_picked_up", {"trackingId": "FMP1"}, {"picked_up_at": HAPPENED}),
        ("return_completed", {}, {"completed_at": HAPPENED, "end": "completed"}),
        ("return_cancelled", {}, {"cancelled_at": HAPPENED, "end": "cancelled"}),
    ],
)
def test_what_each_event_says(event: str, item: dict[str, str], facts: dict[str, Fact]) -> None:
    body = {
        "eventType": event,
        "returnId": "R1",
        "timestamp": WHEN,
        "attributes": {"returnItems": [{"orderItemId": "OI1", **item}]},
    }
    told = Notice.model_validate(body).told(SIGNED)
    assert told is not None
    assert told.statements == [Statement("R1", "OI1", HAPPENED, facts | {"status": event})]
    assert not told.needs_place


def test_what_a_new_return_says() -> None:
    item = {
        "orderItemId": "OI1",
        "trackingId": "FMP1",
        "shipmentId": "SH1",
        "source": "courier_return",
        "action": "refund_dnt_expect",
        "reason": "TORN",
        "expectedDate": "2026-03-04T23:00:00.000Z",
    }
    body = {"eventType": CREATED, "returnId": "R1", "locationId": "LOC1", "attributes": {"returnItems": [item]}}
    told = Notice.model_validate(body).told(SIGNED)
    assert told is not None
    [one] = told.statements
    assert (told.location_id, told.needs_place, told.bare) == ("LOC1", True, None)
    assert one.at == SIGNED, "it does not say when it happened"
    after = Return("R1", "OI1").after(one)
    assert (after.tracking_id, after.shipment_id, after.kind) == ("FMP1", "SH1", "courier_return")
    assert (after.reason, after.expected_on, after.completed_at) == ("TORN", date(2026, 3, 5), None)
    assert after.state is State.CANCELLED, "the goods stay with the customer"


@pytest.mark.parametrize("written", ["", "soon", "1926-03-02T10:00:00Z", "2126-03-02T10:00:00Z", "9" * 400, "-1"])
def test_a_time_that_can_not_be_is_the_one_of_the_signature(written: str) -> None:
    body = {
        "eventType": "return_completed",
        "returnId": "R1",
        "timestamp": written,
        "attributes": {"returnItems": [{}]},
    }
    told = Notice.model_validate(body).told(SIGNED)
    assert told is not None
    assert [one.at for one in told.statements] == [SIGNED]


def test_a_time_without_a_zone_is_indias() -> None:
    assert moment("2026-03-02T10:00:00") == HAPPENED == moment(WHEN) == moment(str(int(HAPPENED.timestamp())))


@pytest.mark.parametrize(("written", "meant"), DAYS.items())
def test_the_day_on_which_it_is_expected(written: object, meant: date | None) -> None:
    answer = ReturnItems.model_validate({"returnItems": [{"trackingId": "FMP1", "expectedDate": written}]})
    assert [one.facts["expected_on"] for one in answer.of(["FMP1"], SIGNED)] == [meant]


def test_reasons_are_one_line_and_each_item_says_its_own() -> None:
    first = {"trackingId": " fmp1", "returnId": "R1", "reason": "DEFECTIVE\nITEM", "subReason": "Torn"}
    answer = ReturnItems.model_validate({"returnItems": [1, first, {**first, "returnId": "R2"}, {"trackingId": "X9"}]})
    said = answer.of(["FMP1", "FMP2"], SIGNED)
    assert [(one.return_id, one.facts["tracking_id"], one.facts["reason"]) for one in said] == [
        (return_id, "fmp1", "DEFECTIVE ITEM: Torn") for return_id in ("R1", "R2")
    ]


def test_a_lookup_says_when_its_row_changed_or_else_that_it_is_so_now() -> None:
    rows = [{"trackingId": "FMP1", "returnId": "R1", "updatedDate": WHEN}, {"trackingId": "FMP2", "reason": "TORN"}]
    dated, bare = ReturnItems.model_validate({"returnItems": rows}).of(["FMP1", "FMP2"], SIGNED)
    assert (dated.at, bare.at) == (HAPPENED, SIGNED)
    assert bare.ref == ref_of_parcel("", "fmp2"), "no return is named: its label tells it from others"
