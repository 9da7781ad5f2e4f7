"""Keeps handovers: every state change, its events and its deliveries in one transaction."""

import functools
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, insert, select, tuple_, update

from bot.clock import Clock
from bot.handover.escalation import called
from bot.handover.events import MILESTONES, Event, Happening
from bot.handover.expected import FRESH, LOOKED_BACK
from bot.handover.model import AuditEntry, Handover, Shipment, Stage
from bot.handover.ports import CursorMove, Gone, Page, Scan, Step
from bot.handover.refusals import UnknownHandover
from bot.handover.returns import confirmed_again
from bot.store.beside import problems_of
from bot.store.claiming import Upkeep
from bot.store.confirmed import completed
from bot.store.listed import HAS_LIST, listed_of
from bot.store.missing import changed, forgotten, missing_now, of_these
from bot.store.own_only import join_twins, own_only
from bot.store.prepared import Prepared
from bot.store.relabel import relabel
from bot.store.rows import (
    HANDOVER_FIELDS,
    SHIPMENT_FIELDS,
    fields_of,
    handover_of,
    handover_of_fields,
    shipment_of,
    values_of,
)
from bot.store.session import Database, one_transaction, to_say
from bot.store.tables import AUDIT, DELIVERY, HANDOVER, HERE, SHIPMENT, Kind, Sending, direct_number, waited_for
from bot.store.telling import tell_of_handover
from bot.store.withdrawn import taken_back, withdrawn
from bot.text import parcel_key

_ENDS = (Happening.CLOSED, Happening.LEFT)

# Made once: a statement costs more to be put together than to be carried out.
_ONE = select(HANDOVER).where(HANDOVER.c.id == bindparam("handover"))
_PRESENT = select(*(HANDOVER.c[name] for name in HANDOVER_FIELDS)).where(
    HANDOVER.c.location_id == bindparam("location"), HANDOVER.c.stage.in_(HERE)
)
_NOW = Prepared(
    select(HANDOVER.c.cursor_version, HANDOVER.c.revision, HANDOVER.c.events, HANDOVER.c.misses, HAS_LIST).where(
        HANDOVER.c.id == bindparam("handover")
    ),
    ("handover", "location", "since"),
)
_KNOWN = select(SHIPMENT).where(
    SHIPMENT.c.handover_id == bindparam("handover"), SHIPMENT.c.tracking_id.in_(bindparam("ids", expanding=True))
)
_REDRAW = update(HANDOVER).values(revision=HANDOVER.c.revision + 1)
_SCANS = HANDOVER.c.stage == Stage.SCANNING.value
_SAYS_IT_WORKS = (
    (HANDOVER.c.stage == Stage.WAITING.value)
    & (HANDOVER.c.shown_at < HANDOVER.c.start_otc_until)
    & (HANDOVER.c.shown_revision == HANDOVER.c.revision)
)
"""Cards of a Start OTC that were drawn before it expired, and are not about to be drawn anew anyway."""
_HERE = select(HANDOVER.c.id).where(HANDOVER.c.stage.in_(HERE)).order_by(HANDOVER.c.arrived_at, HANDOVER.c.id)
_SOME = select(*(HANDOVER.c[name] for name in HANDOVER_FIELDS)).where(
    HANDOVER.c.id.in_(bindparam("ids", expanding=True))
)
_EVENTS, _DELIVERIES = insert(AUDIT), insert(DELIVERY)
_PARCELS = Prepared(insert(SHIPMENT).inline(), ("handover_id", "first_seen", "key", *SHIPMENT_FIELDS))
IDS_AT_ONCE = 500
"""Values in one statement, well below SQLite's limit."""
_PAGE = 25


