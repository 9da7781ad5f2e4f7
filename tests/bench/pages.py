"""CPU per polled page: the bot's reader with its store, beside a bare fetch of the same page with the same client."""

import asyncio
import multiprocessing
import time
from pathlib import Path
from typing import Any

import httpx
from httpx_aiohttp import AiohttpTransport
from pydantic import SecretStr

from bot.clock import now
from bot.flipkart.client import FlipkartClient
from bot.flipkart.quota import Quota
from bot.handover import machine
from bot.handover.ports import Arrivals
from bot.handover.reader import ScanReader
from bot.sandbox.flipkart import FlipkartSim
from bot.store.calls import CallStore
from bot.store.handovers import HandoverStore
from bot.store.session import Database

PAGES = 400
ROWS = 25


def serve(pipe: Any) -> None:
    """A simulated Flipkart with one FE who has scanned a lot, in a process of its own."""

    async def main() -> None:
        sim = FlipkartSim(app_id="app", app_secret="secret")
        sim.switches.quota_per_hour = 10_000_000
        sim.add_location("LOC1")
        visit = sim.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(PAGES * ROWS - 1)
        await sim.start()
        pipe.send((sim.url, visit.fe_id, visit.task_id))
        await asyncio.to_thread(pipe.recv)
        await sim.stop()

    asyncio.run(main())


async def bare(url: str, fe_id: str, task_id: str) -> float:
    """CPU milliseconds per page for fetching and parsing, nothing else."""
    async with httpx.AsyncClient(base_url=url, transport=AiohttpTransport()) as http:
        token = await http.get(
            "/oauth-service/oauth/token",
            params={"grant_type": "client_credentials", "scope": "Seller_Api"},
            auth=("app", "secret"),
        )
        http.headers["Authorization"] = f"Bearer {token.json()['access_token']}"
        body = {"taskId": task_id, "feId": fe_id, "pageSize": ROWS}
        page = (await http.post("/sellers/v3/returns/tasks/shipments", json=body)).json()
        began, pages = time.process_time(), 0
        while page.get("nextUrl") or page.get("next_url"):
            page = (await http.get(page.get("nextUrl") or page["next_url"])).json()
            pages += 1
        return (time.process_time() - began) / pages * 1000


async def whole(url: str, fe_id: str, task_id: str, folder: Path) -> tuple[float, float]:
    """CPU milliseconds per page of new parcels, and per look that brings nothing, store and budget included."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'pages.db'}")
    await database.upgrade()
    quota = Quota(CallStore(database), 10_000_000, now)
    api = FlipkartClient(base_url=url, app_id="app", app_secret=SecretStr("secret"), quota=quota)
    store = HandoverStore(database, now)
    arrivals: Arrivals = await api.initial_load("LOC1")

    def decide(known: list[Any]) -> list[Any]:
        return machine.reconcile(known, "LOC1", arrivals, now(), lambda: "a" * 32)

    await store.reconcile("LOC1", [(fe_id, task_id)], decide)
    reader = ScanReader(api, store, now, ROWS)
    began = time.process_time()
    handover = await reader.read_to_end("a" * 32)
    full = (time.process_time() - began) / PAGES * 1000
    assert handover.scanned == PAGES * ROWS - 1, handover.scanned
    began = time.process_time()
    for _ in range(PAGES):
        await reader.catch_up("a" * 32)
    quiet = (time.process_time() - began) / PAGES * 1000
    await api.close()
    await database.close()
    return full, quiet


async def measure(folder: Path) -> list[str]:
    """Lines for people: both sides of one run."""
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    try:
        url, fe_id, task_id = await asyncio.to_thread(ours.recv)
        floor = await bare(url, fe_id, task_id)
        full, quiet = await whole(url, fe_id, task_id, folder)
    finally:
        ours.send("stop")
        server.join(10)
    return [
        f"page of {ROWS}, bare fetch and parse    {floor:7.2f} ms CPU",
        f"page of {ROWS} new parcels, kept        {full:7.2f} ms CPU   {full / floor:4.1f} x bare",
        f"look that brings nothing new     {quiet:7.2f} ms CPU   {quiet / floor:4.1f} x bare",
    ]
