"""The tables. Handover, Shipment and AuditEntry bring their fields from the domain; no table has room for a code."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, String, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.handover.model import AuditEntry, Handover, Shipment, Stage, UtcDateTime
from bot.text import parcel_key


def _key_column() -> Any:
    """The key of the row's tracking id: whoever adds a row adds it, and none is ever respelt."""
    return Column("key", Text, nullable=False, default=_key, server_default=text("''"))


def _said_at() -> Any:
    ever = text("'1970-01-01 00:00:00.000000'")
    return Field(sa_type=UtcDateTime, sa_column_kwargs={"server_default": ever})


def _said_of_label() -> Any:
    return Field(default="", sa_type=Text, sa_column_kwargs={"server_default": text("''")})


def _key(row: Any) -> str:
    return parcel_key(row.get_current_parameters()["tracking_id"])


UNSHOWN = "shown_revision < revision"
"""A handover whose card shows an older revision. As text: an index of only these is used where the same words stand."""
URGENT = " OR ".join(f"shown_at <= {at}" for at in ("staged_at", "counted_at", "start_otc_at", "end_otc_at"))
"""Since the card was drawn something happened that people wait for: a stage, a code, a count by hand."""


ALONE = "handover_id IS NULL"
"""A claim for a return that nobody brought: in these words, as `UNSHOWN`."""
UNREAD = "sha256 = '' AND problem = ''"
"""A video that was neither read for its hash nor given up: in these words, as `UNSHOWN`."""
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
    compared: str = Field(sa_column=_key_column())
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
    DIRECT = "direct"
    """A message to one person alone about what nobody takes; `n` is `direct_number`."""


_EACH = 100
"""More than are told by one step (`bot.handover.shifts`)."""


def direct_number(event: int, place: int) -> int:
    """The number of a direct message: of the event that tells it, and of the person's place among those it names."""
    return event * _EACH + place


def direct_of(n: int) -> tuple[int, int]:
    """The event's number and the person's place in such a number."""
    return divmod(n, _EACH)


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
    """What it belongs to: a handover's id, or a location's for a digest or an alarm."""
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
    """The handover's revision that the card shows."""
    sent_hash: str = ""
    """Of what a card shows, or of the record that a receipt is about."""
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ExpectedRow(SQLModel, table=True):
    """One parcel that should arrive at a location, from whichever list named it last."""

    __tablename__ = "expected"
    __table_args__ = (
        UniqueConstraint("location_id", "key", name="expected_key"),
        Index("expected_by_forward", "location_id", "forward", sqlite_where=text("forward <> ''")),
        Index("expected_by_instead", "instead_key", "location_id", sqlite_where=text("instead_key <> ''")),
    )

    id: int | None = Field(default=None, primary_key=True)
    location_id: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    """The tracking id as it is compared (`bot.text.parcel_key`)."""
    tracking_id: str = Field(sa_type=Text)
    return_id: str = Field(default="", sa_type=Text)
    order_item_id: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    expected_on: date | None = None
    source: str
    """`file` or `notification`."""
    listed_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "awaited"
    """A `bot.lists.model.State`: what the list that named it last says of it."""
    list_id: str = Field(default="", sa_type=Text)
    """Of that list; empty: it was announced by a notification, or listed before lists were told apart."""
    said_at: datetime = _said_at()
    """When that was said: of a file when it was dropped, of an event or a row of the ledger its own time."""
    forward: str = _said_of_label()
    """The key of the id under which it went out."""
    instead: str = _said_of_label()
    """The tracking id that it was listed by, where it came under another one (`bot.store.relabel`)."""
    instead_key: str = _said_of_label()
    matched_by: str = _said_of_label()


