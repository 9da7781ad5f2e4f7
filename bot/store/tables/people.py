"""What people set for themselves."""

from datetime import datetime

from sqlalchemy import Text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import table_of


class LanguageRow(SQLModel, table=True):
    """The language that a person chose; whoever chose none has no row."""

    __tablename__ = "language"

    user_id: str = Field(primary_key=True, sa_type=Text)
    language: str = Field(sa_type=Text)
    chosen_at: datetime = Field(sa_type=UtcDateTime)


LANGUAGE = table_of(LanguageRow)
