"""How often each thing is asked of Flipkart, so that the hourly budget lasts the hour."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.handover.machine import stage_of
from bot.handover.model import Handover, Stage

CLOSING_SLOWER = 2.0
"""An FE on the End OTC page scans no more; only late rows can come."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two looks."""

    arrivals: float
    scans: float
    stretch: float
    """1 when the budget is enough; else by how much all intervals are stretched."""

    def of(self, handover: Handover) -> float:
        """Seconds between two reads of a handover's scans."""
        return self.scans * (CLOSING_SLOWER if handover.stage is Stage.CLOSING else 1.0)


def is_read(handover: Handover) -> bool:
    """Whether scans are read: once scanning, or with a status word that could mean it."""
    return handover.stage in (Stage.SCANNING, Stage.CLOSING) or stage_of(handover.status) is None


def pace(
    arrivals: float,
    scans: float,
    locations: int,
    read: list[Handover],
    calls_per_hour: int,
    calls_a_look: Callable[[str], float] = lambda _: 1.0,
) -> Pace:
    """The intervals that keep the sum of all calls within the budget, stretched evenly.

    Args:
        arrivals: seconds wanted between two initial-loads of a location.
        scans: seconds wanted between two reads of a scanning handover.
        locations: how many locations are looked at.
        read: the handovers whose scans are read.
        calls_per_hour: what polling may use.
        calls_a_look: what a look at a handover costs, by its id: pages are calls.
    """
    wanted = locations * 3600 / arrivals
    for handover in read:
        slower = CLOSING_SLOWER if handover.stage is Stage.CLOSING else 1.0
        wanted += calls_a_look(handover.id) * 3600 / (scans * slower)
    stretch = max(1.0, wanted / max(1, calls_per_hour))
    return Pace(arrivals * stretch, scans * stretch, stretch)
