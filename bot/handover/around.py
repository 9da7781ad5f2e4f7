"""One look around at a location serves everybody who asks within a few seconds."""

import asyncio
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from bot.handover.model import OtcMode


class Around:
    """When people last had Flipkart asked who is at a location, and what it said of the seller's codes."""

    def __init__(self, holds: timedelta) -> None:
        """`holds` is how long a look serves; less where looks are made more often than Flipkart asks for."""
        self._holds = holds
        self._looked: dict[str, tuple[datetime, OtcMode]] = {}
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def alone(self, location_id: str) -> asyncio.Lock:
        """Held over a look: who asks meanwhile is served by its answer."""
        return self._locks.setdefault(location_id, asyncio.Lock())

    def looked(self, location_id: str, mode: OtcMode, now: datetime) -> None:
        """Keeps that Flipkart was asked."""
        self._looked[location_id] = (now, mode)

    def recent(self, location_id: str, now: datetime) -> OtcMode | None:
        """What it said, if that still serves; None when it is to be asked again."""
        at, mode = self._looked.get(location_id, (None, None))
        return mode if at is not None and timedelta() <= now - at < self._holds else None
