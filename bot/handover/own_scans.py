"""The seller's own scan: tracking ids typed into a handover's thread, mostly by a scanner, beside the FE's scans.

What follows from a message is decided by pure functions; what it says is read in `own_words`. `OwnScans` is what the
thread hands over to.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cachetools import LRUCache, TTLCache

from bot.handover.actions import Dock
from bot.handover.location import Location
from bot.handover.machine import settle
from bot.handover.model import Actor, Detail, Event, Handover, Happening, Shipment, Stage
from bot.handover.own_words import Reading, an_order, doubtful, resolve
from bot.handover.ports import Step
from bot.handover.refusals import LocationGone, NotAllowed, RightsUnknown, UnknownHandover

LISTED = 50
"""Ids of each list in the record and in a reply."""
QUIET = timedelta(seconds=30)
"""So long without an own scan, and the seller has come to an end: differences are called out then, not in between."""
REFUSED_SECONDS = 3600.0
REMEMBERED = 1000


# ---- what follows from a message -------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What the FE's scans say about a parcel that the seller has in hand."""

    FINE = "fine"
    SET_ASIDE = "set_aside"
    """A problem parcel: rejected, with another flyer than it should carry, or with a remark of the open-box check."""
    UNSCANNED = "unscanned"
    """The FE has not scanned it."""


class Failure(StrEnum):
    """Why a message that looks like a scan is none."""

    UNREAD = "unread"
    """No single tracking id could be told in it."""
    ORDER = "order"
    """It is the number of an order, from the same label."""


@dataclass(frozen=True, slots=True)
class Message:
    """A person's message in a thread."""

    by: str
    """Slack user id of its author."""
    ts: str
    """Slack's id of it."""
    reading: Reading
    """What it says now."""
    version: str = ""
    """The moment of its last change, in the form of a ts: edits and deletions may be delivered in any order."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept about one id when a message names it."""

    shipment: Shipment | None = None
    times: int = 0
    """How often the seller has scanned it before."""
    message_ts: str = ""
    """The message of the last time."""
    listed: bool = False
    """Whether a list of the location names it."""

    @property
    def known(self) -> bool:
        """Whether the handover or a list has it."""
        return self.shipment is not None or self.times > 0 or self.listed


@dataclass(frozen=True, slots=True)
class Seen:
    """One id of a message, and what is to be answered."""

    tracking_id: str
    verdict: Verdict
    times: int
    """How often the seller has scanned it, this time included."""
    twice: bool


@dataclass(frozen=True, slots=True)
class Taking:
    """What becomes of a message."""

    step: Step
    seen: tuple[Seen, ...] = ()
    """Every id of the message; none when it was ordinary talk after all."""
    kept: Mapping[str, Seen] = field(default_factory=dict)
    """Those that count, by key: not when the same message is delivered again."""
    gone: tuple[str, ...] = ()
    """Keys that the message said before it was changed."""
    stays: int = 0
    """Parcels that it no longer says, and that stay: the FE has left, and the receipt names them."""
    failed: Failure | None = None
    by: str = ""
    at: datetime | None = None
    message_ts: str = ""


def take(
    handover: Handover, message: Message, found: Mapping[str, Known], said: Mapping[str, datetime], now: datetime
) -> Taking:
    """Counts the ids of a message, each once for each message, and takes back what it said before a change.

    Args:
        handover: as it was before.
        message: as it reads now.
        found: what is kept about every key that `own_words.asks` for, and about those in `said`.
        said: the keys that count by this message already, and since when.
        now: UTC.
    """
    meant, failed = _meant(message.reading, found)
    if said and not message.version:
        # Delivered again: what is known by now must not give it another meaning.
        meant = {key: meant.get(key, key) for key in said}
    seen = {key: _seen(text, found[key], message.ts, counts=key not in said) for key, text in meant.items()}
    kept = {key: one for key, one in seen.items() if key not in said}
    dropped = [key for key in said if key not in meant]
    gone = tuple(key for key in dropped if handover.ended_at is None or said[key] > handover.ended_at)
    first = [key for key, one in kept.items() if one.times == 1]
    last = [key for key in gone if found[key].times <= 1]
    step = _step(handover, message.by, (len(kept), first), (len(dropped), last), found, now)
    stays = len(dropped) - len(gone)
    return Taking(step, tuple(seen.values()), kept, gone, stays, failed, message.by, now, message.ts)


