"""The pacer, with a clock that the test holds."""

from hypothesis import given
from hypothesis import strategies as st

from bot.outbox.pacer import EDITS_A_MINUTE, Pacer


class Hand:
    """A monotonic clock that moves when told to."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_one_post_a_second_in_each_channel() -> None:
    hand = Hand()
    pacer = Pacer(hand)
    assert pacer.wait_to_post("C1") == 0, "the first post waits"
    pacer.posting("C1")
    assert pacer.wait_to_post("C1") == 1.0, "a second post in the same second does not wait"
    assert pacer.wait_to_post("C2") == 0, "another channel waits for the first one"
    hand.at += 0.75
    assert pacer.wait_to_post("C1") == 0.25
    hand.at += 0.25
    assert pacer.wait_to_post("C1") == 0


def test_edits_of_a_minute() -> None:
    hand = Hand()
    pacer = Pacer(hand)
    for _ in range(EDITS_A_MINUTE):
        assert pacer.wait_to_edit() == 0, "an edit within the budget waits"
        pacer.editing()
        hand.at += 0.5
    assert pacer.wait_to_edit() == 60 - EDITS_A_MINUTE * 0.5, "the budget is passed, or the wait is not to the oldest"
    hand.at += pacer.wait_to_edit()
    assert pacer.wait_to_edit() == 0


def test_429_rests_for_as_long_as_slack_says() -> None:
    hand = Hand()
    pacer = Pacer(hand)
    pacer.throttled("post", 37)
    assert pacer.wait_to_post("C1") == 37
    assert pacer.wait_to_edit() == 0, "a 429 for posts holds edits back"
    pacer.throttled("post", 5)
    assert pacer.wait_to_post("C1") == 37, "a shorter Retry-After shortened a longer one"
    pacer.throttled("edit", 9)
    hand.at += 9
    assert pacer.wait_to_edit() == 0
    hand.at += 28
    assert pacer.wait_to_post("C1") == 0


@given(st.lists(st.floats(0, 10), max_size=300))
def test_no_minute_ever_holds_more_edits_than_the_budget(pauses: list[float]) -> None:
    hand = Hand()
    pacer = Pacer(hand)
    edits: list[float] = []
    for pause in pauses:
        hand.at += pause
        wait = pacer.wait_to_edit()
        if wait == 0:
            pacer.editing()
            edits.append(hand.at)
        else:
            assert len([at for at in edits if at > hand.at - 60]) == EDITS_A_MINUTE, "an edit waits without need"
    for at in edits:
        inside = [one for one in edits if at - 60 < one <= at]
        assert len(inside) <= EDITS_A_MINUTE, f"{len(inside)} edits within a minute"
