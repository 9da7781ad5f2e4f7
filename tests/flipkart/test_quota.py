"""The rolling hour: kept in a real database, people first."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.flipkart.errors import ShareUsedUpError, ThrottledError
from bot.flipkart.quota import Quota
from bot.handover.asking import asks
from bot.store.calls import CallStore
from bot.store.session import Database
from tests.flipkart.support import MemoryCalls
from tests.pace import PATIENCE


class Clock:
    """Both clocks of a quota: they stand still until moved."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 1, 10, 0, 30, tzinfo=UTC)
        self.ticks = 1000.0

    def now(self) -> datetime:
        return self.moment

    def monotonic(self) -> float:
        return self.ticks

    def move(self, *, minutes: float = 0, seconds: float = 0) -> None:
        step = timedelta(minutes=minutes, seconds=seconds)
        self.moment += step
        self.ticks += max(0.0, step.total_seconds())


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[CallStore]:
    database = Database(url)
    try:
        await database.upgrade()
        yield CallStore(database)
    finally:
        await database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[CallStore]:
    async with opened(url) as one:
        yield one


def quota_of(store: CallStore, clock: Clock, limit: int = 20, others: int = 0) -> Quota:
    return Quota(store, limit, clock.now, clock.monotonic, others=others)


async def spend(quota: Quota, times: int, *, for_person: bool = False) -> None:
    for _ in range(times):
        await quota.spend(for_person=for_person)


async def test_polling_leaves_the_reserve_to_people(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=20)
    assert quota.for_polling == 18
    await spend(quota, 18)

    with pytest.raises(ThrottledError) as caught:
        await quota.spend(for_person=False)
    await spend(quota, 2, for_person=True)
    with pytest.raises(ThrottledError):
        await quota.spend(for_person=True)

    assert await quota.used() == 20
    assert caught.value.retry_after is not None
    assert 3540 <= caught.value.retry_after <= 3660, "the oldest minute is free in an hour"


async def test_a_refused_call_is_not_counted(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=10)
    await spend(quota, 9)
    for _ in range(3):
        with pytest.raises(ThrottledError):
            await quota.spend(for_person=False)

    assert await quota.used() == 9


async def test_the_hour_rolls(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=10)
    await spend(quota, 5)
    clock.move(minutes=30)
    await spend(quota, 4)

    with pytest.raises(ThrottledError):
        await quota.spend(for_person=False)
    clock.move(minutes=31)

    assert await quota.used() == 4, "the first half of the calls is more than an hour old"
    await spend(quota, 5)
    clock.move(minutes=61)
    assert await quota.used() == 0


async def test_calls_never_pass_the_limit_in_any_hour(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=10)
    made: list[datetime] = []
    for _ in range(180):
        clock.move(seconds=61)
        with contextlib.suppress(ThrottledError):
            await quota.spend(for_person=True)
            made.append(clock.moment)

    for moment in made:
        within = [one for one in made if moment <= one < moment + timedelta(hours=1)]
        assert len(within) <= 10, f"{len(within)} calls in the hour from {moment}"
    assert len(made) >= 25, f"only {len(made)} calls in three hours: the budget is not used"


async def test_retry_after_is_when_a_call_is_free(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=10)
    await spend(quota, 9)
    clock.move(minutes=20)
    with pytest.raises(ThrottledError) as caught:
        await quota.spend(for_person=False)
    assert caught.value.retry_after is not None

    clock.move(seconds=caught.value.retry_after)
    await quota.spend(for_person=False)


async def test_a_restart_forgets_nothing(url: str, clock: Clock) -> None:
    async with opened(url) as store:
        await spend(quota_of(store, clock, limit=10), 6)
    clock.move(minutes=10)
    async with opened(url) as store:
        quota = quota_of(store, clock, limit=10)
        assert await quota.used() == 6
        await spend(quota, 3)
        with pytest.raises(ThrottledError):
            await quota.spend(for_person=False)
    clock.move(minutes=51)
    async with opened(url) as store:
        assert await quota_of(store, clock, limit=10).used() == 3


async def test_old_minutes_are_deleted(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock)
    await spend(quota, 2)
    clock.move(minutes=90)
    await spend(quota, 1)

    assert sum((await store.load(0)).values()) == 1


