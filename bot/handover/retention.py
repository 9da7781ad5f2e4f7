"""How long the bot keeps what it knows of a handover, and what it forgets then.

What an open claim needs is kept for as long as the claim is open, and what a settled one needs for `SETTLED` more: a
claim may be contested again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

LEAST_DAYS = 60
"""Nothing is forgotten sooner: until then a claim can be opened, and is followed up."""
SETTLED = timedelta(days=180)
"""After its last step, or after the time to claim, a claim is not opened again."""


class Forgets(StrEnum):
    """What is forgotten together."""

    NAMES = "names"
    """The FE's name; the id stays."""
    PHOTOS = "photos"
    """The files of the pictures; their names and hashes stay."""
    PARCELS = "parcels"
    """The parcels with their ids, and what was scanned by whom; the counts stay. With them what lists and Flipkart said
    of parcels."""
    RECORDS = "records"
    """All of the handover, but a line that it was."""


@dataclass(frozen=True, slots=True)
class Kept:
    """How long each is kept after the end of a handover; None: for ever."""

    times: tuple[tuple[Forgets, timedelta | None], ...]

    def due(self, now: datetime) -> list[tuple[Forgets, datetime]]:
        """What is forgotten, and of the handovers that ended before which moment."""
        return [(what, now - time) for what, time in self.times if time is not None]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What stands in the place of what was forgotten."""

    handover_id: str
    location_id: str
    ended_at: datetime
    sha256: str
    """Of the receipt as it was when all of it was still known."""
    what: tuple[Forgets, ...]
    at: datetime
    """When something of it was forgotten last."""


class Retention(Protocol):
    """What is kept. Each method but `sha256` is one transaction."""

    async def due(self, what: Forgets, ended_before: datetime, now: datetime, most: int) -> list[str]:
        """Handovers of which this is to be forgotten, the oldest first; not those that a claim still needs."""

    async def sha256(self, handover_id: str) -> str:
        """Of the receipt; of what was forgotten in part, as it was before."""

    async def forget_missed(self, before: datetime, now: datetime, most: int) -> int:
        """Forgets so many claims for what never came, and lines of the record that are of no handover; how many."""

    async def forget_lists(self, before: datetime, now: datetime, most: int) -> int:
        """Forgets so many rows of what lists and Flipkart said before, and returns how many."""

    async def forget(self, handover_id: str, what: Forgets, sha256: str, now: datetime) -> Sequence[str]:
        """Forgets it, and leaves a line; returns the hashes of the pictures whose files nobody needs any more."""

    async def needed(self, hashes: Collection[str]) -> frozenset[str]:
        """Those of the pictures that a handover shows; each is named by its hash."""
