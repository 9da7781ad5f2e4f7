"""What the tables' columns are made of."""

from typing import Any

from sqlalchemy import Column, Table, Text, text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.text import parcel_key


def key_column() -> Any:
    """The key of the row's tracking id: whoever adds a row adds it, and none is ever respelt."""
    return Column("key", Text, nullable=False, default=_key, server_default=text("''"))


def _key(row: Any) -> str:
    return parcel_key(row.get_current_parameters()["tracking_id"])


def said_at() -> Any:
    """When something was said; of what was there before it was kept: at the beginning of time."""
    ever = text("'1970-01-01 00:00:00.000000'")
    return Field(sa_type=UtcDateTime, sa_column_kwargs={"server_default": ever})


def label() -> Any:
    """A word about a parcel's label; empty where there is none."""
    return Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})


def table_of(row: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a row class."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table
