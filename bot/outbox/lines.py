"""Messages in a location's channel without files: it has other codes, there is an outage, returns never came."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from bot.handover.location import Location, Locations
from bot.handover.mode import Known
from bot.handover.outages import Outage
from bot.handover.unreceived import Alarm
from bot.outbox.contents import Made, Place, UselessError, at_location, location_of
from bot.outbox.ports import Rendered
from bot.store.modes import ModeStore
from bot.store.outages import OutageStore
from bot.store.tables import DeliveryRow
from bot.store.unreceived import UnreceivedStore

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Generic[T]):
    """A message that says all of what is kept of something."""

    locations: Locations
    read: Callable[[DeliveryRow], Awaitable[T | None]]
    gone: str
    """Why nothing is said where `read` finds nothing any more."""
    since: Callable[[T], datetime | None]
    draw: Callable[[T, Location], Rendered]
    revision: Callable[[T], int] = lambda _: 0
    """Of a line that is edited while what it tells goes on."""

    async def place(self, one: DeliveryRow) -> Place:
        """In the location's channel."""
        found = await self._found(one)
        return replace(at_location(self.locations, one, self.since(found)), revision=self.revision(found))

    async def message(self, one: DeliveryRow) -> Rendered:
        """What there is to say."""
        return self.draw(await self._found(one), location_of(self.locations, one))

    async def files(self, one: DeliveryRow) -> Made:  # noqa: ARG002 -- others have some
        """None: the message says all of it."""
        return Made([])

    async def _found(self, one: DeliveryRow) -> T:
        found = await self.read(one)
        if found is None:
            raise UselessError(self.gone)
        return found


def mode_line(modes: ModeStore, draw: Callable[[Known, Location], Rendered], locations: Locations) -> Line[Known]:
    """A location has other codes than before."""
    return Line(
        locations=locations,
        read=lambda one: modes.message(one.location_id, one.n),
        gone="a newer message says which codes there are",
        since=lambda known: known.told_at,
        draw=draw,
    )


def outage_line(
    outages: OutageStore, draw: Callable[[Outage, Location], Rendered], locations: Locations
) -> Line[Outage]:
    """Since when there is an outage, or that it is over."""
    return Line(
        locations=locations,
        read=lambda one: outages.message(one.about, one.n),
        gone="a newer line tells of a newer outage",
        since=lambda outage: outage.told_at,
        draw=draw,
        revision=lambda outage: outage.revision,
    )


def alarm_line(
    unreceived: UnreceivedStore, draw: Callable[[Alarm, Location], Rendered], locations: Locations
) -> Line[Alarm]:
    """Returns that Flipkart counts as completed and that nobody brought."""
    return Line(
        locations=locations,
        read=lambda one: unreceived.alarm(one.location_id, one.n),
        gone="what it was about is no longer kept",
        since=lambda alarm: alarm.at,
        draw=draw,
    )
