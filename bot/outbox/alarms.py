"""What the replies below an alarm about returns that never came are made of: what happened to their claims."""

from datetime import timedelta
from typing import Protocol

from bot.clock import Clock
from bot.handover.events import Happening
from bot.handover.location import Location, Locations
from bot.handover.model import AuditEntry
from bot.handover.unreceived import News
from bot.outbox.contents import Made, Place, UselessError, location_of
from bot.outbox.ports import Rendered
from bot.outbox.proofs import ProofMaker
from bot.store.proofs import ProofStore
from bot.store.tables import DeliveryRow, Sending
from bot.store.unreceived import UnreceivedStore

SOON = timedelta(seconds=15)
"""How soon it is looked again whether the alarm is there."""


class NewsPainter(Protocol):
    """Draws what is said below an alarm."""

    def news(self, entry: AuditEntry, location: Location) -> Rendered:
        """A reply below it."""


class NewsContent:
    """What happened to claims for such returns: a reply below the alarm, or the files of a proof."""

    def __init__(
        self,
        unreceived: UnreceivedStore,
        proofs: ProofStore,
        proving: ProofMaker,
        painter: NewsPainter,
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
