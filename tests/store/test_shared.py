"""Several copies of the bot over one PostgreSQL: each transaction finds what it read as it was, until it is over."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from uuid import uuid4

import pytest
import pytest_asyncio

from bot.handover import machine
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.store.handovers import HandoverStore
from bot.store.opening import opened
from bot.store.session import Database, DatabaseUnusableError
from tests.postgres import a_migrated_one
from tests.store.conftest import NOW
from tests.store.people import arrive, arriving, sighting

pytestmark = pytest.mark.postgres
COPIES, TIMES = 4, 15


@pytest.fixture
def url() -> Iterator[str]:
    with a_migrated_one() as made:
        yield made


@pytest_asyncio.fixture
async def copies(url: str) -> AsyncIterator[list[Database]]:
    async with AsyncExitStack() as stack:
        yield [(await stack.enter_async_context(opened(url, shared=True))).database for _ in range(COPIES)]


async def test_what_copies_do_to_one_handover_at_the_same_time_is_all_kept(copies: list[Database]) -> None:
    stores = [HandoverStore(one, lambda: NOW) for one in copies]
    handover = await arrive(stores[0])

    async def work(store: HandoverStore, person: str) -> None:
        for n in range(TIMES):
            await store.step(handover.id, lambda one, n=n: machine.count(one, person, n, NOW))  # type: ignore[misc]

    await asyncio.gather(*(work(store, f"U{n}") for n, store in enumerate(stores)))
    after = await stores[0].get(handover.id)
    assert after is not None
    assert after.events == handover.events + COPIES * TIMES, "one copy's event took the number of another's"


async def test_an_fe_that_two_copies_see_at_the_same_time_arrives_once(copies: list[Database]) -> None:
    stores = [HandoverStore(one, lambda: NOW) for one in copies]
    for n in range(TIMES):
        found = await asyncio.gather(*(_look(store, n) for store in stores))
        assert len({one.id for one in found}) == 1


async def _look(store: HandoverStore, n: int) -> Handover:
    """As a look around: who is known is kept, and who is not arrives."""
    seen = sighting(fe=f"fe{n}", task=f"t{n}")

    def decide(known: list[Handover]) -> list[Step]:
        return [] if any(one.fe_id == seen.fe_id for one in known) else [arriving(uuid4().hex, seen)]

    await store.reconcile("LOC1", [(seen.fe_id, seen.task_id)], decide)
    [one] = [one for one in await store.some(await store.here()) if one.fe_id == seen.fe_id]
    return one


async def test_who_shares_with_nobody_and_who_shares_refuse_each_other(url: str) -> None:
    async with opened(url, shared=True):
        with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
            async with opened(url):
                pass
    async with opened(url):
        with pytest.raises(DatabaseUnusableError, match="another otc-bot is running"):
            async with opened(url, shared=True):
                pass
