"""What people write: files and tracking ids are taken, all else is ordinary talk and left alone."""

import re
from collections.abc import Callable, Coroutine
from typing import Any

from bot.handover.own_words import read
from bot.slack.answer import Asker
from bot.slack.declared import Body, Right, hears
from bot.slack.listeners import own_scans, photos
from bot.slack.listeners.desk import Desk
from bot.slack.said import CHANGES, Said

Taken = tuple[Callable[[Desk, Said], Coroutine[Any, Any, None]], Said]
"""What takes a message, and the message."""


def _taken(body: Body) -> Taken | None:
    event = body["event"]
    if event.get("subtype") in CHANGES:
        message = Said.changed(event)
        return (own_scans.scan, message) if message is not None and message.in_thread and not message.files else None
    message = Said.of(event)
    if message is None:
        return None
    if not message.in_thread:
        return (_list, message) if message.files and _mentioned(body, message.text) else None
    if event.get("subtype") == "file_share":
        return photos.take, message
    reading = read(message.text)
    return (own_scans.scan, message) if reading.words or reading.failed else None


@hears("message", right=Right.OPERATOR, reads=_taken)
async def message(desk: Desk, taken: Taken) -> None:
    """Hands a message on."""
    take, said = taken
    await take(desk, said)


async def _list(desk: Desk, said: Said) -> None:
    await desk.reading.take(Asker(said.user, said.channel), list(said.files), said.text)


def _mentioned(body: Body, text: str) -> bool:
    """Whether a message names the bot; who that is stands beside every event."""
    installed = body.get("authorizations")
    users = [one.get("user_id") for one in installed if isinstance(one, dict)] if isinstance(installed, list) else []
    # To its end: the id of another may begin like the bot's. Slack adds a name behind a bar.
    named = {match[1] for match in re.finditer(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>", text)}
    return any(isinstance(user, str) and user in named for user in users)