async def test_calls_at_once_right_after_a_start_are_all_counted(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=20)

    ends = await asyncio.gather(*(quota.spend(for_person=False) for _ in range(30)), return_exceptions=True)

    assert [type(end) for end in ends if end is not None] == [ThrottledError] * 12, "the budget was passed"
    assert await quota.used() == 18
    assert sum((await store.load(0)).values()) == 18


async def test_a_clock_that_is_set_back_frees_nothing(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=10)
    await spend(quota, 9)
    clock.move(minutes=-60)

    for one in (quota, quota_of(store, clock, limit=10)):
        with pytest.raises(ThrottledError) as caught:
            await one.spend(for_person=False)
        assert caught.value.retry_after is not None
        assert caught.value.retry_after > 0


async def test_a_clock_that_is_set_back_does_not_lock_the_bot_up(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=10)
    await spend(quota, 9)
    clock.move(minutes=-60)
    clock.move(minutes=122)

    await quota.spend(for_person=False)


async def test_throttled_rests_polling_for_as_long_as_asked(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock)
    quota.throttled(45)

    with pytest.raises(ThrottledError) as caught:
        await quota.spend(for_person=False)
    assert caught.value.retry_after == pytest.approx(45)
    await quota.spend(for_person=True)
    clock.move(seconds=44)
    with pytest.raises(ThrottledError):
        await quota.spend(for_person=False)
    clock.move(seconds=2)
    await quota.spend(for_person=False)


async def test_throttled_without_a_time_rests_for_seconds_and_longer_while_it_goes_on(
    store: CallStore, clock: Clock
) -> None:
    quota = quota_of(store, clock)
    for rest in (5, 10, 20, 40, 60, 60):
        quota.throttled(None)
        clock.move(seconds=rest - 1)
        with pytest.raises(ThrottledError):
            await quota.spend(for_person=False)
        clock.move(seconds=2)
        await quota.spend(for_person=False)
    clock.move(minutes=10)
    quota.throttled(None)
    clock.move(seconds=6)
    await quota.spend(for_person=False)


async def test_a_shorter_rest_does_not_cut_a_longer_one(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock)
    quota.throttled(100)
    quota.throttled(5)
    clock.move(seconds=50)
    with pytest.raises(ThrottledError):
        await quota.spend(for_person=False)


# ---- people among each other -----------------------------------------------------------------------------------------


async def test_a_person_has_a_share_of_the_hour(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=100)
    asks("U1")
    await spend(quota, 20, for_person=True)
    with pytest.raises(ShareUsedUpError) as caught:
        await quota.spend(for_person=True)
    assert caught.value.retry_after is not None
    assert 3540 <= caught.value.retry_after <= 3660
    assert "Ask a colleague to press, or wait 60 minutes." in caught.value.advice
    await quota.spend(for_person=True, code=True)
    await quota.spend(for_person=False)
    asks("U2")
    await spend(quota, 20, for_person=True)
    clock.move(minutes=62)
    asks("U1")
    await quota.spend(for_person=True)


async def test_the_last_calls_are_for_codes_alone(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=100)
    await spend(quota, 90)
    await spend(quota, 7, for_person=True)
    with pytest.raises(ThrottledError):
        await quota.spend(for_person=True)
    for _ in range(3):
        await quota.spend(for_person=True, code=True)
    with pytest.raises(ThrottledError):
        await quota.spend(for_person=True, code=True)
    assert await quota.used() == 100


# ---- what lasts, and what others leave -------------------------------------------------------------------------------


async def test_polling_plans_with_what_the_last_hour_left(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000)
    assert quota.for_polling == 900
    await spend(quota, 600)
    clock.move(minutes=1)
    assert 290 <= quota.for_polling <= 310, "an hour's calls at once are gone for an hour"
    clock.move(minutes=61)
    assert quota.for_polling >= 890


async def test_people_use_their_tenth_before_polling_yields(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000)
    await spend(quota, 25, for_person=True)
    clock.move(seconds=10)
    assert quota.room == 1000 - 75 - 25
    await spend(quota, 75, for_person=True)
    assert quota.room == 1000 - 70 - 100, "people have always room"


async def test_polling_plans_without_what_others_may_take(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000, others=150)
    assert quota.for_polling == 850
    await spend(quota, 40, for_person=True)
    clock.move(minutes=5)
    assert quota.for_polling >= 840, "people's calls are over before the hour is full"
    for _ in range(260):
        await spend(quota, 7)
        clock.move(seconds=30)
    before = quota.for_polling
    assert before >= 800
    await spend(quota, 60, for_person=True)
    clock.move(seconds=10)
    assert quota.for_polling < before - 150, "what people took is not made up for"


