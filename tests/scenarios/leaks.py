"""Searches everything that a code must not be in for every code that Flipkart ever gave out."""

import json
from collections.abc import Mapping
from typing import Any

from bot.slack.blocks.codes import grouped
from tests.databases import UNREADABLE
from tests.support import World


def leaks(world: World, log: str, more: Mapping[str, str] | None = None) -> list[str]:
    """Where a code was found that should be nowhere: files, logs, messages, metadata, and other people's screens.

    `more` are further texts to search, by name.
    """
    found = []
    places = dict(_places(world)) | dict(more or {})
    places["the log"] = log
    for code in set(world.flipkart.codes):
        for place, text in places.items():
            if shows(text, code):
                found.append(f"{code} in {place}")
    secrets = (world.slack.bot_token, world.slack.app_token, world.slack.signing_secret)
    found += [f"a secret in {place}" for secret in secrets for place, text in places.items() if secret in text]
    return found + _seen_by_others(world)


def shows(text: str, code: str) -> bool:
    """Whether a code stands in a text, as it is or in groups as it is read out."""
    return code in text or grouped(code) in text


def _seen_by_others(world: World) -> list[str]:
    """Codes on the screen of somebody who never asked for one."""
    query = "select distinct by from audit where what in ('asked', 'start_otc', 'end_otc')"
    try:
        askers = {by for (by,) in world.rows(query)}
    except UNREADABLE:
        askers = set()  # a file that is broken on purpose, or not there: nobody can have asked
    return [
        f"{code} on the screen of {user}, who never asked"
        for user in world.slack.users
        if user not in askers
        for code in set(world.flipkart.codes)
        if seen_by(world, user, code)
    ]


def _places(world: World) -> Any:
    for name, content in world.kept.raw(last=True):
        yield f"database {name}", content.decode("latin-1")
    for path in world.folder.rglob("*"):
        if path.is_file():
            yield f"file {path.name}", path.read_bytes().decode("latin-1")
    for message in world.cards:
        for one in (message, *world.thread(message)):
            shown = [one.text, one.blocks, one.metadata, [list(edit) for edit in one.edits]]
            yield f"message {one.ts}", json.dumps(shown, ensure_ascii=False)
    for call in world.slack.calls:
        args = dict(call.args)
        if call.method in ("chat.postEphemeral", "views.update", "response_url"):
            # The one view of the asker: its blocks may hold the code, nothing else of it may.
            args.pop("blocks", None)
            view = args.get("view")
            view = json.loads(view) if isinstance(view, str) else view or {}
            args["view"] = {name: value for name, value in view.items() if name != "blocks"}
            for block in view.get("blocks", []):
                for element in block.get("elements", []):
                    args[f"button {element.get('action_id')}"] = element.get("value")
        yield f"call {call.method}", json.dumps(args, ensure_ascii=False, default=str)


def seen_by(world: World, user: str, code: str) -> bool:
    """Whether the code is on a screen of this user."""
    views = [*world.slack.open_views(user), *filter(None, [world.slack.home(user)])]
    return any(shows(screen.text_all(), code) for screen in (*world.slack.ephemerals(user), *views))
