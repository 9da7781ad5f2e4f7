"""Kills a bot again and again, at every edge and at random instants, and lets it come back each time."""

import asyncio
import contextlib
import logging
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from tests.crash.edges import EDGES, OFTEN, Edge
from tests.crash.nursery import DIES_AT, Child, Nursery, nursery
from tests.crash.play import PRESSED, Play
from tests.crash.verdict import Verdict, code_bytes, judge, unsettled
from tests.support import World, world

LONGEST_LIFE = 3.0
"""Seconds until a bot that did not come to its edge is killed all the same."""
PRESSED_LIFE = 6.0
"""The same for an edge that somebody has to press for."""
LATEST = 1.6
"""Seconds of the latest random instant."""
SETTLES_WITHIN = 180.0
"""Seconds for the last bot to catch up: what may have been posted is waited for, ten seconds a thread."""


@dataclass
class Killing:
    """One world in which a bot is killed."""

    play: Play
    nursery: Nursery
    chance: random.Random
    killed_at: Counter[str]
    leaked: set[str]
    starts: int = 0

    async def life(self, edge: Edge | None) -> None:
        """One bot from start to kill."""
        world = self.play.world
        world.slack.clear_faults()
        self.play.turn()
        if edge:
            self.play.provoke(edge)
        child = await self._start(edge)
        people = asyncio.create_task(self.play.people(edge))
        pressed = edge is not None and edge.name in PRESSED
        # What somebody must press for takes several steps; an FE who goes on by himself would come between them.
        turning = asyncio.create_task(asyncio.sleep(0) if pressed else self._turning())
        patience = PRESSED_LIFE if pressed else LONGEST_LIFE
        wait = patience if edge else self.chance.uniform(0.1, LATEST)
        died = await child.wait(wait)
        assert not died or child.ended.result() < 0, f"the bot ended by itself:\n{self._last_words()}"
        await child.kill()
        self.killed_at[str(edge) if died and edge else "a random instant"] += 1
        for task in (people, turning):
            await _end(task)
        self._search_files()

    async def last_life(self) -> Verdict:
        """A bot that lives until all is said, and what there is to see then."""
        world = self.play.world
        world.slack.clear_faults()
        child = await self._start(None)
        try:
            await world.slack.wait_connected(timeout=30)
            await self._settle()
            unanswered = await self._press_everything()
            await self._settle()
        finally:
            await child.kill()
        self._search_files()
        verdict = judge(self.play)
        verdict.unanswered = unanswered
        verdict.leaked += len(self.leaked)
        for one in sorted(self.leaked):
            print(f"leaked: {one}", file=sys.stderr)
        return verdict

    async def _start(self, edge: Edge | None) -> Child:
        more = {}
        if edge:
            nth = self.chance.randint(1, 3) if edge.name in OFTEN else 1
            more[DIES_AT] = Edge(edge.name, edge.when, nth).dump()
        folder = self.play.world.folder
        self.starts += 1
        return await self.nursery.start(self.play.environment(**more), folder, folder / "bot.log")

    async def _settle(self) -> None:
        try:
            async with asyncio.timeout(SETTLES_WITHIN):
                while unsettled(self.play):  # noqa: ASYNC110 - the database rings no bell
                    await asyncio.sleep(0.2)
        except TimeoutError:
            raise AssertionError(f"not said and read within {SETTLES_WITHIN:.0f} s: {unsettled(self.play)}") from None

    async def _turning(self) -> None:
        while True:
            await asyncio.sleep(0.3)
            self.play.turn()

    async def _press_everything(self) -> int:
        """How many people get no answer although the bot is up."""
        unanswered, self.play.patience = 0, 20.0
        for wish in (self.play.start, self.play.count, self.play.end):
            try:
                await wish()
            except LookupError:
                continue  # every dock is full, and nobody is on that page
            except TimeoutError as error:
                unanswered += 1
                print(f"no answer to {wish.__name__}: {error}\n{self._screen()}", file=sys.stderr)
        return unanswered

    def _screen(self) -> str:
        """What the person looks at instead."""
        slack, user = self.play.world.slack, self.play.world.operator
        shown = [*slack.ephemerals(user)[-2:], *filter(None, [slack.view(user)])]
        return "\n".join(one.text_all() for one in shown)

    def _last_words(self) -> str:
        return (self.play.world.folder / "bot.log").read_text(encoding="utf-8")[-2000:]

    def _search_files(self) -> None:
        """The database as the kill left it, with its write-ahead log, and all logs."""
        codes = code_bytes(self.play)
        for path in self.play.world.folder.iterdir():
            content = path.read_bytes()
            self.leaked |= {f"{path.name}: {code.decode()}" for code in codes if code in content}


async def _end(task: asyncio.Task[None]) -> None:
    """Cancels until it is over: what waits inside may lose a cancellation that comes together with its result."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.5)
    with contextlib.suppress(asyncio.CancelledError):
        task.result()


@contextlib.asynccontextmanager
async def docks(folder: Path, seed: int) -> AsyncIterator[Killing]:
    """A world with its nursery."""
    chance = random.Random(seed)
    # The simulators are cut off in the middle of their answers, on purpose: nobody needs to read of it.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    async with world(folder) as one, nursery() as bots:
        _prepare(one)
        yield Killing(Play(one, chance), bots, chance, Counter(), set())


def _prepare(one: World) -> None:
    one.flipkart.switches.quota_per_hour = 10_000_000
    one.flipkart.switches.end_needs_scanning_call = True


async def run(folder: Path, kills: int, seed: int, edges: tuple[Edge, ...] = EDGES, more: int = 0) -> Verdict:
    """Kills so often, three in four at the edge that came least, and judges at the end.

    `more` kills at most are added for edges that were not come to by then.
    """
    async with docks(folder, seed) as killing:
        tried: Counter[Edge] = Counter()

        def turns(one: Edge) -> tuple[int, int]:
            return killing.killed_at[str(one)], tried[one]

        async def at(edge: Edge) -> None:
            tried[edge] += 1
            await killing.life(edge)

        for _ in range(kills):
            if killing.chance.random() < 0.75:
                least = min(turns(one) for one in edges)
                await at(killing.chance.choice([one for one in edges if turns(one) == least]))
            else:
                await killing.life(None)
        for _ in range(more):
            missing = [one for one in edges if not killing.killed_at[str(one)]]
            if not missing:
                break
            await at(min(missing, key=turns))
        verdict = await killing.last_life()
        verdict.kills, verdict.restarts = killing.killed_at.total(), killing.starts - 1
        verdict.killed_at = killing.killed_at
        return verdict
