"""The first message in a channel to which the bot is invited."""

from bot.i18n import DEFAULT, use
from bot.slack.blocks.guide import welcome_blocks, welcome_text
from bot.slack.declared import Body, Right, hears
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk


def _invited(body: Body) -> tuple[object, str]:
    """Who came into which channel."""
    channel = body["event"].get("channel")
    if not isinstance(channel, str) or not channel:
        raise BrokenPayloadError("an invitation to no channel")
    return body["event"].get("user"), channel


@hears("member_joined_channel", right=Right.ANYBODY, reads=_invited)
async def invited(desk: Desk, joined: tuple[object, str]) -> None:
    """Greets; what others join is no news."""
    user, channel = joined
    if not desk.bot_user or user != desk.bot_user:
        return
    here = desk.locations.in_channel(channel)
    with use(here[0].language if here else DEFAULT):
        text, blocks = welcome_text(), welcome_blocks(here, channel)
    await desk.speaker.post(channel, text, blocks)
