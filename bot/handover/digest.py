"""A location's day in figures. Pure: no clock, no I/O.

A day runs from one closing to the next, so that nothing falls between two: with the hours 08:00-22:00 it ends at 22:00,
with 18:00-02:00 it ends at 02:00 and counts to the day on which it began, and without hours it ends at midnight. An FE
counts to the day in which the bot first saw them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import mean, median
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.handover.claim_sums import ClaimSums
from bot.handover.location import Location
from bot.handover.model import Handover, Shipment, Stage

DAYS_BEFORE = 7
"""With how many days before a day is compared."""
ONE = timedelta(days=1)
CONFIRMED_WITHIN = timedelta(days=2)
"""So long after a handover Flipkart counts its parcels as returned."""


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one location: from `begin`, up to and without `end`, both UTC."""

    date: date
    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Override:
    """An End OTC that was taken although the hand count differed."""

    fe_name: str
    fe_id: str
    by: str | None
    reason: str
    counted: int | None
    scanned: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A handover with what only its record knows."""

    handover: Handover
    seen_at: datetime
    """When the bot first saw the FE."""
    first_code_at: datetime | None = None
    """When a Start OTC was first shown."""
    overrides: tuple[Override, ...] = ()

    @property
    def wait(self) -> timedelta | None:
        """From the arrival to the first Start OTC; None where none was asked for."""
        if self.first_code_at is None:
            return None
        return max(timedelta(0), self.first_code_at - self.handover.arrived_at)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came together at one location in one day."""

    handovers: int
    still_here: int
    """FEs who have not left."""
    parcels: int
    rejected: int
    mismatched: int
    counted: int
    """Handovers that somebody counted."""
    uncounted: int
    """Handovers that are over, brought something, and were counted by nobody."""
    missing: int
    """Over the counted handovers with fewer parcels counted than scanned: how many."""
    surplus: int
    """Over those with more counted than scanned: how many."""
    median_wait: timedelta | None
    """For the code."""
    median_rate: float | None
    """Scans a minute."""
    longest_stay: timedelta | None
    longest_fe: str
    """Whose stay that was."""
    longest_goes_on: bool
    """Whether they have not left: it is as long as the day saw it."""
    overrides: tuple[Override, ...]


@dataclass(frozen=True, slots=True)
class Usual:
    """The days before that had an FE, each figure as the mean of a day; waits and rates as the median of the days'."""

    days: int
    handovers: float
    parcels: float
    rejected: float
    mismatched: float
    missing: float
    median_wait: timedelta | None
    median_rate: float | None


@dataclass(frozen=True, slots=True)
class Digest:
    """All that a digest says."""

    location: Location
    day: Day
    figures: Figures
    usual: Usual | None
    """None when nobody came in the days before."""
    seen: tuple[Seen, ...]
    """The handovers of the day, in the order in which they came."""
    parcels: tuple[tuple[datetime, Shipment], ...] = ()
    """Each parcel with the moment of its scan."""
    claims: ClaimSums = field(default_factory=ClaimSums)
    """What the location's claims come to, from the month's begin to the day's end."""
    confirmed: tuple[int, int] | None = None
    """Of the parcels of the day that were handed over, those that Flipkart counts as returned so far, and all of them;
    None while it has said nothing of any."""
    unconfirmed: int = 0
    """Parcels that were handed over in the week before, more than `CONFIRMED_WITHIN` ago, and that Flipkart does not
    count as returned; only of handovers of which it has said anything."""


def day_of(location: Location, zone: ZoneInfo, day: date) -> Day:
    """The day with this date."""
    return Day(day, _closing(location, zone, day - ONE), _closing(location, zone, day))


def last_day(location: Location, zone: ZoneInfo, now: datetime) -> Day:
    """The last day that is over."""
    # Two days further than the calendar, because hours may end on the morning after.
    day = now.astimezone(zone).date() + ONE
    while (found := day_of(location, zone, day)).end > now:
        day -= ONE
    return found


def _closing(location: Location, zone: ZoneInfo, day: date) -> datetime:
    """When the day with this date ends."""
    if not location.hours:
        return _moment(zone, day + ONE, time.min)
    opens, closes = location.hours.split("-")
    if closes == "24:00":
        return _moment(zone, day + ONE, time.min)
    end = time.fromisoformat(closes)
    return _moment(zone, day if end > time.fromisoformat(opens) else day + ONE, end)


def _moment(zone: ZoneInfo, day: date, at: time) -> datetime:
    return datetime.combine(day, at, zone).astimezone(ZoneInfo("UTC"))


