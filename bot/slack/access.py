"""Who belongs to a user group or a channel, asked of Slack and remembered for a short while."""

from collections.abc import Sequence

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.handover.ports import DirectoryUnavailable
from bot.slack.errors import FAILURES, explain

log = structlog.get_logger()

GROUP_SECONDS = 300.0
"""usergroups.users.list is tier 2: 20 a minute."""
CHANNEL_SECONDS = 60.0


class SlackDirectory:
    """Implements `bot.handover.ports.Directory`. When Slack can't say, nobody is let through on an old answer."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        group_seconds: float = GROUP_SECONDS,
        channel_seconds: float = CHANNEL_SECONDS,
    ) -> None:
        self._client = client
        self._groups: TTLCache[str, frozenset[str]] = TTLCache(500, group_seconds)
        self._channels: TTLCache[str, frozenset[str]] = TTLCache(500, channel_seconds)

    async def in_any_group(self, user_id: str, group_ids: Sequence[str]) -> bool:
        """Whether the person is in one of the user groups. Raises DirectoryUnavailable."""
        unavailable = None
        for group in group_ids:
            try:
                if user_id in await self._group(group):
                    return True
            except DirectoryUnavailable as error:
                unavailable = error
        if unavailable is not None:
            raise unavailable
        return False

    async def in_channel(self, user_id: str, channel: str) -> bool:
        """Whether the person is a member of the channel. Raises DirectoryUnavailable."""
        members = self._channels.get(channel)
        if members is None or user_id not in members:
            # Somebody who has just joined must not be refused for a minute.
            members = await self._members(channel)
            self._channels[channel] = members
        return user_id in members

    async def _group(self, group: str) -> frozenset[str]:
        members = self._groups.get(group)
        if members is None:
            try:
                answer = await self._client.usergroups_users_list(usergroup=group)
            except FAILURES as error:
                log.warning("can't read a user group; its members are refused", group=group, reason=explain(error))
                raise DirectoryUnavailable(group) from error
            members = frozenset(answer.get("users") or ())
            self._groups[group] = members
        return members

    async def _members(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        cursor = None
        while True:
            try:
                answer = await self._client.conversations_members(channel=channel, limit=1000, cursor=cursor)
            except FAILURES as error:
                log.warning("can't read who is in a channel", channel=channel, reason=explain(error))
                raise DirectoryUnavailable(channel) from error
            members.update(answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return frozenset(members)
