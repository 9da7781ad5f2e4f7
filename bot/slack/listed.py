"""What Slack gives out page by page: channels, people."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.errors import objects_in

PAGE = 200
"""Slack recommends no more than that at once."""
MOST_PAGES = 50

Listed = Callable[..., Awaitable[AsyncSlackResponse]]


async def everything(listed: Listed, key: str) -> AsyncIterator[dict[str, Any]]:
    """Each entry of a list that one of slack_sdk's methods gives out below this key.

    Raises what that method raises (`bot.slack.errors.FAILURES`).
    """
    cursor = ""
    for _ in range(MOST_PAGES):
        answer = await listed(limit=PAGE, cursor=cursor)
        for one in objects_in(answer, key):
            yield one
        cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
        if not cursor:
            return
