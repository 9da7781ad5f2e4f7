"""Keeps what is told of returns, item by item, and makes what is expected out of it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, and_, select

from bot.handover.events import Event
from bot.handover.expected import Span
from bot.handover.returns import FACTS, Return, Source, Statement, confirmed_again, first_of, left
from bot.lists.model import State
from bot.store.confirmed import completed, with_parcels
from bot.store.dialects.statements import upsert
from bot.store.expected import keep_expected
from bot.store.handovers import keep, load
from bot.store.listed import AT_ONCE
from bot.store.relabel import bear
from bot.store.session import Database, one_transaction
from bot.store.tables import RETURN
from bot.text import parcel_key

_COLUMNS = tuple(one.name for one in RETURN.columns if one.name not in ("apart", "list_id", "forward"))


class ReturnStore:
    """Implements `bot.handover.announcing.ReturnKeeper`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def take(
        self, connection: Connection, statements: Sequence[Statement], spans: Mapping[str, Span], listed: Event
    ) -> None:
        """Keeps statements, and what follows from them for what is expected, at each location in the same transaction.

        Args:
            connection: of the transaction.
            statements: in the order in which they came.
            spans: the day at each of our locations, by their ids.
            listed: what goes on record where something new is expected.
        """
        before = _known(connection, {one.ref for one in statements})
        after = dict(before)
        for one in statements:
            after[one.ref] = (after.get(one.ref) or first_of(one)).after(one)
        moved = [one for ref, one in after.items() if one is not before.get(ref)]
        _write(connection, moved, listed.at)
        for location_id, touched in _touched(moved, before).items():
            if location_id in spans:
                keys = bear(connection, location_id, touched)
                _write(connection, _left(connection, location_id, keys, touched, listed.at), listed.at)
                keep_expected(connection, spans[location_id], keys, listed)
        for location_id, done in _done(moved, before).items():
            if location_id in spans:
                _confirm(connection, location_id, done, spans[location_id].now)


def _touched(moved: Iterable[Return], before: Mapping[str, Return]) -> dict[str, dict[str, str]]:
    """The parcels whose expectation may be another one now: their tracking ids by key, by location."""
    found: dict[str, dict[str, str]] = {}
    for one in moved:
        for state in (before.get(one.ref), one):
            if state is not None and state.location_id and state.key:
                found.setdefault(state.location_id, {})[state.key] = state.tracking_id
    return found


def _done(moved: Iterable[Return], before: Mapping[str, Return]) -> dict[str, set[str]]:
    """The keys of parcels that are completed now and were not, or the other way round, by location."""
    found: dict[str, set[str]] = {}
    for one in moved:
        for state in (before.get(one.ref), one):
            if state is not None and state.location_id and state.key and state.state is State.COMPLETED:
                found.setdefault(state.location_id, set()).add(state.key)
    return found


def _confirm(connection: Connection, location_id: str, keys: Iterable[str], now: datetime) -> None:
    """Keeps how many parcels are completed in each handover that brought one of these."""
    for handover_id in with_parcels(connection, location_id, set(keys), now):
        handover = load(connection, handover_id)
        if handover is not None:
            step = confirmed_again(handover, completed(connection, handover))
            if step.handover != handover:
                keep(connection, handover, step)


def _left(
    connection: Connection, location_id: str, keys: Sequence[str], spelt: Mapping[str, str], now: datetime
) -> list[Return]:
    """Of these labels those in which nothing comes any more, as all of it was moved or given another label."""
    there = set[str]()
    for at in range(0, len(keys), AT_ONCE):
        these = and_(RETURN.c.location_id == location_id, RETURN.c.key.in_(keys[at : at + AT_ONCE]))
        there.update(connection.scalars(select(RETURN.c.key).where(these, ~RETURN.c.apart)))
    return [left(location_id, spelt[key], now) for key in keys if key not in there]


def _write(connection: Connection, moved: Sequence[Return], now: datetime) -> None:
    if moved:
        put = upsert(RETURN)
        newer = {name: put.excluded[name] for name in _COLUMNS if name != "ref"}
        values = [_values(one) | {"heard_at": now} for one in moved]
        connection.execute(put.on_conflict_do_update(index_elements=["ref"], set_=newer), values)


def _known(connection: Connection, refs: Iterable[str]) -> dict[str, Return]:
    some, found = list(refs), dict[str, Return]()
    for at in range(0, len(some), AT_ONCE):
        for row in connection.execute(select(RETURN).where(RETURN.c.ref.in_(some[at : at + AT_ONCE]))):
            found[row.ref] = return_of(row)
    return found


def return_of(row: Row[Any]) -> Return:
    """The item of a row that has all of its columns, and maybe others."""
    said = {name: datetime.fromisoformat(at) for name, at in row.said.items()}
    return Return(
        row.return_id,
        row.order_item_id,
        **{name: row._mapping[name] for name in FACTS},
        updated_at=row.updated_at,
        known_from=Source(row.known_from),
        said=MappingProxyType(said),
        instead=row.instead,
        matched_by=row.matched_by,
        parcel="" if row.return_id or row.order_item_id else row.ref,
    )


def _values(one: Return) -> dict[str, Any]:
    return {
        "ref": one.ref,
        "return_id": one.return_id,
        "order_item_id": one.order_item_id,
        "key": one.key,
        **{name: getattr(one, name) for name in FACTS},
        "updated_at": one.updated_at,
        "known_from": one.known_from.value,
        "instead": one.instead,
        "instead_key": parcel_key(one.instead) if one.matched_by else "",
        "matched_by": one.matched_by,
        "said": {name: at.isoformat() for name, at in one.said.items()},
    }
