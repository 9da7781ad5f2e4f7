"""The demo's own clocks: one can be put forward, so that nobody waits a day for a digest, and one hurries the bot."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Kolkata")
"""Where the docks are, and in which zone the demo's people read times."""
AFTER_MIDNIGHT = timedelta(seconds=1)
FASTEST = 10.0
"""By how much the bot is hurried at most, however fast the day is played: beyond it, it would look without a pause."""
FARTHEST = timedelta(days=31)
"""In one step."""


class Stopwatch:
    """Seconds since it was made, of which the bot hears: so many in each real second as the day's speed says."""

    def __init__(self, real: Callable[[], float] = time.monotonic) -> None:
        self._real = real
        self._since = real()
        self._before = 0.0
        self._speed = 1.0

    def __call__(self) -> float:
        """The seconds until now; they never go back."""
        return self._before + (self._real() - self._since) * self._speed

    def run_at(self, speed: float) -> None:
        """From now on so many seconds pass in a real one; within what a machine can follow."""
        self._before, self._since = self(), self._real()
        self._speed = min(max(speed, 1.0), FASTEST)


class DemoClock:
    """What both simulators and the bot take for the present. It only goes forward, as a real one does."""

    def __init__(self, real: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._real = real
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The demo's present, aware, in UTC."""
        return self._real() + self._ahead

    def epoch(self) -> float:
        """The same in seconds since the epoch."""
        return self.now().timestamp()

    def forward(self, by: timedelta) -> None:
        """Puts the clock forward.

        Raises:
            ValueError: back, or further than a month at once.
        """
        if not timedelta() < by <= FARTHEST:
            raise ValueError(f"the clock goes forward only, and {FARTHEST.days} days at most")
        self._ahead += by

    @property
    def ahead(self) -> timedelta:
        """How far it was put forward in all."""
        return self._ahead

    def forward_by(self, ahead: timedelta) -> None:
        """As far ahead as it was at another time, if that is further."""
        self._ahead = max(self._ahead, ahead)

    def to_next_day(self) -> None:
        """Puts the clock to the docks' next midnight: there the day ends, because the demo's docks have no hours."""
        now = self.now()
        tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
        self.forward(datetime.combine(tomorrow, time_of_day.min, ZONE) - now + AFTER_MIDNIGHT)
