"""The files.* methods of uploading and reading."""

from __future__ import annotations

import mimetypes

from ..arguments import Args
from ..blocks import Json
from ..errors import SlackError
from ..model import File
from ..posting import Content, bot_channel, post, read_content, thread_root
from ..workspace import Workspace


def get_upload_url(ws: Workspace, args: Args) -> Json:
    """files.getUploadURLExternal."""
    name = args.need("filename")
    if args.number("length", 0) <= 0:
        raise SlackError("invalid_arguments", ["missing required field: length"])
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    file = File(ws.new_id("F"), name, name, ws.bot_user_id, int(ws.now()), mimetype=kind)
    ws.files[file.id] = file
    return {"upload_url": f"{ws.url}/upload/{file.id}", "file_id": file.id}


def complete_upload(ws: Workspace, args: Args) -> Json:
    """files.completeUploadExternal: shares the files in one message where a channel is given."""
    wanted = args.objects("files", "invalid_arguments")
    if not wanted:
        raise SlackError("invalid_arguments", ["missing required field: files"])
    found: list[File] = []
    for item in wanted:
        file = ws.files.get(str(item.get("id")))
        if file is None or not file.uploaded:
            raise SlackError("file_not_found")
        refused = ws.refused_files.get(file.name)
        if refused is not None:
            raise SlackError(refused)
        file.title = str(item.get("title") or file.name)
        found.append(file)
    reference = args.text("channel_id") or args.text("channels").split(",")[0]
    channel = bot_channel(ws, reference) if reference else None
    content = read_content(args)
    root = thread_root(ws, channel, args.text("thread_ts")) if channel else None
    for file in found:
        file.shared = True
        if channel:
            file.channels.append(channel.id)
    shown = [file.to_slack(ws.url, ws.team_id) for file in found]
    if channel:
        text = args.text("initial_comment") or None
        post(ws, channel, Content(text, content.blocks), thread_ts=root, files=shown)
    return {"files": shown}


def info(ws: Workspace, args: Args) -> Json:
    """files.info."""
    file = ws.files.get(args.need("file", "file_not_found"))
    if file is None or not file.uploaded:
        raise SlackError("file_not_found")
    return {
        "file": file.to_slack(ws.url, ws.team_id),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }
