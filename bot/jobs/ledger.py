"""Reads Flipkart's ledger of returns at each location, out of what the budget can spare."""

from datetime import datetime, timedelta, tzinfo
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.handover.announcing import Announcing
from bot.handover.ledger import KINDS, LedgerPage, Mark, Marks, begun, broken_off, gone_on, is_due
from bot.handover.location import Locations
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.returns import Source, Told

log = structlog.get_logger()

REST = timedelta(minutes=5)
"""After a failure, and after a refusal at one location: no longer, for the ledger says what is due."""
PAGES_A_TICK = 2
ROWS_AT_ONCE = 200
"""Of a page, in one transaction: presses and looks have their turn between two."""
MOST_PAGES = 4000
"""Of one pass: a hundred thousand rows."""


class LedgerApi(Protocol):
    """Flipkart's ledger. Raises ReturnsApiError and nothing else."""

    async def ledger(self, location_id: str, kind: str, since: datetime, url: str) -> LedgerPage:
        """A page of what was changed since then; it makes no call while the hourly budget is not half free."""


class LedgerJob:
    """A few pages at a time, the locations in turn."""

    def __init__(
        self,
        api: LedgerApi,
        announcing: Announcing,
        marks: Marks,
        locations: Locations,
        zone: tzinfo,
        clock: Clock,
        again: timedelta,
    ) -> None:
        """`again` is the time between two passes over the ledger of one location."""
        self._again = again
        self._api = api
        self._announcing = announcing
        self._store = marks
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._marks: dict[tuple[str, str], Mark] | None = None
        self._version = locations.version
        self._seen: dict[tuple[str, str], set[str]] = {}
        """The pages of each pass that goes on: one that leads back to another ends it."""
        self._not_before: dict[tuple[str, str], datetime] = {}
        self._led_back: set[tuple[str, str]] = set()
        """Where that was said: it may be how the ledger ends, so it is said once."""
        self._told: dict[str, str] = {}
        """What is wrong at a location, as it was said."""

    async def tick(self) -> None:
        """Asks for the pages that are due. Raises NotKept."""
        if self._marks is None or self._locations.version != self._version:
            self._version = self._locations.version
            places = [location.id for location in self._locations]
            self._marks = {(place, ""): Mark(place) for place in places}
            for mark in await self._store.load(places):
                self._put(mark)
        for _ in range(PAGES_A_TICK):
            now = self._clock()
            due = [one for one in self._marks.values() if self._may(one, now) and is_due(one, now, self._again)]
            if not due:
                return
            # Who waited longest comes first; a pass that goes on waits for nobody who was answered since it began.
            await self._read(min(due, key=lambda one: (one.answered_at is not None, one.answered_at or now)), now)

    def _may(self, mark: Mark, now: datetime) -> bool:
        until = self._not_before.get((mark.location_id, mark.kind))
        # A moment that lies further ahead than it can was written before the clock was set back.
        return until is None or not now < until <= now + REST

    async def _read(self, before: Mark, now: datetime) -> None:
        key = before.location_id, before.kind
        mark = begun(before, now, self._zone)
        if mark is not before:
            self._seen[key] = set()
        try:
            page = await self._api.ledger(mark.location_id, mark.kind, mark.since or now, mark.url)
        except ReturnsApiError as error:
            await self._failed(mark, error, now)
            return
        try:
            for at in range(0, len(page.statements), ROWS_AT_ONCE):
                some = page.statements[at : at + ROWS_AT_ONCE]
                await self._announcing.keep(Told(mark.location_id, some, source=Source.LEDGER))
            seen = self._seen.setdefault(key, set())
            leads_on = page.next_url and page.next_url not in seen and len(seen) < MOST_PAGES
            if page.next_url and not leads_on and key not in self._led_back:
                self._led_back.add(key)
                log.warning("flipkart's ledger of returns leads back to a page that was read", at=mark.location_id)
            seen.add(page.next_url)
            newest = page.newest if page.is_cut_off else None
            await self._keep(gone_on(mark, page.next_url if leads_on else "", now, newest))
        except NotKept:
            self._not_before[key] = now + REST  # the store has said it; the same call again would cost the budget
            raise
        if self._told.pop(mark.location_id, None) is not None:
            log.info("flipkart's ledger of returns can be read again", at=mark.location_id)

    async def _failed(self, mark: Mark, error: ReturnsApiError, now: datetime) -> None:
        key = mark.location_id, mark.kind
        if error.of_the_address and mark.url:
            # The page is gone: the pass begins anew.
            await self._keep(broken_off(mark))
        elif error.of_the_address and not error.retry and not mark.kind:
            # "source is mandatory", in whatever words.
            await self._by_kind(mark)
            return
        self._not_before[key] = now + REST
        if not error.throttled and self._told.get(mark.location_id) != str(error):
            self._told[mark.location_id] = str(error)
            log.warning(
                "flipkart's ledger of returns can't be read; it goes on trying, and set ledger = false under [returns] "
                "if it stays so",
                at=mark.location_id,
                problem=str(error),
            )

    async def _by_kind(self, mark: Mark) -> None:
        """Asks for one source after the other from now on, each from where all at once had come to."""
        marks = self._marks if self._marks is not None else {}
        await self._store.drop(mark)
        marks.pop((mark.location_id, ""), None)
        for kind in KINDS:
            await self._keep(Mark(mark.location_id, kind, after=mark.after, backfilled_on=mark.backfilled_on))

    async def _keep(self, mark: Mark) -> None:
        await self._store.keep(mark)
        self._put(mark)

    def _put(self, mark: Mark) -> None:
        if self._marks is None:
            return
        self._marks[mark.location_id, mark.kind] = mark
        if mark.kind:
            self._marks.pop((mark.location_id, ""), None)
            for kind in KINDS:  # the bot may have died before it kept the other one
                self._marks.setdefault((mark.location_id, kind), Mark(mark.location_id, kind))
