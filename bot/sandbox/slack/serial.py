"""Messages and views as Slack's JSON."""

from __future__ import annotations

from .blocks import Json
from .inputs import state_values
from .model import Message, View
from .workspace import Workspace


def message_json(ws: Workspace, message: Message, metadata: bool = False) -> Json:
    """A message as the history, the payloads and the answers show it; metadata only where asked for."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    body["team"] = ws.team_id
    if message.by_bot:
        bot = ws.users[message.user]
        body["bot_id"] = message.bot_id
        body["app_id"] = message.app_id
        body["bot_profile"] = {
            "id": message.bot_id,
            "app_id": message.app_id,
            "user_id": message.user,
            "name": bot.name,
            "deleted": False,
            "team_id": ws.team_id,
        }
    if message.blocks:
        body["blocks"] = message.blocks
    if message.attachments:
        body["attachments"] = message.attachments
    if message.files:
        body["files"] = message.files
        body["upload"] = True
    if message.edited_ts:
        body["edited"] = {"user": message.user, "ts": message.edited_ts}
    if message.reactions:
        body["reactions"] = [
            {"name": name, "users": list(users), "count": len(users)} for name, users in message.reactions.items()
        ]
    if metadata and message.metadata is not None:
        body["metadata"] = message.metadata
    if message.broadcast:
        body["subtype"] = "thread_broadcast"
    return {**body, **_thread_fields(ws, message)}


def _thread_fields(ws: Workspace, message: Message) -> Json:
    if message.thread_ts is not None:
        root = ws.message(message.channel, message.thread_ts)
        parent = {"parent_user_id": root.user} if root else {}
        return {"thread_ts": message.thread_ts, **parent}
    replies = ws.thread(message.channel, message.ts)
    if not replies:
        return {}
    users = list(dict.fromkeys(reply.user for reply in replies))
    fields: Json = {
        "thread_ts": message.ts,
        "reply_count": len(replies),
        "reply_users_count": len(users),
        "reply_users": users,
        "latest_reply": replies[-1].ts,
        "is_locked": False,
        "subscribed": False,
    }
    if message.deleted:
        fields |= {"subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    return fields


def _plain_text(text: str | None) -> Json | None:
    return {"type": "plain_text", "text": text, "emoji": True} if text is not None else None


def view_json(ws: Workspace, view: View) -> Json:
    """A view as the answers and payloads show it."""
    return {
        "id": view.id,
        "team_id": ws.team_id,
        "type": view.type,
        "blocks": view.blocks,
        "private_metadata": view.private_metadata,
        "callback_id": view.callback_id,
        "state": {"values": state_values(view.blocks, view.entered)},
        "hash": view.hash,
        "title": _plain_text(view.title),
        "clear_on_close": view.clear_on_close,
        "notify_on_close": view.notify_on_close,
        "close": _plain_text(view.close),
        "submit": _plain_text(view.submit),
        "previous_view_id": view.previous_view_id,
        "root_view_id": view.root_view_id,
        "app_id": ws.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": ws.team_id,
        "bot_id": ws.bot_id,
    }
