"""What waits for a person for too long, and when people are told again. Pure: no clock, no I/O.

```
waiting    on the Start OTC page without a code that works
expiring   a Start OTC was shown, is not used, and is about to end
idle       scanning, and no scan for a while
uncounted  on the End OTC page, and nobody has counted
photos     on the End OTC page, and pictures are missing that a claim needs
```

The first reminder comes after the minutes of bot.toml, the second after twice as long, the third after four times as
long, and then no more. Whatever somebody has taken is left alone.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from bot.handover.events import Event, Happening
from bot.handover.evidence import Missing
from bot.handover.location import Locations
from bot.handover.machine import settle
from bot.handover.model import Actor, Handover, OtcMode, Stage
from bot.handover.ports import Step

MOST = 3
"""Reminders of one kind for one handover."""
NAMED = 10
"""Parcels that one reminder names."""
EVER = datetime(1970, 1, 1, tzinfo=UTC)
HELD = timedelta(minutes=30)
"""How long "I'm on it" keeps the bot quiet, unless the FE moves on before."""


class ReminderKind(StrEnum):
    """What people are reminded of."""

    WAITING = "waiting"
    EXPIRING = "expiring"
    IDLE = "idle"
    UNCOUNTED = "uncounted"
    PHOTOS = "photos"


class Reminding(BaseModel):
    """`[reminders]` of bot.toml: after how many minutes; 0 turns one off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    waiting_minutes: float = Field(default=10, ge=0, le=1440)
    expiring_minutes: float = Field(default=3, ge=0, le=60)
    """Before the end of the code."""
    idle_minutes: float = Field(default=10, ge=0, le=1440)
    uncounted_minutes: float = Field(default=5, ge=0, le=1440)
    photos_minutes: float = Field(default=1, ge=0, le=1440)
    """On the End OTC page, while pictures for claims are missing."""

    def after(self, kind: ReminderKind) -> timedelta:
        """How long the kind is waited for; zero: never reminded of."""
        minutes = {
            ReminderKind.WAITING: self.waiting_minutes,
            ReminderKind.EXPIRING: self.expiring_minutes,
            ReminderKind.IDLE: self.idle_minutes,
            ReminderKind.UNCOUNTED: self.uncounted_minutes,
            ReminderKind.PHOTOS: self.photos_minutes,
        }
        return timedelta(minutes=minutes[kind])

    def scanned_before(self, now: datetime, soonest: float | None = None) -> datetime:
        """Whoever scans and has scanned something since has nothing to be reminded of: nearly all who are present.

        `soonest` are the minutes after which anything else is said of who scans nothing, if that is sooner.
        """
        minutes = self.idle_minutes if soonest is None else min(self.idle_minutes, soonest)
        return now - timedelta(minutes=minutes) if self.idle_minutes else EVER


@dataclass(frozen=True, slots=True)
class Reminded:
    """When people were last reminded of one thing, and how often."""

    at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder that is due."""

    kind: ReminderKind
    minutes: int
    """Since when it has waited; for an expiring code, what is left of it. Whole minutes, rounded down."""
    times: int
    """1 for the first of its kind."""
    missing: tuple[Missing, ...] = ()
    """Of `PHOTOS`: what is to be photographed."""


@dataclass(frozen=True, slots=True)
class Waits:
    """A handover as reminders see it."""

    handover: Handover
    past: Mapping[ReminderKind, Reminded]
    restarted_at: datetime | None = None
    """When the FE last came back, or lost the code to somebody else's: waiting begins anew then."""
    missing: tuple[Missing, ...] = ()
    """Pictures that claims need; looked for of those on the End OTC page only."""
    escalated: Mapping[ReminderKind, int] = field(default_factory=dict)
    """After how many minutes the last step was that told somebody, by what waits (`bot.handover.escalation`)."""


def is_taken(handover: Handover, now: datetime) -> bool:
    """Whether somebody is on it: for half an hour, or until the FE moves on."""
    taken = handover.taken_at
    return taken is not None and taken <= now < taken + HELD and not moved_on(handover)


def moved_on(handover: Handover) -> bool:
    """Whether the FE has moved on since somebody took the handover; also true when nobody has."""
    if handover.over or handover.taken_at is None:
        return True
    begun = {Stage.SCANNING: handover.scanning_at, Stage.CLOSING: handover.closing_at}.get(handover.stage)
    return begun is not None and begun > handover.taken_at


def due(waits: Waits, settings: Reminding, now: datetime) -> list[Reminder]:
    """The reminders of one handover that are due now, if its location is open.

    Args:
        waits: the handover and what people were reminded of.
        settings: the minutes of bot.toml.
        now: UTC.
    """
    # Who was missed in the last look may be gone already.
    if waits.handover.over or waits.handover.misses or is_taken(waits.handover, now):
        return []
    found = []
    for kind in ReminderKind:
        after = settings.after(kind)
        if after and (reminder := _due(kind, waits, after, now)) is not None:
            found.append(reminder)
    return found


