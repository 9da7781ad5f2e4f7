"""What people are called in Slack, for papers that are read without Slack."""

import asyncio
from collections.abc import Sequence

import structlog
from cachetools import TTLCache
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import FAILURES, explain
from bot.text import beginning, visible

log = structlog.get_logger()

REMEMBERED_SECONDS = 3600.0
PATIENCE = 5.0
"""Seconds that a paper waits for all its names."""
LONGEST = 80


class SlackNames:
    """Implements `bot.outbox.contents.Names`."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: TTLCache[str, str] = TTLCache(5000, REMEMBERED_SECONDS)

    async def of(self, user_ids: Sequence[str]) -> dict[str, str]:
        """The shown names of those that Slack tells within five seconds; raises nothing."""
        try:
            async with asyncio.timeout(PATIENCE):
                for user_id in user_ids:
                    if user_id not in self._known:
                        self._known[user_id] = await self._ask(user_id)
        except FAILURES as error:
            log.warning("slack did not say what people are called; their ids are used", reason=explain(error))
        found = {one: self._known.get(one, "") for one in user_ids}
        return {one: name for one, name in found.items() if name}

    async def _ask(self, user_id: str) -> str:
        user = (await self._client.users_info(user=user_id)).get("user")
        if not isinstance(user, dict):
            return ""
        profile = user.get("profile")
        shown = profile if isinstance(profile, dict) else {}
        # The full name first: on paper nobody can look up whose short one it is.
        names = (shown.get("real_name"), user.get("real_name"), shown.get("display_name"), user.get("name"))
        return next((beginning(visible(one), LONGEST) for one in names if isinstance(one, str) and one.strip()), "")
