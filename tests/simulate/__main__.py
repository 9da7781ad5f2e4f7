"""Plays an hour with 3 and with 30 copies, of which one after the other dies, and prints what came of it."""

import argparse
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.simulate.sellers import HOUR, sellers
from tests.simulate.world import World

CALM = 300.0
"""Seconds until the copies have settled, which are not counted."""
EVERY = 120.0
"""Between two copies that end."""
AWAY = 30.0
"""Until a killed one is started again."""
STOPPED = 40.0
"""For which one is stopped."""


@dataclass
class Outcome:
    """What an hour came to."""

    copies: int
    shards: tuple[int, int]
    handovers: tuple[int, int]
    looks: tuple[float, float]
    busiest: int
    longest_free: float
    longest: float
    longest_short: float
    usual: float
    late: float
    most_calls: int
    moves: int
    gaps: Counter[int]
    """How often a gap had as many tenths of an interval."""


def play(copies: int, number: int, handovers: int, seed: int, hours: float = 1.0) -> Outcome:
    """An hour in which every two minutes a copy is killed, stopped, or ended in order, in turn."""
    chance = random.Random(seed)
    world = World(sellers(number, handovers, chance), copies, chance)
    world.run(CALM)
    shards = Counter(world.owners.values())
    of_copies = Counter[int]()
    for shard, owner in world.owners.items():
        of_copies[owner] += sum(place.handovers for place in world.by_shard[shard])
    before = {copy.number: copy.looks for copy in world.copies.values()}
    world.run(60.0)
    looks = [(copy.looks - before[copy.number]) / 60 for copy in world.copies.values()]
    world.gaps.clear()
    world.longest, world.longest_free = {False: 0.0, True: 0.0}, 0.0
    world.moves = 0
    ends = ("kill", "stop", "leave")
    for n in range(int(hours * HOUR / EVERY)):
        copy = chance.choice(list(world.copies.values()))
        what = ends[n % len(ends)]
        if what == "kill":
            world.kill(copy)
        elif what == "stop":
            world.stop(copy)
        else:
            world.leave(copy)
        world.run(STOPPED if what == "stop" else AWAY)
        if what == "stop":
            world.go_on(copy)
        else:
            world.join()
        world.run(EVERY - (STOPPED if what == "stop" else AWAY))
    total = world.gaps.total()
    return Outcome(
        copies=copies,
        shards=(min(shards.values()), max(shards.values())),
        handovers=(min(of_copies.values()), max(of_copies.values())),
        looks=(min(looks), max(looks)),
        busiest=max(copy.busiest for copy in world.copies.values()),
        longest_free=world.longest_free,
        longest=world.longest[False],
        longest_short=world.longest[True],
        usual=_share_within(world.gaps, 11) / total,
        late=1 - _share_within(world.gaps, 15) / total,
        most_calls=max(seller.most for seller in world.sellers.values()),
        moves=world.moves,
        gaps=world.gaps,
    )


def _share_within(gaps: Counter[int], tenths: int) -> int:
    return sum(n for gap, n in gaps.items() if gap <= tenths)


def chart(outcomes: list[Outcome], file: Path) -> None:
    """How many intervals lay between two looks, on a logarithmic axis: what is late is rare."""
    from matplotlib.figure import Figure  # noqa: PLC0415 - half a second, and not needed for the table

    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    for n, one in enumerate(outcomes):
        total, left = one.gaps.total(), one.gaps.total()
        places, shares = [], []
        for gap in range(max(one.gaps) + 1):
            places.append(gap / 10)
            shares.append(100 * left / total)
            left -= one.gaps[gap]
        axes.step(places, shares, where="mid", label=f"{one.copies} copies", color=("#1264a3", "#e8912d")[n % 2])
    axes.axvline(2, color="#999999", linewidth=1, linestyle=":")
    axes.set_yscale("log")
    axes.set_xlabel("intervals between two looks at one thing")
    axes.set_ylabel("% of looks that came as late")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(file, dpi=150)


def main() -> None:
    """Prints a table."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulate", description=__doc__)
    parser.add_argument("copies", nargs="*", type=int, default=[3, 30])
    parser.add_argument("--sellers", type=int, default=1000)
    parser.add_argument("--handovers", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--chart", type=Path, help="a PNG of how late looks came")
    given = parser.parse_args()
    outcomes = []
    for copies in given.copies:
        began = time.monotonic()
        outcomes.append(play(copies, given.sellers, given.handovers, given.seed))
        print(f"{copies} copies: an hour took {time.monotonic() - began:.0f} s")
    heads = [f"{given.sellers:,} sellers, {given.handovers:,} FEs", *(f"{n} copies" for n in given.copies)]
    print(f"\n| {' | '.join(heads)} |")
    print("|---" * len(heads) + "|")
    for name, say in ROWS.items():
        print(f"| {name} | " + " | ".join(say(one) for one in outcomes) + " |")
    if given.chart:
        chart(outcomes, given.chart)


ROWS: dict[str, Callable[[Outcome], str]] = {
    "shards of a copy, least and most": lambda o: f"{o.shards[0]} to {o.shards[1]}",
    "FEs of a copy": lambda o: f"{o.handovers[0]:,} to {o.handovers[1]:,}",
    "looks a second of a copy": lambda o: f"{o.looks[0]:.0f} to {o.looks[1]:.0f}",
    "the same in its busiest second": lambda o: f"{o.busiest:,}",
    "longest without an owner": lambda o: f"{o.longest_free:.0f} s",
    "looks within 1.1 intervals": lambda o: f"{100 * o.usual:.2f} %",
    "looks later than 1.5 intervals": lambda o: f"{100 * o.late:.3f} %",
    "longest gap": lambda o: f"{o.longest:.2f} intervals",
    "the same of sellers whose calls are short": lambda o: f"{o.longest_short:.2f} intervals",
    "most calls of a seller in an hour": lambda o: f"{o.most_calls}",
    "shards handed over in order": lambda o: f"{o.moves}",
}

if __name__ == "__main__":
    main()
