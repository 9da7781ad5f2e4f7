"""A few kills in every run of the tests; `.ci/run` kills 300 times, and `-m tests.crash` as often as one likes."""

from pathlib import Path

import pytest

from tests.crash.edges import LOSSES, Edge
from tests.crash.killing import run
from tests.scenarios.faults.marks import fault


@pytest.mark.slow("a real bot, killed eight times")
@fault("Process", "`kill -9` at any point", keeps=(1, 2, 3, 4, 5, 6))
async def test_killed_at_edges_and_at_random_instants(tmp_path: Path) -> None:
    verdict = await run(tmp_path, 8, 20)
    assert verdict.faults == 0, str(verdict)
    assert verdict.messages > 3, str(verdict)


@pytest.mark.slow("a real bot, killed four times")
@pytest.mark.parametrize("edge", LOSSES, ids=str)
async def test_killed_with(tmp_path: Path, edge: Edge) -> None:
    verdict = await run(tmp_path, 3, 21, (edge,), more=1)
    assert verdict.killed_at[str(edge)], "the database was never lost"
    assert verdict.faults == 0, str(verdict)
