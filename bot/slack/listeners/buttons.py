"""Buttons that this version does not know."""

from bot.i18n import _, use
from bot.slack.answer import Asker
from bot.slack.blocks.sentences import OLD_BUTTON
from bot.slack.declared import OTHERS, Kind, Right, by_itself, nothing
from bot.slack.listeners.desk import Desk


@by_itself(Kind.BUTTON, OTHERS, right=Right.ANYBODY, reads=nothing)
async def old_button(desk: Desk, asker: Asker, _nothing: str) -> None:
    """Says that a button is of another version."""
    with use(await desk.wishes.language_of(asker)):
        await desk.wishes.say(asker, _(OLD_BUTTON))
