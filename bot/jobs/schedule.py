"""APScheduler, set up so that nothing is dropped or swallowed in silence (reference: floors, trap 3)."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger()


class Schedule:
    """Runs jobs at an interval and knows when each last succeeded."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._scheduler.add_listener(self._note, EVENT_JOB_ERROR | EVENT_JOB_EXECUTED)
        self._succeeded: dict[str, float] = {}
        self._every: dict[str, float] = {}
        self.faults = 0
        """Runs that ended in a fault of the bot."""

    def every(self, seconds: float, name: str, job: Callable[[], Awaitable[None]]) -> None:
        """Runs `job` every so many seconds; a run never overlaps the one before."""
        self._every[name] = seconds
        self._scheduler.add_job(job, "interval", seconds=seconds, id=name, name=name)

    def start(self) -> None:
        """Begins."""
        now = time.monotonic()
        self._succeeded = dict.fromkeys(self._every, now)
        self._scheduler.start()

    def stop(self) -> None:
        """Starts no more runs."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def late(self, grace: float) -> list[str]:
        """The jobs that have not succeeded for ten intervals and `grace` seconds."""
        now = time.monotonic()
        return [
            f"job {name} has not succeeded for {now - at:.0f} s"
            for name, at in self._succeeded.items()
            if now - at > 10 * self._every[name] + grace
        ]

    def _note(self, event: JobExecutionEvent) -> None:
        if event.exception is None:
            self._succeeded[event.job_id] = time.monotonic()
        elif not isinstance(event.exception, asyncio.CancelledError):  # a stop cancels what runs
            self.faults += 1
            log.error("a job ended in a fault of the bot", job=event.job_id, exc_info=event.exception)
