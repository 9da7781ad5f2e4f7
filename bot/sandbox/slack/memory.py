"""What a workspace remembers from one life to the next: what was posted, the files, and which ids are used up."""

from __future__ import annotations

import base64
from dataclasses import fields

from .blocks import Json
from .model import Channel, File, Message
from .workspace import Workspace

NOT_KEPT = frozenset({"content", "told", "wrongly_told"})
"""Of a file: its bytes stand beside it, and the faults of one life are not the next one's."""


def remembered(ws: Workspace) -> Json:
    """As JSON. Windows, whispers and the Home tab are not kept, as Slack's own client forgets them."""
    return {
        "serial": ws.serial,
        "directs": [vars(channel) for channel in ws.channels.values() if channel.dm_user is not None],
        "posted": {channel: [_message(one) for one in posted] for channel, posted in ws.posted.items()},
        "files": [_file(one) for one in ws.files.values()],
    }


def recall(ws: Workspace, kept: Json) -> None:
    """Puts it into a workspace that has the same people and channels, and in which nothing was said yet."""
    ws.serial = max(ws.serial, int(kept["serial"]))
    for direct in kept["directs"]:
        ws.channels.setdefault(direct["id"], Channel(**direct))
    for channel, posted in kept["posted"].items():
        ws.posted[channel] = [Message(**{**one, "edits": [tuple(edit) for edit in one["edits"]]}) for one in posted]
    for one in kept["files"]:
        content = base64.b64decode(one.pop("base64"))
        ws.files[one["id"]] = File(**one, content=content)


def _message(message: Message) -> Json:
    """Of its edits the last is enough to tell that there were some."""
    return {one.name: getattr(message, one.name) for one in fields(message)} | {"edits": message.edits[-1:]}


def _file(file: File) -> Json:
    kept = {one.name: getattr(file, one.name) for one in fields(file) if one.name not in NOT_KEPT}
    return kept | {"base64": base64.b64encode(file.content).decode()}
