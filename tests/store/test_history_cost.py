"""What is done again and again does not go through those who were here once, however many there are."""

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.store.deliveries import DeliveryStore
from bot.store.due import Look
from bot.store.handovers import HandoverStore
from bot.store.reminders import ReminderStore
from bot.store.session import Database
from bot.store.tables import METADATA
from tests.store.conftest import NOW
from tests.store.people import arrive
from tests.tables import Tables

LOOK = Look(NOW, frozenset(["LOC1"]), (0,), urgent=8, counters=8, counted_before=NOW, nowhere=False, papers=1)
Ask = Callable[[Database], Coroutine[Any, Any, Any]]


@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda database: HandoverStore(database, lambda: NOW).present(), id="present"),
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
    ],
)
async def test_no_table_is_read_from_end_to_end(database: Database, ask: Ask) -> None:
    await arrive(HandoverStore(database, lambda: NOW))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, parameters))

    event.listen(database._engine, "before_cursor_execute", note)
    await ask(database)
    event.remove(database._engine, "before_cursor_execute", note)
    assert asked
    for statement, parameters in asked:
        plan = [
            str(step["detail"]) for step in await Tables(database).sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
        scanned = {step.split()[1] for step in plan if step.startswith("SCAN") and "INDEX handover_" not in step}
        assert not scanned & METADATA.tables.keys(), f"{statement}: {plan}"
        # An index by location alone would still go through all who were ever there.
        assert not [step for step in plan if "SEARCH handover" in step and "(location_id=?)" in step], plan
