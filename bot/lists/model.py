"""What is found in a list of parcels that should arrive."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.i18n import N_

MOST_SKIPPED = 20
"""Skipped rows that are named one by one; the rest is only counted."""


class Why(StrEnum):
    """Why a row gives no parcel: half a sentence for the person, also the key of its translation."""

    NO_ID = N_("no tracking id")
    ROUNDED = N_(
        "the spreadsheet turned the tracking id into a rounded number; format the column as text and export it again"
    )
    FORMULA = N_("a formula instead of a tracking id; formulas are not evaluated")
    DATE = N_("a date instead of a tracking id")
    SEVERAL = N_("more than one tracking id in one cell; give each its own row")
    NOT_AN_ID = N_("not a tracking id")
    TOTAL = N_("a row of totals")
    MARK = N_("a page mark or the like")
    ORDER = N_("an order id instead of a tracking id")
    FAR = N_("too far from how the other tracking ids of the list look")
    SHIFTED = N_("more cells than the header has, so the columns can't be told apart")


class State(StrEnum):
    """How a row stands. The values are kept in the database."""

    AWAITED = "awaited"
    """Also where a row says nothing, or something that decides nothing."""
    COMPLETED = "completed"
    """It has come."""
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    UNLISTED = "unlisted"
    """The bot's own table of a day says that it was scanned and stood on no list."""


OFF = frozenset({State.CANCELLED, State.REJECTED})
"""Will not come: a parcel that comes all the same stands on no list."""


@dataclass(frozen=True, slots=True)
class ExpectedRow:
    """One parcel that should arrive. What the list does not say is empty."""

    tracking_id: str
    """As it is written in the list, trimmed; compare with `key`."""
    return_id: str = ""
    order_item_id: str = ""
    """Empty too where the spreadsheet rounded it: 17 digits don't fit into a number of Excel."""
    reason: str = ""
    """Reason and sub-reason in one line of at most 200 characters."""
    expected_on: date | None = None
    """The day in India on which the list expects the parcel."""
    state: State = State.AWAITED
    location_id: str = ""
    """As the list writes it, and so is the name; `bot.handover.places` says which location they mean."""
    location_name: str = ""
    forward: str = ""
    """The tracking id under which it went out, where the list has that beside the one it comes back under."""
    instead: str = ""
    """The tracking id that it is listed by, where it came under another one."""
    matched_by: str = ""
    """Then: `shipment` or `forward`, by what it was known."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row without a parcel."""

    line: int
    """The row's number as a spreadsheet shows it: the first is 1, and a cell with line breaks is one row."""
    why: Why
    written: str = ""
    """What stands in the tracking id's cell, as one line of at most 60 characters."""


@dataclass(frozen=True, slots=True)
class OtherSheet:
    """A sheet that was not read."""

    at: int
    """Its place in the workbook, as `read_list` takes it."""
    title: str


@dataclass(frozen=True, slots=True)
class ListRead:
    """A list as it was read; `read` is always `len(rows) + repeated + skipped_count`."""

    rows: tuple[ExpectedRow, ...]
    """One for each tracking id, in the order of the list; at least one."""
    column: str
    """The tracking id's column by its header, or as a spreadsheet letters it (`A`) where it has none."""
    read: int
    """Rows with anything in them below the header."""
    skipped: tuple[Skipped, ...] = ()
    """The first 20 of them."""
    skipped_count: int = 0
    repeated: int = 0
    """Rows whose tracking id stood in an earlier row; the first one counts."""
    other_columns_used: tuple[str, ...] = ()
    """Headers of the other columns that something was taken from."""
    sheet: str = ""
    """The sheet's name, where the file has sheets."""
    other_sheets: tuple[OtherSheet, ...] = ()
    """Further sheets with tracking ids below a header."""
    vague_location: bool = False
    """The column of the rows' `location_name` may be about something else, such as the customer's town."""
    hidden: int = 0
    """Rows of the sheet that are not shown, because of a filter for example; they are read like all others."""
    kinds: tuple[tuple[Why, int], ...] = ()
    """How many rows were skipped for which reason, the most frequent first."""
