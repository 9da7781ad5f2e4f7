"""The payloads that Slack sends for what a person does."""

from __future__ import annotations

import uuid

from .blocks import Json
from .inputs import STATEFUL, STATELESS, state_values
from .model import Channel, Delivery, Ephemeral, Message, Surface, View
from .serial import message_json, view_json
from .workspace import Workspace

VERIFICATION_TOKEN = "sim-verification"


def envelope(kind: str, payload: Json) -> Delivery:
    """A payload in a Socket Mode envelope, ready to be delivered."""
    body: Json = {
        "type": kind,
        "envelope_id": str(uuid.uuid4()),
        "payload": payload,
        "accepts_response_payload": kind != "events_api",
    }
    if kind == "events_api":
        body |= {"retry_attempt": 0, "retry_reason": ""}
    return Delivery(kind, body)


def channel_name(channel: Channel) -> str:
    """The name that interactions carry: Slack hides those of private channels."""
    if channel.dm_user is not None:
        return "directmessage"
    return "privategroup" if channel.private else channel.name


def command(ws: Workspace, user_id: str, channel: Channel, *, command: str, text: str, response_url: str) -> Json:
    """The payload of a slash command."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": ws.team_id,
        "team_domain": ws.team_domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user_id,
        "user_name": ws.users[user_id].name,
        "command": command,
        "text": text,
        "api_app_id": ws.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": ws.new_trigger(user_id),
    }


def interaction(ws: Workspace, kind: str, user_id: str, **more: object) -> Json:
    """What all interactions have in common."""
    name = ws.users[user_id].name
    return {
        "type": kind,
        "team": {"id": ws.team_id, "domain": ws.team_domain},
        "user": {"id": user_id, "username": name, "name": name, "team_id": ws.users[user_id].home or ws.team_id},
        "api_app_id": ws.app_id,
        "token": VERIFICATION_TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
        **more,
    }


def _place(ws: Workspace, surface: Message | Ephemeral, user_id: str) -> Json:
    channel = ws.channels[surface.channel]
    container: Json = {
        "type": "message",
        "message_ts": surface.ts,
        "channel_id": channel.id,
        "is_ephemeral": isinstance(surface, Ephemeral),
    }
    if surface.thread_ts:
        container["thread_ts"] = surface.thread_ts
    place: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": state_values(surface.blocks, surface.entered)},
    }
    if isinstance(surface, Message):
        # An ephemeral message is not stored anywhere, so Slack can't send it back.
        place["message"] = message_json(ws, surface)
        place["response_url"] = ws.new_response_url(user_id, channel.id, message=surface)
    else:
        place["response_url"] = ws.new_response_url(user_id, channel.id, ephemeral=surface)
    return place


def block_actions(ws: Workspace, user_id: str, surface: Surface, action: Json) -> Json:
    """The payload of something pressed or chosen in blocks."""
    place: Json = {}
    view_id = None
    if isinstance(surface, View):
        view_id = surface.id
        place = {"container": {"type": "view", "view_id": surface.id}, "view": view_json(ws, surface)}
    elif isinstance(surface, Message | Ephemeral):
        place = _place(ws, surface, user_id)
    trigger_id = ws.new_trigger(user_id, view_id)
    return interaction(ws, "block_actions", user_id, **place, trigger_id=trigger_id, actions=[action])


def action(ws: Workspace, block: Json, element: Json, state: Json) -> Json:
    """One entry of ``actions``; ``state`` is empty for buttons."""
    entry: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": ws.new_ts(),
    }
    if element["type"] in STATELESS:
        for name in ("text", "value", "style", "url"):
            if name in element:
                entry[name] = element[name]
    if element["type"] in STATEFUL or element["type"] == "overflow":
        entry |= state
    return entry


def suggestion(ws: Workspace, user_id: str, surface: Surface, block: Json, element: Json, typed: str) -> Json:
    """The payload of a select that asks the app for its options, while the person types."""
    place: Json = {}
    if isinstance(surface, View):
        place = {"container": {"type": "view", "view_id": surface.id}, "view": view_json(ws, surface)}
    elif isinstance(surface, Message | Ephemeral):
        place = _place(ws, surface, user_id)
        place.pop("response_url")
    about: Json = {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
    return interaction(ws, "block_suggestion", user_id, **place, **about)


def event(ws: Workspace, body: Json) -> Json:
    """An event in the callback that Slack wraps around it."""
    event_id = ws.new_id("Ev")
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": ws.team_id,
        "context_team_id": ws.team_id,
        "context_enterprise_id": None,
        "api_app_id": ws.app_id,
        "event": {"event_ts": ws.new_ts(), **body},
        "type": "event_callback",
        "event_id": event_id,
        "event_time": int(ws.now()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": ws.team_id,
                "user_id": ws.bot_user_id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": f"4-{event_id}",
    }
