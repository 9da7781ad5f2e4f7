"""The chat.* and reactions.* methods."""

from __future__ import annotations

import re

from ..arguments import Args
from ..blocks import Json
from ..errors import SlackError
from ..model import Message
from ..posting import UPDATE_TEXT_MAX, bot_channel, delete, edit, post, read_content, thread_root, whisper
from ..serial import message_json
from ..workspace import Workspace


def _channel_argument(args: Args) -> str:
    return args.need("channel", "channel_not_found")


def post_message(ws: Workspace, args: Args) -> Json:
    """chat.postMessage."""
    channel = bot_channel(ws, _channel_argument(args))
    content = read_content(args)
    if content.empty:
        raise SlackError("no_text")
    root = thread_root(ws, channel, args.text("thread_ts"))
    broadcast = root is not None and args.flag("reply_broadcast")
    message = post(ws, channel, content, thread_ts=root, broadcast=broadcast)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": message_json(ws, message, metadata=True),
    }


def _own_message(ws: Workspace, args: Args, refusal: str) -> Message:
    channel = bot_channel(ws, _channel_argument(args))
    message = ws.message(channel.id, args.need("ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    if not message.by_bot or message.app_id != ws.app_id:
        raise SlackError(refusal)
    return message


def update(ws: Workspace, args: Args) -> Json:
    """chat.update."""
    message = _own_message(ws, args, "cant_update_message")
    content = read_content(args)
    if content.text is None and content.blocks is None and content.attachments is None:
        raise SlackError("no_text")
    if content.text is not None and len(content.text) > UPDATE_TEXT_MAX:
        raise SlackError("msg_too_long")
    if content.empty and not (message.attachments or message.files):
        raise SlackError("no_text")
    edit(ws, message, content)
    return {
        "channel": message.channel,
        "ts": message.ts,
        "text": message.text,
        "message": message_json(ws, message, metadata=True),
    }


def delete_message(ws: Workspace, args: Args) -> Json:
    """chat.delete."""
    message = _own_message(ws, args, "cant_delete_message")
    delete(ws, message)
    return {"channel": message.channel, "ts": message.ts}


def post_ephemeral(ws: Workspace, args: Args) -> Json:
    """chat.postEphemeral."""
    channel = bot_channel(ws, _channel_argument(args))
    content = read_content(args)
    if content.empty:
        raise SlackError("no_text")
    user = args.need("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    root = thread_root(ws, channel, args.text("thread_ts"))
    return {"message_ts": whisper(ws, channel, user, content, root).ts}


def get_permalink(ws: Workspace, args: Args) -> Json:
    """chat.getPermalink."""
    channel = bot_channel(ws, _channel_argument(args), writing=False)
    message = ws.message(channel.id, args.need("message_ts", "message_not_found"))
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{ws.team_domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts:
        link += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": link}


def _reaction_target(ws: Workspace, args: Args) -> tuple[Message, str]:
    channel = bot_channel(ws, _channel_argument(args), writing=False)
    message = ws.message(channel.id, args.need("timestamp", "no_item_specified"))
    if message is None:
        raise SlackError("message_not_found")
    name = args.need("name", "invalid_name").strip(":")
    if not re.fullmatch(r"[a-z0-9_+'-]+(::skin-tone-[2-6])?", name):
        raise SlackError("invalid_name")
    return message, name


def add_reaction(ws: Workspace, args: Args) -> Json:
    """reactions.add."""
    message, name = _reaction_target(ws, args)
    users = message.reactions.setdefault(name, [])
    if ws.bot_user_id in users:
        raise SlackError("already_reacted")
    users.append(ws.bot_user_id)
    ws.changed("message.reaction", channel=message.channel, ts=message.ts)
    return {}


def remove_reaction(ws: Workspace, args: Args) -> Json:
    """reactions.remove."""
    message, name = _reaction_target(ws, args)
    users = message.reactions.get(name, [])
    if ws.bot_user_id not in users:
        raise SlackError("no_reaction")
    users.remove(ws.bot_user_id)
    if not users:
        del message.reactions[name]
    ws.changed("message.reaction", channel=message.channel, ts=message.ts)
    return {}
