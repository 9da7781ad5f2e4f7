"""The pacer, with a clock that the test holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.pacer import A_MINUTE, BURST, RESERVE, STALE_SECONDS, WINDOW_SECONDS, Pacer
from bot.timing import OutboxTiming


class Hand:
    """A monotonic clock that moves when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_one_post_a_second_in_each_channel() -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    assert pacer.wait_to_post("C1") == 0, "the first post waits"
    pacer.posting("C1")
    assert pacer.wait_to_post("C1") == 1.0, "a second post in the same second does not wait"
    assert pacer.wait_to_post("C2") == 0, "another channel waits for the first one"
    hand.at += 0.75
    assert pacer.wait_to_post("C1") == 0.25
    hand.at += 0.25
    assert pacer.wait_to_post("C1") == 0


def test_edits_that_people_wait_for_may_use_the_whole_minute_at_once() -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    for n in range(A_MINUTE):
        assert pacer.wait_to_edit() == 0, "an edit within the budget waits"
        assert pacer.edits_left() == A_MINUTE - n
        pacer.editing()
        hand.at += 0.5
    assert pacer.edits_left() == 0
    assert pacer.wait_to_edit() == pytest.approx(WINDOW_SECONDS - A_MINUTE * 0.5), "the wait is not to the oldest"
    hand.at += pacer.wait_to_edit()
    assert pacer.wait_to_edit() == 0


@pytest.mark.parametrize(("stalest", "reserve"), [(STALE_SECONDS, RESERVE), (STALE_SECONDS + 1, 0)])
def test_counters_leave_a_reserve_to_what_people_wait_for(stalest: float, reserve: int) -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    end = hand.at + 600
    made: list[float] = []
    while hand.at < end:
        wait = pacer.wait_to_count(stalest)
        if wait == 0:
            pacer.counting(stalest)
            made.append(hand.at)
            first_minute = hand.at < end - 600 + WINDOW_SECONDS
            left = max(reserve - BURST, 0) if first_minute else reserve
            assert pacer.edits_left() >= left, "nothing is left for a stage that changes now"
            assert pacer.wait_to_edit() <= 1.001 * WINDOW_SECONDS / A_MINUTE, "a stage waits for more than one edit"
        hand.at += wait
    pauses = [after - before for before, after in zip(made[BURST:], made[BURST + 1 :], strict=False)]
    assert len(made) >= 600 / WINDOW_SECONDS * (A_MINUTE - reserve) - 1, "counters use less than what is theirs"
    assert max(pauses) < 4 * WINDOW_SECONDS / (A_MINUTE - reserve), "counters come in bursts"


def test_an_edit_that_changes_nothing_costs_nothing() -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    for _ in range(3 * A_MINUTE):
        assert pacer.wait_to_count(0) == 0
        pacer.counting(0)
        pacer.not_edited(counted=True)
        assert pacer.wait_to_edit() == 0
        pacer.editing()
        pacer.not_edited(counted=False)


def test_history_is_read_as_often_as_slack_allows() -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    for _ in range(A_MINUTE):
        assert pacer.wait_to_read() == 0
        pacer.reading()
    assert pacer.wait_to_read() == WINDOW_SECONDS
    assert pacer.wait_to_edit() == 0, "reads hold edits back"


def test_429_rests_for_as_long_as_slack_says() -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    pacer.throttled("post", 37)
    assert pacer.wait_to_post("C1") == 37
    assert pacer.wait_to_edit() == 0, "a 429 for posts holds edits back"
    pacer.throttled("post", 5)
    assert pacer.wait_to_post("C1") == 37, "a shorter Retry-After shortened a longer one"
    pacer.throttled("edit", 9)
    hand.at += 9
    assert pacer.wait_to_edit() == 0
    assert pacer.wait_to_count(0) == 0
    hand.at += 28
    assert pacer.wait_to_post("C1") == 0


@given(st.lists(st.tuples(st.floats(0, 10), st.booleans(), st.floats(0, 200)), max_size=300))
def test_no_minute_ever_holds_more_edits_than_the_budget(pauses: list[tuple[float, bool, float]]) -> None:
    hand = Hand()
    pacer = Pacer(OutboxTiming().post, hand)
    edits: list[float] = []
    for pause, is_urgent, stalest in pauses:
        hand.at += pause
        if is_urgent and pacer.wait_to_edit() == 0:
            pacer.editing()
        elif not is_urgent and pacer.wait_to_count(stalest) == 0:
            pacer.counting(stalest)
        else:
            assert not is_urgent or len([at for at in edits if at + WINDOW_SECONDS > hand.at]) == A_MINUTE
            continue
        edits.append(hand.at)
    for at in edits:
        inside = [one for one in edits if at < one + WINDOW_SECONDS and one <= at]
        assert len(inside) <= A_MINUTE, f"{len(inside)} edits within a minute"
