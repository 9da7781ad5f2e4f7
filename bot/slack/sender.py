"""The outbox's way to Slack."""

from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.outbox.ports import Rendered
from bot.slack.errors import FAILURES, messenger_error
from bot.slack.ids import METADATA_EVENT

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
        try:
            answer = await self._poster.chat_postMessage(
                channel=channel,
                thread_ts=thread_ts,
                text=message.text,
                blocks=message.blocks,
                metadata=_metadata(key),
                unfurl_links=False,
                unfurl_media=False,
            )
        except FAILURES as error:
            raise messenger_error(error) from error
        return str(answer["ts"])

    async def edit(self, channel: str, ts: str, message: Rendered, key: str) -> None:
        """Replaces a message. Raises a MessengerError."""
        try:
            await self._reader.chat_update(
                channel=channel,
                ts=ts,
                text=message.text,
                blocks=message.blocks,
                metadata=_metadata(key),
                parse="none",
            )
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


def _metadata(key: str) -> dict[str, Any]:
    return {"event_type": METADATA_EVENT, "event_payload": {"key": key}}
