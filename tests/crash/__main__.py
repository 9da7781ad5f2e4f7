"""`.venv/bin/python -m tests.crash [KILLS] [--seed N] [--postgres]`: kills in three worlds at once, and a closing line.

The exit code is 1 if anything was lost, doubled, leaked, stale, late, unanswered or unrecorded, or if an edge was
never come to, where there are as many kills as edges.
"""

import argparse
import asyncio
import contextlib
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.crash.edges import EDGES, LOSSES, Edge
from tests.crash.killing import run
from tests.crash.verdict import Verdict
from tests.databases import postgres_database
from tests.prepare import ROOT

WORLDS = 3
"""Each is a process of its own with its two simulators."""
MORE = 40
"""Kills that a world may add for edges it has missed: on a slow machine a bot may live too short to come to one."""


def edges_of(world: int) -> tuple[Edge, ...]:
    """Those at which a world kills: its share of them, as one alone would come to none twice, and each loss."""
    own = EDGES[world::WORLDS]
    return own + tuple(one for one in LOSSES if one not in own)


def one_world(kills: int, seed: int, world: int, *, postgres: bool) -> Verdict:
    """A share of the kills."""
    with tempfile.TemporaryDirectory() as name, postgres_database() if postgres else contextlib.nullcontext() as kept:
        edges = edges_of(world)
        more = MORE if kills >= len(edges) else 0
        return asyncio.run(run(Path(name), kills, seed, edges, more=more, elsewhere=kept))


async def elsewhere(kills: int, seed: int, world: int, *, postgres: bool) -> Verdict:
    """The same in another process."""
    command = ["-m", "tests.crash", str(kills), "--seed", str(seed), "--world", str(world)]
    command += ["--postgres"] if postgres else []
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"the world with seed {seed} ended with {process.returncode}")
    found = json.loads(out)
    return Verdict(**found | {"killed_at": Counter(found["killed_at"])})


async def worlds(kills: int, seed: int, *, postgres: bool) -> int:
    """Kills, counts, prints; returns the exit code."""
    began = time.monotonic()
    shares = [kills // WORLDS + (n < kills % WORLDS) for n in range(WORLDS)]
    verdict = Verdict()
    for one in await asyncio.gather(
        *(elsewhere(share, seed + n, n, postgres=postgres) for n, share in enumerate(shares))
    ):
        verdict.add(one)
    for where, times in sorted(verdict.killed_at.items()):
        print(f"{times:5}  {where}")
    missed = [str(edge) for edge in EDGES if not verdict.killed_at[str(edge)]]
    if missed:
        print(f"never came to: {', '.join(missed)}")
    print(f"{verdict}, in {time.monotonic() - began:.0f} s (seed {seed})")
    return int(verdict.faults > 0 or (bool(missed) and kills >= len(EDGES)))


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description="Kills the bot and counts what is lost.")
    parser.add_argument("kills", type=int, nargs="?", default=300)
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--postgres", action="store_true", help="keep everything in PostgreSQL")
    parser.add_argument("--world", type=int, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.world is not None:
        print(json.dumps(vars(one_world(wanted.kills, wanted.seed, wanted.world, postgres=wanted.postgres))))
        return 0
    return asyncio.run(worlds(wanted.kills, wanted.seed, postgres=wanted.postgres))


if __name__ == "__main__":
    sys.exit(main())
