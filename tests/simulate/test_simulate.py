"""The simulation's promises, with a tenth of its sellers and a quarter of its hour."""

import pytest

from tests.simulate.__main__ import play


@pytest.mark.parametrize("copies", [3, 30])
def test_whoever_dies_the_work_is_even_and_no_look_is_long_in_coming(copies: int) -> None:
    outcome = play(copies, 60, 180, seed=7, hours=0.25)
    assert outcome.shards[1] - outcome.shards[0] <= 1
    assert outcome.longest_free <= 12, "a copy that was stopped kept its shards"
    assert outcome.longest <= 2, "an FE was not looked at for more than two intervals"
    assert outcome.most_calls <= 900
