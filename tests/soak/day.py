"""Plays one day against a real bot. Runs in fast time only: `python -m tests.soak` starts it there."""

import argparse
import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.soak import fastclock
from tests.soak.docks import SITES, Docks, bot, docks
from tests.soak.memory import Memory, cpu_seconds
from tests.soak.people import PATIENCE, Fe, Operator, Tally
from tests.soak.plan import HOUR, MINUTE, Day, plan
from tests.soak.verdict import Verdict, judge, settled
from tests.soak.weather import Weather

OVERTIME = 1.5 * HOUR
"""How long the last people may take at most after the day is over."""
SETTLING = 30 * MINUTE
MOST_GROWTH = 0.10


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """What can be set on the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description="One simulated day in a few minutes.")
    parser.add_argument("--speed", type=float, default=150.0, help="how many times as fast the clocks run")
    parser.add_argument("--hours", type=float, default=14.0)
    parser.add_argument("--handovers", type=int, default=60)
    parser.add_argument("--shipments", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--busy", action="store_true", help="the machine does other things too: do not judge lateness")
    parser.add_argument("--keep", type=Path, help="a folder for the bot's log and database")
    return parser.parse_args(given)


async def main(options: argparse.Namespace) -> int:
    """Plays, settles, judges, prints; returns the exit code."""
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, _this_task().cancel)
    # The simulators are cut off in the middle of their answers, on purpose: nobody needs to read of it.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    chance = random.Random(options.seed)
    day = plan(options.hours, options.handovers, options.shipments, SITES, chance)
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        async with docks(folder) as world, bot(world) as process:
            weather = Weather(world.slack, world.flipkart, random.Random(options.seed + 1))
            tally = Tally()
            began = time.time()
            memory = Memory(process.pid, began)
            watching = asyncio.create_task(memory.watch())
            telling = asyncio.create_task(_tell(world, memory, process.pid, day))
            try:
                problems = await _play(world, day, weather, tally, options.seed)
                health = await _settle(world, weather, problems)
            finally:
                watching.cancel()
                telling.cancel()
            took = time.time() - began
            cpu = cpu_seconds(process.pid)
            process.terminate()
            if await process.wait() != 0:
                problems.append(f"the bot left with {process.returncode}")
            verdict = judge(world, weather, health)
        verdict.problems += problems
        verdict.late += [f"not answered within {PATIENCE:.0f} s: {one}" for one in tally.unanswered]
        return _report(options, day, took, verdict, weather, memory, tally, cpu)


def _this_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None
    return task


def _quick_disk() -> str | None:
    """A folder in memory, where there is one: a disk does not write faster because the clocks do."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


async def _play(world: Docks, day: Day, weather: Weather, tally: Tally, seed: int) -> list[str]:
    """Lets everybody come and go; returns what did not work out for them."""
    began = time.time()
    staff = [
        [
            Operator(world, site, user, weather, tally, random.Random(f"{seed} {user}"), day.haste)
            for user in site.operators
        ]
        for site in world.sites
    ]
    blowing = asyncio.create_task(weather.blow(day.seconds - 20 * MINUTE if day.is_whole else day.seconds / 2))
    fes = [
        Fe(world, world.sites[one.site], one, staff[one.site], random.Random(f"{seed} {one.number}"), day.haste)
        for one in day.comings
    ]

    async def come(fe: Fe) -> None:
        await asyncio.sleep(max(0.0, began + fe.coming.arrives - time.time()))
        await fe.play()

    coming = {asyncio.create_task(come(fe)): fe for fe in fes}
    _, late = await asyncio.wait(coming, timeout=day.seconds + OVERTIME)
    for task in late:
        task.cancel()
    ends = await asyncio.gather(*coming, return_exceptions=True)
    await asyncio.sleep(max(0.0, began + day.seconds - time.time()))
    blowing.cancel()
    await asyncio.gather(blowing, return_exceptions=True)
    return [
        f"FE {fe.coming.number} ({fe.visit.fe_id if fe.visit else 'never came'}): {type(end).__name__} {end}"
        for fe, end in zip(coming.values(), ends, strict=True)
        if isinstance(end, BaseException)
    ]


async def _settle(world: Docks, weather: Weather, problems: list[str]) -> str:
    """Ends all faults, waits until nothing is left to do and the bot says that it is well; returns its page."""
    world.slack.clear_faults()
    world.flipkart.clear_faults()
    world.flipkart.failing = False
    end = time.time() + SETTLING
    address = world.log_lines('"health":')[-1]["health"]
    async with aiohttp.ClientSession() as session:
        while True:
            async with session.get(address) as answer:
                page = await answer.text()
                well = answer.status == 200
            if well and settled(world):
                return page
            if time.time() > end:
                problems.append("after half an hour without faults the bot still had something to do")
                return page
            await asyncio.sleep(20)


async def _tell(world: Docks, memory: Memory, pid: int, day: Day) -> None:
    """A line for each hour."""
    hour = 0
    while day.is_whole:
        await asyncio.sleep(HOUR)
        hour += 1
        gone = sum(visit.page == "gone" for visit in world.flipkart.visits)
        _say(
            f"hour {hour}: {len(world.flipkart.visits)} came, {gone} are gone, "
            f"{len(world.flipkart.calls)} calls to Flipkart, {len(world.slack.calls)} to Slack, "
            f"{memory.samples[-1][1]:.1f} MB, {cpu_seconds(pid):.0f} s of CPU"
        )


def _report(
    options: argparse.Namespace,
    day: Day,
    took: float,
    verdict: Verdict,
    weather: Weather,
    memory: Memory,
    tally: Tally,
    cpu: float,
) -> int:
    window = min(10 * MINUTE, day.seconds / 20)
    early, late = memory.around(day.seconds / 10, window), memory.around(memory.samples[-1][0] - window, window)
    growth = late / early - 1
    if day.is_whole and abs(growth) > MOST_GROWTH:
        verdict.problems.append(f"memory changed by {growth:+.1%}, more than {MOST_GROWTH:.0%}")
    for line in (*verdict.problems, *verdict.late):
        _say(line)
    _say(", ".join(f"{name} {times}" for name, times in sorted(weather.played.items())))
    _say(
        f"calls to Flipkart in the busiest hour {verdict.busiest_hour}, slowest acknowledgement "
        f"{verdict.slowest_ack:.1f} s, presses that had to be made again {tally.again}, "
        f"CPU of the bot {cpu:.0f} s"
    )
    _say(
        f"soak: {took / HOUR:.1f} h in {took / options.speed:.0f} s (x{options.speed:g}), "
        f"handovers {len(day.comings)}, shipments {verdict.shipments}, messages {verdict.messages}, "
        f"presses {verdict.presses}, faults {weather.faults}, lost {verdict.lost}, doubled {verdict.doubled}, "
        f"leaked {verdict.leaked}; "
        f"memory {early:.1f} MB after the first tenth, {late:.1f} MB at the end ({growth:+.1%})"
    )
    return int(bool(verdict.problems or (verdict.late and not options.busy)))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    if not fastclock.inherited().get("FAKETIME"):
        sys.exit("this runs in fast time only: python -m tests.soak")
    sys.exit(asyncio.run(main(arguments())))
