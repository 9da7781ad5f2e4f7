"""What the claims of a location come to: how many are how far, and what they are about in money."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.handover.claims import WITH_FLIPKART, Claim, State


@dataclass(frozen=True, slots=True)
class Sum:
    """Some claims together."""

    n: int = 0
    paise: int = 0
    """Of those of which somebody noted an amount."""


@dataclass(frozen=True, slots=True)
class ClaimSums:
    """The claims of a location at the end of a span of time."""

    to_file: int = 0
    """Those that nobody has made, whose time is not over."""
    missed: int = 0
    """Those whose time was over in the span, and that nobody had made."""
    waiting: Sum = Sum()
    """Those that are with Flipkart, by what is claimed."""
    raised: Sum = Sum()
    """Those that were made in the span, by what is claimed."""
    paid: Sum = Sum()
    """Those that were paid in the span, by what was paid."""
    rejected: Sum = Sum()
    """Those that were rejected in the span, by what was claimed."""

    @property
    def any(self) -> bool:
        """Whether there is anything to be told."""
        return self != ClaimSums()


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a location: from `begin`, up to and without `end`, both UTC."""

    first: date
    begin: datetime
    end: datetime

    @property
    def number(self) -> int:
        """Counted from the year 0; `month_of` makes it a month again."""
        return self.first.year * 12 + self.first.month - 1


def month_of(number: int, zone: ZoneInfo) -> Month:
    """The month with this number; it begins and ends at midnight in the zone."""
    firsts = [date(n // 12, n % 12 + 1, 1) for n in (number, number + 1)]
    begin, end = (datetime(one.year, one.month, 1, tzinfo=zone).astimezone(ZoneInfo("UTC")) for one in firsts)
    return Month(firsts[0], begin, end)


def month_of_day(day: date, zone: ZoneInfo) -> Month:
    """The month of a day."""
    return month_of(day.year * 12 + day.month - 1, zone)


def month_before(now: datetime, zone: ZoneInfo) -> Month:
    """The last month that is over."""
    return month_of(month_of_day(now.astimezone(zone).date(), zone).number - 1, zone)


def claim_sums(claims: Iterable[Claim], begin: datetime, end: datetime) -> ClaimSums:
    """The sums over claims, each of which is as far as it is now, for a span of time."""
    known = [claim for claim in claims if claim.opened_at < end]

    def since(state: State) -> list[Claim]:
        return [claim for claim in known if claim.state is state and begin <= claim.state_at < end]

    drafts = [claim for claim in known if claim.state is State.DRAFT and not claim.moot]
    return ClaimSums(
        to_file=sum(claim.due_at >= end for claim in drafts),
        missed=sum(begin <= claim.due_at < end for claim in drafts),
        waiting=_sum((claim for claim in known if claim.state in WITH_FLIPKART), _claimed),
        raised=_sum((claim for claim in known if claim.claimed_at and begin <= claim.claimed_at < end), _claimed),
        paid=_sum(since(State.PAID), _paid),
        rejected=_sum(since(State.REJECTED), _claimed),
    )


def _claimed(claim: Claim) -> int | None:
    return claim.amount


def _paid(claim: Claim) -> int | None:
    return claim.paid


def _sum(claims: Iterable[Claim], amount: Callable[[Claim], int | None]) -> Sum:
    amounts = [amount(claim) for claim in claims]
    return Sum(len(amounts), sum(one or 0 for one in amounts))


class Months(Protocol):
    """Which months have a summary of their claims. One transaction."""

    async def open_month(self, location_id: str, month: Month) -> bool:
        """Lets the month have its summary, once, if there was any claim; False when there was none."""
