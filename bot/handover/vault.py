"""Codes, in memory only, until they expire. Nothing here is ever written, logged or sent by itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.clock import Clock
from bot.handover.ports import EndCode, FixedCode

UNDATED = timedelta(minutes=30)
"""How long a code without an expiry (End OTC, fixed codes) is kept for a second look."""

MOST_LOOKS = 10_000
"""Looks that are remembered; the oldest are forgotten first, and then go on record once more."""

AT_LEAST = timedelta(minutes=1)
"""How long a code is kept whose expiry is not ahead: Flipkart's clock, or the bot's, may be wrong about it."""

Code = TypeVar("Code")


@dataclass(frozen=True, slots=True)
class HeldEnd:
    """An End OTC, or the fixed codes where Flipkart makes none, and the count after which it was given out."""

    code: EndCode | None
    fixed: tuple[FixedCode, ...]
    counted: int | None
    scanned: int
    only_for: str | None = None
    """The one person who may see it, where a second person's word was needed; None: every operator."""


class CodeVault(Generic[Code]):
    """Keeps each handover's code, so that a second press never rotates it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[str, tuple[Code, datetime, datetime]] = {}

    def put(self, handover_id: str, code: Code, expires_at: datetime | None) -> None:
        """Keeps a code in place of an older one; without an expiry for half an hour, and any for a minute."""
        self.forget_expired()
        now = self._clock()
        self._held[handover_id] = (code, max(expires_at or now + UNDATED, now + AT_LEAST), now)

    def get(self, handover_id: str) -> Code | None:
        """The code, or None when there is none or it has expired."""
        self.forget_expired()
        entry = self._held.get(handover_id)
        return entry[0] if entry else None

    def came_at(self, handover_id: str) -> datetime | None:
        """When the code came; None when there is none, or when it seems to come from the future.

        Such a code is from before the clock was set back.
        """
        self.forget_expired()
        entry = self._held.get(handover_id)
        return entry[2] if entry is not None and entry[2] <= self._clock() else None

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
