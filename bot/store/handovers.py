"""Keeps handovers: every state change, its events and its message intents in one transaction."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import and_, insert, tuple_, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.clock import Clock
from bot.handover.model import MILESTONES, AuditEntry, Event, Handover, Happening, Shipment, Stage
from bot.handover.ports import CursorMove, Gone, Page, Scan, Step
from bot.handover.refusals import UnknownHandover
from bot.store.claiming import Upkeep
from bot.store.listed import awaited, listed_of
from bot.store.own_only import join_twins, own_only
from bot.store.session import Database, whole
from bot.store.tables import (
    AUDIT,
    HANDOVER,
    INTENT,
    RECEIPT,
    SHIPMENT,
    AuditRow,
    HandoverRow,
    Kind,
    Sending,
    ShipmentRow,
)
from bot.store.withdrawn import taken_back, withdrawn

_OVER = (Stage.CLOSED.value, Stage.LEFT.value)
_ENDS = (Happening.CLOSED, Happening.LEFT)
_SHIPMENT_FIELDS = tuple(Shipment.model_fields)


class HandoverStore:
    """Implements `bot.handover.ports.Handovers`. Every method is one transaction."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        changed: Callable[[], None] = lambda: None,
        upkeep: Upkeep | None = None,
    ) -> None:
        """Calls `changed` after each commit that left something to be said in Slack."""
        self._database = database
        self._clock = clock
        self._changed = changed
        self._upkeep = upkeep or Upkeep()

    @whole
    async def get(self, handover_id: str) -> Handover | None:
        """The handover, or None when there is none with this id."""
        async with self._database.transaction() as session:
            return await load(session, handover_id)

    @whole
    async def present(self, location_id: str | None = None) -> list[Handover]:
        """The handovers whose FE is not gone, at one location or everywhere, the oldest first."""
        query = select(HandoverRow).where(HANDOVER.c.stage.not_in(_OVER)).order_by(HANDOVER.c.arrived_at, HANDOVER.c.id)
        if location_id is not None:
            query = query.where(HANDOVER.c.location_id == location_id)
        async with self._database.transaction() as session:
            return await _handovers(session, query)

    @whole
    async def problems(self, handover_id: str, tracking_ids: Sequence[str] | None = None) -> list[Shipment]:
        """The shipments to be set aside, or just those named, in the order in which they were seen."""
        query = select(ShipmentRow).where(SHIPMENT.c.handover_id == handover_id).order_by(SHIPMENT.c.id)
        if tracking_ids is not None:
            query = query.where(SHIPMENT.c.tracking_id.in_(tracking_ids))
        async with self._database.transaction() as session:
            shipments = [frozen_shipment(row) for row in await session.exec(query)]
        return shipments if tracking_ids is not None else [s for s in shipments if s.problem]

    @whole
    async def reconcile(
        self, location_id: str, seen: Sequence[tuple[str, str]], decide: Callable[[list[Handover]], list[Step]]
    ) -> list[Handover]:
        """Loads the present handovers and those of the (FE, task) pairs seen, and keeps what `decide` makes of them."""
        said = False
        async with self._database.transaction() as session:
            at_location = HANDOVER.c.location_id == location_id
            present = select(HandoverRow).where(at_location, HANDOVER.c.stage.not_in(_OVER))
            known = {h.id: h for h in await _handovers(session, present)}
            keys = tuple_(HANDOVER.c.fe_id, HANDOVER.c.task_id)
            for start in range(0, len(seen), 100):
                named = select(HandoverRow).where(and_(at_location, keys.in_(seen[start : start + 100])))
                known |= {h.id: h for h in await _handovers(session, named)}
            steps = decide(list(known.values()))
            for step in steps:
                said |= await keep(session, known.get(step.handover.id), step)
                await self._upkeep.end(session, step, self._clock())
        if said:
            self._changed()
        return [step.handover for step in steps]

    @whole
    async def step(self, handover_id: str, decide: Callable[[Handover], Step]) -> Handover:
        """Loads a handover, keeps what `decide` makes of it, and returns that.

        Raises:
            UnknownHandover: there is none with this id.
        """
        async with self._database.transaction() as session:
            before = await load(session, handover_id)
            if before is None:
                raise UnknownHandover(handover_id)
            step = decide(before)
            said = await keep(session, before, step)
        if said:
            self._changed()
        return step.handover

    @whole
    async def add_page(
        self, handover_id: str, page: Page, move: CursorMove, decide: Callable[[Handover, Scan], Step]
    ) -> Handover | None:
        """Keeps a page's rows, the counts and the cursor together. None when the cursor had already moved on.

        Raises:
            UnknownHandover: there is no handover with this id.
        """
        async with self._database.transaction() as session:
            before = await load(session, handover_id)
            if before is None:
                raise UnknownHandover(handover_id)
            if before.cursor_version != move.version:
                return None
            scan = await self._sort(session, handover_id, page)
            if scan.new and before.withdrawn:
                scan = replace(scan, back=await taken_back(session, handover_id, scan.new))
            if scan.new:
                rows = [
                    {**_values(s, _SHIPMENT_FIELDS), "handover_id": handover_id, "first_seen": self._clock()}
                    for s in scan.new
                ]
                await session.exec(insert(SHIPMENT), params=rows)
            for known, after in scan.changed:
                row = tuple_(SHIPMENT.c.tracking_id, SHIPMENT.c.shipment_id) == known.key
                await session.exec(
                    update(SHIPMENT)
                    .where(SHIPMENT.c.handover_id == handover_id, row)
                    .values(_values(after, _SHIPMENT_FIELDS))
                )
            if scan.new and before.own_scanned:
                # Parcels that the seller had scanned before the FE did.
                await join_twins(session, handover_id, scan.new)
                scan = replace(scan, own_only=await own_only(session, handover_id))
            if scan.new:
                scan = await self._compare(session, before.location_id, scan)
            step = decide(before, scan)
            moved = (move.newest, move.next) != (before.cursor_newest, before.cursor_next)
            if not (moved or scan.new or scan.changed or step.events):
                # The usual answer of a quiet FE: nothing is written, so nothing waits for the disk.
                return before
            cursor = {
                "cursor_newest": move.newest,
                "cursor_next": move.next,
                "cursor_version": before.cursor_version + 1,
            }
            after_page = Step(step.handover.model_copy(update=cursor), step.events)
            said = await keep(session, before, after_page)
            await self._upkeep.page(session, before, scan, self._clock())
        if said:
            self._changed()
        return after_page.handover

    @whole
    async def record(self, location_id: str, event: Event, handover_id: str | None = None) -> None:
        """Writes an audit line that changes no handover."""
        async with self._database.transaction() as session:
            await session.exec(insert(AUDIT), params=[_audit(location_id, event, handover_id, None)])

    async def _compare(self, session: AsyncSession, location_id: str, scan: Scan) -> Scan:
        """What the lists say of the new rows, which are in the table by now."""
        listed = await listed_of(session, location_id, scan.new, self._clock())
        if listed is None:
            return scan
        missing = await awaited(session, location_id, self._clock(), self._upkeep.zone)
        return replace(scan, listed=listed, awaited=missing)

    async def _sort(self, session: AsyncSession, handover_id: str, page: Page) -> Scan:
        known: dict[str, list[Shipment]] = {}
        ids = list({s.tracking_id for s in page.shipments})
        for start in range(0, len(ids), 500):
            query = select(ShipmentRow).where(
                SHIPMENT.c.handover_id == handover_id, SHIPMENT.c.tracking_id.in_(ids[start : start + 500])
            )
            for row in await session.exec(query):
                known.setdefault(row.tracking_id, []).append(frozen_shipment(row))
        new: list[Shipment] = []
        changed: list[tuple[Shipment, Shipment]] = []
        twins: list[str] = []
        for shipment in page.shipments:
            here = known.setdefault(shipment.tracking_id, [])
            before = _same(shipment, here)
            if before is None:
                twins += [shipment.tracking_id] if here else []
                here.append(shipment)
                new.append(shipment)
            elif before != shipment and before not in new and not _older(shipment, before):
                after = shipment.model_copy(update={"shipment_id": shipment.shipment_id or before.shipment_id})
                changed += [(before, after)] if after != before else []
        return Scan(tuple(new), tuple(changed), twins=tuple(dict.fromkeys(twins)))

    @whole
    async def withdraw(
        self,
        handover_id: str,
        version: int,
        met: Collection[tuple[str, str]],
        decide: Callable[[Handover, Gone], Step],
    ) -> Handover | None:
        """Takes every row out of the count that is none of `met`. None when the cursor is no longer at `version`.

        Raises:
            UnknownHandover: there is no handover with this id.
        """
        async with self._database.transaction() as session:
            before = await load(session, handover_id)
            if before is None:
                raise UnknownHandover(handover_id)
            if before.cursor_version != version:
                return None
            gone = await withdrawn(session, before, met, self._clock())
            if not gone.shipments:
                return before
            if before.own_scanned:
                gone = replace(gone, own_only=await own_only(session, handover_id))
            listed = await listed_of(session, before.location_id, gone.shipments, self._clock())
            if listed is not None:
                missing = await awaited(session, before.location_id, self._clock(), self._upkeep.zone)
                gone = replace(gone, listed=listed, awaited=missing)
            step = decide(before, gone)
            said = await keep(session, before, step)
        if said:
            self._changed()
        return step.handover


async def keep(session: AsyncSession, before: Handover | None, step: Step) -> bool:
    """Writes a step within a transaction; tells whether it left something to be said."""
    handover = step.handover
    if before is None:
        await session.exec(insert(HANDOVER), params=[_values(handover)])
        await session.exec(insert(INTENT), params=[_intent(handover.id, Kind.CARD, 0)])
    elif handover != before:
        changed = {name: value for name, value in _values(handover).items() if value != getattr(before, name)}
        await session.exec(update(HANDOVER).where(HANDOVER.c.id == handover.id).values(changed))
    first = handover.events - len(step.events) + 1
    numbered = list(enumerate(step.events, first))
    if numbered:
        entries = [_audit(handover.location_id, event, handover.id, n) for n, event in numbered]
        await session.exec(insert(AUDIT), params=entries)
    replies = [_intent(handover.id, Kind.REPLY, n) for n, event in numbered if event.what in MILESTONES]
    if replies:
        await session.exec(insert(INTENT), params=replies)
    ends = [_receipt(handover.id, n) for n, event in numbered if event.what in _ENDS]
    if ends:
        await session.exec(insert(RECEIPT), params=ends)
    return before is None or bool(replies) or handover.revision != before.revision


async def load(session: AsyncSession, handover_id: str) -> Handover | None:
    """The handover within a transaction, or None when there is none with this id."""
    found = await _handovers(session, select(HandoverRow).where(HANDOVER.c.id == handover_id))
    return found[0] if found else None


