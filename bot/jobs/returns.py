"""Asks Flipkart which returns the scanned parcels are: return id, order item id, reason, expected date."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.handover.announcing import Announcing
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.returns import Source, Statement, Told

log = structlog.get_logger()

AT_ONCE = 25
"""Tracking ids in one call, which is all that Flipkart takes."""
LONGEST_ID = 64
REST = timedelta(minutes=5)
LONG_REST = timedelta(hours=6)
"""After a refusal that will not change by itself."""


class ReturnLookup(Protocol):
    """Flipkart's answer about returns. Raises ReturnsApiError and nothing else."""

    async def returns(self, tracking_ids: Sequence[str]) -> list[Statement]:
        """What it knows of at most 25 parcels; it makes no call while the hourly budget is not half free."""


class ReturnBook(Protocol):
    """What was asked. Each method is one transaction."""

    async def unknown(self, now: datetime, most: int) -> list[str]:
        """Tracking ids that were scanned and are to be asked about, the newest first, each once."""

    async def keep(self, asked: Sequence[str], answer: Sequence[Statement], now: datetime) -> None:
        """Keeps that they were asked about; one of which the answer says nothing is remembered as unknown."""


class ReturnsJob:
    """One call at a time, out of what the budget can spare."""

    def __init__(self, api: ReturnLookup, announcing: Announcing, book: ReturnBook, clock: Clock) -> None:
        self._api = api
        self._announcing = announcing
        self._book = book
        self._clock = clock
        self._not_before: datetime | None = None
        self._told = False

    async def tick(self) -> None:
        """Asks about the newest parcels of which nothing is known."""
        now = self._clock()
        # A moment that lies further ahead than it can was written before the clock was set back.
        if self._not_before is not None and now < self._not_before <= now + LONG_REST:
            return
        try:
            await self._ask(now)
        except ReturnsApiError as error:
            self._rest(now, error)
        except NotKept:
            self._not_before = now + REST  # the store has said it; the same call again and again would cost the budget

    async def _ask(self, now: datetime) -> None:
        asked = await self._book.unknown(now, AT_ONCE)
        if not asked:
            return
        # The ids stand in the address, parted by commas.
        askable = [one for one in asked if len(one) <= LONGEST_ID and "," not in one and one.isprintable()]
        answer = await self._api.returns(askable) if askable else []
        if answer:
            await self._announcing.keep(Told("", answer, source=Source.LOOKUP))
        # Last: what a crash keeps from being noted is asked about again, and what is told again changes nothing.
        await self._book.keep(asked, answer, now)
        self._told = False

    def _rest(self, now: datetime, error: ReturnsApiError) -> None:
        self._not_before = now + (REST if error.retry else LONG_REST)
        if not error.retry and not self._told:
            self._told = True
            log.warning(
                "flipkart refuses to tell of returns; set details = false under [returns] if it goes on",
                problem=str(error),
            )
