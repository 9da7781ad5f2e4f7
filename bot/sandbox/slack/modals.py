"""Opening, pushing, updating and closing views: shared by the Web API and the submission acks."""

from __future__ import annotations

import json
import secrets
from typing import Any

from .arguments import Args, decoded
from .blockkit import check_view
from .blocks import Json, plain
from .errors import SlackError
from .inputs import still_there
from .model import Trigger, View
from .serial import view_json
from .workspace import Workspace

STACK_MAX = 3
VIEW_BYTES_MAX = 250_000


def check(ws: Workspace, payload: Json, kind: str, own: View | None = None) -> None:
    """Refuse a view that Slack would refuse; ``own`` is the view that an update changes."""
    problems = check_view(payload, kind)
    if problems:
        raise SlackError("invalid_arguments", problems)
    if len(json.dumps(payload)) > VIEW_BYTES_MAX:
        raise SlackError("view_too_large")
    external_id = payload.get("external_id")
    if external_id and any(v.external_id == external_id and v is not own and not v.closed for v in ws.views.values()):
        raise SlackError("duplicate_external_id")


def take_trigger(ws: Workspace, trigger_id: str) -> Trigger:
    """Use up a trigger_id."""
    trigger = ws.triggers.get(trigger_id)
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    if ws.now() - trigger.at > ws.trigger_seconds:
        raise SlackError("expired_trigger_id")
    trigger.used = True
    return trigger


def open_view(ws: Workspace, user_id: str, payload: Json, below: View | None = None) -> View:
    """Show a modal to a person; with ``below`` it is pushed onto that one's stack."""
    if below is not None and sum(v.root_view_id == below.root_view_id for v in ws.open_views(user_id)) >= STACK_MAX:
        raise SlackError("push_limit_reached")
    view = View(id=ws.new_id("V"), hash="", user=user_id, type="modal")
    view.root_view_id = below.root_view_id if below else view.id
    view.previous_view_id = below.id if below else None
    _fill(ws, view, payload)
    ws.views[view.id] = view
    ws.changed("view.opened", user=user_id, view=view.id)
    return view


def update_view(ws: Workspace, view: View, payload: Json) -> None:
    """Put a new version into an open view; inputs with the same ids keep what was entered."""
    view.history.append(view_json(ws, view))
    _fill(ws, view, payload)
    view.errors = {}
    ws.changed("view.updated", user=view.user, view=view.id)


def publish_home(ws: Workspace, user_id: str, payload: Json, expected_hash: str) -> View:
    """Set a person's App Home tab."""
    view = ws.homes.get(user_id)
    if view is not None and expected_hash and expected_hash != view.hash:
        raise SlackError("hash_conflict")
    if view is None:
        view = View(id=ws.new_id("V"), hash="", user=user_id, type="home")
        view.root_view_id = view.id
        _fill(ws, view, payload)
        ws.homes[user_id] = ws.views[view.id] = view
        ws.changed("home.published", user=user_id, view=view.id)
    else:
        update_view(ws, view, payload)
    return view


def close_view(ws: Workspace, view: View) -> None:
    """Take one modal off the screen."""
    view.closed = True
    ws.changed("view.closed", user=view.user, view=view.id)


def _fill(ws: Workspace, view: View, payload: Json) -> None:
    def optional(name: str) -> str | None:
        return plain(payload[name]) if payload.get(name) else None

    view.hash = f"{int(ws.now())}.{secrets.token_hex(4)}"
    view.blocks = ws.fill(payload["blocks"])
    view.title = plain(payload.get("title"))
    view.submit = optional("submit")
    view.close = optional("close")
    view.callback_id = str(payload.get("callback_id") or "")
    view.private_metadata = str(payload.get("private_metadata") or "")
    view.external_id = str(payload.get("external_id") or "")
    view.notify_on_close = bool(payload.get("notify_on_close"))
    view.clear_on_close = bool(payload.get("clear_on_close"))
    view.entered = still_there(view.blocks, view.entered)


def apply_submission(ws: Workspace, view: View, answer: Any) -> str | None:
    """Do what the ack of a view_submission says; returns what the person would read if it makes no sense."""
    if not answer:
        close_view(ws, view)
        return None
    action = answer.get("response_action") if isinstance(answer, dict) else None
    if action == "clear":
        for open_one in ws.open_views(view.user):
            close_view(ws, open_one)
        return None
    if action == "errors":
        return _apply_errors(ws, view, answer.get("errors"))
    if action in {"update", "push"}:
        try:
            _apply_view(ws, view, answer)
        except SlackError as error:
            return ": ".join([error.code, *error.messages])
        return None
    return f"unknown response_action {action!r}"


def _apply_view(ws: Workspace, view: View, answer: Json) -> None:
    payload = Args(decoded(answer)).object("view", "invalid_arguments")
    if payload is None:
        raise SlackError("invalid_arguments", ["missing required field: view"])
    updating = answer["response_action"] == "update"
    check(ws, payload, "modal", own=view if updating else None)
    if updating:
        update_view(ws, view, payload)
    else:
        open_view(ws, view.user, payload, below=view)


def _apply_errors(ws: Workspace, view: View, errors: Any) -> str | None:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors:
        return "response_action errors without errors"
    if not set(errors) <= inputs:
        return f"errors for blocks that are no inputs: {sorted(set(errors) - inputs)}"
    view.errors = {str(block): str(line) for block, line in errors.items()}
    ws.changed("view.errors", user=view.user, view=view.id)
    return None
