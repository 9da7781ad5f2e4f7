"""Three copies over one PostgreSQL, thousands of FEs who scan, and what becomes of a killed copy's work."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bot.copies.shards import SHARDS
from bot.sandbox.slack import SlackSim
from tests.bench.far import Asked, Far, Plan, far
from tests.bench.figures import Figure, Result
from tests.bench.live import CHANNELS, LATE, POLITE
from tests.bench.processes import cpu_seconds, environment_of, resident_mb, running, write_toml_of
from tests.databases import PostgresDatabase, postgres_database
from tests.support import SCOPES

COPIES = 3
TAKEN_WITHIN = 60.0
"""Seconds for all shards to have an owner."""
_OWNED = """
    select count(*), count(distinct pid) from pg_locks
    where locktype = 'advisory' and objsubid = 2 and granted and mode = 'ExclusiveLock' and pid in (
        select pid from pg_stat_activity where application_name = 'otc-bot shards'
            and datname = current_database()
    ) and objid < 64
"""


async def measure(folder: Path, *, quick: bool) -> Result:
    """Each copy's share, gaps, and the time until a dead copy's locations are looked at again."""
    count, interval, window = (20, 1.0, 3.0) if quick else (3000, POLITE, 60.0)
    plan = Plan(locations=count, slow=0.1, scanned=3, parcels=3, every=interval)
    async with far(plan) as flipkart, _slack(flipkart) as (slack, places, person):
        write_toml_of(folder, places, person, arrivals=interval, scans=interval)
        with postgres_database() as kept:
            env = environment_of(slack, flipkart.url, folder, DATABASE_URL=kept.url)
            async with contextlib.AsyncExitStack() as stack:
                pids = []
                for _ in range(COPIES):
                    process = await stack.enter_async_context(
                        running("-m", "bot", "run", "--copies", env=env, folder=folder)
                    )
                    pids.append(process)
                await _shared_out(kept)
                await slack.wait_for(lambda: _cards(slack) >= count, timeout=60 + count / 5)
                await flipkart.do("begin")
                await asyncio.sleep(interval * 1.5)
                await flipkart.do("mark")
                before = [cpu_seconds(one.pid) for one in pids]
                await asyncio.sleep(window)
                asked: Asked = await flipkart.do("asked")
                shares = [
                    (cpu_seconds(one.pid) - cpu) / asked.seconds * 100 for one, cpu in zip(pids, before, strict=True)
                ]
                memory = max(resident_mb(one.pid) for one in pids)
                await flipkart.do("mark")
                pids[0].kill()
                died = time.monotonic()
                await pids[0].wait()
                await _shared_out(kept, COPIES - 1)
                until_owned = time.monotonic() - died
                await asyncio.sleep(interval * 1.5)
                after: Asked = await flipkart.do("asked")
    gaps, later = asked.gaps(interval), after.gaps(interval)
    in_time = sum(gap <= interval * LATE for gap in gaps) / len(gaps) * 100
    name = f"{count:,} live handovers over {COPIES} copies"
    return Result(
        [
            Figure(
                *(f"{name}: looks done within their interval", in_time, "%", 100.0, "all"),
                target=100.0,
                way="at least",
                note=f"longest gap {max(gaps):.1f} s, {asked.calls / asked.seconds:.0f} calls a second",
            ),
            Figure(
                *(f"{name}: the busiest copy's share of a core", max(shares), "%", sum(shares) / COPIES),
                floor_is="an even share",
                note=", ".join(f"{share:.1f} %" for share in shares) + f"; {memory:.0f} MB at most",
            ),
            Figure(
                *(f"{name}: until a killed copy's shards have an owner", until_owned, "s"),
                note="a copy looks at the locks each second",
            ),
            Figure(
                *(f"{name}: longest gap between two reads after it", max(later), "s", interval),
                floor_is="the interval",
                target=2 * interval,
            ),
        ],
    )


@contextlib.asynccontextmanager
async def _slack(flipkart: Far) -> AsyncIterator[tuple[SlackSim, list[tuple[str, str]], str]]:
    slack = SlackSim()
    slack.scopes |= SCOPES
    slack.ack_timeout = 60.0
    await slack.start()
    try:
        person = slack.add_user("asha", real_name="Asha Rao", tz="Asia/Kolkata")
        locations = sorted({location for location, _, _ in flipkart.tasks})
        channels = [slack.add_channel(f"returns-{n}", members=[person]) for n in range(min(CHANNELS, len(locations)))]
        yield slack, [(at, channels[n % len(channels)]) for n, at in enumerate(locations)], person
    finally:
        await slack.stop()


def _cards(slack: SlackSim) -> int:
    return sum(len(slack.messages(channel)) for channel in slack.channels)


async def _shared_out(kept: PostgresDatabase, copies: int = COPIES) -> None:
    """Waits until so many copies have all shards among them."""
    async with asyncio.timeout(TAKEN_WITHIN):
        while kept.rows(_OWNED) != [(SHARDS, copies)]:  # noqa: ASYNC110 - locks ring no bell
            await asyncio.sleep(0.02)
