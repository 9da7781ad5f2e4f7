"""Codes, in memory only, until they expire. Nothing here is ever written, logged or sent by itself."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

UNDATED = timedelta(minutes=30)
"""How long a code without an expiry (End OTC, fixed codes) is kept for a second look."""

MOST_LOOKS = 10_000
"""Looks that are remembered; the oldest are forgotten first, and then go on record once more."""

Code = TypeVar("Code")


class CodeVault(Generic[Code]):
    """Keeps each handover's code, so that a second press never rotates it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, tuple[Code, datetime, datetime]] = {}

    def put(self, handover_id: str, code: Code, expires_at: datetime | None) -> None:
        """Keeps a code in place of an older one; without an expiry for half an hour."""
        self.forget_expired()
        now = self._clock()
        self._held[handover_id] = (code, expires_at or now + UNDATED, now)

    def get(self, handover_id: str) -> Code | None:
        """The code, or None when there is none or it has expired."""
        self.forget_expired()
        entry = self._held.get(handover_id)
        return entry[0] if entry else None

    def is_younger(self, handover_id: str, age: timedelta) -> bool:
        """Whether there is a code that came less than `age` ago."""
        self.forget_expired()
        entry = self._held.get(handover_id)
        # A code that seems to come from the future is from before the clock was set back.
        return entry is not None and timedelta() <= self._clock() - entry[2] < age

    def drop(self, handover_ids: Iterable[str]) -> None:
        """Forgets the codes of these: they may have been replaced by ones that nobody has seen."""
        for handover_id in handover_ids:
            self._held.pop(handover_id, None)

    def forget_expired(self) -> None:
        """Drops every code whose time is over."""
        now = self._clock()
        for handover_id in [key for key, (_, until, _) in self._held.items() if until <= now]:
            del self._held[handover_id]


class Looks:
    """Who was shown which code, so that two people who press in turn do not fill a thread. No code is in it."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], None] = {}

    def add(self, handover_id: str, user_id: str, which: str = "") -> None:
        """Keeps that the person was shown the code; `which` tells it from others of the handover."""
        self._seen[handover_id, user_id, which] = None
        if len(self._seen) > MOST_LOOKS:
            del self._seen[next(iter(self._seen))]

    def has(self, handover_id: str, user_id: str, which: str = "") -> bool:
        """Whether the person was shown it."""
        return (handover_id, user_id, which) in self._seen

    def renew(self, handover_id: str) -> None:
        """Nobody has seen the handover's new code yet."""
        self._seen = {key: None for key in self._seen if key[0] != handover_id}