class HandoverStore:
    """Implements `bot.handover.ports.Handovers`. Every method is one transaction."""

    def __init__(self, database: Database, clock: Clock, upkeep: Upkeep | None = None) -> None:
        self._database = database
        self._clock = clock
        self._upkeep = upkeep or Upkeep()

    @one_transaction
    def get(self, connection: Connection, handover_id: str) -> Handover | None:
        """The handover, or None when there is none with this id."""
        return load(connection, handover_id)

    @one_transaction
    def present(self, connection: Connection, location_id: str) -> list[Handover]:
        """The handovers of a location whose FE is not gone, the oldest first."""
        rows = connection.execute(_PRESENT.order_by(HANDOVER.c.arrived_at, HANDOVER.c.id), {"location": location_id})
        return [handover_of_fields(row) for row in rows]

    @one_transaction
    def here(self, connection: Connection) -> list[str]:
        """The ids of all handovers whose FE is not gone, the oldest first."""
        return list(connection.scalars(_HERE))

    @one_transaction
    def some(self, connection: Connection, ids: Sequence[str]) -> list[Handover]:
        """Those of these handovers that there are, in the same order; `IDS_AT_ONCE` ids at most."""
        found = {row.id: handover_of_fields(row) for row in connection.execute(_SOME, {"ids": list(ids)})}
        return [found[one] for one in ids if one in found]

    @one_transaction
    def problems(
        self, connection: Connection, handover_id: str, tracking_ids: Sequence[str] | None = None
    ) -> list[Shipment]:
        """The shipments to be set aside, or just those named, in the order in which they were seen."""
        return problems_of(connection, handover_id, tracking_ids)

    @one_transaction
    def reconcile(
        self,
        connection: Connection,
        location_id: str,
        seen: Sequence[tuple[str, str]],
        decide: Callable[[list[Handover]], list[Step]],
    ) -> list[Handover]:
        """Loads the present handovers and those of the (FE, task) pairs seen, and keeps what `decide` makes of them."""
        at_location = HANDOVER.c.location_id == location_id
        rows = connection.execute(_PRESENT, {"location": location_id})
        known = {h.id: h for h in map(handover_of_fields, rows)}
        keys = tuple_(HANDOVER.c.fe_id, HANDOVER.c.task_id)
        present = {(h.fe_id, h.task_id) for h in known.values()}
        others = [pair for pair in seen if pair not in present]
        for start in range(0, len(others), 100):
            named = select(HANDOVER).where(and_(at_location, keys.in_(others[start : start + 100])))
            known |= {h.id: h for h in _handovers(connection, named)}
        steps = [_confirmed(connection, step) for step in decide(list(known.values()))]
        for step in steps:
            keep(connection, known.get(step.handover.id), step)
            self._upkeep.end(connection, step, self._clock())
        return [step.handover for step in steps]

    @one_transaction
    def redraw_scanning(self, connection: Connection) -> int:
        """Has the cards of all who scan drawn anew. Returns how many."""
        to_say(connection)
        return connection.execute(_REDRAW.where(_SCANS)).rowcount

    @one_transaction
    def redraw_expired(self, connection: Connection, now: datetime) -> int:
        """Has the cards drawn anew that say of an expired Start OTC that it works. Returns how many."""
        drawn = connection.execute(_REDRAW.where(_SAYS_IT_WORKS, HANDOVER.c.start_otc_until <= now)).rowcount
        if drawn:
            to_say(connection)
        return drawn

    @one_transaction
    def step(self, connection: Connection, handover_id: str, decide: Callable[[Handover], Step]) -> Handover:
        """Loads a handover, keeps what `decide` makes of it, and returns that.

        Raises:
            UnknownHandover: there is none with this id.
        """
        before = the_handover(connection, handover_id)
        step = decide(before)
        keep(connection, before, step)
        return step.handover

    @one_transaction
    def add_page(
        self,
        connection: Connection,
        handover: Handover,
        page: Page,
        move: CursorMove,
        decide: Callable[[Handover, Scan], Step],
    ) -> Handover | None:
        """Keeps a page's rows, the counts and the cursor together. None when the cursor had already moved on.

        Args:
            connection: of the running transaction.
            handover: as the caller has it; where something happened to it meanwhile, it is loaded anew.
            page: what Flipkart answered.
            move: where the cursor goes.
            decide: what the machine makes of the handover as it is now.

        Raises:
            UnknownHandover: there is no such handover.
        """
        now, handover_id = self._clock(), handover.id
        found = _NOW.run(connection, (handover_id, handover.location_id, now - FRESH))
        if not found:
            raise UnknownHandover(handover_id)
        version, revision, events, misses, has_list = found[0]
        if version != move.version:
            return None
        # Whatever happens to a handover moves one of these, but for absences, which only their end sets back.
        same = (version, revision, events) == (handover.cursor_version, handover.revision, handover.events)
        before = handover if same and misses == handover.misses == 0 else the_handover(connection, handover_id)
        scan = self._sort(connection, handover_id, page)
        if scan.new and before.withdrawn:
            scan = replace(scan, back=taken_back(connection, handover_id, scan.new))
        # Where nothing is listed, nothing can be missing, and most docks have no list.
        listed = bool(scan.new) and bool(has_list)
        if scan.new:
            if listed:
                scan = replace(scan, otherwise=relabel(connection, before.location_id, scan.new, now))
            came = self._missing_of(connection, before, scan.new) if listed else 0
            rows = [(handover_id, now, parcel_key(s.tracking_id), *fields_of(s)) for s in scan.new]
            _PARCELS.run_many(connection, rows)
            changed(connection, before.location_id, -came)
        for known, after in scan.changed:
            row = tuple_(SHIPMENT.c.tracking_id, SHIPMENT.c.shipment_id) == known.key
            connection.execute(
                update(SHIPMENT).where(SHIPMENT.c.handover_id == handover_id, row).values(values_of(after))
            )
        if scan.new and before.own_scanned:
            # Parcels that the seller had scanned before the FE did.
            join_twins(connection, handover_id, scan.new)
            scan = replace(scan, own_only=own_only(connection, handover_id))
        if listed:
            scan = self._compare(connection, before.location_id, scan)
        step = decide(before, scan)
        moved = (move.newest, move.next) != (before.cursor_newest, before.cursor_next)
        turned = step.handover.quiet_since != before.quiet_since
        if not (moved or scan.new or scan.changed or step.events or turned):
            # The usual answer of a quiet FE: nothing is written, so nothing waits for the disk.
            return before
        cursor = {
            "cursor_newest": move.newest,
            "cursor_next": move.next,
            "cursor_version": before.cursor_version + 1,
        }
        after_page = Step(step.handover.model_copy(update=cursor), step.events)
        keep(connection, before, after_page)
        self._upkeep.page(connection, before, after_page.handover, scan, now)
        return after_page.handover

    @one_transaction
    def record(self, connection: Connection, location_id: str, event: Event, handover_id: str | None = None) -> None:
        """Writes an audit line that changes no handover."""
        connection.execute(insert(AUDIT), [audit_values(location_id, event, handover_id, None)])

    def _compare(self, connection: Connection, location_id: str, scan: Scan) -> Scan:
        """What the lists say of the new rows, which are in the table by now."""
        listed = listed_of(connection, location_id, scan.new, self._clock())
        if listed is None:
            return scan
        missing = missing_now(connection, location_id, self._clock(), self._upkeep.zone)
        return replace(scan, listed=listed, awaited=missing)

    def _missing_of(self, connection: Connection, handover: Handover, parcels: Sequence[Shipment]) -> int:
        """How many of them are missing until this handover brings them."""
        now = self._clock()
        if handover.arrived_at <= now - LOOKED_BACK:
            return 0
        keys = list({parcel_key(one.tracking_id) for one in parcels})
        return of_these(connection, handover.location_id, now, now.astimezone(self._upkeep.zone).date(), keys)

    def _sort(self, connection: Connection, handover_id: str, page: Page) -> Scan:
        known: dict[str, list[Shipment]] = {}
        ids = list({s.tracking_id for s in page.shipments})
        for start in range(0, len(ids), IDS_AT_ONCE):
            met = _known_of(connection, handover_id, ids[start : start + IDS_AT_ONCE])
            for row in connection.execute(_KNOWN, {"handover": handover_id, "ids": met}) if met else ():
                known.setdefault(row.tracking_id, []).append(shipment_of(row))
        new: list[Shipment] = []
        changed: list[tuple[Shipment, Shipment]] = []
        twins: list[str] = []
        for shipment in page.shipments:
            here = known.setdefault(shipment.tracking_id, [])
            before = _same(shipment, here) if here else None
            if before is None:
                twins += [shipment.tracking_id] if here else []
                here.append(shipment)
                new.append(shipment)
            elif before != shipment and before not in new and not _older(shipment, before):
                after = shipment.model_copy(update={"shipment_id": shipment.shipment_id or before.shipment_id})
                changed += [(before, after)] if after != before else []
        return Scan(tuple(new), tuple(changed), twins=tuple(dict.fromkeys(twins)))

    @one_transaction
    def withdraw(
        self,
        connection: Connection,
        handover_id: str,
        version: int,
        met: Collection[tuple[str, str]],
        decide: Callable[[Handover, Gone], Step],
    ) -> Handover | None:
        """Takes every row out of the count that is none of `met`. None when the cursor is no longer at `version`.

        Raises:
            UnknownHandover: there is no handover with this id.
        """
        before = the_handover(connection, handover_id)
        if before.cursor_version != version:
            return None
        gone = withdrawn(connection, before, met, self._clock())
        if not gone.shipments:
            return before
        forgotten(connection, before.location_id)
        if before.own_scanned:
            gone = replace(gone, own_only=own_only(connection, handover_id))
        listed = listed_of(connection, before.location_id, gone.shipments, self._clock())
        if listed is not None:
            missing = missing_now(connection, before.location_id, self._clock(), self._upkeep.zone)
            gone = replace(gone, listed=listed, awaited=missing)
        step = decide(before, gone)
        keep(connection, before, step)
        return step.handover


def _confirmed(connection: Connection, step: Step) -> Step:
    """With what Flipkart had counted as completed before the bot read that it was scanned."""
    if all(event.what not in _ENDS for event in step.events):
        return step
    return Step(confirmed_again(step.handover, completed(connection, step.handover)).handover, step.events)


def keep(connection: Connection, before: Handover | None, step: Step) -> None:
    """Writes a step within a transaction, which rings the bell if that left something to be said."""
    handover = step.handover
    after = values_of(handover)
    if before is None:
        connection.execute(insert(HANDOVER), [after])
        connection.execute(_DELIVERIES, [_delivery(handover, Kind.CARD, 0)])
    else:
        known = values_of(before)
        changed = {name: value for name, value in after.items() if value != known[name]}
        if changed:
            _change(tuple(changed)).run(connection, (*changed.values(), handover.id))
    first = handover.events - len(step.events) + 1
    numbered = list(enumerate(step.events, first))
    if numbered:
        entries = [audit_values(handover.location_id, event, handover.id, n) for n, event in numbered]
        connection.execute(_EVENTS, entries)
        tell_of_handover(connection, handover, step.events)
    said = [_delivery(handover, Kind.REPLY, n) for n, event in numbered if event.what in MILESTONES]
    said += [_delivery(handover, Kind.RECEIPT, n) for n, event in numbered if event.what in _ENDS]
    said += [_delivery(handover, Kind.PROOF, n) for n, event in numbered if event.what is Happening.PROOF]
    for n, event in numbered:
        if event.what is Happening.ESCALATED:
            said += [_delivery(handover, Kind.DIRECT, direct_number(n, place)) for place, _ in called(event.detail)]
    if said:
        connection.execute(_DELIVERIES, said)
    if before is None or said or waited_for(handover) != waited_for(before):
        to_say(connection)
    elif handover.revision != before.revision:
        to_say(connection, only_counts=True)


