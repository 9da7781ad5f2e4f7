"""The tables. Handover, Shipment and AuditEntry bring their fields from the domain; no table has room for a code."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, String, Table, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.handover.model import AuditEntry, Handover, Shipment, UtcDateTime


class HandoverRow(Handover, table=True):
    """One task of one FE at one location."""

    __tablename__ = "handover"
    __table_args__ = (
        UniqueConstraint("location_id", "fe_id", "task_id", name="handover_key"),
        Index("handover_by_stage", "stage", "location_id"),
    )
    model_config = {"frozen": False}


class ShipmentRow(Shipment, table=True):
    """One scanned parcel; the first sight of each (handover, tracking id) is the only row."""

    __tablename__ = "shipment"
    __table_args__ = (UniqueConstraint("handover_id", "tracking_id", name="shipment_key"),)
    model_config = {"frozen": False}

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    first_seen: datetime = Field(sa_type=UtcDateTime)


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


class Kind(StrEnum):
    """What an intent becomes in Slack."""

    CARD = "card"
    """The root message of the thread, edited as the handover goes on."""
    REPLY = "reply"
    """A milestone in the thread; `n` is the number of its event."""


class Sending(StrEnum):
    """How far an intent is."""

    PENDING = "pending"
    SENDING = "sending"
    """Committed before the call: whoever finds it after a crash knows that it may have been carried out."""
    UNKNOWN = "unknown"
    """May have been carried out; settled by reading the channel's history."""
    SENT = "sent"
    LOST = "lost"
    """A card that somebody deleted in Slack: it is not edited any more, and never posted twice."""


class IntentRow(SQLModel, table=True):
    """A message that is to exist in Slack. The text is rendered when it is sent."""

    __tablename__ = "intent"
    __table_args__ = (
        UniqueConstraint("handover_id", "kind", "n", name="intent_key"),
        Index("intent_by_state", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=32)
    """Opaque; goes into the message's metadata, which anyone in the workspace can read."""
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    kind: Kind = Field(sa_type=String)
    n: int = 0
    state: Sending = Field(default=Sending.PENDING, sa_type=String)
    channel: str = ""
    """Where it was sent: the location's channel at that time."""
    ts: str = ""
    attempts: int = 0
    attempted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", sa_type=Text)
    sent_revision: int = 0
    """The handover's revision that the card shows."""
    sent_hash: str = ""
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CallMinuteRow(SQLModel, table=True):
    """How many Flipkart calls were made in one minute."""

    __tablename__ = "flipkart_minute"

    minute: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Epoch minutes, UTC."""
    calls: int = 0


def table_of(row: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a row class."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


HANDOVER = table_of(HandoverRow)
SHIPMENT = table_of(ShipmentRow)
AUDIT = table_of(AuditRow)
INTENT = table_of(IntentRow)
CALL_MINUTE = table_of(CallMinuteRow)
METADATA = SQLModel.metadata
