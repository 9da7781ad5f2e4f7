"""Returns that Flipkart counts as completed and that no FE ever brought: what sellers lose most money on.

An alarm tells of some of them and opens a claim for each parcel. Such a claim is of no handover: what happens to it is
said below the alarm, and a parcel that comes after all ends it where nobody has claimed yet.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.handover.claims import Claim, Kind, State, next_reminder
from bot.handover.events import Detail, Event, Happening
from bot.handover.model import AuditEntry
from bot.handover.returns import Return

MOST = 20
"""Named in one alarm, each with its ids; the next alarm names the next."""
PAUSE = timedelta(hours=4)
"""Between two alarms of a location: returns are completed one by one, and an alarm an hour is one that nobody reads."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Some of them, which were found out at once."""

    at: datetime
    items: Sequence[Return]
    claims: Mapping[str, Claim] = field(default_factory=dict)
    """By the parcels' keys, as far as there is one."""

    def claim_by(self, days: int) -> datetime | None:
        """Until when the first of them can be claimed for, so many days after it was completed."""
        ends = [one.completed_at for one in self.items if one.completed_at is not None]
        return min(ends) + timedelta(days=days) if ends else None


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened to claims for what an alarm told of."""

    alarm: int
    entry: AuditEntry


class Unreceived(Protocol):
    """Which of them were told. Each method is one transaction."""

    async def raise_alarm(self, location_id: str, completed_before: datetime, now: datetime) -> bool:
        """Lets the location have an alarm about what was completed before, if there is any; says whether it has one."""

    async def look_for(self, location_id: str, now: datetime) -> int:
        """Says below their alarms which of these parcels came after all, each once, and returns how many."""


def number_of(refs: Iterable[str]) -> int:
    """The number of the alarm about these: the same again where a database was put back to before it."""
    return int.from_bytes(hashlib.sha256("\n\n".join(sorted(refs)).encode()).digest()[:4]) >> 1


def number_of_news(alarm: int, event: Event) -> int:
    """The number of a reply below an alarm; two that happened at one moment are told apart by what they say."""
    named = sorted(str(one.get("id")) for one in event.detail.get("claims", ()))
    return number_of([str(alarm), event.what, event.at.isoformat(), *named])


def id_of(location_id: str, alarm: int, key: str) -> str:
    """Of the claim for a parcel: the same again where a database was put back, for the alarm's buttons name it."""
    return hashlib.sha256(f"{location_id}\n\n{alarm}\n\n{key}".encode("utf-8", "surrogatepass")).hexdigest()[:32]


def never_came(items: Sequence[Return], alarm: int, now: datetime, days: int) -> Claim:
    """The claim for a parcel that was completed and that nobody brought.

    Args:
        items: what should have been in it, one at least.
        alarm: the number of the alarm that tells of it.
        now: UTC.
        days: within which Flipkart takes a claim; they began when the first of the items was completed.
    """
    first = min(items, key=lambda one: (one.completed_at or now, one.ref))
    claim = Claim(
        id=id_of(first.location_id, alarm, first.key),
        handover_id=None,
        location_id=first.location_id,
        tracking_id=first.tracking_id,
        kind=Kind.NEVER_CAME.value,
        note="",
        opened_by=None,
        opened_at=now,
        due_at=(first.completed_at or now) + timedelta(days=days),
        state_at=now,
        alarm=alarm,
    )
    return replace(claim, remind_at=next_reminder(claim, now))


def came(claim: Claim, at: datetime) -> Claim:
    """The claim once its parcel has come: nobody is reminded of a draft any more."""
    after = replace(claim, came_at=at)
    return replace(after, remind_at=None) if after.moot else after


def said_of_those_that_came(claims: Sequence[Claim], by: Mapping[str, str], now: datetime) -> Event:
    """What is said of it below the alarm.

    Args:
        claims: of those that came.
        by: by the claims' ids the FE with whom.
        now: UTC.
    """
    named: list[Detail] = [
        {"id": one.id, "tracking_id": one.tracking_id, "state": one.state.value, "fe": by.get(one.id, "")}
        for one in claims
    ]
    return Event(Happening.CAME, now, detail={"claims": named})


LOOKED_FOR = (State.DRAFT, State.RAISED, State.ACCEPTED, State.REOPENED)
"""Claims for parcels that, should they come, ask something of people."""
