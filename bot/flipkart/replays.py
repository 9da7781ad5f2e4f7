"""What was already kept under one signature: it does not cover the body, so each could be sent with any other.

Several notifications of one second have the same signature by right, and what was not taken comes again with its own.
So the same body always passes, and others as long as they can be of the same second: soon after the first, and not
many. It is remembered for as long as a signature counts, and not over a restart.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from hashlib import sha256

from cachetools import TTLCache

from bot.flipkart.signature import FRESH

TOGETHER_SECONDS = 900.0
"""After the first body of a signature no others are taken: what follows it in Flipkart's queue has come by then."""
MOST_BODIES = 1000
"""Of one signature: more than the bot takes of those that were made in one second (`WebTiming`), so that it is not the
burst which Flipkart is asked to send again that is taken for a stranger's."""
MOST_SIGNATURES = 20_000


class Standing(Enum):
    """What a body is to its signature."""

    NEW = auto()
    KEPT = auto()
    """The very same was kept."""
    FOREIGN = auto()
    """It comes too late, or after too many others."""


@dataclass(slots=True)
class _Signed:
    since: float
    bodies: set[bytes] = field(default_factory=set)


class Replays:
    """Remembers the bodies of signatures, by their second."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        # Either way from now, so twice as long.
        self._signed: TTLCache[datetime, _Signed] = TTLCache(
            MOST_SIGNATURES, ttl=2 * FRESH.total_seconds(), timer=monotonic
        )

    def standing(self, signed_at: datetime, body: bytes) -> Standing:
        """Whether a body may be taken under the signature of this second."""
        known = self._signed.get(signed_at)
        if known is None:
            return Standing.NEW
        if sha256(body).digest() in known.bodies:
            return Standing.KEPT
        late = self._monotonic() - known.since > TOGETHER_SECONDS
        return Standing.FOREIGN if late or len(known.bodies) >= MOST_BODIES else Standing.NEW

    def keep(self, signed_at: datetime, body: bytes) -> None:
        """The body was kept."""
        known = self._signed.get(signed_at)
        if known is None:
            known = self._signed[signed_at] = _Signed(self._monotonic())
        known.bodies.add(sha256(body).digest())
