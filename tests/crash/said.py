"""Names what is said in Slack: by the call that the bot makes, and by what the simulated Slack has done."""

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.slack import Message
from bot.sandbox.slack.model import File
from bot.slack.ids import METADATA_EVENT

UNRECEIVED = "🚨"
ROOTS = {
    "📊": "post a digest",
    UNRECEIVED: "post an alarm",
    "💰 Claims of": "post a month",
    "🔑 *Flipkart has changed": "post a word on codes",
    "📣": "post a call",
    **dict.fromkeys(("🔌 *", "Flipkart came back"), "post a word on an outage"),
}
"""Messages in a channel that are no cards, by a sign of theirs. A digest speaks of claims too, so it comes first."""
TITLED = {"Receipt": "receipt", "Proof": "proof", "every claim": "month"}
"""Files by their titles."""
NAMED = {"receipt-": "receipt", "proof-": "proof", "claims-": "month"}
"""And by their names."""


def call_name(method: str, arguments: Mapping[str, Any]) -> str:
    """The call in `tests.crash.edges.CALLS`; empty for one that brings nothing into Slack and looks for nothing."""
    in_thread = bool(arguments.get("thread_ts"))
    if method == "chat.postMessage" and "metadata" in arguments:
        return "post a reply" if in_thread else _root_name(str(arguments.get("blocks")))
    if method == "files.getUploadURLExternal":
        return f"reserve a {_paper(str(arguments['filename']))}"
    if method == "files.completeUploadExternal":
        titles = str(arguments["files"])
        return f"share a {next((paper for word, paper in TITLED.items() if word in titles), 'digest')}"
    names = {
        "chat.update": _edit_name(str(arguments.get("blocks"))),
        "conversations.history": "look for a card",
        "conversations.replies": "look for a reply",
        "files.info": "look for files",
    }
    return names.get(method, "")


def post_name(message: Message) -> str:
    """What a new message of the bot's is, as in `tests.crash.edges.POSTS`; empty for one that is no delivery."""
    if not message.by_bot:
        return ""
    if message.files:
        return f"share a {_paper(message.files[0]['name'])}"
    if key_of(message) is None:
        return ""
    return "post a reply" if message.thread_ts else _root_name(str(message.blocks))


def edit_name(message: Message) -> str:
    """The same of an edit."""
    return _edit_name(str(message.blocks)) if message.by_bot and key_of(message) is not None else ""


def fill_name(file: File) -> str:
    """The same of a file whose content has come."""
    return f"fill a {_paper(file.name)}"


def key_of(message: Message) -> str | None:
    """The delivery's own key, by which the bot finds it again; None for what is no delivery, or one of files."""
    metadata = message.metadata or {}
    return str(metadata["event_payload"]["key"]) if metadata.get("event_type") == METADATA_EVENT else None


def tells_scans(text: str, scanned: int) -> bool:
    """Whether a card tells that so many are scanned; while an End OTC is out it tells of no more than that."""
    told = rf"(?<!\d){scanned}( parcels?)? scanned|\d of {scanned} counted"
    return "The FE must type the End OTC." in text or re.search(told, text.replace(",", "")) is not None


def is_card(message: Message) -> bool:
    """Whether a root message is a handover's."""
    return _root_name(str(message.blocks)) == "post a card"


def is_digest(message: Message) -> bool:
    """Whether a root message is one of a day."""
    return _root_name(str(message.blocks)) == "post a digest"


def _root_name(blocks: str) -> str:
    return next((name for sign, name in ROOTS.items() if sign in blocks), "post a card")


def _edit_name(blocks: str) -> str:
    root = _root_name(blocks)
    return root.replace("post", "edit") if root.endswith("outage") else "edit a card"


def _paper(file_name: str) -> str:
    return next((paper for begin, paper in NAMED.items() if file_name.startswith(begin)), "digest")
