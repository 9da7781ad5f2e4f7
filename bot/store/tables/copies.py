"""What several copies over one database tell each other. Empty where there is one copy alone, as over SQLite."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import table_of


class HolderRow(SQLModel, table=True):
    """Which copy has the codes of a channel in its memory; no code is here. No row: none was asked for yet."""

    __tablename__ = "holder"

    channel: str = Field(primary_key=True, sa_type=Text)
    copy_number: int


class LetterRow(SQLModel, table=True):
    """A press that waits for the copy that has the codes; its meaning is in `bot.handover.letters`."""

    __tablename__ = "letter"

    id: str = Field(primary_key=True, sa_type=Text)
    channel: str = Field(sa_type=Text)
    sender: int
    addressee: int
    taken_by: int | None = None
    written_at: datetime = Field(sa_type=UtcDateTime)
    """By the database's clock."""
    press: dict[str, Any] = Field(sa_type=JSON)


class FingerRow(SQLModel, table=True):
    """A press that some copy is answering, or has answered a moment ago."""

    __tablename__ = "finger"

    press: str = Field(primary_key=True, sa_type=Text)
    """A digest of who pressed what where."""
    copy_number: int
    begun_at: datetime = Field(sa_type=UtcDateTime)
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


HOLDER = table_of(HolderRow)
LETTER = table_of(LetterRow)
FINGER = table_of(FingerRow)