class ListedRow(SQLModel, table=True):
    """What one list says of one parcel. `expected` is made of these rows, and made anew where a list is taken back."""

    __tablename__ = "listed"
    __table_args__ = (
        UniqueConstraint("location_id", "key", "list_id", name="listed_key"),
        Index("listed_by_list", "list_id", "location_id", "key"),
        Index("listed_by_time", "location_id", "listed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    list_id: str = Field(default="", sa_type=Text)
    """Empty as in `expected`."""
    location_id: str = Field(sa_type=Text)
    key: str = Field(sa_type=Text)
    tracking_id: str = Field(sa_type=Text)
    return_id: str = Field(default="", sa_type=Text)
    order_item_id: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    expected_on: date | None = None
    source: str
    listed_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "awaited"
    said_at: datetime = _said_at()
    """As in `expected`, with what follows."""
    forward: str = _said_of_label()
    instead: str = _said_of_label()
    instead_key: str = _said_of_label()
    matched_by: str = _said_of_label()


class MissingRow(SQLModel, table=True):
    """How many parcels are missing at a location: kept by what changes, counted anew when time alone changes it."""

    __tablename__ = "missing"

    location_id: str = Field(primary_key=True, sa_type=Text)
    parcels: int
    day: date
    """On which it was counted, in the location's zone: what is due tomorrow is not missing yet."""
    since: datetime = Field(sa_type=UtcDateTime)
    """When it was counted."""
    until: datetime = Field(sa_type=UtcDateTime)
    """From then on a parcel is too old to be missing, or a handover to have brought it."""


class ParcelListRow(SQLModel, table=True):
    """A list that a person brought."""

    __tablename__ = "parcel_list"

    id: str = Field(primary_key=True, max_length=32)
    """Opaque; goes into buttons."""
    location_id: str = Field(sa_type=Text)
    """In whose channel it was brought."""
    by: str
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    name: str = Field(default="", sa_type=Text)
    sheet: str = Field(default="", sa_type=Text)
    file_id: str = Field(default="", sa_type=Text)
    """Slack's."""
    taken_back_by: str | None = None
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReturnDetailRow(SQLModel, table=True):
    """What Flipkart says of a parcel that was scanned.

    A table of its own and no rows of `expected`: Flipkart knows every parcel that it lets an FE scan, so such rows
    would make each of them expected, and give a list to a location that has none. It needs no location either.
    """

    __tablename__ = "return_detail"

    key: str = Field(primary_key=True, sa_type=Text)
    """The tracking id as it is compared."""
    found: bool
    """Whether Flipkart knows it; else what follows is empty."""
    return_id: str = Field(default="", sa_type=Text)
    order_item_id: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    expected_on: date | None = None
    asked_at: datetime = Field(sa_type=UtcDateTime)
    times: int = 1
    """How often it was asked about."""


class ReturnRow(SQLModel, table=True):
    """One item of a return, as `bot.handover.returns.Return` has it."""

    __tablename__ = "return_item"
    __table_args__ = (
        Index("return_by_key", "key", "location_id"),
        Index("return_by_completion", "location_id", "completed_at"),
        Index("return_by_shipment", "shipment_id", "location_id", sqlite_where=text("shipment_id <> ''")),
    )

    ref: str = Field(primary_key=True, sa_type=Text)
    """`bot.handover.returns.ref_of` the two ids."""
    return_id: str = Field(sa_type=Text)
    order_item_id: str = Field(sa_type=Text)
    location_id: str = Field(default="", sa_type=Text)
    """Empty until somebody names one of ours."""
    key: str = Field(default="", sa_type=Text)
    """The tracking id as it is compared; empty until its label is known."""
    tracking_id: str = Field(default="", sa_type=Text)
    shipment_id: str = Field(default="", sa_type=Text)
    kind: str = Field(default="", sa_type=Text)
    action: str = Field(default="", sa_type=Text)
    status: str = Field(default="", sa_type=Text)
    shipment_status: str = Field(default="", sa_type=Text)
    reason: str = Field(default="", sa_type=Text)
    expected_on: date | None = None
    picked_up_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end: str = ""
    updated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    known_from: str
    said: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    """When what stands in a column was said: ISO times in UTC."""
    instead: str = _said_of_label()
    """As in `expected`: a statement that names this label again says nothing new."""


class LedgerRow(SQLModel, table=True):
    """How far Flipkart's ledger of returns is read, as `bot.handover.ledger.Mark` has it."""

    __tablename__ = "ledger"

    location_id: str = Field(primary_key=True, sa_type=Text)
    kind: str = Field(primary_key=True, sa_type=Text)
    after: datetime | None = Field(default=None, sa_type=UtcDateTime)
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    began: datetime | None = Field(default=None, sa_type=UtcDateTime)
    url: str = Field(default="", sa_type=Text)
    backfilled_on: date | None = None
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UnreceivedRow(SQLModel, table=True):
    """An item that is completed and that nobody brought, and the alarm that told of it."""

    __tablename__ = "unreceived"
    __table_args__ = (Index("unreceived_by_alarm", "location_id", "n"),)

    ref: str = Field(primary_key=True, sa_type=Text)
    """Of `return_item`."""
    location_id: str = Field(sa_type=Text)
    n: int
    """The alarm's number, as its delivery has it."""
    at: datetime = Field(sa_type=UtcDateTime)


class EnabledForRow(SQLModel, table=True):
    """Which codes a location has, as `bot.handover.mode.Known` has it."""

    __tablename__ = "enabled_for"

    location_id: str = Field(primary_key=True, sa_type=Text)
    word: str = Field(sa_type=Text)
    since: datetime = Field(sa_type=UtcDateTime)
    told: str = Field(sa_type=Text)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    n: int = 0


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
    compared: str = Field(sa_column=_key_column())
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


class ReminderRow(SQLModel, table=True):
    """When people were last reminded of what."""

    __tablename__ = "reminder"

    handover_id: str = Field(primary_key=True, foreign_key="handover.id", max_length=32)
    kind: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    times: int = 1


class CallMinuteRow(SQLModel, table=True):
    """How many Flipkart calls were made in one minute."""

    __tablename__ = "flipkart_minute"

    minute: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    """Epoch minutes, UTC."""
    calls: int = 0


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


class AwakeRow(SQLModel, table=True):
    """The one row of when the bot was last awake on this database; its meaning is in `bot.store.awake`."""

    __tablename__ = "awake"

    id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seen_at: datetime = Field(sa_type=UtcDateTime)
    gap: str = ""
    gap_at: datetime = Field(sa_type=UtcDateTime)
    last_id: int = 0


def table_of(row: type[SQLModel]) -> Table:
    """The SQLAlchemy table behind a row class."""
    table: Table = row.__table__  # type: ignore[attr-defined]
    return table


HANDOVER = table_of(HandoverRow)
SHIPMENT = table_of(ShipmentRow)
WITHDRAWN = table_of(WithdrawnRow)
AUDIT = table_of(AuditRow)
DELIVERY = table_of(DeliveryRow)
EXPECTED = table_of(ExpectedRow)
LISTED = table_of(ListedRow)
MISSING = table_of(MissingRow)
PARCEL_LIST = table_of(ParcelListRow)
RETURN_DETAIL = table_of(ReturnDetailRow)
RETURN = table_of(ReturnRow)
UNRECEIVED = table_of(UnreceivedRow)
LEDGER = table_of(LedgerRow)
ENABLED_FOR = table_of(EnabledForRow)
OWN_SCAN = table_of(OwnScanRow)
OWN_SAID = table_of(OwnSaidRow)
TALLY = table_of(TallyRow)
CLAIM = table_of(ClaimRow)
CLAIM_STEP = table_of(ClaimStepRow)
PHOTO = table_of(PhotoRow)
VIDEO = table_of(VideoRow)
APPROVAL = table_of(ApprovalRow)
FORGOTTEN = table_of(ForgottenRow)
REMINDER = table_of(ReminderRow)
CALL_MINUTE = table_of(CallMinuteRow)
AWAKE = table_of(AwakeRow)
METADATA = SQLModel.metadata
