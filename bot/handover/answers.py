"""What a person gets back for an action, as values; `bot.slack.blocks` turns them into what they see."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import SecretStr

from bot.handover.approvals import Approval
from bot.handover.location import Location
from bot.handover.model import Handover, OtcMode, Shipment
from bot.handover.ports import EndCode, FixedCode


@dataclass(frozen=True, slots=True)
class ShownStart:
    """One Start OTC and the FE to match it against."""

    handover: Handover
    otc: SecretStr
    expires_at: datetime | None
    doubtful: bool = False
    """The expiry was over when the code came: somebody's clock is wrong, and perhaps the code has expired."""


@dataclass(frozen=True, slots=True)
class StartCodesShown:
    """The Start OTCs of a location."""

    location: Location
    codes: tuple[ShownStart, ...]
    others: tuple[Handover, ...] = ()
    """Who waits too, and whose code is not displayed in this answer."""
    renewable_at: datetime | None = None
    """"New code" was pressed too early: from when on it makes another one."""


@dataclass(frozen=True, slots=True)
class FixedCodesShown:
    """The fixed codes of a location with the legacy flow."""

    location: Location
    codes: tuple[FixedCode, ...]


@dataclass(frozen=True, slots=True)
class NobodyWaiting:
    """No FE (of that name) is on the Start OTC page; where everybody is instead."""

    location: Location
    query: str
    present: tuple[Handover, ...]


@dataclass(frozen=True, slots=True)
class StartNotOffered:
    """Flipkart generates no Start OTC for this seller."""

    location: Location
    mode: OtcMode


StartAnswer = StartCodesShown | FixedCodesShown | NobodyWaiting | StartNotOffered


@dataclass(frozen=True, slots=True)
class EndChoice:
    """Several FEs could be closed; the person picks one."""

    candidates: tuple[tuple[Handover, Location], ...]


@dataclass(frozen=True, slots=True)
class NobodyClosing:
    """No FE (of that name) is on the End OTC page; where everybody is instead."""

    locations: tuple[Location, ...]
    query: str
    present: tuple[tuple[Handover, Location], ...]


@dataclass(frozen=True, slots=True)
class CountForm:
    """The hand count is asked for; what was scanned is told after it, so that nobody copies it."""

    handover: Handover
    location: Location
    changed_from: int | None = None
    """What was scanned when the person counted, if parcels came in since."""


@dataclass(frozen=True, slots=True)
class CountCompared:
    """A hand count beside what was scanned."""

    handover: Handover
    location: Location
    counted: int
    problems: tuple[Shipment, ...]

    @property
    def difference(self) -> int:
        """Scanned less counted."""
        return self.handover.scanned - self.counted

    @property
    def settled(self) -> bool:
        """Whether there is nothing more to look at before the code: the counts are the same, and no parcel is odd."""
        h = self.handover
        return self.difference == 0 and not (self.problems or h.unexpected or h.own_only or h.own_missing)


@dataclass(frozen=True, slots=True)
class EndWaits:
    """The End OTC waits for a second person's word."""

    handover: Handover
    location: Location
    approval: Approval


@dataclass(frozen=True, slots=True)
class EndShown:
    """The End OTC, or the fixed codes where Flipkart generates none."""

    handover: Handover
    location: Location
    code: EndCode | None
    fixed: tuple[FixedCode, ...] = ()


EndAnswer = EndChoice | NobodyClosing | CountForm | CountCompared | EndShown | EndWaits
