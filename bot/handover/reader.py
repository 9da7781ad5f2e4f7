"""Reads scan pages from Flipkart into the store: one reader for the poller and for a person's End OTC.

A read goes on from the cursor, which costs one call while nothing happens. A *pass* begins at the first page: it sees
what changed on pages that were read long ago, and what Flipkart no longer lists. It is made before a person counts,
once the FE has come to the End OTC page, when Flipkart no longer knows the page that the cursor names, and now and then
at a last page that is full.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import structlog
from cachetools import LRUCache

from bot.clock import Clock
from bot.handover import machine
from bot.handover.model import Handover, Stage
from bot.handover.ports import CursorMove, Gone, Handovers, Page, ReturnsApi, ReturnsApiError, Scan, Step
from bot.handover.refusals import UnknownHandover

log = structlog.get_logger()

PAGES_A_TICK = 40
"""Ends a loop that never ends: 1,000 parcels of 25 a page."""
PAGES_FOR_A_PERSON = 400
"""The same for a person who waits: 10,000 parcels. Pages without news end a read long before (`BARREN_PAGES`)."""
MORE_PAGES = 3
"""Pages of a pass beyond those that hold what is known already."""
BARREN_PAGES = 3
"""A read ends after so many pages in a row that bring no row which it has not met: they may go on for ever."""
LOOKS_AT_A_DEAD_END = 4
"""Looks at a last page that is full, for each pass over all pages, at least; see `_DeadEnd`."""
REMEMBERED = 5000
"""Handovers of which something is kept in memory: some hundred bytes each."""
FILLING_SECONDS = 120.0
"""Of scanning at least, before it tells how fast somebody scans."""
PASS_WAITS = timedelta(minutes=15)
"""How long the pass at the End OTC page is left to people while calls are short."""
NEWEST_WEIGHT = 0.3
"""Of the newest look in the mean of calls a look."""


@dataclass(slots=True)
class _DeadEnd:
    """A last page that is full and leads nowhere.

    Read again it may link on, as any other last page; or it may stay as it is for ever, and then only a pass finds what
    came since (not published; both must work). A pass costs a call a page, so it is made once when the dead end is come
    to, and then every so many looks as there are pages: two calls a look at most.
    """

    looks: int = 0

    def wants_a_pass(self, pages: int) -> bool:
        return self.looks == 0 or self.looks >= max(LOOKS_AT_A_DEAD_END, pages)


@dataclass(slots=True)
class _Read:
    """One read of a handover: how far it may go, and what it has met."""

    most: int
    worth_following: Callable[[Page], bool]
    for_person: bool
    is_pass: bool
    calls: int = 0
    filled: int = 0
    """Pages that were left because they were full: the call after each is for new rows."""
    asked: set[str | None] = field(default_factory=set)
    met: set[tuple[str, str]] = field(default_factory=set)
    barren: int = 0

    def meet(self, page: Page) -> None:
        rows = {shipment.key for shipment in page.shipments}
        self.barren = 0 if rows - self.met else self.barren + 1
        self.met |= rows


@dataclass(frozen=True, slots=True)
class _Newest:
    """The page that was kept last, without its rows: met again, byte for byte, it needs neither reading nor keeping."""

    version: int
    url: str | None
    page: Page

    def is_at(self, handover: Handover) -> bool:
        """Whether the cursor is still where it was left with this page."""
        cursor = (handover.cursor_version, handover.cursor_newest, handover.cursor_next)
        return cursor == (self.version, self.url, self.page.next_url)


@dataclass(slots=True)
class _Followed:
    """What is remembered of a handover between two reads, as long as the process lives."""

    version: int | None = None
    """Of its cursor, as it was kept last; None: not yet, or forgotten."""
    newest: _Newest | None = None
    dead_end: _DeadEnd | None = None
    passed_at: datetime | None = None
    """When a pass over all pages came to its end last."""
    calls: float = 1.0
    """Calls a look, in the mean of the poller's looks of late."""


class _AddressRefusedError(Exception):
    """Flipkart no longer answers at an address that it gave out itself."""

    def __init__(self, error: ReturnsApiError) -> None:
        super().__init__(str(error))
        self.error = error


