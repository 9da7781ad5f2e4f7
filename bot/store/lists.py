"""Keeps the lists that people bring, each apart, and makes what is expected out of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Row,
    Table,
    and_,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.schema import CreateTable

from bot.handover.dropped import NAMED, Brought, Counted, File, Offered, Part, Renewed, Stored, Undone
from bot.handover.events import Event
from bot.handover.expected import Span
from bot.handover.model import AuditEntry
from bot.handover.ports import NotKept
from bot.handover.returns import Source, ref_of_row
from bot.lists.model import ExpectedRow, State
from bot.store.dialects.statements import upsert
from bot.store.expecting import WRITTEN, add, of_list, renew
from bot.store.recount import gain, recount
from bot.store.relabel import relabel_scanned, respell
from bot.store.session import Database, one_transaction
from bot.store.tables import AUDIT, EXPECTED, PARCEL_LIST, RETURN
from bot.text import parcel_key

AT_ONCE = 500
"""Rows that are made ready in one go: it takes a hundredth of a second, in which nothing else runs."""
_ROW = tuple(RETURN.c.keys())
STAGED = Table(
    "staged",
    MetaData(),
    Column("place", Integer, primary_key=True),
    *(Column(one.name, one.type) for one in RETURN.c),
    prefixes=["TEMPORARY"],
)
"""Rows of `return_item` that are about to be kept. They live in the one connection: nothing is left after a crash, and
nothing where the database has ended the connection."""
_LISTS = text("return_item.list_id <> ''")  # in the words of the partial index
_STAGED = CreateTable(STAGED, if_not_exists=True)
_TRIES = 2


class ListStore:
    """Implements `bot.handover.dropped.ListKeeper`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, brought: Brought, parts: Sequence[Part]) -> Stored:
        """Keeps a list with all its parts, puts each on record, and counts anew for those who are present.

        What shows is changed in one transaction: a page that came in between would call out parcels that only a later
        row of the same list names. The rows are brought near it before, in many short ones, so that a code in the
        meantime waits for some milliseconds and not for all of them.
        """
        try:
            for _ in range(_TRIES):
                for part in parts:
                    for start in range(0, len(part.rows), AT_ONCE):
                        await self._stage(brought.id, part.span, part.rows[start : start + AT_ONCE])
                stored = await self._keep(brought, parts)
                if stored is not None:
                    return stored
                await self._unstage(brought.id)
            raise NotKept("The connection to the database ended again and again while a list was being kept.")
        finally:
            await self._unstage(brought.id)

    @one_transaction
    def _stage(self, connection: Connection, list_id: str, span: Span, rows: Sequence[ExpectedRow]) -> None:
        connection.execute(_STAGED)
        connection.execute(insert(STAGED), said_rows(connection, span, rows, Source.FILE, list_id))

    @one_transaction
    def _unstage(self, connection: Connection, list_id: str) -> None:
        connection.execute(_STAGED)
        connection.execute(delete(STAGED).where(STAGED.c.list_id == list_id))

    @one_transaction
    def _keep(self, connection: Connection, brought: Brought, parts: Sequence[Part]) -> Stored | None:
        """None where rows are gone that were made ready: they went with the connection, and their list is not kept."""
        connection.execute(_STAGED)
        if _count(connection, STAGED, STAGED.c.list_id == brought.id) != sum(len(part.rows) for part in parts):
            return None
        counted: list[Counted] = []
        renewed: dict[str, int] = {}
        connection.execute(insert(PARCEL_LIST), [_list_values(brought)])
        for part in parts:
            here = and_(STAGED.c.location_id == part.span.location_id, STAGED.c.list_id == brought.id)
            # Two rows may be one parcel by now: by the id that it came under, and by the one it was listed by.
            ready = select(*(STAGED.c[name] for name in _ROW)).where(here, text("true")).order_by(STAGED.c.place)
            put = upsert(RETURN).from_select(_ROW, ready)
            connection.execute(put.on_conflict_do_nothing(index_elements=["ref"]))
            before = _named_before(connection, part.span.location_id, brought.id)
            for list_id, n in before.lists.items():
                renewed[list_id] = renewed.get(list_id, 0) + n
            keys = select(RETURN.c.key).where(of_list(part.span.location_id, brought.id))
            add(connection, part.span.location_id, brought.id)
            record(connection, part.span.location_id, part.event)
            listed = list(connection.scalars(keys))
            scanned = relabel_scanned(connection, part.span.location_id, listed, part.span.now)
            missing = recount(connection, part.span)
            gain(connection, scanned)
            awaited = sum(row.state is State.AWAITED for row in part.rows)
            counted.append(Counted(awaited - before.awaited, before.awaited, before.off, missing))
        lists, others = _renewed(connection, renewed)
        return Stored(counted, lists, others)

    @one_transaction
    def find(self, connection: Connection, list_id: str) -> tuple[Brought, Sequence[str]] | None:
        """A list, and the ids of the locations where it has rows; None where there is none."""
        row = connection.execute(select(PARCEL_LIST).where(PARCEL_LIST.c.id == list_id)).first()
        if row is None:
            return None
        at = select(RETURN.c.location_id).where(RETURN.c.list_id == list_id, _LISTS).distinct()
        return _brought(row), tuple(connection.scalars(at.order_by(RETURN.c.location_id)))

    @one_transaction
    def take_back(self, connection: Connection, list_id: str, parts: Sequence[Part]) -> Undone:
        """Takes the list's rows away from the locations of `parts`; what others say of its parcels counts again."""
        gone = restored = 0
        for part in parts:
            location_id = part.span.location_id
            here = of_list(location_id, list_id)
            named = select(RETURN.c.key).where(here)
            all_of_it = _count(connection, RETURN, here)
            if not all_of_it:
                continue
            renew(connection, location_id, named, without=list_id)
            still = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.key.in_(named))
            left = _count(connection, EXPECTED, still)
            connection.execute(delete(RETURN).where(here))
            gone, restored = gone + all_of_it - left, restored + left
            record(connection, location_id, part.event)
            recount(connection, part.span)
        if parts and not _count(connection, RETURN, and_(RETURN.c.list_id == list_id, _LISTS)):
            done = {"taken_back_by": parts[0].event.by, "taken_back_at": parts[0].event.at}
            untouched = and_(PARCEL_LIST.c.id == list_id, PARCEL_LIST.c.taken_back_at.is_(None))
            connection.execute(update(PARCEL_LIST).where(untouched).values(done))
        return Undone(gone, restored)

    @one_transaction
    def recent(self, connection: Connection, location_ids: Sequence[str], since: datetime, most: int) -> list[Offered]:
        """Lists with rows at these locations, the newest first."""
        query = (
            select(PARCEL_LIST)
            .where(PARCEL_LIST.c.at > since, PARCEL_LIST.c.taken_back_at.is_(None))
            .where(
                select(RETURN.c.ref)
                .where(RETURN.c.list_id == PARCEL_LIST.c.id, _LISTS, RETURN.c.location_id.in_(location_ids))
                .exists()
            )
            .order_by(PARCEL_LIST.c.at.desc(), PARCEL_LIST.c.id)
            .limit(most)
        )
        found = []
        for row in connection.execute(query).all():
            by_place = (
                select(RETURN.c.location_id, func.count())
                .where(RETURN.c.list_id == row.id, _LISTS, RETURN.c.location_id.in_(location_ids))
                .group_by(RETURN.c.location_id)
                .order_by(RETURN.c.location_id)
            )
            places: dict[str, int] = {row[0]: row[1] for row in connection.execute(by_place)}
            found.append(Offered(_brought(row), sum(places.values()), tuple(places)))
        return found


