"""One-time codes: digits, never the same twice within one simulated Flipkart."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """A code that was given out.

    Attributes:
        value: the digits, a string because the first may be zero.
        created_at: epoch seconds.
        expires_at: epoch seconds, or None for a code that does not expire.
    """

    value: str
    created_at: float
    expires_at: float | None

    def good(self, now: float) -> bool:
        """True while the code still opens anything."""
        return self.expires_at is None or now < self.expires_at


class CodeBook:
    """Makes fresh codes and remembers every code that left the house."""

    def __init__(self, seed: str) -> None:
        """The same seed gives the same codes, so a failing test repeats."""
        self._random = random.Random(seed)  # noqa: S311 - a repeatable test is the point
        self._fresh = 0
        self.given: list[str] = []

    def new(self, now: float, seconds: float | None, digits: int = 6) -> Code:
        """A code nobody has seen before, of so many digits, good for so many seconds (None: for good)."""
        self._fresh += 1
        while True:
            value = f"{self._random.randrange(10**digits):0{digits}d}"
            # Every fourth code starts with a zero: a reader who turns codes into numbers is found out.
            if self._fresh % 4 == 2:
                value = "0" + value[1:]
            # Runs like 000 occur in ids and times; a search for leaked codes must not find those.
            if value not in self.given and not any(digit * 3 in value for digit in "0123456789"):
                break
        self.given.append(value)
        return Code(value, now, None if seconds is None else now + seconds)

    def note(self, value: str) -> None:
        """Remember that a fixed code was shown."""
        if value not in self.given:
            self.given.append(value)
