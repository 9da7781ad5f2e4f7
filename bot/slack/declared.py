"""What a listener declares: what it hears, which right it needs, how it reads a payload, where its answer stands."""

from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from types import ModuleType
from typing import Any, TypeVar

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot import trace
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.ids import BrokenPayloadError

Body = dict[str, Any]
"""A payload as it came."""
Answer = tuple[str, list[Block]]
"""What one person alone sees: the text for notifications, and the blocks."""
Room = TypeVar("Room")
About = TypeVar("About")
Kept = TypeVar("Kept", ids.ModalState, ids.ClaimState)
Work = Coroutine[Any, Any, None]

Coded = Callable[[Any], str]
"""The handover whose code a press is about, of what `reads` gave; empty where it is about a whole channel's."""

OTHERS = "*"
"""The button that hears all that no other one does."""


@dataclass(frozen=True, slots=True)
class Then:
    """A modal, and what is done once it is on the screen."""

    view: View
    after: Callable[[str], Coroutine[Any, Any, None]]
    """Given the modal's id."""


@dataclass(frozen=True, slots=True)
class NotYet:
    """An answer that another press may change without anything else being done in Slack."""

    text: str
    """For notifications."""
    lines: Sequence[str]


class Kind(StrEnum):
    """What Slack delivers."""

    COMMAND = "command"
    BUTTON = "button"
    SHORTCUT = "shortcut"
    """On a message."""
    MODAL = "modal"
    """That was submitted."""
    OPTIONS = "options"
    """For a field in which somebody types."""
    EVENT = "event"


class Right(StrEnum):
    """Who may. The domain asks Slack who it is, at every press, and refuses all others."""

    OPERATOR = "an operator of the location that it is about"
    ANYBODY = "anybody: it tells nothing of a handover, or only what the person may see by another right"


class Shows(StrEnum):
    """Where the answer of a press stands."""

    ALONE = "in the channel, to the asker alone"
    OPENED = "in a modal that is opened"
    INSIDE = "in the modal in which the button stands"
    SUBMITTED = "in the modal that was submitted"
    ITSELF = "where the listener shows it itself"


class WrongInputError(Exception):
    """What was typed into a modal can't be taken; each field's reason, in the language of the person."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(*errors)
        self.errors = errors


@dataclass(frozen=True, slots=True)
class Listener:
    """A listener and its declaration."""

    kind: Kind
    names: tuple[str, ...]
    """Commands, action ids, callback ids, or types of events."""
    right: Right
    run: Callable[..., Coroutine[Any, Any, Any]]
    """Given the desk, the asker and what `reads` gave; an event has no asker."""
    reads: Callable[..., Any]
    """What the payload is about; raises BrokenPayloadError. A modal's is awaited, and raises WrongInputError too."""
    asks: Callable[[Body], Asker] = Asker.of_interaction
    shows: Shows = Shows.ITSELF
    title: str = ""
    """Of the modal, to be translated."""
    replaces: bool = False
    """The answer takes the place of the one whose button was pressed."""
    again: str = ""
    """The button that begins anew what Flipkart failed at: itself, or the one on whose way a form stands."""
    at_location: bool = False
    """Only in the channel of a location; elsewhere the person is told where."""
    or_alone: bool = False
    """Where Slack opens no window, what would stand in it is shown to the asker alone."""
    coded: "Coded | None" = None
    """What needs a code: whose, so that the copy that has the codes carries it out. None: no code is shown or asked."""


def alone(
    kind: Kind,
    *names: str,
    right: Right,
    reads: Callable[[Body], About],
    asks: Callable[[Body], Asker] | None = None,
    replaces: bool = False,
    at_location: bool = False,
) -> Callable[[Callable[[Room, Asker, About], Coroutine[Any, Any, Answer | NotYet]]], Listener]:
    """Declares what gives an answer for the asker alone."""

    def declare(run: Callable[[Room, Asker, About], Coroutine[Any, Any, Answer | NotYet]]) -> Listener:
        who = asks or (Asker.of_command if kind is Kind.COMMAND else where_pressed)
        return Listener(kind, names, right, run, reads, who, Shows.ALONE, replaces=replaces, at_location=at_location)

    return declare


def opens(
    kind: Kind,
    name: str,
    title: str,
    *,
    right: Right,
    reads: Callable[[Body], About],
    asks: Callable[[Body], Asker] | None = None,
    at_location: bool = False,
    or_alone: bool = False,
    coded: Coded | None = None,
) -> Callable[[Callable[[Room, Asker, About], Coroutine[Any, Any, View | Then | NotYet]]], Listener]:
    """Declares what gives a modal, which is opened at once with the title."""

    def declare(run: Callable[[Room, Asker, About], Coroutine[Any, Any, View | Then | NotYet]]) -> Listener:
        who = asks or (Asker.of_command if kind is Kind.COMMAND else Asker.of_interaction)
        again = name if kind is Kind.BUTTON else ""
        shown = Listener(kind, (name,), right, run, reads, who, Shows.OPENED, title, again=again)
        return replace(shown, at_location=at_location, or_alone=or_alone, coded=coded)

    return declare