def figures(seen: Sequence[Seen], end: datetime) -> Figures:
    """The figures of the handovers of a day that ended then; `Figures.handovers` is 0 for none."""
    every = [one.handover for one in seen]
    differences = [h.missing_by_count for h in every if h.missing_by_count is not None]
    waits = [one.wait for one in seen if one.wait is not None]
    rates = [h.scans_per_minute for h in every if h.scans_per_minute is not None]
    longest = max(every, key=lambda h: _stay(h, end), default=None)
    return Figures(
        handovers=len(every),
        still_here=sum(not h.over for h in every),
        parcels=sum(h.scanned for h in every),
        rejected=sum(h.rejected for h in every),
        mismatched=sum(h.mismatched for h in every),
        counted=len(differences),
        uncounted=sum(h.over and h.scanned > 0 and h.counted is None for h in every),
        missing=sum(n for n in differences if n > 0),
        surplus=-sum(n for n in differences if n < 0),
        median_wait=median_of(waits),
        median_rate=median(rates) if rates else None,
        longest_stay=None if longest is None else _stay(longest, end),
        longest_fe="" if longest is None else longest.fe_name or longest.fe_id,
        longest_goes_on=longest is not None and not longest.over,
        overrides=tuple(override for one in seen for override in one.overrides),
    )


def _stay(handover: Handover, end: datetime) -> timedelta:
    """How long an FE was there; who has not left, until the day's end."""
    return max(timedelta(0), (handover.ended_at or end) - handover.arrived_at)


def median_of(lengths: Iterable[timedelta]) -> timedelta | None:
    """The median, or None of nothing."""
    seconds = [length.total_seconds() for length in lengths]
    return timedelta(seconds=median(seconds)) if seconds else None


def usual(days: Iterable[Figures]) -> Usual | None:
    """What a day was like lately; days on which nobody came say nothing. None when there was no other."""
    busy = [day for day in days if day.handovers]
    if not busy:
        return None
    rates = [day.median_rate for day in busy if day.median_rate is not None]
    return Usual(
        days=len(busy),
        handovers=mean(day.handovers for day in busy),
        parcels=mean(day.parcels for day in busy),
        rejected=mean(day.rejected for day in busy),
        mismatched=mean(day.mismatched for day in busy),
        missing=mean(day.missing for day in busy),
        median_wait=median_of(day.median_wait for day in busy if day.median_wait is not None),
        median_rate=median(rates) if rates else None,
    )


def window(location: Location, zone: ZoneInfo, day: Day) -> tuple[datetime, datetime]:
    """From when to when handovers are needed for a day's digest."""
    return day_of(location, zone, day.date - DAYS_BEFORE * ONE).begin, day.end


def digest(
    location: Location,
    zone: ZoneInfo,
    day: Day,
    seen: Iterable[Seen],
    parcels: Mapping[str, Sequence[tuple[datetime, Shipment]]] | None = None,
) -> Digest | None:
    """The digest of a day, or None when nobody came.

    Args:
        location: whose day.
        zone: in which its hours are meant.
        day: which.
        seen: the handovers of `window`, in any order.
        parcels: each parcel of the day's handovers with the moment of its scan, by handover.
    """
    ordered = sorted(seen, key=lambda one: (one.seen_at, one.handover.id))
    today = tuple(one for one in ordered if day.begin <= one.seen_at < day.end)
    if not today:
        return None
    before = []
    for n in range(1, DAYS_BEFORE + 1):
        other = day_of(location, zone, day.date - n * ONE)
        before.append(figures([one for one in ordered if other.begin <= one.seen_at < other.end], other.end))
    scans = [scan for one in today for scan in (parcels or {}).get(one.handover.id, ())]
    return Digest(
        location,
        day,
        figures(today, day.end),
        usual(before),
        today,
        tuple(sorted(scans, key=lambda scan: scan[0])),
        confirmed=_confirmed([one.handover for one in today]),
        unconfirmed=sum(_unconfirmed(one.handover, day.end - CONFIRMED_WITHIN) for one in ordered),
    )


def _confirmed(handovers: Sequence[Handover]) -> tuple[int, int] | None:
    closed = [h for h in handovers if h.stage is Stage.CLOSED]
    if all(h.confirmed is None for h in closed):
        return None
    return sum(min(h.confirmed or 0, h.brought) for h in closed), sum(h.brought for h in closed)


def _unconfirmed(h: Handover, before: datetime) -> int:
    """How many parcels of a handover that ended before are not counted as returned."""
    if h.stage is not Stage.CLOSED or h.confirmed is None or h.ended_at is None or h.ended_at > before:
        return 0
    return max(0, h.brought - h.confirmed)


class Digests(Protocol):
    """Which digests there are to be. Each method is one transaction."""

    async def open(self, location_id: str, day: Day) -> bool:
        """Lets the day have its digest, once, if anybody came; False when nobody did. Harmless when done twice."""
