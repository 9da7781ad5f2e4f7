"""What the bot says to a whole channel outside the outbox: nothing that has to come exactly once."""

import structlog
from slack_sdk.models.blocks import Block
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.text import as_dicts
from bot.slack.errors import FAILURES, explain

log = structlog.get_logger()


class ChannelSpeaker:
    """Posts once; what Slack does not take is logged and not said again."""

    def __init__(self, client: AsyncWebClient) -> None:
        """The client must not retry: a post may have been taken although its answer was lost."""
        self._client = client

    async def post(self, channel: str, text: str, blocks: list[Block]) -> bool:
        """Posts it once, and tells whether Slack took it."""
        try:
            await self._client.chat_postMessage(channel=channel, text=text, blocks=as_dicts(blocks))
        except FAILURES as error:
            log.warning("a first message was not posted", channel=channel, reason=explain(error))
            return False
        return True
