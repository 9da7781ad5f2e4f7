"""A whole copy of the bot in a process of its own, as the environment and bot.toml say, with quick locks."""

import asyncio
import signal
from dataclasses import replace

from bot.app import App
from bot.houses import load
from tests.scenarios.copies import QUICK_COPIES
from tests.support import QUICK_POSTS


async def run() -> None:
    """Works until it is told to stop, or killed."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    # Whoever stops it stops it for longer than that.
    press = replace(QUICK_POSTS.press, slow=1.0)
    await App(load(None), timing=replace(QUICK_POSTS, copies=QUICK_COPIES, press=press), shared=True).run(stop)


if __name__ == "__main__":
    asyncio.run(run())
