"""The nouns of the dock, frozen: Handover, Shipment, and the record's lines. What happens to them stands in `events`.

`Handover`, `Shipment` and `AuditEntry` are SQLModel classes without a table: `bot.store.tables` adds the table to the
same fields, so that no field is written twice. Every moment is an aware datetime in UTC.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self, TypeVar, cast

from sqlalchemy import JSON, DateTime, Dialect, String, Text, false
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

from bot.handover.events import Detail, Happening
from bot.text import squash

_AS_TEXT = "%04d-%02d-%02d %02d:%02d:%02d.%06d"
"""What SQLAlchemy keeps of a moment in SQLite."""


class UtcDateTime(TypeDecorator[datetime]):
    """Keeps aware UTC datetimes in databases that know no zones."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Stores the moment in UTC; a naive datetime is a bug and raises ValueError."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime was about to be stored; every moment must carry its zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Reads the moment back as UTC."""
        return None if value is None else value.replace(tzinfo=UTC)

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], Any] | None:
        """For SQLite the text that SQLAlchemy would make of it, in one go: a page of parcels has dozens of moments."""
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def text(value: datetime | None) -> str | None:
            if value is not None and value.tzinfo is UTC:
                clock = (value.hour, value.minute, value.second, value.microsecond)
                return _AS_TEXT % (value.year, value.month, value.day, *clock)
            plain = self.process_bind_param(value, dialect)
            return None if plain is None else plain.isoformat(" ", "microseconds")

        return text


class Stage(StrEnum):
    """Where a handover stands."""

    WAITING = "waiting"
    """The FE is on the Start OTC page."""
    SCANNING = "scanning"
    CLOSING = "closing"
    """The FE is on the End OTC page; nothing can be scanned any more."""
    CLOSED = "closed"
    """Gone after an End OTC was given out."""
    LEFT = "left"
    """Gone without one."""

    @property
    def over(self) -> bool:
        """Whether the FE is gone."""
        return self in (Stage.CLOSED, Stage.LEFT)


class OtcMode(StrEnum):
    """Which codes Flipkart generates for a seller (`sellerConfig.enabledFor`)."""

    START_AND_END = "DynamicStartEnd"
    END_ONLY = "DynamicEnd"
    FIXED = "Static"
    """OldStatic, StaticOld and NewStatic: the fixed codes of the legacy call."""
    UNKNOWN = "unknown"
    """A value that nobody has published: everything is offered and Flipkart decides."""

    @classmethod
    def of(cls, word: str) -> "OtcMode":
        """What a word of Flipkart's means; compared loosely, for its pages spell it in several ways."""
        return _MODES.get(squash(word), cls.UNKNOWN)


_MODES = {
    "dynamicstartend": OtcMode.START_AND_END,
    "dynamicend": OtcMode.END_ONLY,
    "oldstatic": OtcMode.FIXED,
    "staticold": OtcMode.FIXED,
    "newstatic": OtcMode.FIXED,
    "staticnew": OtcMode.FIXED,
}


OWN_LIST = 3
"""So many parcels that the seller scans are the beginning of a list, fewer are a look at one parcel or another."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who presses or types: a Slack user id."""

    user_id: str


