"""Hours of the day, and who is on duty in them: the shifts of a location, and who is told when nobody answers."""

import re
from collections.abc import Iterable
from datetime import datetime, time, tzinfo
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MOST_STEPS, MOST_TOLD, MOST_SHIFTS = 10, 10, 10
"""Steps of a location or a shift, people and groups of one step, shifts of a location: what a day can use. Together
they keep the people of one moment below a hundred (`bot.store.handovers`)."""
_PERSON = re.compile(r"[UWS][A-Z0-9]{2,}")
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")


def are_hours(value: str) -> bool:
    """Whether a text is such as ``08:00-22:00``; only midnight may be written as 24:00."""
    return bool(_HOURS.fullmatch(value)) and (value[6:8] != "24" or value[9:] == "00")


def is_within(hours: str, moment: datetime, zone: tzinfo) -> bool:
    """Whether a moment is within such hours of the zone, over midnight if the end is earlier, always if it is equal."""
    local = moment.astimezone(zone).time().replace(tzinfo=None)
    start = time.fromisoformat(hours[:5])
    end = time.min if hours[6:] == "24:00" else time.fromisoformat(hours[6:])
    if start == end:
        return True
    if start < end:
        return start <= local < end
    return local >= start or local < end


def _person(value: str) -> str:
    if not _PERSON.fullmatch(value):
        raise ValueError("must be a user id such as U0123ABCD or a user-group id such as S0123ABCD")
    return value


def _hours(value: str) -> str:
    if not are_hours(value):
        raise ValueError('must look like "06:00-14:00"')
    return value


def _told(value: tuple[str, ...]) -> tuple[str, ...]:
    if not 1 <= len(value) <= MOST_TOLD:
        raise ValueError(f"must name 1 to {MOST_TOLD} users or user groups")
    return tuple(dict.fromkeys(value))


Person = Annotated[str, AfterValidator(_person)]
"""A user id or a user-group id of Slack."""


class Escalation(BaseModel):
    """One `[[locations.escalate]]` of bot.toml: who is told when something has waited for so long."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    after_minutes: int = Field(ge=1, le=1440)
    """From when the waiting began, as reminders count it."""
    to: Annotated[tuple[Person, ...], AfterValidator(_told)]
    """User ids, who get a direct message each, and user-group ids, which are mentioned in the thread as all are."""


def _steps(value: tuple[Escalation, ...]) -> tuple[Escalation, ...]:
    if len(value) > MOST_STEPS:
        raise ValueError(f"must be {MOST_STEPS} steps or fewer, not {len(value)}")
    minutes = [step.after_minutes for step in value]
    twice = sorted({one for one in minutes if minutes.count(one) > 1})
    if twice:
        raise ValueError(f"must have each after_minutes once; {twice[0]} stands there more than once")
    return tuple(sorted(value, key=lambda step: step.after_minutes))


Steps = Annotated[tuple[Escalation, ...], AfterValidator(_steps)]
"""Escalations, the earliest first."""


class Shift(BaseModel):
    """One `[[locations.shifts]]` of bot.toml: who serves the location at some hours of the day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hours: Annotated[str, AfterValidator(_hours)]
    """As those of the location."""
    operators: tuple[Person, ...] = ()
    """Mentioned in these hours; empty: the location's own are."""
    escalate: Steps = ()
    """Of these hours; empty: the location's own."""


def on_at(shifts: Iterable[Shift], moment: datetime, zone: tzinfo) -> list[Shift]:
    """The shifts that are on at a moment, in the order of bot.toml: none, one, or several where they overlap."""
    return [shift for shift in shifts if is_within(shift.hours, moment, zone)]


def joined(steps: Iterable[Escalation]) -> tuple[Escalation, ...]:
    """The steps of several shifts as those of one: steps after the same minutes tell the people of all of them."""
    by_minutes: dict[int, dict[str, None]] = {}
    for step in steps:
        by_minutes.setdefault(step.after_minutes, {}).update(dict.fromkeys(step.to))
    # What was checked part by part is not checked again: together they may be more than bot.toml allows for one.
    return tuple(
        Escalation.model_construct(after_minutes=minutes, to=tuple(to)) for minutes, to in sorted(by_minutes.items())
    )
