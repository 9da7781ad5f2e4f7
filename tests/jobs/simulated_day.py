"""A day of ten hours on a clock that is moved: the real poller, reader and quota, against a Flipkart in memory.

Three locations, 60 handovers, two peaks of 14 FEs who scan at once, 1,000 calls in any hour, which Flipkart enforces
and of which the seller's other tools take some in the second peak without telling anybody. People press Start and End
OTC.

What is the best possible is arithmetic. Calls that nobody can do without are those of people and one for each page
that fills; what the hour has left beyond them and beyond what others take is for looks, spread evenly. The fewest calls
of the day are all of these together, minute by minute. The best gap keeps people's tenth free, as the bot has to, and
knows of the others' calls beforehand, as nobody can. Once an hour is full that was not planned, it is what the calls of
an hour ago leave when they are over.
"""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.config import FlipkartLimits
from bot.flipkart.errors import ThrottledError
from bot.flipkart.quota import Quota
from bot.handover.actions import Dock
from bot.handover.around import Around
from bot.handover.events import Event
from bot.handover.location import Location, Locations
from bot.handover.model import Handover, OtcMode, Shipment, Stage
from bot.handover.policy import Policy
from bot.handover.ports import Arrivals, CursorMove, EndCode, EndTotals, Gone, Page, Scan, Sighting, StartCode, Step
from bot.handover.reader import PAGES_A_TICK, ScanReader
from bot.handover.refused import RefusedRecord
from bot.handover.sight import Sight
from bot.handover.vault import CodeVault, HeldEnd
from bot.jobs.poll import Poller
from bot.timing import DockTiming, HealthTiming
from tests.flipkart.support import MemoryCalls
from tests.handover.stand import PlainDirectory

ZONE = ZoneInfo("Asia/Kolkata")
BEGIN = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE).timestamp()
HOUR = 3600.0
LIMIT = 1000
LEFT_TO_OTHERS = FlipkartLimits(calls_per_hour=LIMIT).for_others
INTERVAL = 30.0
PAGE = 25
PLACES = ("LOC1", "LOC2", "LOC3")
PEAKS = (2 * HOUR, 6 * HOUR)
AT_ONCE = 14


@dataclass(frozen=True)
class Others:
    """Calls that the seller's other tools take without telling anybody, one after the other for an hour."""

    calls: int = 150
    begin: float = PEAKS[1]

    def at(self, moment: float) -> int:
        """Calls within the hour up to a moment."""
        return round(self.calls * max(0.0, 1 - abs(moment - self.begin - HOUR) / HOUR))


@dataclass(frozen=True)
class Visit:
    """One FE from arrival to leaving; seconds of the day."""

    fe: str
    at: str
    arrives: float
    scans_from: float
    scans_until: float
    leaves: float
    every: float
    """Seconds between two scans."""

    def status(self, moment: float) -> str | None:
        if not self.arrives <= moment < self.leaves:
            return None
        return "StartOTC" if moment < self.scans_from else "Scanning" if moment < self.scans_until else "EndOTC"

    def scanned(self, moment: float) -> int:
        return max(0, int((min(moment, self.scans_until) - self.scans_from) / self.every))


def visits() -> list[Visit]:
    """Two peaks, whose FEs come within two minutes, and 32 FEs in the quiet hours."""
    made = []
    for peak in PEAKS:
        for n in range(AT_ONCE):
            begins = peak + 180 + 9 * n
            ends = peak + 75 * 60 + 40 * n
            made.append(Visit(f"P{peak:.0f}-{n}", PLACES[n % 3], peak + 9 * n, begins, ends, ends + 420, 20.0 + n % 3))
    for first, last, count in ((300, 1.7 * HOUR, 11), (3.6 * HOUR, 5.6 * HOUR, 12), (7.7 * HOUR, 9.2 * HOUR, 9)):
        for n in range(count):
            at = first + (last - first - 1500) * n / count
            made.append(Visit(f"Q{at:.0f}", PLACES[n % 3], at, at + 150, at + 1500, at + 1860, 15.0))
    return made


