"""What should arrive at a location against what is scanned there: matching, and the lists of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.handover.actions import Dock
from bot.handover.events import Detail, Event, Happening
from bot.handover.location import Location
from bot.handover.machine import settle
from bot.handover.model import Actor, Handover
from bot.handover.ports import Step
from bot.lists.model import ExpectedRow, ListRead

FRESH = timedelta(days=30)
"""So long after it was listed a parcel can be missing, and a location has a list at all: nobody keeps up an old one."""
LOOKED_BACK = timedelta(days=60)
"""Handovers that arrived earlier are not looked through for a parcel that is listed now."""
LISTED = 50
"""Tracking ids of each list."""


def matched_again(handover: Handover, matched: int, awaited: int | None) -> Step:
    """The handover's counts after the lists changed, which may name what was scanned before. Nothing is called out.

    Args:
        handover: whose FE is present.
        matched: how many of its parcels some list names.
        awaited: how many are missing at the location; None while there is no list.
    """
    unexpected = None if awaited is None else handover.scanned - matched
    named = 0 if awaited is None else matched
    otherwise = min(handover.otherwise, named)
    counts = {"matched": named, "unexpected": unexpected, "awaited": awaited, "otherwise": otherwise}
    return settle(handover, handover.model_copy(update=counts))


def known_otherwise(handover: Handover, more: int) -> Step:
    """So many more of its parcels are those that a list names by another id."""
    return settle(handover, handover.model_copy(update={"otherwise": handover.otherwise + more}))


@dataclass(frozen=True, slots=True)
class Listing:
    """Expected against scanned, each list cut to a length, in the order in which they were listed or scanned."""

    missing: tuple[str, ...] = ()
    """Expected at the location by now and scanned in no handover."""
    unexpected: tuple[str, ...] = ()
    """Scanned and on no list."""
    matched: tuple[str, ...] = ()
    missing_total: int = 0
    unexpected_total: int = 0
    matched_total: int = 0
    listed_as: Mapping[str, str] = field(default_factory=dict)
    """By the tracking id of a matched parcel the one that its list has, where that is another one."""


@dataclass(frozen=True, slots=True)
class Span:
    """What `lists` looks at: the scans of one handover, or all of a location within a time."""

    location_id: str
    now: datetime
    today: datetime
    """The midnight with which the day began, in the location's zone."""
    handover_id: str | None = None


class ExpectedKeeper(Protocol):
    """The parcels that are expected. Each method is one transaction."""

    async def keep(self, span: Span, rows: Sequence[ExpectedRow], listed: Event) -> None:
        """Keeps rows, puts `listed` on record, and counts anew for each handover that is present.

        What nobody needs, because it names nothing new, is not put on record.
        """

    async def lists(self, span: Span, most: int) -> Listing:
        """Expected against scanned, `most` ids of each."""

    async def listed(self, location_id: str, now: datetime) -> bool:
        """Whether the location has a list that is not too old."""


class Expecting:
    """Keeps what Flipkart announces, and says what of all that is expected has come."""

    def __init__(self, dock: Dock, store: ExpectedKeeper, zone: ZoneInfo) -> None:
        """`zone` is the one in which a day begins."""
        self._dock = dock
        self._store = store
        self._zone = zone

    async def keep_announced(self, location: Location, read: ListRead) -> None:
        """Keeps what Flipkart announces by itself, without a person; the same again changes nothing. Raises NotKept."""
        detail: Detail = {"rows": len(read.rows), "repeated": read.repeated, "skipped": read.skipped_count}
        event = Event(Happening.LISTED, self._dock.clock(), None, detail | {"source": "notification"})
        await self._store.keep(self._span(location.id), read.rows, event)

    async def of_handover(self, handover: Handover, most: int = LISTED) -> Listing:
        """The lists of one handover, with what is missing at its location; all empty while there is no list."""
        if handover.unexpected is None and not await self._store.listed(handover.location_id, self._dock.clock()):
            return Listing()
        return await self._store.lists(replace(self._span(handover.location_id), handover_id=handover.id), most)

    async def of_day(self, location: Location, most: int = LISTED) -> Listing:
        """The lists of a location's day; all empty while there is no list."""
        if not await self._store.listed(location.id, self._dock.clock()):
            return Listing()
        return await self._store.lists(self._span(location.id), most)

    async def show(self, actor: Actor, handover_id: str) -> tuple[Handover, Listing, Listing]:
        """A handover and its lists and the day's, for an operator; also when the FE is gone.

        Raises:
            Refusal: the person may not, or the handover is unknown.
        """
        handover, location = await self._dock.find(handover_id)
        await self._dock.allow(actor, location, "expected lists", handover_id)
        return handover, await self.of_handover(handover), await self.of_day(location)

    def _span(self, location_id: str) -> Span:
        return span_of(location_id, self._dock.clock(), self._zone)


def span_of(location_id: str, now: datetime, zone: ZoneInfo) -> Span:
    """A location's day as it is now."""
    return Span(location_id, now, datetime.combine(now.astimezone(zone).date(), time.min, zone))
