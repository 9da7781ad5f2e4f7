"""The outbox's way to Slack."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outbox.ports import Rendered
from bot.slack.errors import FAILURES, UNDRAWABLE, explain, messenger_error, reason_of
from bot.slack.ids import METADATA_EVENT

log = structlog.get_logger()

PAGE = 200
PAGES = 20


class SlackSender:
    """Implements `bot.outbox.ports.Messenger`."""

    def __init__(self, poster: AsyncWebClient, reader: AsyncWebClient, bot_id: str) -> None:
        """Takes one client without any retry handler for posts, and one that may retry for all else.

        `bot_id` is this app's own: metadata can be read, and so be copied, by anyone in the workspace.
        """
        self._poster = poster
        self._reader = reader
        self._bot_id = bot_id

    async def post(self, channel: str, thread_ts: str | None, message: Rendered, key: str) -> str:
        """Posts with `key` in the metadata and returns the message's ts. Raises a MessengerError."""
        call = partial(
            self._poster.chat_postMessage,
            channel=channel,
            thread_ts=thread_ts,
            text=message.text,
            metadata=_metadata(key),
            unfurl_links=False,
            unfurl_media=False,
        )
        try:
            answer = await _drawn_or_plain(call, message)
        except FAILURES as error:
            raise messenger_error(error) from error
        return str(answer["ts"])

    async def edit(self, channel: str, ts: str, message: Rendered, key: str) -> None:
        """Replaces a message. Raises a MessengerError."""
        call = partial(
            self._reader.chat_update,
            channel=channel,
            ts=ts,
            text=message.text,
            metadata=_metadata(key),
            parse="none",
        )
        try:
            await _drawn_or_plain(call, message)
        except FAILURES as error:
            raise messenger_error(error) from error

    async def find(self, channel: str, thread_ts: str | None, key: str, since: datetime) -> list[str]:
        """The ts of every own message with `key` in its metadata since then. Raises a MessengerError."""
        found: list[str] = []
        cursor = None
        for _ in range(PAGES):
            asked: dict[str, Any] = {
                "channel": channel,
                "oldest": f"{since.timestamp():.6f}",
                "limit": PAGE,
                "cursor": cursor,
                "include_all_metadata": True,
            }
            try:
                if thread_ts is None:
                    answer = await self._reader.conversations_history(**asked)
                else:
                    answer = await self._reader.conversations_replies(ts=thread_ts, **asked)
            except FAILURES as error:
                raise messenger_error(error) from error
            found += [str(m["ts"]) for m in answer.get("messages") or [] if self._is_own(m, key)]
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return sorted(set(found), key=float)

    def _is_own(self, message: dict[str, Any], key: str) -> bool:
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        is_key = metadata.get("event_type") == METADATA_EVENT and payload.get("key") == key
        return is_key and message.get("bot_id") == self._bot_id


async def _drawn_or_plain(call: Callable[..., Awaitable[AsyncSlackResponse]], message: Rendered) -> AsyncSlackResponse:
    """A message whose blocks Slack refuses is sent as its text: plainly said is better than not said."""
    try:
        return await call(blocks=message.blocks)
    except SlackApiError as error:
        if reason_of(error) not in UNDRAWABLE:
            raise
        log.error("slack refuses how a message is drawn; it is sent as plain text", reason=explain(error))
        return await call(blocks=None)


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": METADATA_EVENT, "event_payload": {"key": key}}
