"""How often each thing is asked of Flipkart, so that the hourly budget lasts the hour."""

from dataclasses import dataclass

from bot.handover.machine import stage_of
from bot.handover.model import Handover, Stage
from bot.handover.reader import ScanReader

PAGES_SECONDS = 600.0
"""Over which what looks cost beyond a call is averaged: passes come now and then."""
PAGES_MOST = 0.5
"""Of polling's calls that pages may take from looks, at most."""
AROUND_A_PASS = 3
"""Calls of whoever closes a handover, beside a pass: who is here, the newest page again, the code."""
CLOSING_SLOWER = 2.0
"""An FE on the End OTC page scans no more; only late rows can come."""


@dataclass(frozen=True, slots=True)
class Costs:
    """What a handover costs beyond a call a look."""

    more: float
    """Calls a second beyond one for each look, at the usual pace."""
    filling: float
    """Calls a second for pages that fill, which are as many at any pace."""
    press: int
    """Calls that whoever closes it will make; 0 while that is not near."""


class Burden:
    """The sum of what all handovers cost beyond a call a look. It is told of each that changes."""

    def __init__(self) -> None:
        """Nothing costs anything."""
        self._of: dict[str, Costs] = {}
        self._more = self._filling = self._averaged = 0.0
        self.presses = 0
        """Calls that people will make soon."""

    @property
    def more(self) -> float:
        """Calls a second beyond one for each look, at the usual pace, over the last minutes."""
        return max(0.0, self._averaged)

    @property
    def filling(self) -> float:
        """Calls a second for pages that fill."""
        return max(0.0, self._filling)

    def put(self, key: str, costs: Costs) -> None:
        """A handover costs this from now on."""
        self.drop(key)
        self._of[key] = costs
        self._more += costs.more
        self._filling += costs.filling
        self.presses += costs.press

    def drop(self, key: str) -> None:
        """A handover costs nothing any more."""
        costs = self._of.pop(key, None)
        if costs is not None:
            self._more -= costs.more
            self._filling -= costs.filling
            self.presses -= costs.press

    def add_up(self) -> None:
        """Sums up anew, so that nothing of rounding lasts."""
        self._more = sum(costs.more for costs in self._of.values())
        self._filling = sum(costs.filling for costs in self._of.values())

    def pass_time(self, seconds: float) -> None:
        """Goes on averaging."""
        self._averaged += (self._more - self._averaged) * min(1.0, seconds / PAGES_SECONDS)

    def left_for_looks(self, calls_per_hour: int) -> float:
        """Calls an hour that pages leave for looks."""
        return calls_per_hour - min(self.filling * 3600, calls_per_hour * PAGES_MOST)


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks."""

    arrivals: float
    scans: float
    stretch: float
    """1 when the budget is enough; else by how much all intervals are stretched."""


def slower(handover: Handover) -> float:
    """By how much a handover's scans are read less often than those of an FE who scans."""
    return CLOSING_SLOWER if handover.stage is Stage.CLOSING else 1.0


def costs_of(handover: Handover, reader: ScanReader, every: float) -> Costs:
    """What a handover costs that is looked at every so many seconds."""
    closes = handover.stage is Stage.CLOSING and handover.end_otc_at is None
    return Costs(
        more=(reader.calls_a_look(handover.id) - 1) / every,
        filling=reader.pages_a_second(handover),
        press=reader.pass_costs(handover) + AROUND_A_PASS if closes else 0,
    )


def is_read(handover: Handover) -> bool:
    """Whether scans are read: once scanning, or with a status word that could mean it."""
    return handover.stage in (Stage.SCANNING, Stage.CLOSING) or stage_of(handover.status) is None


def pace(arrivals: float, scans: float, wanted: float, calls_per_hour: float) -> Pace:
    """The intervals that keep the sum of all calls within the budget, stretched evenly.

    Args:
        arrivals: seconds wanted between two initial-loads of a location.
        scans: seconds wanted between two reads of a scanning handover.
        wanted: calls an hour that the looks would cost at the intervals wanted.
        calls_per_hour: what looks may use.
    """
    stretch = max(1.0, wanted / max(1, calls_per_hour))
    return Pace(arrivals * stretch, scans * stretch, stretch)
