"""Posting, editing and deleting messages: shared by the Web API, the response_urls and the acks."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .arguments import Args
from .blockkit import check_message_blocks
from .blocks import Json
from .errors import SlackError
from .inputs import still_there
from .model import Channel, Ephemeral, Message
from .serial import message_json
from .workspace import Workspace

POST_TEXT_MAX = 40_000
UPDATE_TEXT_MAX = 4_000
METADATA_BYTES_MAX = 16_000
BLOCKS_BYTES_MAX = 200_000
ATTACHMENTS_MAX = 100


@dataclass
class Content:
    """What a message is made of; None where a part was not given."""

    text: str | None = None
    blocks: list[Json] | None = None
    attachments: list[Json] | None = None
    metadata: Json | None = None

    @property
    def empty(self) -> bool:
        """True where nothing would be shown."""
        return not (self.text or self.blocks or self.attachments)


def read_content(args: Args) -> Content:
    """The content of a call, checked as Slack checks it."""
    blocks = args.objects("blocks", "invalid_blocks_format")
    if blocks is not None:
        problems = check_message_blocks(blocks)
        if problems:
            raise SlackError("invalid_blocks", problems)
        if len(json.dumps(blocks)) > BLOCKS_BYTES_MAX:
            raise SlackError("msg_blocks_too_long")
    attachments = args.objects("attachments", "invalid_attachments")
    if attachments is not None and len(attachments) > ATTACHMENTS_MAX:
        raise SlackError("too_many_attachments")
    metadata = _metadata(args)
    return Content(args.text("text") if "text" in args else None, blocks, attachments, metadata)


def _metadata(args: Args) -> Json | None:
    metadata = args.object("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if len(json.dumps(metadata)) > METADATA_BYTES_MAX:
        raise SlackError("metadata_too_large")
    event_type, payload = metadata.get("event_type"), metadata.get("event_payload")
    if not isinstance(event_type, str) or not event_type or not isinstance(payload, dict):
        raise SlackError("invalid_metadata_format")
    return {"event_type": event_type, "event_payload": payload}


def bot_channel(ws: Workspace, reference: str, *, writing: bool = True) -> Channel:
    """The channel that the bot names by id, by name or by a person's id.

    Raises:
        SlackError: the bot can't see it; or, for ``writing``, is not in it or it is archived.
    """
    channel = ws.channels.get(reference)
    if channel is None and reference in ws.users:
        channel = ws.direct(reference)
    if channel is None:
        name = reference.lstrip("#")
        channel = next((c for c in ws.channels.values() if name and c.name == name), None)
    member = channel is not None and ws.bot_user_id in channel.members
    if channel is None or (channel.private and not member):
        raise SlackError("channel_not_found")
    if writing and not member:
        raise SlackError("not_in_channel")
    if writing and channel.archived:
        raise SlackError("is_archived")
    return channel


def thread_root(ws: Workspace, channel: Channel, thread_ts: str) -> str | None:
    """The checked thread_ts of a new message, or None for root level."""
    if not thread_ts:
        return None
    message = next((m for m in ws.posted[channel.id] if m.ts == thread_ts), None)
    if message is None or (message.deleted and not ws.thread(channel.id, thread_ts)):
        raise SlackError("thread_not_found")
    if message.thread_ts is not None:
        raise SlackError("cannot_reply_to_message")
    return thread_ts


def post(
    ws: Workspace,
    channel: Channel,
    content: Content,
    *,
    user: str | None = None,
    thread_ts: str | None = None,
    broadcast: bool = False,
    files: list[Json] | None = None,
) -> Message:
    """Put a message into a channel; by the bot where no user is given."""
    message = Message(
        ts=ws.new_ts(),
        channel=channel.id,
        user=user or ws.bot_user_id,
        text=(content.text or "")[:POST_TEXT_MAX],
        blocks=ws.fill(content.blocks or []),
        attachments=content.attachments or [],
        metadata=content.metadata,
        thread_ts=thread_ts,
        broadcast=broadcast,
        files=files or [],
        by_bot=user is None,
        bot_id=ws.bot_id if user is None else "",
        app_id=ws.app_id if user is None else "",
    )
    ws.posted[channel.id].append(message)
    ws.changed("message.posted", channel=channel.id, ts=message.ts, thread_ts=thread_ts)
    if message.by_bot:
        _tell(ws, channel, message_json(ws, message))
    return message


def edit(ws: Workspace, message: Message, content: Content) -> None:
    """Change a message of the bot's; text without blocks deletes the blocks, and metadata not given stays."""
    _tell(ws, ws.channels[message.channel], changed(ws, message, content))


def changed(ws: Workspace, message: Message, content: Content) -> Json:
    """Change a message and return the event of it; see `edit`."""
    before = message_json(ws, message)
    message.edits.append((message.text, message.blocks))
    message.edited_ts = ws.new_ts()
    if content.text is not None or content.blocks is not None:
        message.text = content.text or ""
        message.blocks = ws.fill(content.blocks or [])
    if content.attachments is not None:
        message.attachments = content.attachments
    if content.metadata is not None:
        message.metadata = content.metadata
    message.entered = still_there(message.blocks, message.entered)
    ws.changed("message.edited", channel=message.channel, ts=message.ts)
    return {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "message": message_json(ws, message),
        "previous_message": before,
        "ts": message.edited_ts,
    }


def delete(ws: Workspace, message: Message) -> None:
    """Delete a message of the bot's; its thread stays under a tombstone."""
    _tell(ws, ws.channels[message.channel], deleted(ws, message))


def deleted(ws: Workspace, message: Message) -> Json:
    """Delete a message and return the event of it; see `delete`."""
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "deleted_ts": message.ts,
        "previous_message": message_json(ws, message),
        "ts": ws.new_ts(),
    }
    message.deleted = True
    ws.changed("message.deleted", channel=message.channel, ts=message.ts)
    return event


def whisper(ws: Workspace, channel: Channel, user_id: str, content: Content, thread_ts: str | None = None) -> Ephemeral:
    """Post an ephemeral message; a person without an open client never sees it."""
    ephemeral = Ephemeral(
        ts=ws.new_ts(),
        channel=channel.id,
        user=user_id,
        text=(content.text or "")[:POST_TEXT_MAX],
        blocks=ws.fill(content.blocks or []),
        thread_ts=thread_ts,
        visible=ws.users[user_id].active,
    )
    ws.whispers.append(ephemeral)
    ws.changed("ephemeral.posted", channel=channel.id, user=user_id, ts=ephemeral.ts)
    return ephemeral


def edit_whisper(ws: Workspace, ephemeral: Ephemeral, content: Content) -> None:
    """Change an ephemeral message in place."""
    ephemeral.edits.append((ephemeral.text, ephemeral.blocks))
    ephemeral.text = content.text or ""
    ephemeral.blocks = ws.fill(content.blocks or [])
    ephemeral.entered = still_there(ephemeral.blocks, ephemeral.entered)
    ws.changed("ephemeral.edited", channel=ephemeral.channel, user=ephemeral.user, ts=ephemeral.ts)


def delete_whisper(ws: Workspace, ephemeral: Ephemeral) -> None:
    """Take an ephemeral message away."""
    ephemeral.visible = False
    ws.changed("ephemeral.deleted", channel=ephemeral.channel, user=ephemeral.user, ts=ephemeral.ts)


def _tell(ws: Workspace, channel: Channel, event: Json) -> None:
    if ws.message_hook is not None:
        ws.message_hook({**event, "channel": channel.id, "channel_type": channel.kind}, channel)
