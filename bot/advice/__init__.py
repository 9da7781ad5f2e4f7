"""What a person can do about each line at WARNING and ERROR: said in the line itself, and in `docs/warnings.md`."""

from collections.abc import Mapping

from bot.advice import flipkart, house, slack, webhooks
from bot.advice.model import Advice

PARTS: Mapping[str, Mapping[str, Advice]] = {
    "Flipkart": flipkart.ADVICE,
    "Slack": slack.ADVICE,
    "Webhooks": webhooks.ADVICE,
    "The bot, its machine and its database": house.ADVICE,
}
"""By the part of the page in which they stand; each by the event of its line."""

_TODO = {event: advice.todo for part in PARTS.values() for event, advice in part.items()}


LIBRARY = "a library's own line: do what the bot's own line beside it says; alone, nothing"


def todo(event: str) -> str:
    """What to do about such a line; also about one that is not the bot's own."""
    return _TODO.get(event, LIBRARY)
