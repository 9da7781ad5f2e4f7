"""Who outside is told what happens at the docks, and what each of them wants to hear."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Topic(StrEnum):
    """What a message is about: its `type`. The values are what receivers go by."""

    ARRIVED = "handover.arrived"
    PROBLEMS = "handover.problems"
    """Parcels are to be set aside before the End OTC."""
    PROBLEMS_CLEARED = "handover.problems_cleared"
    """Flipkart took back what was wrong with some of them."""
    CLOSED = "handover.closed"
    LEFT = "handover.left"
    """The FE went without an End OTC."""
    REOPENED = "handover.reopened"
    """An FE who counted as gone is there again: what was said of the end holds no more."""
    NEVER_RECEIVED = "returns.never_received"
    """Flipkart counts them as completed, and no FE has brought them."""
    CLAIMS_OPENED = "claims.opened"
    CLAIMS_DUE = "claims.due"
    """The time to claim is running out."""
    CLAIMS_CHANGED = "claims.changed"
    """Somebody noted what became of them, something else was found to be wrong, or the parcel came after all."""


@dataclass(frozen=True, slots=True)
class Receiver:
    """One address, by its id in bot.toml."""

    id: str
    topics: frozenset[Topic] = frozenset(Topic)
    locations: frozenset[str] = frozenset()
    """Empty: all."""

    def wants(self, topic: Topic, location_id: str) -> bool:
        """Whether it is told of this."""
        return topic in self.topics and (not self.locations or location_id in self.locations)


@dataclass(frozen=True, slots=True)
class Receivers:
    """All of them, and what locations are called."""

    each: tuple[Receiver, ...] = ()
    names: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """By the locations' ids."""

    def of(self, topic: Topic, location_id: str) -> list[str]:
        """The ids of those who are told of this."""
        return [one.id for one in self.each if one.wants(topic, location_id)]


NOBODY = Receivers()
