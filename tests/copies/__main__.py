"""Three copies of the whole bot over one PostgreSQL, of which one after the other dies: `python -m tests.copies`.

One is killed, stopped for forty seconds or cut off from its locks, every few seconds, while FEs come and scan at docks
with channels of their own. At the end it is counted what was lost, what stands twice, and how long nobody looked.
"""

import argparse
import asyncio
import contextlib
import random
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.sandbox.flipkart import Switches, Visit
from tests.databases import PostgresDatabase, postgres_database
from tests.prepare import ROOT
from tests.support import CODE_DIGITS, World, world

COPIES, DOCKS = 3, 9
INTERVAL = 15.0
"""Seconds between two looks: two of them are more than a stopped copy's locks last."""
STOPPED = 40.0
PATIENCE = 180.0
_SHARDS = "select pid from pg_stat_activity where application_name = 'otc-bot shards' and datname = current_database()"


@dataclass
class Street:
    """The docks, the copies, and who came."""

    world: World
    kept: PostgresDatabase
    env: dict[str, str]
    chance: random.Random
    copies: list[Process] = field(default_factory=list)
    stopped: dict[Process, float] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    async def start(self) -> None:
        command = [sys.executable, "-m", "bot", "run", "--copies"]
        more = {"cwd": self.world.folder, "env": self.env, "stdout": DEVNULL}
        with (self.world.folder / f"copy{len(self.copies)}.log").open("ab") as log:
            self.copies.append(await asyncio.create_subprocess_exec(*command, **more, stderr=log))  # type: ignore[arg-type]

    async def hurt(self) -> None:
        """Does something to one of them, and lets go on what was stopped for long enough."""
        for copy, since in list(self.stopped.items()):
            if time.monotonic() - since >= STOPPED:
                copy.send_signal(signal.SIGCONT)
                del self.stopped[copy]
        well = [one for one in self.copies if one not in self.stopped]
        if len(well) < COPIES - 1:
            return
        copy, what = self.chance.choice(well), self.chance.choice(("killed", "stopped", "cut off"))
        if what == "killed":
            copy.kill()
            await copy.wait()
            self.copies.remove(copy)
            await self.start()
        elif what == "stopped":
            copy.send_signal(signal.SIGSTOP)
            self.stopped[copy] = time.monotonic()
        elif found := self.kept.rows(f"{_SHARDS} order by random() limit 1"):
            self.kept.rows(f"select pg_terminate_backend({found[0][0]})")
        self.did[what] += 1

    def arrive(self) -> None:
        dock = self.chance.randrange(DOCKS) + 1
        visit = self.world.flipkart.arrive(f"LOC{dock}", f"FE {len(self.visits)}")
        visit.begin()
        visit.scan(self.chance.randint(1, 12))
        self.visits.append(visit)

    def end(self) -> None:
        for copy in self.copies:
            with contextlib.suppress(ProcessLookupError):
                copy.send_signal(signal.SIGCONT)
                copy.kill()

    # ---- what came of it ----

    def scanned(self) -> int:
        return int(self.kept.rows("select count(*) from shipment")[0][0])

    def unsaid(self) -> int:
        waits = "state <> 'sent' or (kind = 'card' and sent_revision < h.revision)"
        query = f"select count(*) from delivery join handover h on h.id = about where {waits}"  # noqa: S608
        return int(self.kept.rows(query)[0][0])

    def messages(self) -> Counter[str]:
        """How often each message stands in Slack, by its key."""
        found = Counter[str]()
        for place in self.world.toml["locations"]:
            for card in self.world.slack.messages(place["channel"]):
                for one in (card, *self.world.slack.thread(place["channel"], card.ts)):
                    if one.metadata:
                        found[one.metadata["event_payload"]["key"]] += 1
        return found

    def longest_gap(self) -> float:
        """Seconds between two looks at one dock."""
        at: dict[str, float] = {}
        longest = 0.0
        for call in self.world.flipkart.calls:
            if call.name == "initial_load" and isinstance(call.body, dict):
                place = str(call.body.get("sellerLocationId"))
                longest = max(longest, call.at - at.get(place, call.at))
                at[place] = call.at
        return longest


