"""One goes on at each turn of the loop, so that whoever else is ready never waits for a whole clump."""

import asyncio

from bot.flipkart.turns import Turns
from tests.pace import PATIENCE


async def test_between_two_of_a_clump_somebody_else_goes_on() -> None:
    turns, seen = Turns(), list[str]()

    async def look(n: int) -> None:
        await turns.turn()
        seen.append(f"look {n}")

    async def press() -> None:
        for _ in range(6):
            await asyncio.sleep(0)
            seen.append("press")

    await asyncio.gather(*(look(n) for n in range(5)), press())
    looks = [one for one in seen if one != "press"]
    assert looks == [f"look {n}" for n in range(5)], "they go on in the order in which they came"
    assert "look look" not in " ".join(one.split()[0] for one in seen), f"two went on at one turn: {seen}"


async def test_who_comes_alone_waits_for_no_turn() -> None:
    turns = Turns()
    for _ in range(3):
        task = asyncio.create_task(turns.turn())
        await asyncio.sleep(0)
        assert task.done()
        await asyncio.sleep(0)


async def test_who_was_cancelled_takes_nobodys_turn() -> None:
    turns = Turns()
    tasks = [asyncio.create_task(turns.turn()) for _ in range(6)]
    await asyncio.sleep(0)
    for one in tasks[1:4]:
        one.cancel()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(*tasks, return_exceptions=True)
    assert [one.cancelled() for one in tasks] == [False, True, True, True, False, False]
    async with asyncio.timeout(PATIENCE):
        await turns.turn()
