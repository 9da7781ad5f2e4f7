"""Shards on a real PostgreSQL, by real processes that are killed, stopped, cut off, added and ended in order."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from signal import SIGCONT, SIGKILL, SIGSTOP

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import URL, create_engine
from structlog.testing import capture_logs

from bot.copies.locks import Locks
from bot.copies.owner import OwnedHouse, Owner
from bot.store.tables import SHARD
from bot.timing import CopiesTiming
from tests.copies.group import IDLE, NEVER, Group, group
from tests.pace import PATIENCE
from tests.postgres import a_database
from tests.wire import a_wire


@pytest.fixture
def url() -> Iterator[URL]:
    with a_database() as found:
        engine = create_engine(found.set(drivername="postgresql+psycopg"))
        SHARD.create(engine)
        engine.dispose()
        yield found


@pytest_asyncio.fixture
async def some(url: URL) -> AsyncIterator[Group]:
    async with group(url, idle=NEVER) as found:
        yield found


@pytest_asyncio.fixture
async def wary(url: URL) -> AsyncIterator[Group]:
    """Copies that soon miss one that asks nothing."""
    async with group(url) as found:
        yield found


async def test_one_copy_has_everything(some: Group) -> None:
    one = await some.add()
    await some.until(lambda: some.is_even(one))
    assert set(one.fences.values()) == {1}


async def test_a_copy_that_is_added_is_given_its_share(some: Group) -> None:
    one = await some.add()
    await some.until(lambda: some.is_even(one))
    two, three = await some.add(), await some.add()
    await some.until(lambda: some.is_even(one, two, three))
    assert some.never_two_at_once()


async def test_what_a_killed_copy_had_has_an_owner_after_a_look(some: Group) -> None:
    one, two = await some.add(), await some.add()
    await some.until(lambda: some.is_even(one, two))
    orphaned = set(two.fences)
    two.signal(SIGKILL)
    # The lock is gone with the process, and nobody waits for it to time out.
    await some.until(lambda: some.is_even(one))
    assert all(one.fences[shard] > 1 for shard in orphaned), "its number grew"


async def test_a_stopped_copy_loses_its_shards_and_comes_back_with_others(wary: Group) -> None:
    some = wary
    one, two = await some.add(), await some.add()
    await some.until(lambda: some.is_even(one, two))
    before = dict(two.fences)
    stopped_at = two.signal(SIGSTOP)
    two.fences = {}  # it can't say so itself
    await some.until(lambda: some.is_even(one))
    assert one.said[-1][0] - stopped_at > IDLE * 0.9
    after = {shard: one.fences[shard] for shard in before}
    assert all(after[shard] > before[shard] for shard in before)
    two.signal(SIGCONT)
    await some.until(lambda: some.is_even(one, two))
    assert all(fence > after[shard] for shard, fence in two.fences.items() if shard in after)


async def test_a_copy_whose_session_is_ended_owns_nothing_at_once_and_joins_again(some: Group) -> None:
    one = await some.add()
    await some.until(lambda: some.is_even(one))
    said = len(one.said)
    (pid,) = some.sessions()
    with psycopg.connect(some.conninfo, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(%s)", [pid])
    await some.until(lambda: len(one.said) > said and some.is_even(one))
    assert frozenset() in [owned for _, owned in one.said[said:]]
    assert set(one.fences.values()) == {2}


async def test_a_copy_that_reaches_nobody_owns_nothing_soon_and_joins_again(wary: Group, url: URL) -> None:
    async with a_wire(url) as wire:
        one, two = await wary.add(), await wary.add(wire.url())
        await wary.until(lambda: wary.is_even(one, two))
        await wire.swallow()
        await wary.until(lambda: wary.is_even(one) and not two.fences)
        await wire.heal()
        await wary.until(lambda: wary.is_even(one, two))


async def test_a_copy_that_leaves_in_order_lets_go_of_all_at_once(some: Group) -> None:
    one, two = await some.add(), await some.add()
    await some.until(lambda: some.is_even(one, two))
    two.tell("leave")
    await some.until(lambda: some.is_even(one))
    assert await two.process.wait() == 0
    assert some.never_two_at_once()


async def test_what_is_being_done_for_a_shard_ends_before_it_is_let_go(some: Group) -> None:
    one = await some.add()
    await some.until(lambda: some.is_even(one))
    one.tell("work")
    two = await some.add()
    await some.until(lambda: len(one.fences) == 32)
    assert not any(owned for _, owned in two.said), "begins no more for them, and holds them"
    one.tell("done")
    await some.until(lambda: some.is_even(one, two))
    assert some.never_two_at_once()


async def test_two_deployments_in_one_database_do_not_meet(url: URL) -> None:
    other = url.update_query_dict({"options": "-csearch_path=other"})
    engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA other")
        connection.exec_driver_sql("CREATE TABLE other.shard (LIKE shard INCLUDING ALL)")
    engine.dispose()
    async with group(url) as some, group(other) as others:
        one, stranger = await some.add(), await others.add()
        await some.until(lambda: some.is_even(one))
        await others.until(lambda: others.is_even(stranger))


class Broken(Owner):
    """Fails over each answer of the server's."""

    def confirm(self, asked_at: float) -> None:
        raise RuntimeError(f"as ordered, at {asked_at}")


async def test_each_look_that_ends_in_a_fault_is_counted(url: URL) -> None:
    locks = Locks(url.render_as_string(hide_password=False), Broken(8.0), CopiesTiming(every=0.01))
    with capture_logs() as logs:
        locks.start()
        async with asyncio.timeout(PATIENCE):
            while locks.faults < 2:  # noqa: ASYNC110 -- a thread of its own tells nobody
                await asyncio.sleep(0.005)
        await locks.leave()
    said = [line for line in logs if line["event"] == "the look at the locks of the shards ended in a fault of the bot"]
    assert len(said) == locks.faults


def test_what_was_not_confirmed_lately_is_not_owned_before_anybody_has_said_so() -> None:
    now = [100.0]
    owner = Owner(8.0, lambda: now[0])
    house = OwnedHouse(owner)
    owner.confirm(100.0)
    owner.won(dict.fromkeys(range(64), 7))
    now[0] = 107.9
    with house.at_work("LOC1") as fence:
        assert fence == 7
    now[0] = 108.0
    assert not house.owns("LOC1")
    with house.at_work("LOC1") as fence:
        assert fence is None
    version = house.version
    owner.confirm(108.0)
    assert house.owns("LOC1")
    assert house.version != version, "who asked meanwhile would never ask again"


def test_a_shard_is_drained_when_nothing_is_done_for_it_any_more() -> None:
    owner = Owner(8.0, lambda: 0.0)
    owner.confirm(0.0)
    owner.won({1: 1, 2: 1})
    with owner.at_work(1):
        owner.leave({1, 2})
        assert (owner.drained(), owner.shards) == ([2], [])
    assert owner.drained() == [1, 2]
    owner.leave(set())
    assert owner.shards == [1, 2], "whoever was to have it is gone, so it stays"
