"""A day at the docks as a release leaves it: its database and what stands in Slack. Later bots must go on from there.

    .venv/bin/python -m tests.releases.played 1.2.3

plays the demo's day with this very bot, and the next morning as far as an FE in the middle of scanning, and writes both
into tests/data/releases/. People and parcels are the demo's. What is written is in order and says nothing of
this machine; ids are drawn anew each time.
"""

import asyncio
import contextlib
import gzip
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot import logs
from bot.app import App
from bot.demo import TIMING, settings
from bot.sandbox.demo.clock import DemoClock
from bot.sandbox.demo.day import Day
from bot.sandbox.demo.place import Place
from bot.sandbox.demo.player import Player
from bot.sandbox.flipkart import Visit
from bot.sandbox.slack.memory import remembered
from bot.store.versions import newest_version
from tests.databases import SqliteFile
from tests.pace import PATIENCE
from tests.prepare import ROOT
from tests.support import CODE_DIGITS
from tests.underway import underway

KEPT = ROOT / "tests/data/releases"
MORNING = datetime(2026, 3, 4, 3, 30, tzinfo=UTC)
"""When the day begins: nine o'clock at the docks."""
SPEED = 8.0
"""As fast as a bot follows that shares its machine; at 50 parts of the day were cut short in half of the tries."""
TRIES = 3
NIGHT = timedelta(hours=9, minutes=30)
"""From the digest to the next morning."""
LONGEST = 600.0
"""Seconds that the day may take on a machine that does something else."""


@dataclass(frozen=True)
class Played:
    """What is kept of one release."""

    version: str
    dump: str
    """The database, as statements."""
    rest: dict[str, Any]
    """What stood around it: Slack, its people, and who was at the docks."""

    @classmethod
    def load(cls, version: str, folder: Path = KEPT) -> "Played":
        """What a release has left."""
        dump, rest = _files(version, folder)
        return cls(version, gzip.decompress(dump.read_bytes()).decode(), json.loads(gzip.decompress(rest.read_bytes())))

    def save(self, folder: Path = KEPT) -> None:
        """Writes it down, the same bytes for the same content."""
        content = json.dumps(self.rest, sort_keys=True, ensure_ascii=False, indent=1)
        for file, text in zip(_files(self.version, folder), (self.dump, content), strict=True):
            file.write_bytes(gzip.compress(text.encode(), mtime=0))

    @property
    def at(self) -> datetime:
        """When that bot ended, by the docks' clock."""
        return datetime.fromisoformat(self.rest["at"])

    def restore(self, database: Path) -> None:
        """Makes the database."""
        database.touch(mode=0o600)
        with contextlib.closing(sqlite3.connect(database)) as connection:
            connection.executescript(self.dump)


def versions(folder: Path = KEPT) -> list[str]:
    """The releases of which a day is kept."""
    return sorted(file.name.removesuffix(".sql.gz") for file in folder.glob("*.sql.gz"))


class CutShortError(Exception):
    """A part of the day was cut short; the message says which."""


async def play(version: str) -> Played:
    """Plays a day and a morning with the bot of now.

    On a busy machine a part of the day may be cut short, and the page of the demo says then to play it again.

    Args:
        version: what the release is called.

    Raises:
        CutShortError: no day was whole.
    """
    for _ in range(TRIES - 1):
        with contextlib.suppress(CutShortError):
            return await _played(version)
    return await _played(version)


async def _played(version: str) -> Played:
    began = time.monotonic()
    place = Place.furnished(DemoClock(lambda: MORNING + timedelta(seconds=time.monotonic() - began)))
    place.flipkart.switches.code_digits = CODE_DIGITS
    with tempfile.TemporaryDirectory(prefix="otc-bot-") as folder:
        file = Path(folder) / "played.db"
        async with _simulated(place), _bot(place, file):
            await _whole_day(place)
            place.clock.forward(NIGHT)
            await _next_morning(place)
            await place.slack.wait_for(lambda: not underway(SqliteFile(file)), timeout=PATIENCE)
        with contextlib.closing(sqlite3.connect(file)) as connection:
            tables = newest_version()
            said = f"-- otc-bot {version}, tables of version {tables}; see tests/releases/played.py.\n"
            dump = said + "\n".join(connection.iterdump()) + "\n"
    rest = {"version": version, "tables": tables, "at": place.clock.now().isoformat()} | _around(place)
    written = dump + json.dumps(rest)
    found = [code for code in place.flipkart.codes if code in written]
    assert found == [], "a code is in what would be kept"
    return Played(version, dump, rest)


