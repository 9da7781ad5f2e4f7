"""A press that can be made again by a button: which one that is, what it carries, and where another try helps.

A card's button stands for itself. A command or a shortcut has no button of its own: `ids.AGAIN` carries what was typed,
or the thread, and such a press is heard as the command or the shortcut, so that rights, fingers and answers know of no
other way.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bot.handover.model import Stage
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.refusals import NotAtEnd, NotAtStart, RightsUnknown
from bot.slack import ids
from bot.slack.declared import Body, Form, Kind, Listener, Shows, mapping, pressed, root, text_of

LONGEST = 200
"""Characters of a command that are kept in a button."""
SOON = 60.0
"""Seconds for which people wait at a button."""
_FIGURES = re.compile(r"[\W\d]*")
_CODE = 4
"""So many digits alone could be a code, which no button may carry."""
_NOT_YET = "NOT_ON_END_OTC_PAGE_ERROR"


@dataclass(frozen=True, slots=True)
class Again:
    """The button that makes a press again."""

    action_id: str
    value: str


def helps(error: BaseException) -> bool:
    """Whether the same press may bring more in a moment, with nothing else done but what the sentence asks for."""
    if isinstance(error, ReturnsApiError):
        if error.throttled:
            return error.retry_after is None or error.retry_after <= SOON
        return error.retry or error.code == _NOT_YET
    if isinstance(error, NotAtStart):
        return error.handover.stage is Stage.WAITING
    if isinstance(error, NotAtEnd):
        return error.handover.stage is not Stage.WAITING
    return isinstance(error, RightsUnknown | NotKept)


def again(listener: Listener, body: Body) -> Again | None:
    """The button that makes this press again; None where none does. Raises BrokenPayloadError."""
    match listener.kind:
        case Kind.BUTTON if listener.again or listener.shows is Shows.ALONE:
            button = pressed(body)
            return Again(text_of(button.get("action_id")), text_of(button.get("value")))
        case Kind.MODAL if listener.again:
            return Again(listener.again, Form.of(body).kept(ids.ModalState).handover)
        case Kind.COMMAND:
            return _carried(ids.Again, name=body["command"], text=text_of(body.get("text")), place=body["channel_id"])
        case Kind.SHORTCUT if listener.reads is root:
            place = mapping(body, "channel").get("id")
            return _carried(ids.Again, name=body["callback_id"], thread=root(body), place=place)
    return None


def _carried(kept: Callable[..., ids.Again], **what: object) -> Again | None:
    text = text_of(what.get("text"))
    if len(text) > LONGEST or could_be_code(text):
        return None
    try:
        return Again(ids.AGAIN, kept(**what).dump())
    except ValueError:
        return None


def could_be_code(text: str) -> bool:
    """Whether what was typed may be a code, or have one in it."""
    return any(_is_code(one) for one in (text, *text.split()))


def _is_code(word: str) -> bool:
    return sum(sign.isdigit() for sign in word) >= _CODE and _FIGURES.fullmatch(word) is not None


def heard(body: Body) -> Body:
    """The press as whoever hears it knows it: the command or the shortcut that a button stands for.

    Raises:
        BrokenPayloadError: no such button is the bot's.
    """
    if body.get("type") != "block_actions" or "command" in body:
        return body
    button = pressed(body)
    if button.get("action_id") != ids.AGAIN:
        return body
    kept, channel = ids.Again.load(button.get("value")), mapping(body, "channel").get("id")
    if kept.name.startswith("/"):
        user = mapping(body, "user").get("id")
        # A window names no channel, so the button keeps the one in which the command was typed.
        asked = {"user_id": user, "channel_id": channel or kept.place, "command": kept.name, "text": kept.text}
        return body | asked
    message = {"ts": kept.thread, "thread_ts": kept.thread}
    place = {"id": channel or kept.place}
    return body | {"type": "message_action", "callback_id": kept.name, "message": message, "channel": place}


def is_from_refusal(body: Body) -> bool:
    """Whether the button stands below a reason why nothing came, which only its reader sees."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    stands = isinstance(action, dict) and action.get("block_id") == ids.TRY_AGAIN
    return stands and mapping(body, "container").get("is_ephemeral") is True
