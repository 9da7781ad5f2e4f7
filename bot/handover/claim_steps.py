"""How a claim goes on after it was opened: what people note of it, step by step, until the money is there.

Flipkart has no API for claims, so each step is what somebody has seen in Seller Hub and typed in. Money is in paise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.handover.claims import LONGEST_REFERENCE, Claim, State, next_reminder, short
from bot.handover.events import Detail, Event, Happening
from bot.text import beginning, visible

FOLLOWS = {
    State.DRAFT: (State.RAISED,),
    State.RAISED: (State.ACCEPTED, State.REJECTED, State.PAID),
    State.ACCEPTED: (State.PAID, State.REJECTED),
    State.REJECTED: (State.REOPENED,),
    State.REOPENED: (State.ACCEPTED, State.REJECTED, State.PAID),
    State.PAID: (State.REOPENED,),
}
"""What can follow a state. Paid with too little, a claim is opened again."""
PROOF_AGAIN = timedelta(minutes=10)
"""A proof that was asked for so lately is not made a second time, unless something was noted since."""
AT_ONCE = 100
"""Claims that one step is noted of: Slack offers so many in a field."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What somebody says of claims: each of them has gone on to the same state."""

    state: State
    reference: str = ""
    """Flipkart's number; empty: as before."""
    amount: int | None = None
    """What is claimed for each, in paise; None: as before."""
    paid: int | None = None
    """What Flipkart paid for each, in paise."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted(Note):
    """The same on record."""

    by: str
    """Slack user id."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of it."""

    claims: tuple[Claim, ...]
    """Those that have gone on, as they are now."""
    others: tuple[Claim, ...] = ()
    """Those that somebody else had moved on meanwhile, so that this could not follow: unchanged, as they are now."""


def cleaned(noted: Noted) -> Noted:
    """The same with texts of one line and bounded length."""
    return replace(noted, reference=beginning(visible(noted.reference), LONGEST_REFERENCE), note=short(noted.note))


def moved(claims: Sequence[Claim], seen: State, noted: Noted) -> Moved:
    """The claims after the step; those that are no longer as they were `seen` are left as they are."""
    able = [claim for claim in claims if claim.state is seen and noted.state in FOLLOWS[seen]]
    return Moved(tuple(_after(claim, noted) for claim in able), tuple(claim for claim in claims if claim not in able))


def _after(claim: Claim, noted: Noted) -> Claim:
    after = replace(
        claim,
        state=noted.state,
        state_at=noted.at,
        reference=noted.reference or claim.reference,
        amount=claim.amount if noted.amount is None else noted.amount,
        paid=claim.paid if noted.paid is None else noted.paid,
        claimed_by=claim.claimed_by or noted.by,
        claimed_at=claim.claimed_at or noted.at,
    )
    return replace(after, remind_at=next_reminder(after, noted.at))


def step(claims: Sequence[Claim], noted: Noted) -> Event:
    """What is said of it in the thread."""
    detail: Detail = {
        "state": noted.state.value,
        "claims": [{"id": claim.id, "tracking_id": claim.tracking_id} for claim in claims],
        "reference": claims[0].reference,
        "amount": noted.amount,
        "paid": noted.paid,
        "note": noted.note,
    }
    said = {name: value for name, value in detail.items() if value not in (None, "")}
    return Event(Happening.CLAIMED, noted.at, noted.by, said)


def proof(claim: Claim, by: str, now: datetime) -> Event:
    """Somebody asked for the proof of a claim."""
    detail: Detail = {"claim": claim.id, "tracking_id": claim.tracking_id}
    return Event(Happening.PROOF, now, by, detail)
