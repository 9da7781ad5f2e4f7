"""Finds the returns that are completed and that no FE brought, and keeps which of them were told."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, insert, or_, select, text, union, update

from bot.handover.claims import Claim
from bot.handover.expected import LOOKED_BACK
from bot.handover.returns import Return
from bot.handover.unreceived import (
    LOOKED_FOR,
    MOST,
    PAUSE,
    Alarm,
    News,
    came,
    never_came,
    number_of,
    said_of_those_that_came,
)
from bot.store.claim_threads import news_of, root_of, say
from bot.store.claiming import claim_of, columns
from bot.store.confirmed import COMPLETED
from bot.store.dialects.statements import upsert
from bot.store.listed import AT_ONCE
from bot.store.relabel import borne_by
from bot.store.returns import return_of
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import (
    ALONE,
    CLAIM,
    DELIVERY,
    HANDOVER,
    HERE,
    OWN_SCAN,
    RETURN,
    SHIPMENT,
    UNRECEIVED,
    DeliveryRow,
    Kind,
    Sending,
)
from bot.store.telling import tell_of_claims, tell_of_returns
from bot.webhooks.receivers import Topic

JUST_NOW = timedelta(hours=1)
"""For so long after an end a handover is gone through for parcels with a new label; longer than between two looks."""


class UnreceivedStore:
    """Implements `bot.handover.unreceived.Unreceived`. Every method is one transaction."""

    def __init__(self, database: Database, days: int) -> None:
        """Takes the days within which Flipkart takes a claim."""
        self._database = database
        self._days = days

    @one_transaction
    def raise_alarm(self, connection: Connection, location_id: str, completed_before: datetime, now: datetime) -> bool:
        """Lets the location have an alarm about what was completed before, if there is any; says whether it has one."""
        return _raised(connection, location_id, completed_before, now, self._days)

    @one_transaction
    def alarm(self, connection: Connection, location_id: str, n: int) -> Alarm | None:
        """The location's alarm with this number; None where there is none."""
        query = (
            select(RETURN, UNRECEIVED.c.at.label("told_at"))
            .join(UNRECEIVED, UNRECEIVED.c.ref == RETURN.c.ref)
            .where(UNRECEIVED.c.location_id == location_id, UNRECEIVED.c.n == n)
            .order_by(RETURN.c.completed_at, RETURN.c.ref)
        )
        rows = connection.execute(query).all()
        if not rows:
            return None
        claims = _claims(connection, location_id, {row.key for row in rows})
        return Alarm(rows[0].told_at, [return_of(row) for row in rows], claims)

    @one_transaction
    def news(self, connection: Connection, location_id: str, n: int) -> News | None:
        """What a reply below an alarm says; None where it is no longer kept."""
        return news_of(connection, location_id, n)

    @one_transaction
    def root(self, connection: Connection, location_id: str, alarm: int) -> DeliveryRow | None:
        """The message of an alarm."""
        return root_of(connection, location_id, alarm)

    @one_transaction
    def look_for(self, connection: Connection, location_id: str, now: datetime) -> int:
        """Says below their alarms which of these parcels came after all, each once, and returns how many."""
        return _found_again(connection, location_id, now)


def _raised(connection: Connection, location_id: str, completed_before: datetime, now: datetime, days: int) -> bool:
    last = connection.scalar(select(func.max(UNRECEIVED.c.at)).where(UNRECEIVED.c.location_id == location_id))
    # One in the future was told before the clock was set back.
    if last is not None and now - PAUSE < last <= now:
        return False
    found = connection.execute(_found(location_id, completed_before, now)).all()
    came = _came(connection, location_id, {row.shipment_id for row in found} - {""}, now)
    refs = [row.ref for row in found if row.shipment_id not in came][:MOST]
    if not refs:
        return False
    n = number_of(refs)
    told = {"location_id": location_id, "n": n, "at": now}
    connection.execute(insert(UNRECEIVED), [{"ref": ref} | told for ref in refs])
    query = select(RETURN).where(RETURN.c.ref.in_(refs)).order_by(RETURN.c.completed_at, RETURN.c.ref)
    returns = [return_of(row) for row in connection.execute(query)]
    tell_of_returns(connection, location_id, returns, now)
    _open_claims(connection, location_id, returns, n, now, days)
    row = {"about": location_id, "location_id": location_id, "kind": Kind.UNRECEIVED, "n": n}
    put = upsert(DELIVERY).values(row | {"state": Sending.PENDING, "file_ids": []})
    connection.execute(put.on_conflict_do_nothing(index_elements=(DELIVERY.c.about, DELIVERY.c.kind, DELIVERY.c.n)))
    to_say(connection)
    return True


def _open_claims(
    connection: Connection, location_id: str, returns: Sequence[Return], n: int, now: datetime, days: int
) -> None:
    """One for each parcel, unless there is one at the location already: an FE's visit may have brought it up."""
    parcels: dict[str, list[Return]] = {}
    for one in returns:
        parcels.setdefault(one.key, []).append(one)
    known = _claims(connection, location_id, parcels)
    new = [never_came(items, n, now, days) for key, items in parcels.items() if key not in known]
    if new:
        connection.execute(insert(CLAIM), [columns(one) for one in new])
        tell_of_claims(connection, Topic.CLAIMS_OPENED, new, now)


