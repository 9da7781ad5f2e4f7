"""Problem parcels, how far their claims are, and what proves them."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Index, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import key_column, table_of

ALONE = "handover_id IS NULL"
"""A claim for a return that nobody brought: in these words, as `UNSHOWN`."""


UNREAD = "sha256 = '' AND problem = ''"
"""A video that was neither read for its hash nor given up: in these words, as `UNSHOWN`."""


class ClaimRow(SQLModel, table=True):
    """One problem parcel, and how far its claim is."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("handover_id", "tracking_id", name="claim_key"),
        Index("claim_by_next", "location_id", "next_at"),
        Index("claim_by_state", "location_id", "state", "state_at"),
        Index("claim_by_reminder", "remind_at"),
        Index("claim_by_key", "key", "handover_id"),
        Index("claim_never_came", "location_id", "key", unique=True, sqlite_where=text(ALONE)),
    )

    id: str = Field(primary_key=True, max_length=32)
    handover_id: str | None = Field(default=None, foreign_key="handover.id", max_length=32)
    alarm: int | None = None
    """Where there is no handover: the number of the alarm that told of the return."""
    location_id: str = Field(sa_type=Text)
    tracking_id: str = Field(sa_type=Text)
    kind: str
    note: str = Field(default="", sa_type=Text)
    opened_by: str | None = None
    opened_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default="draft", sa_column_kwargs={"server_default": text("'draft'")})
    state_at: datetime = Field(sa_type=UtcDateTime, sa_column_kwargs={"server_default": text("'1970-01-01'")})
    next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    remind_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    reference: str = Field(default="", sa_type=Text)
    amount: int | None = Field(default=None, sa_type=BigInteger)
    """In paise, as `paid`."""
    paid: int | None = Field(default=None, sa_type=BigInteger)
    came_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    compared: str = Field(sa_column=key_column())
    """As in `shipment`."""


class ClaimStepRow(SQLModel, table=True):
    """One step of a claim, as somebody noted it."""

    __tablename__ = "claim_step"
    __table_args__ = (Index("claim_step_by_claim", "claim_id"),)

    id: int | None = Field(default=None, primary_key=True)
    claim_id: str = Field(foreign_key="claim.id", max_length=32)
    state: str
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    reference: str = Field(default="", sa_type=Text)
    amount: int | None = Field(default=None, sa_type=BigInteger)
    paid: int | None = Field(default=None, sa_type=BigInteger)
    note: str = Field(default="", sa_type=Text)


class PhotoRow(SQLModel, table=True):
    """A picture of a parcel: dropped into the thread, or of the open-box check. Its file lies beside the database."""

    __tablename__ = "photo"
    __table_args__ = (UniqueConstraint("handover_id", "source", name="photo_key"),)

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    tracking_id: str = Field(default="", sa_type=Text)
    source: str = Field(sa_type=Text)
    """Slack's file id, or the image link."""
    name: str = Field(default="", sa_type=Text)
    sha256: str = ""
    """Empty until it is fetched."""
    problem: str = Field(default="", sa_type=Text)
    """Why it was not kept."""
    at: datetime = Field(sa_type=UtcDateTime)
    shows: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    """Which side of the parcel, as whoever dropped it said."""


class VideoRow(SQLModel, table=True):
    """A video of a parcel, dropped into the thread. It lies in Slack alone."""

    __tablename__ = "video"
    __table_args__ = (
        UniqueConstraint("handover_id", "file_id", name="video_key"),
        Index("video_unread", "id", sqlite_where=text(UNREAD)),
    )

    id: int | None = Field(default=None, primary_key=True)
    handover_id: str = Field(foreign_key="handover.id", max_length=32)
    tracking_id: str = Field(default="", sa_type=Text)
    file_id: str = Field(sa_type=Text)
    name: str = Field(default="", sa_type=Text)
    size: int = Field(default=0, sa_type=BigInteger)
    permalink: str = Field(default="", sa_type=Text)
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    sha256: str = ""
    problem: str = Field(default="", sa_type=Text)
    candidates: list[str] = Field(default_factory=list, sa_type=JSON)


CLAIM = table_of(ClaimRow)
CLAIM_STEP = table_of(ClaimStepRow)
PHOTO = table_of(PhotoRow)
VIDEO = table_of(VideoRow)
