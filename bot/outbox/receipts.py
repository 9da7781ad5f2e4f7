"""Brings receipts into the threads of handovers that have ended, exactly once: a line with a PDF and a CSV.

```
pending -> files are sent, their ids kept (committed before they are shared) -> sending -> sent
sending, left by a crash or without an answer -> unknown, until the grace is over
unknown -> sent if Slack has shared the files, else shared again
```
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot import giving_up
from bot.clock import Clock
from bot.handover.location import Location, Locations
from bot.handover.ports import NotKept
from bot.i18n import _, ngettext, number, use
from bot.outbox.adoption import GRACE
from bot.outbox.digests import FIRST_BACKOFF, LONGEST_BACKOFF
from bot.outbox.files import Document, Files
from bot.outbox.ports import MaybeSentError, MessengerError, ThreadGoneError
from bot.outbox.sharing import Sharing, is_shared
from bot.record.receipt import NotFinished, Receipt
from bot.store.receipts import DueReceipt, ReceiptStore
from bot.store.records import RecordStore
from bot.store.tables import ReceiptRow, Sending
from bot.worker import TooMuchError

log = structlog.get_logger()

PICTURES = timedelta(minutes=2)
"""How long after the end a receipt waits for pictures that are being fetched."""
CALM = timedelta(minutes=1)
"""How long after the end a receipt waits for an FE who comes back at once: then the next end has its own."""
HASH = 12
"""Digits of the hash that stand in the thread; the files have them all."""

Papers = Callable[[Receipt, str], Awaitable[Sequence[Document]]]
"""Makes the files in a language. Takes long, and does so elsewhere (`bot.outbox.papers`)."""


class Names(Protocol):
    """What people are called in Slack."""

    async def of(self, user_ids: Sequence[str]) -> dict[str, str]:
        """The shown names of those that Slack tells now; raises nothing."""


def line(receipt: Receipt, language: str) -> str:
    """What is said above the files. Numbers only, so there is nothing to escape."""
    h = receipt.handover
    with use(language):
        scanned = _("{n} scanned").format(n=number(h.scanned))
        counted = _("not counted") if h.counted is None else _("{n} counted").format(n=number(h.counted))
        n = sum(one.problem for one in receipt.parcels)
        problems = ngettext("{n} problem parcel", "{n} problem parcels", n).format(n=number(n))
        return _("Receipt: {facts}. SHA-256 `{hash}…`").format(
            facts=", ".join((counted, scanned, problems)), hash=receipt.sha256[:HASH]
        )


class ReceiptPoster:
    """Works off the receipts, one after the other. Only one `step` at a time."""

    def __init__(
        self,
        *,
        receipts: ReceiptStore,
        records: RecordStore,
        files: Files,
        names: Names,
        locations: Locations,
        zone: ZoneInfo,
        clock: Clock,
        papers: Papers,
        calm: timedelta = CALM,
    ) -> None:
        self._receipts = receipts
        self._records = records
        self._files = files
        self._names = names
        self._locations = locations
        self._zone = zone
        self._clock = clock
        self._papers = papers
        self._calm = calm

    async def step(self) -> None:
        """Goes on with every receipt whose time it is. Raises DatabaseUnusableError."""
        for due in await self._receipts.due():
            row, now = due.row, self._clock()
            # A moment further away was written by a clock that has been set back since.
            if row.not_before is not None and now < row.not_before <= now + timedelta(seconds=LONGEST_BACKOFF):
                continue
            location = self._locations.get(due.handover.location_id)
            why = self._never(due, location)
            if why or location is None:
                await self._receipts.keep(row, state=Sending.LOST, error=why)
                continue
            if self._is_fresh(due, self._calm):
                continue
            if not due.root.ts or due.replies_wait or (due.photos_wait and self._is_fresh(due, PICTURES)):
                if self._is_old(due):
                    await self._give_up(due, row.error or "what comes before it is not in Slack")
                continue
            try:
                await self._go_on(due, location)
            except NotKept:
                raise
            except NotFinished:
                continue  # the FE came back in this very moment: the next look sees it
            except TooMuchError as error:
                why = f"it takes more than the bot gives to a receipt: {error}"
                if why != row.error:
                    log.error(
                        "a receipt can't be drawn; `otc-bot export` makes it", handover=row.handover_id, reason=why
                    )
                not_before = now + timedelta(seconds=LONGEST_BACKOFF)
                await self._receipts.keep(row, error=why, not_before=not_before)
            except Exception:
                log.exception("a receipt ended in a fault of the bot; it waits", handover=row.handover_id)
                state = Sending.UNKNOWN if row.state == Sending.SENDING else row.state
                not_before = now + timedelta(seconds=LONGEST_BACKOFF)
                await self._receipts.keep(row, state=state, error="a fault of the bot", not_before=not_before)

    def _never(self, due: DueReceipt, location: Location | None) -> str:
        """Why there will be no such receipt in Slack; empty if there may."""
        if due.superseded:
            return "the FE came back; the next end has its own"
        if due.root.state == Sending.LOST:
            return "its thread was deleted in Slack"
        return "" if location is not None else "its location is no longer in bot.toml"

    def _is_old(self, due: DueReceipt) -> bool:
        ended = due.handover.ended_at
        return ended is not None and self._clock() - ended > giving_up.RECEIPT

    async def _give_up(self, due: DueReceipt, why: str) -> None:
        log.error(
            "a receipt could not be brought into slack; `otc-bot export` makes it",
            handover=due.row.handover_id,
            reason=why,
        )
        await self._receipts.keep(due.row, state=Sending.LOST, error=why)

    def _is_fresh(self, due: DueReceipt, age: timedelta) -> bool:
        """Whether the end is younger; one that seems to come is from before the clock was set back."""
        ended = due.handover.ended_at
        return ended is not None and timedelta() <= self._clock() - ended < age

    async def _go_on(self, due: DueReceipt, location: Location) -> None:
        row = due.row
        if row.state == Sending.SENDING:
            # Left by the end of the process: from here on, `sending` is what this attempt has begun.
            row.state = Sending.UNKNOWN
        try:
            if row.state == Sending.UNKNOWN and await self._is_shared(due):
                await self._done(row)
                return
            if self._is_old(due):
                await self._give_up(due, row.error)
                return
            await self._post(due, location)
        except MaybeSentError as error:
            level = log.warning if error.reason != row.error else log.debug
            level(
                "slack may or may not have taken a receipt; it is looked up",
                handover=row.handover_id,
                reason=error.reason,
            )
            if self._is_old(due):
                await self._give_up(due, error.reason)
                return
            attempts = row.attempts if row.state == Sending.SENDING else row.attempts + 1
            not_before = max(self._clock() + GRACE, self._later(row, error))
            await self._receipts.keep(
                row, state=Sending.UNKNOWN, error=error.reason, attempts=attempts, not_before=not_before
            )
        except ThreadGoneError as error:
            log.error("a thread was deleted in slack; its receipt is not posted", handover=row.handover_id)
            await self._receipts.keep(row, state=Sending.LOST, error=error.reason)
        except MessengerError as error:
            if self._is_old(due):
                await self._give_up(due, error.reason)
                return
            why = f"{error.reason} ({error.advice})" if error.advice else error.reason
            level = log.warning if why != row.error else log.debug
            level("slack did not take a receipt; it waits", handover=row.handover_id, reason=why)
            # Only a call that was surely not carried out is made anew; what is being looked up stays so.
            begun = row.state == Sending.SENDING
            state = Sending.PENDING if begun else row.state
            attempts = row.attempts if begun else row.attempts + 1
            not_before = self._later(row, error)
            await self._receipts.keep(row, state=state, error=why, attempts=attempts, not_before=not_before)

    async def _is_shared(self, due: DueReceipt) -> bool:
        """Whether Slack shows the files; what it does not show after the grace was never done."""
        row = due.row
        is_done, file_ids = await is_shared(self._files, due.root.channel, row.file_ids, row.attempts)
        if is_done:
            return True
        await self._receipts.keep(row, state=Sending.PENDING, file_ids=file_ids, not_before=None)
        return False

    async def _post(self, due: DueReceipt, location: Location) -> None:
        row = due.row
        record = await self._records.load(row.handover_id)
        names = await self._names.of(record.people)
        receipt = await asyncio.to_thread(record.receipt, location, self._zone, names)
        documents = await self._papers(receipt, location.language)

        async def keep(file_ids: list[str]) -> None:
            await self._receipts.keep(row, file_ids=file_ids, sha256=receipt.sha256)

        sharing = Sharing(self._files, due.root.channel, due.root.ts, row.attempts, keep)
        file_ids = await sharing.fill(documents, row.file_ids)
        there = await sharing.there(file_ids)
        # Committed before the call, so that a crash during it is known.
        not_before = self._clock() + GRACE
        await self._receipts.keep(row, state=Sending.SENDING, attempts=row.attempts + 1, not_before=not_before)
        titles = [document.title for document in documents]
        await sharing.share(file_ids, titles, there, line(receipt, location.language))
        await self._done(row)

    async def _done(self, row: ReceiptRow) -> None:
        await self._receipts.keep(row, state=Sending.SENT, error="", not_before=None)

    def _later(self, row: ReceiptRow, error: MessengerError) -> datetime:
        backoff = min(FIRST_BACKOFF * 2 ** min(row.attempts, 10), LONGEST_BACKOFF)
        seconds = error.retry_after if error.retry_after is not None else backoff
        return self._clock() + timedelta(seconds=min(seconds, LONGEST_BACKOFF))
