"""`.venv/bin/python -m tests.crash.copies [SECONDS] [--seed N]`: three copies over one PostgreSQL.

Every few seconds one is killed and another one started, or stopped by SIGSTOP for longer than its locks live and let
go on, or connections to the database are cut. People press and FEs scan meanwhile. The exit code is 1 if anything was
lost, doubled, leaked, stale, late, unanswered or unrecorded, or if an FE who scans was not read for two intervals.
"""

import argparse
import asyncio
import contextlib
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psycopg

from bot.sandbox.flipkart.calls import Call, route
from bot.sandbox.flipkart.paging import PageToken
from tests.crash.killing import Killing, docks
from tests.crash.nursery import Child
from tests.databases import PostgresDatabase, postgres_database

COPIES = 3
INTERVAL = 15.0
"""Seconds between two looks at a location, and at an FE's scans."""
STOPPED = 40.0
"""Seconds for which a copy does nothing at all."""
EVERY = 4.0
"""Seconds between two blows."""
PATIENCE = 20.0
"""Seconds that a person waits for each thing: an FE is seen after an interval."""
PEOPLE = 3
STAYING = 8
"""FEs who scan all the time, each at a location of its own: by them it shows how long nobody is read."""
TURNS = 2.0
"""Seconds between two turns at the docks."""
CATCHES_UP = 1.0
"""Seconds between two looks once nobody is hurt any more."""
SETTLES_WITHIN = 420.0
"""Seconds for what is left to be said: the receipts of all these FEs are drawn one after the other."""


@dataclass
class Copies:
    """The copies, and what befalls them."""

    killing: Killing
    database: PostgresDatabase
    alive: list[Child] = field(default_factory=list)
    stopped: Child | None = None
    blows: Counter[str] = field(default_factory=Counter)
    gap: float = 0.0
    """The longest time, in seconds, for which an FE who scanned was not read."""

    async def add(self) -> None:
        self.alive.append(await self.killing.start(None))

    async def run(self, seconds: float) -> None:
        """All of it, for so long."""
        play = self.killing.play
        play.patience = PATIENCE
        for _ in range(STAYING):
            play.another_stays()
        for _ in range(COPIES):
            await self.add()
        others = [asyncio.create_task(play.people(None, n)) for n in range(PEOPLE)]
        others += [asyncio.create_task(one) for one in (self._turning(), self._watching())]
        try:
            # An even share comes first: what begins all at once has no owner yet.
            await asyncio.sleep(INTERVAL)
            ends = time.monotonic() + seconds
            while time.monotonic() < ends:
                await asyncio.sleep(EVERY)
                await self._blow()
        finally:
            if self.stopped is not None:
                self._let_go(self.stopped)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            for dock in play.staying:
                dock.visits[0].finish_scanning()

    async def renew(self) -> None:
        """Others take the place of all: they know every location that came meanwhile."""
        for child in self.alive:
            await child.kill()
        self.alive.clear()
        for _ in range(COPIES):
            await self.add()

    async def _blow(self) -> None:
        ended = [child.ended.result() for child in self.alive if child.ended.done()]
        assert not ended, f"a copy ended by itself, with {ended}"
        chance = self.killing.chance
        kind = chance.choice(["kill", "kill", "cut", "stop"])
        if kind == "stop" and self.stopped is None:
            self.stopped = chance.choice(self.alive)
            os.kill(self.stopped.pid, signal.SIGSTOP)
            asyncio.get_running_loop().call_later(STOPPED, self._let_go, self.stopped)
            self.blows["stopped"] += 1
        elif kind == "cut":
            await asyncio.to_thread(self._cut)
            self.blows["connections cut"] += 1
        else:
            child = chance.choice([one for one in self.alive if one is not self.stopped])
            await child.kill()
            self.alive.remove(child)
            await self.add()
            self.blows["killed"] += 1

    def _let_go(self, child: Child) -> None:
        if self.stopped is child and not child.ended.done():
            os.kill(child.pid, signal.SIGCONT)
            self.stopped = None

    def _cut(self) -> None:
        """Each connection of the bots with the same chance; often it is that which holds locks."""
        query = (
            "SELECT pid FROM pg_stat_activity "
            "WHERE application_name LIKE 'otc-bot%' AND datname = current_database() AND pid <> pg_backend_pid()"
        )
        with psycopg.connect(self.database.url, autocommit=True) as connection:
            for (pid,) in connection.execute(query).fetchall():
                if self.killing.chance.random() < 0.3:
                    connection.execute("SELECT pg_terminate_backend(%s)", [pid])

    async def _turning(self) -> None:
        while True:
            await asyncio.sleep(TURNS)
            self.killing.play.turn()
            for visit in (visit for dock in self.killing.play.staying for visit in dock.visits):
                visit.scan()

    async def _watching(self) -> None:
        play, since, read, seen = self.killing.play, dict[str, float](), dict[str, float](), 0
        while True:
            await asyncio.sleep(0.5)
            now = time.time()
            calls = play.world.flipkart.calls
            for call in calls[seen:]:
                if call.name == "shipments":
                    read[_task(call)] = call.at
            seen = len(calls)
            for visit in play.visits:
                if visit.page != "scanning":
                    since.pop(visit.task_id, None)
                    continue
                began = since.setdefault(visit.task_id, now)
                self.gap = max(self.gap, now - max(began, read.get(visit.task_id, 0.0)))


def _task(call: Call) -> str:
    """Whose pages it reads: the first one's is in the body, a further one's in what names the page."""
    if isinstance(call.body, dict):
        return str(call.body.get("taskId", ""))
    where = route(call.path)
    return PageToken.decode(where.last).task_id if where and where.last else ""


async def play(seconds: float, seed: int) -> int:
    """Blows for so long, and the verdict; returns the exit code."""
    with tempfile.TemporaryDirectory() as name, postgres_database() as kept:
        async with docks(Path(name), seed, kept, PEOPLE) as killing:
            killing.arguments = ("run", "--copies")
            killing.play.interval, killing.settles_within = INTERVAL, SETTLES_WITHIN
            copies = Copies(killing, kept)
            try:
                await copies.run(seconds)
                killing.play.interval = CATCHES_UP
                await copies.renew()
                verdict = await killing.last_life(copies.alive)
            except BaseException:
                with contextlib.suppress(OSError):
                    lines = (Path(name) / "bot.log").read_text(encoding="utf-8").splitlines()
                    print(*[line for line in lines if '"debug"' not in line][-40:], sep="\n", file=sys.stderr)
                raise
            finally:
                for child in copies.alive:
                    await child.kill()
        verdict.kills, verdict.restarts = copies.blows["killed"], killing.starts - COPIES
        print(
            f"{COPIES} copies, {dict(copies.blows)}; the longest time without a look at an FE who scans: "
            f"{copies.gap:.1f} s, at {INTERVAL:.0f} s between looks"
        )
        print(f"{verdict} (seed {seed})")
        return int(verdict.faults > 0 or copies.gap > 2 * INTERVAL + killing.machine.longest)


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.copies")
    parser.add_argument("seconds", type=float, nargs="?", default=120.0)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    wanted = parser.parse_args()
    return asyncio.run(play(wanted.seconds, wanted.seed))


if __name__ == "__main__":
    sys.exit(main())
