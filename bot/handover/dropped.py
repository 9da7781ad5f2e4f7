"""Lists that people bring: kept where their rows belong and the person may put them, and taken back."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import uuid4
from zoneinfo import ZoneInfo

from bot.handover.actions import Dock
from bot.handover.events import Detail, Event, Happening
from bot.handover.expected import FRESH, Span, span_of
from bot.handover.find import ServesNothing
from bot.handover.location import Location
from bot.handover.model import Actor
from bot.handover.places import Sorted, own_place, sort_out
from bot.handover.problems import locations_of
from bot.handover.refusals import NotAllowed, Refusal, RightsUnknown, UnknownList
from bot.lists.model import ExpectedRow, ListRead, State

NAMED = 5
"""Earlier lists that the answer to a newer one names."""
SHOWN = 10
"""Lists that are offered to be taken back at once."""
WISH = "expected list"
TAKE_BACK = "take a list back"


@dataclass(frozen=True, slots=True)
class File:
    """Where a list came from."""

    id: str
    """Slack's."""
    name: str


@dataclass(frozen=True, slots=True)
class Brought:
    """A list that somebody brought."""

    id: str
    location_id: str
    """In whose channel it was brought."""
    by: str
    """A Slack user id."""
    at: datetime
    file: File
    sheet: str = ""
    """The sheet that was read, where the file has sheets."""
    taken_back_by: str | None = None
    taken_back_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of a list for one location, and what goes on record there."""

    span: Span
    rows: Sequence[ExpectedRow]
    event: Event


@dataclass(frozen=True, slots=True)
class Counted:
    """What became of a part in the store; parcels that are awaited, unless it says otherwise."""

    new: int
    """No list had named them."""
    known: int
    off: int
    """Awaited by an earlier list, and no longer."""
    missing: int
    """Of all lists, at the location."""


@dataclass(frozen=True, slots=True)
class Renewed:
    """An earlier list some of whose parcels a newer one names."""

    list: Brought
    parcels: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a list."""

    parts: Sequence[Counted]
    renewed: Sequence[Renewed]
    """Those with the most parcels first, at most `NAMED`."""
    renewed_others: int
    """Parcels of still other lists, also of notifications."""


@dataclass(frozen=True, slots=True)
class Put:
    """What of a list is expected at a location."""

    location: Location
    parcels: int
    """Awaited there by this list."""
    counted: Counted


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a list that was read."""

    read: ListRead
    list: Brought
    here: Location
    puts: Sequence[Put]
    """Where the list was brought comes first; empty where nothing was kept."""
    states: Mapping[State, int]
    """Rows that are not awaited, by what the list says of them."""
    unserved: Mapping[str, int]
    refused: Mapping[Location, int]
    """Rows of locations whose operator the person is not, as far as Slack says."""
    renewed: Sequence[Renewed] = ()
    renewed_others: int = 0


@dataclass(frozen=True, slots=True)
class Undone:
    """What taking a list back did at the locations of its rows, all together."""

    gone: int
    """Parcels that no list names any more."""
    restored: int
    """Parcels that are again as earlier lists had them."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The answer to taking a list back."""

    list: Brought
    undone: Undone | None
    """None: somebody had taken it back before."""
    left: Sequence[str] = ()
    """Ids of locations where it still stands, because the person may not take it from there."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A list that can be taken back."""

    list: Brought
    parcels: int
    places: Sequence[str]
    """Ids of the locations where it has rows."""


class ListKeeper(Protocol):
    """The lists that people brought. Each method is one transaction."""

    async def keep(self, brought: Brought, parts: Sequence[Part]) -> Stored:
        """Keeps a list with all its parts, puts each on record, and counts anew for those who are present."""

    async def find(self, list_id: str) -> tuple[Brought, Sequence[str]] | None:
        """A list, and the ids of the locations where it has rows; None where there is none."""

    async def take_back(self, list_id: str, parts: Sequence[Part]) -> Undone:
        """Takes the list's rows away from the locations of `parts`, which have no rows themselves."""

    async def recent(self, location_ids: Sequence[str], since: datetime, most: int) -> list[Offered]:
        """Lists with rows at these locations, the newest first."""


