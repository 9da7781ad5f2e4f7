"""Returns as Flipkart tells of them: in notifications, and when it is asked for tracking ids."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Annotated

from pydantic import BeforeValidator, Field

from bot.clock import from_epoch
from bot.flipkart.fields import Str, Wire, as_object, as_objects
from bot.lists import dates
from bot.lists.cells import other_id, shown, tracking_id, words
from bot.lists.model import ExpectedRow, ListRead, Why
from bot.text import parcel_key

MOST_ITEMS = 1000
"""Items of one answer or notification that are looked at."""
LONGEST_REASON = 200


class ReturnItem(Wire):
    """One returned item."""

    tracking_id: Str = Field("", alias="trackingId")
    return_id: Str = Field("", alias="returnId")
    order_item_id: Str = Field("", alias="orderItemId")
    reason: Str = ""
    sub_reason: Str = Field("", alias="subReason")
    expected: Str = Field("", alias="expectedDate")

    def row(self, return_id: str = "") -> ExpectedRow:
        """The same as a row of a list; `return_id` stands in for one that the item does not name."""
        reasons = dict.fromkeys(filter(None, (words(self.reason), words(self.sub_reason))))
        return ExpectedRow(
            tracking_id=self.tracking_id,
            return_id=other_id(self.return_id) or other_id(return_id),
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
    attributes: Annotated[_Attributes, BeforeValidator(as_object)] = _Attributes()

    def read(self) -> ListRead:
        """Its parcels as a list, each once; without a row where no item has a tracking id that can be one."""
        items = self.attributes.items
        found: dict[str, ExpectedRow] = {}
        named = 0
        for item in islice(items, MOST_ITEMS):
            tracking = tracking_id(item.tracking_id)
            if not isinstance(tracking, Why):
                named += 1
                found.setdefault(parcel_key(tracking), replace(item.row(self.return_id), tracking_id=tracking))
        return ListRead(
            rows=tuple(found.values()),
            column="trackingId",
            read=len(items),
            skipped_count=len(items) - named,
            repeated=named - len(found),
        )


class ReturnItems(Wire):
    """The answer about tracking ids."""

    items: Annotated[list[ReturnItem], BeforeValidator(as_objects)] = Field(alias="returnItems")

    def of(self, tracking_ids: Iterable[str]) -> list[ExpectedRow]:
        """What it says of these parcels, each once: the first of several items counts. Others are dropped."""
        wanted = {parcel_key(one) for one in tracking_ids}
        found: dict[str, ExpectedRow] = {}
        for item in islice(self.items, MOST_ITEMS):
            if (one := parcel_key(item.tracking_id)) in wanted:
                found.setdefault(one, item.row())
        return list(found.values())


def _day(text: str) -> date | None:
    """The day in India of a date in words, or of an epoch time."""
    try:
        moment = from_epoch(float(text))
    except (ValueError, OverflowError):
        return dates.day(text)
    return moment.astimezone(dates.INDIA).date() if moment else None