class _Before:
    """What earlier lists said of the parcels of a new one."""

    def __init__(self) -> None:
        self.awaited = self.off = 0
        self.lists: dict[str, int] = {}


def _named_before(connection: Connection, location_id: str, list_id: str) -> _Before:
    same = and_(EXPECTED.c.location_id == RETURN.c.location_id, EXPECTED.c.key == RETURN.c.key)
    query = (
        select(EXPECTED.c.list_id, EXPECTED.c.state, RETURN.c.end, func.count())
        .select_from(RETURN)
        .join(EXPECTED, same)
        .where(of_list(location_id, list_id))
        .group_by(EXPECTED.c.list_id, EXPECTED.c.state, RETURN.c.end)
    )
    before = _Before()
    for earlier, was, now, n in connection.execute(query).all():
        before.lists[earlier] = before.lists.get(earlier, 0) + n
        if now == "":
            before.awaited += n
        elif was == State.AWAITED:
            before.off += n
    return before


def _renewed(connection: Connection, parcels: dict[str, int]) -> tuple[list[Renewed], int]:
    most = sorted((one for one in parcels if one), key=lambda one: -parcels[one])[:NAMED]
    rows = {row.id: row for row in connection.execute(select(PARCEL_LIST).where(PARCEL_LIST.c.id.in_(most)))}
    named = [Renewed(_brought(rows[one]), parcels[one]) for one in most if one in rows]
    return named, sum(parcels.values()) - sum(one.parcels for one in named)


def said_rows(
    connection: Connection, span: Span, rows: Sequence[ExpectedRow], source: Source, list_id: str = ""
) -> list[dict[str, Any]]:
    """What rows of a list say of their parcels, as rows of `return_item`.

    Args:
        connection: of the caller's transaction.
        span: where they are listed, and when.
        rows: the list's.
        source: who says so.
        list_id: empty for what was announced.
    """
    said = [_said(span, row) | {"known_from": source.value, "list_id": list_id} for row in rows]
    respell(connection, span.location_id, said)
    return [one | {"ref": ref_of_row(span.location_id, one["key"], list_id)} for one in said]


def _said(span: Span, row: ExpectedRow) -> dict[str, Any]:
    return {
        **dict.fromkeys(("shipment_id", "kind", "action", "status", "shipment_status"), ""),
        **dict.fromkeys(("instead", "instead_key", "matched_by"), ""),
        "location_id": span.location_id,
        "key": parcel_key(row.tracking_id),
        "tracking_id": row.tracking_id,
        **{name: getattr(row, name) for name in WRITTEN},
        "expected_on": row.expected_on,
        "end": "" if row.state is State.AWAITED else row.state.value,
        "updated_at": span.now,
        "heard_at": span.now,
        "apart": True,
        "said": {},
        "forward": parcel_key(row.forward) if row.forward else "",
    }


def record(connection: Connection, location_id: str, event: Event) -> None:
    """Puts an event of a location's lists on record."""
    entry = AuditEntry(location_id=location_id, what=event.what, at=event.at, by=event.by, detail=event.detail)
    connection.execute(insert(AUDIT), [entry.model_dump()])


def _list_values(brought: Brought) -> dict[str, Any]:
    return {
        "id": brought.id,
        "location_id": brought.location_id,
        "by": brought.by,
        "at": brought.at,
        "name": brought.file.name,
        "file_id": brought.file.id,
        "sheet": brought.sheet,
    }


def _brought(row: Row[Any]) -> Brought:
    return Brought(
        row.id,
        row.location_id,
        row.by,
        row.at,
        File(row.file_id, row.name),
        row.sheet,
        row.taken_back_by,
        row.taken_back_at,
    )


def _count(connection: Connection, table: Any, which: Any) -> int:
    return int(connection.execute(select(func.count()).select_from(table).where(which)).scalar_one())