async def test_a_press_that_is_near_counts_where_others_may_come(store: CallStore, clock: Clock) -> None:
    for others, planned in ((150, 820), (0, 900), (20, 880)):
        quota = quota_of(store, clock, limit=1000, others=others)
        quota.expect(30)
        assert quota.for_polling == min(planned, 900 if not others else 1000 - others - min(30, others))
    quota = quota_of(store, clock, limit=1000, others=150)
    quota.expect(5000)
    assert quota.for_polling == 750, "people's tenth is enough"


async def test_a_refusal_below_the_limit_lowers_the_share_and_time_raises_it(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000)
    assert not quota.problems()
    for _ in range(60):
        await spend(quota, 14)
        clock.move(minutes=1)
    await spend(quota, 10)
    before = quota.for_polling
    quota.throttled(4)
    assert quota.for_polling < before
    [problem] = quota.problems()
    assert "other tools of the seller use them too" in problem
    plan = quota.for_polling
    clock.move(minutes=45)
    assert quota.for_polling > plan, "the share is never raised"
    assert quota.problems()
    clock.move(minutes=120)
    assert not quota.problems()
    assert quota.for_polling >= 890


async def test_one_refusal_while_little_is_used_costs_little(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000)
    await spend(quota, 11)
    quota.throttled(None)
    assert quota.for_polling >= 750


async def test_a_look_that_was_refused_is_not_counted(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000)
    await spend(quota, 5)
    quota.throttled(4)
    assert await quota.used() == 4
    await spend(quota, 2, for_person=True)
    quota.throttled(4, for_person=True)
    assert await quota.used() == 5, "a press that was refused is counted"


async def test_the_count_is_put_down_ahead_and_given_back(store: CallStore, clock: Clock) -> None:
    quota = quota_of(store, clock, limit=1000)
    await spend(quota, 3)
    assert sum((await store.load(0)).values()) == 4, "a crash now must count four"
    assert await quota_of(store, clock, limit=1000).used() == 4
    clock.move(minutes=1)
    await spend(quota, 1)
    assert sorted((await store.load(0)).values()) == [3, 3]
    await quota.close()
    assert sorted((await store.load(0)).values()) == [1, 3]
    assert await quota_of(store, clock, limit=1000).used() == 4


class Counted(MemoryCalls):
    """Counts how often it is asked to write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes = 0

    async def add(self, minute: int, calls: int) -> None:
        self.writes += 1
        await super().add(minute, calls)


async def test_a_call_needs_no_transaction_of_its_own(clock: Clock) -> None:
    log = Counted()
    await spend(Quota(log, 1000, clock.now, clock.monotonic, others=0), 200)
    assert log.writes == 24, "ten calls at once, and the first few more often"


class Cut(CallStore):
    """Whoever has something written down is cancelled in the middle of it."""

    cuts: asyncio.Task[None] | None = None

    async def add(self, minute: int, calls: int) -> None:
        if self.cuts is not None:
            self.cuts.cancel()
        await super().add(minute, calls)

    async def reserve(self, minute: int, calls: int, since: int, most: int) -> tuple[int, dict[int, int]]:
        if self.cuts is not None and calls:
            self.cuts.cancel()
        return await super().reserve(minute, calls, since, most)


@pytest.mark.parametrize("part", [None, lambda: 1.0])
async def test_what_was_put_down_for_a_look_that_was_cancelled_is_given_back(
    url: str, clock: Clock, part: Callable[[], float] | None
) -> None:
    database = Database(url)
    try:
        await database.upgrade()
        log = Cut(database)
        quota = Quota(log, 1000, clock.now, clock.monotonic, others=0, part=part)
        await spend(quota, 5)
        while log.cuts is None or not log.cuts.cancelled():  # until one of them has to write
            log.cuts = asyncio.create_task(quota.spend(for_person=False))
            await asyncio.gather(log.cuts, return_exceptions=True)
            made = await quota.used()
        log.cuts = None
        await quota.close()
        assert sum((await log.load(0)).values()) == made
    finally:
        await database.close()


class AtTheTurn(MemoryCalls):
    """Writing takes a moment, in which the minute turns."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.writes = 0
        self.begun = asyncio.Event()

    async def add(self, minute: int, calls: int) -> None:
        self.writes += 1
        self.begun.set()
        if self.writes == 1:
            self.clock.move(seconds=60)
        await asyncio.sleep(0)
        await super().add(minute, calls)


