"""What is said in a channel of an outage, and that it is over."""

from dataclasses import replace
from typing import Protocol

from bot.handover.location import Location, Locations
from bot.handover.outages import Outage
from bot.outbox.contents import Made, Place, UselessError, at_location, location_of
from bot.outbox.ports import Rendered
from bot.store.outages import OutageStore
from bot.store.tables import DeliveryRow


class OutagePainter(Protocol):
    """Draws the line."""

    def message(self, outage: Outage, location: Location) -> Rendered:
        """The line; in the language of this location."""


class OutageContent:
    """A line that is edited as the outage goes on: a message, without files."""

    def __init__(self, outages: OutageStore, painter: OutagePainter, locations: Locations) -> None:
        self._outages = outages
        self._painter = painter
        self._locations = locations

    async def place(self, one: DeliveryRow) -> Place:
        """In the channel."""
        outage = await self._outage(one)
        return replace(at_location(self._locations, one, outage.told_at), revision=outage.revision)

    async def message(self, one: DeliveryRow) -> Rendered:
        """Since when, or that it is over."""
        return self._painter.message(await self._outage(one), location_of(self._locations, one))

    async def files(self, one: DeliveryRow) -> Made:  # noqa: ARG002 -- others have some
        """None: the message says all of it."""
        return Made([])

    async def _outage(self, one: DeliveryRow) -> Outage:
        found = await self._outages.message(one.about, one.n)
        if found is None:
            raise UselessError("a newer line tells of a newer outage")
        return found
