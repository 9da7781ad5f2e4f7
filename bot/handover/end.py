"""End OTC: the code that closes a handover for good, only after a count by hand."""

import asyncio
import contextlib
from datetime import timedelta
from weakref import WeakValueDictionary

from bot.handover import machine
from bot.handover.actions import Dock, keep_count
from bot.handover.answers import CountCompared, CountForm, EndAnswer, EndChoice, EndShown, EndWaits, NobodyClosing
from bot.handover.approvals import Approval, Approvals, needs_another
from bot.handover.asking import asks
from bot.handover.location import Location
from bot.handover.model import Actor, Handover, OtcMode, Stage
from bot.handover.ports import EndCode, EndTotals, FixedCode, NotKept, ReturnsApiError, Step
from bot.handover.refusals import NotAllowed, NotAtEnd, Refusal, RightsUnknown
from bot.handover.vault import HeldEnd, Looks
from bot.handover.who import clean, meant

NOT_SYNCED = "SHIPMENT_SYNC_ERROR"
NOT_ON_PAGE = "NOT_ON_END_OTC_PAGE_ERROR"
PASS_HOLDS = timedelta(seconds=30)
"""A pass over all pages serves a form, and a code, for as long. Nothing is scanned on the End OTC page; what Flipkart
itself had not taken in yet is seen by its own total, which comes with the code."""


