"""Start OTC: the code that opens a handover, to the asker alone."""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4
from weakref import WeakValueDictionary

from cachetools import LRUCache

from bot.handover import machine
from bot.handover.actions import Dock
from bot.handover.answers import (
    FixedCodesShown,
    NobodyWaiting,
    ShownStart,
    StartAnswer,
    StartCodesShown,
    StartNotOffered,
)
from bot.handover.location import Location
from bot.handover.model import Actor, Handover, OtcMode, Stage
from bot.handover.ports import CodesElsewhere, FixedCode, NotKept, ReturnsApiError, Sighting, StartCode, Step
from bot.handover.refusals import NotAtStart
from bot.handover.vault import Looks
from bot.handover.who import clean, meant

PAUSES = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 60, 120, 300))
"""From a code until "New code" makes another one: each new code of an FE makes the next wait longer.

A press within the first is a finger that slipped. The call generates for everybody who waits, and costs everybody.
"""
REMEMBERED = 1000
"""FEs whose new codes are counted."""
FORGIVEN = timedelta(minutes=30)
"""After so long without a new code the pauses begin anew."""
MOST_SHOWN = 10
"""Codes in one answer: four of Slack's fifty blocks each. What is not displayed is not on record as shown."""


class StartOtc:
    """Shows Start OTCs. The call generates codes, so it is made once and its answer kept until it expires."""

    def __init__(self, dock: Dock) -> None:
        self._dock = dock
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._looks = Looks()
        self._renewals: LRUCache[str, tuple[int, datetime]] = LRUCache(REMEMBERED)

    async def for_location(
        self, actor: Actor, location: Location, query: str = "", *, again: bool = False
    ) -> StartAnswer:
        """The codes of the FEs meant by `query` at the location.

        Args:
            actor: who asks.
            location: where.
            query: part of a name or an FE id; empty: everybody who waits.
            again: generate new codes although the old ones still hold.

        Raises:
            NotAllowed, RightsUnknown: the person may not.
            ReturnsApiError: Flipkart gave no usable answer.
        """
        await self._dock.allow(actor, location, "start-otc")
        return await self._one_at_a_time(actor, location, query, again=again)

    async def _one_at_a_time(self, actor: Actor, location: Location, query: str, *, again: bool) -> StartAnswer:
        # Two people at once must not make Flipkart generate twice: the second sees the first one's codes.
        async with self._locks.setdefault(location.id, asyncio.Lock()):
            return await self._for_location(actor, location, query, again=again)

    async def _for_location(self, actor: Actor, location: Location, query: str, *, again: bool) -> StartAnswer:
        present = await self._dock.handovers.present(location.id)
        mode = present[0].otc_mode if present else OtcMode.UNKNOWN
        if not _waiting(query, present):
            mode, present = await self._dock.look_around(location, for_person=True)
        if mode is OtcMode.FIXED:
            return FixedCodesShown(location, await self._fixed(actor, location, meant(query, present)))
        if mode is OtcMode.END_ONLY:
            return StartNotOffered(location, mode)
        waiting = _waiting(query, present)
        if not waiting:
            # The call generates for everybody: it is not made for a name that nobody there has.
            return NobodyWaiting(location, clean(query), tuple(present))
        next_at = max((at for h in waiting if (at := self._renewable_at(h)) is not None), default=None)
        early = again and next_at is not None and next_at > self._dock.clock()
        renew = again and not early
        shown = [] if renew else self._held(waiting)
        if 0 < len(shown) < len(waiting):
            # Who has no code may have gone on to scan; only somebody who still waits is worth replacing codes for.
            _, present = await self._dock.look_around(location, for_person=True)
            waiting = _waiting(query, present)
            shown = self._held(waiting)
        replaced: set[str] = set()
        if len(shown) < len(waiting):
            await self._dock.asked(actor, location, "start", *(waiting[:1] if len(waiting) == 1 else ()))
            codes = await self._generate(location, present)
            shown, replaced = await self._keep(location, mode, codes, query)
            if renew:
                self._renewed(shown)
        if not shown:
            return NobodyWaiting(location, clean(query), tuple(present))
        for one in shown[:MOST_SHOWN]:
            await self._record(actor, one, again=one.handover.id in replaced)
        others = tuple(one.handover for one in shown[MOST_SHOWN:])
        return StartCodesShown(location, tuple(shown[:MOST_SHOWN]), others, next_at if early else None)

    async def for_handover(self, actor: Actor, handover_id: str, *, again: bool = False) -> StartAnswer:
        """The code of one FE: the card's button.

        Raises:
            Refusal: the person may not, or the handover is over, unknown or not on the Start OTC page.
            ReturnsApiError: Flipkart gave no usable answer.
        """
        handover, location = await self._dock.admit(actor, handover_id, "start-otc")
        answer = await self._one_at_a_time(actor, location, handover.fe_id, again=again)
        if isinstance(answer, NobodyWaiting):
            # Nobody typed a name: it is this FE who does not wait, and that can be said of them.
            raise NotAtStart((await self._dock.find_present(handover_id))[0])
        return answer

    def holds(self, shown: ShownStart) -> bool:
        """Whether a code that was shown is still the one that the bot knows."""
        held = self._dock.start_codes.get(shown.handover.id)
        return held is not None and held.otc == shown.otc

    def _renewable_at(self, handover: Handover) -> datetime | None:
        """When "New code" may make another one; None when there is no code yet."""
        came_at = self._dock.start_codes.came_at(handover.id)
        if came_at is None:
            return None
        count, last = self._renewals.get(handover.id, (0, came_at))
        return came_at + PAUSES[0 if came_at - last >= FORGIVEN else min(count, len(PAUSES) - 1)]

    def _renewed(self, shown: list[ShownStart]) -> None:
        now = self._dock.clock()
        for one in shown:
            count, last = self._renewals.get(one.handover.id, (0, now))
            self._renewals[one.handover.id] = (1 if now - last >= FORGIVEN else count + 1, now)

    async def _generate(self, location: Location, present: list[Handover]) -> list[StartCode]:
        try:
            await self._dock.codes_are_here(location)
            codes = await self._dock.api.start_codes(location.id)
            await self._dock.codes_are_here(location)
        except (ReturnsApiError, NotKept, CodesElsewhere):
            # It may have been carried out, and then the codes that were shown before no longer hold.
            self._dock.start_codes.drop([handover.id for handover in present])
            raise
        return codes

    def _held(self, waiting: list[Handover]) -> list[ShownStart]:
        found = [(h, self._dock.start_codes.get(h.id)) for h in waiting]
        return [self._shown(h, held) for h, held in found if held is not None]

    def _shown(self, handover: Handover, code: StartCode) -> ShownStart:
        came_at = self._dock.start_codes.came_at(handover.id)
        doubtful = code.expires_at is not None and came_at is not None and code.expires_at <= came_at
        return ShownStart(handover, code.otc, code.expires_at, doubtful)

    async def _keep(
        self, location: Location, mode: OtcMode, codes: list[StartCode], query: str
    ) -> tuple[list[ShownStart], set[str]]:
        """The codes that are meant, and the handovers among all whose code was shown before and no longer holds."""
        handovers = {(h.fe_id, h.task_id): h for h in await self._known(location, mode, codes)}
        shown, rotated = [], set()
        for code in codes:
            handover = handovers[code.fe_id, code.task_id]
            if self._replaces(handover, code):
                rotated.add(handover.id)
            self._dock.start_codes.put(handover.id, code, code.expires_at)
            shown.append(self._shown(handover, code))
        wanted = {h.id for h in meant(query, [one.handover for one in shown])}
        for handover_id in rotated - wanted:
            await self._dock.handovers.step(handover_id, lambda h: machine.start_otc_rotated(h, self._dock.clock()))
        return [one for one in shown if one.handover.id in wanted], rotated

    def _replaces(self, handover: Handover, code: StartCode) -> bool:
        """Whether somebody was shown another code that would still hold. A restart forgot the code, not its time."""
        if handover.start_otc_at is None:
            return False
        before = self._dock.start_codes.get(handover.id)
        if before is not None:
            return before.otc != code.otc
        until = handover.start_otc_until
        return until is not None and until > self._dock.clock() and until != code.expires_at

    async def _known(self, location: Location, mode: OtcMode, codes: list[StartCode]) -> list[Handover]:
        """The handovers of the codes; an FE who came since the last poll gets one now."""
        keys = [(code.fe_id, code.task_id) for code in codes]

        def decide(known: list[Handover]) -> list[Step]:
            by_key = {(h.fe_id, h.task_id): h for h in known}
            now = self._dock.clock()
            return [
                Step(by_key[key])
                if key in by_key
                else machine.arrive(uuid4().hex, location.id, mode, _sighting(code), now)
                for key, code in zip(keys, codes, strict=True)
            ]

        return await self._dock.handovers.reconcile(location.id, keys, decide)

    async def _record(self, actor: Actor, one: ShownStart, *, again: bool) -> None:
        """Puts a look at a code on record, unless the same person looked at the same code before."""
        # An expiry that was over when the code came says nothing of when it will be.
        expires_at = None if one.doubtful else one.expires_at
        until = expires_at.isoformat() if expires_at else ""
        if not again and self._looks.has(one.handover.id, actor.user_id, until):
            return

        def decide(handover: Handover) -> Step:
            repeated = handover.start_otc_by == actor.user_id and handover.start_otc_until == expires_at
            if repeated and handover.start_otc_at is not None and not again:
                return Step(handover)
            return machine.start_otc_given(handover, actor.user_id, expires_at, self._dock.clock(), again=again)

        await self._dock.handovers.step(one.handover.id, decide)
        self._looks.add(one.handover.id, actor.user_id, until)

    async def _fixed(self, actor: Actor, location: Location, asked_for: list[Handover]) -> tuple[FixedCode, ...]:
        await self._dock.asked(actor, location, "fixed")
        codes = await self._dock.api.fixed_codes(location.id)
        for handover in asked_for:
            if handover.stage is Stage.WAITING and codes:
                await self._record(actor, ShownStart(handover, codes[0].otc, None), again=False)
        return tuple(codes)


def _waiting(query: str, present: list[Handover]) -> list[Handover]:
    return meant(query, [h for h in present if h.stage is Stage.WAITING])


def _sighting(code: StartCode) -> Sighting:
    # Flipkart makes Start OTCs for FEs on the Start OTC page only, so where the code came from says the page.
    status = machine.ON_START_PAGE
    return Sighting(code.fe_id, code.task_id, code.fe_name, code.partner, code.lob, status, created_at=None)
