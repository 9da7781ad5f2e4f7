"""Returns as Flipkart tells of them: in notifications, and when it is asked for tracking ids."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Annotated

from pydantic import AliasChoices, BeforeValidator, Field

from bot.clock import from_epoch
from bot.flipkart.fields import Flag, Str, Wire, as_moment, as_object, as_objects
from bot.handover.returns import Fact, Source, Statement, Told
from bot.lists import dates
from bot.lists.cells import other_id, shown, tracking_id, words
from bot.lists.model import ExpectedRow, ListRead, State, Why
from bot.lists.states import state
from bot.text import parcel_key

MOST_ITEMS = 1000
"""Items of one answer about tracking ids, or of one notification, that are looked at."""
LONGEST_REASON = 200
LONGEST_WORD = 60
OLDEST, NEWEST = timedelta(days=400), timedelta(days=1)
"""So long before it was signed, or after it, can what an event tells have happened."""


class ReturnItem(Wire):
    """One returned item."""

    tracking_id: Str = Field("", alias="trackingId")
    return_id: Str = Field("", alias="returnId")
    order_item_id: Str = Field("", alias="orderItemId")
    reason: Str = ""
    sub_reason: Str = Field("", alias="subReason")
    expected: Str = Field("", alias="expectedDate")
    shipment_id: Str = Field("", alias="shipmentId")
    kind: Str = Field("", alias="source")
    action: Str = ""
    completed: Str = Field("", alias="completionDate")
    location_id: Str = Field("", alias="locationId")
    ledger_kind: Str = Field("", alias="type")
    status: Str = ""
    shipment_status: Str = Field("", alias="shipmentStatus")
    created: Str = Field("", alias="createdDate")
    updated: Str = Field("", alias="updatedDate")

    def facts(self) -> dict[str, Fact]:
        """What it says of its return, by the names of `bot.handover.returns.Return`."""
        row, label = self.row(), tracking_id(self.tracking_id)
        return {
            "tracking_id": "" if isinstance(label, Why) else label,
            "shipment_id": other_id(self.shipment_id),
            "kind": shown(self.kind, LONGEST_WORD),
            "action": shown(self.action, LONGEST_WORD),
            "reason": row.reason,
            "expected_on": row.expected_on,
            "completed_at": (completed := moment(self.completed)),
            "end": State.COMPLETED.value if completed else "",
        }

    def statement(self, otherwise: datetime, now: datetime, source: Source) -> Statement:
        """What a row of the ledger says, of however it was asked for it; it may name no id of a return.

        Args:
            otherwise: when it was said, where the row does not tell when it changed, or tells what can't be.
            now: the time.
            source: how it was asked.
        """
        at = moment(self.updated) or moment(self.created)
        if at is None or not -OLDEST <= at - now <= NEWEST:
            at = otherwise
        end = state(self.status, "")
        facts = self.facts() | {
            "kind": shown(self.kind or self.ledger_kind, LONGEST_WORD),
            "status": shown(self.status, LONGEST_WORD),
            "shipment_status": shown(self.shipment_status, LONGEST_WORD),
            "end": "" if end in (State.AWAITED, State.UNLISTED) else end.value,
            "completed_at": at if end is State.COMPLETED else None,
            "cancelled_at": at if end is State.CANCELLED else None,
        }
        return Statement(other_id(self.return_id), other_id(self.order_item_id), at, facts, source)

    def row(self) -> ExpectedRow:
        """The same as a row of a list."""
        reasons = dict.fromkeys(filter(None, (words(self.reason), words(self.sub_reason))))
        return ExpectedRow(
            tracking_id=self.tracking_id,
            return_id=other_id(self.return_id),
            order_item_id=other_id(self.order_item_id),
            reason=shown(": ".join(reasons), LONGEST_REASON),
            expected_on=_day(self.expected),
        )


class _Attributes(Wire):
    items: Annotated[list[ReturnItem], BeforeValidator(as_objects)] = Field([], alias="returnItems")


class Notice(Wire):
    """A notification, of which Flipkart has many kinds."""

    event: Str = Field("", alias="eventType")
    return_id: Str = Field("", alias="returnId")
    location_id: Str = Field("", alias="locationId")
    timestamp: Str = ""
    attributes: Annotated[_Attributes, BeforeValidator(as_object)] = _Attributes()

    def told(self, signed_at: datetime) -> Told | None:
        """What it says of returns; None where it is none of the events that are about them.

        Args:
            signed_at: when Flipkart signed it, for one that does not say when it happened or says what can't be.
        """
        if self.event not in EVENTS:
            return None
        at = moment(self.timestamp)
        if at is None or not -OLDEST <= at - signed_at <= NEWEST:
            at = signed_at
        statements, bare = list[Statement](), list[ReturnItem]()
        items = self.attributes.items[:MOST_ITEMS]
        for item in items:
            return_id = other_id(item.return_id) or other_id(self.return_id)
            order_item_id = other_id(item.order_item_id)
            if return_id or order_item_id:
                facts = EVENTS[self.event](item, at)
                statements.append(Statement(return_id, order_item_id, at, facts | {"status": self.event}))
            else:
                bare.append(item)
        is_new = self.event == CREATED
        return Told(self.location_id, statements, self._bare(bare) if is_new and bare else None, needs_place=is_new)

    def _bare(self, items: Sequence[ReturnItem]) -> ListRead:
        """Items that name no return: their parcels as a list, each once."""
        found: dict[str, ExpectedRow] = {}
        named = 0
        for item in items:
            label = tracking_id(item.tracking_id)
            if not isinstance(label, Why):
                named += 1
                found.setdefault(parcel_key(label), replace(item.row(), tracking_id=label))
        return ListRead(
            rows=tuple(found.values()),
            column="trackingId",
            read=len(items),
            skipped_count=len(items) - named,
            repeated=named - len(found),
        )


CREATED = "return_created"
EVENTS: dict[str, Callable[[ReturnItem, datetime], dict[str, Fact]]] = {
    CREATED: lambda item, _: item.facts(),
    "return_item_tracking_id_update": lambda item, _: _only(item, "tracking_id"),
    "return_expected_date_changed": lambda item, _: _only(item, "expected_on"),
    "return_picked_up": lambda _, at: {"picked_up_at": at},
    "return_completed": lambda _, at: {"completed_at": at, "end": State.COMPLETED.value},
    "return_cancelled": lambda _, at: {"cancelled_at": at, "end": State.CANCELLED.value},
}
"""The events that are about returns, and what an item of each says."""


def _only(item: ReturnItem, name: str) -> dict[str, Fact]:
    return {name: item.facts()[name]}


def _text_or_nothing(value: object) -> str:
    """Whole: an address that is cut off leads nowhere."""
    return value if isinstance(value, str) else ""


class LedgerAnswer(Wire):
    """A page of the returns ledger."""

    items: Annotated[list[ReturnItem], BeforeValidator(as_objects)] = Field(alias="returnItems")
    has_more: Flag = Field(False, validation_alias=AliasChoices("hasMore", "has_more"))
    next_url: Annotated[str, BeforeValidator(_text_or_nothing)] = Field(
        "", validation_alias=AliasChoices("nextUrl", "next_url")
    )

    def statements(self, location_id: str, since: datetime, now: datetime) -> list[Statement]:
        """What it says of the items at this location; those without any id of a return are left out.

        Args:
            location_id: of which it was asked; an item of another location is none.
            since: since when it was asked for changes. An item that does not say when it changed, or says what can't
                be, says no more than one that was changed then.
            now: the time.
        """
        # All: what is left out here is nowhere else, and a body has its own bound.
        here = [item for item in self.items if item.location_id in ("", location_id)]
        found = [item.statement(since, now, Source.LEDGER) for item in here]
        return [one for one in found if one.return_id or one.order_item_id]


class ReturnItems(Wire):
    """The answer about tracking ids."""

    items: Annotated[list[ReturnItem], BeforeValidator(as_objects)] = Field(alias="returnItems")

    def of(self, tracking_ids: Iterable[str], now: datetime) -> list[Statement]:
        """What it says of these parcels, item by item, under the very labels that it was asked about."""
        wanted = {parcel_key(one) for one in tracking_ids}
        found = []
        for item in islice(self.items, MOST_ITEMS):
            if parcel_key(item.tracking_id) in wanted:
                one = item.statement(now, now, Source.LOOKUP)
                found.append(replace(one, facts={**one.facts, "tracking_id": item.tracking_id}))
        return found


def moment(text: str) -> datetime | None:
    """The moment, in UTC, of an ISO time or of an epoch time; one without a zone is India's. None for what is none."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=dates.INDIA)).astimezone(UTC)
    except (ValueError, OverflowError):
        return as_moment(text)


def _day(text: str) -> date | None:
    """The day in India of a date in words, or of an epoch time."""
    try:
        moment = from_epoch(float(text))
    except (ValueError, OverflowError):
        return dates.day(text)
    return moment.astimezone(dates.INDIA).date() if moment else None