class Memory:
    """Handovers and their rows in memory: a day of transactions in seconds."""

    def __init__(self) -> None:
        self.kept: dict[str, Handover] = {}
        self._rows: dict[str, dict[tuple[str, str], Shipment]] = {}

    async def get(self, handover_id: str) -> Handover | None:
        return self.kept.get(handover_id)

    async def present(self, location_id: str) -> list[Handover]:
        return [h for h in self.kept.values() if not h.over and h.location_id == location_id]

    async def here(self) -> list[str]:
        return [h.id for h in self.kept.values() if not h.over]

    async def some(self, ids: Sequence[str]) -> list[Handover]:
        return [self.kept[one] for one in ids]

    async def problems(self, handover_id: str, tracking_ids: Sequence[str] | None = None) -> list[Shipment]:
        return [s for s in self._rows[handover_id].values() if s.problem and s.tracking_id in (tracking_ids or ())]

    async def reconcile(
        self, location_id: str, seen: Sequence[tuple[str, str]], decide: Callable[[list[Handover]], list[Step]]
    ) -> list[Handover]:
        keys = set(seen)
        known = [
            h
            for h in self.kept.values()
            if h.location_id == location_id and (not h.over or (h.fe_id, h.task_id) in keys)
        ]
        steps = decide(known)
        self.kept |= {step.handover.id: step.handover for step in steps}
        return [step.handover for step in steps]

    async def step(self, handover_id: str, decide: Callable[[Handover], Step]) -> Handover:
        self.kept[handover_id] = decide(self.kept[handover_id]).handover
        return self.kept[handover_id]

    async def add_page(
        self, handover: Handover, page: Page, move: CursorMove, decide: Callable[[Handover, Scan], Step]
    ) -> Handover | None:
        before, rows = self.kept[handover.id], self._rows.setdefault(handover.id, {})
        if before.cursor_version != move.version:
            return None
        new = tuple(s for s in page.shipments if s.key not in rows)
        moved = (move.newest, move.next) != (before.cursor_newest, before.cursor_next)
        if not new and not moved:
            return before
        rows |= {s.key: s for s in new}
        step = decide(before, Scan(new, ()))
        cursor = {"cursor_newest": move.newest, "cursor_next": move.next, "cursor_version": before.cursor_version + 1}
        self.kept[handover.id] = step.handover.model_copy(update=cursor)
        return self.kept[handover.id]

    async def withdraw(
        self,
        handover_id: str,
        version: int,
        met: Collection[tuple[str, str]],
        decide: Callable[[Handover, Gone], Step],
    ) -> Handover | None:
        gone = [one for key, one in self._rows[handover_id].items() if key not in met]
        assert not gone, "Flipkart lists all it ever listed"
        before = self.kept[handover_id]
        return decide(before, Gone(())).handover if before.cursor_version == version else None

    async def record(self, location_id: str, event: Event, handover_id: str | None = None) -> None:
        """Nobody reads the record of this day."""


