"""Acknowledgement of a slash command over a real WebSocket: the bot beside bare bolt, each in its own process."""

import statistics
from pathlib import Path

from tests.bench.figures import Figure, Result
from tests.bench.processes import environment, running, seconds_to_connect, write_toml
from tests.bench.watched import BARE, BOT, command
from tests.support import World, world

PRESSES = 300
QUICK_PRESSES = 20
TURNS = 3


async def _acks(world: World, presses: int) -> list[float]:
    """Milliseconds, in order."""
    await world.slack.wait_connected(timeout=20)
    seconds = []
    for turn in range(presses + 20):
        delivery = await world.slack.slash(world.operator, world.channel, "/start-otc", "")
        assert delivery.acked
        if turn >= 20:
            seconds.append(delivery.seconds * 1000)
    return seconds


async def measure(folder: Path, *, quick: bool) -> Result:
    """Both in turn."""
    presses = QUICK_PRESSES if quick else PRESSES
    times: dict[str, list[float]] = {BARE: [], BOT: []}
    async with world(folder) as one:
        write_toml(one, arrivals=30, scans=30)
        one.flipkart.arrive("LOC1", "Ram")
        for _ in range(1 if quick else TURNS):
            for who, found in times.items():
                async with running(*command(who, folder / "watched.json"), env=environment(one), folder=folder):
                    found.extend(await _acks(one, presses))
                await one.until(lambda: one.slack.connections == 0)
    ours, floor = (statistics.median(times[who]) for who in (BOT, BARE))
    lines = [_line(name, sorted(found)) for name, found in times.items()]
    return Result(
        [
            Figure(
                *("acknowledgement p50", ours, "ms", floor, "bare bolt with process_before_response"),
                target=1.5,
                of_ratio=True,
            )
        ],
        lines=lines,
    )


async def measure_start(folder: Path, *, quick: bool) -> Result:
    """From nothing to an open socket in Slack, the best of some: another program's work only makes it longer."""
    times: dict[str, list[tuple[float, float]]] = {BARE: [], BOT: []}
    async with world(folder) as one:
        write_toml(one, arrivals=30, scans=30)
        for _ in range(1 if quick else 5):
            for who, found in times.items():
                found.append(await seconds_to_connect(one, *command(who, folder / "watched.json")))
                await one.until(lambda: one.slack.connections == 0)
    (ours, ours_cpu), (floor, floor_cpu) = (
        [min(found) for found in zip(*times[who], strict=True)] for who in (BOT, BARE)
    )
    return Result(
        [
            Figure(
                *("start until connected", ours, "s", floor, "bare bolt"),
                target=1.0,
                note="the target is for a machine on which the bot of before this design starts in 0.75 s",
            ),
            Figure("start until connected: CPU", ours_cpu, "s", floor_cpu, "bare bolt"),
        ]
    )


def _line(name: str, times: list[float]) -> str:
    p50, p99 = statistics.median(times), times[int(len(times) * 0.99)]
    return f"ack, {name:<10} p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   max {times[-1]:6.2f} ms"
