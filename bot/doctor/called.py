"""Finds what people call things in Slack: a channel by its name, and what they may have meant by one that is none."""

import difflib
import functools
from collections.abc import Iterable, Sequence

from slack_sdk.web.async_client import AsyncWebClient

from bot.scrub import is_token
from bot.slack.listed import everything
from bot.text import visible

TYPES = "public_channel,private_channel"


class UnseenError(LookupError):
    """The bot sees no channel of a name."""

    mend = "If it is private, type /invite @OTC Bot in it first"

    def __init__(self, name: str, seen: Iterable[str]) -> None:
        """`seen` are the names of those that it sees."""
        self.said = f"the bot sees no channel called {shown(name, '#')}{like(name, list(seen), '#')}"
        super().__init__(f"{self.said}. {self.mend}")


async def channel_called(client: AsyncWebClient, name: str) -> tuple[str, str]:
    """The id and the right name of the channel that is called so, with or without its #, in small or large letters.

    Raises:
        UnseenError: the bot sees none.
        SlackClientError: or another one of `bot.slack.errors.FAILURES`.
    """
    wanted = name.strip().removeprefix("#").casefold()
    seen: list[str] = []
    # The bot's own first: they are few, and it has to be in the channel.
    for listed in (client.users_conversations, client.conversations_list):
        async for one in everything(functools.partial(listed, types=TYPES), "channels"):
            if wanted in (one.get("name"), one.get("name_normalized")):
                return str(one.get("id")), str(one.get("name"))
            seen.append(str(one.get("name")))
    raise UnseenError(wanted, seen)


def like(name: str, names: Sequence[str], sign: str) -> str:
    """A question after what was meant, where something there is nearly called so."""
    folded = {one.casefold(): one for one in names}
    close = difflib.get_close_matches(name, list(folded), 1)
    return f" (did you mean {shown(folded[close[0]], sign)}?)" if close else ""


def shown(text: str, sign: str = "") -> str:
    """A name as it may be said: somebody may have pasted a token into the wrong place."""
    if is_token(text):
        return "what you typed, which looks like a token"
    return sign + visible(text)[:80]
