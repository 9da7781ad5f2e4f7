"""How many parcels are missing is kept as it changes, and is what a count of all would find."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.handover import machine
from bot.handover.dropped import Brought, File, Part
from bot.handover.events import Event, Happening
from bot.handover.expected import Span
from bot.handover.model import Handover, OtcMode
from bot.lists.model import ExpectedRow, State
from bot.store.expected import ExpectedStore
from bot.store.handovers import HandoverStore
from bot.store.listed import is_missing
from bot.store.lists import ListStore
from bot.store.missing import missing_now
from bot.store.session import Database
from bot.store.tables import HANDOVER
from tests.store import people
from tests.store.conftest import NOW, ONLY_SQLITE
from tests.store.test_expected_cost import steps

IDS = st.lists(
    st.sampled_from([f"FMPP{n}" for n in range(6)] + ["fmpp1", "ＦＭＰＰ２", "OUT1", "out2"]), min_size=1, max_size=4
)
ROWS = st.lists(
    st.builds(
        ExpectedRow,
        st.sampled_from([f"FMPP{n}" for n in range(6)]),
        expected_on=st.sampled_from([None, date(2026, 3, 1), date(2026, 3, 3), date(2026, 4, 2)]),
        state=st.sampled_from([State.AWAITED, State.AWAITED, *State]),
        forward=st.sampled_from(["", "OUT1", "OUT2"]),
    ),
    min_size=1,
    max_size=4,
)
WAITS = st.sampled_from([timedelta(minutes=5), timedelta(hours=9), timedelta(days=29), timedelta(days=31)])
STEPS = st.one_of(
    st.tuples(st.just("announce"), ROWS),
    st.tuples(st.just("bring"), ROWS),
    st.tuples(st.just("take back"), st.integers(0, 3)),
    st.tuples(st.just("arrive"), st.none()),
    st.tuples(st.just("scan"), IDS),
    st.tuples(st.just("withdraw"), st.integers(0, 3)),
    st.tuples(st.just("wait"), WAITS),
    st.tuples(st.just("set back"), WAITS),
)
NUMBERS = itertools.count(1)


@dataclass
class History:
    """One location, and what happens at it."""

    database: Database
    location: str
    now: datetime = NOW
    lists: list[str] = field(default_factory=list)
    handovers: list[str] = field(default_factory=list)

    @property
    def store(self) -> HandoverStore:
        return HandoverStore(self.database, lambda: self.now)

    @property
    def span(self) -> Span:
        return Span(self.location, self.now, self.now.replace(hour=0, minute=0))

    async def announce(self, rows: Sequence[ExpectedRow]) -> None:
        event = Event(Happening.LISTED, self.now, None, {})
        await ExpectedStore(self.database).keep(self.span, rows, event)

    async def bring(self, rows: Sequence[ExpectedRow]) -> None:
        rows = list({row.tracking_id: row for row in rows}.values())
        brought = Brought(f"{next(NUMBERS):032x}", self.location, "U0ASHA", self.now, File("F1", "a.csv"))
        event = Event(Happening.LISTED, self.now, "U0ASHA", {})
        await ListStore(self.database).keep(brought, [Part(self.span, rows, event)])
        self.lists.append(brought.id)

    async def take_back(self, n: int) -> None:
        event = Event(Happening.LIST_TAKEN_BACK, self.now, "U0ASHA", {})
        for one in self.lists[n : n + 1]:
            await ListStore(self.database).take_back(one, [Part(self.span, (), event)])

    async def arrive(self, _: None) -> None:
        n = next(NUMBERS)
        step = machine.arrive(
            f"{n:032x}", self.location, OtcMode.START_AND_END, people.sighting(f"fe{n}", f"t{n}"), self.now
        )
        [kept] = await self.store.reconcile(self.location, [], lambda _: [step])
        self.handovers.append(kept.id)

    async def scan(self, ids: Sequence[str]) -> None:
        for one in self.handovers[-1:]:
            handover = await self._handover(one)
            await self.store.add_page(handover, people.page(*ids), people.move(handover.cursor_version), people.read)

    async def withdraw(self, n: int) -> None:
        for one in self.handovers[-1:]:
            handover = await self._handover(one)
            met = [(f"FMPP{n}", "")]
            await self.store.withdraw(
                one, handover.cursor_version, met, lambda before, gone: machine.withdraw(before, gone, self.now)
            )

    async def wait(self, time: timedelta) -> None:
        self.now += time

    async def set_back(self, time: timedelta) -> None:
        self.now -= time

    async def judge(self) -> None:
        kept = await self.database.run(missing_now, self.location, self.now, UTC)
        every = select(func.count()).where(is_missing(self.location, self.now, self.now.date()))
        assert kept == await self.database.run(lambda one: one.execute(every).scalar_one())
        for one in await self.store.present(self.location):
            assert 0 <= one.otherwise <= one.matched

    async def _handover(self, handover_id: str) -> Handover:
        found = await self.store.get(handover_id)
        assert found is not None
        return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEPS, min_size=2, max_size=14))
async def test_what_is_kept_is_what_a_count_finds(database: Database, told: list[tuple[str, object]]) -> None:
    history = History(database, f"L{next(NUMBERS)}")
    await history.arrive(None)
    await history.announce([ExpectedRow("FMPP0"), ExpectedRow("FMPP1")])
    for name, with_what in told:
        await getattr(history, name.replace(" ", "_"))(with_what)
        await history.judge()


@ONLY_SQLITE
async def test_a_page_costs_what_it_brings(database: Database) -> None:
    history = History(database, "LOC1")
    await history.arrive(None)
    await history.announce([ExpectedRow("A"), ExpectedRow("B")])
    await history.scan(["C1"])

    async def cost(*ids: str) -> int:
        async with steps(database) as counted:
            await history.scan(ids)
        return counted[0]

    few = await cost("A", "C2")
    await history.announce([ExpectedRow(f"FMPR{n}") for n in range(20_000)])
    await history.scan([f"D{n}" for n in range(300)])
    assert await cost("B", "C3") <= few + 20
    awaited = select(HANDOVER.c.awaited)
    assert await database.run(lambda one: one.execute(awaited).scalar_one()) == 20_000