def _claims(connection: Connection, location_id: str, keys: Collection[str]) -> dict[str, Claim]:
    """The newest claim at the location for each of these parcels."""
    query = select(CLAIM).where(CLAIM.c.key.in_(keys), CLAIM.c.location_id == location_id)
    return {row.key: claim_of(row) for row in connection.execute(query.order_by(CLAIM.c.opened_at, CLAIM.c.id))}


def _found_again(connection: Connection, location_id: str, now: datetime) -> int:
    looked_for = CLAIM.c.state.in_([state.value for state in LOOKED_FOR])
    query = select(CLAIM).where(CLAIM.c.location_id == location_id, text(ALONE), CLAIM.c.came_at.is_(None), looked_for)
    alarms: dict[int | None, list[Claim]] = {}
    with_whom: dict[str, str] = {}
    rows = connection.execute(query.order_by(CLAIM.c.tracking_id)).all()
    relabelled = _relabelled(connection, location_id, {row.key for row in rows}, now) if rows else {}
    for row in rows:
        found = _visit(connection, borne_by(connection, location_id, row.key)) or relabelled.get(row.key)
        if found is None:
            continue
        claim = came(claim_of(row), now)
        connection.execute(update(CLAIM).where(CLAIM.c.id == claim.id).values(columns(claim)))
        alarms.setdefault(claim.alarm, []).append(claim)
        with_whom[claim.id] = found
    for some in alarms.values():
        say(connection, some[0], [said_of_those_that_came(some, with_whom, now)])
        tell_of_claims(connection, Topic.CLAIMS_CHANGED, some, now)
    return len(with_whom)


def _visit(connection: Connection, keys: Collection[str]) -> str | None:
    """The FE, by name or id, in whose handover a parcel was scanned last, by them or by the seller."""
    visits = union(
        select(SHIPMENT.c.handover_id).where(SHIPMENT.c.key.in_(keys)),
        select(OWN_SCAN.c.handover_id).where(OWN_SCAN.c.key.in_(keys)),
    )
    query = select(HANDOVER.c.fe_name, HANDOVER.c.fe_id).where(HANDOVER.c.id.in_(visits))
    row = connection.execute(query.order_by(HANDOVER.c.arrived_at.desc()).limit(1)).first()
    return None if row is None else row.fe_name or row.fe_id


def _relabelled(connection: Connection, location_id: str, keys: Collection[str], now: datetime) -> dict[str, str]:
    """By key the FE, here now or just before, who scanned the shipment under another tracking id."""
    here = select(HANDOVER.c.id).where(
        HANDOVER.c.location_id == location_id, or_(HANDOVER.c.stage.in_(HERE), HANDOVER.c.ended_at > now - JUST_NOW)
    )
    mine = (RETURN.c.location_id == location_id) & (RETURN.c.shipment_id != "") & RETURN.c.key.in_(keys)
    query = (
        select(RETURN.c.key, HANDOVER.c.fe_name, HANDOVER.c.fe_id)
        .join(SHIPMENT, SHIPMENT.c.shipment_id == RETURN.c.shipment_id)
        .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
        .where(mine, SHIPMENT.c.handover_id.in_(here))
    )
    return {row.key: row.fe_name or row.fe_id for row in connection.execute(query)}


def _came(connection: Connection, location_id: str, shipment_ids: Collection[str], now: datetime) -> set[str]:
    """Those of these shipments that came under another tracking id.

    Asked for at once, and seldom: an index of shipment ids would be paid for with every page of scans.
    """
    recent = select(HANDOVER.c.id).where(
        HANDOVER.c.location_id == location_id, HANDOVER.c.arrived_at > now - LOOKED_BACK
    )
    some, came = sorted(shipment_ids), set[str]()
    for at in range(0, len(some), AT_ONCE):
        these = SHIPMENT.c.shipment_id.in_(some[at : at + AT_ONCE])
        came.update(connection.scalars(select(SHIPMENT.c.shipment_id).where(SHIPMENT.c.handover_id.in_(recent), these)))
    return came


def _found(location_id: str, completed_before: datetime, now: datetime) -> Select[Any]:
    """Those that were not told yet and that nobody scanned under their tracking id, the oldest first.

    What was completed before the bot had seen anybody at the dock may have come while nobody looked.
    """
    watched = select(HANDOVER.c.id).where(
        HANDOVER.c.location_id == location_id, HANDOVER.c.arrived_at < RETURN.c.completed_at
    )
    scanned = select(SHIPMENT.c.id).where(SHIPMENT.c.key == RETURN.c.key)
    seen = select(OWN_SCAN.c.id).where(OWN_SCAN.c.key == RETURN.c.key)
    told = select(UNRECEIVED.c.ref).where(UNRECEIVED.c.ref == RETURN.c.ref)
    when = and_(RETURN.c.completed_at <= completed_before, RETURN.c.completed_at > now - LOOKED_BACK)
    return (
        select(RETURN.c.ref, RETURN.c.shipment_id)
        .where(RETURN.c.location_id == location_id, RETURN.c.key != "", when, COMPLETED)
        .where(watched.exists(), ~scanned.exists(), ~seen.exists(), ~told.exists())
        .order_by(RETURN.c.completed_at, RETURN.c.ref)
    )
