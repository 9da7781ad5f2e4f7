"""How often each thing is asked of Flipkart, so that the hourly budget lasts the hour."""

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


def slower(handover: Handover) -> float:
    """By how much a handover's scans are read less often than those of an FE who scans."""
    return CLOSING_SLOWER if handover.stage is Stage.CLOSING else 1.0


def is_read(handover: Handover) -> bool:
    """Whether scans are read: once scanning, or with a status word that could mean it."""
    return handover.stage in (Stage.SCANNING, Stage.CLOSING) or stage_of(handover.status) is None


def pace(arrivals: float, scans: float, wanted: float, calls_per_hour: int) -> Pace:
    """The intervals that keep the sum of all calls within the budget, stretched evenly.

    Args:
        arrivals: seconds wanted between two initial-loads of a location.
        scans: seconds wanted between two reads of a scanning handover.
        wanted: calls an hour that the looks would cost at the intervals wanted.
        calls_per_hour: what polling may use.
    """
    stretch = max(1.0, wanted / max(1, calls_per_hour))
    return Pace(arrivals * stretch, scans * stretch, stretch)
