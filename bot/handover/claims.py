"""Problem parcels and what can be claimed for them: opened by what Flipkart tells and by people, due after some days.

A parcel of a handover has one claim. What is found to be wrong with it later is added to the claim's note, so that a
reader of the raw note understands it too: ``"also damaged: a corner is crushed"``.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.handover import machine
from bot.handover.events import Detail, Event, Happening
from bot.handover.model import Handover, Shipment
from bot.handover.ports import Scan, Step
from bot.handover.refusals import Refusal
from bot.text import beginning, parcel_key, visible

LONGEST_ID = 100
"""Of a tracking id that is typed; real ones have about 20 signs."""
SHORTEST_ID = 6
"""Of a tracking id that is typed and that nobody knows: less is the part of one."""
LONGEST_NOTE = 300
"""Of what is said about one kind of problem."""
LONGEST_NOTES = 2000
LONGEST_REFERENCE = 100
LAST_CALL = timedelta(days=2)
"""Before the end of the time to claim: the last reminder."""
FOLLOW_UP = timedelta(days=7)
"""After a claim has gone on to Flipkart: when somebody is to ask what became of it, and once more after as long."""
SUGGESTED = 20
IN_ONE_REMINDER = 50


class Kind(StrEnum):
    """What is wrong with a parcel."""

    REJECTED = "rejected"
    FLYER = "flyer"
    """The FE captured another flyer than the parcel should carry."""
    OPEN_BOX = "open_box"
    """The open-box check ended with a remark."""
    UNSEEN = "unseen"
    """Scanned by the FE, and not seen by the seller."""
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong_item"
    EMPTY = "empty"
    SWAPPED_FLYER = "swapped_flyer"
    MISSING = "missing"
    NEVER_CAME = "never_came"
    """Flipkart counts the return as completed, and no FE brought it."""
    OTHER = "other"


REPORTABLE = (Kind.DAMAGED, Kind.WRONG_ITEM, Kind.EMPTY, Kind.SWAPPED_FLYER, Kind.MISSING, Kind.OTHER)
"""What people report; the other kinds come in by themselves."""


class State(StrEnum):
    """How far a claim is, as people note it: Flipkart has no API for claims."""

    DRAFT = "draft"
    """Something is wrong with a parcel, and nobody has claimed for it."""
    RAISED = "raised"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REOPENED = "reopened"
    """Contested after it was rejected, or paid with too little."""
    PAID = "paid"


WITH_FLIPKART = (State.RAISED, State.ACCEPTED, State.REOPENED)
"""An answer or money is awaited."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Something is wrong with a parcel: a reason for a claim."""

    tracking_id: str
    kind: Kind
    note: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """One problem parcel, and how far its claim is."""

    id: str
    handover_id: str | None
    """None: no FE brought the parcel."""
    location_id: str
    tracking_id: str
    kind: str
    note: str
    opened_by: str | None
    """Slack user id; None when Flipkart told it."""
    opened_at: datetime
    due_at: datetime
    """Until when Flipkart takes a claim for it."""
    state_at: datetime
    """Since when its state is what it is."""
    state: State = State.DRAFT
    remind_at: datetime | None = None
    """The next of the moments of `reminders`; None when none is left."""
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    """When it was raised first."""
    reference: str = ""
    amount: int | None = None
    """What is claimed, in paise; None where nobody said."""
    paid: int | None = None
    """What Flipkart paid, in paise."""
    alarm: int | None = None
    """Where no FE brought the parcel: the number of the alarm that told of it (`bot.handover.unreceived`)."""
    came_at: datetime | None = None
    """When the bot saw that a parcel that nobody had brought came after all."""

    @property
    def moot(self) -> bool:
        """Whether nobody has claimed for it, and nobody needs to any more."""
        return self.state is State.DRAFT and self.came_at is not None

    @property
    def next_at(self) -> datetime | None:
        """When somebody has to do something about it next; None when nothing is awaited."""
        if self.state is State.DRAFT:
            return None if self.moot else self.due_at
        return self.state_at + FOLLOW_UP if self.state in WITH_FLIPKART else None

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Each (kind, note), the first one first."""
        first, *more = self.note.split("\n")
        return [(self.kind, first), *(_told(line) for line in more)]

    def days_left(self, now: datetime) -> int:
        """Whole days until the time is over, begun ones counted; 0 when it is over."""
        return days_until(self.due_at, now)


def days_until(due: datetime, now: datetime) -> int:
    """Whole days until a moment, begun ones counted; 0 when it is over."""
    return max(0, -((now - due) // timedelta(days=1)))


_ALSO = "also "


def _told(line: str) -> tuple[str, str]:
    kind, _, note = line.removeprefix(_ALSO).partition(": ")
    return kind, note


def clean_id(text: str) -> str:
    """A tracking id as a person typed or copied it: one line, trimmed, bounded."""
    return visible(text).strip("`")[:LONGEST_ID].strip()


def page_openings(scan: Scan) -> list[Opening]:
    """What a page of scans brought: every reason that a parcel did not have before."""
    found = [opening for shipment in scan.new for opening in _reasons(shipment)]
    for before, after in scan.changed:
        known = {opening.kind for opening in _reasons(before)}
        found += [opening for opening in _reasons(after) if opening.kind not in known]
    return found


def _reasons(shipment: Shipment) -> Iterator[Opening]:
    if shipment.rejected:
        yield Opening(shipment.tracking_id, Kind.REJECTED, short(shipment.reason))
    if shipment.mismatched:
        note = f"{shipment.captured_flyer_id} ≠ {shipment.actual_flyer_id}" if shipment.actual_flyer_id else ""
        yield Opening(shipment.tracking_id, Kind.FLYER, short(note))
    if shipment.obd_remarked:
        yield Opening(shipment.tracking_id, Kind.OPEN_BOX, short(shipment.obd_remark))


def unseen_openings(scanned: Iterable[str], seen: Iterable[str]) -> list[Opening]:
    """The handover is closed: what the FE scanned and the seller, who made a list of all parcels, has not seen."""
    own = {parcel_key(one) for one in seen}
    return [Opening(one, Kind.UNSEEN) for one in scanned if parcel_key(one) not in own] if own else []


def joined(claim: Claim, opening: Opening) -> Claim:
    """The claim with another reason in its note; the same claim if it says so already, or can't hold more."""
    note = short(opening.note)
    if (opening.kind.value, note) in claim.reasons or (not note and opening.kind in dict(claim.reasons)):
        return claim
    line = f"{_ALSO}{opening.kind.value}: {note}" if note else f"{_ALSO}{opening.kind.value}"
    longer = f"{claim.note}\n{line}"
    return claim if len(longer) > LONGEST_NOTES else replace(claim, note=longer)


