"""What claims come to."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.handover.claim_sums import ClaimSums, Sum, claim_sums, month_before, month_of, month_of_day
from bot.handover.claims import WITH_FLIPKART, Claim, State

ZONE = ZoneInfo("Asia/Kolkata")
MARCH = month_of_day(date(2026, 3, 15), ZONE)
DAY = timedelta(days=1)
_numbers = count()


def claim(state: State, at: datetime, **more: Any) -> Claim:
    fields: dict[str, Any] = {"id": f"{next(_numbers):032x}", "handover_id": "a" * 32, "location_id": "LOC1"}
    fields |= {"tracking_id": "P1", "kind": "empty", "note": "", "opened_by": None, "opened_at": at - 9 * DAY}
    fields |= {"due_at": at + 5 * DAY, "state": state, "state_at": at}
    if state is not State.DRAFT:
        fields |= {"claimed_at": at, "amount": 100}
    return Claim(**(fields | more))


def test_a_month_begins_and_ends_at_midnight_of_the_dock() -> None:
    assert MARCH.begin == datetime(2026, 2, 28, 18, 30, tzinfo=UTC)
    assert MARCH.end == datetime(2026, 3, 31, 18, 30, tzinfo=UTC)
    assert month_of(MARCH.number, ZONE) == MARCH
    january = month_of_day(date(2027, 1, 1), ZONE)
    assert month_before(january.begin, ZONE).first == date(2026, 12, 1)
    assert month_before(january.begin - timedelta(seconds=1), ZONE).first == date(2026, 11, 1)


@pytest.mark.parametrize(
    ("one", "sums"),
    [
        (claim(State.DRAFT, MARCH.end - DAY), ClaimSums(to_file=1)),
        (claim(State.DRAFT, MARCH.end - 9 * DAY), ClaimSums(missed=1)),
        (claim(State.DRAFT, MARCH.begin - 9 * DAY), ClaimSums()),
        (claim(State.RAISED, MARCH.begin), ClaimSums(waiting=Sum(1, 100), raised=Sum(1, 100))),
        (claim(State.RAISED, MARCH.begin - DAY), ClaimSums(waiting=Sum(1, 100))),
        (claim(State.PAID, MARCH.begin, paid=70), ClaimSums(raised=Sum(1, 100), paid=Sum(1, 70))),
        (claim(State.PAID, MARCH.begin, paid=70, claimed_at=MARCH.begin - DAY), ClaimSums(paid=Sum(1, 70))),
        (claim(State.PAID, MARCH.begin - DAY, paid=70), ClaimSums()),
        (claim(State.REJECTED, MARCH.begin, amount=None), ClaimSums(raised=Sum(1), rejected=Sum(1))),
        (claim(State.RAISED, MARCH.end + DAY, opened_at=MARCH.end), ClaimSums()),
    ],
)
def test_a_claim_counts_where_it_belongs(one: Claim, sums: ClaimSums) -> None:
    assert claim_sums([one], MARCH.begin, MARCH.end) == sums
    assert sums.any == (sums != ClaimSums())


MOMENTS = st.integers(-40, 70).map(lambda days: MARCH.begin + days * DAY)
CLAIMS = st.builds(claim, st.sampled_from(State), MOMENTS, paid=st.none() | st.integers(0, 10**6))


@given(st.lists(CLAIMS, max_size=30))
def test_sums_are_the_sums_of_their_parts(claims: list[Claim]) -> None:
    whole = claim_sums(claims, MARCH.begin, MARCH.end)
    parts = [claim_sums([one], MARCH.begin, MARCH.end) for one in claims]
    for name in ("to_file", "missed"):
        assert getattr(whole, name) == sum(getattr(part, name) for part in parts)
    for name in ("waiting", "raised", "paid", "rejected"):
        of = [getattr(part, name) for part in parts]
        assert getattr(whole, name) == Sum(sum(one.n for one in of), sum(one.paise for one in of))
    seen = [one for one in claims if one.opened_at < MARCH.end]
    assert whole.waiting.n == sum(one.state in WITH_FLIPKART for one in seen)
