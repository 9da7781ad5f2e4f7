"""How long tests wait, and how they measure seconds, on a machine that may be busy with other things.

What a test waits for on an idle machine is there at once. So `PATIENCE` is long: in vain waits only who waits for what
is broken. Where a limit of seconds is the question itself, `stalls` tells what of them was not the bot's.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

PATIENCE = 60.0
"""Seconds for what comes at once."""
ACK_SECONDS = 3.0
"""Slack waits as long for an acknowledgement."""
BEAT = 0.02


class Stalls:
    """How long this process, simulators and bot, stood still because the machine did something else."""

    def __init__(self) -> None:
        self.longest = 0.0
        """Seconds at one time."""
        self._lost = 0.0
        self._wall, self._cpu = time.monotonic(), time.process_time()

    @property
    def seconds(self) -> float:
        """All of it so far. Some of what a merely busy machine takes escapes; a stall of seconds does not."""
        self._look()
        return self._lost

    async def watch(self) -> None:
        """Looks again and again, until it is cancelled."""
        while True:
            await asyncio.sleep(BEAT)
            self._look()

    def _look(self) -> None:
        wall, cpu = time.monotonic(), time.process_time()
        # A beat that is late because the loop was busy has computed meanwhile: that is the bot's own.
        lost = max(0.0, wall - self._wall - BEAT - (cpu - self._cpu))
        self._lost += lost
        self.longest = max(self.longest, lost)
        self._wall, self._cpu = wall, cpu


@contextlib.asynccontextmanager
async def stalls() -> AsyncIterator[Stalls]:
    """Watches while something is measured."""
    one = Stalls()
    watching = asyncio.create_task(one.watch())
    try:
        yield one
    finally:
        watching.cancel()


class Standing:
    """A clock that stands until it is let go, and then runs so many times as fast as others.

    For what must be more than the bot takes in a second: on a slow machine nothing is, while seconds go by.
    """

    def __init__(self, times: float = 1.0) -> None:
        self._times = times
        self._at = time.monotonic()
        self._since: float | None = None

    def go(self) -> None:
        """Runs from the first call on."""
        if self._since is None:
            self._since = time.monotonic()

    def __call__(self) -> float:
        """What time it is, in seconds."""
        return self._at if self._since is None else self._at + self._times * (time.monotonic() - self._since)
