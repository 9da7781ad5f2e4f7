"""What the papers are made of, by kind: a receipt is files in its handover's thread, a digest a message with files.

Cards and replies are drawn by a `bot.outbox.ports.Painter`.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.handover.claim_sums import month_of_day
from bot.handover.digest import Digest, day_of, digest, window
from bot.handover.location import Location, Locations
from bot.handover.model import Handover
from bot.i18n import _, ngettext, number, use
from bot.outbox.delivery import MAYBE_SENT
from bot.outbox.files import Document
from bot.outbox.ports import Rendered
from bot.record.receipt import NotFinished, Receipt
from bot.store.claim_lines import ClaimLineStore
from bot.store.deliveries import DeliveryStore
from bot.store.digests import DigestStore
from bot.store.handovers import HandoverStore
from bot.store.records import RecordStore
from bot.store.tables import DeliveryRow, Sending

PICTURES = timedelta(minutes=2)
"""How long after the end a receipt waits for pictures that are being fetched."""
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=1)
"""How soon it is looked again whether what comes before a receipt is there: the longer it waits, the more rarely."""
HASH = 12
"""Digits of the hash that stand in the thread; the files have them all."""


class UselessError(Exception):
    """It will never be in Slack; the message says why."""


class TooEarlyError(Exception):
    """It can't be made before a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper belongs."""

    channel: str
    """Empty for one person's whose conversation is not open yet."""
    thread_ts: str | None
    """The thread that its files belong into; None while its message, which opens that thread, is not there."""
    since: datetime | None
    """When it came to be wanted."""
    not_before: datetime | None = None
    """Until then it is too early; asked again then."""
    root: DeliveryRow | None = None
    """Of a message that is a reply: what it stands below."""
    person: str = ""
    """Slack user id of the one for whom it is alone; empty for what everybody reads."""
    subject: tuple[str, ...] = ()
    """What tells it from others of its location, kind and number, whatever database it is in."""
    revision: int = 0
    """Of a message without files that is edited while what it tells goes on: which state of that it is to show."""


@dataclass(frozen=True, slots=True)
class Made:
    """The files."""

    documents: Sequence[Document]
    comment: str = ""
    """What is said above them, in mrkdwn."""
    hash: str = ""
    """Of what they are about."""


class Content(Protocol):
    """What one kind of paper is made of. Each method may raise UselessError, TooEarlyError, DatabaseUnusableError."""

    async def place(self, one: DeliveryRow) -> Place:
        """Where and when."""

    async def message(self, one: DeliveryRow) -> Rendered:
        """The message that opens the thread."""

    async def files(self, one: DeliveryRow) -> Made:
        """The files. Takes long, and does so elsewhere. Raises TooMuchError."""


class Names(Protocol):
    """What people are called in Slack."""

    async def of(self, user_ids: Sequence[str]) -> dict[str, str]:
        """The shown names of those that Slack tells now; raises nothing."""


Papers = Callable[[Receipt, str], Awaitable[Sequence[Document]]]
"""Makes a receipt's files in a language. Takes long, and does so elsewhere (`bot.outbox.papers`)."""


class ReceiptContent:
    """A line with a PDF and a CSV, in the thread of a handover that has ended."""

    def __init__(
        self,
        *,
        deliveries: DeliveryStore,
        handovers: HandoverStore,
        records: RecordStore,
        names: Names,
        locations: Locations,
        zone: ZoneInfo,
        clock: Clock,
        papers: Papers,
        calm: timedelta,
        soonest: timedelta,
        hears: bool,
    ) -> None:
        """`hears` says whether Flipkart tells what becomes of returns."""
        self._deliveries = deliveries
        self._handovers = handovers
        self._records = records
        self._names = names
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._papers = papers
        self._calm = calm
        self._soonest = soonest
        self._hears = hears

    async def place(self, one: DeliveryRow) -> Place:
        """In the thread, after what happened before, once the end has lasted and its pictures are there."""
        handover = await self._handovers.get(one.about)
        before = await self._deliveries.before(one)
        if handover is None or handover.ended_at is None or not handover.over or before.newer:
            raise UselessError("the FE came back; the next end has its own")
        if before.root.state == Sending.LOST:
            raise UselessError("its thread was deleted in Slack")
        location_of(self._locations, one)
        place = Place(before.root.channel, before.root.ts, handover.ended_at)
        if self._is_fresh(handover, self._calm):
            return replace(place, not_before=handover.ended_at + self._calm)
        if not before.root.ts or before.replies_wait or (before.photos_wait and self._is_fresh(handover, PICTURES)):
            now = self._clock()
            pause = min(max((now - handover.ended_at) / 10, self._soonest), LATEST)
            return replace(place, not_before=now + pause)
        return place

    async def message(self, one: DeliveryRow) -> Rendered:
        """There is none: what opens its thread is the card, without which `place` is too early."""
        raise UselessError(f"a {one.kind} has no message of its own")

    async def files(self, one: DeliveryRow) -> Made:
        """The PDF and the CSV."""
        location = location_of(self._locations, one)
        # Where nobody tells it, "not yet confirmed" would be said for ever.
        as_of = self._clock() if self._hears else None
        record = await self._records.load(one.about)
        names = await self._names.of(record.people)
        try:
            receipt = await asyncio.to_thread(record.receipt, location, self._zone, names, as_of)
        except NotFinished:
            # The FE came back in this very moment: the next look sees it.
            raise TooEarlyError(self._clock() + self._soonest) from None
        documents = await self._papers(receipt, location.language)
        return Made(documents, line(receipt, location.language), receipt.sha256)

    def _is_fresh(self, handover: Handover, age: timedelta) -> bool:
        """Whether the end is younger; one that seems to come is from before the clock was set back."""
        return handover.ended_at is not None and timedelta() <= self._clock() - handover.ended_at < age


