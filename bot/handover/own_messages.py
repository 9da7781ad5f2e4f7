"""What follows from a person's message with tracking ids in it: pure functions. What it says is read in `own_words`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.handover.events import Detail, Event, Happening
from bot.handover.machine import settle
from bot.handover.model import Handover, Shipment
from bot.handover.own_words import Reading, an_order, doubtful, resolve
from bot.handover.ports import Step


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


def is_newer(version: str, than: str) -> bool:
    """Whether a change of a message came after another one; what was sent first has no version."""
    return _moment(version) > _moment(than)


def _moment(ts: str) -> tuple[int, int]:
    """A message's ts in order: seconds, then the six digits that tell messages of one second apart."""
    seconds, _, rest = ts.partition(".")
    return int(seconds or 0), int(rest or 0)
