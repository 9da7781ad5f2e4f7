"""The first message in a channel to which the bot is invited."""

from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_sdk.models.blocks import Block

from bot.i18n import DEFAULT, use
from bot.slack.blocks.guide import welcome_blocks, welcome_text
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk


class Speaker(Protocol):
    """Says something to everybody in a channel."""

    async def post(self, channel: str, text: str, blocks: list[Block]) -> bool:
        """Posts it once, and tells whether Slack took it."""


def register(app: AsyncApp, desk: Desk, speaker: Speaker, bot_user: str) -> None:
    """Adds the event.

    Args:
        app: bolt.
        desk: what every listener needs.
        speaker: posts the message.
        bot_user: the bot's own user id; what others join is no news.
    """

    @app.event("member_joined_channel")
    async def joined(event: dict[str, Any]) -> None:
        if not bot_user or event.get("user") != bot_user:
            return
        channel = event.get("channel")
        if not isinstance(channel, str) or not channel:
            raise BrokenPayloadError("an invitation to no channel")
        desk.work.start(_greet(desk, speaker, channel), "first message")


async def _greet(desk: Desk, speaker: Speaker, channel: str) -> None:
    here = desk.locations.in_channel(channel)
    with use(here[0].language if here else DEFAULT):
        text, blocks = welcome_text(), welcome_blocks(here, channel)
    await speaker.post(channel, text, blocks)
