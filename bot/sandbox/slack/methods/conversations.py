"""The conversations.* methods and users.conversations."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from ..arguments import Args
from ..blocks import Json
from ..errors import SlackError
from ..model import Channel, Message
from ..posting import bot_channel
from ..serial import message_json
from ..workspace import Workspace
from .paging import page

_HISTORY_SCOPE = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
_READ_SCOPE = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}


def need_scope(ws: Workspace, scope: str) -> None:
    """Refuse a call for which the token lacks the scope."""
    if scope not in ws.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(ws.scopes)))


def _readable(ws: Workspace, args: Args, scopes: dict[str, str], member: bool) -> Channel:
    channel = bot_channel(ws, args.need("channel", "channel_not_found"), writing=False)
    need_scope(ws, scopes[channel.kind])
    if member and ws.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _time(args: Args, name: str) -> Decimal | None:
    value = args.text(name)
    if not value:
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        raise SlackError(f"invalid_ts_{name}") from None


def _between(args: Args, messages: list[Message]) -> list[Message]:
    oldest, latest, inclusive = _time(args, "oldest"), _time(args, "latest"), args.flag("inclusive")

    def fits(message: Message) -> bool:
        at = Decimal(message.ts)
        if inclusive and at in (oldest, latest):
            return True
        return (oldest is None or at > oldest) and (latest is None or at < latest)

    return [message for message in messages if fits(message)]


def _with_tombstones(ws: Workspace, channel: Channel) -> list[Message]:
    return [m for m in ws.posted[channel.id] if not m.deleted or ws.thread(channel.id, m.ts)]


def history(ws: Workspace, args: Args) -> Json:
    """conversations.history: the root level and the broadcast replies, newest first."""
    channel = _readable(ws, args, _HISTORY_SCOPE, member=True)
    roots = [m for m in _with_tombstones(ws, channel) if m.thread_ts is None or m.broadcast]
    found, metadata, more = page(args, _between(args, roots)[::-1], 100, 999, ws.history_page)
    with_metadata = args.flag("include_all_metadata")
    body: Json = {
        "messages": [message_json(ws, message, with_metadata) for message in found],
        "has_more": more,
        "pin_count": 0,
    }
    return {**body, "response_metadata": metadata} if more else body


def replies(ws: Workspace, args: Args) -> Json:
    """conversations.replies: the root and its replies, oldest first; the root is always on the first page."""
    channel = _readable(ws, args, _HISTORY_SCOPE, member=True)
    ts = args.need("ts", "thread_not_found")
    root = next((m for m in _with_tombstones(ws, channel) if m.ts == ts), None)
    if root is None:
        raise SlackError("thread_not_found")
    wanted = [root, *_between(args, ws.thread(channel.id, ts))]
    found, metadata, more = page(args, wanted, 1000, given=ws.history_page)
    with_metadata = args.flag("include_all_metadata")
    body: Json = {
        "messages": [message_json(ws, message, with_metadata) for message in found],
        "has_more": more,
    }
    return {**body, "response_metadata": metadata} if more else body


def info(ws: Workspace, args: Args) -> Json:
    """conversations.info."""
    channel = _readable(ws, args, _READ_SCOPE, member=False)
    body = channel.to_slack(ws.bot_user_id)
    if not args.flag("include_num_members"):
        body.pop("num_members", None)
    return {"channel": body}


def members(ws: Workspace, args: Args) -> Json:
    """conversations.members."""
    channel = _readable(ws, args, _READ_SCOPE, member=False)
    found, metadata, _ = page(args, channel.members, 100)
    return {"members": found, "response_metadata": metadata}


def _of_types(ws: Workspace, args: Args, member_id: str | None) -> list[Channel]:
    names = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    wanted = [name.strip() for name in args.text("types", "public_channel").split(",")]
    if not set(wanted) <= set(names):
        raise SlackError("invalid_types")
    kinds = {names[name] for name in wanted}
    for kind in kinds & set(_READ_SCOPE):
        need_scope(ws, _READ_SCOPE[kind])
    found = []
    for channel in ws.channels.values():
        visible = not channel.private or ws.bot_user_id in channel.members
        hidden = args.flag("exclude_archived") and channel.archived
        in_it = member_id is None or member_id in channel.members
        if channel.kind in kinds and visible and in_it and not hidden:
            found.append(channel)
    return found


def list_all(ws: Workspace, args: Args) -> Json:
    """conversations.list."""
    found, metadata, _ = page(args, _of_types(ws, args, None), 100)
    return {"channels": [c.to_slack(ws.bot_user_id) for c in found], "response_metadata": metadata}


def of_user(ws: Workspace, args: Args) -> Json:
    """users.conversations: the bot's own where no user is given."""
    user = args.text("user") or ws.bot_user_id
    found, metadata, _ = page(args, _of_types(ws, args, user), 100)
    return {"channels": [c.to_slack(ws.bot_user_id) for c in found], "response_metadata": metadata}


def open_direct(ws: Workspace, args: Args) -> Json:
    """conversations.open with one person."""
    user = args.need("users", "users_list_not_supplied")
    if user not in ws.users:
        raise SlackError("user_not_found")
    return {"channel": {"id": ws.direct(user).id}}
