"""What people do about problem parcels: report one, look for it by its id, note how far its claim is."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from bot.handover.actions import Dock
from bot.handover.claim_ports import Claims
from bot.handover.claim_steps import AT_ONCE, Moved, Note, Noted
from bot.handover.claims import (
    SHORTEST_ID,
    SUGGESTED,
    Claim,
    Kind,
    Opening,
    State,
    UnknownClaim,
    clean_id,
    short,
)
from bot.handover.location import Location
from bot.handover.model import Actor, Handover
from bot.handover.refusals import LocationGone, NotAllowed, Refusal, RightsUnknown
from bot.text import parcel_key


@dataclass(frozen=True, slots=True)
class ReportForm:
    """A problem parcel can be reported for this handover."""

    handover: Handover
    location: Location


@dataclass(frozen=True, slots=True)
class Suggested:
    """What a field for a tracking id offers."""

    known: tuple[str, ...] = ()
    """Parcels of the handover or of a list that are like what was typed."""
    unknown: str = ""
    """What was typed, where it is none of these; "" where it is."""

    @property
    def too_short(self) -> bool:
        """Whether what is unknown is a part of an id at most."""
        return len(self.unknown) < SHORTEST_ID


@dataclass(frozen=True, slots=True)
class Reported:
    """A problem parcel is on record."""

    claim: Claim
    new: bool
    """False when the same was on record already."""


@dataclass(frozen=True, slots=True)
class ClaimForm:
    """A claim of which can be noted how far it is."""

    claim: Claim
    handover: Handover | None
    """None: no FE brought the parcel."""
    location: Location
    alike: tuple[Claim, ...] = ()
    """The others in the same thread that are in the same state: what is noted of one may be so of them."""
    history: tuple[Noted, ...] = ()
    """What was noted of it, the oldest first."""


class Proving(StrEnum):
    """What becomes of a wish for the proof of a claim."""

    COMES = "comes"
    COMING = "coming"
    """It was asked for just before."""
    EARLY = "early"
    """The FE is still there: what proves it is not whole."""


class Problems:
    """Reports of problem parcels and how far claims are; also of handovers that are over: some is found later."""

    def __init__(self, dock: Dock, claims: Claims) -> None:
        self._dock = dock
        self._claims = claims

    async def form(self, actor: Actor, handover_id: str) -> ReportForm:
        """What the report modal needs.

        Raises:
            Refusal: the person may not, or the handover is unknown.
        """
        handover, location = await self._dock.find(handover_id)
        await self._dock.allow(actor, location, "report a problem", handover_id)
        return ReportForm(handover, location)

    async def suggest(self, actor: Actor, handover_id: str, typed: str) -> Suggested:
        """Tracking ids to choose from: the parcels that are like what was typed, then that itself if none is just it.

        Whoever may not report is told of no parcel; typing is no press, so nothing goes on record.
        """
        wanted = clean_id(typed)
        if not wanted:
            return Suggested()
        try:
            _, location = await self._dock.find(handover_id)
            await self._dock.policy.require_operator(actor, location)
        except Refusal:
            return Suggested(unknown=wanted)
        found = tuple(await self._claims.parcels_like(handover_id, wanted, SUGGESTED))
        exact = any(parcel_key(one) == parcel_key(wanted) for one in found)
        return Suggested(found, "" if exact else wanted)

    async def too_short(self, actor: Actor, handover_id: str, tracking_id: str) -> bool:
        """Whether this is a part of an id, and no parcel by itself as far as the bot knows.

        Not for whoever may not report: they are refused, and learn nothing.
        """
        if len(clean_id(tracking_id)) >= SHORTEST_ID:
            return False
        try:
            _, location = await self._dock.find(handover_id)
            await self._dock.policy.require_operator(actor, location)
        except Refusal:
            return False
        return not await self._claims.knows(handover_id, tracking_id)

    async def report(self, actor: Actor, handover_id: str, tracking_id: str, kind: Kind, note: str) -> Reported:
        """Keeps a report; the same one twice is said once.

        Raises:
            Refusal: the person may not, or the handover is unknown.
        """
        await self.form(actor, handover_id)
        opening = Opening(clean_id(tracking_id), kind, short(note))
        return Reported(*await self._claims.report(handover_id, opening, actor.user_id, self._dock.clock()))

    async def handover_of(self, claim_id: str) -> str | None:
        """The handover that a claim is of; None where nobody brought the parcel, or there is no such claim."""
        claim = await self._claims.get(claim_id)
        return None if claim is None else claim.handover_id

    async def claim(self, actor: Actor, claim_id: str) -> ClaimForm:
        """What the modal of a claim needs.

        Raises:
            Refusal: the person may not, or the claim is unknown.
        """
        claim = await self._claims.get(claim_id)
        if claim is None:
            raise UnknownClaim(claim_id)
        handover, location = await self._place(claim)
        await self._dock.allow(actor, location, "mark claimed", claim.handover_id)
        every = await self._claims.together(claim)
        same = (one for one in every if (one.state, one.moot) == (claim.state, claim.moot) and one.id != claim.id)
        alike = tuple(same)[: AT_ONCE - 1]
        return ClaimForm(claim, handover, location, alike, tuple(await self._claims.history(claim_id)))

    async def _place(self, claim: Claim) -> tuple[Handover | None, Location]:
        if claim.handover_id is not None:
            return await self._dock.find(claim.handover_id)
        location = self._dock.locations.get(claim.location_id)
        if location is None:
            raise LocationGone(claim.location_id)
        return None, location

    async def move(self, actor: Actor, claim_ids: Sequence[str], seen: State, note: Note) -> Moved:
        """Notes how far claims of one thread are; those that can't go on like this stay as they are.

        Raises:
            Refusal: the person may not, or a claim is unknown or of another thread.
        """
        await self.claim(actor, claim_ids[0])
        noted = Noted(by=actor.user_id, at=self._dock.clock(), **asdict(note))
        return await self._claims.move(claim_ids, seen, noted)

    async def prove(self, actor: Actor, claim_id: str) -> Proving:
        """Lets the proof of a claim come into its thread, once its FE has left.

        Raises:
            Refusal: the person may not, or the claim is unknown.
        """
        form = await self.claim(actor, claim_id)
        if form.handover is not None and not form.handover.over:
            return Proving.EARLY
        new = await self._claims.prove(claim_id, actor.user_id, self._dock.clock())
        return Proving.COMES if new else Proving.COMING


async def locations_of(dock: Dock, actor: Actor) -> tuple[list[Location], list[Location]]:
    """The locations whose operator the person is, and those for which Slack could not say."""
    served: list[Location] = []
    unchecked: list[Location] = []
    for location in dock.locations:
        try:
            await dock.policy.require_operator(actor, location)
        except NotAllowed:
            continue
        except RightsUnknown:
            unchecked.append(location)
        else:
            served.append(location)
    return served, unchecked
