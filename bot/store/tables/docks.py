"""What is known of a location, and how much was asked of Flipkart."""

from datetime import datetime

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import table_of


class EnabledForRow(SQLModel, table=True):
    """Which codes a location has, as `bot.handover.mode.Known` has it."""

    __tablename__ = "enabled_for"

    location_id: str = Field(primary_key=True, sa_type=Text)
    word: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=UtcDateTime)
    told: str = Field(sa_type=Text)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    n: int = 0


class OutageRow(SQLModel, table=True):
    """What a channel was told of an outage, as `bot.handover.outages.Outage` has it."""

    __tablename__ = "outage"

    channel: str = Field(primary_key=True, sa_type=Text)
    silent: str = Field(primary_key=True, sa_type=Text)
    location_id: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=UtcDateTime)
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    named: list[str] = Field(sa_type=JSON)
    told_at: datetime = Field(sa_type=UtcDateTime)
    n: int
    revision: int


class CallMinuteRow(SQLModel, table=True):
    """How many Flipkart calls were made in one minute."""

    __tablename__ = "flipkart_minute"

    minute: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Epoch minutes, UTC."""
    calls: int = 0


ENABLED_FOR = table_of(EnabledForRow)
OUTAGE = table_of(OutageRow)
CALL_MINUTE = table_of(CallMinuteRow)
