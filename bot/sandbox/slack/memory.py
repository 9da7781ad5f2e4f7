"""What a workspace remembers from one life to the next: what was posted, the files, and which ids are used up."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import fields

from .blocks import Json
from .model import Channel, File, Message
from .workspace import Workspace

NOT_KEPT = frozenset({"content", "told", "wrongly_told"})
"""Of a file: its bytes stand beside it, and the faults of one life are not the next one's."""


def remembered(ws: Workspace) -> Json:
    """As JSON. Windows, whispers and the Home tab are not kept, as Slack's own client forgets them."""
    directs = [channel for channel in ws.channels.values() if channel.dm_user is not None]
    return _kept(ws, directs, ws.posted, ws.files.values())


def news(ws: Workspace, change: Json) -> Json:
    """The same of what a change has made or made otherwise; but for the serial it is empty for what is not kept."""
    channel, files = ws.channels.get(str(change.get("channel"))), set[str]()
    if channel is None or not str(change["kind"]).startswith("message."):
        return _kept(ws, [], {}, _files(ws, [str(change.get("file"))]))
    posted = [one for one in ws.posted[channel.id] if one.ts == change["ts"]]
    for one in posted:
        files |= {str(file["id"]) for file in one.files}
    # What is edited has the files that it had.
    shared = _files(ws, sorted(files)) if change["kind"] == "message.posted" else []
    return _kept(ws, [channel] if channel.dm_user is not None else [], {channel.id: posted}, shared)


def recall(ws: Workspace, kept: Json) -> None:
    """Puts either into a workspace that has the same people and channels: what is there already is as it says then."""
    ws.serial = max(ws.serial, int(kept["serial"]))
    for direct in kept["directs"]:
        ws.channels.setdefault(direct["id"], Channel(**direct))
    for channel, posted in kept["posted"].items():
        there = ws.posted.setdefault(channel, [])
        for one in posted:
            _put(there, Message(**{**one, "edits": [tuple(edit) for edit in one["edits"]]}))
    for one in kept["files"]:
        content = base64.b64decode(one.pop("base64"))
        ws.files[one["id"]] = File(**one, content=content)


def _put(posted: list[Message], message: Message) -> None:
    # What changes is mostly new.
    for place in range(len(posted) - 1, -1, -1):
        if posted[place].ts == message.ts:
            posted[place] = message
            return
    posted.append(message)


def _kept(ws: Workspace, directs: list[Channel], posted: dict[str, list[Message]], files: Iterable[File]) -> Json:
    return {
        "serial": ws.serial,
        "directs": [vars(channel) for channel in directs],
        "posted": {channel: [_message(one) for one in messages] for channel, messages in posted.items()},
        "files": [_file(one) for one in files],
    }


def _files(ws: Workspace, ids: list[str]) -> list[File]:
    return [ws.files[one] for one in ids if one in ws.files]


def _message(message: Message) -> Json:
    """Of its edits the last is enough to tell that there were some."""
    return {one.name: getattr(message, one.name) for one in fields(message)} | {"edits": message.edits[-1:]}


def _file(file: File) -> Json:
    kept = {one.name: getattr(file, one.name) for one in fields(file) if one.name not in NOT_KEPT}
    return kept | {"base64": base64.b64encode(file.content).decode()}
