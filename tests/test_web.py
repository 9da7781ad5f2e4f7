"""The health page: well when all is well, and 503 with a reason when the bot is deaf or blind."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from bot.gate import Access
from bot.timing import DockTiming, HealthTiming, Timing, WebTiming
from bot.web import PortTakenError, Reporting, WebServer
from tests.support import DEAF_SOON, QUICK_SOCKET, World, world

Report = dict[str, Any]


@pytest.fixture
async def dock(tmp_path: Path) -> AsyncIterator[World]:
    async with world(tmp_path) as one:
        one.timing = Timing(health=HealthTiming(flipkart=1.5), socket=QUICK_SOCKET)
        yield one


@pytest.fixture
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as entries:
        yield entries


class Page:
    """What a monitor sees."""

    def __init__(self, logged: list[MutableMapping[str, Any]]) -> None:
        self._logged = logged
        self.seen: list[str] = []

    async def get(self) -> tuple[int, Report]:
        url = next(str(line["health"]) for line in self._logged if line["event"] == "connected" and "health" in line)
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            text = await response.text()
            self.seen.append(text)
            return response.status, json.loads(text)

    async def until(self, condition: Callable[[int, Report], bool], what: str) -> Report:
        last: tuple[int, Report] | None = None
        for _ in range(200):
            last = await self.get()
            if condition(*last):
                return last[1]
            await asyncio.sleep(0.05)
        raise AssertionError(f"not within ten seconds: {what}; the last was {last}")


@pytest.fixture
def page(logged: list[MutableMapping[str, Any]]) -> Page:
    return Page(logged)


def well(status: int, report: Report) -> bool:
    return status == 200 and report["ok"] is True and report["problems"] == []


async def test_all_is_well(dock: World, page: Page) -> None:
    async with dock.bot():
        dock.flipkart.arrive("LOC1", "Ram Kumar")
        await dock.until(lambda: dock.cards)
        report = await page.until(
            lambda status, report: well(status, report) and report["messages_waiting"] == 0, "well, all messages sent"
        )
        assert report["flipkart_calls_this_hour"] > 0
        assert report["polling_stretched"] == 1.0
        assert report["uptime_seconds"] >= 0


async def test_slacks_socket_is_broken_and_comes_back(dock: World, page: Page) -> None:
    async with dock.bot():
        await page.until(well, "well")
        dock.slack.fail_handshake(10_000)
        dock.slack.kill_sockets()
        report = await page.until(lambda status, _: status == 503, "a broken socket is told")
        assert "Slack" in " ".join(report["problems"]), report
        dock.slack.clear_faults()
        await page.until(well, "well again once Slack takes the bot back")


async def test_a_half_open_socket_is_told(dock: World, page: Page) -> None:
    dock.timing = replace(dock.timing, socket=DEAF_SOON)
    async with dock.bot():
        await page.until(well, "well")
        dock.slack.mute_sockets()
        dock.slack.fail_handshake(10_000)
        report = await page.until(lambda status, _: status == 503, "a deaf socket is told")
        assert "Slack" in " ".join(report["problems"]), report


async def test_flipkart_is_silent_and_comes_back(dock: World, page: Page) -> None:
    async with dock.bot():
        await page.until(well, "well")
        dock.flipkart.failing = True
        report = await page.until(lambda _, report: bool(report["problems"]), "a silent Flipkart is told")
        assert report["ok"], "a restart does not mend Flipkart"
        assert "Flipkart has not answered" in " ".join(report["problems"]), report
        dock.flipkart.failing = False
        await page.until(well, "well again once Flipkart answers")


async def test_one_failed_look_is_no_reason_to_wake_anybody(dock: World, page: Page) -> None:
    async with dock.bot():
        await page.until(lambda _, report: report["flipkart_calls_this_hour"] >= 2, "Flipkart is polled")
        dock.flipkart.fail("initial_load", status=503)
        for _ in range(5):
            status, report = await page.get()
            assert status == 200, report
            await asked(dock, 1)


async def test_messages_that_wait_are_counted(dock: World, page: Page) -> None:
    async with dock.bot():
        dock.slack.fail("chat.postMessage", error="ratelimited", retry_after=60, times=10)
        dock.flipkart.arrive("LOC1", "Ram Kumar")
        await page.until(lambda _, report: report["messages_waiting"] == 1, "a waiting message is counted")


async def asked(dock: World, times: int) -> None:
    """Flipkart has been asked so many times more."""
    wanted = len(dock.flipkart.calls) + times
    await dock.until(lambda: len(dock.flipkart.calls) >= wanted)


async def test_never_a_code_or_a_token(dock: World, page: Page) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram Kumar")
        await dock.until(lambda: dock.cards)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc")
        await dock.until(lambda: dock.slack.open_views(dock.operator))
        await page.get()
        visit.begin()
        visit.scan(12)
        await dock.until(lambda: "12 scanned" in dock.cards[0].text_all())
        for fault in ({"status": 503}, {"body": "html"}, {"drop": "before"}, {"code": "TASK_CLOSED"}, {"status": 401}):
            dock.flipkart.fail("*", times=1000, message="SECRET OF FLIPKART", **fault)
            await asked(dock, 3)
            await page.get()
            if fault == {"status": 503}:
                await page.until(lambda _, report: bool(report["problems"]), "a silent Flipkart is told")
            dock.flipkart.clear_faults()
        secrets = [*dock.flipkart.codes, dock.slack.bot_token, dock.slack.app_token, dock.slack.signing_secret]
        secrets += ["SECRET OF FLIPKART", "Ram Kumar", visit.fe_id]
        assert any("has not answered" in text for text in page.seen), "nothing failed: this test tests nothing"
        for text in page.seen:
            assert not [secret for secret in secrets if secret in text], f"the health page says {text}"


async def test_before_the_start_is_over() -> None:
    server = WebServer("127.0.0.1", 0, WebTiming())
    address = await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            async with session.get(f"{address}/healthz") as response:
                assert response.status == 503
                assert (await response.json())["problems"] == ["the bot is starting"]
            async with session.get(f"{address}/readyz") as response:
                assert response.status == 503
                assert await response.json() == {"ready": False, "reasons": ["the bot is starting"]}
            async with session.post(f"{address}/slack/events", data=b"x") as response:
                assert response.status == 503
            async with session.get(f"{address}/") as response:
                assert response.status == 404
    finally:
        await server.close()


class Deaf:
    """Is deaf, for a reason that names a dock."""

    async def report(self) -> dict[str, Any]:
        return {"ok": False, "problems": ["the socket to Slack is broken; LOC1 can't be seen"]}


THROUGH_A_PROXY = {"X-Forwarded-For": "10.0.0.7"}
TOKEN = "a-token-of-this-test"


@contextlib.asynccontextmanager
async def serving(server: WebServer, health: Reporting | None = None) -> AsyncIterator[Callable[..., Awaitable[Any]]]:
    """Gives what asks the server: status, and the answer."""
    address = await server.start()
    if health is not None:
        server.serve(health)

    async def get(path: str, **headers: str) -> tuple[int, Any]:
        async with aiohttp.ClientSession() as session, session.get(address + path, headers=headers) as response:
            return response.status, await response.json()

    try:
        yield get
    finally:
        await server.close()


async def test_who_is_deaf_is_alive() -> None:
    async with serving(WebServer("127.0.0.1", 0, WebTiming())) as get:
        assert await get("/livez") == (200, {"alive": True}), "it is starting"
    async with serving(WebServer("127.0.0.1", 0, WebTiming()), Deaf()) as get:
        assert await get("/livez") == (200, {"alive": True})


async def test_everybody_is_told_why_unless_that_is_limited() -> None:
    why = (await Deaf().report())["problems"]
    async with serving(WebServer("127.0.0.1", 0, WebTiming()), Deaf()) as get:
        assert await get("/healthz", **THROUGH_A_PROXY) == (503, {"ok": False, "problems": why})
        assert await get("/readyz", **THROUGH_A_PROXY) == (503, {"ready": False, "reasons": why})
    limited = WebServer("127.0.0.1", 0, WebTiming(), access=Access(SecretStr(TOKEN)), limited=True)
    async with serving(limited, Deaf()) as get:
        assert await get("/healthz", **THROUGH_A_PROXY) == (503, {"ok": False}), "a balancer needs no more"
        assert await get("/readyz", **THROUGH_A_PROXY) == (503, {"ready": False})
        assert await get("/livez", **THROUGH_A_PROXY) == (200, {"alive": True})
        assert await get("/healthz") == (503, {"ok": False}), "it may be a proxy on this machine that adds nothing"
        assert await get("/readyz") == (503, {"ready": False})
        shown = THROUGH_A_PROXY | {"Authorization": f"Bearer {TOKEN}"}
        assert await get("/healthz", **shown) == (503, {"ok": False, "problems": why})
        assert await get("/readyz", **shown) == (503, {"ready": False, "reasons": why})
    async with serving(WebServer("127.0.0.1", 0, WebTiming(), limited=True), Deaf()) as get:
        assert await get("/healthz", **THROUGH_A_PROXY) == (503, {"ok": False})
        assert await get("/readyz") == (503, {"ready": False, "reasons": why}), "this machine, where there is no token"


class Figures:
    """Has one figure."""

    async def metrics(self) -> bytes:
        return b"otc_cards_stale 1\n"


@contextlib.asynccontextmanager
async def measuring(access: Access | None) -> AsyncIterator[Callable[..., Awaitable[tuple[int, str]]]]:
    """A server that has figures, and what it answers to who asks for them."""
    server = WebServer("127.0.0.1", 0, WebTiming(), access=access)
    address = await server.start()

    async def get(**headers: str) -> tuple[int, str]:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/metrics", headers=headers) as response:
            return response.status, await response.text()

    try:
        assert (await get(Authorization=f"Bearer {TOKEN}"))[1] == "the bot is starting\n"
        server.measure(Figures())
        yield get
    finally:
        await server.close()


@pytest.mark.parametrize("through", [{}, THROUGH_A_PROXY], ids=["directly", "through a proxy"])
async def test_where_there_is_a_token_figures_are_for_who_shows_it(through: dict[str, str]) -> None:
    async with measuring(Access(SecretStr(TOKEN))) as get:
        assert await get(**through, Authorization=f"Bearer {TOKEN}") == (200, "otc_cards_stale 1\n")
        for wrong in ({}, {"Authorization": "Bearer no-token-of-this-test"}):
            status, said = await get(**through, **wrong)
            assert status == 401
            assert "METRICS_TOKEN" in said
            assert "otc_cards" not in said


async def test_without_a_token_figures_are_for_this_machine() -> None:
    async with measuring(None) as get:
        assert await get() == (200, "otc_cards_stale 1\n")
        assert (await get(**THROUGH_A_PROXY))[0] == 401


class Hears:
    """A copy that hears Slack and has no shards, as it has none until the others hand some over."""

    async def report(self) -> dict[str, Any]:
        return {"ok": True, "problems": ["flipkart has not answered for LOC1"], "copies": 65, "shards": []}


async def test_a_copy_without_shards_is_ready() -> None:
    server = WebServer("127.0.0.1", 0, WebTiming())
    address = await server.start()
    server.serve(Hears())
    try:
        async with aiohttp.ClientSession() as session, session.get(f"{address}/readyz") as response:
            assert response.status == 200
            assert await response.json() == {"ready": True, "reasons": []}
    finally:
        await server.close()


async def test_a_port_that_is_taken_is_said_in_a_sentence() -> None:
    first = WebServer("127.0.0.1", 0, WebTiming())
    port = int((await first.start()).rpartition(":")[2])
    try:
        with pytest.raises(PortTakenError, match=f"HTTP_PORT {port}"):
            await WebServer("127.0.0.1", port, WebTiming()).start()
    finally:
        await first.close()


async def test_a_location_that_flipkart_refuses_is_named_and_no_reason_for_a_restart(dock: World, page: Page) -> None:
    dock.timing = replace(dock.timing, dock=DockTiming(unseen=timedelta()))
    dock.flipkart.fail("initial_load", status=403, code="UNAUTHORIZED_ERROR", times=1_000_000)
    async with dock.bot():
        report = await page.until(
            lambda _, report: any("LOC1 can't be seen since" in one for one in report["problems"]), "the dock is named"
        )
        assert report["ok"] is True
        assert "UNAUTHORIZED_ERROR" in " ".join(report["problems"])
        dock.flipkart.clear_faults()
        await page.until(lambda _, report: not any("can't be seen" in one for one in report["problems"]), "seen again")


async def test_a_location_whose_scans_can_not_be_read_is_named(dock: World, page: Page) -> None:
    dock.timing = replace(dock.timing, dock=DockTiming(unseen=timedelta()))
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    dock.flipkart.fail("shipments", status=503, times=1_000_000)
    words = "no scans can be read at location LOC1 since"
    async with dock.bot():
        report = await page.until(
            lambda _, report: any(words in one for one in report["problems"]), "the dock is named"
        )
        assert report["ok"] is True
        dock.flipkart.clear_faults()
        await page.until(lambda _, report: not any(words in one for one in report["problems"]), "read again")
