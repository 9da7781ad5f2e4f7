"""Who may do what: only a location's operators ask for codes and count, and a right that can't be checked is none."""

from bot.handover.location import Location
from bot.handover.model import Actor
from bot.handover.ports import Directory, DirectoryUnavailable, Standing
from bot.handover.refusals import NotAllowed, RightsUnknown


class Policy:
    """Checks a presser's right on every press, and fails closed."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    async def require_operator(self, actor: Actor, location: Location) -> None:
        """Passes for an operator of the location.

        Raises:
            NotAllowed: the person is not an operator, or one by a group or channel who is no member of the workspace.
            RightsUnknown: Slack could not say.
        """
        if actor.user_id in location.entitled:
            return
        try:
            allowed = await self._belongs(actor, location)
            standing = await self._directory.standing(actor.user_id) if allowed else Standing.MEMBER
        except DirectoryUnavailable as error:
            raise RightsUnknown(location) from error
        if not allowed:
            raise NotAllowed(location)
        if standing is not Standing.MEMBER and not (standing is Standing.GUEST and location.guests):
            raise NotAllowed(location, standing)

    async def _belongs(self, actor: Actor, location: Location) -> bool:
        groups = [one for one in location.entitled if one.startswith("S")]
        if groups:
            return await self._directory.in_any_group(actor.user_id, groups)
        return not location.entitled and await self._directory.in_channel(actor.user_id, location.channel)
