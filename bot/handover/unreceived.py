"""Returns that Flipkart counts as completed and that no FE ever brought: what sellers lose most money on."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.handover.returns import Return

MOST = 20
"""Named in one alarm, each with its ids; the next alarm names the next."""
PAUSE = timedelta(hours=4)
"""Between two alarms of a location: returns are completed one by one, and an alarm an hour is one that nobody reads."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Some of them, which were found out at once."""

    at: datetime
    items: Sequence[Return]

    def claim_by(self, days: int) -> datetime | None:
        """Until when the first of them can be claimed for, so many days after it was completed."""
        ends = [one.completed_at for one in self.items if one.completed_at is not None]
        return min(ends) + timedelta(days=days) if ends else None


class Unreceived(Protocol):
    """Which of them were told. Each method is one transaction."""

    async def raise_alarm(self, location_id: str, completed_before: datetime, now: datetime) -> bool:
        """Lets the location have an alarm about what was completed before, if there is any; says whether it has one."""

    async def alarm(self, location_id: str, n: int) -> Alarm | None:
        """The location's alarm with this number; None where there is none."""


def number_of(refs: Iterable[str]) -> int:
    """The number of the alarm about these: the same again where a database was put back to before it."""
    return int.from_bytes(hashlib.sha256("\n\n".join(sorted(refs)).encode()).digest()[:4]) >> 1
