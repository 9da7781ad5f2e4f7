"""A connection to PostgreSQL whose server says nothing any more.

Where packets get no answer the kernel gives up. Where they are taken and never answered, as by a proxy, a process or a
disk that hangs, it does not, so whoever waits looks at the clock.
"""

import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import psycopg

SILENT = "the server does not answer"
PATIENCE = 10.0
_LOOK = 1.0
"""The longest time between two looks that counts: psycopg looks up ten times in a second."""
T = TypeVar("T")
Steps = Generator[Any, Any, T]
"""What psycopg carries out: each step says what it waits for, and is told whether that came."""


class Patient(psycopg.Connection[Any]):
    """A connection that is given up when nothing was heard over it for too long, though something was asked."""

    patience = PATIENCE
    """Seconds."""

    def wait(self, gen: Steps[T], *args: Any, **more: Any) -> T:
        """Carries out the steps."""
        return super().wait(_heard(gen, self._silent), *args, **more)

    def is_over(self, seconds: float) -> bool:
        """Whether nobody is to be waited for any more, who has been silent for so long."""
        return seconds > self.patience

    def _silent(self, seconds: float) -> None:
        if self.is_over(seconds):
            self.pgconn.finish()
            raise psycopg.OperationalError(SILENT)


class PatientAsync(psycopg.AsyncConnection[Any]):
    """The same on the loop."""

    patience = PATIENCE

    async def wait(self, gen: Steps[T], *args: Any, **more: Any) -> T:
        """Carries out the steps."""
        return await super().wait(_heard(gen, self._silent), *args, **more)

    def _silent(self, seconds: float) -> None:
        if seconds > self.patience:
            self.pgconn.finish()
            raise psycopg.OperationalError(SILENT)


def alive(idle: float) -> dict[str, Any]:
    """What a connection is made with, so that a server that is gone is noticed as soon as the server would notice."""
    seconds = max(1, round(idle / 2))
    return {
        "connect_timeout": max(2, seconds),
        "tcp_user_timeout": round(idle * 1000),
        "keepalives_idle": seconds,
        "keepalives_interval": 1,
        "keepalives_count": seconds,
    }


def _heard(steps: Steps[T], silent: Callable[[float], None]) -> Steps[T]:
    """The same steps; `silent` is told again and again for how many seconds nothing has come."""
    seconds, looked_at = 0.0, time.monotonic()
    try:
        asked = next(steps)
        while True:
            ready = yield asked
            now = time.monotonic()
            # A process that was stopped was not waiting.
            seconds, looked_at = 0.0 if ready else seconds + min(now - looked_at, _LOOK), now
            if not ready:
                silent(seconds)
            asked = steps.send(ready)
    except StopIteration as end:
        found: T = end.value
        return found
