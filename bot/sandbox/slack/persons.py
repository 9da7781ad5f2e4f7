"""What persons do in their Slack client. Each act sends the real payload to the bot and waits for its ack."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from typing import Any

from . import payloads
from .blockkit import suggestion_problem
from .blocks import Json, as_button, elements, options_of
from .courier import Courier
from .errors import SlackError, SubmitRefused
from .inputs import STATEFUL, entered_state, refusal, state_values
from .modals import apply_submission, close_view
from .model import Channel, Delivery, Ephemeral, File, Message, Surface, View
from .posting import Content, changed, deleted, post
from .response_urls import respond
from .serial import message_json, view_json
from .workspace import Workspace

LEAST_TYPED = 3
"""Characters, where `min_query_length` does not say."""
_MESSAGE_SCOPE = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
_MESSAGE_EVENT = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class Persons:
    """The acts of the people in a workspace."""

    def __init__(self, ws: Workspace, courier: Courier) -> None:
        """Act in one workspace."""
        self._ws = ws
        self._courier = courier

    def _channel_of(self, user_id: str, channel_id: str) -> Channel:
        channel = self._ws.channels[channel_id]
        if user_id not in channel.members:
            raise LookupError(f"{user_id} is not in {channel_id}")
        if channel.archived:
            raise LookupError(f"{channel_id} is archived")
        return channel

    async def slash(self, user_id: str, channel_id: str, command: str, text: str = "") -> Delivery:
        """Type a slash command; the body of its ack is posted as Slack posts it."""
        ws = self._ws
        channel = self._channel_of(user_id, channel_id)
        address = ws.new_response_url(user_id, channel.id)
        url = ws.response_urls[address.removeprefix(f"{ws.url}/response/")]
        name = command if command.startswith("/") else f"/{command}"
        delivery = payloads.envelope(
            "slash_commands", payloads.command(ws, user_id, channel, command=name, text=text, response_url=address)
        )

        def settle(answer: Any) -> str | None:
            if not isinstance(answer, dict) or not answer.keys() & {"text", "blocks", "attachments"}:
                return None
            try:
                respond(ws, url, answer)
            except SlackError as error:
                return ": ".join([error.code, *error.messages])
            return None

        delivery.settle = settle
        return await self._courier.deliver(delivery)

    async def press(
        self, user_id: str, surface: Surface, action_id: str, value: str | Sequence[str] | None = None
    ) -> Delivery:
        """Press a button, or choose in a select, radio, checkbox or overflow element.

        What stands in an overflow menu as the button ``action_id`` (`Surface.buttons`) is chosen there.

        An input in a form that does not ask for ``dispatch_action`` only keeps the choice: nothing is sent then.

        Raises:
            LookupError: the person does not see the surface, or there is no such element or option in it.
        """
        self._must_see(user_id, surface)
        action_id, value = _in_menu(surface, action_id, value)
        block, element = _find(surface, action_id, value)
        state: Json = {}
        if element["type"] in STATEFUL or element["type"] == "overflow":
            state = entered_state(element, value)
        if element["type"] in STATEFUL:
            surface.entered.setdefault(block["block_id"], {})[element["action_id"]] = state
            self._ws.changed("entered", user=user_id, action_id=action_id)
        action = payloads.action(self._ws, block, element, state)
        payload = payloads.block_actions(self._ws, user_id, surface, action)
        delivery = payloads.envelope("interactive", payload)
        if block.get("type") == "input" and not block.get("dispatch_action"):
            return delivery
        return await self._courier.deliver(delivery)

    async def suggest(self, user_id: str, surface: Surface, action_id: str, typed: str) -> Delivery:
        """Type into a select whose options come from the bot; the ack's payload holds what it offers.

        Raises:
            LookupError: the person does not see the surface, there is no such select, or too little is typed in it.
        """
        self._must_see(user_id, surface)
        block, element = _find(surface, action_id, typed)
        if not element["type"].endswith("external_select"):
            raise LookupError(f"{action_id!r} does not ask the bot for its options")
        least = element.get("min_query_length", LEAST_TYPED)
        if len(typed) < least:
            raise LookupError(f"Slack asks for options of {action_id!r} only from {least} characters on")
        payload = payloads.suggestion(self._ws, user_id, surface, block, element, typed)
        delivery = payloads.envelope("interactive", payload)
        delivery.settle = suggestion_problem
        return await self._courier.deliver(delivery)

    def _must_see(self, user_id: str, surface: Surface) -> None:
        if isinstance(surface, View):
            stack = self._ws.open_views(user_id)
            if surface.user != user_id or surface.closed:
                raise LookupError(f"{user_id} does not see view {surface.id}")
            if surface.type == "modal" and stack[-1] is not surface:
                raise LookupError(f"view {surface.id} is covered by {stack[-1].id}")
        elif isinstance(surface, Ephemeral):
            if surface.user != user_id or not surface.visible:
                raise LookupError(f"{user_id} does not see the ephemeral message {surface.ts}")
        elif isinstance(surface, Message):
            if surface.deleted:
                raise LookupError(f"the message {surface.ts} is deleted")
            self._channel_of(user_id, surface.channel)

    async def submit(
        self, user_id: str, view: View, values: Mapping[str, Any] | None = None, seconds: float | None = None
    ) -> Delivery:
        """Fill in a modal and submit it.

        Args:
            user_id: who does it.
            view: the modal; it has to be the topmost.
            values: by block_id a text, an option's value or a list of these; ``{action_id: value}`` for a block
                that holds several elements. What is not given keeps what was entered before, or its initial value.
            seconds: how long to wait for the ack.

        Raises:
            SubmitRefused: Slack's client would not send the form.
            LookupError: no such block, option or submit button.
        """
        self._must_see(user_id, view)
        if not view.submit:
            raise LookupError(f"view {view.id} has no submit button")
        entered = _entered(view, dict(values or {}))
        states = state_values(view.blocks, entered)
        errors: dict[str, str] = {}
        for block, element in elements(view.blocks):
            if block["type"] == "input":
                line = refusal(block, element, states[block["block_id"]][element["action_id"]])
                if line is not None:
                    errors[block["block_id"]] = line
        if errors:
            raise SubmitRefused(errors)
        view.entered = entered
        view.errors = {}
        self._ws.changed("view.submitted", user=user_id, view=view.id)
        trigger_id = self._ws.new_trigger(user_id, view.id)
        delivery = payloads.envelope(
            "interactive",
            payloads.interaction(
                self._ws,
                "view_submission",
                user_id,
                trigger_id=trigger_id,
                view=view_json(self._ws, view),
                response_urls=[],
            ),
        )
        delivery.settle = lambda answer: apply_submission(self._ws, view, answer)
        return await self._courier.deliver(delivery, seconds)

    async def close(self, user_id: str, view: View, clear: bool = False) -> Delivery:
        """Close a modal by its cancel button, or (``clear``) the whole stack by its cross.

        The bot hears of it only with ``notify_on_close``.
        """
        self._must_see(user_id, view)
        everything = clear or view.clear_on_close
        payload = payloads.interaction(
            self._ws, "view_closed", user_id, view=view_json(self._ws, view), is_cleared=everything
        )
        for open_one in self._ws.open_views(user_id) if everything else [view]:
            close_view(self._ws, open_one)
        delivery = payloads.envelope("interactive", payload)
        return await self._courier.deliver(delivery) if view.notify_on_close else delivery

    async def shortcut(self, user_id: str, message: Message, callback_id: str) -> Delivery:
        """Choose a message shortcut."""
        self._must_see(user_id, message)
        ws, channel = self._ws, self._ws.channels[message.channel]
        payload = payloads.interaction(
            ws,
            "message_action",
            user_id,
            callback_id=callback_id,
            action_ts=ws.new_ts(),
            message_ts=message.ts,
            channel={"id": channel.id, "name": payloads.channel_name(channel)},
            message=message_json(ws, message),
            response_url=ws.new_response_url(user_id, channel.id),
            trigger_id=ws.new_trigger(user_id),
        )
        return await self._courier.deliver(payloads.envelope("interactive", payload))

    async def global_shortcut(self, user_id: str, callback_id: str) -> Delivery:
        """Choose a shortcut from the search or the plus menu."""
        ws = self._ws
        payload = payloads.interaction(
            ws,
            "shortcut",
            user_id,
            callback_id=callback_id,
            action_ts=ws.new_ts(),
            trigger_id=ws.new_trigger(user_id),
        )
        return await self._courier.deliver(payloads.envelope("interactive", payload))

    async def open_home(self, user_id: str) -> Delivery:
        """Open the App Home tab."""
        ws = self._ws
        body: Json = {
            "type": "app_home_opened",
            "user": user_id,
            "channel": ws.direct(user_id).id,
            "tab": "home",
        }
        home = ws.home(user_id)
        if home is not None:
            body["view"] = view_json(ws, home)
        return await self._tell(body, "app_home_opened")

    async def join(self, user_id: str, channel_id: str) -> Delivery:
        """Join a channel."""
        ws = self._ws
        channel = ws.channels[channel_id]
        ws.invite(channel_id, user_id)
        body: Json = {
            "type": "member_joined_channel",
            "user": user_id,
            "channel": channel_id,
            "channel_type": "G" if channel.private else "C",
            "team": ws.team_id,
        }
        subscribed = "member_joined_channel" if ws.bot_user_id in channel.members else None
        return await self._tell(body, subscribed)

    async def say(
        self,
        user_id: str,
        channel_id: str,
        text: str,
        thread_ts: str | None = None,
        files: Sequence[str | tuple[str, bytes]] = (),
    ) -> Delivery:
        """Write a message; ``files`` are ids of files, or (name, content)."""
        ws = self._ws
        channel = self._channel_of(user_id, channel_id)
        shown = [self._share(user_id, channel, file) for file in files]
        message = post(ws, channel, Content(text), user=user_id, thread_ts=thread_ts, files=shown)
        body = {**message_json(ws, message), "channel": channel.id, "channel_type": channel.kind}
        if shown:
            body["subtype"] = "file_share"
        return await self._tell({**body, "event_ts": message.ts}, self.message_event(channel))

    async def edit(self, user_id: str, message: Message, text: str) -> Delivery:
        """Change the text of one's own message.

        Raises:
            LookupError: it is somebody else's, or deleted.
        """
        self._must_own(user_id, message)
        return await self._tell_of(message, changed(self._ws, message, Content(text)))

    async def delete(self, user_id: str, message: Message) -> Delivery:
        """Delete one's own message.

        Raises:
            LookupError: it is somebody else's, or deleted.
        """
        self._must_own(user_id, message)
        return await self._tell_of(message, deleted(self._ws, message))

    def _must_own(self, user_id: str, message: Message) -> None:
        self._must_see(user_id, message)
        if message.user != user_id or message.by_bot:
            raise LookupError(f"the message {message.ts} is not {user_id}'s")

    async def _tell_of(self, message: Message, event: Json) -> Delivery:
        channel = self._ws.channels[message.channel]
        body = {**event, "channel": channel.id, "channel_type": channel.kind, "event_ts": event["ts"]}
        return await self._tell(body, self.message_event(channel))

    def _share(self, user_id: str, channel: Channel, file: str | tuple[str, bytes]) -> Json:
        ws = self._ws
        if not isinstance(file, str):
            name, content = file
            kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
            made = File(ws.new_id("F"), name, name, user_id, int(ws.now()), content, kind, uploaded=True)
            ws.files[made.id] = made
            file = made.id
        ws.files[file].shared = True
        ws.files[file].channels.append(channel.id)
        return ws.files[file].in_event(ws.url, ws.team_id)

    def message_event(self, channel: Channel) -> str | None:
        """The event type that tells the bot of this channel's messages; None where it may not hear them."""
        may = self._ws.bot_user_id in channel.members and _MESSAGE_SCOPE[channel.kind] in self._ws.scopes
        return _MESSAGE_EVENT[channel.kind] if may else None

    async def _tell(self, body: Json, event_type: str | None) -> Delivery:
        delivery = payloads.envelope("events_api", payloads.event(self._ws, body))
        if event_type not in self._ws.events:
            return delivery
        return await self._courier.deliver(delivery)

    def echo(self, body: Json, channel: Channel) -> None:
        """Tell the bot of its own message, in the background."""
        if self._ws.echo_own_messages and self.message_event(channel) in self._ws.events:
            delivery = payloads.envelope("events_api", payloads.event(self._ws, body))
            self._courier.deliver_soon(delivery)


