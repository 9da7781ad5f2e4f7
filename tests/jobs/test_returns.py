"""What is asked about returns, and when: on a moved clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from bot.handover.announcing import Announcing
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.returns import Source, Statement, Told
from bot.jobs.returns import LONG_REST, REST, ReturnsJob

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Refused(ReturnsApiError):
    def __init__(self, *, retry: bool) -> None:
        super().__init__("no")
        self.retry = retry


class Ledger:
    """Takes what is answered."""

    def __init__(self) -> None:
        self.told: list[Told] = []
        self.full = False

    async def keep(self, told: Told) -> bool:
        if self.full:
            raise NotKept
        self.told.append(told)
        return True


class Shelf:
    """Flipkart and the store at once."""

    def __init__(self, *waiting: str) -> None:
        self.now = NOW
        self.waiting = list(waiting)
        self.calls: list[Sequence[str]] = []
        self.kept: list[Sequence[str]] = []
        self.error: Exception | None = None
        self.full = False
        self.ledger = Ledger()
        self.job = ReturnsJob(self, cast("Announcing", self.ledger), self, lambda: self.now)

    async def returns(self, tracking_ids: Sequence[str]) -> list[Statement]:
        self.calls.append(tracking_ids)
        if self.error is not None:
            raise self.error
        return [Statement("R1", "OI1", self.now, {"tracking_id": tracking_ids[0]}, Source.LOOKUP)]

    async def unknown(self, now: datetime, most: int) -> list[str]:
        assert (now, most) == (self.now, 25)
        return self.waiting

    async def keep(self, asked: Sequence[str], answer: Sequence[Statement], now: datetime) -> None:
        assert now == self.now
        if self.full:
            raise NotKept
        assert len(answer) == (asked != ["A,B"])
        self.kept.append(asked)

    async def later(self, by: timedelta) -> int:
        self.now += by
        await self.job.tick()
        return len(self.calls)


async def test_ids_that_no_address_can_hold_are_noted_without_a_call() -> None:
    shelf = Shelf("FMP1", "A,B", "x" * 65, "FMP\n2")
    await shelf.job.tick()
    assert shelf.calls == [["FMP1"]]
    assert shelf.kept == [["FMP1", "A,B", "x" * 65, "FMP\n2"]]
    shelf.waiting = ["A,B"]
    await shelf.job.tick()
    assert (len(shelf.calls), len(shelf.kept), len(shelf.ledger.told)) == (1, 2, 1)
    shelf.waiting = []
    await shelf.job.tick()
    assert (len(shelf.calls), len(shelf.kept)) == (1, 2)


async def test_after_a_failure_it_rests() -> None:
    shelf = Shelf("FMP1")
    shelf.error = Refused(retry=True)
    await shelf.job.tick()
    assert await shelf.later(REST - timedelta(seconds=1)) == 1
    shelf.error = Refused(retry=False)
    assert await shelf.later(timedelta(seconds=1)) == 2
    assert await shelf.later(REST) == 2
    shelf.error = None
    assert await shelf.later(LONG_REST) == 3
    assert shelf.kept == [["FMP1"]]


async def test_an_answer_is_a_statement_that_names_no_location() -> None:
    shelf = Shelf("FMP1")
    await shelf.job.tick()
    [told] = shelf.ledger.told
    assert (told.location_id, told.source, told.needs_place) == ("", Source.LOOKUP, False)
    assert [one.ref for one in told.statements] == ["R1\nOI1"]


@pytest.mark.parametrize("what", ["answer", "asked"])
async def test_what_can_not_be_kept_is_not_asked_again_at_once(what: str) -> None:
    shelf = Shelf("FMP1")
    shelf.full = what == "asked"
    shelf.ledger.full = what == "answer"
    await shelf.job.tick()
    assert shelf.kept == [], "what was answered and not kept was not asked"
    assert await shelf.later(timedelta(seconds=30)) == 1
    shelf.full = shelf.ledger.full = False
    assert await shelf.later(REST) == 2
    assert shelf.kept == [["FMP1"]]


async def test_a_clock_that_was_set_back_holds_up_nothing() -> None:
    shelf = Shelf("FMP1")
    shelf.error = Refused(retry=False)
    await shelf.job.tick()
    assert await shelf.later(timedelta(hours=-1)) == 2
