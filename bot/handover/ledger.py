"""How far Flipkart's ledger of returns is read at each location: passes by the time of change. Pure: no clock, no I/O.

A pass reads what was changed since the one before, with an overlap, page by page; once a night it goes back further,
for what the overlap may have missed. A pass that breaks off goes on where it was.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

from bot.handover.returns import Statement

KINDS = ("courier_return", "customer_return")
"""Asked for one by one where Flipkart wants a source."""
OVERLAP = timedelta(minutes=15)
"""A change may be seen later than it was made."""
BACKFILL = timedelta(days=45)
FROM, TO = 2, 6
"""The hours of the night, at the dock, in which the backfill begins."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far the ledger of one location is read."""

    location_id: str
    kind: str = ""
    """Which source is asked for; empty: all at once."""
    after: datetime | None = None
    """What was changed before is read."""
    since: datetime | None = None
    """Of the pass that goes on: since when it asks for changes."""
    began: datetime | None = None
    """When that pass began; None: none goes on."""
    url: str = ""
    """Where it goes on; empty: with its first page."""
    backfilled_on: date | None = None
    """The day, at the dock, of the last pass that went back further."""
    answered_at: datetime | None = None
    """When a pass came to its end."""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """One page of it."""

    statements: Sequence[Statement]
    next_url: str = ""
    """A path on Flipkart's host, ready to be asked; empty: there is no more, or nobody can say where."""
    is_cut_off: bool = False
    """Whether there is more that no address leads to."""

    @property
    def newest(self) -> datetime | None:
        """When the newest of its rows was changed; None where it has none."""
        return max((one.at for one in self.statements), default=None)


class Marks(Protocol):
    """Where marks are kept. Each method is one transaction."""

    async def load(self, location_ids: Collection[str]) -> list[Mark]:
        """Those of these locations."""

    async def keep(self, mark: Mark) -> None:
        """In place of what was kept for its location and kind. Raises NotKept."""

    async def drop(self, mark: Mark) -> None:
        """It is asked in another way now. Raises NotKept."""


def begun(mark: Mark, now: datetime, zone: tzinfo) -> Mark:
    """With a pass that goes on: the one that does, or a new one."""
    # A moment that lies ahead was written before the clock was set back.
    if mark.began is not None and mark.since is not None and mark.began <= now:
        return mark
    local = now.astimezone(zone)
    today = local.date()
    is_night = FROM <= local.hour < TO
    if mark.after is None or mark.after > now or (is_night and mark.backfilled_on != today):
        return replace(mark, since=now - BACKFILL, began=now, url="", backfilled_on=today)
    return replace(mark, since=mark.after - OVERLAP, began=now, url="")


def gone_on(mark: Mark, next_url: str, now: datetime, newest: datetime | None = None) -> Mark:
    """After a page; an empty `next_url` ends the pass.

    Args:
        mark: of a pass that goes on.
        next_url: of the next page.
        now: the time.
        newest: of what there is, where more is left that nobody can ask for: the next pass goes on from there, if that
            is further than the one before had come.
    """
    if next_url:
        return replace(mark, url=next_url)
    after = mark.began
    if newest is not None and mark.since is not None and after is not None and mark.since + OVERLAP < newest < after:
        after = newest
    return replace(mark, after=after, since=None, began=None, url="", answered_at=now)


def broken_off(mark: Mark) -> Mark:
    """The address at which the pass was going on is none any more: the next pass asks for the same again."""
    return replace(mark, since=None, began=None, url="")


def is_due(mark: Mark, now: datetime, every: timedelta) -> bool:
    """Whether a page is to be asked for: a pass goes on, or the last one is so long ago."""
    if mark.began is not None or mark.answered_at is None:
        return True
    return not timedelta() <= now - mark.answered_at < every
