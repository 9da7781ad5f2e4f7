"""A bot with a thousand FEs and more who scan at docks of their own, and people who press meanwhile.

Beside it, in the same minutes, bare bolt hears the same presses: how late its loop is, and its answers, is what the
machine itself takes.
"""

import asyncio
import contextlib
import json
import os
import signal
import statistics
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from bot.sandbox.slack import SlackSim
from tests.bench.far import Asked, Far, Plan, far
from tests.bench.figures import Figure, Line, Plot, Result
from tests.bench.internals import new_database
from tests.bench.pages import Bare
from tests.bench.processes import cpu_seconds, environment_of, resident_mb, running, write_toml_of
from tests.bench.watched import BARE, BOT, command
from tests.support import SCOPES

PRESS_SECONDS = 0.1
"""Between two presses; each of the two programs hears every second one."""
POLITE = 30.0
"""Seconds between two looks, as Flipkart asks for."""
LATE = 32.0 / 30.0
"""A look within so many intervals counts as done in time: the answer's own time comes on top of the interval."""
BARE_LOOKS = 200
CHANNELS = 50
"""Of all locations: a start reads the history of each channel, and Slack lets it read fifty in a minute."""


@dataclass(slots=True)
class Watched:
    """One of the two programs: its process, its Slack, and how quickly it answered."""

    pid: int
    slack: SlackSim
    person: str
    channel: str
    report: Path
    acks: list[float] = field(default_factory=list)
    lag: dict[str, float] = field(default_factory=dict)
    cpu: float = 0.0

    async def press(self) -> None:
        """One slash command."""
        delivery = await self.slack.slash(self.person, self.channel, "/start-otc", "")
        assert delivery.acked, delivery.problem
        self.acks.append(delivery.seconds * 1000)

    async def mark(self) -> None:
        """Begins to measure, or ends it: what was measured is in `cpu` and `lag` then."""
        self.cpu = cpu_seconds(self.pid) - self.cpu
        self.report.unlink(missing_ok=True)
        os.kill(self.pid, signal.SIGUSR1)
        while not self.report.exists():  # noqa: ASYNC110 - a file of another process has no event
            await asyncio.sleep(0.01)
        self.lag = json.loads(self.report.read_text(encoding="ascii"))

    def ack(self, share: float) -> float:
        """Milliseconds within which so many were acknowledged."""
        ordered = sorted(self.acks)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@dataclass(frozen=True, slots=True)
class Measured:
    """One window of it."""

    asked: Asked
    bot: Watched
    bolt: Watched
    memory: float
    bare_memory: float
    bare_call: float
    """CPU seconds of a bare call."""


async def load(folder: Path, count: int, interval: float, window: float) -> Measured:
    """So many live handovers, each at a location of its own, three parcels an interval each; server 100 ms."""
    plan = Plan(locations=count, slow=0.1, scanned=3, parcels=3, every=interval)
    async with far(plan) as flipkart:
        async with _both(folder, flipkart, interval) as (bot, bolt):
            slack = bot.slack
            await slack.wait_for(
                lambda: sum(len(slack.messages(channel)) for channel in slack.channels) >= count,
                timeout=60 + count / 5,
            )
            await flipkart.do("begin")
            await asyncio.sleep(interval * 1.5)
            await flipkart.do("mark")
            await asyncio.gather(bot.mark(), bolt.mark())
            await _press((bot, bolt), window)
            await asyncio.gather(bot.mark(), bolt.mark())
            asked: Asked = await flipkart.do("asked")
            memory, bare_memory = resident_mb(bot.pid), resident_mb(bolt.pid)
        _, fe_id, task_id = flipkart.tasks[0]
        bare_call = await Bare(flipkart.url, fe_id, task_id).looks(BARE_LOOKS, at_once=10) / 1000
    return Measured(asked, bot, bolt, memory, bare_memory, bare_call)


async def _press(both: tuple[Watched, Watched], window: float) -> None:
    """Presses in turn, at moments that do not wait for the answer before."""
    loop = asyncio.get_running_loop()
    end, pressed = loop.time() + window, 0
    async with asyncio.TaskGroup() as group:
        while loop.time() < end:
            group.create_task(both[pressed % 2].press())
            pressed += 1
            await asyncio.sleep(PRESS_SECONDS)


