"""What is done again and again does not go through those who were here once, however many there are."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text

from bot.store.deliveries import DeliveryStore
from bot.store.due import Look
from bot.store.figures import FigureStore
from bot.store.handovers import HandoverStore
from bot.store.reminders import ReminderStore
from bot.store.session import Database
from bot.store.tables import DELIVERY, HANDOVER, METADATA, Sending
from tests.store.conftest import NOW, ONLY_POSTGRES, ONLY_SQLITE
from tests.store.people import arrive
from tests.tables import Tables

LOOK = Look(NOW, frozenset(["LOC1"]), (0,), urgent=8, counters=8, counted_before=NOW, nowhere=False, papers=1)
Ask = Callable[[Database], Coroutine[Any, Any, Any]]


OVER = 3_000
"""Handovers that are over, whose card and reply are in Slack."""


async def statements(database: Database, work: Callable[[], Coroutine[Any, Any, Any]]) -> list[tuple[str, Any]]:
    """What is asked for meanwhile, with the values."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(database._engine, "before_cursor_execute", note)
    await work()
    event.remove(database._engine, "before_cursor_execute", note)
    assert asked
    return asked


@ONLY_SQLITE
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda database: HandoverStore(database, lambda: NOW).here(), id="who is here"),
        pytest.param(lambda database: HandoverStore(database, lambda: NOW).present("LOC1"), id="present at a location"),
        pytest.param(
            lambda database: HandoverStore(database, lambda: NOW).reconcile("LOC1", [], lambda _: []),
            id="a look around",
        ),
        pytest.param(lambda database: ReminderStore(database).remind(lambda _: [], NOW), id="reminders"),
        pytest.param(lambda database: DeliveryStore(database).next(LOOK), id="what the outbox makes next"),
        pytest.param(
            lambda database: DeliveryStore(database).next(replace(LOOK, nowhere=True)),
            id="what is unsaid at locations that are no more",
        ),
        pytest.param(lambda database: FigureStore(database).look(["LOC1"], NOW), id="what a monitor reads"),
    ],
)
async def test_no_table_is_read_from_end_to_end(database: Database, ask: Ask) -> None:
    await arrive(HandoverStore(database, lambda: NOW))
    asked = await statements(database, lambda: ask(database))
    for statement, parameters in asked:
        plan = [
            str(step["detail"]) for step in await Tables(database).sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        scanned = {step.split()[1] for step in plan if step.startswith("SCAN") and "INDEX handover_" not in step}
        assert not scanned & METADATA.tables.keys(), f"{statement}: {plan}"
        # An index by location alone would still go through all who were ever there.
        assert not [step for step in plan if "SEARCH handover" in step and "(location_id=?)" in step], plan


def looked_at(plan: dict[str, Any]) -> int:
    """How many rows of tables were looked at, by whatever way."""
    rows = sum([looked_at(step) for step in plan.get("Plans", ())])
    if "Relation Name" in plan:
        rows += plan["Actual Loops"] * (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0))
    return int(rows)


@ONLY_POSTGRES
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda database: DeliveryStore(database).next(LOOK), id="usual"),
        pytest.param(lambda database: DeliveryStore(database).next(replace(LOOK, nowhere=True)), id="elsewhere"),
        pytest.param(lambda database: FigureStore(database).look(["LOC1"], NOW), id="monitor"),
    ],
)
async def test_a_look_at_what_is_unsaid_costs_no_more_than_that(database: Database, ask: Ask) -> None:
    """A server that reads a table from end to end where it is small enough is asked with many who are over."""
    await arrive(HandoverStore(database, lambda: NOW))

    def fill(connection: Connection) -> None:
        [here] = connection.execute(select(HANDOVER)).mappings()
        [card] = connection.execute(select(DELIVERY)).mappings()
        ended = {"stage": "closed", "ended_at": NOW, "shown_revision": here["revision"], "shown_at": NOW}
        ids = [f"x{n:031d}" for n in range(OVER)]
        over = [{**here, **ended, "id": one, "fe_id": one} for one in ids]
        said = [
            {**card, "id": 2 * n + place + 10, "about": one, "state": Sending.SENT, "kind": kind}
            for n, one in enumerate(ids)
            for place, kind in enumerate(("card", "reply"))
        ]
        connection.execute(insert(HANDOVER), over)
        connection.execute(insert(DELIVERY), said)
        connection.execute(text("ANALYZE"))

    await database.run(fill)
    asked = await statements(database, lambda: ask(database))
    for statement, parameters in asked:
        [[explained]] = await Tables(database).sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters)
        assert looked_at(explained["Plan"]) < 10, statement
