"""What the summary of a location's claims of a month is made of: a message with a table below it."""

from typing import Protocol
from zoneinfo import ZoneInfo

from bot.handover.claim_sums import month_of
from bot.handover.location import Locations
from bot.outbox.contents import Made, Place, at_location, location_of
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.record.claims import ClaimMonth
from bot.store.claim_lines import ClaimLineStore
from bot.store.tables import DeliveryRow


class MonthPainter(Protocol):
    """Draws what a summary says."""

    def message(self, found: ClaimMonth) -> Rendered:
        """The root message."""

    async def documents(self, found: ClaimMonth) -> list[Document]:
        """The table for its thread. Takes long, and does so elsewhere. Raises TooMuchError."""


class MonthContent:
    """Implements `bot.outbox.contents.Content`."""

    def __init__(self, claims: ClaimLineStore, painter: MonthPainter, locations: Locations, zone: ZoneInfo) -> None:
        self._claims = claims
        self._painter = painter
        self._locations = locations
        self._zone = zone

    async def place(self, one: DeliveryRow) -> Place:
        """In the location's channel."""
        return at_location(self._locations, one, month_of(one.n, self._zone).end)

    async def message(self, one: DeliveryRow) -> Rendered:
        """The sums."""
        return self._painter.message(await self._read(one))

    async def files(self, one: DeliveryRow) -> Made:
        """The claims, line by line."""
        return Made(await self._painter.documents(await self._read(one)))

    async def _read(self, one: DeliveryRow) -> ClaimMonth:
        location, month = location_of(self._locations, one), month_of(one.n, self._zone)
        return ClaimMonth(location, month, await self._claims.of_month(location.id, month))
