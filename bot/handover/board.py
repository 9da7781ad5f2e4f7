"""What stands on a person's board: who is at the docks that they may serve."""

from dataclasses import dataclass

from bot.handover.actions import Dock
from bot.handover.location import Location
from bot.handover.model import Actor, Handover
from bot.handover.refusals import NotAllowed, RightsUnknown


@dataclass(frozen=True, slots=True)
class BoardView:
    """The board of one person."""

    docks: tuple[tuple[Location, tuple[Handover, ...]], ...]
    """The locations that the person serves, each with the FEs who are there, the longest first."""
    unchecked: bool
    """Whether Slack could not say for some location; that one is left out."""


class Board:
    """Gathers what App Home shows. Looking is no press, so nothing goes on record."""

    def __init__(self, dock: Dock) -> None:
        self._dock = dock

    async def of(self, actor: Actor) -> BoardView:
        """The board of the person."""
        docks = []
        unchecked = False
        for location in self._dock.locations:
            try:
                await self._dock.policy.require_operator(actor, location)
            except NotAllowed:
                continue
            except RightsUnknown:
                unchecked = True
                continue
            docks.append((location, tuple(await self._dock.handovers.present(location.id))))
        return BoardView(tuple(docks), unchecked)
