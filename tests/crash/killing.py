"""Kills a bot again and again, at every edge and at random instants, and lets it come back each time."""

import asyncio
import contextlib
import itertools
import logging
import random
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.crash.edges import EDGES, OFTEN, Edge
from tests.crash.nursery import DIES_AT, Child, Nursery, nursery
from tests.crash.play import NEEDS_PROOF, PRESSED, Play
from tests.crash.returning import ALARM, is_of_month
from tests.crash.said import edit_name, fill_name, post_name
from tests.crash.told import BACK, CALL, SILENT, WORD
from tests.crash.verdict import Verdict, code_bytes, judge, unsettled
from tests.databases import Kept
from tests.pace import ACK_SECONDS, Stalls, stalls
from tests.support import World, world

LONGEST_LIFE = 3.0
"""Seconds until a bot that did not come to its edge is killed all the same."""
PRESSED_LIFE = 6.0
"""The same for an edge that somebody has to press for."""
DRAWN_LIFE = 10.0
"""The same for one that waits for a chart to be drawn, by a process that is started for it, or for the ledger and then
for its turn behind an FE's messages."""
LOOKED_UP_LIFE = 15.0
"""The same for one that waits until what may have been shared is looked for."""
LATEST = 1.6
"""Seconds of the latest random instant."""
MOST_PATIENT = 5
"""After so many lives that did not come to their edge, its further ones live no longer."""
READY_WITHIN = 150.0
"""Seconds that a bot may live until what an edge needs is there: a day ends at a full minute."""
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
    tried: Counter[str]
    machine: Stalls
    starts: int = 0
    arguments: tuple[str, ...] = ("run",)
    """Of `otc-bot`."""
    settles_within: float = SETTLES_WITHIN

    async def life(self, edge: Edge | None) -> None:
        """One bot from start to kill."""
        if edge and edge.is_of_database:
            await self._life_and_loss(edge)
            return
        world = self.play.world
        world.slack.clear_faults()
        self.play.turn()
        if edge:
            self.tried[str(edge)] += 1
            self.play.provoke(edge)
        child = await self.start(edge)
        people = asyncio.create_task(self.play.people(edge))
        pressed = edge is not None and edge.name in PRESSED
        # What somebody must press for takes several steps; an FE who goes on by himself would come between them.
        turning = asyncio.create_task(asyncio.sleep(0) if pressed else self._turning())
        wait = self._patience(edge) if edge else self.chance.uniform(0.1, LATEST)
        with self._killed_within(edge, child):
            died = await child.wait(wait)
        assert not died or child.ended.result() < 0, f"the bot ended by itself:\n{self._last_words()}"
        await child.kill()
        self.killed_at[str(edge) if died and edge else "a random instant"] += 1
        for task in (people, turning):
            await _end(task)
        self._search_files()

    def vain(self, edge: Edge) -> int:
        """Lives that were to end at it and did not come to it."""
        return max(0, self.tried[str(edge)] - self.killed_at[str(edge)])

    def _patience(self, edge: Edge) -> float:
        """Seconds for a life that is on its way to the edge: a machine may be slower than where they were chosen."""
        return _usual_patience(edge) * max(1, min(self.vain(edge), MOST_PATIENT))

    async def life_until_ready(self, edges: Sequence[Edge]) -> list[Edge]:
        """One bot that lives until there is what one of these edges needs; those whose need is there."""
        child = await self.start(None)
        people, turning = asyncio.create_task(self.play.people(None)), asyncio.create_task(self._turning())
        ready: list[Edge] = []
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(READY_WITHIN):
                    while not (ready := self.ready(edges)):  # noqa: ASYNC110 - the database rings no bell
                        await asyncio.sleep(0.2)
        finally:
            await child.kill()
            for task in (people, turning):
                await _end(task)
        self.killed_at["a random instant"] += 1
        self._search_files()
        return ready

    def ready(self, edges: Sequence[Edge]) -> list[Edge]:
        """Those of them whose need is there."""
        return [one for one in edges if self.play.is_ready_for(one)]

    async def last_life(self, others: Sequence[Child] = ()) -> Verdict:
        """A bot that lives until all is said, and what there is to see when it and the others are no more."""
        self.play.world.slack.clear_faults()
        unanswered = 0
        async with self._one_more(others):
            await self._settle()
            unanswered = await self._press_everything()
            await self._settle()
        while unsettled(self.play):
            # Something came due in the instant of the kill, such as a reminder: the next one has to say it.
            async with self._one_more():
                await self._settle()
        self._search_files(last=True)
        verdict = judge(self.play, self.machine.longest)
        verdict.unanswered = unanswered
        verdict.leaked += len(self.leaked)
        for one in sorted(self.leaked):
            print(f"leaked: {one}", file=sys.stderr)
        return verdict

    @contextlib.asynccontextmanager
    async def _one_more(self, others: Sequence[Child] = ()) -> AsyncIterator[None]:
        """A bot that is there, and killed in the end together with the others."""
        child = await self.start(None)
        try:
            await self.play.world.slack.wait_connected()
            yield
        finally:
            for one in (child, *others):
                await one.kill()

    async def _life_and_loss(self, edge: Edge) -> None:
        """One bot that is killed and loses its database while FEs are there whose threads it has begun."""
        world = self.play.world
        world.slack.clear_faults()
        self.play.turn()
        child = await self.start(None)
        people = asyncio.create_task(self.play.people(None))
        turning = asyncio.create_task(self._turning())
        try:
            await world.slack.wait_connected()
            before = self.play.somebody_comes() or self.chance.choice(self.play.there)
            await world.until(lambda: self.play.card(before))
            if not world.kept.is_backed_up or self.chance.random() < 0.5:
                await asyncio.to_thread(world.kept.back_up)
            later = self.play.somebody_comes() or before
            await world.until(lambda: self.play.card(later))
            await asyncio.sleep(self.chance.uniform(0.1, LATEST))
        finally:
            await child.kill()
            for task in (people, turning):
                await _end(task)
        self.killed_at[str(edge)] += 1
        self._search_files()
        if edge.name.endswith("an hour ago"):
            await asyncio.to_thread(world.kept.put_back)
        else:
            await asyncio.to_thread(world.kept.lose)
        self.play.lose()

    @contextlib.contextmanager
    def _killed_within(self, edge: Edge | None, child: Child) -> Iterator[None]:
        """Kills the bot when Slack has done what it asked for, before it answers."""
        if edge is None or not edge.is_outside:
            yield
            return
        slack = self.play.world.slack

        def changed(change: dict[str, Any]) -> None:
            name = ""
            if change["kind"] in ("message.posted", "message.edited"):
                message = slack.message(change["channel"], change["ts"])
                if message is not None:
                    name = post_name(message) if change["kind"] == "message.posted" else edit_name(message)
            elif change["kind"] == "file.uploaded":
                name = fill_name(slack.files[change["file"]])
            if name == edge.name:
                child.kill_now()

        forget = slack.on_change(changed)
        try:
            yield
        finally:
            forget()

    async def start(self, edge: Edge | None) -> Child:
        """One more bot, which dies at the edge."""
        more = {}
        if edge and not edge.is_outside:
            nth = self.chance.randint(1, 3) if edge.name in OFTEN else 1
            more[DIES_AT] = Edge(edge.when, edge.name, nth).dump()
        folder = self.play.world.folder
        self.starts += 1
        environment = self.play.environment(**more)
        return await self.nursery.start(environment, folder, folder / "bot.log", self.arguments)

    async def _settle(self) -> None:
        try:
            async with asyncio.timeout(self.settles_within):
                while unsettled(self.play):  # noqa: ASYNC110 - the database rings no bell
                    await asyncio.sleep(0.2)
        except TimeoutError:
            waits = "select kind, location_id, state, attempts from delivery where state not in ('sent', 'lost')"
            left = [*unsettled(self.play), *self.play.rows_left(waits)]
            raise AssertionError(f"not said and read within {self.settles_within:.0f} s: {left}") from None

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
        slack, user = self.play.world.slack, self.play.user
        shown = [*slack.ephemerals(user)[-2:], *filter(None, [slack.view(user)])]
        return "\n".join(one.text_all() for one in shown)

    def _last_words(self) -> str:
        return (self.play.world.folder / "bot.log").read_text(encoding="utf-8")[-2000:]

    def _search_files(self, *, last: bool = False) -> None:
        """The database as the kill left it, with its write-ahead log, and all logs."""
        codes, world = code_bytes(self.play), self.play.world
        files = ((path.name, path.read_bytes()) for path in world.folder.iterdir() if path.is_file())
        for name, content in itertools.chain(files, world.kept.raw(last=last)):
            self.leaked |= {f"{name}: {code.decode()}" for code in codes if code in content}


