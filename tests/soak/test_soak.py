"""A small day, so that the tool does not rot; `python -m tests.soak` plays a whole one."""

import asyncio
import contextlib
import os
import signal
import sys

import pytest

from tests.soak import fastclock

SMALL = ("--hours", "0.07", "--handovers", "3", "--shipments", "60", "--speed", "40", "--busy")


@pytest.mark.slow("a day, if a small one")
@pytest.mark.skipif(not fastclock.is_here() and not os.environ.get("CI"), reason=fastclock.MISSING)
async def test_a_small_day() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.soak", *SMALL),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        said = (await process.communicate())[0].decode()
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    assert process.returncode == 0, said
    last = said.strip().splitlines()[-1]
    assert last.startswith("soak: "), said
    assert "handovers 3, shipments 60" in last, said
    assert "lost 0, doubled 0, leaked 0" in last, said
