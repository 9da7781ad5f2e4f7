"""A warehouse as bot.toml describes it: its channel, its operators and its hours."""

import re
from collections.abc import Iterator
from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, field_validator

CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")
OPERATOR = re.compile(r"[UWS][A-Z0-9]{2,}")
HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24):([0-5]\d)")


def _channel(value: str) -> str:
    if not CHANNEL.fullmatch(value):
        raise ValueError("must be a channel id such as C0123ABCD (in Slack: the channel's name, About, at the bottom)")
    return value


def _operator(value: str) -> str:
    if not OPERATOR.fullmatch(value):
        raise ValueError("must be a user id such as U0123ABCD or a user-group id such as S0123ABCD")
    return value


Text = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True)]


class Location(BaseModel):
    """One `[[locations]]` of bot.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Text
    """`sellerLocationId`, as Flipkart writes it."""
    name: Text
    channel: Annotated[str, AfterValidator(_channel)]
    operators: tuple[Annotated[str, AfterValidator(_operator)], ...] = ()
    """User ids and user-group ids; empty: every member of the channel."""
    guests: bool = False
    """Whether guests of the workspace may be operators through a group or the channel. Named by id, anybody may."""
    hours: str = ""
    """Such as ``08:00-22:00`` in the bot's zone, over midnight if the end is earlier; empty: always."""
    approve_over: Annotated[int, Field(ge=0, le=100_000)] = 0
    """A count that differs from the scans by more parcels needs a second person's word before the End OTC; 0: none."""
    leads: tuple[Annotated[str, AfterValidator(_operator)], ...] = ()
    """User ids and user-group ids that may give that word beside the operators."""
    arrivals: Literal["always", "due"] = "always"
    """When it is looked at with the full pace: always, or while something is due there."""
    language: Literal["en", "hi"] = "en"
    """Of its cards and threads. What one person alone sees is in that person's own."""

    @field_validator("hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if value and (not HOURS.fullmatch(value) or (value[6:8] == "24" and value[9:] != "00")):
            raise ValueError('must look like "08:00-22:00", or be empty for always')
        return value

    def of_leads(self) -> "Location":
        """The same with its leads in place of its operators."""
        return self.model_copy(update={"operators": self.leads})

    def open_at(self, moment: datetime, zone: ZoneInfo) -> bool:
        """Whether FEs are looked for at this moment."""
        if not self.hours:
            return True
        local = moment.astimezone(zone).time().replace(tzinfo=None)
        start = time.fromisoformat(self.hours[:5])
        ends_at_midnight = self.hours[6:] == "24:00"
        end = time.min if ends_at_midnight else time.fromisoformat(self.hours[6:])
        if start == end:
            return True
        if start < end:
            return start <= local < end
        return local >= start or local < end


class Locations:
    """All warehouses, found by id and by channel."""

    def __init__(self, locations: tuple[Location, ...]) -> None:
        self._by_id = {location.id: location for location in locations}
        self._in: dict[str, list[Location]] = {}
        for location in self._by_id.values():
            self._in.setdefault(location.channel, []).append(location)

    def __iter__(self) -> Iterator[Location]:
        return iter(self._by_id.values())

    def get(self, location_id: str) -> Location | None:
        """The location with this id, or None when bot.toml no longer has it."""
        return self._by_id.get(location_id)

    def in_channel(self, channel: str) -> list[Location]:
        """The locations that work in this channel, in the order of bot.toml."""
        return list(self._in.get(channel, ()))

    def shares_channel(self, location: Location) -> bool:
        """Whether messages in this location's channel must say which location they are about."""
        return len(self.in_channel(location.channel)) > 1
