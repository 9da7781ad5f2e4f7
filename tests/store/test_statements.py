"""Words that each database spells in its own way mean the same in both."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.dialects.statements import (
    at_place,
    changes_a_row_once,
    earlier,
    ends,
    is_plain,
    looks_like_slacks,
    place_in,
    rows_put,
    upsert,
)
from bot.store.session import Database
from bot.store.tables import CALL_MINUTE, LANGUAGE, RETURN
from tests.store.conftest import NOW

NEWER = {"calls": CALL_MINUTE.c.calls + 1}


def spelt(statement: sa.ClauseElement, dialect: sa.Dialect) -> str:
    return " ".join(str(statement.compile(dialect=dialect)).split())


@pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=lambda one: one.name)  # type: ignore[no-untyped-call]
@pytest.mark.parametrize(
    ("put", "ending"),
    [
        (upsert(LANGUAGE).on_conflict_do_nothing(), "ON CONFLICT DO NOTHING"),
        (upsert(LANGUAGE).on_conflict_do_nothing(index_elements=["user_id"]), "ON CONFLICT (user_id) DO NOTHING"),
        (
            upsert(CALL_MINUTE).on_conflict_do_update(index_elements=["minute"], set_=NEWER),
            "ON CONFLICT (minute) DO UPDATE SET calls = (flipkart_minute.calls + {})",
        ),
        (
            upsert(CALL_MINUTE).on_conflict_do_update(
                index_elements=[CALL_MINUTE.c.minute], set_={"calls": upsert(CALL_MINUTE).excluded.calls}
            ),
            "ON CONFLICT (minute) DO UPDATE SET calls = excluded.calls",
        ),
    ],
)
def test_what_becomes_of_a_row_that_is_there_is_said_alike(put: sa.Insert, ending: str, dialect: sa.Dialect) -> None:
    value = "?" if dialect.name == "sqlite" else "%(calls_1)s::BIGINT"
    assert spelt(put, dialect).endswith(ending.format(value))


async def first(database: Database, *asked: Any) -> list[Any]:
    return list(await database.run(lambda connection: connection.execute(sa.select(*asked)).one()))


async def test_where_a_text_stands_and_how_it_ends(database: Database) -> None:
    text = sa.literal("FMP%_9")
    found = await first(database, place_in(text, "P%"), place_in(text, "p%"), place_in(text, "FMPX9"))
    assert found == [3, 0, 0]
    found = await first(database, ends(text, "_9"), ends(text, "FMP%_9"), ends(text, "xFMP%_9"), ends(text, "%9"))
    assert [bool(one) for one in found] == [True, True, False, False]


@pytest.mark.parametrize(
    ("text", "plain", "slacks"),
    [
        *(("FMPP0123", True, False), ("F0123", True, True), ("F0ABC?x=1", True, True), ("FMP 1", True, True)),
        *(("https://x.y/F0A", True, False), ("f0ABC", True, False), ("FMP\u00a01", False, True)),
        *(("é", False, False), ("F", True, False), ("", True, False), ("a\tb", False, False)),
    ],
)
async def test_what_kind_of_text_it_is(database: Database, text: str, plain: bool, slacks: bool) -> None:
    slacks = slacks or text.startswith("FMPP")
    found = await first(database, is_plain(sa.literal(text)), looks_like_slacks(sa.literal(text)))
    assert [bool(one) for one in found] == [plain, slacks]


async def test_the_earlier_of_two_moments(database: Database) -> None:
    moments = sa.literal(NOW, RETURN.c.heard_at.type), sa.literal(NOW.replace(hour=1), RETURN.c.heard_at.type)
    found = await first(database, earlier(*moments), earlier(*reversed(moments)))
    assert found == [NOW.replace(hour=1)] * 2


async def test_rows_lie_in_the_order_in_which_they_came(database: Database) -> None:
    def work(connection: sa.Connection) -> list[str]:
        row = {"return_id": "", "order_item_id": "", "known_from": "file", "said": {}}
        connection.execute(sa.insert(RETURN), [row | {"ref": one} for one in ("b", "c", "a")])
        return list(connection.scalars(sa.select(RETURN.c.ref).order_by(at_place(RETURN))))

    assert await database.run(work) == ["b", "c", "a"]


async def test_how_many_rows_were_put_is_known(database: Database) -> None:
    def work(connection: sa.Connection) -> list[int]:
        one = upsert(CALL_MINUTE).values(minute=1, calls=1)
        two = upsert(CALL_MINUTE).from_select(["minute", "calls"], sa.select(sa.literal(2), sa.literal(1)))
        puts = [one.on_conflict_do_nothing(), one.on_conflict_do_nothing()]
        puts += [one.on_conflict_do_update(index_elements=["minute"], set_=NEWER), two]
        return [rows_put(connection, put) for put in puts]

    assert await database.run(work) == [1, 0, 1, 1]
    assert await database.run(changes_a_row_once) is not database.shown.endswith(".db")
