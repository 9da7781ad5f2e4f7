"""Makes what is expected of a parcel out of all that is said of it: by items of returns, and by lists.

`expected` is an index: what stands in it can be made anew at any time (`renew`). It comes out the same whatever came in
which order, as what was said last about a field stands.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    text,
    union_all,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert

from bot.handover.announcing import NAMES
from bot.handover.returns import NEVER_COMES
from bot.lists.model import State
from bot.store.tables import EXPECTED, LISTED, RETURN

AT_ONCE = 500
WRITTEN = ("return_id", "order_item_id", "reason")
_LABEL = ("forward", "instead", "instead_key", "matched_by")
SAID = (
    *("location_id", "key", "tracking_id", *WRITTEN, "expected_on", "source", "listed_at", "said_at", "state"),
    *("list_id", *_LABEL),
)
"""What a list says of a parcel, and what is expected of it."""
_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_BLANK = {
    **dict.fromkeys((*WRITTEN, *_LABEL, "source", "list_id"), ""),
    **dict.fromkeys(("listed_at", "said_at"), _EVER),
    "expected_on": None,
}
_NEVER = and_(RETURN.c.end == "", RETURN.c.action.icontains(NEVER_COMES))
_STATE = case((RETURN.c.end != "", RETURN.c.end), (_NEVER, State.CANCELLED.value), else_=State.AWAITED.value)
_RANK = case({State.AWAITED.value: 0, State.COMPLETED.value: 1, State.REJECTED.value: 2}, value=_STATE, else_=3)
"""Several items may come in one parcel: it comes as long as one of them does."""
_SOURCE = case({source.value: name for source, name in NAMES.items()}, value=RETURN.c.known_from, else_="")


def renew(
    connection: Connection, location_id: str, keys: Sequence[str] | Select[tuple[str]], without: str = ""
) -> None:
    """Makes what is expected of these parcels anew; each row keeps its place among those that were listed.

    Args:
        connection: of the caller's transaction.
        location_id: where they are expected.
        keys: the parcels' keys, or what selects them from `listed`.
        without: a list that does not count any more.
    """
    if isinstance(keys, Select):
        _renew(connection, location_id, keys, without)
        return
    for at in range(0, len(keys), AT_ONCE):
        _renew(connection, location_id, keys[at : at + AT_ONCE], without)


def add(connection: Connection, location_id: str, list_id: str) -> None:
    """`renew` for the parcels of a list that was just kept: on top of what is there, if nothing was said since."""
    mine = and_(LISTED.c.location_id == location_id, LISTED.c.list_id == list_id)
    same = and_(EXPECTED.c.location_id == LISTED.c.location_id, EXPECTED.c.key == LISTED.c.key)
    since = select(LISTED.c.key).join(EXPECTED, same).where(mine, EXPECTED.c.said_at >= LISTED.c.said_at)
    keys = list(connection.scalars(since))
    every = select(*(LISTED.c[name] for name in SAID)).where(mine).order_by(LISTED.c.id)
    connection.execute(renewing(upsert(EXPECTED).from_select(list(SAID), every)))
    renew(connection, location_id, keys)


def _renew(connection: Connection, location_id: str, keys: Any, without: str) -> None:
    here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.key.in_(keys))
    connection.execute(update(EXPECTED).where(here).values(_BLANK))
    listed = and_(LISTED.c.location_id == location_id, LISTED.c.key.in_(keys))
    of_lists = select(*(LISTED.c[name] for name in SAID), literal(0).label("kind"), LISTED.c.id.label("place"))
    if without:
        listed &= LISTED.c.list_id != without
    said = union_all(of_lists.where(listed), _of_items(location_id, keys)).subquery()
    # Of two of one moment a list's word comes before Flipkart's.
    order = (said.c.said_at, said.c.listed_at, said.c.kind, said.c.place)
    # Without a condition SQLite takes what follows for a join's.
    every = select(*(said.c[name] for name in SAID)).where(text("true")).order_by(*order)
    connection.execute(renewing(upsert(EXPECTED).from_select(list(SAID), every)))
    connection.execute(delete(EXPECTED).where(here, EXPECTED.c.listed_at == _EVER))


def _of_items(location_id: str, keys: Any) -> Select[Any]:
    """One row for each parcel with items in it: what its first item says, of those that decide whether it comes."""
    heard = func.max(RETURN.c.heard_at).over(partition_by=RETURN.c.key)
    told = func.max(RETURN.c.updated_at).over(partition_by=(RETURN.c.key, _RANK))
    values: dict[str, ColumnElement[Any]] = {
        **{name: RETURN.c[name] for name in ("location_id", "key", "tracking_id", *WRITTEN, "expected_on")},
        "source": _SOURCE,
        "listed_at": heard,
        # Nothing was said later than it was heard, whatever its own clock says.
        "said_at": func.min(func.coalesce(told, heard), heard),
        "state": _STATE,
        "list_id": literal(""),
        "forward": literal(""),
        "instead": case((RETURN.c.matched_by != "", RETURN.c.instead), else_=""),
        **{name: RETURN.c[name] for name in ("instead_key", "matched_by")},
    }
    first = func.row_number().over(partition_by=RETURN.c.key, order_by=(_RANK, RETURN.c.ref)).label("first")
    items = (
        select(*(value.label(name) for name, value in values.items()), first)
        .where(RETURN.c.location_id == location_id, RETURN.c.key.in_(keys))
        .subquery()
    )
    chosen = [items.c[name] for name in SAID]
    return select(*chosen, literal(1).label("kind"), literal(0).label("place")).where(items.c.first == 1)


def renewing(put: Any, table: Any = EXPECTED) -> Any:
    """An insert that renews a row: what was said last stands, and what it does not say stays as it was."""
    told, known = put.excluded, table.c
    last = told.said_at >= known.said_at
    newer: dict[str, Any] = {
        name: case((last, told[name]), else_=known[name])
        for name in ("tracking_id", "source", "state", "list_id", "said_at")
    }
    for name in (*WRITTEN, *_LABEL):
        stands = and_(known[name] != "", ~last)
        newer[name] = case((told[name] == "", known[name]), (stands, known[name]), else_=told[name])
    newer["expected_on"] = case(
        (last, func.coalesce(told.expected_on, known.expected_on)),
        else_=func.coalesce(known.expected_on, told.expected_on),
    )
    newer["listed_at"] = case((told.listed_at > known.listed_at, told.listed_at), else_=known.listed_at)
    keys = ["location_id", "key"] if table is EXPECTED else ["location_id", "key", "list_id"]
    return put.on_conflict_do_update(index_elements=keys, set_=newer)
