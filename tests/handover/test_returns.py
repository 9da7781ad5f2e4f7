"""Whatever comes in whichever order: the newest statement about each field stands."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.handover.returns import FACTS, FIRST, Fact, Return, Source, Statement, ref_of
from bot.lists.model import State

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
NEW = Return("R1", "OI1")


def said(minute: int, /, **facts: Fact) -> Statement:
    return Statement("R1", "OI1", NOON + timedelta(minutes=minute), facts)


def told(*statements: Statement) -> Return:
    found = NEW
    for one in statements:
        found = found.after(one)
    return found


def moments(name: str) -> st.SearchStrategy[Fact]:
    del name
    return st.none() | st.integers(0, 50).map(lambda n: NOON + timedelta(minutes=n))


FACT: dict[str, st.SearchStrategy[Fact]] = {
    **{name: st.sampled_from(("", "A", "B", "C")) for name in FACTS},
    "expected_on": st.none() | st.integers(1, 28).map(lambda day: date(2026, 3, day)),
    **{name: moments(name) for name in FIRST},
    "end": st.sampled_from(("", State.COMPLETED.value, State.CANCELLED.value)),
}
SOME = st.lists(st.tuples(st.fixed_dictionaries({}, optional=FACT), st.sampled_from(Source)), min_size=1, max_size=6)


def in_time(facts: Sequence[tuple[dict[str, Fact], Source]]) -> list[Statement]:
    return [replace(said(n, **some), source=source) for n, (some, source) in enumerate(facts)]


@given(SOME.map(in_time).flatmap(st.permutations))
def test_in_any_order_the_newest_of_each_field_stands(statements: Sequence[Statement]) -> None:
    found = told(*statements)
    assert found == told(*sorted(statements, key=lambda one: one.at))
    for name in FACTS:
        facts = [one.facts[name] for one in sorted(statements, key=lambda one: one.at) if one.facts.get(name)]
        first = name in FIRST
        stands = min(facts, key=str) if first and facts else facts[-1] if facts else getattr(NEW, name)
        assert getattr(found, name) == stands, name
    for one in statements:
        assert found.after(one) == found, "what comes again changes nothing"


def test_what_says_nothing_new_is_no_other_value() -> None:
    once = told(said(1, tracking_id="FMP1", reason=""))
    assert once.after(said(1, tracking_id="FMP1")) is once
    assert once.after(said(0, tracking_id="FMP2")) is once
    assert once.after(said(2, tracking_id="", expected_on=None)) is once


def test_of_two_of_one_second_the_one_that_came_last_stands() -> None:
    assert told(said(1, reason="TORN"), said(1, reason="Size")).reason == "Size"


def test_how_it_stands() -> None:
    assert NEW.state is State.AWAITED
    assert told(said(1, picked_up_at=NOON)).state is State.AWAITED
    assert told(said(1, action="refund_DNT_EXPECT")).state is State.CANCELLED
    done, off = said(5, end="completed", completed_at=NOON), said(3, end="cancelled", cancelled_at=NOON)
    assert told(done).state is State.COMPLETED
    assert told(off).state is State.CANCELLED
    assert told(done, off).state is told(off, done).state is State.COMPLETED, "it was cancelled before it came"
    late = said(9, end="cancelled")
    assert told(done, late).state is told(late, done).state is State.CANCELLED


def test_who_says_again_that_it_is_completed_does_not_say_when() -> None:
    first, again = NOON + timedelta(minutes=5), NOON + timedelta(hours=5)
    done, ledger = said(5, completed_at=first), said(300, completed_at=again, status="completed")
    for order in ((done, ledger), (ledger, done)):
        assert told(*order).completed_at == first


def test_the_key_of_two_ids_is_of_these_two_alone() -> None:
    assert len({ref_of("R1", "2"), ref_of("R12", ""), ref_of("", "R12"), ref_of("R", "12")}) == 4
