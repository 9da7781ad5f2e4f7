"""Calls of several copies of the bot, counted by one database."""

import asyncio
import contextlib

from bot.store.calls import CallStore
from bot.store.session import Database
from tests.store.conftest import ONLY_POSTGRES

COPIES, MOST = 5, 40


async def test_what_is_reserved_is_counted_and_no_more_than_there_is_room_for(database: Database) -> None:
    calls = CallStore(database)
    await calls.add(10, 7)
    assert await calls.reserve(70, 3, 10, 12) == (3, {10: 7, 70: 3})
    assert await calls.reserve(70, 3, 10, 12) == (2, {10: 7, 70: 5})
    assert await calls.reserve(71, 3, 10, 12) == (0, {10: 7, 70: 5})
    assert await calls.reserve(71, 3, 11, 12) == (3, {70: 5, 71: 3}), "what was called an hour ago is over"


@ONLY_POSTGRES
async def test_copies_that_reserve_at_the_same_time_pass_no_limit(url: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        copies = []
        for _ in range(COPIES):
            database = Database(url)
            stack.push_async_callback(database.close)
            copies.append(CallStore(database))

        async def take(calls: CallStore) -> int:
            return sum([(await calls.reserve(minute, 1, 0, MOST))[0] for minute in range(20)])

        taken = await asyncio.gather(*map(take, copies))
        assert sum(taken) == MOST
        assert sum((await copies[0].load(0)).values()) == MOST
