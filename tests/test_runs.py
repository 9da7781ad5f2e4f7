"""The two runs of the tests: nothing falls between them, and nothing is slow by accident."""

import asyncio
import sys

import pytest

from tests.prepare import ROOT

WHOLLY_SLOW = {
    "tests/browser/test_card.py",
    "tests/browser/test_day.py",
    "tests/browser/test_demo.py",
    "tests/browser/test_drawn.py",
    "tests/browser/test_keyboard.py",
    "tests/browser/test_dock_work.py",
    "tests/browser/test_claims.py",
    "tests/browser/test_heard.py",
    "tests/browser/test_hindi.py",
    "tests/browser/test_places.py",
    "tests/browser/test_returns.py",
    "tests/browser/test_tour.py",
    "tests/crash/test_kills.py",
    "tests/crash/test_webhooks.py",
    "tests/docs/test_walks.py",
    "tests/outbox/test_hundred.py",
    "tests/releases/test_wheel.py",
    "tests/scenarios/faults/test_backup.py",
    "tests/scenarios/faults/test_copies_stopped.py",
    "tests/scenarios/faults/test_database_disk.py",
    "tests/scenarios/faults/test_database_failover.py",
    "tests/scenarios/faults/test_database_silence.py",
    "tests/soak/test_soak.py",
    "tests/store/test_upgrades_midway.py",
    "tests/test_backups.py",
    "tests/test_demo.py",
    "tests/webhooks/test_command.py",
}
"""Files of which an everyday run runs nothing: who adds one here knows it."""


async def collected(*options: str) -> set[str]:
    """The ids of the tests of a run."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "--collect-only", "-q", "-n", "0", "-p", "no:randomly", *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    ids = [line for line in said.splitlines() if line.startswith("tests/") and "::" in line]
    assert len(ids) == len(set(ids)), "two tests have one id"
    assert f"\n{len(ids)}" in said, "the count that pytest gives is another one"
    return set(ids)


@pytest.mark.slow("imports every test three times")
async def test_everyday_and_slow_are_all() -> None:
    everyday, slow, everything = await asyncio.gather(collected(), collected("-m", "slow"), collected("--all"))
    assert everyday.isdisjoint(slow)
    assert everyday | slow == everything
    files = [{one.partition("::")[0] for one in run} for run in (everyday, everything)]
    assert files[1] - files[0] == WHOLLY_SLOW
    assert len(everyday) > 0.9 * len(everything), "everyday's run is to find what fails"


def test_ci_runs_everything() -> None:
    lines = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.startswith("python3 -m tests ")] == ["python3 -m tests --all"]
