"""Several copies of the bot over one PostgreSQL: each looks at its part of the docks, and one speaks."""

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import chain
from pathlib import Path

import pytest

from bot.app import App
from bot.copies.shards import EVERY
from bot.sandbox.flipkart import Switches
from bot.timing import CopiesTiming
from tests.databases import postgres_database
from tests.pace import PATIENCE
from tests.support import CODE_DIGITS, QUICK_POSTS, World, world

pytestmark = pytest.mark.postgres

DOCKS = 8
LONG = 3 * PATIENCE
QUICK_COPIES = CopiesTiming(every=0.1, idle=3.0, joins=5.0)


@pytest.fixture
async def docks(tmp_path: Path) -> AsyncIterator[World]:
    """A seller with docks of which each has its channel, over PostgreSQL."""
    with postgres_database() as kept:
        switches = Switches(code_digits=CODE_DIGITS, quota_per_hour=1_000_000)
        async with world(tmp_path, switches) as one:
            one.elsewhere, one.shared, one.timing = kept, True, replace(QUICK_POSTS, copies=QUICK_COPIES)
            one.toml["polling"] = {"arrivals_seconds": 0.5, "scans_seconds": 0.5, "page_size": 5}
            places = []
            for n in range(1, DOCKS + 1):
                channel = one.channel if n == 1 else one.slack.add_channel(f"dock-{n}", members=[one.operator])
                if n > 1:
                    one.flipkart.add_location(f"LOC{n}")
                places.append({"id": f"LOC{n}", "name": f"Dock {n}", "channel": channel, "operators": [one.operator]})
            one.toml["locations"] = places
            yield one


def scans(docks: World, location_id: str, name: str, parcels: int) -> None:
    """An FE comes and scans."""
    visit = docks.flipkart.arrive(location_id, name)
    visit.begin()
    visit.scan(parcels)


def cards(docks: World) -> dict[str, int]:
    """How many cards each channel has."""
    return {one["channel"]: len(docks.slack.messages(one["channel"])) for one in docks.toml["locations"]}


async def until_even(docks: World, *apps: App) -> None:
    """Waits until these have all of the work, in even parts."""

    def is_even() -> bool:
        owned = [one.shards for one in apps]
        return sorted(chain(*owned)) == list(EVERY) and max(map(len, owned)) - min(map(len, owned)) <= 1

    await docks.until(is_even)


async def test_two_copies_share_the_docks_and_double_nothing(docks: World) -> None:
    async with docks.bot() as first:
        await until_even(docks, first)
        for n in range(1, DOCKS + 1):
            scans(docks, f"LOC{n}", f"Ram {n}", 2)
        await docks.until(lambda: set(cards(docks).values()) == {1})
        async with docks.bot() as second:
            await until_even(docks, first, second)
            for n in range(1, DOCKS + 1):
                scans(docks, f"LOC{n}", f"Sita {n}", 3)
            await docks.until(lambda: set(cards(docks).values()) == {2})
            await docks.until(lambda: _scanned(docks) == {("Ram", 2): DOCKS, ("Sita", 3): DOCKS})
        # The second one left in order: what was its own goes on.
        await until_even(docks, first)
        for n in range(1, DOCKS + 1):
            docks.flipkart.arrive(f"LOC{n}", f"Anil {n}")
        await docks.until(lambda: set(cards(docks).values()) == {3})
        report = await first.report()
        assert report["problems"] == []
        assert report["copies"] == 1


@pytest.mark.slow("what was cut off in the middle of a post is looked for in history for half a minute")
async def test_copies_whose_locks_are_cut_again_and_again_lose_and_double_nothing(docks: World) -> None:
    sessions = (
        "select pid from pg_stat_activity where application_name = 'otc-bot shards' and datname = current_database()"
    )
    async with docks.bot() as first, docks.bot() as second:
        await until_even(docks, first, second)
        for turn in range(4):
            for n in range(1, DOCKS + 1):
                scans(docks, f"LOC{n}", f"Ram {turn}", 2)
                if n % 4 == turn:
                    [[pid], *_] = docks.rows(f"{sessions} order by random()")
                    docks.rows(f"select pg_terminate_backend({pid})")
            await docks.until(lambda turn=turn: set(cards(docks).values()) == {turn + 1}, LONG)  # type: ignore[misc]
        await docks.until(lambda: _scanned(docks) == {("Ram", 2): 4 * DOCKS}, LONG)
        await until_even(docks, first, second)
        assert set(cards(docks).values()) == {4}, "a card stands twice"
        assert all(
            len(texts) == len(set(texts))
            for one in docks.toml["locations"]
            for card in docks.slack.messages(one["channel"])
            for texts in [[reply.text for reply in docks.slack.thread(one["channel"], card.ts)]]
        ), "a reply stands twice"


async def test_what_flipkart_refuses_one_copy_rests_the_others(docks: World, logged: io.StringIO) -> None:
    async with docks.bot() as first, docks.bot() as second:
        await until_even(docks, first, second)
        docks.flipkart.fail("initial_load", status=429, retry_after=600)
        await docks.until(lambda: logged.getvalue().count('"polling rests; people are still served"') == 2)
        async with docks.bot() as third:
            await until_even(docks, first, second, third)
            await docks.until(lambda: logged.getvalue().count('"polling rests; people are still served"') == 3)
    assert [call.status for call in docks.flipkart.calls].count(429) == 1


async def test_a_copy_that_shares_with_nobody_is_alone(docks: World) -> None:
    async with docks.bot() as app:
        await until_even(docks, app)
        docks.flipkart.arrive("LOC1", "Ram")
        await docks.until(lambda: cards(docks)[docks.channel] == 1)


def _scanned(docks: World) -> dict[tuple[str, int], int]:
    """How many FEs of which name have scanned how many parcels."""
    found: dict[tuple[str, int], int] = {}
    for name, scanned in docks.rows("select fe_name, scanned from handover"):
        key = name.split()[0], scanned
        found[key] = found.get(key, 0) + 1
    return found
