"""Reads scan pages from Flipkart into the store: one reader for the poller and for a person's End OTC."""

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

import structlog
from cachetools import LRUCache

from bot.clock import Clock
from bot.handover import machine
from bot.handover.model import Handover
from bot.handover.ports import CursorMove, Handovers, Page, ReturnsApi, Scan, Step
from bot.handover.refusals import UnknownHandover

log = structlog.get_logger()

PAGES_A_TICK = 40
"""Ends a loop that never ends: 1,000 parcels of 25 a page."""
PAGES_FOR_A_PERSON = 400
REMEMBERED = 1000
"""Handovers whose newest page is kept in memory."""


class ScanReader:
    """Follows the pages of a handover. One read of a handover is in flight at a time."""

    def __init__(self, api: ReturnsApi, handovers: Handovers, clock: Clock, page_size: int) -> None:
        self._api = api
        self._handovers = handovers
        self._clock = clock
        self._page_size = page_size
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._circles: LRUCache[str, None] = LRUCache(REMEMBERED)
        self._newest: LRUCache[str, tuple[CursorMove, Page]] = LRUCache(REMEMBERED)

    async def catch_up(self, handover_id: str) -> Handover:
        """One tick of the poller: follows only full pages, so that a quiet FE costs one call.

        Raises:
            ReturnsApiError: Flipkart gave no usable answer; what was read before is kept.
            UnknownHandover: there is no such handover.
        """
        return await self._read(handover_id, PAGES_A_TICK, self._full, for_person=False)

    async def read_to_end(self, handover_id: str, *, from_start: bool = False) -> Handover:
        """For a person about to close: follows every page that Flipkart says there is.

        Args:
            handover_id: which handover.
            from_start: begin at the first page again, for when Flipkart says that something is not synced.

        Raises:
            ReturnsApiError: Flipkart gave no usable answer; what was read before is kept.
            UnknownHandover: there is no such handover.
        """
        return await self._read(handover_id, PAGES_FOR_A_PERSON, self._any, for_person=True, from_start=from_start)

    def _full(self, page: Page) -> bool:
        return max(page.rows, len(page.shipments)) >= self._page_size

    def _any(self, page: Page) -> bool:
        return page.has_more or bool(page.shipments)

    async def _read(
        self,
        handover_id: str,
        most: int,
        worth_following: Callable[[Page], bool],
        *,
        for_person: bool,
        from_start: bool = False,
    ) -> Handover:
        lock = self._locks.setdefault(handover_id, asyncio.Lock())
        async with lock:
            handover = await self._get(handover_id)
            url = None if from_start else handover.cursor_next or handover.cursor_newest
            asked: set[str | None] = set()
            for left in range(most - 1, -1, -1):
                asked.add(url)
                page = await self._api.shipments(
                    handover.task_id, handover.fe_id, url, self._page_size, for_person=for_person
                )
                stuck = page.next_url is None and self._full(page)
                # A full page that leads nowhere could stay as it is for ever; the next read begins at the first page.
                move = CursorMove(handover.cursor_version, newest=None if stuck else url, next=page.next_url)
                follow = page.next_url is not None and page.next_url not in asked and worth_following(page)
                kept = await self._keep(handover, page, move, more=follow and left > 0)
                if kept is None:
                    return await self._get(handover_id)
                handover = kept
                if page.problem is not None:
                    raise page.problem
                if page.has_more and page.next_url in asked:
                    self._tell_of_a_circle(handover, len(asked))
                if not follow:
                    break
                url = page.next_url
            return handover

    def _tell_of_a_circle(self, handover: Handover, pages: int) -> None:
        """Once for each handover: a circle may stay one, and is met again at every look."""
        if handover.id not in self._circles:
            self._circles[handover.id] = None
            log.warning(
                "flipkart's pages lead in a circle; there may be scans that nobody can read",
                fe=handover.fe_id,
                task=handover.task_id,
                pages=pages,
            )

    async def _keep(self, handover: Handover, page: Page, move: CursorMove, *, more: bool) -> Handover | None:
        """Keeps a page, unless it is the very page that was kept last: the usual answer of a quiet FE."""
        if self._newest.get(handover.id) == (move, page):
            return handover
        kept = await self._add(handover.id, page, move, more=more)
        if kept is not None and kept.cursor_version == move.version:
            # Nothing moved and nothing was new: the same page again needs no transaction.
            self._newest[handover.id] = (move, page)
        return kept

    async def _add(self, handover_id: str, page: Page, move: CursorMove, *, more: bool) -> Handover | None:
        def decide(handover: Handover, scan: Scan) -> Step:
            return machine.read(handover, scan, self._clock(), more=more)

        return await self._handovers.add_page(handover_id, page, move, decide)

    async def _get(self, handover_id: str) -> Handover:
        handover = await self._handovers.get(handover_id)
        if handover is None:
            raise UnknownHandover(handover_id)
        return handover
