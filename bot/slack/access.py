"""What Slack knows about people: their groups, channels, standing and language. Asked, and remembered for a while."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakValueDictionary

import structlog
from cachetools import LRUCache, TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.handover.ports import DirectoryUnavailable, Standing
from bot.i18n import DEFAULT, closest
from bot.slack.errors import FAILURES, explain, retry_after
from bot.slack.roster import ReadError, Roster
from bot.timing import DirectoryTiming

log = structlog.get_logger()


class SlackDirectory:
    """Implements `bot.handover.ports.Directory`. When Slack can't say, nobody is let through on an old answer."""

    def __init__(
        self, client: AsyncWebClient, timing: DirectoryTiming, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._client = client
        self._timing = timing
        self._groups = Roster(self._group, timing.group, timing.no, monotonic)
        self._channels = Roster(self._members, timing.channel, timing.no, monotonic)
        self._standings: TTLCache[str, Standing] = TTLCache(5000, timing.standing)
        self._fresh: TTLCache[str, str] = TTLCache(5000, timing.language)
        self._languages: LRUCache[str, str] = LRUCache(5000)
        """Also what is older than an hour: better than nothing while Slack can't say."""
        self._unsaid: TTLCache[str, None] = TTLCache(5000, timing.language_again)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._complaints: set[str] = set()
        self.team = ""
        """The id of the workspace that the bot works for; empty: not known yet, and nobody is known to belong to it."""

    async def in_any_group(self, user_id: str, group_ids: Sequence[str]) -> bool:
        """Whether the person is in one of the user groups. Raises DirectoryUnavailable."""
        unavailable = None
        for group in group_ids:
            try:
                if await self._groups.has(user_id, group):
                    return True
            except DirectoryUnavailable as error:
                unavailable = error
        if unavailable is not None:
            raise unavailable
        return False

    async def in_channel(self, user_id: str, channel: str) -> bool:
        """Whether the person is a member of the channel. Raises DirectoryUnavailable."""
        return await self._channels.has(user_id, channel)

    async def standing(self, user_id: str) -> Standing:
        """Whether the person is a full member of the bot's workspace. Raises DirectoryUnavailable."""
        known = self._standings.get(user_id)
        if known is None:
            try:
                async with self._turn(user_id):
                    if user_id not in self._standings:
                        await self._person(user_id)
            except FAILURES as error:
                reason = explain(error)
                log.warning("slack did not say whether somebody is a guest; they are refused", reason=reason)
                raise DirectoryUnavailable(user_id) from error
            known = self._standings.get(user_id)
        if known is None:
            raise DirectoryUnavailable(user_id)
        return known

    def known_language(self, user_id: str) -> str | None:
        """The language of a person who was asked about before; waits for nothing."""
        return self._languages.get(user_id)

    async def language_of(self, user_id: str) -> str:
        """The language of a person's own Slack, a key of LANGUAGES; English while Slack can't say and never has.

        Raises nothing and takes a second at most.
        """
        if user_id not in self._fresh and user_id not in self._unsaid:
            try:
                async with asyncio.timeout(self._timing.language_patience), self._turn(user_id):
                    # Whoever waited for the turn may have got the answer of the one before.
                    if user_id not in self._fresh and user_id not in self._unsaid:
                        await self._person(user_id)
            except FAILURES as error:
                self._unsaid[user_id] = None
                self._complain(error)
        return self._languages.get(user_id, DEFAULT)

    def _turn(self, user_id: str) -> asyncio.Lock:
        """Lets one question about a person be in flight at a time."""
        return self._turns.setdefault(user_id, asyncio.Lock())

    async def _person(self, user_id: str) -> None:
        """Asks who somebody is, and keeps their language and their standing."""
        answer = await self._client.users_info(user=user_id, include_locale=True)
        user = answer.get("user")
        about: dict[str, Any] = user if isinstance(user, dict) else {}
        locale = about.get("locale")
        self._fresh[user_id] = self._languages[user_id] = closest(locale if isinstance(locale, str) else "")
        found = standing_in(self.team, about)
        if found is None:
            self._standings.pop(user_id, None)
        else:
            self._standings[user_id] = found

    def _complain(self, error: BaseException) -> None:
        """Once per reason: a missing scope would fill the log."""
        reason = explain(error)
        if reason not in self._complaints:
            self._complaints.add(reason)
            log.warning("slack did not say in which language a person reads; English is used", reason=reason)

    async def _group(self, group: str) -> frozenset[str]:
        try:
            answer = await self._client.usergroups_users_list(usergroup=group)
        except FAILURES as error:
            log.warning("can't read a user group; its members are refused", group=group, reason=explain(error))
            raise ReadError(group, retry_after(error) or 0.0) from error
        return frozenset(answer.get("users") or ())

    async def _members(self, channel: str) -> frozenset[str]:
        members: set[str] = set()
        cursor = None
        while True:
            try:
                answer = await self._client.conversations_members(channel=channel, limit=1000, cursor=cursor)
            except FAILURES as error:
                log.warning("can't read who is in a channel", channel=channel, reason=explain(error))
                raise ReadError(channel, retry_after(error) or 0.0) from error
            members.update(answer.get("members") or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return frozenset(members)


def standing_in(team: str, user: dict[str, Any]) -> Standing | None:
    """What users.info says of somebody; None when it does not say enough to believe that they are a member.

    Args:
        team: the id of the bot's workspace.
        user: Slack's user object. On Enterprise Grid its `enterprise_user` lists all workspaces of the person.
    """
    if user.get("is_bot") or user.get("is_workflow_bot") or user.get("deleted"):
        return Standing.MACHINE
    enterprise = user.get("enterprise_user")
    teams = enterprise.get("teams") if isinstance(enterprise, dict) else None
    theirs = {user.get("team_id"), *(one for one in (teams if isinstance(teams, list) else ()) if isinstance(one, str))}
    if not team or not isinstance(user.get("team_id"), str):
        return None
    if team not in theirs or user.get("is_stranger"):
        return Standing.OUTSIDER
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        return Standing.GUEST
    # A user object without these says nothing of them.
    return Standing.MEMBER if "is_restricted" in user else None