def _due(kind: ReminderKind, waits: Waits, after: timedelta, now: datetime) -> Reminder | None:
    times = waits.past[kind].times if kind in waits.past else 0
    if times >= MOST:
        return None
    last = waits.past[kind].at if times else None
    if kind is ReminderKind.EXPIRING:
        left = _left(waits.handover, after, now)
        shown = waits.handover.start_otc_at
        # One code is spoken of once.
        said = last is not None and shown is not None and last >= shown
        return None if left is None or said else Reminder(kind, whole_minutes(left), times + 1)
    since = waits_since(kind, waits, now)
    if since is None or now - since < after:
        return None
    if last is not None and now - max(last, since) < after * 2**times:
        return None
    return Reminder(kind, whole_minutes(now - since), times + 1, waits.missing if kind is ReminderKind.PHOTOS else ())


def waits_since(kind: ReminderKind, waits: Waits, now: datetime) -> datetime | None:
    """Since when it waits; None while it does not, and of an expiring code."""
    h = waits.handover
    if kind is ReminderKind.WAITING:
        return _without_code_since(waits, now)
    if kind is ReminderKind.IDLE and h.stage is Stage.SCANNING:
        return _latest(h.scanning_at, h.last_scan_at, waits.restarted_at)
    if kind is ReminderKind.UNCOUNTED and h.stage is Stage.CLOSING and h.counted is None and h.end_otc_at is None:
        return _latest(h.closing_at, waits.restarted_at)
    if kind is ReminderKind.PHOTOS and h.stage is Stage.CLOSING and waits.missing:
        return _latest(h.closing_at, waits.restarted_at)
    return None


def _without_code_since(waits: Waits, now: datetime) -> datetime | None:
    h = waits.handover
    # A fixed code is the same every day: nobody has to ask the bot for it, so nothing is known about it.
    if not h.start_offered or h.otc_mode is OtcMode.FIXED:
        return None
    if h.start_otc_at is None:
        return _latest(h.arrived_at, waits.restarted_at)
    if h.start_otc_until is None or h.start_otc_until > now:
        return None
    return _latest(h.start_otc_until, waits.restarted_at)


def _left(h: Handover, after: timedelta, now: datetime) -> timedelta | None:
    """What is left of a code that is about to end unused; None for any other."""
    if h.stage is not Stage.WAITING or h.start_otc_at is None or h.start_otc_until is None:
        return None
    # A code that lives for hardly longer than that is not worth a word while it is fresh.
    half = h.start_otc_at + (h.start_otc_until - h.start_otc_at) / 2
    begins = max(h.start_otc_until - after, half)
    return h.start_otc_until - now if begins <= now < h.start_otc_until else None


def _latest(*moments: datetime | None) -> datetime | None:
    return max((moment for moment in moments if moment is not None), default=None)


def whole_minutes(length: timedelta) -> int:
    """Rounded down."""
    return int(length.total_seconds() // 60)


def remind(
    every: Iterable[Waits], locations: Locations, settings: Reminding, zone: ZoneInfo, now: datetime
) -> list[tuple[Step, list[Reminder]]]:
    """All reminders that are due at locations that are open, each handover with its events.

    Args:
        every: the handovers that are present.
        locations: of bot.toml; a handover whose location is gone has nobody to be reminded.
        settings: the minutes.
        zone: in which the locations' hours are meant.
        now: UTC.
    """
    steps = []
    for waits in every:
        location = locations.get(waits.handover.location_id)
        if location is None or not location.open_at(now, zone):
            continue
        reminders = due(waits, settings, now)
        if reminders:
            events = [Event(Happening.REMINDED, now, detail=_detail(reminder)) for reminder in reminders]
            steps.append((settle(waits.handover, waits.handover, *events), reminders))
    return steps


def _detail(reminder: Reminder) -> dict[str, object]:
    said: dict[str, object] = {"kind": reminder.kind.value, "minutes": reminder.minutes, "times": reminder.times}
    if reminder.missing:
        some = reminder.missing[:NAMED]
        said["missing"] = [{"tracking_id": one.tracking_id, "shots": list(one.shots)} for one in some]
        said["number"] = len(reminder.missing)
    return said


def take(handover: Handover, actor: Actor, now: datetime) -> Step:
    """Somebody says "I'm on it". While somebody is, nothing changes: the first has it."""
    if is_taken(handover, now):
        return Step(handover)
    after = handover.model_copy(update={"taken_by": actor.user_id, "taken_at": now})
    return settle(handover, after, Event(Happening.TAKEN, now, actor.user_id, {"stage": handover.stage}))
