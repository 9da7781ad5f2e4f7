"""Whom people turn to where only whoever runs the bot can help: those that bot.toml names."""

from collections.abc import Sequence

from bot.handover.ports import NotKept, ReturnsApiError, Standing
from bot.handover.refusals import LocationGone, NotAllowed
from bot.slack.blocks.sentences import looked_after

_NAMED_IN_BOT_TOML = (Standing.GUEST, Standing.OUTSIDER)


def is_needed(error: BaseException) -> bool:
    """Whether the sentence about it sends people to whoever runs the bot, or installed it."""
    if isinstance(error, ReturnsApiError):
        return error.of_the_bot
    if isinstance(error, NotAllowed):
        return error.standing in _NAMED_IN_BOT_TOML
    return isinstance(error, NotKept | LocationGone)


class Admins:
    """Those who look after the bot."""

    def __init__(self, people: Sequence[str]) -> None:
        """Takes user ids and user-group ids; none: nobody is named."""
        self.people = tuple(people)

    def named(self, text: str) -> str:
        """A sentence that sends people to whoever runs the bot, and below it who that is."""
        return f"{text}\n{looked_after(self.people)}" if self.people else text

    def beside(self, text: str, error: BaseException) -> str:
        """A reason why not, and below it who can help, where that is somebody who runs the bot."""
        return self.named(text) if is_needed(error) else text


NOBODY = Admins(())
"""bot.toml names none."""
