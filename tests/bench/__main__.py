"""`python3 -m tests.bench`: what the bot costs beside what it can't do without. Quote ratios: noise is 10 to 25 %."""

import subprocess
import sys

from tests.prepare import ROOT, prepare

python = prepare()
if sys.prefix != str(ROOT / ".venv"):
    sys.exit(subprocess.call([str(python), "-m", "tests.bench"], cwd=ROOT))

import asyncio  # noqa: E402 - what follows needs the environment that was just made
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from tests.bench import acks, load, pages  # noqa: E402
from tests.bench.processes import seconds_to_connect, write_toml  # noqa: E402
from tests.support import world  # noqa: E402


async def main() -> None:
    """Runs every benchmark and prints its lines."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for room in (pages, load):
            for line in await room.measure(folder):
                print(line, flush=True)
        async with world(folder) as one:
            write_toml(one, arrivals=30, scans=30)
            one.flipkart.arrive("LOC1", "Ram")
            times = [await seconds_to_connect(one) for _ in range(3)]
            print(f"start to connected                 {', '.join(f'{t:.2f}' for t in times)} s", flush=True)
            for line in await acks.measure(one):
                print(line, flush=True)


asyncio.run(main())
