"""A program of the seller's is told what happens at the dock, over the real wire, and Slack never waits for it."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from pydantic import SecretStr

from bot.clock import now
from bot.slack import ids
from bot.timing import WebhookTiming
from tests.scenarios.dockwork import at_the_end, card_of, card_says, end_code, modal, start_code, thread_says
from tests.scenarios.faults.health import complains
from tests.scenarios.street import Street, place
from tests.scenarios.test_reload import heard_again, reloaded
from tests.support import World
from tests.test_measured import Monitor
from tests.webhooks.conftest import until
from tests.webhooks.receiver import SECRET, Receiver, receiving


@pytest.fixture
async def erp(dock: World) -> AsyncIterator[Receiver]:
    async with receiving(is_of_now=True) as receiver:
        dock.toml["webhooks"] = [{"id": "erp", "url": receiver.url, "secret": "ERP", "allow_private": True}]
        dock.webhook_secrets["erp"] = SecretStr(SECRET)
        yield receiver


def no_code_in(dock: World, erp: Receiver) -> None:
    assert dock.flipkart.codes
    assert [code for code in dock.flipkart.codes for one in erp.got if code in one.raw] == []


async def test_a_handover_is_told_from_the_arrival_to_the_end(dock: World, erp: Receiver) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await start_code(dock, dock.operator, visit)
        visit.begin()
        visit.scan(2)
        visit.scan(1, tracking_id="FMP000009", status="REJECTED", reason="Wrong product")
        await card_says(dock, visit, "3 scanned")
        visit.finish_scanning()
        await end_code(dock, dock.operator, visit, 2, "one is not there")
        visit.leave()
        await until(erp, lambda: "handover.closed" in erp.types)
    assert erp.types == ["handover.arrived", "handover.problems", "claims.opened", "handover.closed"]
    arrived, problems, opened, closed = (one.message["data"] for one in erp.taken)
    assert arrived["handover"]["fe"] == {"id": visit.fe_id, "name": "Ram", "partner": "eKart"}
    assert arrived["handover"]["stage"] == "waiting"
    [parcel] = problems["parcels"]
    assert (parcel["tracking_id"], parcel["problems"]) == ("FMP000009", ["rejected"])
    assert [claim["tracking_id"] for claim in opened["claims"]] == ["FMP000009"]
    end = closed["handover"]
    assert (end["stage"], end["parcels"]["scanned"], end["counted"]) == ("closed", 3, 2)
    assert "one is not there" in end["difference_reason"]
    no_code_in(dock, erp)


async def test_nothing_in_slack_waits_for_a_receiver_that_does_not_answer(dock: World, erp: Receiver) -> None:
    erp.holds = asyncio.Event()
    async with dock.bot():
        for n in range(6):
            dock.flipkart.arrive("LOC1", f"Ram {n}")
        await until(erp, lambda: erp.at_once)
        visit = at_the_end(dock, 3, "Shyam")
        await end_code(dock, dock.operator, visit, 3)
        await thread_says(dock, await card_of(dock, visit), "End OTC")
        assert erp.taken == []
        erp.holds.set()
        await until(erp, lambda: erp.types.count("handover.arrived") >= 7)
    no_code_in(dock, erp)


async def test_a_restart_loses_nothing_and_keeps_the_order(dock: World, erp: Receiver) -> None:
    often = replace(WebhookTiming().habits, first_backoff=0.1, longest_backoff=0.2)
    dock.timing = replace(dock.timing, webhooks=WebhookTiming(habits=often))
    erp.always = 503
    async with dock.bot():
        visit = at_the_end(dock, 3)
        await end_code(dock, dock.operator, visit, 3)
        await until(erp, lambda: erp.got)
        visit.leave()
        await dock.until(lambda: dock.rows("select count(*) from webhook") == [(2,)])
    erp.always = 200
    async with dock.bot():
        await until(erp, lambda: "handover.closed" in erp.types)
    assert erp.types == ["handover.arrived", "handover.closed"]
    assert len({one.id for one in erp.got if one.type == "handover.arrived"}) == 1


async def test_an_address_that_is_named_while_the_bot_runs_is_told_from_then_on(
    street: Street, logged: io.StringIO
) -> None:
    """And of its own workspace alone."""
    north, south = street.houses.values()
    async with receiving(is_of_now=True) as erp, street.bot():
        await card_of(north, north.flipkart.arrive("LOC1", "Before"))
        north.webhook_secrets["erp"] = SecretStr(SECRET)
        told = {"id": "erp", "url": erp.url, "secret": "ERP", "allow_private": True, "workspace": "north"}
        north.toml = {"locations": [place(north, [north.operator, north.second])], "webhooks": [told]}
        assert (await reloaded(street, logged))["begun_anew"] == ["north"]
        await heard_again(north, 2)
        await card_of(south, south.flipkart.arrive("LOC1", "South"))
        await card_of(north, north.flipkart.arrive("LOC1", "North"))
        await until(erp, lambda: erp.taken)
    assert [one.message["data"]["handover"]["fe"]["name"] for one in erp.taken] == ["North"]


async def test_what_becomes_of_a_claim_is_told(dock: World, erp: Receiver) -> None:
    clock = Moved()
    async with dock.bot(clock=clock):
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000002", status="REJECTED")
        await card_says(dock, visit, "1 scanned")
        card = await card_of(dock, visit)
        await until(erp, lambda: "claims.opened" in erp.types)
        clock.move(timedelta(days=8))
        erp.is_of_now = False
        due = await thread_says(dock, card, "claim")
        await until(erp, lambda: "claims.due" in erp.types)
        await dock.slack.press(dock.operator, due, ids.CLAIM)
        form = await modal(dock, dock.operator, "Reference of the claim")
        await dock.slack.submit(dock.operator, form, {ids.REFERENCE: "SF-77"})
        await until(erp, lambda: "claims.changed" in erp.types)
    states = [one.message["data"]["claims"][0] for one in erp.taken if one.type.startswith("claims.")]
    assert [(one["tracking_id"], one["state"], one["reference"]) for one in states] == [
        ("FMP000002", "draft", None),
        ("FMP000002", "draft", None),
        ("FMP000002", "raised", "SF-77"),
    ]


async def test_the_health_page_says_who_takes_nothing(dock: World, erp: Receiver, logged: io.StringIO) -> None:
    erp.always = 401
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Ram")
        problem = await complains(logged, "webhook erp")
        assert "check the secret" in problem
        assert erp.url not in problem


async def test_what_becomes_of_messages_is_told_in_figures(street: Street, logged: io.StringIO) -> None:
    """Of a workspace's own addresses, also after a change of bot.toml, and of one that is not there any more."""
    monitor, figure = Monitor(logged), "otc_webhook_messages_total"
    north, _ = street.houses.values()
    north.webhook_secrets = dict.fromkeys(("erp", "wms"), SecretStr(SECRET))
    async with receiving(is_of_now=True) as erp:
        every = {"url": erp.url, "secret": "ERP", "allow_private": True, "workspace": "north"}
        told = north.toml["webhooks"] = [{"id": name, **every} for name in ("erp", "wms")]
        async with street.bot():
            found = await monitor.read()
            assert {name: value for name, value in found.items() if "given_up" in name} == {
                f"{figure}{{given_up,{one},north}}": 0 for one in ("erp", "wms", "other")
            } | {f"{figure}{{given_up,other,south}}": 0}
            north.flipkart.arrive("LOC1", "Ram")
            await monitor.until(lambda read: read[f"{figure}{{taken,erp,north}}"] == 1, "it was taken")
            await monitor.until(lambda read: read[f"{figure}{{taken,wms,north}}"] == 1, "by both")
            erp.always = 410
            north.flipkart.arrive("LOC1", "Shyam")
            await monitor.until(lambda read: read[f"{figure}{{given_up,erp,north}}"] == 1, "it is gone")
            await monitor.until(lambda read: read[f"{figure}{{given_up,wms,north}}"] == 1, "both")
            north.toml["webhooks"] = told[:1]
            assert (await reloaded(street, logged))["begun_anew"] == ["north"]
            await heard_again(north, 2)
            found = await monitor.read()
    assert {name: value for name, value in found.items() if name.startswith(figure) and "north" in name} == {
        f"{figure}{{taken,erp,north}}": 1,
        f"{figure}{{given_up,erp,north}}": 1,
        f"{figure}{{given_up,other,north}}": 0,
    }


class Moved:
    """The clock, which can be put forward."""

    def __init__(self, clock: Callable[[], datetime] = now) -> None:
        self._clock = clock
        self._by = timedelta()

    def move(self, by: timedelta) -> None:
        self._by += by

    def __call__(self) -> datetime:
        return self._clock() + self._by
