"""What people do about problem parcels: report one, look for it by its id, mark its claim as made."""

from dataclasses import dataclass

from bot.handover.actions import Dock
from bot.handover.claims import (
    LONGEST_REFERENCE,
    SHORTEST_ID,
    SUGGESTED,
    Claim,
    Claims,
    Kind,
    Opening,
    UnknownClaim,
    clean_id,
    short,
)
from bot.handover.location import Location
from bot.handover.model import Actor, Handover
from bot.handover.refusals import NotAllowed, Refusal, RightsUnknown
from bot.text import parcel_key, visible


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
    """A claim that can be marked as made, or was."""

    claim: Claim
    handover: Handover
    location: Location


@dataclass(frozen=True, slots=True)
class OpenClaims:
    """What the board shows: the claims that nobody has made, by location."""

    docks: tuple[tuple[Location, tuple[Claim, ...]], ...]
    """Only locations that the person serves and that have such claims."""
    unchecked: bool = False
    """Whether Slack could not say for some location; that one is left out."""


class Problems:
    """Reporting problem parcels and marking claims; also for handovers that are over: some things are found later."""

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

    async def claim(self, actor: Actor, claim_id: str) -> ClaimForm:
        """What the modal of a claim needs.

        Raises:
            Refusal: the person may not, or the claim is unknown.
        """
        claim = await self._claims.get(claim_id)
        if claim is None:
            raise UnknownClaim(claim_id)
        handover, location = await self._dock.find(claim.handover_id)
        await self._dock.allow(actor, location, "mark claimed", handover.id)
        return ClaimForm(claim, handover, location)

    async def mark(self, actor: Actor, claim_id: str, reference: str) -> tuple[Claim, bool]:
        """Marks a claim as made; False when somebody did so before, and theirs is what stays.

        Raises:
            Refusal: the person may not, or the claim is unknown.
        """
        await self.claim(actor, claim_id)
        reference = visible(reference)[:LONGEST_REFERENCE]
        return await self._claims.mark(claim_id, actor.user_id, reference, self._dock.clock())

    async def open(self, actor: Actor) -> OpenClaims:
        """The open claims of the person's locations, for the board. Looking is no press: nothing goes on record."""
        served, unchecked = await locations_of(self._dock, actor)
        claims = await self._claims.open_at([location.id for location in served], self._dock.clock())
        docks = ((at, tuple(claim for claim in claims if claim.location_id == at.id)) for at in served)
        return OpenClaims(tuple((at, theirs) for at, theirs in docks if theirs), bool(unchecked))


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
