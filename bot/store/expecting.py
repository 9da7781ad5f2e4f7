"""Makes what is expected of a parcel out of all that is said of it: by items of returns, and by lists.

`expected` is an index: what stands in it can be made anew at any time (`renew`). It comes out the same whatever came in
which order, as what was said last about a field stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    case,
    delete,
    func,
    literal,
    select,
    text,
    update,
)

from bot.handover.announcing import NAMES
from bot.handover.returns import NEVER_COMES
from bot.lists.model import State
from bot.store.dialects.statements import at_place, changes_a_row_once, earlier, rows_put, upsert
from bot.store.tables import EXPECTED, RETURN

AT_ONCE = 500
WRITTEN = ("return_id", "order_item_id", "reason")
_LABEL = ("forward", "instead", "instead_key", "matched_by")
SAID = (
    *("location_id", "key", "tracking_id", *WRITTEN, "expected_on", "source", "listed_at", "said_at", "state"),
    *("list_id", *_LABEL),
)
"""What is expected of a parcel."""
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
        keys: the parcels' keys, or what selects them.
        without: a list that does not count any more.
    """
    if isinstance(keys, Select):
        _renew(connection, location_id, keys, without)
        return
    for at in range(0, len(keys), AT_ONCE):
        _renew(connection, location_id, keys[at : at + AT_ONCE], without)


def add(connection: Connection, location_id: str, list_id: str) -> None:
    """`renew` for the parcels of a list that was just kept: on top of what is there, if nothing was said since."""
    mine = of_list(location_id, list_id)
    same = and_(EXPECTED.c.location_id == RETURN.c.location_id, EXPECTED.c.key == RETURN.c.key)
    since = select(RETURN.c.key).join(EXPECTED, same).where(mine, EXPECTED.c.said_at >= RETURN.c.updated_at)
    keys = list(connection.scalars(since))
    _into_expected(connection, mine, _Word(RETURN.c.heard_at, RETURN.c.updated_at, literal(1)))
    renew(connection, location_id, keys)


def of_list(location_id: str, list_id: str) -> ColumnElement[bool]:
    """Of a row of `return_item`: whether it is what this list says of a parcel there."""
    # In the words of the partial index.
    return and_(RETURN.c.list_id == list_id, RETURN.c.location_id == location_id, text("return_item.list_id <> ''"))


def _renew(connection: Connection, location_id: str, keys: Any, without: str) -> None:
    here = and_(EXPECTED.c.location_id == location_id, EXPECTED.c.key.in_(keys))
    connection.execute(update(EXPECTED).where(here).values(_BLANK))
    said = and_(RETURN.c.location_id == location_id, RETURN.c.key.in_(keys), RETURN.c.tracking_id != "")
    _into_expected(connection, and_(said, RETURN.c.list_id != without) if without else said, _word())
    connection.execute(delete(EXPECTED).where(here, EXPECTED.c.listed_at == _EVER))


@dataclass(frozen=True, slots=True)
class _Word:
    """Which rows are one word about a parcel: when it was heard and told, and the number of a row in it."""

    heard: ColumnElement[Any]
    told: ColumnElement[Any]
    number: ColumnElement[Any]


def _word() -> _Word:
    """All items of a parcel, by the first that decides whether it comes. What stands apart is a word for itself."""
    mine = (RETURN.c.key, case((RETURN.c.apart, RETURN.c.ref), else_=""))
    return _Word(
        func.max(RETURN.c.heard_at).over(partition_by=mine),
        func.max(RETURN.c.updated_at).over(partition_by=(*mine, _RANK)),
        func.row_number().over(partition_by=mine, order_by=(_RANK, RETURN.c.ref)),
    )


def _into_expected(connection: Connection, which: ColumnElement[bool], word: _Word) -> None:
    """Puts what the chosen rows say into `expected`, word by word in the order in which it was said."""
    values: dict[str, ColumnElement[Any]] = {
        **{name: RETURN.c[name] for name in ("location_id", "key", "tracking_id", *WRITTEN, "expected_on")},
        "source": _SOURCE,
        "listed_at": word.heard,
        # Nothing was said later than it was heard, whatever its own clock says.
        "said_at": earlier(func.coalesce(word.told, word.heard), word.heard),
        "state": _STATE,
        "instead": case((RETURN.c.matched_by != "", RETURN.c.instead), else_=""),
        **{name: RETURN.c[name] for name in ("list_id", "forward", "instead_key", "matched_by")},
    }
    order: dict[str, ColumnElement[Any]] = {
        "first": word.number,
        "apart": RETURN.c.apart,
        "place": at_place(RETURN),
    }
    said = select(*(one.label(name) for name, one in (values | order).items())).where(which).subquery()
    if not changes_a_row_once(connection):
        connection.execute(_kept(said, said.c.first == 1))
        return
    # The first word of each parcel, then the second of those that have one, and so on: hardly any has three.
    mine = (said.c.location_id, said.c.key)
    nth = func.row_number().over(partition_by=mine, order_by=_in_time(said)).label("nth")
    numbered = select(said, nth).where(said.c.first == 1).subquery()
    for n in count(1):
        if not rows_put(connection, _kept(numbered, numbered.c.nth == n)):
            return


def _in_time(said: FromClause) -> tuple[ColumnElement[Any], ...]:
    # Of two of one moment a list's word comes before Flipkart's.
    return said.c.said_at, said.c.listed_at, said.c.apart.desc(), said.c.place


def _kept(said: FromClause, which: ColumnElement[bool]) -> Any:
    words = select(*(said.c[name] for name in SAID)).where(which).order_by(*_in_time(said))
    return renewing(upsert(EXPECTED).from_select(list(SAID), words))


def renewing(put: Any) -> Any:
    """An insert that renews a row: what was said last stands, and what it does not say stays as it was."""
    told, known = put.excluded, EXPECTED.c
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
    return put.on_conflict_do_update(index_elements=["location_id", "key"], set_=newer)
