"""Several copies in processes of their own, followed by what each says that it owns."""

import asyncio
import contextlib
import json
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import psycopg
from sqlalchemy import URL

from tests.pace import PATIENCE

EVERY, IDLE = 0.1, 2.0
"""Seconds become tenths: a look at the locks, and how long a copy may ask nothing."""
NEVER = 10 * PATIENCE
"""For copies that nobody stops: a machine that stands still must not look like one that does."""


@dataclass(eq=False)
class Copy:
    """One of them."""

    process: Process
    told: asyncio.Condition
    fences: dict[int, int] = field(default_factory=dict)
    """What it owns, as it said last."""
    said: list[tuple[float, frozenset[int]]] = field(default_factory=list)
    """What it owned from when on."""

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            word = json.loads(line)
            self.fences = {int(shard): fence for shard, fence in word["fences"].items()}
            self.said.append((word["at"], frozenset(self.fences)))
            async with self.told:
                self.told.notify_all()
        self.fences = {}
        async with self.told:
            self.told.notify_all()

    def tell(self, word: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{word}\n".encode())

    def signal(self, number: signal.Signals) -> float:
        self.process.send_signal(number)
        return time.monotonic()


class Group:
    """Copies over one database."""

    def __init__(self, url: URL, every: float = EVERY, idle: float = IDLE) -> None:
        self.conninfo = url.render_as_string(hide_password=False)
        self.every, self.idle = every, idle
        self.copies: list[Copy] = []
        self.told = asyncio.Condition()
        self.listening: list[asyncio.Task[None]] = []

    async def add(self, through: str = "") -> Copy:
        where = through or self.conninfo
        command = [sys.executable, "-m", "tests.copies.member", where, str(self.every), str(self.idle)]
        copy = Copy(await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL), self.told)
        self.copies.append(copy)
        self.listening.append(asyncio.create_task(copy.listen()))
        return copy

    async def until(self, condition: Callable[[], bool]) -> None:
        """Waits until what was said makes it so."""
        async with asyncio.timeout(PATIENCE), self.told:
            await self.told.wait_for(condition)

    def is_even(self, *those: Copy) -> bool:
        """Whether these have everything, evenly, and nothing twice."""
        counts = [len(one.fences) for one in those]
        every = {shard for one in those for shard in one.fences}
        return sum(counts) == len(every) == 64 and max(counts) - min(counts) <= 1

    def sessions(self) -> list[int]:
        """The server's processes that serve them."""
        query = (
            "SELECT pid FROM pg_stat_activity "
            "WHERE application_name = 'otc-bot shards' AND datname = current_database()"
        )
        with psycopg.connect(self.conninfo) as connection:
            return [pid for (pid,) in connection.execute(query)]

    def never_two_at_once(self) -> bool:
        """Whether nobody said that it had a shard that another one still said to have."""
        said = sorted((at, n, owned) for n, copy in enumerate(self.copies) for at, owned in copy.said)
        has: dict[int, frozenset[int]] = {}
        for _, n, owned in said:
            if any(owned & theirs for other, theirs in has.items() if other != n):
                return False
            has[n] = owned
        return True


@contextlib.asynccontextmanager
async def group(url: URL, every: float = EVERY, idle: float = IDLE) -> AsyncIterator[Group]:
    """None yet; all that were added are ended at the end."""
    one = Group(url, every, idle)
    try:
        yield one
    finally:
        for copy in one.copies:
            with contextlib.suppress(ProcessLookupError):
                copy.process.kill()
            await copy.process.wait()
        await asyncio.gather(*one.listening)
