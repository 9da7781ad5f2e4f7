"""A warehouse as bot.toml describes it: its channel, its operators and its hours."""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

from bot.handover.notify import Points
from bot.handover.owning import EVERYTHING, Owning
from bot.handover.shifts import MOST_SHIFTS, Escalation, Person, Shift, Steps, are_hours, is_within, joined, on_at
from bot.i18n import DEFAULT, is_language

CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")


def _channel(value: str) -> str:
    if not CHANNEL.fullmatch(value):
        raise ValueError("must be a channel id such as C0123ABCD (in Slack: the channel's name, About, at the bottom)")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class Location(BaseModel):
    """One `[[locations]]` of bot.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    """`sellerLocationId`, as Flipkart writes it."""
    name: Text
    seller: str = ""
    """The id of its `[[sellers]]`; empty: its workspace's, or the one there is."""
    workspace: str = ""
    """The id of its `[[workspaces]]`; empty: its seller's only one, or the one there is."""
    channel: Annotated[str, AfterValidator(_channel)]
    operators: tuple[Person, ...] = ()
    """User ids and user-group ids; empty, and no shift names any: every member of the channel."""
    guests: bool = False
    """Whether guests of the workspace may be operators through a group or the channel. Named by id, anybody may."""
    hours: str = ""
    """Such as ``08:00-22:00`` in the bot's zone, over midnight if the end is earlier; empty: always."""
    approve_over: Annotated[int, Field(ge=0, le=100_000)] = 0
    """A count that differs from the scans by more parcels needs a second person's word before the End OTC; 0: none."""
    leads: tuple[Person, ...] = ()
    """User ids and user-group ids that may give that word beside the operators."""
    escalate: Steps = ()
    """Who is told, step by step, when something waits and nobody takes it."""
    shifts: tuple[Shift, ...] = ()
    """Who serves it at some hours of the day."""
    mention: Points | None = None
    """What its operators are mentioned for, so that their phones ring; None: as `[notify]` says."""
    arrivals: Literal["always", "due"] = "always"
    """When it is looked at with the full pace: always, or while something is due there."""
    language: Annotated[str, AfterValidator(is_language)] = DEFAULT
    """Of its cards and threads, and of what one person there alone sees who chose no language of their own."""

    @field_validator("hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value and not are_hours(value):
            raise ValueError('must look like "08:00-22:00", or be empty for always')
        return value

    @field_validator("shifts")
    @classmethod
    def _few(cls, value: tuple[Shift, ...]) -> tuple[Shift, ...]:
        if len(value) > MOST_SHIFTS:
            raise ValueError(f"must be {MOST_SHIFTS} shifts or fewer, not {len(value)}")
        return value

    @property
    def entitled(self) -> tuple[str, ...]:
        """Whoever may ask for codes, at any hour: its operators and those of all shifts. Empty: the channel's members.

        Who stays longer than the shift can still serve the FE.
        """
        named = [*self.operators, *(one for shift in self.shifts for one in shift.operators)]
        return tuple(dict.fromkeys(named))

    def on_duty(self, moment: datetime, zone: tzinfo) -> tuple[str, ...]:
        """Whoever is mentioned at a moment: the operators of the shifts that are on, or else its own."""
        named = [one for shift in on_at(self.shifts, moment, zone) for one in shift.operators]
        return tuple(dict.fromkeys(named)) or self.operators

    def steps(self, moment: datetime, zone: tzinfo) -> tuple[Escalation, ...]:
        """Who is told at a moment when nobody answers, the earliest first: as `on_duty`."""
        return joined(step for shift in on_at(self.shifts, moment, zone) for step in shift.escalate) or self.escalate

    @property
    def soonest_step(self) -> int | None:
        """After how many minutes at least somebody is told; None where nobody ever is."""
        every = [*self.escalate, *(step for shift in self.shifts for step in shift.escalate)]
        return min((step.after_minutes for step in every), default=None)

    @property
    def told(self) -> tuple[str, ...]:
        """Whoever may be told that nobody answers, at any hour, and its leads: they too may see to it."""
        every = [*self.escalate, *(step for shift in self.shifts for step in shift.escalate)]
        return tuple(dict.fromkeys([*self.leads, *(one for step in every for one in step.to)]))

    def only(self, people: tuple[str, ...]) -> "Location":
        """The same with these in place of all its operators."""
        return self.model_copy(update={"operators": people, "shifts": ()})

    def open_at(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether FEs are looked for at this moment."""
        return not self.hours or is_within(self.hours, moment, zone)


class Locations:
    """All warehouses, found by id and by channel."""

    def __init__(self, locations: tuple[Location, ...]) -> None:
        self._by_id = {location.id: location for location in locations}
        self._in: dict[str, list[Location]] = {}
        for location in self._by_id.values():
            self._in.setdefault(location.channel, []).append(location)

    @property
    def version(self) -> int:
        """Another number than before once one may go through others."""
        return 0

    def __iter__(self) -> Iterator[Location]:
        return iter(self._by_id.values())

    def owned(self, owning: Owning) -> "Locations":
        """The same, of which one goes through those alone that this copy owns."""
        return self if owning is EVERYTHING else _Owned(self, owning)

    def get(self, location_id: str) -> Location | None:
        """The location with this id, or None when bot.toml no longer has it."""
        return self._by_id.get(location_id)

    def in_channel(self, channel: str) -> list[Location]:
        """The locations that work in this channel, in the order of bot.toml."""
        return list(self._in.get(channel, ()))

    def shares_channel(self, location: Location) -> bool:
        """Whether messages in this location's channel must say which location they are about."""
        return len(self.in_channel(location.channel)) > 1


class _Owned(Locations):
    """Each is kept until whoever goes through them comes to the next."""

    def __init__(self, every: Locations, owning: Owning) -> None:
        super().__init__(tuple(every))
        self._owning = owning

    @property
    def version(self) -> int:
        return self._owning.version

    def __iter__(self) -> Iterator[Location]:
        for location in super().__iter__():
            with self._owning.at_work(location.id) as fence:
                if fence is not None:
                    yield location
