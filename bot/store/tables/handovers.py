"""Handovers with their parcels, the record, and what was said and forgotten of them. No table has room for a code."""

from datetime import datetime

from sqlalchemy import Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.handover.model import AuditEntry, Handover, Shipment, Stage, UtcDateTime
from bot.store.tables.columns import key_column, table_of

UNSHOWN = "shown_revision < revision"
"""A handover whose card shows an older revision. As text: an index of only these is used where the same words stand."""


WAITED_FOR = ("staged_at", "counted_at", "start_otc_at", "end_otc_at")
"""The columns that say when what people wait for happened last."""
URGENT = " OR ".join(f"shown_at <= {at}" for at in WAITED_FOR)
"""Since the card was drawn something happened that people wait for: a stage, a code, a count by hand."""


def waited_for(handover: Handover) -> tuple[datetime | None, ...]:
    """What a handover has in the columns of `WAITED_FOR`."""
    return tuple(getattr(handover, name) for name in WAITED_FOR)


HERE = tuple(stage.value for stage in Stage if not stage.over)
"""Stages of those who are at the dock. Asked for by name: no index serves a question for all that are not over."""


class HandoverRow(Handover, table=True):
    """One task of one FE at one location."""

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("location_id", "fe_id", "task_id", name="handover_key"),
        Index("handover_by_stage", "stage", "location_id"),
        Index("handover_by_end", "keeps", "ended_at", sqlite_where=text("ended_at IS NOT NULL")),
        Index("handover_unshown", "shown_at", sqlite_where=text(UNSHOWN)),
        Index("handover_urgent", "shown_at", sqlite_where=text(f"{UNSHOWN} AND ({URGENT})")),
    )
    model_config = {"frozen": False}

    shown_revision: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    """The revision that the card shows: its delivery's `sent_revision`, here so that an index has only stale ones."""
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the card was drawn last: its delivery's `edited_at`; None while there is none."""
    keeps: int = Field(default=7, sa_column_kwargs={"server_default": "7"})
    """What was not forgotten yet, as the bits of `bot.store.retention`."""


class ShipmentRow(Shipment, table=True):
    """One scanned parcel; the first sight of each (handover, tracking id, shipment id) is the only row."""

    __tablename__ = "shipment"
    __table_args__ = (
        UniqueConstraint("handover_id", "tracking_id", "shipment_id", name="shipment_key"),
        Index("shipment_by_key", "key", "handover_id"),
    )
    model_config = {"frozen": False}

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    compared: str = Field(sa_column=key_column())
    """In the table: `key`, the tracking id as it is compared. In the domain a shipment's key is another thing."""


class WithdrawnRow(Shipment, table=True):
    """A parcel that Flipkart had listed as scanned and lists no longer.

    A table of its own: whatever counts or compares scanned parcels must not find it.
    """

    __tablename__ = "withdrawn"
    model_config = {"frozen": False}

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32, index=True)
    first_seen: datetime = Field(sa_type=UtcDateTime)
    withdrawn_at: datetime = Field(sa_type=UtcDateTime)


class AuditRow(AuditEntry, table=True):
    """One line of the record. Rows are only ever added."""

    __tablename__ = "audit"
    __table_args__ = (
        UniqueConstraint("handover_id", "n", name="audit_key"),
        Index("audit_by_time", "at"),
    )
    model_config = {"frozen": False}

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str | None = Field(default=None, foreign_key="handover.id", max_length=32)


class ReminderRow(SQLModel, table=True):
    """When people were last reminded of what."""

    __tablename__ = "reminder"

    handover_id: str = Field(primary_key=True, foreign_key="handover.id", max_length=32)
    kind: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    times: int = 1


class ApprovalRow(SQLModel, table=True):
    """A wish for an End OTC although the counts differ widely, and what a second person said."""

    __tablename__ = "approval"
    __table_args__ = (Index("approval_by_handover", "handover_id"),)

    id: str = Field(primary_key=True, max_length=32)
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    asked_by: str
    asked_at: datetime = Field(sa_type=UtcDateTime)
    counted: int
    scanned: int
    reason: str = Field(default="", sa_type=Text)
    word: str
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ForgottenRow(SQLModel, table=True):
    """A line in the place of what was forgotten of a handover."""

    __tablename__ = "forgotten"
    __table_args__ = (Index("forgotten_by_end", "location_id", "ended_at"),)

    handover_id: str = Field(primary_key=True, max_length=32)
    location_id: str = Field(sa_type=Text)
    ended_at: datetime = Field(sa_type=UtcDateTime)
    sha256: str
    what: str
    at: datetime = Field(sa_type=UtcDateTime)


HANDOVER = table_of(HandoverRow)
SHIPMENT = table_of(ShipmentRow)
WITHDRAWN = table_of(WithdrawnRow)
AUDIT = table_of(AuditRow)
REMINDER = table_of(ReminderRow)
APPROVAL = table_of(ApprovalRow)
FORGOTTEN = table_of(ForgottenRow)
