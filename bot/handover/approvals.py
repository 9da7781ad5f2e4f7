"""A second person's word: a large difference between count and scans needs it before the End OTC is asked for.

A wish holds for one person, one count and one number of scans, and for half an hour. Whoever wishes never grants it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.handover import machine
from bot.handover.events import Detail, Event, Happening
from bot.handover.location import Location
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.handover.refusals import Refusal

HOLDS = timedelta(minutes=30)
"""From the wish on."""


class Word(StrEnum):
    """What became of a wish."""

    ASKED = "asked"
    GRANTED = "granted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Approval:
    """One wish for an End OTC although the counts differ by more than one person may let pass."""

    id: str
    handover_id: str
    asked_by: str
    """Slack user id."""
    asked_at: datetime
    counted: int
    scanned: int
    reason: str
    word: Word = Word.ASKED
    decided_by: str | None = None
    decided_at: datetime | None = None

    def is_for(self, handover: Handover) -> bool:
        """Whether the count and the scans are still those that it was asked for."""
        return (handover.counted, handover.scanned) == (self.counted, self.scanned)

    def holds(self, handover: Handover, now: datetime) -> bool:
        """Whether it can be granted, or be used."""
        return self.is_for(handover) and self.asked_at <= now < self.asked_at + HOLDS and not handover.over


class UnknownApproval(Refusal):
    """There is no such wish."""


class OwnApproval(Refusal):
    """Whoever wishes for the code can't grant it."""


class ApprovalVoid(Refusal):
    """Its time is over, or somebody counted or scanned since."""


def needs_another(handover: Handover, location: Location) -> bool:
    """Whether the counts differ by more than one person may let pass."""
    return bool(location.approve_over) and abs(handover.missing_by_count or 0) > location.approve_over


def asked(handover: Handover, approval: Approval) -> Step:
    """Somebody wishes for the code."""
    detail: Detail = {"approval": approval.id, "counted": approval.counted, "scanned": approval.scanned}
    detail["reason"] = approval.reason
    return machine.settle(
        handover, handover, Event(Happening.APPROVAL_ASKED, approval.asked_at, approval.asked_by, detail)
    )


def decided(handover: Handover, approval: Approval, now: datetime) -> Step:
    """Somebody granted or refused it."""
    detail: Detail = {"approval": approval.id, "word": approval.word.value, "asked_by": approval.asked_by}
    detail |= {"counted": approval.counted, "scanned": approval.scanned}
    return machine.settle(handover, handover, Event(Happening.APPROVAL_GIVEN, now, approval.decided_by, detail))


class Approvals(Protocol):
    """The wishes that are kept. Each method is one transaction."""

    async def ask(self, handover_id: str, by: str, reason: str, now: datetime) -> Approval:
        """A wish for the count as it is now, said in the thread; one that holds already is not said again."""

    async def granted(self, handover_id: str, by: str, now: datetime) -> Approval | None:
        """The person's wish that was granted and still holds, or None."""

    async def get(self, approval_id: str) -> Approval | None:
        """The wish, or None when there is none with this id."""

    async def decide(self, approval_id: str, by: str, word: Word, now: datetime) -> tuple[Approval, bool]:
        """Grants or refuses it and says so in the thread; False when somebody did before, and theirs stays.

        Raises:
            UnknownApproval: there is none with this id.
            ApprovalVoid: it holds no more.
        """
