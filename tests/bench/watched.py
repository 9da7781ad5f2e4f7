"""A bot, or bare bolt, in a process of its own whose event loop is watched.

`python -m tests.bench.watched bot|bolt FILE`. At SIGUSR1 it writes into FILE how far the loop was behind since the
SIGUSR1 before.
"""

import asyncio
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any

BOT, BARE = "bot", "bolt"
LOOK_SECONDS = 0.02


def command(who: str, report: Path) -> tuple[str, ...]:
    """What starts it."""
    return ("-m", "tests.bench.watched", who, str(report))


class Lag:
    """Milliseconds that the loop was behind, by the clock and in CPU of this process between two turns."""

    def __init__(self) -> None:
        self.clock: list[float] = []
        self.cpu: list[float] = []

    async def watch(self) -> None:
        """Looks until cancelled; without whoever started it, the process ends."""
        parent = os.getppid()
        while True:
            if os.getppid() != parent:
                os._exit(1)
            before, used = time.perf_counter(), time.process_time()
            await asyncio.sleep(LOOK_SECONDS)
            self.clock.append((time.perf_counter() - before - LOOK_SECONDS) * 1000)
            self.cpu.append((time.process_time() - used) * 1000)

    def write(self, file: Path) -> None:
        """Writes the figures as a whole, and begins anew."""
        found = {"clock_p99": _p99(self.clock), "cpu_p99": _p99(self.cpu), "max": max(self.clock, default=0.0)}
        half = file.with_suffix(".half")
        half.write_text(json.dumps(found), encoding="ascii")
        half.replace(file)
        self.clock.clear()
        self.cpu.clear()


def _p99(times: list[float]) -> float:
    ordered = sorted(times)
    return ordered[int(len(ordered) * 0.99)] if ordered else 0.0


def _bot(report: Path) -> None:
    """`otc-bot run` itself, with somebody who watches its loop."""
    from bot import cli  # noqa: PLC0415 - the other program needs not load it

    run = asyncio.run
    # Without unittest.mock, whose megabytes would count as the bot's.
    vars(asyncio)["run"] = lambda work: run(watched(work, report))
    cli.app(["run"])


async def _bolt() -> None:
    from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler  # noqa: PLC0415 - the other program needs not load it
    from slack_bolt.async_app import AsyncApp  # noqa: PLC0415 - the other program needs not load it
    from slack_sdk.web.async_client import AsyncWebClient  # noqa: PLC0415 - the other program needs not load it

    logging.disable(logging.WARNING)  # bolt tells of the token that it does not need
    client = AsyncWebClient(token=os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    app = AsyncApp(client=client, signing_secret="unused", process_before_response=True)

    async def start(ack: Callable[[], Awaitable[None]]) -> None:
        await ack()

    app.command("/start-otc")(start)
    handler = AsyncSocketModeHandler(app, os.environ["SLACK_APP_TOKEN"])
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await handler.connect_async()
    await stop.wait()
    await handler.close_async()


async def watched(work: Coroutine[Any, Any, None], report: Path) -> None:
    """Does the work, whose loop is watched."""
    lag = Lag()
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, lag.write, report)
    watching = asyncio.create_task(lag.watch())
    await work
    watching.cancel()


def main(who: str, report: Path) -> None:
    """Runs until SIGTERM."""
    if who == BOT:
        _bot(report)
    else:
        asyncio.run(watched(_bolt(), report))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