class ScanReader:
    """Follows the pages of a handover. One read of a handover is in flight at a time."""

    def __init__(self, api: ReturnsApi, handovers: Handovers, clock: Clock, page_size: int, pages_a_tick: int) -> None:
        """`pages_a_tick` is the most that one look of the poller reads."""
        self._api = api
        self._handovers = handovers
        self._clock = clock
        self._page_size = page_size
        self._pages_a_tick = pages_a_tick
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._told: LRUCache[tuple[str, str], None] = LRUCache(REMEMBERED)
        self._followed: LRUCache[str, _Followed] = LRUCache(REMEMBERED)

    async def catch_up(self, handover_id: str, known: Handover | None = None, *, short: bool = False) -> Handover:
        """One tick of the poller: follows only full pages, so that a quiet FE costs one call.

        Args:
            handover_id: which handover.
            known: the handover as the caller has it, to be read on from there unless somebody else has read on since.
            short: calls are short, so the pass at the End OTC page is left to whoever counts, who makes one anyway.

        Raises:
            ReturnsApiError: Flipkart gave no usable answer; what was read before is kept.
            UnknownHandover: there is no such handover.
        """
        async with self._alone(handover_id):
            followed = self._of(handover_id)
            if known is None or followed.version not in (None, known.cursor_version):
                known = await self._get(handover_id)
            handover = known
            if self._wants_a_pass(handover, short=short):
                read = self._pass(handover, self._pages_a_tick, for_person=False)
            else:
                read = _Read(self._pages_a_tick, self._full, for_person=False, is_pass=False)
            try:
                return await self._hinted(await self._read(handover, read))
            finally:
                # The one pass at the End OTC page says nothing about the looks to come.
                if not (read.is_pass and handover.stage is Stage.CLOSING):
                    followed.calls += NEWEST_WEIGHT * (max(1, read.calls - read.filled) - followed.calls)

    async def read_to_end(self, handover_id: str, *, from_start: bool = False) -> Handover:
        """For a person about to close: follows every page that Flipkart says there is.

        It costs a call a page: those that bring something, and three more at most; a pass costs as many as hold what is
        known, and six more at most.

        Args:
            handover_id: which handover.
            from_start: make a pass over all pages, to see what changed on those that were read before.

        Raises:
            ReturnsApiError: Flipkart gave no usable answer; what was read before is kept.
            UnknownHandover: there is no such handover.
        """
        async with self._alone(handover_id):
            handover = await self._get(handover_id)
            if not from_start:
                handover = await self._read(
                    handover, _Read(PAGES_FOR_A_PERSON, self._any, for_person=True, is_pass=False)
                )
                if self._of(handover_id).dead_end is None or self._has_passed_at_end(handover):
                    return handover
            return await self._read(handover, self._pass(handover, self._pages_a_tick, for_person=True))

    def passed_within(self, handover_id: str, age: timedelta) -> bool:
        """Whether a pass over all pages came to its end less than `age` ago."""
        at = self._of(handover_id).passed_at
        return at is not None and timedelta() <= self._clock() - at < age

    def calls_a_look(self, handover_id: str) -> float:
        """Calls that the poller's looks have cost of late without those for pages that filled: 1 or more."""
        return self._of(handover_id).calls

    def pages_a_second(self, handover: Handover) -> float:
        """Pages that an FE who scans fills, as it went so far: a call each, however seldom anybody looks."""
        begun = min((at for at in (handover.first_scan_at, handover.scanning_at) if at is not None), default=None)
        if handover.stage is not Stage.SCANNING or begun is None:
            return 0.0
        seconds = (self._clock() - begun).total_seconds()
        return handover.scanned / self._page_size / max(seconds, FILLING_SECONDS)

    def pass_costs(self, handover: Handover) -> int:
        """Calls that a pass over all pages of a handover takes."""
        return self._pages(handover) + 1

    def next_look_costs(self, handover: Handover, *, short: bool = False) -> int:
        """Calls that the poller's next look at a handover will cost, as far as that can be told."""
        if self._wants_a_pass(handover, short=short):
            return self.pass_costs(handover)
        return round(self.calls_a_look(handover.id))

    def _of(self, handover_id: str) -> _Followed:
        found: _Followed = self._followed.setdefault(handover_id, _Followed())
        return found

    def _alone(self, handover_id: str) -> asyncio.Lock:
        return self._locks.setdefault(handover_id, asyncio.Lock())

    def _wants_a_pass(self, handover: Handover, *, short: bool) -> bool:
        if handover.stage is Stage.CLOSING and not self._has_passed_at_end(handover):
            at_end = self._clock() - handover.closing_at if handover.closing_at is not None else PASS_WAITS
            return not (short and timedelta() <= at_end < PASS_WAITS)
        end = self._of(handover.id).dead_end
        return end is not None and end.wants_a_pass(self._pages(handover))

    def _has_passed_at_end(self, handover: Handover) -> bool:
        """Whether all pages were seen since the FE came to the End OTC page, where nothing more can be scanned."""
        at, since = self._of(handover.id).passed_at, handover.closing_at
        return handover.stage is Stage.CLOSING and at is not None and since is not None and at >= since

    def _pass(self, handover: Handover, least: int, *, for_person: bool) -> _Read:
        return _Read(max(least, self._pages(handover) + MORE_PAGES), self._any, for_person=for_person, is_pass=True)

    def _pages(self, handover: Handover) -> int:
        """Pages that hold what is known."""
        return -(-handover.scanned // self._page_size)

    def _full(self, page: Page) -> bool:
        return max(page.rows, len(page.shipments)) >= self._page_size

    def _any(self, page: Page) -> bool:
        return page.has_more or bool(page.shipments)

    async def _read(self, handover: Handover, read: _Read) -> Handover:
        begin = None if read.is_pass else handover.cursor_next or handover.cursor_newest
        try:
            return await self._follow(handover, read, begin)
        except _AddressRefusedError as refused:
            if read.is_pass:
                raise refused.error from None
            self._tell(handover, "flipkart no longer knows the page that was read last; reading from the first again")
            again = self._pass(handover, read.most, for_person=read.for_person)
            try:
                return await self._follow(await self._get(handover.id), again, None)
            except _AddressRefusedError as still:
                raise still.error from None
            finally:
                read.calls += again.calls

    async def _follow(self, handover: Handover, read: _Read, url: str | None) -> Handover:
        at_first = handover
        for left in range(read.most - 1, -1, -1):
            page = await self._ask(handover, read, url)
            if page.same:
                return await self._end(at_first, handover, read, page, url)
            read.meet(page)
            follow = (
                page.next_url is not None
                and page.next_url not in read.asked
                and read.barren < BARREN_PAGES
                and read.worth_following(page)
            )
            last = not follow or left == 0 or page.problem is not None
            # A pass leaves the cursor where it is until it is through: broken off, it has changed nothing but rows.
            stay = read.is_pass and not last
            move = CursorMove(
                handover.cursor_version,
                newest=handover.cursor_newest if stay else url,
                next=handover.cursor_next if stay else page.next_url,
            )
            kept = await self._keep(handover, page, move, more=follow and left > 0)
            if kept is None:
                return await self._get(handover.id)
            handover = kept
            self._of(handover.id).version = handover.cursor_version
            if page.problem is not None:
                raise page.problem
            if last:
                return await self._end(at_first, handover, read, page, url)
            url = page.next_url
            read.filled += not read.is_pass
        return handover

    async def _ask(self, handover: Handover, read: _Read, url: str | None) -> Page:
        """The page; without its rows if it is the `same` that was kept last, as of a quiet FE."""
        read.asked.add(url)
        read.calls += 1
        newest = self._of(handover.id).newest
        if newest is not None and (read.is_pass or url != newest.url or not newest.is_at(handover)):
            newest = None
        try:
            page = await self._api.shipments(
                handover.task_id,
                handover.fe_id,
                url,
                self._page_size,
                for_person=read.for_person,
                known=newest.page.digest if newest is not None else b"",
            )
            return replace(newest.page, same=True) if newest is not None and page.same else page
        except ReturnsApiError as error:
            if error.of_the_address and url is not None:
                raise _AddressRefusedError(error) from None
            raise

    async def _end(self, before: Handover, after: Handover, read: _Read, page: Page, url: str | None) -> Handover:
        """What the last page of a read means for the next one."""
        full, followed = self._full(page), self._of(after.id)
        if page.next_url is None and full:
            end = followed.dead_end = followed.dead_end or _DeadEnd()
            end.looks = 1 if read.is_pass else 0 if after.scanned != before.scanned else end.looks + 1
        else:
            followed.dead_end = None
        # The last page of an FE who pauses may name itself, and then there is nothing beyond it.
        is_pause = page.next_url == url and not full
        if page.has_more and page.next_url in read.asked and not is_pause:
            self._tell(after, "flipkart's pages lead in a circle; there may be scans that nobody can read")
        if not read.is_pass:
            return after
        followed.passed_at = self._clock()
        is_through = not page.has_more or is_pause or not page.shipments
        # Not after a list without a single row: that is rather a fault than news.
        return await self._withdraw(after, read) if is_through and read.met else after

    async def _hinted(self, handover: Handover) -> Handover:
        """Here and not by the clock alone: the look that has just ended has seen that nothing follows."""
        now = self._clock()
        if not machine.may_be_done(handover, now):
            return handover
        return await self._handovers.step(handover.id, lambda newest: machine.hint(newest, now))

    async def _withdraw(self, handover: Handover, read: _Read) -> Handover:
        """What was counted and is no longer listed."""

        def decide(before: Handover, gone: Gone) -> Step:
            return machine.withdraw(before, gone, self._clock())

        after = await self._handovers.withdraw(handover.id, handover.cursor_version, read.met, decide)
        return after or await self._get(handover.id)

    def _tell(self, handover: Handover, what: str) -> None:
        """Once for each handover: it may stay so, and is met again at every look."""
        if (handover.id, what) not in self._told:
            self._told[handover.id, what] = None
            log.warning(what, handover=handover.id, fe=handover.fe_id, task=handover.task_id)

    async def _keep(self, handover: Handover, page: Page, move: CursorMove, *, more: bool) -> Handover | None:
        """Keeps a page. None: somebody else has read on meanwhile."""
        at_end = not page.has_more and page.problem is None and not self._full(page)

        def decide(handover: Handover, scan: Scan) -> Step:
            return machine.read(handover, scan, self._clock(), more=more, at_end=at_end)

        kept = await self._handovers.add_page(handover, page, move, decide)
        if kept is not None and kept.cursor_version == move.version and page.problem is None:
            # Nothing moved and nothing was new: the same answer again need not be looked at.
            bare = replace(page, shipments=(), rows=max(page.rows, len(page.shipments)))
            self._of(handover.id).newest = _Newest(kept.cursor_version, move.newest, bare)
        return kept

    async def _get(self, handover_id: str) -> Handover:
        handover = await self._handovers.get(handover_id)
        if handover is None:
            raise UnknownHandover(handover_id)
        return handover
