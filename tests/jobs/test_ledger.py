"""The reading of the ledger from one tick to the next, on a moved clock, with a real store."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from sqlalchemy import select
from structlog.testing import capture_logs

from bot.handover.announcing import Announcing
from bot.handover.ledger import KINDS, LedgerPage, Mark
from bot.handover.location import Location, Locations
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.returns import Source, Statement, Told
from bot.jobs.ledger import PAGES_A_TICK, REST, ROWS_AT_ONCE, LedgerJob
from bot.store.ledger import LedgerStore
from bot.store.session import Database
from bot.store.tables import LEDGER
from tests.template import migrated

NOON = datetime(2026, 3, 2, 6, 30, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Kolkata")
EVERY = timedelta(minutes=30)
HERE = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK")
THERE = Location(id="LOC2", name="Hosur dock", channel="C0HOSUR")


class Refused(ReturnsApiError):
    def __init__(self, *, of_the_address: bool = False, retry: bool = False) -> None:
        super().__init__("no")
        self.of_the_address = of_the_address
        self.retry = retry


class Stand:
    """Flipkart, and whoever takes what it says; the store is a real one."""

    def __init__(self, database: Database, *places: Location) -> None:
        self.now = NOON
        self.store = LedgerStore(database)
        self.database = database
        self.places = Locations(places or (HERE,))
        self.asked: list[tuple[str, str, datetime, str]] = []
        self.kept: list[Told] = []
        self.answer: Callable[[str, str, str], LedgerPage] = lambda *_: LedgerPage([])
        self.full = False
        self.job = self.begin()

    def begin(self) -> LedgerJob:
        """A bot that starts anew."""
        announcing = cast("Announcing", self)
        self.job = LedgerJob(self, announcing, self.store, self.places, ZONE, lambda: self.now, EVERY)
        return self.job

    async def ledger(self, location_id: str, kind: str, since: datetime, url: str) -> LedgerPage:
        self.asked.append((location_id, kind, since, url))
        return self.answer(location_id, kind, url)

    async def keep(self, told: Told) -> bool:
        if self.full:
            raise NotKept
        self.kept.append(told)
        return True

    async def later(self, by: timedelta = timedelta()) -> list[tuple[str, str, str]]:
        """What is asked now: place, kind, page."""
        self.now += by
        before = len(self.asked)
        await self.job.tick()
        return [(place, kind, url) for place, kind, _, url in self.asked[before:]]

    async def marks(self) -> list[Mark]:
        return await self.store.load([one.id for one in self.places])


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{migrated(tmp_path / 'bot.db')}")


@pytest.fixture
def stand(database: Database) -> Stand:
    return Stand(database)


def pages(*urls: str) -> Callable[[str, str, str], LedgerPage]:
    """A ledger whose pages lead from one to the next."""
    following = dict(zip(("", *urls), (*urls, ""), strict=True))
    said = [Statement("R1", "OI1", NOON, {"reason": "TORN"}, Source.LEDGER)]
    return lambda _place, _kind, url: LedgerPage(said, following[url])


async def test_a_pass_page_by_page_and_the_next_half_an_hour_later(stand: Stand) -> None:
    stand.answer = pages("/2", "/3")
    assert await stand.later() == [("LOC1", "", ""), ("LOC1", "", "/2")]
    assert len(stand.asked) == PAGES_A_TICK, "people and FEs need calls too"
    assert await stand.later(timedelta(seconds=30)) == [("LOC1", "", "/3")]
    assert await stand.later(EVERY - timedelta(seconds=1)) == []
    assert await stand.later(timedelta(seconds=1)) == [("LOC1", "", ""), ("LOC1", "", "/2")]
    assert stand.asked[-1][2] == NOON - timedelta(minutes=15)
    assert [(one.location_id, one.source) for one in stand.kept] == [("LOC1", Source.LEDGER)] * 5


async def test_a_restart_goes_on_where_it_was(stand: Stand) -> None:
    stand.answer = pages("/2", "/3")
    await stand.later()
    stand.begin()
    assert await stand.later(timedelta(seconds=30)) == [("LOC1", "", "/3")]
    stand.begin()
    assert await stand.later(timedelta(seconds=30)) == [], "and does not begin anew"


async def test_pages_that_lead_in_a_circle_end_the_pass(stand: Stand) -> None:
    stand.answer = lambda *_: LedgerPage([], "/2")
    with capture_logs() as logs:
        assert await stand.later() == [("LOC1", "", ""), ("LOC1", "", "/2")]
        assert await stand.later(timedelta(seconds=30)) == []
        assert await stand.later(EVERY) == [("LOC1", "", ""), ("LOC1", "", "/2")]
    assert ["leads back" in line["event"] for line in logs] == [True], "said with each pass"


async def test_a_page_that_is_gone_begins_the_pass_anew(stand: Stand) -> None:
    def answer(_place: str, _kind: str, url: str) -> LedgerPage:
        if url:
            raise Refused(of_the_address=True)
        return LedgerPage([], "/2")

    stand.answer = answer
    assert await stand.later() == [("LOC1", "", ""), ("LOC1", "", "/2")]
    assert await stand.later(REST - timedelta(seconds=1)) == []
    stand.answer = pages()
    assert await stand.later(timedelta(seconds=1)) == [("LOC1", "", "")]
    assert stand.asked[-1][2] < NOON - timedelta(days=44), "what the pass was for is asked for again"


async def test_a_source_is_asked_for_where_it_is_mandatory_and_ever_after(stand: Stand) -> None:
    def answer(_place: str, kind: str, _url: str) -> LedgerPage:
        if not kind:
            raise Refused(of_the_address=True)
        return LedgerPage([])

    stand.answer = answer
    assert await stand.later() == [("LOC1", "", ""), ("LOC1", KINDS[0], "")]
    assert await stand.later(timedelta(seconds=30)) == [("LOC1", KINDS[1], "")]
    stand.begin()
    assert await stand.later(EVERY) == [("LOC1", KINDS[0], ""), ("LOC1", KINDS[1], "")]
    assert [one.kind for one in await stand.marks()] == list(KINDS)


async def test_a_bot_that_dies_between_the_two_sources_asks_for_both_ever_after(stand: Stand) -> None:
    await stand.store.keep(Mark("LOC1", KINDS[0]))
    assert await stand.later() == [("LOC1", KINDS[0], ""), ("LOC1", KINDS[1], "")]


@pytest.mark.parametrize("error", [Refused(), Refused(retry=True), Refused(of_the_address=True, retry=True)])
async def test_a_refusal_at_one_location_holds_up_no_other_and_rests_for_minutes(
    database: Database, error: Refused
) -> None:
    stand = Stand(database, HERE, THERE)

    def answer(place: str, _kind: str, _url: str) -> LedgerPage:
        if place == "LOC1":
            raise error
        return LedgerPage([])

    stand.answer = answer
    assert await stand.later() == [("LOC1", "", ""), ("LOC2", "", "")]
    assert await stand.later(REST - timedelta(seconds=1)) == []
    assert await stand.later(timedelta(seconds=1)) == [("LOC1", "", "")]


async def test_what_can_not_be_kept_is_asked_for_again(stand: Stand) -> None:
    stand.answer, stand.full = pages("/2"), True
    with pytest.raises(NotKept):
        await stand.later()
    assert await stand.marks() == []
    stand.full = False
    assert await stand.later(REST) == [("LOC1", "", ""), ("LOC1", "", "/2")]


async def test_a_clock_that_is_set_back(stand: Stand) -> None:
    await stand.later()
    assert await stand.later(-timedelta(days=3)) == [("LOC1", "", "")]
    assert await stand.later(timedelta(seconds=30)) == []


AHEAD = NOON + timedelta(days=400)


@pytest.mark.parametrize(
    ("kept", "since"),
    [
        (Mark("LOC1", after=AHEAD, answered_at=NOON - EVERY), NOON - timedelta(days=45)),
        (Mark("LOC1", after=NOON, since=AHEAD, began=AHEAD, url="/9"), NOON - timedelta(minutes=15)),
        (Mark("LOC1", after=NOON, answered_at=AHEAD), NOON - timedelta(minutes=15)),
    ],
    ids=["after", "began", "answered"],
)
async def test_a_cursor_from_the_future(stand: Stand, kept: Mark, since: datetime) -> None:
    await stand.store.keep(kept)
    assert await stand.later() == [("LOC1", "", "")], "not only in four hundred days"
    assert stand.asked[-1][2] == since
    [after] = await stand.marks()
    assert (after.after, after.answered_at) == (NOON, NOON), "and the cursor is one of today"


async def test_a_page_far_too_large_is_kept_in_steps(stand: Stand) -> None:
    many = [Statement(f"R{n}", "OI1", NOON, {"reason": "TORN"}, Source.LEDGER) for n in range(2 * ROWS_AT_ONCE + 1)]
    stand.answer = lambda *_: LedgerPage(many)
    await stand.later()
    assert [len(one.statements) for one in stand.kept] == [ROWS_AT_ONCE, ROWS_AT_ONCE, 1]
    assert [row for one in stand.kept for row in one.statements] == many


async def test_rows_that_no_address_leads_to(stand: Stand) -> None:
    """The page says that there is more, and not where: the next pass goes on after the newest row that was seen."""
    await stand.later()
    newest = NOON + timedelta(minutes=20)
    rows = [Statement("R1", "OI1", at, {"reason": "TORN"}, Source.LEDGER) for at in (NOON, newest)]
    stand.answer = lambda *_: LedgerPage(rows, is_cut_off=True)
    await stand.later(EVERY)
    assert [one.after for one in await stand.marks()] == [newest]
    await stand.later(EVERY)
    assert stand.asked[-1][2] == newest - timedelta(minutes=15)
    assert [one.after for one in await stand.marks()] == [NOON + 2 * EVERY], "no further that way: it is left behind"


async def test_a_mark_is_the_value_again(stand: Stand) -> None:
    one = Mark("LOC1", "courier_return", NOON, NOON, NOON, "/2", NOON.date(), NOON)
    await stand.store.keep(one)
    await stand.store.keep(one)
    assert await stand.marks() == [one]
    assert await stand.store.load(["LOC9"]) == []
    await stand.store.drop(one)
    rows = await stand.database.run(lambda connection: connection.execute(select(LEDGER)).all())
    assert rows == []
