"""What a monitor reads of a running bot: true figures, and never a name or a code."""

import asyncio
import contextlib
import io
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.clock import now
from bot.manifest import manifest
from bot.measured import HouseFigures, of_process
from bot.monitoring.house import SLACK_METHODS, HouseCounts
from bot.monitoring.lag import LoopLag
from bot.store.figures import Figures, FigureStore
from bot.timing import HealthTiming, MetricsTiming
from tests.pace import PATIENCE
from tests.scenarios.conftest import dock, logged, no_code_leaks, street
from tests.scenarios.dockwork import card_says, end_code, start_code
from tests.scenarios.street import Street, address
from tests.scenarios.test_http_mode import free_port, install
from tests.support import DEAF_SOON, World, world

__all__ = ["dock", "logged", "no_code_leaks", "street"]

NOW_AND_THEN = MetricsTiming(beat=0.05, fresh=0.0)
"""What the database was asked serves nobody else."""
Read = dict[str, float]


class Monitor:
    """Reads the bot's figures."""

    def __init__(self, log: io.StringIO) -> None:
        self._log = log
        self.text = ""

    async def read(self) -> Read:
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{address(self._log)}/metrics") as answer,
        ):
            assert answer.status == 200
            self.text = await answer.text()
        found = {}
        for family in text_string_to_metric_families(self.text):
            for one in family.samples:
                words = ",".join(word for _, word in sorted(one.labels.items()) if word)
                found[f"{one.name}{{{words}}}" if words else one.name] = one.value
        return found

    async def until(self, condition: Callable[[Read], Any], what: str) -> Read:
        """What is read once this holds."""
        found: Read = {}
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            found = await self.read()
            if condition(found):
                return found
            await asyncio.sleep(0.05)
        raise AssertionError(f"not within {PATIENCE:.0f} s: {what}\n{self.text}")


@pytest.fixture
def monitor(logged: io.StringIO) -> Monitor:
    return Monitor(logged)


@pytest.fixture(autouse=True)
def quick(request: pytest.FixtureRequest) -> None:
    worlds = [request.getfixturevalue("dock")] if "dock" in request.fixturenames else []
    worlds += request.getfixturevalue("street").houses.values() if "street" in request.fixturenames else []
    for one in worlds:
        one.timing = replace(one.timing, metrics=NOW_AND_THEN)


async def test_a_whole_handover_in_figures(dock: World, monitor: Monitor) -> None:
    odd = 'Ram "the\nFE" {x="1"} 𑂩𑂰𑂧'
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", odd)
        found = await monitor.until(lambda read: read["otc_handovers{LOC1,waiting}"] == 1, "an FE waits")
        assert found["otc_handovers_begun_total{LOC1}"] == 1
        await start_code(dock, dock.operator, visit)
        assert visit.start_code is not None
        assert visit.enter_start_otc(visit.start_code)
        visit.scan(7)
        await card_says(dock, visit, "7 scanned")
        found = await monitor.until(lambda read: read["otc_parcels{LOC1}"] == 7, "seven parcels")
        assert found["otc_handovers{LOC1,scanning}"] == 1
        visit.finish_scanning()
        await end_code(dock, dock.operator, visit, 7)
        assert visit.end_code is not None
        assert visit.enter_end_otc(visit.end_code)
        ended = "otc_handovers_ended_total{LOC1,closed}"
        found = await monitor.until(lambda read: read.get(ended) == 1, "the FE is gone")
        assert found["otc_parcels{LOC1}"] == 0, "nobody is there any more"
        assert found["otc_parcels_scanned_total{LOC1}"] == 7
        assert found["otc_flipkart_calls_total{start_codes,200,ok}"] == 1
        assert found["otc_flipkart_call_seconds_count{end_code}"] == 1
        assert found["otc_flipkart_quota_used"] + found["otc_flipkart_quota_left"] == 1_000_000
        assert found["otc_slack_calls_total{chat.postMessage,ok}"] >= 1
        assert found["otc_slack_ack_seconds_count"] >= 3
        assert found["otc_slack_connections_total{opened}"] == 1
        assert found["otc_loop_lag_seconds_count"] > 0
        assert all(value == 1 for name, value in found.items() if name.startswith("otc_check_ok"))
        methods = {call.method for call in dock.slack.calls}
        assert methods & SLACK_METHODS
        strange = [name for name, value in found.items() if "other" in name and value]
        assert not strange, "a method, a code or a dock that is in no list"
        hidden = [*dock.flipkart.codes, odd, "Ram", visit.fe_id, visit.task_id, dock.operator, dock.channel, "secret"]
        hidden += [dock.slack.bot_token, dock.slack.app_token, *(one.tracking_id for one in visit.shipments)]
        # An FE's id of four digits stands in many a number by accident, so of each line the number is left out.
        series = "\n".join(line.rpartition(" ")[0] for line in monitor.text.splitlines() if line[0] != "#")
        assert 'location="LOC1"' in series
        assert not [word for word in hidden if word in series]
        assert not [code for code in dock.flipkart.codes if code in monitor.text]


