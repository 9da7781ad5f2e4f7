"""APScheduler, set up so that nothing is dropped or swallowed in silence (reference: floors, trap 3)."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import trace
from bot.handover.ports import NotKept
from bot.timing import Timing

log = structlog.get_logger()


class Schedule:
    """Runs jobs at an interval and knows when each last succeeded."""

    def __init__(
        self,
        timing: Timing,
        monotonic: Callable[[], float] = time.monotonic,
        faulted: Callable[[], None] = lambda: None,
    ) -> None:
        """`faulted` is called for each run that ended in a fault of the bot."""
        self._timing = timing
        self._faulted = faulted
        self._monotonic = monotonic
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._succeeded: dict[str, float] = {}
        self._every: dict[str, float] = {}
        self._vital: set[str] = set()
        self._watch: asyncio.TimerHandle | None = None

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[None]], *, vital: bool = False) -> None:
        """Runs `job` every so many seconds; a run never overlaps the one before.

        A `vital` one that no longer runs means that the bot is stuck; the others are told and no more.
        """
        if vital:
            self._vital.add(name)
        self._every[name] = seconds

        async def run() -> None:
            trace.begin()
            await self._run(name, job)

        self._scheduler.add_job(run, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        """Begins."""
        now = self._monotonic()
        self._succeeded = dict.fromkeys(self._every, now)
        self._scheduler.start()
        self._look()

    def close(self) -> None:
        """Starts no more runs."""
        if self._watch is not None:
            self._watch.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _look(self) -> None:
        """APScheduler goes by the wall clock: after one that was set back it would sleep until the old time is back."""
        now = datetime.now(UTC)
        for job in self._scheduler.get_jobs():
            if job.next_run_time - now > timedelta(seconds=self._every[job.id] + 1):
                log.warning("the clock was set back; the job goes on", job=job.id)
                job.modify(next_run_time=now)
        self._watch = asyncio.get_running_loop().call_later(self._timing.jobs.clock, self._look)

    def stuck(self) -> list[str]:
        """The vital jobs that have not succeeded for ten intervals and a grace."""
        return self._late(self._vital)

    def problems(self) -> list[str]:
        """The same of the others."""
        return self._late(self._every.keys() - self._vital)

    def _late(self, names: AbstractSet[str]) -> list[str]:
        now = self._monotonic()
        return [
            f"job {name} has not succeeded for {now - at:.0f} s"
            for name, at in self._succeeded.items()
            if name in names and now - at > 10 * self._every[name] + self._timing.health.job
        ]

    async def _run(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        try:
            await job()
        except NotKept:
            return  # the store has said it in the log, and the health page says it; the next run tries again
        except Exception as error:
            self._faulted()
            log.exception("a job ended in a fault of the bot", job=name, exc_info=error)
        else:
            self._succeeded[name] = self._monotonic()
