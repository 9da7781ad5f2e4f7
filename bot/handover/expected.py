"""What should arrive at a location against what is scanned there: matching, the lists of it, and who may bring one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.handover.actions import Dock
from bot.handover.location import Location
from bot.handover.machine import settle
from bot.handover.model import Actor, Event, Handover, Happening
from bot.handover.ports import Step
from bot.lists.model import ExpectedRow, ListRead

FRESH = timedelta(days=30)
"""So long after it was listed a parcel can be missing, and a location has a list at all: nobody keeps up an old one."""
LOOKED_BACK = timedelta(days=60)
"""Handovers that arrived earlier are not looked through for a parcel that is listed now."""
LISTED = 50
"""Tracking ids of each list."""


def matched_again(handover: Handover, matched: int, awaited: int) -> Step:
    """The handover's counts after a list came, which may name what was scanned before. Nothing is called out."""
    counts = {"matched": matched, "unexpected": handover.scanned - matched, "awaited": awaited}
    after = handover.model_copy(update=counts)
    return settle(handover, after)


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


@dataclass(frozen=True, slots=True)
class Span:
    """What `lists` looks at: the scans of one handover, or all of a location within a time."""

    location_id: str
    now: datetime
    today: datetime
    """The midnight with which the day began, in the location's zone."""
    handover_id: str | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a list in the store."""

    new: int
    known: int
    """Parcels that an earlier list had named."""
    missing: int
    """Of all lists, at the location."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A list is kept."""

    location: Location
    read: ListRead
    new: int
    known: int
    missing: int


class ExpectedKeeper(Protocol):
    """The parcels that are expected. Each method is one transaction."""

    async def keep(
        self,
        span: Span,
        rows: Sequence[ExpectedRow],
        source: str,
        listed: Event,
        again: Callable[[Handover, int, int], Step],
    ) -> Stored:
        """Keeps rows, puts `listed` on record, and keeps what `again` makes of each handover that is present.

        What nobody brought and nobody needs, because it names nothing new, is not put on record.
        """

    async def lists(self, span: Span, most: int) -> Listing:
        """Expected against scanned, `most` ids of each."""

    async def listed(self, location_id: str, now: datetime) -> bool:
        """Whether the location has a list that is not too old."""


class Expecting:
    """Keeps lists of what should arrive, and says what of it has."""

    def __init__(self, dock: Dock, store: ExpectedKeeper, zone: ZoneInfo) -> None:
        """`zone` is the one in which a day begins."""
        self._dock = dock
        self._store = store
        self._zone = zone

    async def allow(self, actor: Actor, location: Location) -> None:
        """Passes for an operator, before a file is even fetched.

        Raises:
            NotAllowed: the person is not an operator; that is on record.
            RightsUnknown: Slack could not say.
        """
        await self._dock.allow(actor, location, "expected list")

    async def keep(self, actor: Actor, location: Location, read: ListRead) -> Kept:
        """Keeps a list that an operator brings; what was scanned before it came counts as if it had been there.

        Args:
            actor: who brings it.
            location: where its parcels should arrive.
            read: the list.

        Raises:
            NotAllowed, RightsUnknown: as `allow`.
            NotKept: the database does not take it.
        """
        await self.allow(actor, location)
        return await self._keep(location, read, "file", actor.user_id)

    async def keep_announced(self, location_id: str, read: ListRead) -> Kept | None:
        """Keeps what Flipkart announces by itself, without a person; the same again changes nothing.

        Args:
            location_id: as Flipkart names it; empty where it names none.
            read: what is announced.

        Returns:
            What is kept, or None where it is for none of our locations, or could be for several.

        Raises:
            NotKept: the database does not take it.
        """
        ours = list(self._dock.locations)
        location = self._dock.locations.get(location_id) if location_id else ours[0] if len(ours) == 1 else None
        return None if location is None else await self._keep(location, read, "notification")

    async def _keep(self, location: Location, read: ListRead, source: str, by: str | None = None) -> Kept:
        detail = {"rows": len(read.rows), "repeated": read.repeated, "skipped": read.skipped_count, "source": source}
        event = Event(Happening.LISTED, self._dock.clock(), by, detail)
        stored = await self._store.keep(self._span(location.id), read.rows, source, event, matched_again)
        return Kept(location, read, stored.new, stored.known, stored.missing)

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
        now = self._dock.clock()
        midnight = datetime.combine(now.astimezone(self._zone).date(), time.min, self._zone)
        return Span(location_id, now, midnight)


def place_of(locations: Sequence[Location], text: str) -> Location | None:
    """The location that a list is for: the only one of its channel, or the one that is named beside the file."""
    if len(locations) == 1:
        return locations[0]
    said = text.casefold()
    named = [one for one in locations if one.name.casefold() in said or one.id.casefold() in said]
    # "Hosur" stands in "Hosur North" too.
    longest = [
        one for one in named if not any(one is not o and one.name.casefold() in o.name.casefold() for o in named)
    ]
    return longest[0] if len(longest) == 1 else None