class EndOtc:
    """The way to an End OTC: find the FE, count, read to the last page, compare, show."""

    def __init__(self, dock: Dock, approvals: Approvals, pauses: tuple[float, ...]) -> None:
        """`pauses` are seconds before each retry after SHIPMENT_SYNC_ERROR; then the person is told."""
        self._dock = dock
        self._approvals = approvals
        self._pauses = pauses
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._reading: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Held over a pass that begins while somebody counts, so that their count waits for it and makes no other."""
        self._looks = Looks()
        self._looking = asyncio.Lock()
        """Held over a look at a code and its record, so that two presses at once are one look."""

    async def find(self, actor: Actor, locations: list[Location], query: str = "") -> EndAnswer:
        """Who could be closed at these locations.

        Raises:
            NotAllowed, RightsUnknown: the person may not at any of them.
            Refusal, ReturnsApiError: as `open`.
        """
        allowed = await self._allowed(actor, locations)
        candidates, present = await self._candidates(allowed, query, fresh=False)
        if not candidates:
            candidates, present = await self._candidates(allowed, query, fresh=True)
        if not candidates:
            return NobodyClosing(tuple(allowed), clean(query), tuple(present))
        if len(candidates) > 1:
            return EndChoice(tuple(candidates))
        return await self.open(actor, candidates[0][0].id)

    async def _allowed(self, actor: Actor, locations: list[Location]) -> list[Location]:
        allowed, refused = [], None
        for location in locations:
            try:
                await self._dock.allow(actor, location, "end-otc")
            except (NotAllowed, RightsUnknown) as refusal:
                refused = refusal
            else:
                allowed.append(location)
        if refused is not None and not allowed:
            raise refused
        return allowed

    async def _candidates(
        self, locations: list[Location], query: str, *, fresh: bool
    ) -> tuple[list[tuple[Handover, Location]], list[tuple[Handover, Location]]]:
        present: list[tuple[Handover, Location]] = []
        for location in locations:
            if fresh:
                _, there = await self._dock.look_around(location, for_person=True)
            else:
                there = await self._dock.handovers.present(location.id)
            present.extend((handover, location) for handover in there)
        wanted = {h.id for h in meant(query, [h for h, _ in present if may_close(h)])}
        return [(h, at) for h, at in present if h.id in wanted], present

    async def open(self, actor: Actor, handover_id: str) -> CountForm | EndShown | EndWaits:
        """The count form of one FE, which waits for no page; or the code, if it was given out or granted already.

        Raises:
            Refusal: the person may not, the handover is over or unknown, or the FE still scans.
            ReturnsApiError: Flipkart did not say where the FE is, or gave no code.
        """
        handover, location = await self._dock.admit(actor, handover_id, "end-otc")
        again = await self._again(actor, handover, location)
        if again is not None:
            return again
        if not may_close(handover):
            await self._dock.look_around(location, for_person=True)
            handover, location = await self._dock.find_present(handover_id)
            if not may_close(handover):
                raise NotAtEnd(handover)
        granted = await self._granted(actor, handover, location)
        if granted is not None:
            return await self.give(actor, handover_id, granted.scanned, granted.reason, counted=granted.counted)
        return CountForm(handover, location)

    async def read_ahead(self, actor: Actor, handover_id: str) -> None:
        """Reads to the last page while the person counts; what fails now is read once they have counted."""
        asks(actor.user_id)
        with contextlib.suppress(ReturnsApiError, Refusal, NotKept):
            await self._read(handover_id)

    async def _read(self, handover_id: str) -> Handover:
        async with self._reading.setdefault(handover_id, asyncio.Lock()):
            handover, _ = await self._dock.find_present(handover_id)
            if self._is_read(handover):
                return handover
            passed = self._dock.reader.passed_within(handover_id, PASS_HOLDS)
            return await self._dock.reader.read_to_end(handover_id, from_start=not passed)

    def _is_read(self, handover: Handover) -> bool:
        """Whether all pages were read a moment ago, and since the FE could scan no more."""
        if handover.stage is not Stage.CLOSING or handover.closing_at is None:
            return False
        age = min(PASS_HOLDS, self._dock.clock() - handover.closing_at)
        return self._dock.reader.passed_within(handover.id, age)

    async def count(
        self, actor: Actor, handover_id: str, counted: int
    ) -> CountCompared | CountForm | EndShown | EndWaits:
        """Keeps the count; the code follows if it is the number of scans and there is nothing more to look at.

        Whoever counted was not told the number, so hitting it is the confirmation.

        Raises:
            Refusal, ReturnsApiError: as `give`.
        """
        compared = await self.compare(actor, handover_id, counted)
        if not compared.settled:
            return compared
        return await self.give(actor, handover_id, compared.handover.scanned, counted=counted)

    async def compare(self, actor: Actor, handover_id: str, counted: int) -> CountCompared:
        """Keeps the count and compares it with what stands on Flipkart's pages.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
            ReturnsApiError: the pages could not be read; nothing is kept.
        """
        _, location = await self._dock.admit(actor, handover_id, "end-otc")
        await self._read(handover_id)
        handover = await keep_count(self._dock, handover_id, actor, counted)
        return CountCompared(handover, location, counted, tuple(await self._dock.handovers.problems(handover_id)))

    async def give(
        self, actor: Actor, handover_id: str, scanned: int, reason: str = "", *, counted: int | None = None
    ) -> CountForm | EndShown | EndWaits:
        """Calls Flipkart for the code and records who took it, or asks for a new count if parcels came in since.

        Where the counts differ by more than one person may let pass, it asks for a second person's word first.

        Args:
            actor: who confirmed.
            handover_id: which handover.
            scanned: the number of scanned parcels that the person saw when confirming.
            reason: why the code is wanted although the count differs; "" when it does not.
            counted: the count that the person was shown; None when that is not known.

        Raises:
            Refusal: the person may not, the handover is over or unknown, or the FE still scans.
            ReturnsApiError: Flipkart gave no code.
        """
        lock = self._locks.setdefault(handover_id, asyncio.Lock())
        async with lock:
            handover, location = await self._dock.admit(actor, handover_id, "end-otc")
            again = await self._again(actor, handover, location)
            if again is not None:
                return again
            # With fixed codes comes no total that would tell of what came since.
            was_read = handover.otc_mode is not OtcMode.FIXED and self._is_read(handover)
            if not was_read:
                handover = await self._dock.reader.read_to_end(handover_id)
            # A reason given for one count says nothing about the count of somebody else.
            recounted = counted is not None and handover.counted != counted
            must_count = handover.counted is None or handover.scanned != scanned or recounted
            if must_count or (handover.missing_by_count and not reason):
                return CountForm(handover, location, changed_from=scanned)
            shared = needs_another(handover, location)
            if shared and await self._granted(actor, handover, location) is None:
                wish = await self._approvals.ask(handover_id, actor.user_id, reason, self._dock.clock())
                return EndWaits(handover, location, wish)
            await self._dock.asked(actor, location, "end", handover, reason=reason)
            await self._dock.codes_are_here(location)
            answer = await self._generate(handover, was_read=was_read)
            if isinstance(answer, Handover):
                return CountForm(answer, location, changed_from=scanned)
            await self._dock.codes_are_here(location)
            code, fixed = answer
            if code is None and not fixed:
                return EndShown(handover, location, None)
            only_for = actor.user_id if shared else None
            held = HeldEnd(code, fixed, handover.counted, handover.scanned, only_for)
            self._dock.end_codes.put(handover_id, held, None)
            totals = code.totals if code else EndTotals()
            self._looks.renew(handover_id)
            after = await self._record(actor, handover_id, reason, totals, again=False)
            self._looks.add(handover_id, actor.user_id)
            return EndShown(after, location, code, fixed)

    async def _again(self, actor: Actor, handover: Handover, location: Location) -> EndShown | None:
        """The code that was given out already, for whoever may see it; None when there is none in memory."""
        held = self._dock.end_codes.get(handover.id)
        if held is None or held.only_for not in (None, actor.user_id):
            return None
        if not _still_holds(held, handover):
            self._dock.end_codes.drop([handover.id])
            return None
        async with self._looking:
            if not self._looks.has(handover.id, actor.user_id):
                handover = await self._record(actor, handover.id, handover.end_reason, EndTotals(), again=True)
                self._looks.add(handover.id, actor.user_id)
        return EndShown(handover, location, held.code, held.fixed)

    async def _granted(self, actor: Actor, handover: Handover, location: Location) -> Approval | None:
        """What a second person granted to this one, where that is needed."""
        if not needs_another(handover, location):
            return None
        return await self._approvals.granted(handover.id, actor.user_id, self._dock.clock())

    async def _generate(
        self, handover: Handover, *, was_read: bool
    ) -> tuple[EndCode | None, tuple[FixedCode, ...]] | Handover:
        """The code; or the handover as it is now, if parcels came in while Flipkart was still syncing.

        `was_read`: the pages were read a while ago, so only Flipkart's total tells that nothing came since.
        """
        if handover.otc_mode is OtcMode.FIXED:
            return None, tuple(await self._dock.api.fixed_codes(handover.location_id))
        pauses = iter(self._pauses)
        has_passed = False
        while True:
            try:
                code = await self._dock.api.end_code(handover.fe_id, handover.task_id)
                break
            except ReturnsApiError as error:
                pause = next(pauses, None)
                if error.code == NOT_ON_PAGE:
                    raise NotAtEnd(handover) from error
                if error.code != NOT_SYNCED or pause is None:
                    raise
            await asyncio.sleep(pause)
            # A pass over all pages costs a call a page: one is enough to find what came to an earlier one.
            fresh = await self._dock.reader.read_to_end(handover.id, from_start=not has_passed)
            has_passed = True
            if fresh.scanned != handover.scanned:
                return fresh
            was_read = False
        if was_read and code.totals.scanned != handover.scanned:
            fresh = await self._dock.reader.read_to_end(handover.id, from_start=True)
            if fresh.scanned != handover.scanned:
                return fresh
        return code, ()

    async def _record(self, actor: Actor, handover_id: str, reason: str, totals: EndTotals, *, again: bool) -> Handover:
        def decide(handover: Handover) -> Step:
            now = self._dock.clock()
            return machine.end_otc_given(handover, actor.user_id, reason, totals, now, again=again)

        return await self._dock.handovers.step(handover_id, decide)


def _still_holds(held: HeldEnd, handover: Handover) -> bool:
    """Whether a code that was given out may be shown again: only for the count after which it was given.

    A handover that ended, came back or left the End OTC page has forgotten that a code was given.
    """
    return (
        handover.end_otc_at is not None
        and may_close(handover)
        and (held.counted, held.scanned) == (handover.counted, handover.scanned)
    )


def may_close(handover: Handover) -> bool:
    """Whether an End OTC can be asked for: on the End OTC page, or with a status word that says nothing.

    Only Flipkart knows what an unpublished word means, and it refuses by itself when the FE still scans.
    """
    return handover.stage is Stage.CLOSING or machine.stage_of(handover.status) is None
