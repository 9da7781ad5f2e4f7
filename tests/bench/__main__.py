"""`python3 -m tests.bench`: what the bot costs beside what it can't do without. Quote ratios: noise is 10 to 25 %.

With `--row NAME` one row (or several), with `--quick` each shortly, to see that it works and nothing else. The table is
printed; figures as JSON and the plots go into the folder of `--into`.
"""

import subprocess
import sys

from tests.prepare import ROOT, prepare

python = prepare()
if sys.prefix != str(ROOT / ".venv"):
    sys.exit(subprocess.call([str(python), "-m", "tests.bench", *sys.argv[1:]], cwd=ROOT))

import argparse  # noqa: E402 - what follows needs the environment that was just made
import asyncio  # noqa: E402
import tempfile  # noqa: E402
from pathlib import Path  # noqa: E402

from tests.bench.chart import draw  # noqa: E402
from tests.bench.figures import Figure, table, write_json  # noqa: E402
from tests.bench.rows import ROWS  # noqa: E402


async def main(names: list[str], into: Path, *, quick: bool) -> None:
    """Runs the rows, and prints each as it is ready, and the table at the end."""
    into.mkdir(parents=True, exist_ok=True)
    figures: dict[str, list[Figure]] = {}
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            result = await ROWS[name](Path(folder), quick=quick)
        figures[name] = list(result.figures)
        print("\n".join([f"== {name}", *([table(figures[name])] if figures[name] else []), *result.lines]), flush=True)
        for plot in result.plots:
            print(f"drawn: {draw(plot, into)}", flush=True)
        write_json(into / "bench.json", figures, quick=quick)
    print(f"\n{table([one for found in figures.values() for one in found])}\n\nas JSON: {into / 'bench.json'}")


parser = argparse.ArgumentParser(prog="python3 -m tests.bench", description=__doc__)
parser.add_argument("--row", action="append", choices=list(ROWS), help="this row (may be given again)")
parser.add_argument("--quick", action="store_true", help="each row shortly: its figures mean nothing then")
parser.add_argument("--into", type=Path, default=Path(tempfile.gettempdir()) / "otc-bot-bench", help="folder")
given = parser.parse_args()
asyncio.run(main(given.row or list(ROWS), given.into, quick=given.quick))