async def test_calls_on_both_sides_of_a_minute_do_not_undo_each_other(clock: Clock) -> None:
    log = AtTheTurn(clock)
    quota = Quota(log, 1000, clock.now, clock.monotonic, others=0)
    before = asyncio.create_task(quota.spend(for_person=False))
    await log.begun.wait()
    async with asyncio.timeout(PATIENCE):
        await asyncio.gather(before, quota.spend(for_person=False), quota.spend(for_person=True))
    assert log.writes < 10, "each writes its own minute down, and takes back that of the other"
    await quota.close()
    assert sum((await log.load(0)).values()) == await quota.used() == 3


@settings(deadline=None)
@given(
    limit=st.integers(10, 400),
    steps=st.lists(
        st.tuples(st.sampled_from(["poll", "press", "crash", "refused"]), st.integers(1, 40), st.integers(0, 900)),
        max_size=60,
    ),
)
def test_no_hour_holds_more_than_the_budget_whatever_happens(limit: int, steps: list[tuple[str, int, int]]) -> None:
    async def play() -> None:
        clock, log = Clock(), MemoryCalls()
        quota = Quota(log, limit, clock.now, clock.monotonic, others=0)
        made: list[tuple[datetime, bool]] = []
        for what, times, seconds in steps:
            clock.move(seconds=seconds)
            if what == "crash":
                quota = Quota(log, limit, clock.now, clock.monotonic, others=0)
            elif what == "refused":
                quota.throttled(None if times % 2 else float(times))
            else:
                for _ in range(times):
                    with contextlib.suppress(ThrottledError):
                        await quota.spend(for_person=what == "press")
                        made.append((clock.moment, what == "press"))
            hour = [at for at, _ in made if at > clock.moment - timedelta(hours=1)]
            people = sum(is_press for at, is_press in made if at > clock.moment - timedelta(hours=1))
            # People's calls are counted in, and what they have used of their tenth is kept for nobody any more.
            assert 0 <= quota.for_polling <= limit * 0.9 + people + 1
            refused = sum(step[0] == "refused" for step in steps)
            assert len(hour) <= limit + refused, "only a call that was refused may be made anew"

    asyncio.run(play())


@pytest.mark.parametrize("calls", [1, 2, 7, 30])
async def test_a_bot_that_is_killed_again_and_again_does_not_use_up_the_hour(clock: Clock, calls: int) -> None:
    log, made = MemoryCalls(), 0
    for _ in range(40):
        one = Quota(log, 10_000, clock.now, clock.monotonic, others=0)  # and nobody closes it
        for _ in range(calls):
            await one.spend(for_person=False)
            made += 1
        clock.move(seconds=20)
    last = Quota(log, 10_000, clock.now, clock.monotonic, others=0)
    assert made <= await last.used() <= 2 * made


def copies_of(store: CallStore, clock: Clock, limit: int, *parts: float) -> list[Quota]:
    """As many copies of the bot, each with that part of what is polled."""
    return [
        Quota(store, limit, clock.now, clock.monotonic, others=0, part=lambda part=part: part)  # type: ignore[misc]
        for part in parts
    ]


async def test_several_copies_together_never_pass_the_budget(store: CallStore, clock: Clock) -> None:
    copies = copies_of(store, clock, 200, 0.5, 0.3, 0.2)
    made = Counter[int]()
    for _ in range(300):
        for n, one in enumerate(copies):
            with contextlib.suppress(ThrottledError):
                await one.spend(for_person=True)
                made[n] += 1
    # Each may have put down a few that it did not make.
    assert 194 - 2 * 2 <= made.total() <= 194
    assert all(made.values())
    clock.move(minutes=62)
    await copies[0].spend(for_person=True)


async def test_what_one_copy_used_the_others_do_not_plan_with(store: CallStore, clock: Clock) -> None:
    one, other = copies_of(store, clock, 1000, 0.5, 0.5)
    await spend(one, 600)
    clock.move(seconds=6)
    await other.spend(for_person=True)
    assert other.room < 1000 - 600
    assert await other.used() > 600


