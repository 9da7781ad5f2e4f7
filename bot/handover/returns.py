"""A return as several sources tell of it: events in any order, and files. The newest statement about a field wins.

Newest by the time at which it was made, not by its arrival: Flipkart repeats its notifications, and may be late with
them. Of two of one second, whose order nobody can know, the one that came last.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from bot.handover.machine import settle
from bot.handover.model import Handover
from bot.handover.ports import Step
from bot.lists.model import ListRead, State
from bot.text import parcel_key

Fact = str | date | datetime | None
NEVER_COMES = "dnt_expect"
"""In a return's action: the goods stay with the customer."""


class Source(StrEnum):
    """From where it is known. The values are kept in the database."""

    EVENT = "event"
    LEDGER = "ledger"
    LOOKUP = "lookup"
    """It was asked about a parcel that was scanned: what is answered says nothing of where it goes."""
    FILE = "file"
    """A list that somebody dropped says it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one source says of one item of a return, and when it said so."""

    return_id: str
    order_item_id: str
    at: datetime
    facts: Mapping[str, Fact]
    """By the names of `Return`; what is empty says nothing."""
    source: Source = Source.EVENT

    @property
    def ref(self) -> str:
        """What tells the item from all others: of one without the id of a return its label does."""
        if self.return_id or self.order_item_id:
            return ref_of(self.return_id, self.order_item_id)
        return ref_of_parcel(str(self.facts.get("location_id") or ""), str(self.facts["tracking_id"]))


@dataclass(frozen=True, slots=True)
class Told:
    """One notification: what it says of items of returns, and parcels that it names without a return's id."""

    location_id: str
    """As Flipkart names it; empty where it names none."""
    statements: Sequence[Statement]
    bare: ListRead | None = None
    needs_place: bool = False
    """Whether nobody knows where the returns go unless it says so, as with a new one."""
    source: Source = Source.EVENT


@dataclass(frozen=True, slots=True)
class Return:
    """One item of a return. What nobody has said yet is empty."""

    return_id: str
    order_item_id: str
    location_id: str = ""
    tracking_id: str = ""
    """Empty until its label is known."""
    shipment_id: str = ""
    kind: str = ""
    """Flipkart's `source`: `courier_return` or `customer_return`."""
    action: str = ""
    status: str = ""
    shipment_status: str = ""
    reason: str = ""
    expected_on: date | None = None
    picked_up_at: datetime | None = None
    completed_at: datetime | None = None
    """When Flipkart first counted it as returned, whether it came or not."""
    cancelled_at: datetime | None = None
    end: str = ""
    """How it ended, as the newest says who says that it did: a value of `State`."""
    updated_at: datetime | None = None
    """Of the newest statement; of a lookup only where no source has told of it by itself."""
    known_from: Source = Source.EVENT
    """The source of that statement."""
    said: Mapping[str, datetime] = field(default_factory=lambda: MappingProxyType({}))
    """When what stands in a field was said, by its name; not of moments, of which the earliest stands."""
    instead: str = ""
    """The label that Flipkart names, where the parcel was scanned under another one: said again, it says nothing."""
    matched_by: str = ""
    """By what it was known then, as in `ExpectedRow`; empty where it bears a label that was named."""
    parcel: str = ""
    """What tells it from all others where nobody has named its return (`ref_of_parcel`); its label may change."""

    @property
    def ref(self) -> str:
        """What tells it from all others."""
        return self.parcel or ref_of(self.return_id, self.order_item_id)

    @property
    def key(self) -> str:
        """Its tracking id as it is compared; empty until its label is known."""
        return parcel_key(self.tracking_id) if self.tracking_id else ""

    @property
    def state(self) -> State:
        """How it stands."""
        if self.end:
            return State(self.end)
        return State.CANCELLED if NEVER_COMES in self.action.casefold() else State.AWAITED

    def _is_older_than(self, statement: Statement) -> bool:
        """A source that tells by itself shows that it works, and a lookup does not: the one stands before the other."""
        if self.updated_at is None:
            return True
        known, said = (one is not Source.LOOKUP for one in (self.known_from, statement.source))
        return self.updated_at < statement.at if known is said else said

    def _is_old(self, label: Fact) -> bool:
        return bool(self.instead) and parcel_key(str(label)) == parcel_key(self.instead)

    def after(self, statement: Statement) -> "Return":
        """With what is newer in a statement about it; itself where nothing is."""
        said, newer = dict(self.said), dict[str, Fact]()
        for name, fact in statement.facts.items():
            before, known = said.get(name), getattr(self, name)
            if fact in ("", None) or (name == "tracking_id" and self._is_old(fact)):
                continue
            if name in FIRST and isinstance(fact, datetime):
                # A ledger says it again at each change, with the time of the change.
                if known is None or fact < known:
                    newer[name] = fact
            elif before is None or before <= statement.at:
                if known != fact:
                    newer[name] = fact
                said[name] = statement.at
        tells = any(fact not in ("", None) for fact in statement.facts.values())
        latest = tells and self._is_older_than(statement)
        if said == self.said and not newer and not latest:
            return self
        more: dict[str, object] = {"updated_at": statement.at, "known_from": statement.source} if latest else {}
        if "tracking_id" in newer:
            more["matched_by"] = ""
        return replace(self, said=MappingProxyType(said), **newer, **more)  # type: ignore[arg-type]


FIRST = frozenset({"picked_up_at", "completed_at", "cancelled_at"})
"""Moments of which the earliest stands, whoever says it when."""
FACTS = tuple(
    one.name
    for one in fields(Return)
    if one.name
    not in ("return_id", "order_item_id", "updated_at", "known_from", "said", "instead", "matched_by", "parcel")
)
"""What a statement may be about."""


def confirmed_again(handover: Handover, parcels: int) -> Step:
    """The handover once Flipkart has said how many of its parcels are completed; a message of its own says none of it.

    Args:
        handover: over or not.
        parcels: how many are; 0 where Flipkart has told of none, or has taken all back.
    """
    said = None if handover.confirmed is None and not parcels else parcels
    return settle(handover, handover.model_copy(update={"confirmed": said}))


def ref_of(return_id: str, order_item_id: str) -> str:
    """One key of the two: neither has a line end in it."""
    return f"{return_id}\n{order_item_id}"


def ref_of_parcel(location_id: str, tracking_id: str) -> str:
    """One key of a parcel at a location, empty where none is known; no key of two ids has two line ends."""
    return f"\n{location_id}\n{parcel_key(tracking_id)}"


def ref_of_row(location_id: str, key: str, list_id: str) -> str:
    """One key of what one list says of a parcel; `list_id` is empty for what was announced."""
    return f"\n{location_id}\n{key}\n{list_id}"


def first_of(statement: Statement) -> Return:
    """The item of which it is the first statement, without what it says."""
    has_id = statement.return_id or statement.order_item_id
    return Return(statement.return_id, statement.order_item_id, parcel="" if has_id else statement.ref)


def left(location_id: str, tracking_id: str, now: datetime) -> Return:
    """What says of a label that nothing comes under it any more, as no item bears it; no source's own statement."""
    return Return(
        "",
        "",
        location_id,
        tracking_id,
        end=State.CANCELLED.value,
        said=MappingProxyType({"end": now}),
        parcel=ref_of_parcel(location_id, tracking_id),
    )
