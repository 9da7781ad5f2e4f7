"""How many windows one person may open."""

from bot.slack.allowance import MOST, SECONDS, Allowance


def test_one_person_uses_up_nobody_elses() -> None:
    now = 1000.0
    windows = Allowance(lambda: now)
    assert [windows.take("U1") for _ in range(MOST + 2)] == [True] * MOST + [False] * 2
    assert windows.take("U2")
    now += SECONDS / 2
    assert not windows.take("U1"), "half a minute is no minute"
    now += SECONDS / 2 + 0.1
    assert windows.take("U1")
