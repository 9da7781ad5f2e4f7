"""What is due when: spread, in order, nobody forgotten."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.jobs.due import Due


def begun(due: Due) -> list[str]:
    """Begins everything that may begin now."""
    keys = []
    while (key := due.next()) is not None:
        due.begin(key)
        keys.append(key)
    return keys


def test_a_new_thing_is_due_at_once_and_then_at_its_interval() -> None:
    due = Due()
    due.put("a", 30)
    at = []
    for second in range(301):
        at += [second] * len(begun(due))
        due.pass_time(1, 1.0)
    assert at == list(range(0, 301, 30))


def test_things_that_begin_together_do_not_stay_together() -> None:
    due = Due()
    for n in range(30):
        due.put(f"a{n}", 30)
    assert len(begun(due)) == 30
    counts = []
    for _ in range(120):
        due.pass_time(1, 1.0)
        counts.append(len(begun(due)))
    assert max(counts[30:]) <= 4, f"thirty things a half minute, and {max(counts[30:])} in a second"
    assert sum(counts[60:]) == 60


def test_from_one_moment_to_the_next_each_thing_begins_alone() -> None:
    due, counts, waits = Due(), [], 0
    assert due.wait() is None
    for n in range(300):
        due.put(f"a{n}", 30, within=n / 300)
    while due.now < 300:
        counts.append(len(begun(due)))
        wait = due.wait()
        assert wait is not None
        due.pass_time(max(wait, 0.001), 1.0)
        waits += 1
    assert max(counts) <= 2, f"{max(counts)} begin together"
    assert sum(counts) == 3000
    assert waits < 3600, "it looks for what is not due yet"


def test_what_must_wait_for_its_turn_says_how_long() -> None:
    due = Due()
    for n in range(60):
        due.put(f"a{n}", 30)
    begun(due)
    due.pass_time(1000, 1.0)
    began = len(begun(due))
    for _ in range(1000):
        wait = due.wait()
        assert wait is not None
        due.pass_time(max(wait, 0.001), 1.0)
        began += len(begun(due))
        if began >= 60:
            break
    assert due.now < 1031, "what is overdue waits longer than an interval"


def test_what_a_rest_held_up_is_spread() -> None:
    due = Due()
    for n in range(60):
        due.put(f"a{n}", 30)
    begun(due)
    for _ in range(60):
        due.pass_time(1, 1.0)
        begun(due)
    for _ in range(120):  # nobody looks
        due.pass_time(1, 1.0)
    counts = []
    for _ in range(90):
        due.pass_time(1, 1.0)
        counts.append(len(begun(due)))
    assert max(counts) <= 7, f"{max(counts)} at once after a rest"
    assert sum(counts[:16]) >= 60, "catching up takes longer than half an interval"


def test_all_intervals_are_stretched_at_once() -> None:
    due = Due()
    due.put("a", 30)
    begun(due)
    due.pass_time(15, 1.0)
    due.pass_time(29, 2.0)
    assert not begun(due)
    due.pass_time(1, 2.0)
    assert begun(due) == ["a"]


def test_a_look_of_somebody_else_counts() -> None:
    due = Due()
    due.put("a", 30)
    begun(due)
    due.pass_time(20, 1.0)
    due.seen("a")
    due.pass_time(29, 1.0)
    assert not begun(due)
    due.pass_time(1, 1.0)
    assert begun(due) == ["a"]


def test_a_look_that_was_refused_comes_before_what_became_due_since() -> None:
    due = Due()
    due.put("a", 30)
    begun(due)
    due.pass_time(10, 1.0)
    due.put("b", 30)
    due.again("a")
    assert begun(due) == ["a", "b"]


def test_what_was_dropped_is_due_no_more_and_a_shorter_interval_counts_from_the_last_look() -> None:
    due = Due()
    for key in "ab":
        due.put(key, 60)
    begun(due)
    due.drop("a")
    due.put("b", 20)
    due.pass_time(19, 1.0)
    assert not begun(due)
    due.pass_time(1, 1.0)
    assert begun(due) == ["b"]
    assert "a" not in due


@settings(deadline=None)
@given(
    everies=st.lists(st.sampled_from([10.0, 30.0, 60.0]), min_size=1, max_size=60),
    stretches=st.lists(st.floats(1.0, 5.0), min_size=1, max_size=20),
    room=st.floats(1.0, 3.0),
)
def test_nothing_starves_and_nothing_is_looked_at_too_often(
    everies: list[float], stretches: list[float], room: float
) -> None:
    """With room for all looks and little more each second, everything is looked at about once an interval."""
    due = Due()
    for n, every in enumerate(everies):
        due.put(str(n), every)
    last: dict[str, float] = {}
    looks: Counter[str] = Counter()
    may = 0.0
    for second in range(600):
        stretch = stretches[second // 30 % len(stretches)]
        due.pass_time(1, stretch)
        may = min(may, 1.0) + max(1.0, due.rate / stretch * room)
        while may >= 1 and (key := due.next()) is not None:
            may -= 1
            due.begin(key)
            every = everies[int(key)]
            if key in last:
                gap = due.now - last[key]
                assert gap <= 2 * every + 2 + len(everies), f"{key} waits {gap:.0f} beats instead of {every:.0f}"
            last[key] = due.now
            looks[key] += 1
    for n, every in enumerate(everies):
        assert str(n) in last, "never looked at"
        assert looks[str(n)] <= due.now / every * (1 + 1 / 8) + 3


def test_what_is_looked_at_less_often_keeps_the_look_that_is_near() -> None:
    due = Due()
    due.put("an FE", 30)
    due.begin("an FE")
    due.pass_time(10, 1.0)
    due.put("an FE", 60)
    due.pass_time(20.001, 1.0)
    assert due.next() == "an FE", "the last scans before the End OTC page wait"
    due.begin("an FE")
    due.pass_time(59, 1.0)
    assert due.next() is None
    due.put("an FE", 30)
    assert due.next() == "an FE", "who scans again waits as if on the End OTC page"