def bot_toml(one: World) -> str:
    lines = ['timezone = "Asia/Kolkata"', "[flipkart]", "calls_per_hour = 1000000"]
    lines += ["[polling]", f"arrivals_seconds = {INTERVAL}", f"scans_seconds = {INTERVAL}"]
    for place in one.toml["locations"]:
        lines += ["[[locations]]", *(f'{name} = "{value}"' for name, value in place.items())]
    return "\n".join(lines) + "\n"


async def play(folder: Path, seconds: float, seed: int) -> bool:
    """Whether nothing was lost and nothing stands twice."""
    switches = Switches(code_digits=CODE_DIGITS, quota_per_hour=1_000_000)
    with postgres_database() as kept:
        async with world(folder, switches) as one:
            places: list[dict[str, Any]] = []
            for n in range(1, DOCKS + 1):
                channel = one.channel if n == 1 else one.slack.add_channel(f"dock-{n}", members=[one.operator])
                if n > 1:
                    one.flipkart.add_location(f"LOC{n}")
                places.append({"id": f"LOC{n}", "name": f"Dock {n}", "channel": channel})
            one.toml["locations"] = places
            (folder / "bot.toml").write_text(bot_toml(one), encoding="utf-8")
            env = {
                "SLACK_BOT_TOKEN": one.slack.bot_token,
                "SLACK_APP_TOKEN": one.slack.app_token,
                "SLACK_API_URL": one.slack.api_url,
                "FLIPKART_APP_ID": "app",
                "FLIPKART_APP_SECRET": "secret",
                "FLIPKART_API_URL": one.flipkart.url,
                "DATABASE_URL": kept.url,
                "HTTP_PORT": "0",
                "LOG_FORMAT": "json",
                "PYTHONPATH": str(ROOT),
            }
            street = Street(one, kept, env, random.Random(seed))
            try:
                return await _played(street, seconds)
            finally:
                street.end()


async def _played(street: Street, seconds: float) -> bool:
    for _ in range(COPIES):
        await street.start()
    await street.world.until(lambda: street.world.flipkart.calls, 60)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(street.chance.uniform(1, 3))
        street.arrive()
        if street.chance.random() < 0.4:
            await street.hurt()
    parcels = sum(len(visit.shipments) for visit in street.visits)
    with contextlib.suppress(TimeoutError):
        await street.world.until(lambda: street.scanned() >= parcels and not street.unsaid(), PATIENCE)
    said, cards = street.messages(), len(street.kept.rows("select 1 from handover"))
    wanted = {key for (key,) in street.kept.rows("select key from delivery")}
    lost = len(wanted - set(said)) + street.unsaid() + abs(len(street.visits) - cards) + parcels - street.scanned()
    doubled = sum(n - 1 for n in said.values()) + len(set(said) - wanted)
    print(f"{dict(street.did)}; {cards} FEs, {parcels} parcels, {len(wanted)} messages")
    print(f"lost {lost}, doubled {doubled}, longest gap {street.longest_gap():.0f} s where {INTERVAL:.0f} are usual")
    return not lost and not doubled


def main() -> None:
    """Plays it, and ends with 1 where something was lost or stands twice."""
    parser = argparse.ArgumentParser(prog="python -m tests.copies", description=__doc__)
    parser.add_argument("seconds", nargs="?", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--keep", type=Path, help="the folder in which the copies work, with their logs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = given.keep or Path(name)
        folder.mkdir(exist_ok=True)
        well = asyncio.run(play(folder, given.seconds, given.seed))
    sys.exit(0 if well else 1)


if __name__ == "__main__":
    main()
