"""Who is told when something waits and nobody takes it: step after step, each once. Pure: no clock, no I/O.

It begins when the waiting begins, as reminders count it, and stops while somebody is on it. A step that was told is not
told again of the same thing; when several have come due at once, because the bot was off, the last of them is told.
"""

from collections.abc import Iterable
from datetime import datetime, tzinfo

from bot.handover.events import Detail, Event, Happening
from bot.handover.location import Location, Locations
from bot.handover.machine import settle
from bot.handover.model import AuditEntry, Handover
from bot.handover.ports import Step
from bot.handover.reminders import ReminderKind, Reminding, Waits, is_taken, waits_since, whole_minutes

KINDS = (ReminderKind.WAITING, ReminderKind.IDLE, ReminderKind.UNCOUNTED)
"""What waits for a person, and is not over by itself in a moment."""


def escalate(
    every: Iterable[Waits], locations: Locations, settings: Reminding, zone: tzinfo, now: datetime
) -> list[Step]:
    """All steps that are due at locations that are open, each handover with its events.

    Args:
        every: the handovers that are present.
        locations: of bot.toml, which say who is told after how long.
        settings: what is never reminded of escalates never.
        zone: in which the hours of locations and shifts are meant.
        now: UTC.
    """
    steps = []
    for waits in every:
        location = locations.get(waits.handover.location_id)
        if location is None or not location.open_at(now, zone):
            continue
        events = due(waits, location, settings, zone, now)
        if events:
            steps.append(settle(waits.handover, waits.handover, *events))
    return steps


def due(waits: Waits, location: Location, settings: Reminding, zone: tzinfo, now: datetime) -> list[Event]:
    """The steps of one handover that are due now, as the events that tell them."""
    # Who was missed in the last look may be gone already.
    if waits.handover.over or waits.handover.misses or is_taken(waits.handover, now):
        return []
    every = [_due(kind, waits, location, zone, now) for kind in KINDS if settings.after(kind)]
    return [event for event in every if event is not None]


def _due(kind: ReminderKind, waits: Waits, location: Location, zone: tzinfo, now: datetime) -> Event | None:
    since = waits_since(kind, waits, now)
    if since is None:
        return None
    minutes, told = whole_minutes(now - since), waits.escalated.get(kind, 0)
    come = [(n, step) for n, step in enumerate(location.steps(now, zone), 1) if told < step.after_minutes <= minutes]
    if not come:
        return None
    n, step = come[-1]
    detail: Detail = {"kind": kind.value, "step": n, "after": step.after_minutes, "minutes": minutes}
    detail |= {"since": since.isoformat(), "to": list(step.to)}
    return Event(Happening.ESCALATED, now, detail=detail)


def called(detail: Detail) -> list[tuple[int, str]]:
    """Whoever gets a direct message of a step, by their place among those who are told: the users, not the groups."""
    return [(n, one) for n, one in enumerate(detail.get("to", ())) if not one.startswith("S")]


def still_waits(entry: AuditEntry, handover: Handover, now: datetime) -> bool:
    """Whether what a step has told is still so: the same waiting goes on, and nobody is on it."""
    if handover.over or is_taken(handover, now):
        return False
    since = waits_since(ReminderKind(entry.detail["kind"]), Waits(handover, {}), now)
    return since is not None and since <= entry.at