class Flipkart:
    """Returns V3 for the visits of the day, and the rolling hour that all tools of the seller share."""

    def __init__(self, day: "Day") -> None:
        self._day = day
        self.calls: deque[float] = deque()
        """Of the last hour: when each call was made, whoever made it."""
        self.made: list[tuple[float, str, bool]] = []
        """Of the bot: when, what was asked (a location, an FE), and whether somebody waited for it."""
        self.refused: list[tuple[float, bool]] = []
        """Calls of the bot beyond the hour: when, and whether somebody waited for it."""
        self.others: list[float] = []
        """When another tool got a call."""
        self.held_back = 0
        """Looks that the bot's own budget refused."""

    def used(self) -> int:
        while self.calls and self.calls[0] <= self._day.seconds - HOUR:
            self.calls.popleft()
        return len(self.calls)

    def take_for_others(self) -> None:
        if self.used() < LIMIT:
            self.others.append(self._day.seconds)
            self.calls.append(self._day.seconds)

    async def _ask(self, what: str, *, for_person: bool, code: bool = False) -> None:
        try:
            await self._day.quota.spend(for_person=for_person, code=code)
        except ThrottledError:
            self.held_back += not for_person
            raise
        if self.used() >= LIMIT:
            self.refused.append((self._day.seconds, for_person))
            wait = math.ceil(self.calls[0] + HOUR - self._day.seconds)
            self._day.quota.throttled(float(wait), for_person=for_person)
            raise ThrottledError("HTTP 429", retry_after=float(wait))
        self.calls.append(self._day.seconds)
        self.made.append((self._day.seconds, what, for_person))

    async def initial_load(self, location_id: str, *, for_person: bool = False) -> Arrivals:
        await self._ask(location_id, for_person=for_person)
        seen = []
        for visit in self._day.visits:
            status = visit.status(self._day.seconds) if visit.at == location_id else None
            if status is not None:
                seen.append(Sighting(visit.fe, f"T-{visit.fe}", visit.fe, "", "", status, None))
        return Arrivals(OtcMode.START_AND_END, tuple(seen))

    async def shipments(
        self,
        task_id: str,
        fe_id: str,
        url: str | None,
        page_size: int,
        *,
        for_person: bool = False,
        known: bytes = b"",  # noqa: ARG002
    ) -> Page:
        await self._ask(fe_id, for_person=for_person)
        assert task_id == f"T-{fe_id}"
        begin = int(url) if url else 0
        scanned = self._day.by_fe[fe_id].scanned(self._day.seconds)
        rows = tuple(Shipment(tracking_id=f"{fe_id}-{n}") for n in range(begin, min(scanned, begin + page_size)))
        full = len(rows) == page_size
        return Page(rows, full, str(begin + page_size) if full else None, rows=len(rows))

    async def start_codes(self, location_id: str) -> list[StartCode]:
        await self._ask(f"codes {location_id}", for_person=True, code=True)
        return []

    async def end_code(self, fe_id: str, task_id: str) -> EndCode:
        await self._ask(f"code {task_id}", for_person=True, code=True)
        return EndCode(SecretStr(fe_id), EndTotals())

    async def fixed_codes(self, location_id: str) -> list[Any]:
        raise AssertionError(f"{location_id} has no fixed codes")


@dataclass
class Figures:
    """What a day came to, and the series that draw it."""

    calls: int
    fewest: float
    refused: list[tuple[float, bool]]
    """Calls of the bot that Flipkart refused for the quota: when, and whether somebody waited for it."""
    held_back: int
    """Looks that the bot's own budget refused."""
    waits: list[float]
    """When a person's press got nothing because of the quota."""
    gaps: list[tuple[float, float]]
    """By peak: the longest gap between two reads of a scanning FE while all scan, and the best possible."""
    crowd_gaps: list[float]
    """By peak: the longest gap of a scanning FE until the read after the last scan, also while others are done and
    people crowd in."""
    freed_gap: float
    """After the first refusal: in how many seconds as many calls become free as there are things to look at."""
    location_gap: float
    looks: dict[str, list[float]]
    """By FE or location: when it was looked at."""
    used: list[tuple[float, int, int]]
    """By minute: seconds, calls of the last hour of all tools, and those that the bot counts."""
    stretch: list[tuple[float, float]]
    burst: int
    """The most looks that began within one second."""


