"""A copy of the bot as far as its line to the others goes, in a process of its own, until its input ends."""

import asyncio
import sys

from bot.copies.listening import Listening
from bot.timing import CopiesTiming


async def listen(url: str, every: str, idle: str) -> None:
    running = asyncio.create_task(Listening(url, 1, CopiesTiming(every=float(every), idle=float(idle))).run())
    await asyncio.to_thread(sys.stdin.read)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(listen(*sys.argv[1:]))
