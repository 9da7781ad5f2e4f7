"""The outbox's way to Slack."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.outbox.ports import NotReachedError, Posted, Rendered
from bot.slack.errors import FAILURES, UNDRAWABLE, explain, messenger_error, objects_in, reason_of, text_in
from bot.slack.ids import METADATA_EVENT

log = structlog.get_logger()

PAGE = 999
"""The most that conversations.history gives at once."""
PAGES = 20
"""The most that is read to find one message."""
TOO_LONG = NotReachedError(
    "history_too_long",
    advice="a message may have been posted, and so much was written around it that history was not read to its end; "
    "it is looked for again",
)


class SlackSender:
    """Implements `bot.outbox.ports.Messenger`."""

    def __init__(self, poster: AsyncWebClient, reader: AsyncWebClient, bot_id: str) -> None:
        """Takes one client without any retry handler for posts, and one that may retry for all else.

        `bot_id` is how the app's bot is called now. A message of an earlier installation has another, and the same app.
        """
        self._poster = poster
        self._reader = reader
        self._bot_id = bot_id
        self._app_id = ""

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
            return text_in(await _drawn_or_plain(call, message), "ts")
        except FAILURES as error:
            raise messenger_error(error) from error

    async def open(self, user_id: str) -> str:
        """The channel of the conversation with one person. Raises a MessengerError."""
        try:
            return text_in(await self._reader.conversations_open(users=user_id), "channel", "id")
        except FAILURES as error:
            raise messenger_error(error) from error

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

    async def find(self, channel: str, thread_ts: str | None, key: str, since: datetime, until: datetime) -> list[str]:
        """The ts of every own message with `key` in its metadata between two moments. Raises a MessengerError."""
        found: set[str] = set()
        async for messages, is_last in self._pages(channel, thread_ts, since, until):
            found |= {one.ts for one in await self._own_in(messages, key)}
            if is_last:
                break
        else:
            if not found:
                raise TOO_LONG
        return sorted(found, key=float)

    async def own(
        self, channel: str, thread_ts: str | None, since: datetime, until: datetime
    ) -> tuple[list[Posted], bool]:
        """Every own message with a key between two moments, and whether all of them were read.

        Raises a MessengerError.
        """
        found: list[Posted] = []
        async for messages, is_last in self._pages(channel, thread_ts, since, until):
            found += await self._own_in(messages, None)
            if is_last:
                return found, True
        return found, False

    async def _pages(
        self, channel: str, thread_ts: str | None, since: datetime, until: datetime
    ) -> AsyncIterator[tuple[list[dict[str, Any]], bool]]:
        """The messages of a channel or a thread, page by page, up to `PAGES`, and whether it is the last."""
        cursor = None
        for _ in range(PAGES):
            asked: dict[str, Any] = {
                "channel": channel,
                "oldest": f"{since.timestamp():.6f}",
                "latest": f"{until.timestamp():.6f}",
                "inclusive": True,
                "limit": PAGE,
                "cursor": cursor,
                "include_all_metadata": True,
            }
            try:
                if thread_ts is None:
                    answer = await self._reader.conversations_history(**asked)
                else:
                    answer = await self._reader.conversations_replies(ts=thread_ts, **asked)
                messages = objects_in(answer, "messages")
            except FAILURES as error:
                raise messenger_error(error) from error
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            yield messages, not cursor
            if not cursor:
                return

    async def _own_in(self, messages: list[dict[str, Any]], key: str | None) -> list[Posted]:
        """The own ones with this key, or with any. Raises a MessengerError."""
        keyed = [one for one in messages if one.get("ts") and (_key_of(one) == key if key else _key_of(one))]
        try:
            return [
                Posted(str(one["ts"]), _key_of(one), str(one.get("latest_reply") or ""))
                for one in keyed
                if await self._is_own(one)
            ]
        except FAILURES as error:
            raise messenger_error(error) from error

    async def _is_own(self, message: dict[str, Any]) -> bool:
        """Whether this app posted it: metadata can be read, and so be copied, by anyone in the workspace.

        Raises one of FAILURES.
        """
        if self._bot_id and message.get("bot_id") == self._bot_id:
            return True
        app_id = _app_of(message)
        return bool(app_id) and app_id == await self._own_app()

    async def _own_app(self) -> str:
        """This app's id, which stays when it is installed anew; auth.test does not tell it."""
        if not self._app_id:
            answer = await self._reader.bots_info(bot=self._bot_id)
            self._app_id = text_in(answer, "bot", "app_id")
        return self._app_id


def _key_of(message: dict[str, Any]) -> str:
    """The key in a message's metadata; empty for any other message."""
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return str(payload.get("key") or "") if metadata.get("event_type") == METADATA_EVENT else ""


def _app_of(message: dict[str, Any]) -> str:
    profile = message.get("bot_profile") or {}
    return str(message.get("app_id") or profile.get("app_id") or "")


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
