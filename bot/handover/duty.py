"""Says "I'm on it": one person takes a handover, and the bot reminds nobody of it for a while."""

from dataclasses import dataclass

from bot.handover import reminders
from bot.handover.actions import Dock
from bot.handover.location import Location
from bot.handover.model import Actor, Handover
from bot.handover.ports import Step
from bot.handover.refusals import HandoverOver


@dataclass(frozen=True, slots=True)
class Taken:
    """Who is on it now."""

    handover: Handover
    location: Location
    mine: bool
    """Whether it is the one who pressed; else somebody was faster."""


class Duty:
    """Takes what waits."""

    def __init__(self, dock: Dock) -> None:
        self._dock = dock

    async def take(self, actor: Actor, handover_id: str) -> Taken:
        """Makes the handover the actor's, if nobody is on it yet.

        Raises:
            Refusal: the person may not, or the handover is over or unknown.
        """
        handover, location = await self._dock.find(handover_id)
        # Who is called for help may give it.
        await self._dock.allow(actor, location, "take", handover_id, location.told)
        if handover.over:
            raise HandoverOver(handover)

        def decide(handover: Handover) -> Step:
            # The FE may have gone between the check and now.
            return Step(handover) if handover.over else reminders.take(handover, actor, self._dock.clock())

        after = await self._dock.handovers.step(handover_id, decide)
        return Taken(after, location, after.taken_by == actor.user_id)
