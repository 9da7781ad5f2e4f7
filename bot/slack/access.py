"""What Slack knows about people: their groups, their channels, their language. Asked, and remembered for a while."""

import asyncio
from collections.abc import Sequence

import structlog
from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.handover.ports import DirectoryUnavailable
from bot.i18n import DEFAULT, closest
from bot.slack.errors import FAILURES, explain

log = structlog.get_logger()

GROUP_SECONDS = 300.0
"""usergroups.users.list is tier 2: 20 a minute."""
CHANNEL_SECONDS = 60.0
LANGUAGE_SECONDS = 3600.0
LANGUAGE_PATIENCE = 1.0
"""Seconds that a person's answer waits for the language that it is written in."""
LANGUAGE_AGAIN_SECONDS = 60.0
"""For so long Slack is not asked again after it could not say."""


class SlackDirectory:
    """Implements `bot.handover.ports.Directory`. When Slack can't say, nobody is let through on an old answer."""

    def __init__(
        self,
        client: AsyncWebClient,
        *,
        group_seconds: float = GROUP_SECONDS,
        channel_seconds: float = CHANNEL_SECONDS,
        language_seconds: float = LANGUAGE_SECONDS,
    ) -> None:
        self._client = client
        self._groups: TTLCache[str, frozenset[str]] = TTLCache(500, group_seconds)
        self._channels: TTLCache[str, frozenset[str]] = TTLCache(500, channel_seconds)
        self._fresh: TTLCache[str, str] = TTLCache(5000, language_seconds)
        self._languages: LRUCache[str, str] = LRUCache(5000)
        """Also what is older than an hour: better than nothing while Slack can't say."""
        self._unsaid: TTLCache[str, None] = TTLCache(5000, LANGUAGE_AGAIN_SECONDS)
        self._complaints: set[str] = set()

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

    def known_language(self, user_id: str) -> str | None:
        """The language of a person who was asked about before; waits for nothing."""
        return self._languages.get(user_id)

    async def language_of(self, user_id: str, *, otherwise: str = DEFAULT) -> str:
        """The language of a person's own Slack, a key of LANGUAGES. Raises nothing and takes a second at most.

        Args:
            user_id: whose.
            otherwise: the answer while Slack can't say and never has.
        """
        if user_id not in self._fresh and user_id not in self._unsaid:
            try:
                async with asyncio.timeout(LANGUAGE_PATIENCE):
                    answer = await self._client.users_info(user=user_id, include_locale=True)
            except FAILURES as error:
                self._unsaid[user_id] = None
                self._complain(error)
            else:
                user = answer.get("user")
                locale = user.get("locale") if isinstance(user, dict) else None
                self._fresh[user_id] = self._languages[user_id] = closest(locale if isinstance(locale, str) else "")
        return self._languages.get(user_id, otherwise)

    def _complain(self, error: BaseException) -> None:
        """Once per reason: a missing scope would fill the log."""
        reason = explain(error)
        if reason not in self._complaints:
            self._complaints.add(reason)
            log.warning("slack did not say in which language a person reads; the location's is used", reason=reason)

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
