"""Time for the whole bot: always UTC, and replaceable, so that tests and the demo can move it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime

Clock = Callable[[], datetime]
"""Returns the present moment as an aware datetime in UTC."""


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


class Seldom:
    """Lets something be said once in a while: what anybody on the internet can bring about must not fill the log."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._last: float | None = None

    def is_due(self) -> bool:
        """Whether it was not said for so long; from now on it was."""
        now = self._monotonic()
        if self._last is not None and now - self._last < self._seconds:
            return False
        self._last = now
        return True


def from_epoch(value: float) -> datetime | None:
    """Reads an epoch time whose unit is unknown: below 1e11 it is seconds, else milliseconds.

    Flipkart documents milliseconds and shows seconds. Returns None for zero, negative and absurd values rather than
    failing a whole page over one field.
    """
    seconds = value if abs(value) < 1e11 else value / 1000
    if seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return None


def local_clock(moment: datetime, zone: tzinfo) -> str:
    """The moment as people at the dock read it, such as ``14:05 IST``."""
    return moment.astimezone(zone).strftime("%H:%M %Z")


def told_in(date: str | None) -> datetime | None:
    """The time that the `Date` of an answer tells, UTC where it names no zone (RFC 9110); None: it tells none."""
    try:
        told = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    return told if told.tzinfo is not None else told.replace(tzinfo=UTC)
