"""A copy of the bot, in a process of its own, that has a channel's codes, takes one press and never answers it.

Says ``there`` when others see it, and ``taken`` when it has the press.
"""

import asyncio
import sys

from bot.copies.listening import Listening
from bot.store.letters import LetterStore
from bot.store.session import Database
from bot.timing import CopiesTiming


async def take(url: str, channel: str) -> None:
    line, letters = Listening(url, 1, CopiesTiming()), LetterStore(Database(url))
    given, there = asyncio.Queue[str](), asyncio.Event()

    def heard(word: str, about: str) -> None:
        if word == "line":
            there.set()
        if word == "letter":
            given.put_nowait(about)

    line.heard = heard
    running = asyncio.create_task(line.run())
    await there.wait()
    await letters.hold(channel, line.me, alone=True)
    print("there", flush=True)
    if await letters.take(await given.get(), line.me) is not None:
        print("taken", flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(take(*sys.argv[1:]))
