"""What an alarm about returns that never came is made of, and the replies below it about their claims."""

from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.handover.events import Happening
from bot.handover.location import Location, Locations
from bot.handover.model import AuditEntry
from bot.handover.unreceived import Alarm, News
from bot.outbox.contents import Made, Place, UselessError, at_location, location_of
from bot.outbox.ports import Rendered
from bot.outbox.proofs import ProofMaker
from bot.store.proofs import ProofStore
from bot.store.tables import DeliveryRow, Sending
from bot.store.unreceived import UnreceivedStore

SOON = timedelta(seconds=15)
"""How soon it is looked again whether the alarm is there."""


class UnreceivedPainter(Protocol):
    """Draws what an alarm about returns that never came says."""

    def message(self, alarm: Alarm, location: Location) -> Rendered:
        """The message."""

    def news(self, entry: AuditEntry, location: Location) -> Rendered:
        """A reply below it."""


class UnreceivedContent:
    """Returns that Flipkart counts as completed and that nobody brought: a message, without files."""

    def __init__(self, unreceived: UnreceivedStore, painter: UnreceivedPainter, locations: Locations) -> None:
        self._unreceived = unreceived
        self._painter = painter
        self._locations = locations

    async def place(self, one: DeliveryRow) -> Place:
        """In the location's channel."""
        return at_location(self._locations, one, (await self._alarm(one)).at)

    async def message(self, one: DeliveryRow) -> Rendered:
        """Which they are, and what to do."""
        return self._painter.message(await self._alarm(one), location_of(self._locations, one))

    async def files(self, one: DeliveryRow) -> Made:  # noqa: ARG002 -- others have some
        """None: the message says all of it."""
        return Made([])

    async def _alarm(self, one: DeliveryRow) -> Alarm:
        found = await self._unreceived.alarm(one.location_id, one.n)
        if found is None:
            raise UselessError("what it was about is no longer kept")
        return found


class NewsContent:
    """What happened to claims for such returns: a reply below the alarm, or the files of a proof."""

    def __init__(
        self,
        unreceived: UnreceivedStore,
        proofs: ProofStore,
        proving: ProofMaker,
        painter: UnreceivedPainter,
        locations: Locations,
        clock: Clock,
    ) -> None:
        self._unreceived = unreceived
        self._proofs = proofs
        self._proving = proving
        self._painter = painter
        self._locations = locations
        self._clock = clock

    async def place(self, one: DeliveryRow) -> Place:
        """In the alarm's thread, once the alarm is there."""
        news = await self._news(one)
        location_of(self._locations, one)
        root = await self._unreceived.root(one.location_id, news.alarm)
        if root is None or root.state == Sending.LOST:
            raise UselessError("the alarm that it belongs below is not in Slack")
        not_before = None if root.ts else self._clock() + SOON
        thread_ts = root.ts if news.entry.what is Happening.PROOF else one.ts
        return Place(root.channel, thread_ts or None, news.entry.at, not_before, root)

    async def message(self, one: DeliveryRow) -> Rendered:
        """What happened."""
        return self._painter.news((await self._news(one)).entry, location_of(self._locations, one))

    async def files(self, one: DeliveryRow) -> Made:
        """None where a message says all of it; else those of the proof. Raises TooMuchError."""
        entry = (await self._news(one)).entry
        if entry.what is not Happening.PROOF:
            return Made([])
        return await self._proving.make(
            await self._proofs.of(str(entry.detail.get("claim"))), location_of(self._locations, one)
        )

    async def _news(self, one: DeliveryRow) -> News:
        found = await self._unreceived.news(one.location_id, one.n)
        if found is None:
            raise UselessError("what it was about is no longer kept")
        return found
