"""What is told of what happens: kept in the transaction of the change, whole, and gone with it."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import scrub
from bot.handover import machine
from bot.handover.claims import Kind, Opening
from bot.handover.model import OtcMode, Shipment
from bot.handover.ports import CursorMove, Page, Sighting
from bot.store.claims import ClaimStore
from bot.store.tables import WEBHOOK
from bot.store.unreceived import UnreceivedStore
from bot.webhooks.messages import IN_ONE
from tests.both import ONLY_SQLITE
from tests.store.conftest import NOW
from tests.store.test_unreceived import DAY, LATER, complete
from tests.webhooks.conftest import Outside
from tests.webhooks.receiver import SECRET, check

DAYS = 14


async def told(outside: Outside) -> list[dict[str, Any]]:
    """The messages that wait, the oldest first, each as the schema says."""
    query = select(WEBHOOK.c.body).order_by(WEBHOOK.c.id)
    found = [json.loads(body) for body in await outside.database.run(lambda one: list(one.scalars(query)))]
    for message in found:
        check(message)
    return found


def types(messages: list[dict[str, Any]]) -> list[str]:
    return [one["type"] for one in messages]


@pytest.fixture
def outside(outside: Outside) -> Outside:
    outside.now = NOW
    outside.tells("erp", "http://127.0.0.1:9/")
    return outside


async def test_returns_that_never_came_and_one_that_comes_after_all(outside: Outside) -> None:
    await outside.arrive()
    await complete(outside.database, 1, reason="TORN")
    await complete(outside.database, 2)
    unreceived = UnreceivedStore(outside.database, DAYS)
    assert await unreceived.raise_alarm("LOC1", LATER - DAY, LATER)
    assert not await unreceived.raise_alarm("LOC1", LATER - DAY, LATER + DAY), "it was told once"
    arrived, never, opened = await told(outside)
    assert (arrived["type"], never["type"], opened["type"]) == (
        *("handover.arrived", "returns.never_received", "claims.opened"),
    )
    assert [(one["return_id"], one["reason"]) for one in never["data"]["returns"]] == [("R1", "TORN"), ("R2", None)]
    assert [(one["handover_id"], one["state"]) for one in opened["data"]["claims"]] == [(None, "draft")] * 2

    later = await outside.arrive(2)
    await outside.scan(later, "FMP1", status="ACCEPTED")
    assert await unreceived.look_for("LOC1", LATER + DAY) == 1
    changed = (await told(outside))[-1]
    assert changed["type"] == "claims.changed"
    [claim] = changed["data"]["claims"]
    assert (claim["tracking_id"], claim["came_at"] is not None) == ("FMP1", True)


async def test_what_is_reported_of_a_parcel_opens_a_claim_and_then_adds_to_it(outside: Outside) -> None:
    handover = await outside.arrive()
    claims = ClaimStore(outside.database, DAYS)
    await claims.report(handover.id, Opening("FMP1", Kind.DAMAGED, "a corner"), "U0ASHA", NOW)
    await claims.report(handover.id, Opening("FMP1", Kind.EMPTY), "U0ASHA", NOW)
    await claims.report(handover.id, Opening("FMP1", Kind.EMPTY), "U0ASHA", NOW)
    found = await told(outside)
    assert types(found) == ["handover.arrived", "claims.opened", "claims.changed"], "said twice, it says nothing"
    assert found[-1]["data"]["claims"][0]["reasons"] == [
        {"kind": "damaged", "note": "a corner"},
        {"kind": "empty", "note": None},
    ]


async def test_a_claim_is_due_before_its_time_is_over(outside: Outside) -> None:
    handover = await outside.arrive()
    await outside.scan(handover, "FMP1")
    claims = ClaimStore(outside.database, DAYS)
    assert await claims.remind(["LOC1"], NOW + timedelta(days=1)) == 0
    assert await claims.remind(["LOC1"], NOW + timedelta(days=8)) == 1
    due = (await told(outside))[-1]
    assert (due["type"], [one["tracking_id"] for one in due["data"]["claims"]]) == ("claims.due", ["FMP1"])


@ONLY_SQLITE
async def test_problems_that_go_away_and_an_fe_who_comes_back(outside: Outside) -> None:
    handover = await outside.arrive()
    await outside.scan(handover, "FMP1")
    handover = await outside.scan(handover, "FMP1", status="ACCEPTED")
    left = await outside.go(handover)
    seen = Sighting(left.fe_id, left.task_id, left.fe_name, left.partner, left.lob, "Scanning", NOW)
    await outside.handovers.step(left.id, lambda one: machine.see(one, one.otc_mode, seen, NOW))
    found = await told(outside)
    assert [one for one in types(found) if one.startswith("handover.")] == [
        *("handover.arrived", "handover.problems", "handover.problems_cleared", "handover.left", "handover.reopened"),
    ]
    assert found[-1]["data"]["handover"]["ended_at"] is None


@ONLY_SQLITE
async def test_many_parcels_are_told_in_several_messages(outside: Outside) -> None:
    handover = await outside.arrive()
    await outside.scan(handover, *(f"FMP{n}" for n in range(IN_ONE + 1)))
    problems = [one["data"]["parcels"] for one in await told(outside) if one["type"] == "handover.problems"]
    assert [len(one) for one in problems] == [IN_ONE, 1]


async def test_what_is_not_kept_is_not_told(outside: Outside) -> None:
    handover = await outside.arrive()

    def breaks(*_: Any) -> Any:
        raise ZeroDivisionError

    move = CursorMove(handover.cursor_version, None, "/next")
    with pytest.raises(ZeroDivisionError):
        await outside.handovers.add_page(handover, Page((Shipment(tracking_id="FMP1"),), False, None), move, breaks)
    assert types(await told(outside)) == ["handover.arrived"]


@ONLY_SQLITE
async def test_any_name_can_be_told(outside: Outside) -> None:
    name = 'राम "Ram"\n \\ 🟡'
    seen = Sighting("fe1", "t1", name, "eKart", "NONLARGE", "Scanning", NOW)
    step = machine.arrive("1" * 32, "LOC1", OtcMode.START_AND_END, seen, NOW)
    await outside.handovers.reconcile("LOC1", [], lambda _: [step])
    [message] = await told(outside)
    assert message["data"]["handover"]["fe"]["name"] == name


@ONLY_SQLITE
async def test_moments_are_in_utc_to_the_millisecond(outside: Outside) -> None:
    await outside.arrive()
    [message] = await told(outside)
    assert message["timestamp"] == "2026-03-02T09:00:00.000Z"
    assert datetime.fromisoformat(message["timestamp"]) == NOW


def test_a_secret_is_taken_out_of_the_log() -> None:
    assert SECRET not in scrub.scrubbed(f"it was {SECRET}, they say")
