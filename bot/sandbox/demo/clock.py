"""The demo's own clock: it runs with the machine's and can be put forward, so that nobody waits a day for a digest."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Kolkata")
"""Where the docks are, and in which zone the demo's people read times."""
AFTER_MIDNIGHT = timedelta(seconds=1)
FARTHEST = timedelta(days=31)
"""In one step."""


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

    def to_next_day(self) -> None:
        """Puts the clock to the docks' next midnight: there the day ends, because the demo's docks have no hours."""
        now = self.now()
        tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
        self.forward(datetime.combine(tomorrow, time.min, ZONE) - now + AFTER_MIDNIGHT)