async def test_over_http_a_posted_card_is_heard_of_and_there_is_no_socket_to_watch(
    tmp_path: Path, monitor: Monitor
) -> None:
    """What the alert OtcNotCalled goes by."""
    port = free_port()
    async with world(tmp_path, http_mode=True) as dock:
        install(dock, manifest("https://otc.example.com"), port)
        async with dock.bot(http_port=port):
            found = await monitor.until(lambda read: read.get("otc_workspace_running") == 1, "it runs")
            assert "otc_slack_silence_seconds" not in found
            assert "otc_check_ok{slack}" not in found
            dock.flipkart.arrive("LOC1", "Ram")
            found = await monitor.until(lambda read: "otc_slack_silence_seconds" in read, "Slack tells of the card")
    assert found["otc_handovers_begun_total{LOC1}"] == 1
    assert found["otc_slack_calls_total{chat.postMessage,ok}"] >= 1
    assert found["process_start_time_seconds"] > 0


async def test_messages_that_slack_refuses_are_counted_with_their_age(dock: World, monitor: Monitor) -> None:
    async with dock.bot():
        dock.slack.fail("chat.postMessage", error="ratelimited", retry_after=60, times=10)
        dock.flipkart.arrive("LOC1", "Ram")
        limited = "otc_slack_calls_total{chat.postMessage,ratelimited}"
        found = await monitor.until(
            lambda read: read.get(limited) and read["otc_outbox_messages{card}"], "a card waits"
        )
        assert found["otc_outbox_messages{card}"] == 1
        assert found["otc_outbox_messages{receipt}"] == 0
        first = found["otc_outbox_oldest_seconds{card}"]
        await monitor.until(lambda read: read["otc_outbox_oldest_seconds{card}"] > first, "it grows older")


async def test_a_card_that_slack_does_not_edit_grows_stale(dock: World, monitor: Monitor) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await dock.until(lambda: dock.cards)
        await monitor.until(lambda read: not read["otc_outbox_messages{card}"], "the card is there")
        dock.slack.fail("chat.update", error="ratelimited", retry_after=60, times=10)
        visit.begin()
        visit.scan(2)
        found = await monitor.until(lambda read: read["otc_card_stale_seconds"] > 0, "it shows an older state")
        assert found["otc_cards_stale"] == 1
        first = found["otc_card_stale_seconds"]
        await monitor.until(lambda read: read["otc_card_stale_seconds"] > first, "it grows")


async def test_a_bot_that_starts_knows_since_when_a_card_is_stale(dock: World, monitor: Monitor) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        await dock.until(lambda: dock.cards)
        await monitor.until(lambda read: not read["otc_outbox_messages{card}"], "the card is there")
        dock.slack.fail("chat.update", error="ratelimited", retry_after=600, times=100)
        visit.begin()
        await monitor.until(lambda read: read["otc_card_stale_seconds"] > 0, "it shows an older state")
    async with dock.bot(lambda: now() + timedelta(minutes=10)):
        found = await monitor.until(lambda read: "otc_card_stale_seconds" in read, "it runs again")
    assert found["otc_card_stale_seconds"] >= 600


async def test_scans_that_can_not_be_read_grow_old(dock: World, monitor: Monitor) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(2)
        await card_says(dock, visit, "2 scanned")
        dock.flipkart.fail("shipments", status=503, times=1_000_000)
        refused = "otc_flipkart_calls_total{shipments,SERVICE_UNAVAILABLE_ERROR,refused}"
        found = await monitor.until(lambda read: read.get(refused) and read["otc_looks_failing"], "pages fail")
        first = found["otc_scans_unread_seconds"]
        await monitor.until(lambda read: read["otc_scans_unread_seconds"] > first, "they grow old")
        dock.flipkart.fail("*", times=1000, code="RAM_KUMAR", status=400)
        await monitor.until(lambda read: read.get("otc_flipkart_calls_total{initial_load,other,refused}"), "refused")
        assert "RAM_KUMAR" not in monitor.text, "what others choose makes no series"