def begins(handover: Handover, scanned: datetime | None, now: datetime) -> datetime:
    """When the time to claim for a parcel began: at its scan, completion or handover's end, whichever was first.

    Args:
        handover: of the parcel, as it is now.
        scanned: when the FE scanned the parcel, or Flipkart counted it as returned if that was before; None when
            neither is known.
        now: when the claim is opened; for a parcel that nobody scanned, while the FE is there, it begins now.
    """
    return min(at for at in (scanned, handover.ended_at, now) if at is not None)


def scanned_at(told: datetime | None, first_seen: datetime) -> datetime:
    """When a parcel was scanned: as Flipkart tells, if that can be, else when the bot first saw it."""
    can_be = told is not None and first_seen - machine.LONGEST_VISIT <= told <= first_seen
    return told if told is not None and can_be else first_seen


def opened(
    opening: Opening,
    handover: Handover,
    by: str | None,
    now: datetime,
    days: int,
    new_id: str,
    scanned: datetime | None = None,
) -> Claim:
    """A new claim of a parcel that had none; `scanned` as in `begins`."""
    claim = Claim(
        id=new_id,
        handover_id=handover.id,
        location_id=handover.location_id,
        tracking_id=opening.tracking_id,
        kind=opening.kind.value,
        note=short(opening.note),
        opened_by=by,
        opened_at=now,
        due_at=begins(handover, scanned, now) + timedelta(days=days),
        state_at=now,
    )
    return replace(claim, remind_at=next_reminder(claim, now))


