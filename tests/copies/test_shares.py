"""Who has which shard: even, with few moves, and without two who fight over one."""

import random
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from bot.copies.shards import EVERY, SHARDS, shard_of
from bot.copies.shares import Share, share


@dataclass
class World:
    """Copies over one table of locks. Each looks, and acts on what it saw later, when others may have acted."""

    copies: set[int]
    owners: dict[int, int] = field(default_factory=dict)
    moves: int = 0
    """Shards that were let go."""
    plans: dict[int, Share] = field(default_factory=dict)

    def look(self, copy: int) -> None:
        if copy in self.copies or copy in self.owners.values():
            self.plans[copy] = share(copy, set(self.copies), dict(self.owners))

    def act(self, copy: int) -> None:
        plan = self.plans.pop(copy, None)
        if plan is None:
            return
        for shard in plan.let_go:
            assert self.owners.get(shard) == copy, "only what one has is let go"
            del self.owners[shard]
            self.moves += 1
        for shard in plan.take:
            self.owners.setdefault(shard, copy)  # as the lock does: who comes first has it

    def dies(self, copy: int) -> None:
        self.copies.discard(copy)
        self.plans.pop(copy, None)
        self.owners = {shard: owner for shard, owner in self.owners.items() if owner != copy}

    def settle(self, rounds: int = 6) -> None:
        for _ in range(rounds):
            for copy in sorted(self.copies | set(self.owners.values())):
                self.look(copy)
                self.act(copy)

    def counts(self) -> list[int]:
        held = Counter(self.owners.values())
        return sorted(held[copy] for copy in self.copies)


def is_even(world: World) -> bool:
    counts = world.counts()
    return sum(counts) == SHARDS and counts[-1] - counts[0] <= 1


copies = st.sets(st.integers(1, 500), min_size=1, max_size=80)


@given(copies, st.dictionaries(st.sampled_from(EVERY), st.integers(1, 500)), st.randoms())
def test_whatever_was_before_it_becomes_even_although_all_act_on_what_they_saw_earlier(
    there: set[int], before: dict[int, int], chance: random.Random
) -> None:
    world = World(there, {shard: owner for shard, owner in before.items() if owner in there})
    for _ in range(12):
        order = [(copy, what) for copy in sorted(there) for what in (world.look, world.act)]
        chance.shuffle(order)
        for copy, what in order:
            what(copy)
    world.plans.clear()
    world.settle()
    assert is_even(world)
    moves = world.moves
    world.settle()
    assert world.moves == moves, "what is even stays as it is"


@given(copies, st.integers(501, 600))
def test_a_copy_that_comes_is_given_its_share_and_nothing_else_moves(there: set[int], comes: int) -> None:
    world = World(set(there))
    world.settle()
    before, world.moves = dict(world.owners), 0
    world.copies.add(comes)
    world.settle()
    assert is_even(world)
    assert world.moves == SHARDS // len(world.copies)
    assert all(owner in (before[shard], comes) for shard, owner in world.owners.items())


@given(copies.filter(lambda some: len(some) > 1), st.data())
def test_when_a_copy_dies_only_what_it_had_moves(there: set[int], data: st.DataObject) -> None:
    world = World(set(there))
    world.settle()
    before, world.moves = dict(world.owners), 0
    dead = data.draw(st.sampled_from(sorted(there)))
    world.dies(dead)
    world.settle(rounds=1)
    assert is_even(world)
    assert world.moves == 0
    assert all(world.owners[shard] == owner for shard, owner in before.items() if owner != dead)


@given(copies.filter(lambda some: len(some) > 1), st.data())
def test_a_copy_that_leaves_lets_go_of_all_and_the_others_take_it(there: set[int], data: st.DataObject) -> None:
    world = World(set(there))
    world.settle()
    leaving = data.draw(st.sampled_from(sorted(there)))
    world.copies.discard(leaving)
    world.settle()
    assert is_even(world)


@given(copies, st.dictionaries(st.sampled_from(EVERY), st.integers(1, 500)))
def test_no_two_who_see_the_same_try_the_same_shard(there: set[int], owners: dict[int, int]) -> None:
    tried = [shard for copy in there for shard in share(copy, there, owners).take]
    assert len(tried) == len(set(tried))
    assert not set(tried) & owners.keys()


def test_a_location_is_in_the_same_shard_in_every_process_and_version() -> None:
    known = {("", "LOC1"): 30, ("T1", "LOC1"): 19, ("T2", "LOC1"): 54, ("T1", "बेंगलुरु"): 19}
    assert {one: shard_of(*one) for one in known} == known
    told = "from bot.copies.shards import shard_of; print(shard_of('T1', 'LOC1'))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", told],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == str(known["T1", "LOC1"])


def test_locations_are_spread_over_all_shards() -> None:
    spread = Counter(shard_of(f"T{n}", f"LOC{n}") for n in range(SHARDS * 100))
    assert set(spread) == set(EVERY)
    assert max(spread.values()) < 150