def inside(
    name: str, title: str, *, right: Right, reads: Callable[[Body], About], coded: Coded | None = None
) -> Callable[[Callable[[Room, Asker, About], Coroutine[Any, Any, View | Then | NotYet]]], Listener]:
    """Declares a button of a modal, which takes the place of what that shows."""

    def declare(run: Callable[[Room, Asker, About], Coroutine[Any, Any, View | Then | NotYet]]) -> Listener:
        return Listener(
            Kind.BUTTON, (name,), right, run, reads, shows=Shows.INSIDE, title=title, again=name, coded=coded
        )

    return declare


def fills(
    name: str,
    title: str,
    *,
    right: Right,
    reads: Callable[[Room, Asker, "Form"], Coroutine[Any, Any, About]],
    keeps: type[ids.ModalState] | type[ids.ClaimState] | None = None,
    again: str = "",
    coded: Coded | None = None,
) -> Callable[[Callable[[Room, Asker, About], Coroutine[Any, Any, View | Then | NotYet]]], Listener]:
    """Declares what takes a modal that was submitted, `keeps` in private_metadata, and gives what follows.

    `again` is the button of a handover that begins it anew.
    """

    def asks(body: Body) -> Asker:
        asker = Asker.of_interaction(body)
        if keeps is None:
            return asker
        # A submission names no channel, so the modal kept the one in which its FE has a card.
        return replace(asker, channel_id=keeps.load(Form.of(body).view.get("private_metadata")).channel)

    def declare(run: Callable[[Room, Asker, About], Coroutine[Any, Any, View | Then | NotYet]]) -> Listener:
        return Listener(Kind.MODAL, (name,), right, run, reads, asks, Shows.SUBMITTED, title, again=again, coded=coded)

    return declare


def by_itself(
    kind: Kind, *names: str, right: Right, reads: Callable[[Body], About]
) -> Callable[[Callable[[Room, Asker, About], Work]], Listener]:
    """Declares what shows its answer itself, and takes each press for one of its own."""

    def declare(run: Callable[[Room, Asker, About], Work]) -> Listener:
        return Listener(kind, names, right, run, reads)

    return declare


def offers(
    name: str, *, right: Right, reads: Callable[[Body], About]
) -> Callable[[Callable[[Room, Asker, About], Coroutine[Any, Any, list[dict[str, object]]]]], Listener]:
    """Declares what offers options while somebody types; Slack waits for them."""

    def declare(run: Callable[[Room, Asker, About], Coroutine[Any, Any, list[dict[str, object]]]]) -> Listener:
        return Listener(Kind.OPTIONS, (name,), right, run, reads)

    return declare


def hears(
    name: str, *, right: Right, reads: Callable[[Body], About | None]
) -> Callable[[Callable[[Room, About], Work]], Listener]:
    """Declares what hears an event; one for which `reads` gives None is let pass."""

    def declare(run: Callable[[Room, About], Work]) -> Listener:
        return Listener(Kind.EVENT, (name,), right, run, reads)

    return declare


@dataclass(frozen=True, slots=True)
class Form:
    """A modal that was submitted, or in which somebody types."""

    view: Body

    @classmethod
    def of(cls, body: Body) -> "Form":
        """From a payload."""
        return cls(mapping(body, "view"))

    def kept(self, kind: type[Kept]) -> Kept:
        """What the modal kept in private_metadata; of a handover, what follows is about it in the log.

        Raises BrokenPayloadError.
        """
        kept = kind.load(self.view.get("private_metadata"))
        if isinstance(kept, ids.ModalState):
            trace.about(kept.handover)
        return kept

    def chosen(self, name: str) -> str:
        """The value of the option that was chosen in an input; empty: none."""
        return text_of(mapping(self._input(name), "selected_option").get("value"))

    def chosen_all(self, name: str) -> list[str]:
        """The values of all options that were chosen in an input of several."""
        options = self._input(name).get("selected_options")
        return (
            [text_of(one.get("value")) for one in options if isinstance(one, dict)] if isinstance(options, list) else []
        )

    def has(self, name: str) -> bool:
        """Whether the modal asks for it."""
        return bool(self._input(name))

    def typed(self, name: str) -> str:
        """What was typed into an input."""
        return text_of(self._input(name).get("value"))

    def _input(self, name: str) -> Body:
        """The state of an input whose block and action have the same name."""
        found = self.view
        for key in ("state", "values", name, name):
            found = mapping(found, key)
        return found


