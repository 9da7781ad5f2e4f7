"""`python3 -m tests.crash [kills]`: a longer run, with a closing line. Needs the environment of `python3 -m tests`."""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.crash.killing import run
from tests.support import world


async def main(kills: int) -> int:
    """Kills, counts, prints; returns the exit code."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        async with world(Path(name)) as one:
            tally = await run(one, kills, random.Random())
    print(f"{tally}, in {time.monotonic() - began:.0f} s")
    return int(tally.lost + tally.doubled + tally.leaked > 0)


sys.exit(asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)))