@contextlib.asynccontextmanager
async def _both(folder: Path, flipkart: Far, interval: float) -> AsyncIterator[tuple[Watched, Watched]]:
    async with contextlib.AsyncExitStack() as stack:
        found = []
        for who in (BOT, BARE):
            home = folder / who
            home.mkdir()
            slack = SlackSim()
            slack.scopes |= SCOPES
            slack.ack_timeout = 60.0
            await slack.start()
            stack.push_async_callback(slack.stop)
            person = slack.add_user("asha", real_name="Asha Rao", tz="Asia/Kolkata")
            locations = sorted({location for location, _, _ in flipkart.tasks})
            channels = [
                slack.add_channel(f"returns-{n}", members=[person]) for n in range(min(CHANNELS, len(locations)))
            ]
            places = [(at, channels[n % len(channels)]) for n, at in enumerate(locations)]
            write_toml_of(home, places, person, arrivals=interval, scans=interval)
            # As at every start but the first one: what brings a new database up is not loaded.
            await new_database(home / "bench.db")
            report = home / "lag.json"
            env = environment_of(slack, flipkart.url, home)
            process = await stack.enter_async_context(running(*command(who, report), env=env, folder=home))
            await slack.wait_connected(timeout=60)
            found.append(Watched(process.pid, slack, person, places[0][1], report))
        yield found[0], found[1]


def _histogram(name: str, gaps: list[float], interval: float) -> Plot:
    """The share of things whose gap was at most so long."""
    ordered = sorted(gaps)
    shares = [(n + 1) / len(ordered) * 100 for n in range(len(ordered))]
    limit = Line("limit", [interval * LATE, interval * LATE], [0, 100], is_limit=True)
    return Plot(
        name,
        "Between two looks",
        "seconds",
        "% of gaps at most so long",
        [Line("measured", ordered, shares), limit],
    )


async def measure_1000(folder: Path, *, quick: bool) -> Result:
    """What a thousand cost."""
    count, interval, window = (10, 1.0, 3.0) if quick else (1000, POLITE, 120.0)
    one = await load(folder, count, interval, window)
    share = one.bot.cpu / one.asked.seconds * 100
    rate = one.asked.calls / one.asked.seconds
    gaps = one.asked.gaps(interval, "task")
    return Result(
        [
            Figure(
                *(f"{count:,} live handovers: share of a core", share, "%", rate * one.bare_call * 100),
                floor_is=f"bare fetch and parse of the {rate:.0f} calls a second that it made",
                target=25.0,
                note=f"asked for: {2 * count / interval:.0f} calls a second",
            ),
            Figure(
                *(f"{count:,} live handovers: longest gap between two reads of one", max(gaps), "s", interval),
                floor_is="the interval",
                target=interval * LATE,
            ),
        ],
        [_histogram("gaps-1000", gaps, interval)],
    )


async def measure_3000(folder: Path, *, quick: bool) -> Result:
    """What three thousand do to people and to each other."""
    count, interval, window = (20, 1.0, 3.0) if quick else (3000, POLITE, 120.0)
    one = await load(folder, count, interval, window)
    gaps = one.asked.gaps(interval)
    in_time = sum(gap <= interval * LATE for gap in gaps) / len(gaps) * 100
    name, bare = f"{count:,} live handovers", "bare bolt in the same minutes"
    return Result(
        [
            Figure(
                *(f"{name}: looks done within their interval", in_time, "%", 100.0, "all"),
                target=100.0,
                way="at least",
                note=f"longest gap {max(gaps):.1f} s, {one.asked.calls / one.asked.seconds:.0f} calls a second",
            ),
            Figure(f"{name}: acks p50", one.bot.ack(0.5), "ms", one.bolt.ack(0.5), bare),
            Figure(f"{name}: acks p99", one.bot.ack(0.99), "ms", one.bolt.ack(0.99), bare, target=10.0),
            Figure(f"{name}: acks max", one.bot.ack(1), "ms", one.bolt.ack(1), bare, target=100.0),
            Figure(
                *(f"{name}: loop lag p99", one.bot.lag["clock_p99"], "ms", one.bolt.lag["clock_p99"], bare),
                target=20.0,
                note=f"CPU between two turns of the loop p99 {one.bot.lag['cpu_p99']:.1f} ms",
            ),
            Figure(f"{name}: memory", one.memory, "MB", one.bare_memory, "bare bolt", target=140.0),
            Figure(
                *(f"{name}: share of a core", one.bot.cpu / one.asked.seconds * 100, "%"),
                floor=one.asked.calls / one.asked.seconds * one.bare_call * 100,
                floor_is="bare fetch and parse of the calls that it made",
            ),
        ],
        [_histogram("gaps-3000", gaps, interval), _acks_plot(one)],
    )


def _acks_plot(one: Measured) -> Plot:
    lines = []
    for name, who in ((BOT, one.bot), (BARE, one.bolt)):
        ordered = sorted(who.acks)
        lines.append(Line(name, ordered, [(n + 1) / len(ordered) * 100 for n in range(len(ordered))]))
    return Plot(
        "acks-3000",
        f"Acknowledged with {statistics.median(one.bot.acks):.1f} ms in the middle",
        "milliseconds",
        "% of presses",
        lines,
    )
