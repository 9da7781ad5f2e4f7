"""What a person can do about a handover: look around, count. Start and End OTC stand in rooms of their own."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import uuid4

from bot.clock import Clock
from bot.handover import machine
from bot.handover.answers import CountCompared, CountForm
from bot.handover.around import Around
from bot.handover.asking import asks
from bot.handover.events import Detail, Event, Happening
from bot.handover.location import Location, Locations
from bot.handover.model import Actor, Handover, OtcMode
from bot.handover.policy import Policy
from bot.handover.ports import Arrivals, Handovers, NotKept, ReturnsApi, ReturnsApiError, StartCode, Step
from bot.handover.reader import ScanReader
from bot.handover.refusals import HandoverOver, LocationGone, NotAllowed, RightsUnknown, UnknownHandover
from bot.handover.refused import RefusedRecord
from bot.handover.sight import Sight
from bot.handover.vault import CodeVault, HeldEnd


@dataclass(frozen=True, slots=True)
class Dock:
    """Everything that an action needs of the world, joined once by `bot.parts`."""

    locations: Locations
    handovers: Handovers
    api: ReturnsApi
    policy: Policy
    reader: ScanReader
    start_codes: CodeVault[StartCode]
    end_codes: CodeVault[HeldEnd]
    clock: Clock
    around: Around
    sight: Sight
    refused: RefusedRecord
    gone_after: timedelta
    """How long an FE is absent before they count as gone, beside the looks that missed them."""
    watchers: list[Callable[[str, list[Handover]], None]] = field(default_factory=list)
    """Told of each look around: the location's id, and its handovers as they are kept, those that are over too."""
    answered: list[Callable[[str, Arrivals], Awaitable[None]]] = field(default_factory=list)
    """Told of each answer, once its handovers are kept, and waited for: the location's id, and what Flipkart said."""
    wanted: list[Callable[[str], None]] = field(default_factory=list)
    """Told of each location at which somebody waits: a person asked, or a return is announced."""
    makes: list[Callable[[Location], Awaitable[None]]] = field(default_factory=list)
    """Told of each location for which Flipkart is to make codes, and again before anybody sees them; one that raises
    CodesElsewhere keeps them from being made, or from being seen."""

    async def allow(
        self,
        actor: Actor,
        location: Location,
        wish: str,
        handover_id: str | None = None,
        beside: tuple[str, ...] = (),
    ) -> None:
        """Passes for an operator; for anybody else the refusal is on record, or in its count, before it is raised.

        Args:
            actor: who presses.
            location: whose operators are meant.
            wish: what was wanted, for the record.
            handover_id: the handover it was about, if one was named.
            beside: users and user groups that may do this too.

        Raises:
            NotAllowed: the person is not an operator.
            RightsUnknown: Slack could not say.
        """
        asks(actor.user_id)
        try:
            await self._require(actor, location, beside)
        except (NotAllowed, RightsUnknown) as refusal:
            await self.refused.note(self.handovers, actor, refusal, wish, handover_id, self.clock())
            raise

    async def _require(self, actor: Actor, location: Location, beside: tuple[str, ...]) -> None:
        try:
            await self.policy.require_operator(actor, location)
        except (NotAllowed, RightsUnknown) as refusal:
            if not beside:
                raise
            try:
                await self.policy.require_operator(actor, location.only(beside))
            except NotAllowed:
                raise refusal from None

    async def asked(
        self, actor: Actor, location: Location, kind: str, handover: Handover | None = None, reason: str = ""
    ) -> None:
        """Puts on record that a code is about to be asked for, before the call that may outlive this process."""
        detail: Detail = {"kind": kind}
        if handover is not None:
            detail |= {"counted": handover.counted, "scanned": handover.scanned, "reason": reason}
        event = Event(Happening.ASKED, self.clock(), actor.user_id, detail)
        await self.handovers.record(location.id, event, handover.id if handover else None)

    async def codes_are_here(self, location: Location) -> None:
        """Passes where this is the copy of the bot that has the location's codes. Raises CodesElsewhere."""
        for tell in self.makes:
            await tell(location)

    async def write_refusals(self, *, all_of_them: bool = False) -> None:
        """Puts on record how often people were refused in the minutes that are over, or until now. Raises NotKept."""
        await self.refused.write(self.handovers, self.clock(), all_of_it=all_of_them)

    async def close(self) -> None:
        """Puts what is not yet on record there; what can't be kept now is lost with the bot."""
        with contextlib.suppress(NotKept):
            await self.write_refusals(all_of_them=True)

    async def forget_expired(self) -> None:
        """Drops every code whose time is over from memory, even if nobody asks for one again."""
        self.start_codes.forget_expired()
        self.end_codes.forget_expired()

    async def find(self, handover_id: str) -> tuple[Handover, Location]:
        """The handover of a button and its location.

        Raises:
            UnknownHandover: there is none.
            LocationGone: bot.toml no longer has its location.
        """
        handover = await self.handovers.get(handover_id)
        if handover is None:
            raise UnknownHandover(handover_id)
        location = self.locations.get(handover.location_id)
        if location is None:
            raise LocationGone(handover.location_id)
        return handover, location

    async def find_present(self, handover_id: str) -> tuple[Handover, Location]:
        """The same for a handover whose FE is still there.

        Raises:
            UnknownHandover, LocationGone: as above.
            HandoverOver: the FE is gone.
        """
        handover, location = await self.find(handover_id)
        if handover.over:
            raise HandoverOver(handover)
        return handover, location

    async def admit(self, actor: Actor, handover_id: str, wish: str) -> tuple[Handover, Location]:
        """The handover of a button, for an operator of its location; the right comes before anything else is told.

        Raises:
            UnknownHandover, LocationGone, HandoverOver: as `find_present`.
            NotAllowed, RightsUnknown: as `allow`.
        """
        handover, location = await self.find(handover_id)
        await self.allow(actor, location, wish, handover_id)
        if handover.over:
            raise HandoverOver(handover, wish)
        return handover, location

    def somebody_waits(self, location_id: str) -> None:
        """A person asked about the location, or a return is announced for it."""
        for told in self.wanted:
            told(location_id)

    async def look_around(self, location: Location, *, for_person: bool) -> tuple[OtcMode, list[Handover]]:
        """Asks Flipkart who is at the location, keeps it, and returns those who are there.

        People who ask within seconds of each other are served by one call.

        Raises:
            ReturnsApiError: Flipkart gave no usable answer; nothing is changed.
        """
        if not for_person:
            return await self._look(location, for_person=False)
        self.somebody_waits(location.id)
        async with self.around.alone(location.id):
            mode = self.around.recent(location.id, self.clock())
            if mode is not None:
                return mode, await self.handovers.present(location.id)
            mode, present = await self._look(location, for_person=True)
            self.around.looked(location.id, mode, self.clock())
            return mode, present

    async def _look(self, location: Location, *, for_person: bool) -> tuple[OtcMode, list[Handover]]:
        began = self.clock()
        try:
            arrivals = await self.api.initial_load(location.id, for_person=for_person)
        except ReturnsApiError as error:
            if not for_person:  # a person may have used up a share of the calls, which says nothing of the location
                self.sight.lost(location.id, str(error), began, self.clock())
            raise
        self.sight.regained(location.id, self.clock())
        return await self._keep_arrivals(location, arrivals)

    async def _keep_arrivals(self, location: Location, arrivals: Arrivals) -> tuple[OtcMode, list[Handover]]:
        seen = [(s.fe_id, s.task_id) for s in arrivals.sightings]

        def decide(known: list[Handover]) -> list[Step]:
            return machine.reconcile(known, location.id, arrivals, self.clock(), lambda: uuid4().hex, self.gone_after)

        kept = await self.handovers.reconcile(location.id, seen, decide)
        for watcher in self.watchers:
            watcher(location.id, kept)
        for told in self.answered:
            await told(location.id, arrivals)
        return arrivals.mode, [handover for handover in kept if not handover.over]


class Counting:
    """The hand count while the FE still scans, when a difference can still be mended."""

    def __init__(self, dock: Dock) -> None:
        self._dock = dock

    async def form(self, actor: Actor, handover_id: str) -> CountForm:
        """What the Count modal asks.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
        """
        handover, location = await self._dock.admit(actor, handover_id, "count")
        return CountForm(handover, location)

    async def keep(self, actor: Actor, handover_id: str, counted: int) -> CountCompared:
        """Keeps a count and compares it with what is scanned so far. The same count twice is said once.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
        """
        handover, location = await self._dock.admit(actor, handover_id, "count")
        handover = await keep_count(self._dock, handover_id, actor, counted)
        return CountCompared(handover, location, counted, tuple(await self._dock.handovers.problems(handover_id)))


async def keep_count(dock: Dock, handover_id: str, actor: Actor, counted: int) -> Handover:
    """Records a count, unless the same person gave the same one for the same parcels already."""

    def decide(handover: Handover) -> Step:
        same = (handover.counted, handover.counted_by) == (counted, actor.user_id)
        if same and handover.counted_scanned == handover.scanned:
            return Step(handover)
        return machine.count(handover, actor.user_id, counted, dock.clock())

    return await dock.handovers.step(handover_id, decide)
