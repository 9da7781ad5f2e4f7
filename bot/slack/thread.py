"""The bot's small signs in a thread: a reaction on a person's message, and a word to that person alone."""

import asyncio
from collections.abc import Sequence

import structlog
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.text import as_dicts
from bot.slack.errors import FAILURES, explain, reason_of, retry_after

log = structlog.get_logger()

TRIES = 3
LONGEST_QUEUE = 300
"""Messages that wait for their reaction; what comes then gets none, and is kept all the same."""
DONE = frozenset({"already_reacted"})
GONE = frozenset({"message_not_found", "no_reaction"})


class ThreadSigns:
    """Sets reactions one after the other, and whispers."""

    def __init__(self, client: AsyncWebClient, patience: float) -> None:
        """The client may retry: a reaction set twice is one reaction. `patience`: the longest Retry-After, in s."""
        self._patience = patience
        self._client = client
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._told = ""

    async def react(self, channel: str, ts: str, names: Sequence[str]) -> bool:
        """Sets these reactions on a message; tells whether they all stand there."""
        if self._waiting >= LONGEST_QUEUE:
            log.warning("too many messages wait for their reaction; one gets none", channel=channel)
            return False
        self._waiting += 1
        try:
            async with self._turn:
                return all([await self._set(channel, ts, name) for name in names])
        finally:
            self._waiting -= 1

    async def unreact(self, channel: str, ts: str, names: Sequence[str]) -> None:
        """Takes these reactions of the bot's off a message that says something else now."""
        async with self._turn:
            for name in names:
                try:
                    await self._client.reactions_remove(channel=channel, timestamp=ts, name=name)
                except FAILURES as error:
                    self._tell(error)

    async def whisper(self, channel: str, thread_ts: str, user_id: str, text: str, blocks: Sequence[Block]) -> bool:
        """Says something in the thread that only this person sees; tells whether Slack took it."""
        try:
            await self._client.chat_postEphemeral(
                channel=channel, thread_ts=thread_ts, user=user_id, text=text, blocks=as_dicts(blocks)
            )
        except FAILURES as error:
            log.warning("a word in a thread did not reach its reader", user=user_id, reason=explain(error))
            return False
        return True

    async def _set(self, channel: str, ts: str, name: str) -> bool:
        for left in range(TRIES - 1, -1, -1):
            try:
                await self._client.reactions_add(channel=channel, timestamp=ts, name=name)
            except FAILURES as error:
                if reason_of(error) in DONE:
                    return True
                wait = retry_after(error)
                if wait is None or wait > self._patience or not left:
                    self._tell(error)
                    return False
                await asyncio.sleep(wait)
            else:
                self._told = ""
                return True
        return False

    def _tell(self, error: BaseException) -> None:
        """Once for each reason in a row: a missing scope fails with every scan."""
        reason = explain(error)
        if reason_of(error) in GONE or reason == self._told:
            return
        self._told = reason
        log.warning("slack did not take a reaction; the scan is kept all the same", reason=reason)