def _in_menu(surface: Surface, action_id: str, value: Any) -> tuple[str, Any]:
    """The menu and its option, where a button stands in one; else what was given."""
    every = [element for _, element in elements(surface.blocks)]
    if any(element["action_id"] == action_id for element in every):
        return action_id, value
    for menu in every:
        for option in menu["options"] if menu["type"] == "overflow" else ():
            button = as_button(option)
            if button["action_id"] == action_id and value in (None, button["value"]):
                return menu["action_id"], option["value"]
    return action_id, value


def _find(surface: Surface, action_id: str, value: Any) -> tuple[Json, Json]:
    same = [(b, e) for b, e in elements(surface.blocks) if e["action_id"] == action_id]
    if not same:
        there = [e["action_id"] for _, e in elements(surface.blocks)]
        raise LookupError(f"no element {action_id!r}, only {there}")
    for block, element in same:
        if element["type"] in ("button", "icon_button", "workflow_button"):
            if value is None or element.get("value") == value:
                return block, element
        elif len(same) == 1 or any(option.get("value") == value for option in options_of(element)):
            return block, element
    raise LookupError(f"no element {action_id!r} with the value {value!r}")


def _entered(view: View, values: dict[str, Any]) -> dict[str, Json]:
    entered = {block_id: dict(states) for block_id, states in view.entered.items()}
    for block, element in elements(view.blocks):
        block_id, action_id = block["block_id"], element["action_id"]
        if block_id not in values or element["type"] not in STATEFUL:
            continue
        given = values[block_id]
        if isinstance(given, dict):
            if action_id not in given:
                continue
            given = given[action_id]
        entered.setdefault(block_id, {})[action_id] = entered_state(element, given)
    unknown = set(values) - {block["block_id"] for block, _ in elements(view.blocks)}
    if unknown:
        raise LookupError(f"no input in a block {sorted(unknown)}")
    return entered
