"""What is to happen on the day: who comes where, when, with how many parcels, and how it ends."""

import random
from dataclasses import dataclass, field

MINUTE = 60.0
HOUR = 3600.0
WHOLE = 7.0
"""Hours from which on a day has everything."""


@dataclass(frozen=True, slots=True)
class Coming:
    """One FE's handover, as it is meant to go. Seconds."""

    number: int
    site: int
    arrives: float
    """Since the day began."""
    scanning: float
    parcels: int
    miscounted: int
    """By how much the person who counts is wrong."""
    leaves: bool
    """Goes away without an End OTC."""
    gap: int
    """For how many polls Flipkart forgets to list the FE while they scan."""
    late_sync: bool
    """The last rows reach Flipkart only after the FE is on the End OTC page."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day, drawn by lot from a seed."""

    hours: float
    comings: list[Coming] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether it is long enough to say something about memory: the first tenth of an hour is still the start."""
        return self.hours >= WHOLE

    @property
    def haste(self) -> float:
        """The share of the usual pauses that people take: in a small day nobody can wait long."""
        return 1.0 if self.is_whole else 0.15

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.hours * HOUR


def plan(hours: float, handovers: int, shipments: int, sites: int, chance: random.Random) -> Day:
    """Draws a day. A short one has short scannings, so that it comes to its end in time."""
    longest = min(60 * MINUTE, hours * HOUR * 0.35)
    last = hours * HOUR - 1.6 * longest
    whole = hours >= WHOLE
    starts = sorted(chance.uniform(0, last) for _ in range(handovers))
    parcels = _shares(shipments, handovers, chance)
    return Day(
        hours, [_coming(n, starts[n], parcels[n], longest, sites, chance, whole=whole) for n in range(handovers)]
    )


def _coming(
    n: int, arrives: float, parcels: int, longest: float, sites: int, chance: random.Random, *, whole: bool
) -> Coming:
    return Coming(
        number=n,
        site=n % sites,
        arrives=arrives,
        scanning=chance.uniform(longest / 3, longest),
        parcels=parcels,
        miscounted=chance.choice((-2, -1, 1, 3)) if chance.random() < 0.2 else 0,
        leaves=whole and chance.random() < 0.08,
        gap=chance.choice((0, 0, 0, 0, 1, 1, 10 if whole else 1)),
        late_sync=chance.random() < 0.15,
    )


def _shares(whole: int, parts: int, chance: random.Random) -> list[int]:
    """Cuts `whole` into so many parts, some three times as large as others."""
    weights = [chance.uniform(0.5, 1.5) for _ in range(parts)]
    shares = [max(1, int(whole * weight / sum(weights))) for weight in weights]
    shares[0] += whole - sum(shares)
    return shares
