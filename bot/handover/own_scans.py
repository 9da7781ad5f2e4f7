"""The seller's own scan: tracking ids typed into a handover's thread, mostly by a scanner, beside the FE's scans.

What a message means and what follows from it is decided by pure functions; `OwnScans` is what the thread hands over to.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from cachetools import LRUCache, TTLCache

from bot.handover.actions import Dock
from bot.handover.machine import settle
from bot.handover.model import Actor, Detail, Event, Handover, Happening, Shipment, Stage
from bot.handover.ports import Step
from bot.handover.refusals import LocationGone, NotAllowed, RightsUnknown, UnknownHandover
from bot.handover.who import visible

LONGEST_MESSAGE = 12_000
"""Characters; about 900 ids. A longer text is no scan: Slack's own clients make a snippet of it."""
LISTED = 50
"""Ids of each list in the record and in a reply."""
QUIET = timedelta(seconds=30)
"""So long without an own scan, and the seller has come to an end: differences are called out then, not in between."""
REFUSED_SECONDS = 3600.0
REMEMBERED = 1000

_ID = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9][A-Za-z0-9/_-]{4,38}[A-Za-z0-9]")
_BETWEEN = re.compile(r"[\s,;`]+")
_TEL = re.compile(r"<tel:[^<>|]*\|([^<>|]*)>")
"""What Slack makes of a long number."""
_PHONE = re.compile(r"(?:0|91|0091)?[6-9][0-9]{9}")
_PLATE = re.compile(r"[A-Z]{2}[-_/]?[0-9]{1,2}[-_/]?[A-Z]{1,3}[-_/]?[0-9]{4}")
"""A lorry's, such as KA01AB1234."""
_WORDS = re.compile(r"(?:OTC|OTP|PIN|CODE|RS|INR)[-_/]?[0-9]+|[0-9]{1,2}(?:AM|PM)?[-_/][0-9]{1,2}(?:AM|PM)")
"""A code that somebody passes on, money, a span of time. A code above all must not be kept as a parcel."""
_FEWEST_DIGITS = 3
_BARE_DIGITS = 8


# ---- what a message means --------------------------------------------------------------------------------------------


def key_of(tracking_id: str) -> str:
    """The id as it is compared: scanners and people differ in case."""
    return tracking_id.strip().upper()


def ids_in(text: str) -> list[str]:
    """The tracking ids of a message that is nothing but tracking ids, each once; none for ordinary talk."""
    if len(text) > LONGEST_MESSAGE:
        return []
    tokens = [token for token in _BETWEEN.split(visible(_TEL.sub(r"\1", text))) if token]
    if not all(_ID.fullmatch(token) for token in tokens):
        return []
    found: dict[str, str] = {}
    for token in tokens:
        found.setdefault(key_of(token), token)
    return list(found.values())


def doubtful(tracking_id: str) -> bool:
    """Whether it looks more like a phone number, a date, a code or a gate than like a parcel.

    It is one only if the handover knows it already.
    """
    key = key_of(tracking_id)
    if key.isdigit():
        return len(key) < _BARE_DIGITS or _PHONE.fullmatch(key) is not None
    if not any(sign.isalpha() for sign in key):
        return True
    few = sum(sign.isdigit() for sign in key) < _FEWEST_DIGITS
    return few or _PLATE.fullmatch(key) is not None or _WORDS.fullmatch(key) is not None


# ---- what follows from it --------------------------------------------------------------------------------------------


class Verdict(StrEnum):
    """What the FE's scans say about a parcel that the seller has in hand."""

    FINE = "fine"
    SET_ASIDE = "set_aside"
    """A problem parcel: rejected, with another flyer than it should carry, or with a remark of the open-box check."""
    UNSCANNED = "unscanned"
    """The FE has not scanned it."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept about one id when a message names it."""

    tracking_id: str
    """As the message has it."""
    shipment: Shipment | None = None
    times: int = 0
    """How often the seller has scanned it before."""
    message_ts: str = ""
    """The message of the last time."""


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
    kept: tuple[Seen, ...] = ()
    """Those that count: not when the same message is delivered again."""
    by: str = ""
    at: datetime | None = None
    message_ts: str = ""


def take(handover: Handover, known: Sequence[Known], by: str, message_ts: str, now: datetime) -> Taking:
    """Counts the ids of a message, each once for each message.

    Args:
        handover: as it was before.
        known: what is kept about each id of the message.
        by: who scanned.
        message_ts: Slack's id of the message, by which a delivery that is repeated is known.
        now: UTC.
    """
    if any(doubtful(one.tracking_id) and one.shipment is None and not one.times for one in known):
        return Taking(Step(handover))
    fresh = [not one.times or _moment(message_ts) > _moment(one.message_ts) for one in known]
    seen = [_seen(one, message_ts, counts=counts) for one, counts in zip(known, fresh, strict=True)]
    kept = tuple(one for one, counts in zip(seen, fresh, strict=True) if counts)
    if not kept:
        return Taking(Step(handover), tuple(seen))
    first = [one for one in kept if one.times == 1]
    after = handover.model_copy(
        update={
            "own_scanned": handover.own_scanned + len(first),
            "own_only": handover.own_only + sum(one.verdict is Verdict.UNSCANNED for one in first),
        }
    )
    detail: Detail = {"new": len(first), "again": len(kept) - len(first), "own_scanned": after.own_scanned}
    step = settle(handover, after, Event(Happening.OWN_SCAN, now, by, detail))
    return Taking(step, tuple(seen), kept, by, now, message_ts)


def _seen(known: Known, message_ts: str, *, counts: bool) -> Seen:
    times = known.times + counts
    older = not counts and _moment(message_ts) < _moment(known.message_ts)
    if known.shipment is None:
        verdict = Verdict.UNSCANNED
    else:
        verdict = Verdict.SET_ASIDE if known.shipment.problem else Verdict.FINE
    return Seen(known.tracking_id, verdict, times, twice=times > 1 and not older)


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


class OwnScanKeeper(Protocol):
    """The own scans that are kept. Each method is one transaction."""

    async def thread(self, channel: str, thread_ts: str) -> str | None:
        """The handover whose card is the root of a thread; None for any other thread."""

    async def take(
        self, handover_id: str, ids: Sequence[str], decide: Callable[[Handover, list[Known]], Taking]
    ) -> Taking:
        """Loads what is known about the ids and keeps what `decide` makes of them. Raises UnknownHandover."""

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

    async def take(
        self, actor: Actor, channel: str, thread_ts: str, ids: Sequence[str], message_ts: str
    ) -> tuple[Seen, ...]:
        """Keeps a message's ids as the seller's own scan and judges each.

        Nothing for another thread than a card's, for talk, and for somebody who may not and was told within the hour.

        Raises:
            NotAllowed: the person is not an operator; raised once an hour.
            RightsUnknown: Slack could not say.
        """
        handover_id = await self._thread(channel, thread_ts)
        if handover_id is None or not await self._may(actor, handover_id):
            return ()

        def decide(handover: Handover, known: list[Known]) -> Taking:
            return take(handover, known, actor.user_id, message_ts, self.dock.clock())

        try:
            return (await self.kept.take(handover_id, ids, decide)).seen
        except UnknownHandover:
            return ()

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