async def test_flipkart_that_is_silent(dock: World, monitor: Monitor) -> None:
    dock.timing = replace(dock.timing, health=HealthTiming(flipkart=1.0))
    async with dock.bot():
        dock.flipkart.fail("initial_load", drop="before", times=1_000_000)
        silent = "otc_flipkart_calls_total{initial_load,silent}"
        found = await monitor.until(lambda read: read.get(silent) and not read["otc_check_ok{flipkart}"], "told")
        assert found["otc_flipkart_silence_seconds"] >= 1.0
        assert found["otc_check_ok{slack}"] == 1


async def test_a_bot_that_is_deaf(dock: World, monitor: Monitor) -> None:
    dock.timing = replace(dock.timing, socket=DEAF_SOON)
    async with dock.bot():
        dock.slack.fail_handshake(10_000)
        dock.slack.kill_sockets()
        failed = "otc_slack_connections_total{failed}"
        await monitor.until(lambda read: not read["otc_check_ok{slack}"] and read.get(failed), "told")


async def test_calls_that_are_used_up(dock: World, monitor: Monitor) -> None:
    dock.toml = {"flipkart": {"calls_per_hour": 20, "others_calls_per_hour": 0}}
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        found = await monitor.until(lambda read: read["otc_polling_stretch_ratio"] > 3, "looks are rare")
        assert found["otc_flipkart_quota_limit"] == 20


async def test_each_workspace_has_its_own(street: Street, monitor: Monitor) -> None:
    async with street.bot():
        for n, one in enumerate(street.houses.values(), 1):
            for _ in range(n):
                one.flipkart.arrive("LOC1", "Ram")
        found = await monitor.until(
            lambda read: [read.get(f"otc_handovers{{LOC1,waiting,{name}}}") for name in street.houses] == [1, 2], "both"
        )
        assert found["otc_workspace_running{north}"] == found["otc_workspace_running{south}"] == 1
        assert found["otc_flipkart_quota_limit{north-seller}"] == 1_000_000


def test_copies_are_counted_where_there_are_some() -> None:
    names = [
        {sample.name for sample in of_process(LoopLag(1.0), shared)} for shared in ({}, {"copies": 2, "shards": [7]})
    ]
    assert names[1] - names[0] == {"otc_copies", "otc_shards"}


class Store:
    """Answers when it is let."""

    def __init__(self, figures: FigureStore) -> None:
        self._figures = figures
        self.asked = 0
        self.may = asyncio.Event()

    async def look(self, *args: Any) -> Figures:
        self.asked += 1
        await self.may.wait()
        return await self._figures.look(*args)


class Empty:
    async def look(self, *_: Any) -> Figures:
        return Figures({}, 0, {}, {})


@contextlib.asynccontextmanager
async def figures(timing: MetricsTiming) -> AsyncIterator[HouseFigures]:
    one = HouseFigures("", HouseCounts(), now, timing)
    yield one
    await one.close()


async def test_a_database_that_hangs_holds_up_no_other_figure() -> None:
    store: Any = Store(Empty())  # type: ignore[arg-type]
    async with figures(MetricsTiming(database=0.01)) as one:
        for _ in range(3):
            found = {sample.name for sample in await one.samples(["LOC1"], None, store)}
            assert "otc_workspace_running" in found
            assert "otc_outbox_messages" not in found
        assert store.asked == 1, "it is asked again once it has answered"
        store.may.set()
        found = {sample.name for sample in await one.samples(["LOC1"], None, store)}
        assert "otc_outbox_messages" in found


async def test_many_readers_ask_the_database_once() -> None:
    store: Any = Store(Empty())  # type: ignore[arg-type]
    store.may.set()
    async with figures(MetricsTiming(fresh=1000.0)) as one:
        await asyncio.gather(*(one.samples([], None, store) for _ in range(5)))
        await one.samples([], None, store)
        assert store.asked == 1
