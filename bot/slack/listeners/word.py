"""One word after /otc."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.slack.answer import Asker
from bot.slack.declared import Answer, Right
from bot.slack.listeners.desk import Desk


@dataclass(frozen=True, slots=True)
class Word:
    """What can be typed, and what it does."""

    usage: str
    """As it is typed, such as ``find ‹tracking id›``, to be translated but for its first word."""
    what: str
    """What it does, as a sentence to be translated."""
    right: Right
    run: Callable[[Desk, Asker, str], Awaitable[Answer]]
    """Given what stands after the word."""