class Shipment(SQLModel):
    """One parcel that the FE scanned. Texts are as Flipkart wrote them."""

    model_config = {"frozen": True}

    tracking_id: str = Field(sa_type=Text)
    shipment_id: str = Field(default="", sa_type=Text)
    status: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    actual_flyer_id: str = Field(default="", sa_type=Text)
    captured_flyer_id: str = Field(default="", sa_type=Text)
    flyer_status: str = Field(default="", sa_type=Text)
    obd_eligible: bool = False
    obd_remark: str = Field(default="", sa_type=Text)
    image_links: list[str] = Field(default_factory=list, sa_type=JSON)
    scanned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from the other parcels of its handover: one label may stand for several shipments."""
        return self.tracking_id, self.shipment_id

    def same_as(self, other: "Shipment") -> bool:
        """Whether both are one parcel: a shipment id that is not known yet is no other one."""
        if self.tracking_id != other.tracking_id:
            return False
        return self.shipment_id == other.shipment_id or not (self.shipment_id and other.shipment_id)

    @property
    def accepted(self) -> bool:
        """Whether Flipkart lists the parcel as accepted."""
        return squash(self.status) == "accepted"

    @property
    def rejected(self) -> bool:
        """Whether the parcel was refused at the dock."""
        return squash(self.status) == "rejected"

    @property
    def mismatched(self) -> bool:
        """Whether another flyer was captured than the parcel should carry.

        The status words are not published, so differing ids count, and so does a word that says so.
        """
        if self.actual_flyer_id and self.captured_flyer_id:
            return self.actual_flyer_id != self.captured_flyer_id
        word = squash(self.flyer_status)
        return "mismatch" in word or "notmatch" in word

    @property
    def obd_remarked(self) -> bool:
        """Whether the open-box check ended with anything but "no issues"."""
        return self.obd_eligible and squash(self.obd_remark) not in ("", "noissues", "noissue", "none")

    @property
    def problem(self) -> bool:
        """Whether the parcel is to be set aside before the End OTC."""
        return self.rejected or self.mismatched or self.obd_remarked


class Handover(SQLModel):
    """One task of one FE at one location, from arrival to End OTC. Key: location, FE, task."""

    model_config = {"frozen": True}

    id: str = Field(primary_key=True, max_length=32)
    """The bot's own id; the only one that goes into a button."""
    location_id: str = Field(sa_type=Text)
    fe_id: str = Field(sa_type=Text)
    task_id: str = Field(sa_type=Text)
    fe_name: str = Field(default="", sa_type=Text)
    partner: str = Field(default="", sa_type=Text)
    lob: str = Field(default="", sa_type=Text)
    otc_mode: OtcMode = Field(default=OtcMode.UNKNOWN, sa_type=String)
    status: str = Field(default="", sa_type=Text)
    """The raw status word."""
    stage: Stage = Field(default=Stage.WAITING, sa_type=String)
    misses: int = 0
    """Initial-loads in a row, each successful, in which the FE was absent."""
    missing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first of them was."""

    arrived_at: datetime = Field(sa_type=UtcDateTime)
    scanning_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closing_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    staged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the stage changed last, forwards or backwards; None since the arrival."""

    scanned: int = 0
    accepted: int = 0
    rejected: int = 0
    mismatched: int = 0
    obd_eligible: int = 0
    obd_remarked: int = 0
    withdrawn: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Parcels that Flipkart had listed as scanned and lists no longer; not counted above."""
    unsaid: list[str] = Field(default_factory=list, sa_type=JSON)
    """Tracking ids of problem parcels that are called out with the last page of this look."""
    first_scan_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_scan_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    quiet_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """From when on nothing new was read, and the newest page said that nothing follows and had room; None: neither."""
    lists_no_more: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether the card hints that the FE may have scanned all of it."""

    counted: int | None = None
    """Parcels counted by hand."""
    counted_by: str | None = None
    counted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    counted_scanned: int | None = None
    """What was scanned at the moment of the count."""

    start_otc_by: str | None = None
    start_otc_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    start_otc_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_otc_by: str | None = None
    end_otc_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_total: int | None = None
    """`totalScanned` of Flipkart's End OTC answer."""
    end_obd_eligible: int | None = None
    """`obdEligible` of it: parcels whose box was to be opened."""
    end_obd_failed: int | None = None
    """`obdFailed` of it: those of them that were not right."""
    end_flyer_eligible: int | None = None
    """`flyerEligible` of it: parcels whose flyer was to be compared."""
    end_flyer_failed: int | None = None
    """`flyerFailed` of it: those of them that came in another flyer."""
    end_reason: str = Field(default="", sa_type=Text)
    """Why the code was taken although the hand count differed."""

    cursor_newest: str | None = Field(default=None, sa_type=Text)
    """The URL that produced the newest page; None: the first call, or nothing read yet."""
    cursor_next: str | None = Field(default=None, sa_type=Text)
    """The URL to ask next; None: read the newest again."""
    cursor_version: int = 0
    """Moves by one with every page; pages that were fetched for an older one are thrown away."""

    events: int = 0
    """How many events there were: the number of the last one."""
    revision: int = 1
    """Moves by one with every change that a person can see."""

    running: int = 0
    """The running hand count that people add to while the FE scans."""
    own_scanned: int = 0
    """Parcels of this handover that the seller has scanned too, each once."""
    own_only: int = 0
    """Of these, the ones that the FE has not scanned."""
    own_meant: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Whether somebody said that the seller scans every parcel."""
    matched: int = 0
    """Scanned parcels that stand on the list of what should arrive."""
    unexpected: int | None = None
    """Scanned parcels that do not; None while there is no list."""
    awaited: int | None = None
    """Listed parcels of the location that nobody had scanned when this handover's newest scan or a list came."""
    otherwise: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """Of `matched`, those that are expected by another id: of the same shipment, or the one they went out under."""
    confirmed: int | None = None
    """Its parcels that Flipkart counts as completed; None while it has told of none."""
    taken_by: str | None = None
    """Who said "I'm on it" to a reminder."""
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    def __copy__(self) -> Self:
        """One set of the fields' names serves all copies: pydantic makes one of 2 KB for each."""
        return cast("Self", built(Handover, dict(self.__dict__))) if type(self) is Handover else super().__copy__()

    @property
    def over(self) -> bool:
        """Whether the FE is gone."""
        return self.stage.over

    @property
    def own_whole(self) -> bool:
        """Whether the seller's own scans are meant as a list of all parcels, and not as a look at one or two.

        Only then is a parcel that the seller did not scan one that the seller has not seen.
        """
        return self.own_scanned >= OWN_LIST or (self.own_meant and self.own_scanned > 0)

    @property
    def own_missing(self) -> int | None:
        """Parcels that the FE scanned and the seller has not seen; None while the seller makes no list of all."""
        return None if not self.own_whole else self.scanned - (self.own_scanned - self.own_only)

    @property
    def start_offered(self) -> bool:
        """Whether a Start OTC helps now."""
        return self.stage is Stage.WAITING and self.otc_mode is not OtcMode.END_ONLY

    @property
    def start_code_out(self) -> bool:
        """Whether a Start OTC was given out that the FE has not typed."""
        return self.start_offered and self.start_otc_at is not None

    def start_code_expired(self, now: datetime) -> bool:
        """Whether the Start OTC that was given out no longer works; not where Flipkart did not say until when."""
        return self.start_code_out and self.start_otc_until is not None and self.start_otc_until <= now

    @property
    def end_code_out(self) -> bool:
        """Whether an End OTC was given out that the FE has not typed: for the count that holds, not for one before."""
        if self.stage is not Stage.CLOSING or self.end_otc_at is None:
            return False
        return self.counted_at is None or self.counted_at <= self.end_otc_at

    @property
    def missing_by_count(self) -> int | None:
        """Scanned less counted: above zero, parcels were scanned that nobody counted. None before a count."""
        return None if self.counted is None else self.scanned - self.counted

    @property
    def brought(self) -> int:
        """Parcels that were scanned and not refused: what Flipkart is to count as completed."""
        return self.scanned - self.rejected

    @property
    def scans_per_minute(self) -> float | None:
        """The mean rate between first and last scan; None before two scans or a minute of scanning."""
        if self.first_scan_at is None or self.last_scan_at is None:
            return None
        minutes = (self.last_scan_at - self.first_scan_at).total_seconds() / 60
        return None if minutes < 1 else (self.scanned - 1) / minutes


class AuditEntry(SQLModel):
    """One line of the record: who did what, when, to which handover. Never a code."""

    model_config = {"frozen": True}

    handover_id: str | None = Field(default=None, max_length=32)
    n: int | None = None
    """The event's number within its handover."""
    location_id: str = Field(default="", sa_type=Text)
    what: Happening = Field(sa_type=String)
    at: datetime = Field(sa_type=UtcDateTime)
    by: str | None = None
    detail: Detail = Field(default_factory=dict, sa_type=JSON)


Value = TypeVar("Value", Handover, Shipment, AuditEntry)
_set = object.__setattr__
_FIELDS: dict[type[SQLModel], set[str]] = {kind: set(kind.model_fields) for kind in (Handover, Shipment, AuditEntry)}


def built(kind: type[Value], values: dict[str, Any]) -> Value:
    """A value of all its fields, which are right already: pydantic's `model_construct`, without a look at each field.

    A page has a parcel in every row. `values` belongs to what is built from now on.
    """
    value = object.__new__(kind)
    _set(value, "__dict__", values)
    _set(value, "__pydantic_fields_set__", _FIELDS[kind])
    _set(value, "__pydantic_extra__", None)
    _set(value, "__pydantic_private__", None)
    return value
