"""What a monitor reads on the health page of the bot that runs now."""

import asyncio
import io
import json

import aiohttp

from tests.pace import PATIENCE


async def problems(logged: io.StringIO) -> list[str]:
    """What the page complains of; its status must fit."""
    address = [json.loads(line)["health"] for line in logged.getvalue().splitlines() if '"health":' in line][-1]
    async with aiohttp.ClientSession() as session, session.get(address) as answer:
        report = await answer.json()
        assert (answer.status == 200) is report["ok"], f"HTTP {answer.status} with {report}"
        assert report["ok"] or report["problems"], "not alive, and no word why"
        return list(report["problems"])


async def complains(logged: io.StringIO, words: str, seconds: float = PATIENCE) -> str:
    """Waits until the page says it; returns the whole sentence."""
    said: list[str] = []
    for _ in range(int(seconds / 0.05)):
        said = await problems(logged)
        if found := [problem for problem in said if words in problem]:
            return found[0]
        await asyncio.sleep(0.05)
    raise AssertionError(f"the health page does not say {words!r}: {said}")


async def well(logged: io.StringIO, seconds: float = PATIENCE) -> None:
    """Waits until the page has nothing to complain of."""
    said: list[str] = []
    for _ in range(int(seconds / 0.05)):
        said = await problems(logged)
        if not said:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"the health page still says {said}")
