"""Which shards a copy takes and which it lets go, from what all copies see. Pure: no clock, no I/O.

Nobody decides for others. All see the same locks and reckon alike, so each knows its own part of it: who has more than
an even share lets go, who has less takes what is free, and no two try the same shard unless one of them saw it earlier.
Then the lock itself decides, and the next look shows both what came of it.
"""

from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass

from bot.copies.shards import EVERY, SHARDS


@dataclass(frozen=True, slots=True)
class Share:
    """What one copy is to do now."""

    take: tuple[int, ...]
    """Shards that are free and its own to take."""
    let_go: frozenset[int]
    """Shards that it has and others should have."""


def share(me: int, copies: Set[int], owners: Mapping[int, int]) -> Share:
    """What is to be done by a copy.

    Args:
        me: which; one that is not among the copies is about to leave and lets go of everything.
        copies: all that are there, by number.
        owners: who has which shard; one that is missing is free. Who has one may be no copy any more, until it lets go.
    """
    mine = sorted(shard for shard, owner in owners.items() if owner == me)
    if me not in copies:
        return Share((), frozenset(mine))
    held = Counter(owner for owner in owners.values() if owner in copies)
    quotas = _quotas(copies, held)
    free = [shard for shard in EVERY if shard not in owners]
    # Who has least comes first: where there is not enough for all yet, that is soonest even.
    for copy in sorted(copies, key=lambda one: (held[one], one)):
        needs = max(0, quotas[copy] - held[copy])
        if copy == me:
            return Share(tuple(free[:needs]), frozenset(mine[quotas[me] :]))
        free = free[needs:]
    raise AssertionError(me)


def _quotas(copies: Set[int], held: Mapping[int, int]) -> dict[int, int]:
    """How many each is to have: as many as the others, or one more. Who has most has the one more: it stays put."""
    each, over = divmod(SHARDS, len(copies))
    ranked = sorted(copies, key=lambda one: (-held[one], one))
    return {copy: each + (n < over) for n, copy in enumerate(ranked)}
