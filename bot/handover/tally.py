"""The running hand count: several people add to it from their phones while the FE scans."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.handover.actions import Dock
from bot.handover.events import Event, Happening
from bot.handover.location import Location
from bot.handover.machine import settle
from bot.handover.model import Actor, Handover
from bot.handover.ports import Step

STEPS = (1, 5, 10)
"""What one press adds."""
MOST = 100_000
"""Parcels; no pile is larger, and a finger that never rests must not make one."""

Shares = tuple[tuple[str, int], ...]
"""Who added how much, the largest share first."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """The running count after a press."""

    handover: Handover
    location: Location
    shares: Shares
    nothing: bool = False
    """There was nothing of this person's to take back."""


def add(handover: Handover, by: str, added: int, now: datetime) -> Step:
    """Somebody added to the running count, or took `-added` back. What would make it absurd changes nothing."""
    running = handover.running + added
    if not 0 <= running <= MOST:
        return Step(handover)
    after = handover.model_copy(update={"running": running})
    return settle(handover, after, Event(Happening.TALLIED, now, by, {"added": added, "running": running}))


class TallyKeeper(Protocol):
    """The running counts that are kept. Each method is one transaction."""

    async def add(self, handover_id: str, by: str, added: int, decide: Callable[[Handover, int], Step]) -> Handover:
        """Keeps one addition, if `decide` makes an event of it. Raises UnknownHandover."""

    async def undo(self, handover_id: str, by: str, decide: Callable[[Handover, int], Step]) -> Handover | None:
        """Takes back the person's own last addition; None when there is none. Raises UnknownHandover."""

    async def shares(self, handover_id: str) -> Shares:
        """Who added how much."""


class Tallying:
    """Adds and takes back. Every press is one: a finger that drums means each of its presses."""

    def __init__(self, dock: Dock, kept: TallyKeeper) -> None:
        self._dock = dock
        self._kept = kept

    async def add(self, actor: Actor, handover_id: str, added: int) -> Tallied:
        """Adds to the running count.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
        """
        _, location = await self._dock.admit(actor, handover_id, "tally")
        after = await self._kept.add(handover_id, actor.user_id, added, self._decide(actor))
        return Tallied(after, location, await self._kept.shares(handover_id))

    async def undo(self, actor: Actor, handover_id: str) -> Tallied:
        """Takes the person's own last addition back.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
        """
        handover, location = await self._dock.admit(actor, handover_id, "tally")
        after = await self._kept.undo(handover_id, actor.user_id, self._decide(actor))
        return Tallied(after or handover, location, await self._kept.shares(handover_id), nothing=after is None)

    async def now(self, tallied: Tallied) -> Tallied:
        """The count as it is now, for an answer that had to wait for the one before it."""
        handover = await self._dock.handovers.get(tallied.handover.id) or tallied.handover
        return Tallied(handover, tallied.location, await self._kept.shares(handover.id), tallied.nothing)

    def _decide(self, actor: Actor) -> Callable[[Handover, int], Step]:
        def decide(handover: Handover, added: int) -> Step:
            return add(handover, actor.user_id, added, self._dock.clock())

        return decide