async def _whole_day(place: Place) -> None:
    day = Day(place)
    day.control("start", SPEED)
    await place.slack.wait_for(lambda: day.state == "done", timeout=LONGEST)
    if day.given_up:
        raise CutShortError(day.saying)


async def _next_morning(place: Place) -> None:
    """One FE scans, another waits for the code."""

    async def pause(seconds: float) -> None:
        del seconds

    dock = place.docks[0]
    player = Player(place, dock, place.players[0], pause)
    ram = place.flipkart.arrive(dock.location, "Ram Kumar", partner="eKart")
    card = await player.until(lambda: place.cards.of(ram))
    assert ram.enter_start_otc(await player.give_start(ram, card))
    ram.scan(7)
    ram.scan(1, status="REJECTED", reason="Wrong product in the box")
    await player.count_along(card, 1)
    await player.scan(ram)
    await place.slack.slash(place.players[0], dock.channel, "/otc", "language hi-Latn")
    sita = place.flipkart.arrive(dock.location, "Sita Rao", partner="Delhivery")
    await player.until(lambda: place.cards.of(sita) and not place.cards.wrong())


def _around(place: Place) -> dict[str, Any]:
    # Links of files bear the port of a simulator that is gone.
    address = place.slack.api_url.removesuffix("/api/")
    slack = json.loads(json.dumps(remembered(place.slack)).replace(address, "https://slack.example"))
    for file in slack["files"]:
        file["base64"] = ""  # receipts and pictures: that they are there is enough
    return {
        "slack": slack,
        "users": [
            {"user_id": one.id, "name": one.name, "real_name": one.real_name, "locale": one.locale}
            for one in place.slack.users.values()
            if not one.is_bot
        ],
        "groups": [
            {"group_id": one.id, "handle": one.handle, "users": one.users} for one in place.slack.usergroups.values()
        ],
        "channels": [
            {"channel_id": dock.channel, "name": place.slack.channels[dock.channel].name} for dock in place.docks
        ],
        "locations": [
            {"id": dock.location, "name": dock.name, "channel": dock.channel, "operators": [*dock.operators]}
            for dock in place.docks
        ],
        "asha": place.docks[2].operators[0],
        "numbers": place.flipkart.numbers,
        "there": [_who(visit) for visit in place.flipkart.visits if visit.page in ("start", "scanning")],
    }


def _who(visit: Visit) -> dict[str, Any]:
    """An FE at a dock, as Flipkart knows them."""
    return {
        "location": visit.location_id,
        "name": visit.fe_name,
        "fe_id": visit.fe_id,
        "task_id": visit.task_id,
        "scanned": [
            {
                "tracking_id": one.tracking_id,
                "shipment_id": one.shipment_id,
                "status": one.status,
                "reason": one.reason,
            }
            for one in visit.shipments
        ],
    }


@contextlib.asynccontextmanager
async def _simulated(place: Place) -> AsyncIterator[None]:
    await place.slack.start()
    await place.flipkart.start()
    try:
        yield
    finally:
        await place.flipkart.stop()
        await place.slack.stop()


@contextlib.asynccontextmanager
async def _bot(place: Place, database: Path) -> AsyncIterator[None]:
    app = App([settings(place, database)], place.clock.now, TIMING, place.stopwatch)
    stop = asyncio.Event()
    running = asyncio.create_task(app.run(stop))
    try:
        async with asyncio.timeout(PATIENCE):
            await app.connected.wait()
        yield
    finally:
        stop.set()
        await running


def _files(version: str, folder: Path) -> tuple[Path, Path]:
    return folder / f"{version}.sql.gz", folder / f"{version}.json.gz"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("say the version: python -m tests.releases.played 1.2.3")
    logs.configure("WARNING", "console")
    asyncio.run(play(sys.argv[1])).save()
