"""The seller's own scan: tracking ids typed into a handover's thread, mostly by a scanner, beside the FE's scans.

What follows from a message is decided in `own_messages`, what it says is read in `own_words`. `OwnScans` is what the
thread hands over to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from cachetools import LRUCache, TTLCache

from bot.handover.actions import Dock
from bot.handover.events import Detail, Event, Happening
from bot.handover.find import Traces
from bot.handover.location import Location
from bot.handover.machine import settle
from bot.handover.model import Actor, Handover, Shipment, Stage
from bot.handover.own_messages import Failure, Known, Message, Seen, Taking, take
from bot.handover.ports import Step
from bot.handover.refusals import LocationGone, NotAllowed, RightsUnknown, UnknownHandover

LISTED = 50
"""Ids of each list in the record and in a reply."""
QUIET = timedelta(seconds=30)
"""So long without an own scan, and the seller has come to an end: differences are called out then, not in between."""
REFUSED_SECONDS = 3600.0
REMEMBERED = 1000


@dataclass(frozen=True, slots=True)
class OwnLists:
    """The two differences between the FE's scans and the seller's, each cut to a length."""

    missing: tuple[Shipment, ...] = ()
    """Scanned by the FE, not seen by the seller."""
    only: tuple[str, ...] = ()
    """Seen by the seller, not scanned by the FE."""
    missing_total: int = 0
    only_total: int = 0

    def detail(self) -> Detail:
        """For the record."""
        return {
            "missing": [shipment.tracking_id for shipment in self.missing],
            "only": list(self.only),
            "missing_total": self.missing_total,
            "only_total": self.only_total,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """The differences, and what was said of them."""

    lists: OwnLists
    last: datetime | None
    """When the seller scanned last."""
    said: Detail | None
    """What the thread was told; None before."""


def differs(handover: Handover) -> bool:
    """Whether the seller, who scans at all, has seen other parcels than the FE has scanned."""
    return bool(handover.own_missing or handover.own_only)


def means_all(handover: Handover, by: str, now: datetime) -> Step:
    """Somebody says that they scan every parcel: what they do not scan is not there. Twice is once."""
    if handover.own_whole:
        return Step(handover)
    after = handover.model_copy(update={"own_meant": True})
    return settle(handover, after, Event(Happening.OWN_MEANT, now, by, {"own_scanned": handover.own_scanned}))


Decide = Callable[[Handover, Mapping[str, Known], Mapping[str, datetime]], Taking]
"""From the handover, what is known by key, and what the message said before; see `take`."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is to be said about a message: nothing for talk."""

    seen: tuple[Seen, ...] = ()
    failed: Failure | None = None
    stays: int = 0
    """Parcels that a changed message no longer says, and that stay on record."""
    taken_back: int = 0
    """Parcels that it no longer says, and that count no more."""


class OwnScanKeeper(Protocol):
    """The own scans that are kept. Each method is one transaction."""

    async def take(self, handover_id: str, message: Message, decide: Decide) -> Taking | None:
        """Loads what is known about a message's words and keeps what `decide` makes of them.

        None when a later change of the message is kept already. Raises UnknownHandover.
        """

    async def lists(self, handover_id: str, most: int) -> OwnLists:
        """The two differences, `most` ids of each."""

    async def difference(self, handover_id: str, most: int) -> Difference:
        """The same with what was said of them."""


@dataclass(slots=True)
class OwnScans:
    """The seller's own scans in the threads."""

    dock: Dock
    kept: OwnScanKeeper
    traces: Traces
    _threads: LRUCache[tuple[str, str], str] = field(default_factory=lambda: LRUCache(REMEMBERED), init=False)
    _told: LRUCache[str, tuple[int, int, int]] = field(default_factory=lambda: LRUCache(REMEMBERED), init=False)
    """For each handover the counts for which there is nothing (more) to be said."""
    _refused: TTLCache[str, None] = field(init=False)

    def __post_init__(self) -> None:
        self._refused = TTLCache(REMEMBERED, REFUSED_SECONDS, timer=lambda: self.dock.clock().timestamp())

    async def thread(self, channel: str, thread_ts: str) -> str | None:
        """The handover whose card is the root of a thread; None for any other thread."""
        found = self._threads.get((channel, thread_ts))
        if found is None:
            found = await self.traces.thread(channel, thread_ts)
            if found is not None:
                self._threads[channel, thread_ts] = found
        return found

    async def take(self, actor: Actor, handover_id: str, message: Message) -> Answer:
        """Keeps a message's ids as the seller's own scan and judges each; a changed message loses what it said before.

        Nothing for talk, and for somebody who may not and was told within the hour.
        Taking back needs no right: the message is gone already.

        Raises:
            NotAllowed: the person is not an operator; raised once an hour.
            RightsUnknown: Slack could not say.
        """
        reading = message.reading
        if (reading.words or reading.failed) and not await self._may(actor, handover_id):
            return Answer()

        def decide(handover: Handover, found: Mapping[str, Known], said: Mapping[str, datetime]) -> Taking:
            return take(handover, message, found, said, self.dock.clock())

        try:
            taking = await self.kept.take(handover_id, message, decide)
        except UnknownHandover:
            return Answer()
        return Answer() if taking is None else Answer(taking.seen, taking.failed, taking.stays, len(taking.gone))

    async def mean_all(self, actor: Actor, handover_id: str) -> tuple[Handover, Location]:
        """Somebody says that they scan every parcel of this FE.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
        """
        _, location = await self.dock.admit(actor, handover_id, "own scan")
        now = self.dock.clock()
        after = await self.dock.handovers.step(handover_id, lambda current: means_all(current, actor.user_id, now))
        return after, location

    async def lists(self, handover: Handover, most: int = LISTED) -> OwnLists:
        """The two differences of a handover; both are empty while the seller scans nothing."""
        return await self.kept.lists(handover.id, most) if differs(handover) else OwnLists()

    async def look(self, handover: Handover) -> None:
        """After a look at the scans of an FE on the End OTC page: calls out what differs, and again if it changes.

        It waits until the seller has stopped scanning, or each parcel of a pile would be one reply.
        """
        counts = (handover.scanned, handover.own_scanned, handover.own_only)
        if handover.stage is not Stage.CLOSING or not differs(handover) or self._told.get(handover.id) == counts:
            return
        now = self.dock.clock()
        found = await self.kept.difference(handover.id, LISTED)
        if found.last is not None and timedelta(0) <= now - found.last < QUIET:
            return
        detail = found.lists.detail()
        if detail != found.said and (detail["missing"] or detail["only"]):

            def decide(current: Handover) -> Step:
                # The FE may have gone between the look and now.
                event = Event(Happening.OWN_DIFFERS, now, detail=detail)
                return Step(current) if current.over else settle(current, current, event)

            await self.dock.handovers.step(handover.id, decide)
        self._told[handover.id] = counts

    async def _may(self, actor: Actor, handover_id: str) -> bool:
        """Whether the scan counts; a refusal is on record and raised once an hour, for people talk in threads."""
        try:
            _, location = await self.dock.find(handover_id)
            if actor.user_id not in self._refused:
                await self.dock.allow(actor, location, "own scan", handover_id)
            else:
                await self.dock.policy.require_operator(actor, location)
        except (LocationGone, UnknownHandover):
            return False
        except (NotAllowed, RightsUnknown) as refusal:
            if actor.user_id in self._refused:
                return False
            if isinstance(refusal, NotAllowed):
                self._refused[actor.user_id] = None
            raise
        self._refused.pop(actor.user_id, None)
        return True
