"""A simulated Flipkart in a process of its own: docks full of FEs who scan, and a record of who asked when."""

import asyncio
import base64
import contextlib
import itertools
import json
import multiprocessing
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from bot.sandbox.flipkart import FlipkartSim, Visit
from bot.sandbox.flipkart.calls import Call

STEP_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is there."""

    locations: int = 1
    each: int = 1
    """FEs at a location."""
    scanned: int = 0
    """Parcels that each FE has scanned at the start."""
    slow: float = 0.0
    """Seconds before each answer."""
    parcels: int = 0
    """Parcels that each FE scans in `every` seconds from `begin` on, one after another."""
    every: float = 30.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the bot asked since the last mark."""

    seconds: float
    calls: int
    looks: dict[str, list[float]]
    """Moments of the calls by what they looked at ("task …", "location …"), in seconds since the mark."""

    def gaps(self, interval: float, kind: str = "") -> list[float]:
        """Seconds between two calls for the same thing.

        What lies before the first and after the last call is the part of a gap that was seen: it counts where it is
        longer than the interval.
        """
        found: list[float] = []
        for key, moments in self.looks.items():
            if key.startswith(kind):
                found += [after - before for before, after in itertools.pairwise(moments)]
                edges = [moments[0], self.seconds - moments[-1]] if moments else [self.seconds]
                found += [edge for edge in edges if edge > interval]
        return found


@dataclass(frozen=True, slots=True)
class Far:
    """What the benchmark's process has of it."""

    url: str
    tasks: Sequence[tuple[str, str, str]]
    """Location, FE and task of each visit."""
    pipe: Any

    async def do(self, what: str) -> Any:
        """Lets the other process do something and waits until it is done: `begin`, `mark`, `asked`, `leave`."""
        self.pipe.send(what)
        return await asyncio.to_thread(self.pipe.recv)


@contextlib.asynccontextmanager
async def far(plan: Plan) -> AsyncIterator[Far]:
    """Flipkart as planned, until the end."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, plan), daemon=True)
    process.start()
    try:
        url, tasks = await asyncio.to_thread(ours.recv)
        yield Far(url, tasks, ours)
    finally:
        ours.send("stop")
        await asyncio.to_thread(process.join, 10)


def _serve(pipe: Any, plan: Plan) -> None:
    asyncio.run(_Server(plan).run(pipe))


class _Server:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._sim = FlipkartSim(app_id="app", app_secret="secret")
        self._sim.switches.quota_per_hour = 100_000_000
        self._sim.slow = plan.slow
        self._visits: list[Visit] = []
        self._marked = (0, 0.0)

    async def run(self, pipe: Any) -> None:
        for n in range(1, self._plan.locations + 1):
            self._sim.add_location(f"LOC{n}")
            self._visits += [self._arrive(f"LOC{n}") for _ in range(self._plan.each)]
        await self._sim.start()
        pipe.send((self._sim.url, [(visit.location_id, visit.fe_id, visit.task_id) for visit in self._visits]))
        scanning: asyncio.Task[None] | None = None
        while (what := await asyncio.to_thread(pipe.recv)) != "stop":
            answer: Any = None
            if what == "begin":
                scanning = asyncio.create_task(self._scan())
            elif what == "mark":
                self._marked = (len(self._sim.calls), asyncio.get_running_loop().time())
                self._at = self._clock()
            elif what == "asked":
                answer = self._asked()
            elif what == "leave":
                self._visits[0].leave()
            pipe.send(answer)
        if scanning is not None:
            scanning.cancel()
        await self._sim.stop()

    def _clock(self) -> float:
        return time.time()

    def _arrive(self, location: str) -> Visit:
        visit = self._sim.arrive(location, "Ram")
        visit.begin()
        visit.scan(self._plan.scanned)
        return visit

    async def _scan(self) -> None:
        """Each FE in turn, so that no two do the same at the same moment."""
        loop = asyncio.get_running_loop()
        began, done = loop.time(), 0
        rate = len(self._visits) * self._plan.parcels / self._plan.every
        while True:
            await asyncio.sleep(STEP_SECONDS)
            due = int((loop.time() - began) * rate)
            for number in range(done, due):
                visit = self._visits[number % len(self._visits)]
                if visit.page == "scanning":
                    visit.scan()
            done = due

    def _asked(self) -> Asked:
        first, since = self._marked
        seconds = asyncio.get_running_loop().time() - since
        looks: dict[str, list[float]] = {f"task {visit.task_id}": [] for visit in self._visits}
        looks |= {f"location {visit.location_id}": [] for visit in self._visits}
        found = defaultdict(list, looks)
        calls = self._sim.calls[first:]
        for call in calls:
            if (key := _about(call)) is not None:
                found[key].append(call.at - self._at)
        return Asked(seconds, len(calls), dict(found))


def _about(call: Call) -> str | None:
    """Which task or location a call looks at; None: it looks at none."""
    if call.name == "initial_load" and isinstance(call.body, dict):
        return f"location {call.body['sellerLocationId']}"
    if call.name != "shipments":
        return None
    if isinstance(call.body, dict):
        return f"task {call.body['taskId']}"
    place = json.loads(base64.b64decode(unquote(call.path.rpartition("/shipments/")[2])))
    return f"task {place['taskId']}"
