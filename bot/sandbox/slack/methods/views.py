"""The views.* methods."""

from __future__ import annotations

from ..arguments import Args
from ..blocks import Json
from ..errors import SlackError
from ..modals import check, open_view, publish_home, take_trigger, update_view
from ..model import View
from ..serial import view_json
from ..workspace import Workspace


def _view_argument(args: Args) -> Json:
    payload = args.object("view", "invalid_arguments")
    if payload is None:
        raise SlackError("invalid_arguments", ["missing required field: view"])
    return payload


def open_modal(ws: Workspace, args: Args) -> Json:
    """views.open."""
    trigger_id = args.need("trigger_id")
    payload = _view_argument(args)
    check(ws, payload, "modal")
    trigger = take_trigger(ws, trigger_id)
    return {"view": view_json(ws, open_view(ws, trigger.user, payload))}


def push(ws: Workspace, args: Args) -> Json:
    """views.push, with a trigger of something pressed in an open modal."""
    trigger_id = args.need("trigger_id")
    payload = _view_argument(args)
    check(ws, payload, "modal")
    trigger = take_trigger(ws, trigger_id)
    below = ws.views.get(trigger.view_id or "")
    if below is None or below.closed or below.type != "modal":
        raise SlackError("not_found")
    return {"view": view_json(ws, open_view(ws, trigger.user, payload, below))}


def _target(ws: Workspace, args: Args) -> View:
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if not view_id and not external_id:
        raise SlackError("invalid_arguments", ["missing required field: view_id"])
    for view in ws.views.values():
        if not view.closed and (view.id == view_id or (not view_id and view.external_id == external_id)):
            return view
    raise SlackError("not_found")


def update(ws: Workspace, args: Args) -> Json:
    """views.update."""
    payload = _view_argument(args)
    view = _target(ws, args)
    check(ws, payload, view.type, own=view)
    if args.text("hash") not in ("", view.hash):
        raise SlackError("hash_conflict")
    update_view(ws, view, payload)
    return {"view": view_json(ws, view)}


def publish(ws: Workspace, args: Args) -> Json:
    """views.publish."""
    user = args.need("user_id")
    payload = _view_argument(args)
    if user not in ws.users:
        raise SlackError("invalid_arguments", ["invalid user_id"])
    check(ws, payload, "home", own=ws.homes.get(user))
    return {"view": view_json(ws, publish_home(ws, user, payload, args.text("hash")))}