class Dropping:
    """Keeps the lists that people bring, and takes them back."""

    def __init__(
        self, dock: Dock, store: ListKeeper, zone: ZoneInfo, new_id: Callable[[], str] = lambda: uuid4().hex
    ) -> None:
        """`zone` is the one in which a day begins."""
        self._dock = dock
        self._store = store
        self._zone = zone
        self._new_id = new_id

    async def allow(self, actor: Actor, location: Location) -> None:
        """Passes for an operator, before a file is even fetched.

        Raises:
            NotAllowed: the person is not an operator; that is on record.
            RightsUnknown: Slack could not say.
        """
        await self._dock.allow(actor, location, WISH)

    async def may(self, actor: Actor, locations: Sequence[Location]) -> list[Location]:
        """Those of some locations to which the person may bring a list, which is at least one.

        Raises:
            NotAllowed, RightsUnknown: there is none; as `allow`, for the first of them.
        """
        found = []
        for one in locations:
            with suppress(NotAllowed, RightsUnknown):
                await self._dock.policy.require_operator(actor, one)
                found.append(one)
        if not found:
            # Once more, for the record; Slack may know better by now.
            await self.allow(actor, locations[0])
        return found or [locations[0]]

    def own_place(self, read: ListRead, candidates: Sequence[Location]) -> Location | None:
        """As `bot.handover.places.own_place`, among all locations that are served."""
        return own_place(read, candidates, self._dock.locations)

    async def keep(self, actor: Actor, location: Location, read: ListRead, file: File) -> Kept:
        """Keeps a list that an operator brings; what was scanned before it came counts as if it had been there.

        Rows of other locations go there if the person is an operator of those too, and are left out else.

        Args:
            actor: who brings it.
            location: where it is brought; rows without a location of their own belong there.
            read: the list.
            file: where it came from.

        Raises:
            NotAllowed, RightsUnknown: as `allow`.
            NotKept: the database does not take it.
        """
        await self.allow(actor, location)
        # A tenth of a second for the longest list.
        found = await asyncio.to_thread(sort_out, read, location, self._dock.locations)
        refused = await self._refused(actor, found)
        now = self._dock.clock()
        brought = Brought(self._new_id(), location.id, actor.user_id, now, file, read.sheet)
        rows = {
            place: [row for row in some if row.state is not State.UNLISTED]
            for place, some in found.rows.items()
            if place not in refused
        }
        places = [place for place, some in rows.items() if some]
        states = Counter(row.state for place, some in found.rows.items() if place not in refused for row in some)
        stored = Stored((), (), 0)
        if places:
            parts = [self._part(place, rows[place], brought, read) for place in places]
            stored = await self._store.keep(brought, parts)
        return Kept(
            read=read,
            list=brought,
            here=location,
            puts=[
                Put(place, sum(row.state is State.AWAITED for row in rows[place]), counted)
                for place, counted in zip(places, stored.parts, strict=True)
            ],
            states={one: n for one, n in states.items() if one is not State.AWAITED},
            unserved=found.unserved,
            refused={place: len(found.rows[place]) for place in refused},
            renewed=stored.renewed,
            renewed_others=stored.renewed_others,
        )

    async def _refused(self, actor: Actor, found: Sorted) -> list[Location]:
        refused = []
        for place in found.rows:
            try:
                if place != found.here:
                    await self.allow(actor, place)
            except (NotAllowed, RightsUnknown):
                refused.append(place)
        return refused

    def _part(self, place: Location, rows: Sequence[ExpectedRow], brought: Brought, read: ListRead) -> Part:
        detail: Detail = {"rows": len(rows), "source": "file", "list": brought.id}
        if place.id == brought.location_id:
            detail |= {"repeated": read.repeated, "skipped": read.skipped_count}
        event = Event(Happening.LISTED, brought.at, brought.by, detail)
        return Part(span_of(place.id, brought.at, self._zone), rows, event)

    async def source(self, actor: Actor, list_id: str) -> tuple[Location, File]:
        """Where a list was brought and the file that it came from, to read another sheet of it.

        Raises:
            UnknownList: there is none, or its location is no longer served.
            NotAllowed, RightsUnknown: as `allow`.
        """
        found = await self._store.find(list_id)
        location = self._dock.locations.get(found[0].location_id) if found else None
        if found is None or location is None:
            raise UnknownList(list_id)
        await self.allow(actor, location)
        return location, found[0].file

    async def take_back(self, actor: Actor, list_id: str) -> TakenBack:
        """Undoes a list: each of its parcels is again as the other lists have it.

        Raises:
            UnknownList: there is none.
            NotAllowed, RightsUnknown: the person is an operator of none of its locations; that is on record.
            NotKept: the database does not take it.
        """
        found = await self._store.find(list_id)
        if found is None:
            raise UnknownList(list_id)
        brought, at = found
        served = [place for place in map(self._dock.locations.get, at or [brought.location_id]) if place is not None]
        if not served:
            raise UnknownList(list_id)
        allowed: list[Location] = []
        refusal: Refusal | None = None
        for place in served:
            try:
                await self._dock.allow(actor, place, TAKE_BACK)
                allowed.append(place)
            except (NotAllowed, RightsUnknown) as error:
                refusal = refusal or error
        if refusal is not None and not allowed:
            raise refusal
        if not at:
            return TakenBack(brought, None)
        now = self._dock.clock()
        event = Event(Happening.LIST_TAKEN_BACK, now, actor.user_id, {"list": brought.id})
        parts = [Part(span_of(place.id, now, self._zone), (), event) for place in allowed]
        undone = await self._store.take_back(list_id, parts)
        left = [one for one in at if one not in {place.id for place in allowed}]
        return TakenBack(brought, undone, left)

    async def recent(self, actor: Actor) -> list[Offered]:
        """The lists that the person can take back, the newest first.

        Raises:
            ServesNothing: the person is no operator anywhere.
            RightsUnknown: Slack could not say for any location.
        """
        served, unchecked = await locations_of(self._dock, actor)
        if not served:
            raise RightsUnknown(unchecked[0]) if unchecked else ServesNothing(actor.user_id)
        return await self._store.recent([place.id for place in served], self._dock.clock() - FRESH, SHOWN)
