"""What is said in a location's channel when it has other codes than before."""

from typing import Protocol

from bot.handover.location import Location, Locations
from bot.handover.mode import Known
from bot.outbox.contents import Made, Place, UselessError, at_location, location_of
from bot.outbox.ports import Rendered
from bot.store.modes import ModeStore
from bot.store.tables import DeliveryRow


class ModePainter(Protocol):
    """Draws what is said of other codes."""

    def message(self, known: Known, location: Location) -> Rendered:
        """The message."""


class ModeContent:
    """A location has other codes than before: a message, without files."""

    def __init__(self, modes: ModeStore, painter: ModePainter, locations: Locations) -> None:
        self._modes = modes
        self._painter = painter
        self._locations = locations

    async def place(self, one: DeliveryRow) -> Place:
        """In the location's channel."""
        return at_location(self._locations, one, (await self._known(one)).told_at)

    async def message(self, one: DeliveryRow) -> Rendered:
        """Which codes there are."""
        return self._painter.message(await self._known(one), location_of(self._locations, one))

    async def files(self, one: DeliveryRow) -> Made:  # noqa: ARG002 -- others have some
        """None: the message says all of it."""
        return Made([])

    async def _known(self, one: DeliveryRow) -> Known:
        found = await self._modes.message(one.location_id, one.n)
        if found is None:
            raise UselessError("a newer message says which codes there are")
        return found
