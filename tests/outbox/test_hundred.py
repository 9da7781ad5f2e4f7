"""A hundred live threads: no card older than it must be, and nothing that Slack refuses."""

from pathlib import Path

import pytest

from bot.outbox.pacer import STALE_SECONDS
from tests.outbox.hundred import hour


@pytest.mark.slow("three thousand edits, each with its transactions")
@pytest.mark.timeout(1800)
async def test_a_hundred_live_threads(tmp_path: Path) -> None:
    found = await hour(tmp_path)
    assert found.refused == 0, f"Slack refused {found.refused} calls"
    assert found.same == 0, f"{found.same} edits changed nothing"
    assert 0.99 <= len(found.edits) / found.sendable <= 1.0, f"{len(found.edits)} edits of {found.sendable}"
    # All hundred came within half a minute: that is over after their second round.
    oldest = found.oldest(since=2 * found.floor)
    assert oldest <= 1.1 * found.floor, f"a card is {oldest:.0f} s old; {found.floor:.0f} are needed"
    assert len(found.stages) == 60
    assert max(found.stages) <= 3, f"a stage waited for {max(found.stages):.1f} s"


@pytest.mark.slow("two hundred edits, each with its transactions")
async def test_few_threads_leave_a_reserve(tmp_path: Path) -> None:
    found = await hour(tmp_path, threads=20, minutes=5, stages=8)
    assert found.refused == 0, f"Slack refused {found.refused} calls"
    assert len(found.stages) == 8
    assert max(found.stages) <= 1, f"a stage waited for {max(found.stages):.1f} s"
    assert found.oldest() <= STALE_SECONDS + 10, f"a card is {found.oldest():.0f} s old"