async def _handovers(session: AsyncSession, query: SelectOfScalar[HandoverRow]) -> list[Handover]:
    return [frozen_handover(row) for row in await session.exec(query)]


def frozen_handover(row: HandoverRow) -> Handover:
    """The row as the domain knows it."""
    return Handover.model_validate(_values(row, tuple(Handover.model_fields)))


def frozen_entry(row: AuditRow) -> AuditEntry:
    """The line of the record as the domain knows it."""
    return AuditEntry.model_validate(_values(row, tuple(AuditEntry.model_fields)))


def _same(shipment: Shipment, known: Sequence[Shipment]) -> Shipment | None:
    """The row of the same parcel: of the same shipment rather than of one whose id is not known."""
    exact = next((one for one in known if one.key == shipment.key), None)
    return exact or next((one for one in known if one.same_as(shipment)), None)


def _older(one: Shipment, other: Shipment) -> bool:
    """Whether a row is an earlier scan of the same parcel, met again on an earlier page."""
    return one.scanned_at is not None and other.scanned_at is not None and one.scanned_at < other.scanned_at


def frozen_shipment(row: ShipmentRow) -> Shipment:
    """The parcel as the domain knows it."""
    return Shipment.model_validate(_values(row, _SHIPMENT_FIELDS))


def _values(model: Handover | Shipment | AuditEntry, names: Sequence[str] | None = None) -> dict[str, Any]:
    return {name: getattr(model, name) for name in names or type(model).model_fields}


def _audit(location_id: str, event: Event, handover_id: str | None, n: int | None) -> dict[str, Any]:
    entry = AuditEntry(
        handover_id=handover_id,
        n=n,
        location_id=location_id,
        what=event.what,
        at=event.at,
        by=event.by,
        detail=event.detail,
    )
    return _values(entry)


def _intent(handover_id: str, kind: Kind, n: int) -> dict[str, Any]:
    return {"key": uuid4().hex, "handover_id": handover_id, "kind": kind, "n": n, "state": "pending"}


def _receipt(handover_id: str, n: int) -> dict[str, Any]:
    wanted = {"state": Sending.PENDING, "sha256": "", "file_ids": [], "attempts": 0, "error": ""}
    return {"handover_id": handover_id, "n": n, **wanted}
