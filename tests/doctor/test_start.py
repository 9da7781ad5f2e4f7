"""What a bot that starts says of itself in its log: the doctor's short form."""

import json
from pathlib import Path

import pytest

from tests.doctor.support import assert_no_secret, well
from tests.support import world
from tests.test_cli import Ended


async def test_a_start_says_what_is_not_well_and_asks_nobody_for_it(tmp_path: Path) -> None:
    async with world(tmp_path) as at:
        bot = well(at)
        (tmp_path / ".env").write_text(f"FLIPKART_APP_SECRET='{bot.env.pop('FLIPKART_APP_SECRET')} '\nLOG_LEVL=INFO\n")
        (tmp_path / ".env").chmod(0o640)
        async with bot.running() as running:
            await running.until(lambda: '"connected"' in running.err)
            asked = [call.name for call in at.flipkart.calls]
        assert_no_secret(bot, Ended(0, "", running.err))
    lines = [json.loads(line) for line in running.err.splitlines()]
    told = [one for one in lines if one["event"] == "something is not as it should be"]
    assert [(one["level"], one["what"]) for one in told] == [
        ("error", ".env"),
        ("warning", "setting FLIPKART_APP_SECRET"),
        ("warning", "setting LOG_LEVL"),
    ]
    assert all(one["todo"] for one in told)
    assert asked.count("token") == 1, "the doctor asked Flipkart for a token of its own"


@pytest.mark.slow("a second for each process")
async def test_a_start_of_what_is_well_says_nothing_of_it(tmp_path: Path) -> None:
    async with world(tmp_path) as at, well(at).running() as running:
        await running.until(lambda: '"connected"' in running.err)
    assert "not as it should be" not in running.err
