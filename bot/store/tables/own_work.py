"""What the seller scanned and counted."""

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import table_of


class OwnScanRow(SQLModel, table=True):
    """One parcel that the seller scanned into a handover's thread."""

    __tablename__ = "own_scan"
    __table_args__ = (UniqueConstraint("handover_id", "key", name="own_scan_key"),)

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    key: str = Field(sa_type=Text, index=True)
    """The tracking id as it is compared."""
    tracking_id: str = Field(sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    times: int = 1
    message_ts: str = ""
    """The message of the last scan."""


class OwnSaidRow(SQLModel, table=True):
    """What one message of a thread says: one parcel, or, with an empty key, that it was changed or deleted."""

    __tablename__ = "own_said"

    handover_id: str = Field(primary_key=True, foreign_key="handover.id", max_length=32)
    message_ts: str = Field(primary_key=True, sa_type=Text)
    key: str = Field(primary_key=True, sa_type=Text)
    """As in `own_scan`: the same delivery counts once, and what a message said goes with it."""
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    version: str = ""
    """With an empty key: the moment of the change, as a ts."""


class TallyRow(SQLModel, table=True):
    """One addition to the running hand count."""

    __tablename__ = "tally"

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32, index=True)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    added: int
    undone: bool = False


OWN_SCAN = table_of(OwnScanRow)
OWN_SAID = table_of(OwnSaidRow)
TALLY = table_of(TallyRow)
