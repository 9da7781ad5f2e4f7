"""Codes, in memory only, until they expire. Nothing here is ever written, logged or sent by itself."""

from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock

UNDATED = timedelta(minutes=30)
"""How long a code without an expiry (End OTC, fixed codes) is kept for a second look."""

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
        return entry is not None and self._clock() - entry[2] < age

    def forget_expired(self) -> None:
        """Drops every code whose time is over."""
        now = self._clock()
        for handover_id in [key for key, (_, until, _) in self._held.items() if until <= now]:
            del self._held[handover_id]
