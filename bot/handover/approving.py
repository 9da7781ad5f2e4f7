"""What a second person does about a wish for an End OTC: grants or refuses it."""

from bot.handover.actions import Dock
from bot.handover.approvals import Approval, Approvals, OwnApproval, UnknownApproval, Word
from bot.handover.model import Actor


class Approving:
    """Granting and refusing."""

    def __init__(self, dock: Dock, approvals: Approvals) -> None:
        self._dock = dock
        self._approvals = approvals

    async def handover_of(self, approval_id: str) -> str | None:
        """The handover that a wish is about; None where there is no such wish."""
        wish = await self._approvals.get(approval_id)
        return None if wish is None else wish.handover_id

    async def decide(self, actor: Actor, approval_id: str, word: Word) -> tuple[Approval, bool]:
        """Grants or refuses a wish; False when somebody did before.

        Raises:
            NotAllowed, RightsUnknown: the person is neither an operator nor a lead of the location.
            Refusal: the wish is unknown, the person's own, or holds no more.
        """
        wish = await self._approvals.get(approval_id)
        if wish is None:
            raise UnknownApproval(approval_id)
        _, location = await self._dock.find(wish.handover_id)
        await self._dock.allow(actor, location, "approve", wish.handover_id, location.leads)
        if actor.user_id == wish.asked_by:
            raise OwnApproval(approval_id)
        return await self._approvals.decide(approval_id, actor.user_id, word, self._dock.clock())
