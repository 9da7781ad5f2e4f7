"""Keeps what should arrive at each location, and compares it with what is scanned there."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from bot.handover.events import Event
from bot.handover.expected import Listing, Span
from bot.handover.returns import Source
from bot.lists.model import ExpectedRow
from bot.store.dialects.statements import upsert
from bot.store.expecting import WRITTEN, renew
from bot.store.listed import AT_ONCE, has_list, is_missing
from bot.store.lists import record, said_rows
from bot.store.missing import changed, of_these
from bot.store.recount import gain, is_listed, number, shift
from bot.store.relabel import relabel_scanned
from bot.store.session import Database, one_transaction
from bot.store.tables import EXPECTED, HANDOVER, RETURN, SHIPMENT


class ExpectedStore:
    """Implements `bot.handover.expected.ExpectedKeeper`. Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @one_transaction
    def keep(self, connection: Connection, span: Span, rows: Sequence[ExpectedRow], listed: Event) -> None:
        """Keeps rows, puts `listed` on record, and counts anew for each handover that is present.

        All in one transaction, because a page that came in between would call out parcels that only a later row names.
        It costs what the rows cost, however many are expected: a notification has one or a few. What names nothing new
        is not put on record: a notification may come many times.
        """
        if rows:
            said = said_rows(connection, span, rows, Source.EVENT)
            connection.execute(_announced(), said)
            keep_expected(connection, span, list({str(one["key"]) for one in said}), listed)

    @one_transaction
    def lists(self, connection: Connection, span: Span, most: int) -> Listing:
        """Expected against scanned, `most` ids of each."""
        if span.handover_id is None:
            today = (HANDOVER.c.ended_at.is_(None)) | (HANDOVER.c.ended_at >= span.today)
            there = select(HANDOVER.c.id).where(HANDOVER.c.location_id == span.location_id, today)
            scans: ColumnElement[bool] = SHIPMENT.c.handover_id.in_(there) & (SHIPMENT.c.first_seen >= span.today)
        else:
            scans = SHIPMENT.c.handover_id == span.handover_id
        listed = is_listed(span.location_id)
        queries = (
            (_missing(span), EXPECTED.c.id),
            (_scanned(scans & ~listed), SHIPMENT.c.id),
            (_scanned(scans & listed), SHIPMENT.c.id),
        )
        named: list[tuple[str, ...]] = [
            tuple(connection.scalars(query.order_by(order).limit(most))) for query, order in queries
        ]
        totals = [number(connection, query) for query, _ in queries]
        here = (EXPECTED.c.location_id == span.location_id) & (EXPECTED.c.instead != "")
        others = select(EXPECTED.c.tracking_id, EXPECTED.c.instead).where(here, EXPECTED.c.tracking_id.in_(named[2]))
        listed_as = {row.tracking_id: row.instead for row in connection.execute(others)}
        return Listing(named[0], named[1], named[2], totals[0], totals[1], totals[2], listed_as)

    @one_transaction
    def listed(self, connection: Connection, location_id: str, now: datetime) -> bool:
        """Whether the location has a list that is not too old."""
        return has_list(connection, location_id, now)


def keep_expected(connection: Connection, span: Span, keys: Sequence[str], listed: Event) -> None:
    """`ExpectedStore.keep` for parcels of which something new is kept already."""
    known = _over(connection, keys, lambda some: _known(span.location_id, some))
    before = _missing_of(connection, span, keys)
    renew(connection, span.location_id, keys)
    scanned = relabel_scanned(connection, span.location_id, keys, span.now)
    more = _missing_of(connection, span, keys) - before
    changed(connection, span.location_id, more)
    if len(keys) > known:
        record(connection, span.location_id, listed)
    shift(connection, span, [*keys, *(key for _, key in scanned)], more)
    gain(connection, scanned)


def _announced() -> Any:
    """Puts what was announced in the place of what was before; what is said no more stays as it was said."""
    put = upsert(RETURN)
    told = put.excluded
    newer: dict[str, Any] = {
        name: told[name] for name in ("tracking_id", "end", "updated_at", "heard_at", "known_from")
    }
    for name in (*WRITTEN, "forward", "instead", "instead_key", "matched_by"):
        newer[name] = case((told[name] == "", RETURN.c[name]), else_=told[name])
    newer["expected_on"] = func.coalesce(told.expected_on, RETURN.c.expected_on)
    return put.on_conflict_do_update(index_elements=["ref"], set_=newer)


def _scanned(which: ColumnElement[bool]) -> Select[tuple[str]]:
    return select(SHIPMENT.c.tracking_id).where(which)


def _missing(span: Span) -> Select[tuple[str]]:
    return select(EXPECTED.c.tracking_id).where(is_missing(span.location_id, span.now, span.today.date()))


def _known(location_id: str, keys: Sequence[str]) -> Select[tuple[str]]:
    return select(EXPECTED.c.key).where(EXPECTED.c.location_id == location_id, EXPECTED.c.key.in_(keys))


def _missing_of(connection: Connection, span: Span, keys: Sequence[str]) -> int:
    return of_these(connection, span.location_id, span.now, span.today.date(), keys)


def _over(connection: Connection, keys: Sequence[str], query: Callable[[Sequence[str]], Select[tuple[str]]]) -> int:
    """How many rows a query has over all keys."""
    return sum([number(connection, query(keys[at : at + AT_ONCE])) for at in range(0, len(keys), AT_ONCE)])