def line(receipt: Receipt, language: str) -> str:
    """What is said above a receipt's files. Numbers only, so there is nothing to escape."""
    h = receipt.handover
    with use(language):
        scanned = _("{n} scanned").format(n=number(h.scanned))
        counted = _("not counted") if h.counted is None else _("{n} counted").format(n=number(h.counted))
        n = sum(one.problem for one in receipt.parcels)
        problems = ngettext("{n} problem parcel", "{n} problem parcels", n).format(n=number(n))
        return _("Receipt: {facts}. SHA-256 `{hash}…`").format(
            facts=", ".join((counted, scanned, problems)), hash=receipt.sha256[:HASH]
        )


class DigestPainter(Protocol):
    """Draws what a digest says."""

    def message(self, digest: Digest) -> Rendered:
        """The root message."""

    async def documents(self, digest: Digest) -> list[Document]:
        """The files for its thread. Takes long, and does so elsewhere. Raises TooMuchError."""


class DigestContent:
    """A day of a location in figures, with a chart and a table in its thread."""

    def __init__(
        self,
        digests: DigestStore,
        claims: ClaimLineStore,
        painter: DigestPainter,
        locations: Locations,
        zone: ZoneInfo,
    ) -> None:
        self._digests = digests
        self._claims = claims
        self._painter = painter
        self._locations = locations
        self._zone = zone

    async def place(self, one: DeliveryRow) -> Place:
        """In the location's channel."""
        location = location_of(self._locations, one)
        return at_location(self._locations, one, day_of(location, self._zone, date.fromordinal(one.n)).end)

    async def message(self, one: DeliveryRow) -> Rendered:
        """The figures."""
        found = await self._read(one, parcels=False)
        if found is None:
            raise UselessError("nobody came")
        month = month_of_day(found.day.date, self._zone)
        sums = await self._claims.sums(found.location.id, month.begin, found.day.end)
        return self._painter.message(replace(found, claims=sums))

    async def files(self, one: DeliveryRow) -> Made:
        """The chart and the table."""
        found = await self._read(one, parcels=True)
        return Made(await self._painter.documents(found) if found is not None else [])

    async def _read(self, one: DeliveryRow, *, parcels: bool) -> Digest | None:
        location = location_of(self._locations, one)
        day = day_of(location, self._zone, date.fromordinal(one.n))
        begin, end = window(location, self._zone, day)
        seen = await self._digests.seen(location.id, begin, end)
        today = [one.handover.id for one in seen if one.seen_at >= day.begin] if parcels else []
        return digest(location, self._zone, day, seen, await self._digests.parcels(today))


def at_location(locations: Locations, one: DeliveryRow, since: datetime | None) -> Place:
    """In the channel of the location that it is about; where it may be already, in that one."""
    location = location_of(locations, one)
    return Place(one.channel if one.ts or one.state in MAYBE_SENT else location.channel, one.ts or None, since)


def location_of(locations: Locations, one: DeliveryRow) -> Location:
    """The location that it is about. Raises UselessError."""
    location = locations.get(one.location_id)
    if location is None:
        raise UselessError("its location is no longer in bot.toml")
    return location