@dataclass
class Day:
    """The clock, the parts, and everything that happens."""

    others: Others | None = None
    step: float = 1.0
    seconds: float = 0.0
    visits: list[Visit] = field(default_factory=visits)

    def __post_init__(self) -> None:
        self.by_fe = {visit.fe: visit for visit in self.visits}
        self.flipkart = Flipkart(self)
        self.quota = Quota(MemoryCalls(), LIMIT, self.now, lambda: self.seconds, others=LEFT_TO_OTHERS)
        self.memory = Memory()
        locations = Locations(tuple(Location(id=one, name=one, channel="C0123") for one in PLACES))
        self.dock = Dock(
            locations=locations,
            handovers=self.memory,
            api=self.flipkart,
            policy=Policy(PlainDirectory()),
            reader=ScanReader(self.flipkart, self.memory, self.now, PAGE, PAGES_A_TICK),
            start_codes=CodeVault[StartCode](self.now),
            end_codes=CodeVault[HeldEnd](self.now),
            clock=self.now,
            around=Around(DockTiming().look_serves),
            sight=Sight(DockTiming().unseen, DockTiming().outage),
            refused=RefusedRecord(DockTiming().refusals),
            gone_after=timedelta(),
        )
        self.poller = Poller(
            self.dock,
            self.quota,
            ZONE,
            arrivals_seconds=INTERVAL,
            scans_seconds=INTERVAL,
            timing=HealthTiming(),
            monotonic=lambda: self.seconds,
        )
        self.waits: list[float] = []
        self.used: list[tuple[float, int, int]] = []
        self.stretch: list[tuple[float, float]] = []

    def now(self) -> datetime:
        return datetime.fromtimestamp(BEGIN + self.seconds, UTC)

    async def run(self, hours: float = 10.0) -> Figures:
        """Lets the day pass."""
        todo = deque(sorted(self._presses(), key=lambda one: one[0]))
        while self.seconds < hours * HOUR:
            self.seconds += self.step
            while todo and todo[0][0] <= self.seconds:
                await todo.popleft()[1]()
            await self.poller.tick()
            await self.poller.settle()
            if self.seconds % 60 < self.step:
                self.used.append((self.seconds, self.flipkart.used(), await self.quota.used()))
                self.stretch.append((self.seconds, self.poller.pace.stretch))
        return self._figures()

    def _presses(self) -> list[tuple[float, Callable[[], Awaitable[None]]]]:
        todo: list[tuple[float, Callable[[], Awaitable[None]]]] = []
        for visit in self.visits:
            todo.append((visit.scans_from - 30, self._pressing(self._start, visit)))
            todo.append((visit.scans_until + 240, self._pressing(self._end, visit)))
        if self.others is not None:
            begin, calls = self.others.begin, self.others.calls
            todo += [(begin + n * HOUR / calls, self._other_call) for n in range(calls)]
        return todo

    async def _other_call(self) -> None:
        self.flipkart.take_for_others()

    def _pressing(self, press: Callable[[Visit], Awaitable[None]], visit: Visit) -> Callable[[], Awaitable[None]]:
        async def pressed() -> None:
            try:
                await press(visit)
            except ThrottledError:
                self.waits.append(self.seconds)

        return pressed

    async def _start(self, visit: Visit) -> None:
        await self.dock.look_around(self._location(visit), for_person=True)
        await self.flipkart.start_codes(visit.at)

    async def _end(self, visit: Visit) -> None:
        _, present = await self.dock.look_around(self._location(visit), for_person=True)
        [handover] = [h for h in present if h.fe_id == visit.fe]
        assert handover.stage is Stage.CLOSING
        after = await self.dock.reader.read_to_end(handover.id, from_start=True)
        assert after.scanned == visit.scanned(self.seconds), "parcels are missing at the End OTC"
        await self.flipkart.end_code(visit.fe, handover.task_id)
        await self.memory.step(handover.id, lambda h: Step(h.model_copy(update={"end_otc_at": self.now()})))

    def _location(self, visit: Visit) -> Location:
        found = self.dock.locations.get(visit.at)
        assert found is not None
        return found

    def _figures(self) -> Figures:
        looks: dict[str, list[float]] = {}
        for at, what, _ in self.flipkart.made:
            looks.setdefault(what, []).append(at)
        begun: dict[int, set[str]] = {}
        for at, what, for_person in self.flipkart.made:
            if not for_person:
                begun.setdefault(int(at), set()).add(what)
        return Figures(
            calls=len(self.flipkart.made),
            fewest=self._fewest(),
            refused=self.flipkart.refused,
            held_back=self.flipkart.held_back,
            waits=self.waits,
            gaps=[(self._longest_gap(looks, peak), self._best_gap(peak)) for peak in PEAKS],
            crowd_gaps=[self._crowd_gap(looks, peak) for peak in PEAKS],
            freed_gap=self._freed_gap(),
            location_gap=max(later - one for at in PLACES for one, later in pairwise([0.0, *looks[at], self.seconds])),
            looks=looks,
            used=self.used,
            stretch=self.stretch,
            burst=max(map(len, begun.values())),
        )

    def _longest_gap(self, looks: dict[str, list[float]], peak: float) -> float:
        """While all scan, from ten minutes after the first came until the first is done."""
        begin, end = peak + 600, peak + 75 * 60
        longest = 0.0
        for visit in self.visits:
            if visit.scans_from <= begin and visit.scans_until >= end:
                within = [at for at in looks[visit.fe] if at < end]
                longest = max(longest, *(later - one for one, later in pairwise(within) if later >= begin))
        return longest

    def _crowd_gap(self, looks: dict[str, list[float]], peak: float) -> float:
        gaps = [
            later - one
            for visit in self.visits
            if visit.fe.startswith(f"P{peak:.0f}-")
            for one, later in pairwise(looks[visit.fe])
            if one < visit.scans_until
        ]
        return max(gaps)

    def _best_gap(self, peak: float) -> float:
        """Evenly spread over what the fullest hour of the peak leaves for looks."""
        begin, end = peak + 600, peak + 75 * 60
        others = max(self.others.at(at) for at in range(int(begin), int(end), 60)) if self.others else 0
        # The tenth of people is kept whether they use it or not; what they use of it is in it.
        minutes = range(int(begin), int(end), 60)
        pages = max(self._pages(at - HOUR, at) for at in minutes)
        people = max(LIMIT / 10, *(self._people(at - HOUR, at) for at in minutes))
        wanted = (len(PLACES) + AT_ONCE) * HOUR / INTERVAL
        return INTERVAL * max(1.0, wanted / (LIMIT - others - pages - people))

    def _freed_gap(self) -> float:
        if not self.flipkart.refused:
            return 0.0
        refused = self.flipkart.refused[0][0]
        over = [at + HOUR for at, _, _ in self.flipkart.made] + [at + HOUR for at in self.flipkart.others]
        free = 0
        for until in range(int(refused), int(self.seconds)):
            free += sum(until <= at < until + 1 for at in over)
            free -= sum(until <= at < until + 1 for at in self.flipkart.others)
            if free >= len(PLACES) + AT_ONCE:
                return until + 1 - refused
        return self.seconds - refused

    def _people(self, begin: float, end: float) -> int:
        return sum(for_person and begin <= at < end for at, _, for_person in self.flipkart.made)

    def _pages(self, begin: float, end: float) -> int:
        """Pages that fill: a call each, however seldom anybody looks."""
        return sum(visit.scanned(end) // PAGE - visit.scanned(begin) // PAGE for visit in self.visits)

    def _needed(self, begin: float, end: float) -> float:
        """Calls that can't be done without."""
        return self._people(begin, end) + self._pages(begin, end)

    def _fewest(self) -> float:
        """Of the whole day: what can't be done without, and looks spread evenly over the rest."""
        needed, looks = self._needed(0.0, self.seconds), 0.0
        for begin in range(0, int(self.seconds), 60):
            statuses = [visit.status(begin) for visit in self.visits]
            weights = {"Scanning": 1.0, "EndOTC": 0.5}
            wanted = len(PLACES) + sum(weights.get(str(status), 0.0) for status in statuses)
            # A minute's needs come in lumps; what an hour needs is spread over it.
            hour = max(0.0, begin - HOUR / 2)
            others = self.others.calls if self.others and 0 <= begin - self.others.begin < HOUR else 0
            most = (LIMIT - others - self._needed(hour, hour + HOUR)) / 60
            looks += min(wanted * 60 / INTERVAL, most)
        return needed + looks


def run(others: Others | None = None) -> Figures:
    """A whole day."""
    return asyncio.run(Day(others=others).run())
