"""A copy of the bot as far as its locks go, in a process of its own: says what it owns, one line for each change.

It reads what it is to do, a word a line: ``leave`` lets go in order; ``work`` begins something for all that it owns,
and ``done`` ends it.
"""

import asyncio
import contextlib
import json
import sys
import time

import structlog

from bot.copies.locks import Locks
from bot.copies.owner import Owner
from bot.timing import CopiesTiming


class Member:
    """What the process does."""

    def __init__(self, conninfo: str, every: float, idle: float) -> None:
        timing = CopiesTiming(every=every, idle=idle)
        self.owner = Owner(timing.lease)
        self.locks = Locks(conninfo, self.owner, timing, self.tell)
        self.work = contextlib.ExitStack()

    def tell(self) -> None:
        fences = {}
        for shard in self.owner.shards:
            with self.owner.at_work(shard) as fence:
                fences[shard] = fence
        print(json.dumps({"at": time.monotonic(), "fences": fences}), flush=True)

    async def run(self) -> None:
        self.locks.start()
        while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
            if word == "leave":
                await self.locks.leave()
                return
            if word == "work":
                for shard in self.owner.shards:
                    self.work.enter_context(self.owner.at_work(shard))
            if word == "done":
                self.work.close()


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(Member(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])).run())
