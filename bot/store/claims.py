"""Keeps claims for problem parcels, with what is said of them in the threads."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from bot.handover import claims
from bot.handover.claim_steps import AT_ONCE, PROOF_AGAIN, Moved, Noted, cleaned, moved, proof, step
from bot.handover.claims import Claim, Opening, State, UnknownClaim
from bot.handover.events import Happening
from bot.handover.model import Handover
from bot.handover.retention import Forgets
from bot.store.claim_threads import beside, say
from bot.store.claiming import claim_of, columns, noted_of, open_claims
from bot.store.dialects.statements import place_in
from bot.store.handovers import keep, the_handover
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, CLAIM, CLAIM_STEP, EXPECTED, FORGOTTEN, OWN_SCAN, SHIPMENT
from bot.store.telling import tell_of_claims
from bot.text import parcel_key
from bot.webhooks.receivers import Topic

SHOWN_AFTER = timedelta(days=7)
"""For so long after its end a claim that nobody made stays on the board."""
ASKED_AFTER = timedelta(days=60)
"""For so long after its first reminder one that is with Flipkart stays there."""
MOST_SHOWN = 200


class ClaimStore:
    """Implements `bot.handover.claim_ports.Claims`. Every method is one transaction."""

    def __init__(self, database: Database, days: int) -> None:
        """Takes the days within which Flipkart takes a claim."""
        self._database = database
        self._days = days

    @one_transaction
    def get(self, connection: Connection, claim_id: str) -> Claim | None:
        """The claim, or None when there is none with this id."""
        return _load(connection, claim_id)

    @one_transaction
    def together(self, connection: Connection, claim: Claim) -> list[Claim]:
        """Every claim in the thread of this one, the oldest first."""
        query = select(CLAIM).where(beside(claim)).order_by(CLAIM.c.opened_at, CLAIM.c.tracking_id)
        return [claim_of(row) for row in connection.execute(query)]

    @one_transaction
    def of_handover(self, connection: Connection, handover_id: str) -> list[Claim]:
        """Every claim of a handover, the oldest first."""
        query = select(CLAIM).where(CLAIM.c.handover_id == handover_id).order_by(CLAIM.c.opened_at, CLAIM.c.tracking_id)
        return [claim_of(row) for row in connection.execute(query)]

    @one_transaction
    def history(self, connection: Connection, claim_id: str) -> list[Noted]:
        """What people noted of a claim, the oldest first."""
        query = select(CLAIM_STEP).where(CLAIM_STEP.c.claim_id == claim_id).order_by(CLAIM_STEP.c.id)
        return [noted_of(row) for row in connection.execute(query)]

    @one_transaction
    def open_at(self, connection: Connection, location_ids: Sequence[str], now: datetime) -> list[Claim]:
        """The claims of these locations about which something is to be done, what is due first in front."""
        query = (
            select(CLAIM)
            .where(CLAIM.c.next_at > now - ASKED_AFTER, CLAIM.c.location_id.in_(location_ids))
            .where(or_(CLAIM.c.next_at > now - SHOWN_AFTER, CLAIM.c.state != State.DRAFT.value))
            .order_by(CLAIM.c.next_at, CLAIM.c.tracking_id)
            .limit(MOST_SHOWN)
        )
        return [claim_of(row) for row in connection.execute(query)]

    @one_transaction
    def report(
        self, connection: Connection, handover_id: str, opening: Opening, by: str, now: datetime
    ) -> tuple[Claim, bool]:
        """Opens or adds to a claim and says so in the thread; False when the claim says just that already.

        Raises:
            UnknownHandover: there is none with this id.
        """
        handover = the_handover(connection, handover_id)
        spelt = _as_scanned(connection, handover_id, opening.tracking_id)
        opening = Opening(spelt, opening.kind, opening.note)
        before = select(CLAIM).where(CLAIM.c.handover_id == handover_id, CLAIM.c.tracking_id == spelt)
        row = connection.execute(before).first()
        known = None if row is None else claim_of(row)
        claim = open_claims(connection, handover, [opening], by, now, self._days)[spelt]
        if claim != known:
            keep(connection, handover, claims.told(handover, [claims.reported(claim, opening, by, now)]))
        return claim, claim != known

    @one_transaction
    def move(self, connection: Connection, claim_ids: Sequence[str], seen: State, noted: Noted) -> Moved:
        """Notes how far claims of one thread are, and says so there.

        Raises:
            UnknownClaim: one of them is unknown, or not in the same thread as the first.
        """
        noted = cleaned(noted)
        first = _load(connection, claim_ids[0])
        if first is None:
            raise UnknownClaim(claim_ids[0])
        query = select(CLAIM).where(beside(first), CLAIM.c.id.in_(claim_ids[:AT_ONCE]))
        found = [claim_of(row) for row in connection.execute(query.order_by(CLAIM.c.opened_at, CLAIM.c.tracking_id))]
        if len(found) != len(set(claim_ids)):
            raise UnknownClaim(claim_ids[0])
        result = moved(found, seen, noted)
        if result.claims:
            for claim in result.claims:
                connection.execute(update(CLAIM).where(CLAIM.c.id == claim.id).values(columns(claim)))
            rows = [_step_row(claim, noted) for claim in result.claims]
            connection.execute(insert(CLAIM_STEP), rows)
            say(connection, first, [step(result.claims, noted)])
            tell_of_claims(connection, Topic.CLAIMS_CHANGED, result.claims, noted.at, noted.note)
        return result

    @one_transaction
    def prove(self, connection: Connection, claim_id: str, by: str, now: datetime) -> bool:
        """Lets the proof of a claim come into its thread; False when it was asked for just before.

        Raises:
            UnknownClaim: there is none with this id, or what it is about was forgotten.
        """
        claim = _load(connection, claim_id)
        if claim is None or (claim.handover_id is not None and _is_forgotten(connection, claim.handover_id)):
            raise UnknownClaim(claim_id)
        since = max(now - PROOF_AGAIN, claim.state_at)
        here = (AUDIT.c.handover_id == claim.handover_id) & (AUDIT.c.location_id == claim.location_id)
        asked = select(AUDIT.c.detail).where(here, AUDIT.c.what == Happening.PROOF.value, AUDIT.c.at > since)
        if any(detail.get("claim") == claim_id for detail in connection.scalars(asked)):
            return False
        say(connection, claim, [proof(claim, by, now)])
        return True

    async def remind(self, location_ids: Sequence[str], now: datetime) -> int:
        """Records what is to be reminded of, each once, and returns how many threads were told.

        Each thread is one transaction: its reminder and the note that it was told are there both, or neither.
        """
        told = 0
        for claim in await self._waiting(location_ids, now):
            told += await self._remind(claim, now)
        return told

    @one_transaction
    def _waiting(self, connection: Connection, location_ids: Sequence[str], now: datetime) -> list[Claim]:
        """One claim of each thread in which something is due."""
        here = CLAIM.c.location_id.in_(location_ids)
        rows = connection.execute(select(CLAIM).where(CLAIM.c.remind_at <= now, here).order_by(CLAIM.c.id))
        found = [claim_of(row) for row in rows]
        return list({(one.handover_id, one.location_id, one.alarm): one for one in found}.values())

    @one_transaction
    def _remind(self, connection: Connection, claim: Claim, now: datetime) -> bool:
        rows = connection.execute(select(CLAIM).where(beside(claim)))
        known = [claim_of(row) for row in rows]
        events, kept = claims.remind(known, now)
        for one in kept:
            connection.execute(update(CLAIM).where(CLAIM.c.id == one.id).values(remind_at=one.remind_at))
        if events:
            say(connection, claim, events)
            tell_of_claims(connection, Topic.CLAIMS_DUE, claims.running_out(known, now), now)
        return bool(events)

    @one_transaction
    def knows(self, connection: Connection, handover_id: str, tracking_id: str) -> bool:
        """Whether the FE or the seller scanned it, a claim is open for it, or a list of the location names it."""
        key = parcel_key(tracking_id)
        handover = the_handover(connection, handover_id)
        for at, column, spelt in _parcels_of(handover):
            if connection.scalar(select(column).where(at, spelt == key).limit(1)) is not None:
                return True
        return False

    @one_transaction
    def parcels_like(self, connection: Connection, handover_id: str, typed: str, most: int) -> list[str]:
        """Tracking ids that contain what is typed, each once.

        First those that the FE scanned, then the seller's own scans, the claims, and the lists of the location; in each
        the ones that begin with it come first.
        """
        key = parcel_key(typed)
        found: dict[str, str] = {}
        handover = the_handover(connection, handover_id)
        for at, column, spelt in _parcels_of(handover):
            where = place_in(spelt, key)
            query = select(column).where(at, where > 0).order_by(where > 1, column).limit(most)
            for one in connection.scalars(query):
                found.setdefault(parcel_key(str(one)), str(one))
            if len(found) >= most:
                break
        return list(found.values())[:most]


def _parcels_of(handover: Handover) -> list[tuple[ColumnElement[bool], ColumnElement[str], ColumnElement[str]]]:
    """Where parcels are known by their ids: which rows, the id as it is written there, and as it is compared."""
    here = handover.id
    return [
        (SHIPMENT.c.handover_id == here, SHIPMENT.c.tracking_id, SHIPMENT.c.key),
        (OWN_SCAN.c.handover_id == here, OWN_SCAN.c.tracking_id, OWN_SCAN.c.key),
        (CLAIM.c.handover_id == here, CLAIM.c.tracking_id, CLAIM.c.key),
        (EXPECTED.c.location_id == handover.location_id, EXPECTED.c.tracking_id, EXPECTED.c.key),
    ]


def _load(connection: Connection, claim_id: str) -> Claim | None:
    row = connection.execute(select(CLAIM).where(CLAIM.c.id == claim_id)).first()
    return None if row is None else claim_of(row)


def _is_forgotten(connection: Connection, handover_id: str) -> bool:
    """Whether the parcels of a handover are no longer kept."""
    what = connection.scalar(select(FORGOTTEN.c.what).where(FORGOTTEN.c.handover_id == handover_id)) or ""
    return Forgets.PARCELS in what.split(",")


def _step_row(claim: Claim, noted: Noted) -> dict[str, object]:
    told = {"claim_id": claim.id, "state": noted.state.value, "reference": claim.reference}
    return asdict(noted) | told


def _as_scanned(connection: Connection, handover_id: str, tracking_id: str) -> str:
    """The id as Flipkart writes it, or as an earlier claim has it, whatever the case in which it was typed."""
    key = parcel_key(tracking_id)
    for table in (SHIPMENT, CLAIM):
        same = table.c.key == key
        found = connection.scalar(select(table.c.tracking_id).where(table.c.handover_id == handover_id, same))
        if found is not None:
            return str(found)
    return tracking_id
