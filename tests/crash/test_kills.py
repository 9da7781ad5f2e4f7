"""A few kills in every run of the tests; `python3 -m tests.crash 300` kills as often as one likes."""

import random
from pathlib import Path

import pytest

from tests.crash.killing import run
from tests.support import world


@pytest.mark.timeout(240)
async def test_killed_at_random_instants(tmp_path: Path) -> None:
    async with world(tmp_path) as one:
        tally = await run(one, 12, random.Random(20))
    assert one.flipkart.codes, "no code was given out, so none could leak"
    assert (tally.lost, tally.doubled, tally.leaked) == (0, 0, 0), str(tally)
    assert tally.messages > 3, str(tally)