async def test_who_polls_little_leaves_the_rest_to_the_others(store: CallStore, clock: Clock) -> None:
    busy, calm = copies_of(store, clock, 1000, 0.1, 0.9)
    await spend(busy, 1)
    await spend(calm, 1)
    alone = busy.for_polling
    for _ in range(30):
        clock.move(seconds=10)
        await busy.spend(for_person=False)
    await spend(calm, 1)
    clock.move(seconds=6)
    assert busy.for_polling > 0.8 * alone, "the other copy has most locations, and hardly polls"
    assert calm.for_polling > 0.5 * alone, "its own part is never taken from it"


async def test_a_copy_that_comes_knows_what_the_others_called(store: CallStore, clock: Clock) -> None:
    (one,) = copies_of(store, clock, 100, 1.0)
    await spend(one, 80, for_person=True)
    (other,) = copies_of(store, clock, 100, 1.0)
    await other.spend(for_person=True)
    assert 81 <= await other.used() <= 83


async def test_a_refusal_of_one_copy_rests_the_others(store: CallStore, clock: Clock) -> None:
    one, other, late = copies_of(store, clock, 1000, 0.4, 0.4, 0.2)
    one.refused.append(lambda: other.hear(one.says()))
    one.throttled(45)
    with pytest.raises(ThrottledError) as caught:
        await other.spend(for_person=False)
    assert caught.value.retry_after == pytest.approx(45, abs=0.01)
    await other.spend(for_person=True)
    clock.move(seconds=20)
    late.hear(one.says())
    clock.move(seconds=24)
    for copy in (one, other, late):
        with pytest.raises(ThrottledError):
            await copy.spend(for_person=False)
    clock.move(seconds=2)
    for copy in (one, other, late):
        await copy.spend(for_person=False)


async def test_what_one_copy_learns_of_other_tools_the_others_plan_with(store: CallStore, clock: Clock) -> None:
    one, other = copies_of(store, clock, 1000, 0.5, 0.5)
    await spend(one, 600)
    await other.spend(for_person=True)
    before = other.for_polling
    one.throttled(None)
    for _ in range(3):  # however often it is told
        other.hear(one.says())
    assert other.is_shared()
    assert other.for_polling < before
    assert other.problems() == one.problems()
    # What was refused less, and long ago, takes nothing back.
    other.throttled(None)
    lower = other.says()
    other.hear(one.says())
    assert other.says() == lower
    one.hear(lower)
    assert one.problems() == other.problems()
    clock.move(minutes=600)
    assert (one.says(), one.is_shared(), one.problems()) == ("", False, [])


async def test_the_next_rest_of_another_copy_is_longer(store: CallStore, clock: Clock) -> None:
    one, other = copies_of(store, clock, 1000, 0.5, 0.5)
    for copy, heard_by, rest in ((one, other, 5), (other, one, 10), (one, other, 20)):
        copy.throttled(None)
        heard_by.hear(copy.says())
        clock.move(seconds=rest - 1)
        for each in (one, other):
            with pytest.raises(ThrottledError):
                await each.spend(for_person=False)
        clock.move(seconds=2)
        for each in (one, other):
            await each.spend(for_person=False)


@pytest.mark.parametrize("said", ["", "refused", "1 2 3", "1 2 3 4 5 6", "soon 1 2 3 4", "nan 1 2 3 4", "1 2 3 4 inf"])
async def test_words_of_another_version_change_nothing(store: CallStore, clock: Clock, said: str) -> None:
    (one,) = copies_of(store, clock, 1000, 1.0)
    one.hear(said)
    assert one.says() == ""
    await one.spend(for_person=False)


@pytest.mark.parametrize("pauses", ["1e9", "-1e9"])
async def test_whatever_another_copy_says_polling_goes_on_after_an_hour(
    store: CallStore, clock: Clock, pauses: str
) -> None:
    (one,) = copies_of(store, clock, 1000, 1.0)
    one.hear(f"1e9 -1e9 1e9 {pauses} 1e9")
    with pytest.raises(ThrottledError):
        await one.spend(for_person=False)
    clock.move(minutes=61)
    await one.spend(for_person=False)
    one.throttled(None)
    with pytest.raises(ThrottledError):
        await one.spend(for_person=False)
    clock.move(minutes=600)
    await one.spend(for_person=False)
    assert (one.says(), one.is_shared()) == ("", False)
