"""The response_urls: what may be posted, replaced or deleted through which one."""

from __future__ import annotations

import json

from aiohttp import web

from .arguments import Args, decoded
from .blocks import Json
from .errors import SlackError
from .gate import Answer, Gate
from .model import Call, ResponseUrl
from .posting import Content, delete, delete_whisper, edit, edit_whisper, post, read_content, whisper
from .workspace import Workspace

USES_MAX = 5
VALID_SECONDS = 1800.0


class ResponseUrls:
    """Answers ``/response/KEY``."""

    def __init__(self, ws: Workspace, gate: Gate) -> None:
        """Serve one workspace."""
        self._ws = ws
        self._gate = gate

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one use."""
        key = request.match_info["key"]
        text = await request.text()
        if request.content_type == "application/x-www-form-urlencoded":
            text = str((await request.post()).get("payload", "{}"))
        try:
            body = json.loads(text)
        except ValueError:
            body = None
        args = decoded(body) if isinstance(body, dict) else {}
        call = Call("response_url", {**args, "url_key": key}, self._ws.now())

        def work() -> Answer:
            url = self._ws.response_urls.get(key)
            if url is None or self._ws.now() - url.at > VALID_SECONDS:
                return Answer({"ok": False, "error": "expired_url"}, 404)
            if url.uses >= USES_MAX:
                return Answer({"ok": False, "error": "used_url"}, 404)
            if not isinstance(body, dict):
                return Answer({"ok": False, "error": "invalid_payload"}, 400)
            try:
                respond(self._ws, url, args)
            except SlackError as error:
                return Answer(error.body(), 404 if error.code == "message_not_found" else 400)
            url.uses += 1
            return Answer({"ok": True})

        return await self._gate.enter(request, call, work)


def respond(ws: Workspace, url: ResponseUrl, raw: Json) -> None:
    """Do what a body for this response_url asks for; also used for the body of a slash command's ack.

    A slash command's url has nothing to replace: its ephemeral reply can be neither changed nor removed, so
    ``replace_original`` posts one more, and ``delete_original`` alone has no content.
    Without ``replace_original: false``, or ``response_type: ephemeral``, a reply overwrites the original.
    """
    args = Args(raw)
    has_original = url.message is not None or url.ephemeral is not None
    if has_original and args.flag("delete_original"):
        _delete_original(ws, url)
        return
    content = read_content(args)
    if content.empty:
        raise SlackError("no_text")
    response_type = args.text("response_type")
    if has_original and args.flag("replace_original", default=response_type != "ephemeral"):
        _replace_original(ws, url, content)
        return
    channel = ws.channels[url.channel]
    thread_ts = args.text("thread_ts") or None
    if response_type == "in_channel":
        post(ws, channel, content, thread_ts=thread_ts)
    else:
        whisper(ws, channel, url.user, content, thread_ts)


def _delete_original(ws: Workspace, url: ResponseUrl) -> None:
    if url.ephemeral is not None:
        delete_whisper(ws, url.ephemeral)
    elif url.message is not None:
        if url.message.deleted:
            raise SlackError("message_not_found")
        delete(ws, url.message)


def _replace_original(ws: Workspace, url: ResponseUrl, content: Content) -> None:
    if url.ephemeral is not None:
        edit_whisper(ws, url.ephemeral, content)
    elif url.message is not None:
        if url.message.deleted:
            raise SlackError("message_not_found")
        edit(ws, url.message, content)
