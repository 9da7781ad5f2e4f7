"""Parcels that come under another id than the one they are expected by.

A return is expected by its tracking id. The label on the parcel may be another one: a new one for the same shipment, or
the one under which it went out. What is expected then bears the id that was scanned from there on, and keeps beside
it the one that it was listed by (`instead`), so that whoever compares has one id to compare, and a list that is dropped
again, or Flipkart that says the old label again, changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, literal, select, text, update

from bot.handover.expected import LOOKED_BACK
from bot.handover.model import Shipment
from bot.handover.ports import Otherwise
from bot.lists.model import OFF
from bot.store.tables import EXPECTED, HANDOVER, HERE, RETURN, SHIPMENT
from bot.text import parcel_key

AT_ONCE = 500
_LABEL = ("key", "tracking_id", "instead", "instead_key", "matched_by")
SHIPMENT_ID, FORWARD = "shipment", "forward"
"""By what a parcel was known. The values are kept in the database."""


@dataclass(slots=True)
class _Found:
    """What a scanned parcel may be: by the key of what is expected its id there, and by what it is known."""

    scanned: str
    may_be: dict[str, tuple[str, str]] = field(default_factory=dict)


def relabel(connection: Connection, location_id: str, shipments: Sequence[Shipment], now: datetime) -> Otherwise:
    """Of the parcels of a page, before they are kept: whatever is expected by another id bears theirs from now on.

    By its shipment rather than by the id under which it went out. What may be several stays what it is.
    """
    strangers = _strangers(connection, location_id, shipments)
    if not strangers:
        return Otherwise()
    found = {key: _Found(one.tracking_id) for key, one in strangers.items()}
    # What came under its own id on this page needs no other.
    here = {parcel_key(one.tracking_id) for one in shipments}
    by_shipment: dict[str, list[str]] = {}
    for key, one in strangers.items():
        if one.shipment_id:
            by_shipment.setdefault(one.shipment_id, []).append(key)
    for some in _parts(by_shipment):
        for row in connection.execute(_of_shipments(location_id, some, now)):
            for key in by_shipment[row.shipment_id] if row.key not in here else ():
                found[key].may_be[row.key] = (row.tracking_id, SHIPMENT_ID)
    for some in _parts([key for key, one in found.items() if not one.may_be]):
        for row in connection.execute(_sent_out_as(location_id, some, now)):
            if row.key not in here:
                found[row.forward].may_be[row.key] = (row.tracking_id, FORWARD)
    return _kept(connection, location_id, found)


def relabel_scanned(
    connection: Connection, location_id: str, keys: Iterable[str], now: datetime
) -> list[tuple[str, str]]:
    """The same for what is newly expected by these keys and was scanned before: the handover and the key of each scan.

    By their shipments only with FEs who are here: nothing leads from a shipment's id to its scan.
    """
    gained = list[tuple[str, str]]()
    for some in _parts(list(keys)):
        scans: dict[str, _Found] = {}
        whose: dict[str, str] = {}
        for query in (_scanned_as_sent_out(location_id, some, now), _scanned_as_shipment(location_id, some, now)):
            for row in connection.execute(query):
                one = scans.setdefault(row.scanned_key, _Found(row.scanned))
                one.may_be.setdefault(row.key, (row.tracking_id, row.how))
                whose[row.scanned] = row.handover_id
        for scanned in _kept(connection, location_id, scans).meant:
            gained.append((whose[scanned], parcel_key(scanned)))
    return gained


def respell(connection: Connection, location_id: str, values: Sequence[dict[str, Any]]) -> None:
    """Rows of a list that name a parcel by the id that it was listed by before it came under another one."""
    by_key = {str(one["key"]): one for one in values}
    for some in _parts(list(by_key)):
        here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.instead_key.in_(some), _HAS_INSTEAD)
        for row in connection.execute(select(EXPECTED).where(here)):
            by_key[row.instead_key] |= {name: row._mapping[name] for name in _LABEL}


def bear(connection: Connection, location_id: str, keys: Iterable[str]) -> list[str]:
    """The same for items of returns that are told by that id: they bear the one that it came under.

    Returns:
        The keys under which they are expected.
    """
    found = dict.fromkeys(keys)
    for some in _parts(list(found)):
        here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.instead_key.in_(some), _HAS_INSTEAD)
        for row in connection.execute(select(EXPECTED).where(here)).all():
            items = and_(RETURN.c.location_id == location_id, RETURN.c.key == row.instead_key, ~RETURN.c.apart)
            values = {name: row._mapping[name] for name in _LABEL}
            if connection.execute(update(RETURN).where(items).values(values)).rowcount:
                found.pop(row.instead_key)
                found[row.key] = None
    return list(found)


def borne_by(connection: Connection, location_id: str, key: str) -> list[str]:
    """The keys under which a parcel may be met: the one that it was listed by, and the one that it came under."""
    here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.instead_key == key, _HAS_INSTEAD)
    return [key, *connection.scalars(select(EXPECTED.c.key).where(here))]


def _strangers(connection: Connection, location_id: str, shipments: Sequence[Shipment]) -> dict[str, Shipment]:
    """Those of which nothing that is listed there bears the id, by key."""
    every = {parcel_key(one.tracking_id): one for one in shipments}
    for some in _parts(list(every)):
        here = (EXPECTED.c.location_id == location_id) & EXPECTED.c.key.in_(some)
        for key in connection.scalars(select(EXPECTED.c.key).where(here)).all():
            del every[key]
    return every


def _kept(connection: Connection, location_id: str, found: Mapping[str, _Found]) -> Otherwise:
    meant: dict[str, str] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    taken = set[str]()
    for key, one in found.items():
        if len(one.may_be) > 1:
            doubtful[one.scanned] = tuple(sorted(instead for instead, _ in one.may_be.values()))
        for before, (instead, how) in one.may_be.items() if len(one.may_be) == 1 else ():
            # Two parcels that may be the one that is expected: the first is.
            if before not in taken:
                taken.add(before)
                meant[one.scanned] = instead
                _write(connection, location_id, before, (key, one.scanned), (instead, how))
    return Otherwise(meant, doubtful)


def _write(
    connection: Connection, location_id: str, before: str, now: tuple[str, str], listed: tuple[str, str]
) -> None:
    names = {"key": now[0], "tracking_id": now[1], "instead": listed[0]}
    label = names | {"instead_key": before, "matched_by": listed[1]}
    for table in (EXPECTED, RETURN):
        here = and_(table.c.location_id == location_id, table.c.key == before)
        connection.execute(update(table).where(here).values(label))


def _open(location_id: str, now: datetime) -> ColumnElement[bool]:
    """Of what is expected: whether it may still be met under another id, as nobody has scanned it under its own."""
    other, visit = SHIPMENT.alias("other"), HANDOVER.alias("visit")
    recent = and_(visit.c.location_id == location_id, visit.c.arrived_at > now - LOOKED_BACK)
    there = select(visit.c.id).where(visit.c.id == other.c.handover_id, recent)
    scanned = select(other.c.id).where(other.c.key == EXPECTED.c.key, there.exists())
    here = (EXPECTED.c.location_id == location_id) & (EXPECTED.c.instead == "") & EXPECTED.c.state.not_in(OFF)
    return and_(here, ~scanned.exists())


# In the words of the partial indexes, without which SQLite goes through all that is listed at a location.
_HAS_INSTEAD, _HAS_FORWARD = text("expected.instead_key <> ''"), text("expected.forward <> ''")
_HAS_SHIPMENT = text("return_item.shipment_id <> ''")
_SAME = and_(RETURN.c.location_id == EXPECTED.c.location_id, RETURN.c.key == EXPECTED.c.key)


def _of_shipments(location_id: str, shipment_ids: Sequence[str], now: datetime) -> Select[Any]:
    """What is expected in these shipments."""
    return (
        select(RETURN.c.shipment_id, EXPECTED.c.key, EXPECTED.c.tracking_id)
        .join(EXPECTED, _SAME)
        .where(
            RETURN.c.location_id == location_id,
            RETURN.c.shipment_id.in_(shipment_ids),
            _HAS_SHIPMENT,
            _open(location_id, now),
        )
    )


def _sent_out_as(location_id: str, keys: Sequence[str], now: datetime) -> Select[Any]:
    """What is expected and went out under these ids."""
    columns = (EXPECTED.c.forward, EXPECTED.c.key, EXPECTED.c.tracking_id)
    return select(*columns).where(EXPECTED.c.forward.in_(keys), _HAS_FORWARD, _open(location_id, now))


def _unlisted(location_id: str) -> ColumnElement[bool]:
    """Of a scan: nothing that is listed there bears its id."""
    named = EXPECTED.alias("named")
    return ~select(named.c.id).where(named.c.location_id == location_id, named.c.key == SHIPMENT.c.key).exists()


def _scanned_as_sent_out(location_id: str, keys: Sequence[str], now: datetime) -> Select[Any]:
    recent = (HANDOVER.c.location_id == location_id) & (HANDOVER.c.arrived_at > now - LOOKED_BACK)
    return (
        select(*_scan_of(FORWARD))
        .select_from(EXPECTED)
        .join(SHIPMENT, SHIPMENT.c.key == EXPECTED.c.forward)
        .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
        .where(EXPECTED.c.key.in_(keys), _HAS_FORWARD, recent, _unlisted(location_id))
        .where(_open(location_id, now))
    )


def _scanned_as_shipment(location_id: str, keys: Sequence[str], now: datetime) -> Select[Any]:
    here = (HANDOVER.c.location_id == location_id) & HANDOVER.c.stage.in_(HERE)
    some_are_strangers = func.coalesce(HANDOVER.c.unexpected, 1) > 0
    return (
        select(*_scan_of(SHIPMENT_ID))
        .select_from(EXPECTED)
        .join(RETURN, _SAME)
        .join(SHIPMENT, SHIPMENT.c.shipment_id == RETURN.c.shipment_id)
        .join(HANDOVER, HANDOVER.c.id == SHIPMENT.c.handover_id)
        .where(EXPECTED.c.key.in_(keys), _HAS_SHIPMENT, here, some_are_strangers)
        .where(_unlisted(location_id))
        .where(_open(location_id, now))
    )


def _scan_of(how: str) -> tuple[ColumnElement[Any], ...]:
    return (
        EXPECTED.c.key,
        EXPECTED.c.tracking_id,
        SHIPMENT.c.key.label("scanned_key"),
        SHIPMENT.c.tracking_id.label("scanned"),
        SHIPMENT.c.handover_id,
        literal(how).label("how"),
    )


def _parts(every: Iterable[str]) -> Iterable[list[str]]:
    some = list(every)
    for at in range(0, len(some), AT_ONCE):
        yield some[at : at + AT_ONCE]