def pressed(body: Body) -> Body:
    """The one button that was pressed, also where it stood in a menu. Raises BrokenPayloadError."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    if not isinstance(action, dict):
        raise BrokenPayloadError("a press on nothing")
    if action.get("action_id") != ids.MORE:
        return action
    # Whoever hears the button hears the option: rights, fingers and answers know of no menu.
    action_id, value = ids.option(text_of(mapping(action, "selected_option").get("value")))
    return {**action, "action_id": action_id, "value": value}


def own_id(body: Body) -> str:
    """The id of the bot's own that a button carries. Raises BrokenPayloadError."""
    return ids.handover_id(pressed(body).get("value"))


def handover(body: Body) -> str:
    """The handover whose id a button carries; what follows is about it in the log. Raises BrokenPayloadError."""
    found = own_id(body)
    trace.about(found)
    return found


def root(body: Body) -> str:
    """The root of the thread in which a shortcut's message stands; itself, if it is one. Raises BrokenPayloadError."""
    message = mapping(body, "message")
    found = text_of(message.get("thread_ts")) or text_of(message.get("ts"))
    if not found:
        raise BrokenPayloadError("a shortcut on no message")
    return found


def in_thread(body: Body) -> Asker:
    """Who chose a message shortcut, answered in the thread: that is where they look."""
    asker, found = Asker.of_interaction(body), root(body)
    if found == mapping(body, "message").get("ts"):
        return asker
    # A response_url answers in the channel.
    return replace(asker, response_url="", thread_ts=found)


def where_pressed(body: Body) -> Asker:
    """Who pressed a button, answered where it stands: below a message of a thread, in the thread."""
    asker, message = Asker.of_interaction(body), mapping(body, "message")
    found = text_of(message.get("thread_ts"))
    if found in ("", message.get("ts")) or mapping(body, "container").get("is_ephemeral") is True:
        return asker
    # A response_url answers in the channel.
    return replace(asker, response_url="", thread_ts=found)


def itself(about: str) -> str:
    """For a press that is about one handover, and about its code."""
    return about


def in_channel(_about: str) -> str:
    """For a press about whose code it is not known yet: any of the channel's."""
    return ""


def nothing(_body: Body) -> str:
    """For what a payload says nothing more about."""
    return ""


class Table:
    """Which listener hears what."""

    def __init__(self, listeners: Iterable[Listener]) -> None:
        """Raises ValueError: two hear the same. Raises TypeError: one declares no right."""
        self._heard: dict[tuple[Kind, str], Listener] = {}
        for listener in listeners:
            for name in listener.names:
                if not isinstance(listener.right, Right):
                    raise TypeError(f"the listener to {listener.kind} {name} declares no right")
                if self._heard.setdefault((listener.kind, name), listener) is not listener:
                    raise ValueError(f"two listeners to {listener.kind} {name}")

    @property
    def heard(self) -> dict[tuple[Kind, str], Listener]:
        """All of it."""
        return dict(self._heard)

    def of(self, body: Body) -> tuple[Listener, str] | None:
        """The listener to a payload and the name by which it heard it; None: nobody. Raises BrokenPayloadError."""
        kind, name = _address(body)
        if kind is None or not isinstance(name, str):
            return None
        found = self._heard.get((kind, name))
        if found is None and kind is Kind.BUTTON:
            found = self._heard.get((kind, OTHERS))
        return None if found is None else (found, name)


def listeners_of(*rooms: ModuleType) -> list[Listener]:
    """The listeners that stand in modules."""
    return [one for room in rooms for one in vars(room).values() if isinstance(one, Listener)]


def _address(body: Body) -> tuple[Kind | None, object]:
    """To whom a payload is: its kind, and the id in it."""
    if "command" in body:
        return Kind.COMMAND, body["command"]
    match body.get("type"):
        case "block_actions":
            return Kind.BUTTON, pressed(body).get("action_id")
        case "view_submission":
            return Kind.MODAL, mapping(body, "view").get("callback_id")
        case "message_action":
            return Kind.SHORTCUT, body.get("callback_id")
        case "block_suggestion":
            return Kind.OPTIONS, body.get("action_id")
        case "event_callback":
            return Kind.EVENT, mapping(body, "event").get("type")
        case _:
            return None, None


def mapping(body: Body, name: str) -> Body:
    """What a payload has under a name; nothing where that is no object."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def text_of(value: object) -> str:
    """A value that is a text; empty for any other."""
    return value if isinstance(value, str) else ""
