"""The bot of now goes on where a released one has ended: the same threads, the same counts, nothing said twice."""

import contextlib
import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.flipkart import FlipkartSim, Switches, Visit
from bot.sandbox.slack import SlackSim
from bot.sandbox.slack.memory import recall
from tests.releases.played import LONGEST, Played, play, versions
from tests.releases.test_versions import headings
from tests.scenarios.dockwork import card_of, card_says, end_code, start_code, thread_says, told
from tests.scenarios.leaks import leaks
from tests.support import CODE_DIGITS, QUICK_POSTS, SCOPES, World
from tests.underway import underway

AWAY = timedelta(minutes=5)
"""While the release is put in place, nobody looks at the docks."""
NEVER_LOST = ("audit", "claim", "handover", "language", "own_scan", "parcel_list", "return_item", "shipment", "tally")


def test_of_every_release_a_day_is_kept() -> None:
    released = {version for version, when in headings() if when != "unreleased"}
    assert released - set(versions()) == set(), "docs/releases.md tells how one is played"
    assert versions() != []


@pytest.mark.slow("two bots and a day's threads")
@pytest.mark.parametrize("version", versions())
async def test_an_upgraded_bot_goes_on_in_the_same_threads(tmp_path: Path, version: str) -> None:
    played = Played.load(version)
    async with world_after(played, tmp_path) as dock:
        await goes_on(dock, played)


@pytest.mark.slow("a whole day and the morning after it")
@pytest.mark.timeout(2 * LONGEST)
async def test_what_the_next_release_will_leave(tmp_path: Path) -> None:
    """So that playing it works on the day of the release."""
    (tmp_path / "kept").mkdir()
    made = await play("7.8.9")
    made.save(tmp_path / "kept")
    played = Played.load("7.8.9", tmp_path / "kept")
    assert played == made
    files = sorted((tmp_path / "kept").iterdir())
    before = [file.read_bytes() for file in files]
    played.save(tmp_path / "kept")
    assert [file.read_bytes() for file in files] == before, "the same content is other bytes"
    assert sum(map(len, before)) < 200_000
    async with world_after(played, tmp_path) as dock:
        await goes_on(dock, played)


async def goes_on(dock: World, played: Played) -> None:
    """The morning goes on: the FE who scans finishes, the one who waits begins, and another one comes."""
    ram, sita = dock.flipkart.visits
    roots, said, kept = len(dock.cards), replies(dock), counts(dock)
    assert kept["handover"] > 10
    async with dock.bot(clock_after(played)):
        card = await card_of(dock, ram)
        ram.scan(3)
        assert (await card_says(dock, ram, "11 scanned")).ts == card.ts
        ram.finish_scanning()
        await end_code(dock, dock.operator, ram, counted=11)
        assert ram.end_code is not None
        assert ram.enter_end_otc(ram.end_code)
        await card_says(dock, ram, "Closed")
        await thread_says(dock, card, "Closed.")

        await start_code(dock, dock.operator, sita)
        assert sita.start_code is not None
        assert sita.enter_start_otc(sita.start_code)
        sita.scan(2)
        await card_says(dock, sita, "2 scanned")

        newcomer = dock.flipkart.arrive(ram.location_id, "Mohan Lal")
        await card_of(dock, newcomer)
        of_yesterday = dock.rows("select tracking_id from claim order by opened_at")[0][0]
        await dock.slack.slash(dock.operator, dock.channel, "/otc", f"find {of_yesterday}")
        await told(dock, dock.operator, of_yesterday)
        await dock.until(lambda: not underway(dock.kept))

    assert len(dock.cards) == roots + 1, "there must be one thread for each"
    now = counts(dock)
    assert now["handover"] == kept["handover"] + 1
    assert now["shipment"] == kept["shipment"] + 5
    assert {one: n for one, n in kept.items() if now[one] < n} == {}, "something is gone"
    closed = dock.rows(f"select counted, scanned, stage from handover where task_id = '{ram.task_id}'")  # noqa: S608
    assert closed == [(11, 11, "closed")]
    live = {one.ts for one in dock.cards if any(f"`{it.task_id}`" in one.text_all() for it in (ram, sita, newcomer))}
    assert len(live) == 3
    after = replies(dock)
    assert {ts: after[ts] for ts in said.keys() - live} == {ts: said[ts] for ts in said.keys() - live}
    assert set(said[card.ts]) <= set(after[card.ts])
    for ts in live:
        assert len(set(after[ts])) == len(after[ts]), "something is said twice"
    assert leaks(dock, "") == []


def replies(dock: World) -> dict[str, list[str]]:
    """What stands below each message of the channel."""
    return {one.ts: [reply.text_all() for reply in dock.thread(one)] for one in dock.cards}


def counts(dock: World) -> dict[str, int]:
    """How many rows each table has of what nobody may lose."""
    return {table: dock.rows(f"select count(*) from {table}")[0][0] for table in NEVER_LOST}  # noqa: S608


def clock_after(played: Played) -> Callable[[], datetime]:
    """The docks' clock when the new bot begins."""
    began = time.monotonic()
    return lambda: played.at + AWAY + timedelta(seconds=time.monotonic() - began)


@contextlib.asynccontextmanager
async def world_after(played: Played, folder: Path) -> AsyncIterator[World]:
    """Both simulators as the released bot has left them, and its database in the folder."""
    rest, clock = played.rest, clock_after(played)

    def epoch() -> float:
        return clock().timestamp()

    played.restore(folder / "bot.db")
    slack = SlackSim(now=epoch)
    slack.scopes |= SCOPES
    switches = Switches(code_digits=CODE_DIGITS, quota_per_hour=1_000_000, page_size_max=100)
    flipkart = FlipkartSim(app_id="demo", app_secret="secret", now=epoch, switches=switches)
    people = [slack.add_user(**one) for one in rest["users"]]
    for group in rest["groups"]:
        slack.add_usergroup(**group)
    for channel in rest["channels"]:
        slack.add_channel(**channel, members=people)
    recall(slack, rest["slack"])
    flipkart.count_on_from(rest["numbers"])
    for location in rest["locations"]:
        flipkart.add_location(location["id"])
    for one in rest["there"]:
        arrived(flipkart, one)
    await slack.start()
    await flipkart.start()
    try:
        channel = rest["locations"][0]["channel"]
        one = World(slack, flipkart, folder, rest["asha"], rest["asha"], rest["asha"], channel, seller="demo")
        one.timing = QUICK_POSTS
        one.toml = {"locations": rest["locations"]}
        yield one
    finally:
        await flipkart.stop()
        await slack.stop()


def arrived(flipkart: FlipkartSim, kept: dict[str, Any]) -> Visit:
    """An FE who has been there, with what they have scanned."""
    visit = flipkart.arrive(kept["location"], kept["name"], fe_id=kept["fe_id"], task_id=kept["task_id"])
    if kept["scanned"]:
        visit.begin()
        for parcel in kept["scanned"]:
            visit.scan(**parcel)
    return visit