@functools.lru_cache(256)
def _change(columns: tuple[str, ...]) -> Prepared:
    """An update of these columns of one handover."""
    return Prepared(update(HANDOVER).where(HANDOVER.c.id == bindparam("this")), (*columns, "this"))


@functools.lru_cache
def _ids_among(count: int) -> Prepared:
    ids = [f"id{n}" for n in range(count)]
    query = select(SHIPMENT.c.tracking_id).where(SHIPMENT.c.handover_id == bindparam("handover"))
    return Prepared(query.where(SHIPMENT.c.tracking_id.in_([bindparam(one) for one in ids])), ("handover", *ids))


def _known_of(connection: Connection, handover_id: str, ids: Sequence[str]) -> list[str]:
    """Those of these tracking ids that the handover has a row of: none, of most pages."""
    full = -(-len(ids) // _PAGE) * _PAGE
    filled = [*ids, *[ids[0]] * (full - len(ids))]
    return [row[0] for row in _ids_among(full).run(connection, (handover_id, *filled))]


def load(connection: Connection, handover_id: str) -> Handover | None:
    """The handover within a transaction, or None when there is none with this id."""
    row = connection.execute(_ONE, {"handover": handover_id}).first()
    return None if row is None else handover_of(row)


def the_handover(connection: Connection, handover_id: str) -> Handover:
    """The handover within a transaction. Raises UnknownHandover."""
    found = load(connection, handover_id)
    if found is None:
        raise UnknownHandover(handover_id)
    return found


def _handovers(connection: Connection, query: Select[Any]) -> list[Handover]:
    return [handover_of(row) for row in connection.execute(query)]


def _same(shipment: Shipment, known: Sequence[Shipment]) -> Shipment | None:
    """The row of the same parcel: of the same shipment rather than of one whose id is not known."""
    exact = next((one for one in known if one.key == shipment.key), None)
    return exact or next((one for one in known if one.same_as(shipment)), None)


def _older(one: Shipment, other: Shipment) -> bool:
    """Whether a row is an earlier scan of the same parcel, met again on an earlier page."""
    return one.scanned_at is not None and other.scanned_at is not None and one.scanned_at < other.scanned_at


def audit_values(location_id: str, event: Event, handover_id: str | None, n: int | None) -> dict[str, Any]:
    """What a row of the record holds; `n` is the event's number within what it belongs to."""
    entry = AuditEntry(
        handover_id=handover_id,
        n=n,
        location_id=location_id,
        what=event.what,
        at=event.at,
        by=event.by,
        detail=event.detail,
    )
    return values_of(entry)


def _delivery(handover: Handover, kind: Kind, n: int) -> dict[str, Any]:
    where = {"about": handover.id, "location_id": handover.location_id}
    return {**where, "kind": kind, "n": n, "state": Sending.PENDING, "file_ids": []}
