"""What should arrive and what Flipkart says of it: lists, returns item by item, the ledger, what never came."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from bot.handover.model import UtcDateTime
from bot.store.tables.columns import label, said_at, table_of


class ExpectedRow(SQLModel, table=True):
    """One parcel that should arrive at a location: an index, made of what is said of it (`bot.store.expecting`)."""

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
    """`file`, or how the source of `return_item` is called in exports."""
    listed_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "awaited"
    """A `bot.lists.model.State`: what the list that named it last says of it."""
    list_id: str = Field(default="", sa_type=Text)
    """Of that list; empty: it was announced by a notification, or listed before lists were told apart."""
    said_at: datetime = said_at()
    """When that was said: of a file when it was dropped, of an event or a row of the ledger its own time."""
    forward: str = label()
    """The key of the id under which it went out."""
    instead: str = label()
    """The tracking id that it was listed by, where it came under another one (`bot.store.relabel`)."""
    instead_key: str = label()
    matched_by: str = label()


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


class AskedRow(SQLModel, table=True):
    """When Flipkart was asked about a parcel that was scanned. What it answered stands in `return_item`."""

    __tablename__ = "asked"
    __table_args__ = (Index("asked_by_ref", "ref", sqlite_where=text("ref <> ''")),)

    key: str = Field(primary_key=True, sa_type=Text)
    """The tracking id as it is compared."""
    ref: str = Field(default="", sa_type=Text)
    """The item of `return_item` that was answered, whatever its label is by now; empty: Flipkart does not know it."""
    asked_at: datetime = Field(sa_type=UtcDateTime)
    times: int = 1
    """How often it was asked about."""


class ReturnRow(SQLModel, table=True):
    """One item of a return, as `bot.handover.returns.Return` has it, or what one list says of one parcel."""

    __tablename__ = "return_item"
    __table_args__ = (
        Index("return_by_key", "key", "location_id"),
        Index("return_by_completion", "location_id", "completed_at", sqlite_where=text("completed_at IS NOT NULL")),
        Index(
            "return_by_update",
            "location_id",
            "updated_at",
            sqlite_where=text("apart = 0"),
            postgresql_where=text("NOT apart"),
        ),
        Index("return_by_way", "location_id", sqlite_where=text("shipment_status <> '' AND \"end\" = ''")),
        Index("return_by_list", "list_id", "location_id", "key", sqlite_where=text("list_id <> ''")),
        Index("return_by_shipment", "shipment_id", "location_id", sqlite_where=text("shipment_id <> ''")),
        Index("return_by_hearing", "location_id", "heard_at", sqlite_where=text("tracking_id <> '' AND \"end\" = ''")),
    )

    ref: str = Field(primary_key=True, sa_type=Text)
    """`bot.handover.returns.ref_of` the two ids, `ref_of_parcel` where both are empty, `ref_of_row` of a list's."""
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
    heard_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the bot last heard anything new of it, by its own clock."""
    instead: str = label()
    """As in `expected`, with what follows: a statement that names this label again says nothing new."""
    instead_key: str = label()
    matched_by: str = label()
    apart: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """It is what one list says of a parcel, or an announcement that names no return: no item, and taken back alone."""
    list_id: str = label()
    """Of that list; empty: it was announced, or listed before lists were told apart."""
    forward: str = label()
    """As in `expected`."""


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


EXPECTED = table_of(ExpectedRow)
MISSING = table_of(MissingRow)
PARCEL_LIST = table_of(ParcelListRow)
ASKED = table_of(AskedRow)
RETURN = table_of(ReturnRow)
LEDGER = table_of(LedgerRow)
UNRECEIVED = table_of(UnreceivedRow)
