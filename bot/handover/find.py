"""Finding a parcel: in which handover it came, when, and what became of it; or that it never came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Protocol

from bot.handover.actions import Dock
from bot.handover.claims import Claim, clean_id
from bot.handover.location import Location
from bot.handover.model import Actor, Handover, Shipment
from bot.handover.problems import locations_of
from bot.handover.refusals import Refusal, RightsUnknown
from bot.lists.model import ExpectedRow
from bot.text import in_address, parcel_key, undecorated

MOST = 10
"""Handovers that are told of; a parcel that came more often is a test parcel."""
SHORTEST_END = 4
"""The last characters of an id, as people read them from a label: with fewer, too many parcels are alike."""


@dataclass(frozen=True, slots=True)
class Trace:
    """A parcel in one handover. At least one of `shipment`, `seen_at` and `claim` is there."""

    handover: Handover
    tracking_id: str
    shipment: Shipment | None
    """As the FE scanned it."""
    first_seen: datetime | None
    """When the bot first read that scan."""
    seen_at: datetime | None
    """When the seller scanned it into the thread."""
    claim: Claim | None
    channel: str = ""
    thread_ts: str = ""
    """Of the handover's card in Slack; empty while it is not posted."""
    told: ExpectedRow | None = None
    """What the location's lists and Flipkart say of its return."""


@dataclass(frozen=True, slots=True)
class Awaited:
    """A list says that the parcel should arrive."""

    location_id: str
    expected_on: date | None
    told: ExpectedRow | None = None
    """What the list says of its return."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A parcel whose id ends with what was typed."""

    tracking_id: str
    key: str
    location_id: str
    handover: Handover | None = None
    """In which it was scanned; None: it stands on a list and has not come."""


class Traces(Protocol):
    """Where parcels are looked for. Each method is one transaction."""

    async def find(self, key: str, location_ids: Sequence[str], most: int) -> list[Trace]:
        """The parcel, by its key, in the handovers of these locations, the newest first."""

    async def awaited(self, key: str, location_ids: Sequence[str]) -> list[Awaited]:
        """Which of these locations have it on a list."""

    async def missed(self, key: str, location_ids: Sequence[str]) -> list[Claim]:
        """The claims of these locations for it as a parcel that nobody brought."""

    async def ending(self, key: str, location_ids: Sequence[str], most: int) -> list[Alike]:
        """Parcels of these locations whose key ends like this, each once: those that came lately, then the lists."""

    async def thread(self, channel: str, ts: str) -> str | None:
        """The handover whose card this message is, or None."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a parcel at the locations that the asker serves."""

    tracking_id: str
    """As it was asked for."""
    traces: tuple[tuple[Trace, Location], ...]
    awaited: tuple[tuple[Awaited, Location], ...]
    searched: tuple[Location, ...]
    unchecked: tuple[Location, ...]
    """Locations for which Slack could not say whether the asker serves them; not searched."""
    missed: tuple[tuple[Claim, Location], ...] = ()
    """Claims for it as a parcel that was completed at Flipkart and never came."""
    alike: tuple[tuple[Alike, Location], ...] = ()
    """Where it is no whole id: the parcels that end with it."""


class NothingToFind(Refusal):
    """No tracking id was typed."""


class ServesNothing(Refusal):
    """The asker is no operator of any location."""


class Finder:
    """Answers `/otc find`."""

    def __init__(self, dock: Dock, traces: Traces) -> None:
        self._dock = dock
        self._traces = traces

    async def find(self, actor: Actor, typed: str) -> Found:
        """Looks at every location whose operator the asker is.

        Raises:
            NothingToFind: nothing was typed that could be a tracking id.
            ServesNothing: the asker is no operator anywhere.
            RightsUnknown: Slack could not say for any location.
        """
        wanted = clean_id(in_address(typed) or undecorated(typed))
        if not wanted:
            raise NothingToFind
        served, unchecked = await locations_of(self._dock, actor)
        if not served and unchecked:
            raise RightsUnknown(unchecked[0])
        if not served:
            raise ServesNothing(actor.user_id)
        found = await self._look(wanted, served, unchecked)
        if found.traces or found.awaited or found.missed or len(parcel_key(wanted)) < SHORTEST_END:
            return found
        by_id = {location.id: location for location in served}
        alike = await self._traces.ending(parcel_key(wanted), list(by_id), MOST + 1)
        if len({one.key for one in alike}) == 1:
            return await self._look(alike[0].tracking_id, served, unchecked)
        return replace(found, alike=tuple((one, by_id[one.location_id]) for one in alike))

    async def _look(self, wanted: str, served: Sequence[Location], unchecked: Sequence[Location]) -> Found:
        by_id = {location.id: location for location in served}
        traces = await self._traces.find(parcel_key(wanted), list(by_id), MOST)
        awaited = await self._traces.awaited(parcel_key(wanted), list(by_id)) if not traces else []
        missed = await self._traces.missed(parcel_key(wanted), list(by_id))
        return Found(
            wanted,
            tuple((trace, by_id[trace.handover.location_id]) for trace in traces),
            tuple((one, by_id[one.location_id]) for one in awaited),
            tuple(served),
            tuple(unchecked),
            tuple((claim, by_id[claim.location_id]) for claim in missed),
        )
