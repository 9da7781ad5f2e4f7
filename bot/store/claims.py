"""Keeps claims for problem parcels, with what is said of them in the threads."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.handover import claims
from bot.handover.claims import Claim, Opening, UnknownClaim
from bot.handover.model import Handover
from bot.handover.refusals import UnknownHandover
from bot.store.claiming import claim_of, open_claims
from bot.store.handovers import keep, load
from bot.store.keys import own_key
from bot.store.session import Database, whole
from bot.store.tables import CLAIM, EXPECTED, OWN_SCAN, SHIPMENT, ClaimRow
from bot.text import parcel_key

SHOWN_AFTER = timedelta(days=7)
"""For so long after its end a claim that nobody made stays on the board."""
MOST_SHOWN = 200


class ClaimStore:
    """Implements `bot.handover.claims.Claims`. Every method is one transaction."""

    def __init__(self, database: Database, days: int, changed: Callable[[], None] = lambda: None) -> None:
        """Takes the days within which Flipkart takes a claim; calls `changed` when something is to be said in Slack."""
        self._database = database
        self._days = days
        self._changed = changed

    @whole
    async def get(self, claim_id: str) -> Claim | None:
        """The claim, or None when there is none with this id."""
        async with self._database.transaction() as session:
            return await _load(session, claim_id)

    @whole
    async def of_handover(self, handover_id: str) -> list[Claim]:
        """Every claim of a handover, the oldest first."""
        query = select(ClaimRow).where(CLAIM.c.handover_id == handover_id).order_by(CLAIM.c.opened_at, CLAIM.c.id)
        async with self._database.transaction() as session:
            return [claim_of(row) for row in await session.exec(query)]

    @whole
    async def open_at(self, location_ids: Sequence[str], now: datetime) -> list[Claim]:
        """The claims that nobody has made, at these locations, those that end first in front."""
        query = (
            select(ClaimRow)
            .where(CLAIM.c.claimed_at.is_(None), CLAIM.c.due_at > now - SHOWN_AFTER)
            .where(CLAIM.c.location_id.in_(location_ids))
            .order_by(CLAIM.c.due_at, CLAIM.c.id)
            .limit(MOST_SHOWN)
        )
        async with self._database.transaction() as session:
            return [claim_of(row) for row in await session.exec(query)]

    @whole
    async def report(self, handover_id: str, opening: Opening, by: str, now: datetime) -> tuple[Claim, bool]:
        """Opens or adds to a claim and says so in the thread; False when the claim says just that already.

        Raises:
            UnknownHandover: there is none with this id.
        """
        async with self._database.transaction() as session:
            handover = await _handover(session, handover_id)
            spelt = await _as_scanned(session, handover_id, opening.tracking_id)
            opening = Opening(spelt, opening.kind, opening.note)
            before = select(ClaimRow).where(CLAIM.c.handover_id == handover_id, CLAIM.c.tracking_id == spelt)
            row = (await session.exec(before)).first()
            known = None if row is None else claim_of(row)
            claim = (await open_claims(session, handover, [opening], by, now, self._days))[spelt]
            if claim != known:
                step = claims.reported(handover, claim, opening, by, now)
                await keep(session, handover, step)
        if claim != known:
            self._changed()
        return claim, claim != known

    @whole
    async def mark(self, claim_id: str, by: str, reference: str, now: datetime) -> tuple[Claim, bool]:
        """Marks a claim as made and says so in the thread; False when it was made already, and nothing is changed.

        Raises:
            UnknownClaim: there is none with this id.
        """
        async with self._database.transaction() as session:
            claim = await _load(session, claim_id)
            if claim is None:
                raise UnknownClaim(claim_id)
            if claim.claimed:
                return claim, False
            values = {"claimed_by": by, "claimed_at": now, "reference": reference}
            await session.exec(update(CLAIM).where(CLAIM.c.id == claim_id).values(**values))
            after = await _load(session, claim_id)
            if after is None:
                raise UnknownClaim(claim_id)
            handover = await _handover(session, claim.handover_id)
            await keep(session, handover, claims.claimed(handover, after, by, now))
        self._changed()
        return after, True

    async def remind(self, location_ids: Sequence[str], now: datetime) -> int:
        """Records what is to be reminded of, each once, and returns how many handovers were named.

        Each handover is one transaction: its reminder and the note that it was told are there both, or neither.
        """
        named = 0
        for handover_id in await self._waiting(location_ids, now):
            named += await self._remind(handover_id, now)
        if named:
            self._changed()
        return named

    @whole
    async def _waiting(self, location_ids: Sequence[str], now: datetime) -> list[str]:
        query = (
            select(ClaimRow)
            .where(CLAIM.c.claimed_at.is_(None), CLAIM.c.due_at > now, CLAIM.c.reminded < 2)
            .where(CLAIM.c.location_id.in_(location_ids))
        )
        async with self._database.transaction() as session:
            rows = [claim_of(row) for row in await session.exec(query)]
        due = {claim.handover_id for claim in rows if _is_due(claim, now)}
        return sorted(due)

    @whole
    async def _remind(self, handover_id: str, now: datetime) -> bool:
        async with self._database.transaction() as session:
            handover = await _handover(session, handover_id)
            rows = await session.exec(select(ClaimRow).where(CLAIM.c.handover_id == handover_id))
            decided = claims.remind(handover, [claim_of(row) for row in rows], now)
            if decided is None:
                return False
            step, told = decided
            for claim_id, times in told.items():
                await session.exec(update(CLAIM).where(CLAIM.c.id == claim_id).values(reminded=times))
            await keep(session, handover, step)
        return True

    @whole
    async def knows(self, handover_id: str, tracking_id: str) -> bool:
        """Whether the FE or the seller scanned it, a claim is open for it, or a list of the location names it."""
        key = parcel_key(tracking_id)
        async with self._database.transaction() as session:
            handover = await _handover(session, handover_id)
            for at, column, spelt in _parcels_of(handover):
                if (await session.exec(select(column).where(at, spelt == key).limit(1))).first() is not None:
                    return True
        return False

    @whole
    async def parcels_like(self, handover_id: str, typed: str, most: int) -> list[str]:
        """Tracking ids that contain what is typed, each once.

        First those that the FE scanned, then the seller's own scans, the claims, and the lists of the location; in each
        the ones that begin with it come first.
        """
        key = parcel_key(typed)
        found: dict[str, str] = {}
        async with self._database.transaction() as session:
            handover = await _handover(session, handover_id)
            for at, column, spelt in _parcels_of(handover):
                where = func.instr(spelt, key)
                query = select(column).where(at, where > 0).order_by(where > 1, column).limit(most)
                for one in await session.exec(query):
                    found.setdefault(parcel_key(str(one)), str(one))
                if len(found) >= most:
                    break
        return list(found.values())[:most]


def _parcels_of(handover: Handover) -> list[tuple[ColumnElement[bool], ColumnElement[str], ColumnElement[str]]]:
    """Where parcels are known by their ids: which rows, the id as it is written there, and as it is compared."""
    here = handover.id
    return [
        (SHIPMENT.c.handover_id == here, SHIPMENT.c.tracking_id, own_key(SHIPMENT.c.tracking_id)),
        (OWN_SCAN.c.handover_id == here, OWN_SCAN.c.tracking_id, OWN_SCAN.c.key),
        (CLAIM.c.handover_id == here, CLAIM.c.tracking_id, func.upper(CLAIM.c.tracking_id)),
        (EXPECTED.c.location_id == handover.location_id, EXPECTED.c.tracking_id, EXPECTED.c.key),
    ]


def _is_due(claim: Claim, now: datetime) -> bool:
    return not claim.claimed and sum(moment <= now for moment in claims.reminders(claim)) > claim.reminded


async def _load(session: AsyncSession, claim_id: str) -> Claim | None:
    row = (await session.exec(select(ClaimRow).where(CLAIM.c.id == claim_id))).first()
    return None if row is None else claim_of(row)


async def _handover(session: AsyncSession, handover_id: str) -> Handover:
    handover = await load(session, handover_id)
    if handover is None:
        raise UnknownHandover(handover_id)
    return handover


async def _as_scanned(session: AsyncSession, handover_id: str, tracking_id: str) -> str:
    """The id as Flipkart writes it, or as an earlier claim has it, whatever the case in which it was typed."""
    key = parcel_key(tracking_id)
    for table in (SHIPMENT, CLAIM):
        same = func.upper(table.c.tracking_id) == key
        found = (
            await session.exec(select(table.c.tracking_id).where(table.c.handover_id == handover_id, same))
        ).first()
        if found is not None:
            return str(found)
    return tracking_id
