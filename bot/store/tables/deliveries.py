"""What is to exist in Slack, and until when the bot lived."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, BigInteger, Index, String, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import table_of


class Kind(StrEnum):
    """What a delivery becomes in Slack."""

    CARD = "card"
    """The root message of a handover's thread, edited as the handover goes on."""
    REPLY = "reply"
    """A milestone in the thread; `n` is the number of its event."""
    RECEIPT = "receipt"
    """Files in the thread; `n` is the number of the event that ended it: a handover that was reopened ends twice."""
    PROOF = "proof"
    """Files in the thread that prove a claim; `n` is the number of the event that asked for them."""
    DIGEST = "digest"
    """A message in a location's channel with files below it; `n` is the day, as its proleptic ordinal."""
    MONTH = "month"
    """A message in a location's channel about the claims of a month, with a table; `n` is the month (`claim_sums`)."""
    UNRECEIVED = "unreceived"
    """A message in a location's channel about returns that never came; `n` is made of which they are."""
    NEWS = "news"
    """A reply below such a message, about claims for these returns; `n` is its event's."""
    MODE = "mode"
    """A message in a location's channel that it has other codes now; `n` is made of which."""
    OUTAGE = "outage"
    """A line in a channel that Flipkart or Slack does not answer, edited when that is over; `n` is of its hour."""
    DIRECT = "direct"
    """A message to one person alone about what nobody takes; `n` is `direct_number`."""


EACH = 100
"""More than are told by one step (`bot.handover.shifts`)."""


def direct_number(event: int, place: int) -> int:
    """The number of a direct message: of the event that tells it, and of the person's place among those it names."""
    return event * EACH + place


def direct_of(n: int) -> tuple[int, int]:
    """The event's number and the person's place in such a number."""
    return divmod(n, EACH)


class Sending(StrEnum):
    """How far a delivery is: what leads from one to the next is in `bot.outbox.delivery`."""

    PENDING = "pending"
    SENDING = "sending"
    """Committed before the call: whoever finds it after a crash knows that it may have been carried out."""
    UNKNOWN = "unknown"
    """May have been carried out; Slack is asked."""
    SENT = "sent"
    LOST = "lost"
    """Deleted in Slack, or given up: it is not edited any more, and never sent twice."""


class DeliveryRow(SQLModel, table=True):
    """Something that is to exist in Slack exactly once. What it says is made when it is sent."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("about", "kind", "n", name="delivery_once"),
        Index("delivery_by_state", "state", "kind"),
        Index("delivery_put_off", "not_before", sqlite_where=text("not_before IS NOT NULL")),
        Index("delivery_by_ts", "ts"),
    )

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=32)
    """Opaque; goes into the message's metadata, which anyone in the workspace can read. None until it is first sent."""
    about: str = Field(sa_type=Text)
    """What it belongs to: a handover's id, a location's for a digest or an alarm, a channel's for an outage."""
    location_id: str = Field(sa_type=Text)
    kind: Kind = Field(sa_type=String)
    n: int = 0
    state: Sending = Field(default=Sending.PENDING, sa_type=String)
    channel: str = ""
    """Where it was sent: the location's channel at that time."""
    ts: str = ""
    """Of its message; files have none."""
    file_ids: list[str] = Field(default_factory=list, sa_type=JSON, sa_column_kwargs={"server_default": text("'[]'")})
    """Slack's ids, kept before the files are shared: whether they were can then be asked."""
    attempts: int = 0
    attempted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    not_before: datetime | None = Field(default=None, sa_type=UtcDateTime)
    error: str = Field(default="", sa_type=Text)
    failing_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the first of the failures in a row happened."""
    sent_revision: int = 0
    """The revision that the card shows of its handover, or the line of its outage."""
    sent_hash: str = ""
    """Of what a card shows, or of the record that a receipt is about."""
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    fence: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})
    """The fencing number of the copy that wrote it last; 0 while there is one copy alone."""


class AwakeRow(SQLModel, table=True):
    """The one row of when the bot was last awake on this database; its meaning is in `bot.store.awake`."""

    __tablename__ = "awake"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seen_at: datetime = Field(sa_type=UtcDateTime)
    gap: str = ""
    gap_at: datetime = Field(sa_type=UtcDateTime)
    last_id: int = 0


class ShardRow(SQLModel, table=True):
    """How often a shard has had a new owner; its meaning is in `bot.copies`. No row: never."""

    __tablename__ = "shard"

    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    fence: int = Field(sa_type=BigInteger)
    """The fencing number of the owner."""


DELIVERY = table_of(DeliveryRow)
AWAKE = table_of(AwakeRow)
SHARD = table_of(ShardRow)