def short(text: str) -> str:
    """What is said about a parcel, as one line of bounded length."""
    return beginning(visible(text), LONGEST_NOTE)


# ---- reminders -------------------------------------------------------------------------------------------------------


def reminders(claim: Claim) -> list[datetime]:
    """When people are reminded, in order.

    Of a draft at half time and two days before the end, as far as these lie within the time; of what is with Flipkart
    twice, after `FOLLOW_UP` each.
    """
    if claim.state in WITH_FLIPKART:
        return [claim.state_at + FOLLOW_UP, claim.state_at + 2 * FOLLOW_UP]
    if claim.state is not State.DRAFT or claim.moot:
        return []
    half = claim.opened_at + (claim.due_at - claim.opened_at) / 2
    last = claim.due_at - LAST_CALL
    return sorted({moment for moment in (half, last) if claim.opened_at < moment < claim.due_at})


def next_reminder(claim: Claim, now: datetime) -> datetime | None:
    """The first moment after now at which people are reminded of it."""
    return next((moment for moment in reminders(claim) if moment > now), None)


def remind(claims: Sequence[Claim], now: datetime) -> tuple[list[Event], list[Claim]]:
    """One reminder for all claims of one thread that need one now.

    Returns:
        What is said, if anything; and the claims that are to be kept anew.
    """
    due = [claim for claim in claims if _is_due(claim, now)]
    drafts = running_out(claims, now)
    waiting = sorted((claim for claim in due if claim.state is not State.DRAFT), key=_first)
    events = []
    if drafts:
        detail = _named(drafts) | {"due": drafts[0].due_at.isoformat()}
        events.append(Event(Happening.CLAIM_DUE, now, detail=detail))
    if waiting:
        events.append(Event(Happening.CLAIM_WAITS, now, detail=_named(waiting)))
    kept = [replace(claim, remind_at=next_reminder(claim, now)) for claim in due]
    return events, kept


def running_out(claims: Sequence[Claim], now: datetime) -> list[Claim]:
    """Those of which people are reminded now because nobody has claimed yet, what is due first in front."""
    drafts = (claim for claim in claims if claim.state is State.DRAFT and _is_due(claim, now) and now < claim.due_at)
    return sorted(drafts, key=_first)


def _is_due(claim: Claim, now: datetime) -> bool:
    return claim.remind_at is not None and claim.remind_at <= now


def _first(claim: Claim) -> tuple[datetime, str]:
    return claim.due_at, claim.tracking_id


def _named(claims: Sequence[Claim]) -> Detail:
    some = claims[:IN_ONE_REMINDER]
    return {"claims": [_told_of(claim) for claim in some], "number": len(claims)}


def _told_of(claim: Claim) -> Detail:
    said: Detail = {"id": claim.id, "tracking_id": claim.tracking_id, "kind": claim.kind}
    if claim.state is State.DRAFT:
        return said | {"due": claim.due_at.isoformat()}
    return said | {"state": claim.state.value, "since": claim.state_at.isoformat(), "reference": claim.reference}


def told(handover: Handover, events: Sequence[Event]) -> Step:
    """Something happened to claims of a handover, which itself is as it was.

    The card of one that is over tells for how many parcels a claim is to be filed, so it is drawn anew.
    """
    drawn = handover
    if handover.over and any(event.what in (Happening.REPORTED, Happening.CLAIMED) for event in events):
        drawn = handover.model_copy(update={"revision": handover.revision + 1})
    return machine.settle(handover, drawn, *events)


def reported(claim: Claim, opening: Opening, by: str, now: datetime) -> Event:
    """Somebody reported a problem parcel."""
    detail = {"claim": claim.id, "tracking_id": claim.tracking_id, "kind": opening.kind.value, "note": opening.note}
    detail["due"] = claim.due_at.isoformat()
    return Event(Happening.REPORTED, now, by, detail)


class UnknownClaim(Refusal):
    """There is no such claim."""
