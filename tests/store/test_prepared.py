"""A prepared statement does what SQLAlchemy would do with it, value for value."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from bot.handover.model import Shipment, built
from bot.store.handovers import HandoverStore
from bot.store.prepared import Prepared, _compiled
from bot.store.rows import SHIPMENT_FIELDS, fields_of, values_of
from bot.store.session import Database
from bot.store.tables import HANDOVER, SHIPMENT
from tests.examples import examples
from tests.store.conftest import NOW
from tests.store.people import arrive, arriving

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=ZONES)  # noqa: DTZ001 - zones are drawn
SHIPMENTS = st.builds(
    Shipment,
    tracking_id=TEXTS,
    shipment_id=TEXTS,
    status=TEXTS,
    reason=TEXTS,
    actual_flyer_id=TEXTS,
    captured_flyer_id=TEXTS,
    flyer_status=TEXTS,
    obd_eligible=st.booleans(),
    obd_remark=TEXTS,
    image_links=st.lists(TEXTS, max_size=3),
    scanned_at=st.none() | MOMENTS,
)
NAMES = ("handover_id", "first_seen", "key", *SHIPMENT_FIELDS)
PARCELS = Prepared(insert(SHIPMENT).inline(), NAMES)


def raw(connection: Connection) -> list[Any]:
    """What the file holds, before any type has looked at it."""
    return connection.exec_driver_sql(f"SELECT {', '.join(NAMES)} FROM shipment ORDER BY id").fetchall()  # type: ignore[return-value]  # noqa: S608


@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SHIPMENTS, min_size=1, max_size=6, unique_by=lambda one: one.key))
async def test_rows_are_written_as_sqlalchemy_writes_them(database: Database, parcels: list[Shipment]) -> None:
    handovers = HandoverStore(database, lambda: NOW)
    h = await handovers.get(f"{1:032x}") or await arrive(handovers)

    def work(connection: Connection) -> None:
        more = {"handover_id": h.id, "first_seen": NOW}
        connection.execute(
            insert(SHIPMENT), [{**values_of(one), **more, "key": f"k{n}"} for n, one in enumerate(parcels)]
        )
        theirs = raw(connection)
        connection.execute(SHIPMENT.delete())
        PARCELS.run_many(connection, [(h.id, NOW, f"k{n}", *fields_of(one)) for n, one in enumerate(parcels)])
        assert raw(connection) == theirs
        connection.execute(SHIPMENT.delete())

    await database.run(work)


@given(st.none() | MOMENTS)
@settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_one_row_is_changed_and_found_by_values_and_by_constants(
    database: Database, moment: datetime | None
) -> None:
    handovers = HandoverStore(database, lambda: NOW)
    h = await handovers.get(f"{1:032x}") or await arrive(handovers)
    change = Prepared(
        update(HANDOVER).where(HANDOVER.c.id == bindparam("this"), HANDOVER.c.location_id == "LOC1"),
        ("counted_at", "unsaid", "this"),
    )
    query = select(HANDOVER.c.fe_id).where(HANDOVER.c.id == bindparam("this"), HANDOVER.c.location_id == "LOC1")

    def work(connection: Connection) -> list[Any]:
        change.run(connection, (moment, ["P1"], h.id))
        change.run(connection, (NOW, ["P2"], "f" * 32))
        return Prepared(query, ("this",)).run(connection, (h.id,))

    assert await database.run(work) == [(h.fe_id,)]
    after = await handovers.get(h.id)
    assert after is not None
    assert (after.counted_at, after.unsaid) == (moment and moment.astimezone(UTC), ["P1"])


async def test_an_error_of_the_driver_is_sqlalchemys_and_tells_no_values(database: Database) -> None:
    h = await arrive(HandoverStore(database, lambda: NOW))
    row = (h.id, NOW, "K", *fields_of(Shipment(tracking_id="FMPP-SECRET")))
    with pytest.raises(IntegrityError) as caught:
        await database.run(lambda connection: PARCELS.run_many(connection, [row, row]))
    assert "FMPP-SECRET" not in str(caught.value)
    first = Prepared(insert(SHIPMENT).inline(), NAMES)
    with pytest.raises(IntegrityError):
        await database.run(lambda connection: first.run(connection, ("nobody", *row[1:])))
    assert database.problem is None


def test_a_database_that_takes_values_by_name_is_given_them_by_name() -> None:
    query = select(HANDOVER.c.fe_id).where(HANDOVER.c.id == bindparam("this"), HANDOVER.c.location_id == "LOC1")
    made = _compiled(query, ("this",), postgresql.dialect())  # type: ignore[no-untyped-call]
    assert made.order is None
    assert dict(zip(made.names, ("h1", *made.constants), strict=True)) == {"this": "h1", "location_id_1": "LOC1"}
    assert "%(this)s" in made.sql
    assert "%(location_id_1)s" in made.sql


def test_what_is_built_is_what_is_constructed() -> None:
    values = values_of(Shipment(tracking_id="P1", image_links=["a"], scanned_at=NOW))
    one, other = built(Shipment, dict(values)), Shipment.model_construct(**values)
    assert one == other
    assert repr(one) == repr(other)
    assert one.model_fields_set == other.model_fields_set
    changed = one.model_copy(update={"status": "REJECTED"})
    assert (one.status, changed.status) == ("", "REJECTED")
    assert changed != one


def test_a_copy_of_a_handover_is_all_of_it_and_shares_the_names_of_its_fields() -> None:
    one = arriving("a" * 32).handover
    copies = [one.model_copy(update={"fe_name": f"FE {n}"}) for n in range(2)]
    assert [copy.fe_name for copy in copies] == ["FE 0", "FE 1"]
    assert copies[0].model_copy(update={"fe_name": one.fe_name}) == one
    assert copies[0].model_fields_set is copies[1].model_fields_set, "2 KB more of each handover that is held"
    assert copies[0].model_fields_set == set(type(one).model_fields)
