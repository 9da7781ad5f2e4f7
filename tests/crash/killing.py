"""Kills a real `otc-bot run` again and again while FEs scan, and then asks the simulators what they have seen."""

import asyncio
import contextlib
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot.sandbox.flipkart import Visit
from tests.bench.processes import environment, write_toml
from tests.support import World

LONGEST_LIFE = 2.5
"""Seconds from the start of a process to its kill; it connects after about 1.5."""


@dataclass
class Tally:
    """The closing line of a run."""

    kills: int = 0
    shipments: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    leaked: int = 0

    def __str__(self) -> str:
        return (
            f"kills {self.kills}, shipments {self.shipments}, messages {self.messages}, "
            f"lost {self.lost}, doubled {self.doubled}, leaked {self.leaked}"
        )


@contextlib.asynccontextmanager
async def alive(world: World) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot in a process of its own, killed without a warning at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", env=environment(world), cwd=world.folder
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def run(world: World, kills: int, chance: random.Random) -> Tally:
    """Kills the bot so often, at random instants, lets it finish its work once, and counts."""
    write_toml(world, arrivals=0.2, scans=0.2)
    world.flipkart.switches.quota_per_hour = 10_000_000
    tally = Tally()
    visits: list[Visit] = []
    for turn in range(kills):
        async with alive(world):
            if turn % 4 == 0:
                visits.append(world.flipkart.arrive("LOC1", f"FE {turn}"))
            await asyncio.sleep(chance.uniform(1.0, LONGEST_LIFE))
            if visits[-1].page == "start" and world.slack.connections:
                await world.slack.slash(world.operator, world.channel, "/start-otc", "")
                await asyncio.sleep(chance.uniform(0.0, 0.3))
            for visit in visits[-3:]:
                if visit.page == "start":
                    visit.begin()
                visit.scan(chance.randint(1, 12))
                if chance.random() < 0.3:
                    visit.scan(1, status="REJECTED", reason="damaged")
            await asyncio.sleep(chance.uniform(0.0, 0.6))
        tally.kills += 1
    async with alive(world):
        await world.slack.wait_connected(timeout=30)
        await world.until(lambda: _settled(world, visits), 120)
    return _count(world, visits, tally)


def _rows(world: World, query: str) -> list[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(world.folder / "bench.db")) as connection:
        return connection.execute(query).fetchall()


def _settled(world: World, visits: list[Visit]) -> bool:
    scanned = _rows(world, "select count(*) from shipment")[0][0]
    waiting = _rows(world, "select count(*) from intent where state <> 'sent'")[0][0]
    stale = _rows(
        world,
        "select count(*) from intent join handover h on h.id = handover_id "
        "where kind = 'card' and sent_revision < h.revision",
    )[0][0]
    return scanned == sum(len(visit.shipments) for visit in visits) and waiting == 0 and stale == 0


def _count(world: World, visits: list[Visit], tally: Tally) -> Tally:
    listed = {(visit.fe_id, shipment.tracking_id) for visit in visits for shipment in visit.shipments}
    query = "select h.fe_id, s.tracking_id from shipment s join handover h on h.id = s.handover_id"
    kept = Counter(_rows(world, query))
    tally.shipments = len(listed)
    tally.lost += len(listed - set(kept))
    tally.doubled += sum(n - 1 for n in kept.values())

    wanted = {str(key) for (key,) in _rows(world, "select key from intent")}
    posted = Counter(
        message.metadata["event_payload"]["key"]
        for card in world.cards
        for message in (card, *world.thread(card))
        if message.metadata
    )
    tally.messages = sum(posted.values())
    tally.lost += len(wanted - set(posted))
    tally.doubled += sum(n - 1 for n in posted.values())
    files = b"".join(path.read_bytes() for path in Path(world.folder).glob("bench.db*")).decode("latin-1")
    said = "".join(message.text_all() for card in world.cards for message in (card, *world.thread(card)))
    tally.leaked += sum(code in files or code in said for code in world.flipkart.codes)
    return tally