def _meant(reading: Reading, found: Mapping[str, Known]) -> tuple[dict[str, str], Failure | None]:
    """The parcels of a message by key, as they were scanned; or why it is no scan: None for talk.

    Where one word is not sure, nothing is: it may be a code.
    """
    meant: dict[str, str] = {}
    sure = not reading.failed
    for word in reading.words:
        parcels = resolve(word, found)
        for key, text in parcels.items():
            meant.setdefault(key, text)
        sure = sure and bool(parcels or an_order(word.text))
    if meant and sure and not any(doubtful(key) and not _in_hand(found[key]) for key in meant):
        return meant, None
    words = [word for word in reading.words if not word.talk]
    named = [one for word in words for one in (word.text, *word.pieces) if one and not doubtful(one)]
    if not named:
        return {}, Failure.UNREAD if reading.failed else None
    return {}, Failure.ORDER if all(map(an_order, named)) else Failure.UNREAD


def _in_hand(known: Known) -> bool:
    return known.shipment is not None or known.times > 0


def _step(
    handover: Handover,
    by: str,
    kept: tuple[int, list[str]],
    dropped: tuple[int, list[str]],
    found: Mapping[str, Known],
    now: datetime,
) -> Step:
    """The handover's counts, and what goes on record."""
    (named, first), (unsaid, last) = kept, dropped
    if not named and not unsaid:
        return Step(handover)
    unscanned = [sum(found[key].shipment is None for key in keys) for keys in (first, last)]
    counts = {
        "own_scanned": handover.own_scanned + len(first) - len(last),
        "own_only": handover.own_only + unscanned[0] - unscanned[1],
    }
    after = handover.model_copy(update=counts)
    events = []
    if unsaid:
        detail: Detail = {"unsaid": unsaid, "gone": len(last), "own_scanned": after.own_scanned}
        events.append(Event(Happening.OWN_TAKEN_BACK, now, by or None, detail))
    if named:
        detail = {"new": len(first), "again": named - len(first), "own_scanned": after.own_scanned}
        events.append(Event(Happening.OWN_SCAN, now, by, detail))
    return settle(handover, after, *events)


def _seen(tracking_id: str, known: Known, message_ts: str, *, counts: bool) -> Seen:
    times = known.times + counts
    older = not counts and _moment(message_ts) < _moment(known.message_ts)
    if known.shipment is None:
        verdict = Verdict.UNSCANNED
    else:
        verdict = Verdict.SET_ASIDE if known.shipment.problem else Verdict.FINE
    return Seen(tracking_id, verdict, times, twice=times > 1 and not older)


def means_all(handover: Handover, by: str, now: datetime) -> Step:
    """Somebody says that they scan every parcel: what they do not scan is not there. Twice is once."""
    if handover.own_whole:
        return Step(handover)
    after = handover.model_copy(update={"own_meant": True})
    return settle(handover, after, Event(Happening.OWN_MEANT, now, by, {"own_scanned": handover.own_scanned}))


def is_newer(version: str, than: str) -> bool:
    """Whether a change of a message came after another one; what was sent first has no version."""
    return _moment(version) > _moment(than)


def _moment(ts: str) -> tuple[int, int]:
    """A message's ts in order: seconds, then the six digits that tell messages of one second apart."""
    seconds, _, rest = ts.partition(".")
    return int(seconds or 0), int(rest or 0)


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


# ---- what is kept, and who asks --------------------------------------------------------------------------------------


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

    async def thread(self, channel: str, thread_ts: str) -> str | None:
        """The handover whose card is the root of a thread; None for any other thread."""

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
    _threads: LRUCache[tuple[str, str], str] = field(default_factory=lambda: LRUCache(REMEMBERED), init=False)
    _told: LRUCache[str, tuple[int, int, int]] = field(default_factory=lambda: LRUCache(REMEMBERED), init=False)
    """For each handover the counts for which there is nothing (more) to be said."""
    _refused: TTLCache[str, None] = field(init=False)

    def __post_init__(self) -> None:
        self._refused = TTLCache(REMEMBERED, REFUSED_SECONDS, timer=lambda: self.dock.clock().timestamp())

    async def take(self, actor: Actor, channel: str, thread_ts: str, message: Message) -> Answer:
        """Keeps a message's ids as the seller's own scan and judges each; a changed message loses what it said before.

        Nothing for another thread than a card's, for talk, and for somebody who may not and was told within the hour.
        Taking back needs no right: the message is gone already.

        Raises:
            NotAllowed: the person is not an operator; raised once an hour.
            RightsUnknown: Slack could not say.
        """
        handover_id, reading = await self._thread(channel, thread_ts), message.reading
        if handover_id is None:
            return Answer()
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

    async def _thread(self, channel: str, thread_ts: str) -> str | None:
        found = self._threads.get((channel, thread_ts))
        if found is None:
            found = await self.kept.thread(channel, thread_ts)
            if found is not None:
                self._threads[channel, thread_ts] = found
        return found

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