def _usual_patience(edge: Edge) -> float:
    if edge.name == "look for files":
        return LOOKED_UP_LIFE
    if edge.name.endswith(" a digest"):
        return DRAWN_LIFE
    if edge.name in NEEDS_PROOF or edge.name in (ALARM, CALL, WORD, SILENT, BACK) or is_of_month(edge.name):
        return DRAWN_LIFE
    return PRESSED_LIFE if edge.name in PRESSED else LONGEST_LIFE


async def _end(task: asyncio.Task[None]) -> None:
    """Cancels until it is over: what waits inside may lose a cancellation that comes together with its result."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.5)
    with contextlib.suppress(asyncio.CancelledError):
        task.result()


@contextlib.asynccontextmanager
async def docks(folder: Path, seed: int, elsewhere: Kept | None, people: int = 1) -> AsyncIterator[Killing]:
    """A world with its nursery, and so many people who press."""
    chance = random.Random(seed)
    # The simulators are cut off in the middle of their answers, on purpose: nobody needs to read of it.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    async with world(folder) as one, nursery() as bots, stalls() as machine:
        one.elsewhere = elsewhere
        _prepare(one)
        yield Killing(Play(one, chance, people), bots, chance, Counter(), set(), Counter(), machine)


def _prepare(one: World) -> None:
    one.flipkart.switches.quota_per_hour = 10_000_000
    one.flipkart.switches.end_needs_scanning_call = True
    # Nobody waits longer for a bot that was killed; a press that it did not take is made again.
    one.slack.ack_timeout = one.slack.trigger_seconds = ACK_SECONDS


async def run(
    folder: Path,
    kills: int,
    seed: int,
    edges: tuple[Edge, ...] = EDGES,
    more: int = 0,
    elsewhere: Kept | None = None,
) -> Verdict:
    """Kills so often, three in four at the edge that had the fewest turns, and judges at the end.

    `more` kills at most are added for edges that were not come to by then. The database is `elsewhere`, or a file in
    the folder.
    """
    async with docks(folder, seed, elsewhere) as killing:

        def turns(one: Edge) -> tuple[int, int]:
            # What is seldom come to has its share of the lives, and no more: alarms come every few hours.
            return killing.killed_at[str(one)] + killing.vain(one) // 2, killing.tried[str(one)]

        for _ in range(kills):
            ready = killing.ready(edges)
            if ready and killing.chance.random() < 0.75:
                least = min(map(turns, ready))
                await killing.life(killing.chance.choice([one for one in ready if turns(one) == least]))
            else:
                await killing.life(None)
        for _ in range(more):
            missing = [one for one in edges if not killing.killed_at[str(one)]]
            if not missing:
                break
            ready = killing.ready(missing) or await killing.life_until_ready(missing)
            if ready:
                await killing.life(min(ready, key=turns))
        verdict = await killing.last_life()
        verdict.kills, verdict.restarts = killing.killed_at.total(), killing.starts - 1
        verdict.killed_at = killing.killed_at
        return verdict
