"""What a person wrote or changed in a channel, from the events that Slack sends of it."""

import re
from dataclasses import dataclass, replace
from typing import Any

SUBTYPES = (None, "file_share", "thread_broadcast")
"""A plain message, one with files, one that is shown in the channel too; all else is an edit, a join, a machine's."""

CHANGES = ("message_changed", "message_deleted")

_TS = re.compile(r"[0-9]{1,12}\.[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Said:
    """A person's message, mostly in a thread."""

    channel: str
    thread_ts: str
    """Its own `ts` for what is said to the whole channel."""
    ts: str
    user: str
    text: str
    files: tuple[dict[str, Any], ...] = ()
    """Slack's file objects, as they came."""
    version: str = ""
    """When it was changed, as a ts; empty for what was just said."""

    @classmethod
    def of(cls, event: dict[str, Any]) -> "Said | None":
        """From a message event; None for what is no message of a person: bots, joins, edits."""
        if event.get("bot_id") or event.get("subtype") not in SUBTYPES:
            return None
        place = [event.get("channel"), event.get("thread_ts", event.get("ts")), event.get("ts"), event.get("user")]
        texts = [one for one in place if isinstance(one, str) and one]
        if len(texts) < len(place):
            return None
        channel, thread_ts, ts, user = texts
        if not _TS.fullmatch(ts) or not _TS.fullmatch(thread_ts):
            return None
        text, files = event.get("text"), event.get("files")
        shared = tuple(one for one in files if isinstance(one, dict)) if isinstance(files, list) else ()
        return cls(channel, thread_ts, ts, user, text if isinstance(text, str) else "", shared)

    @classmethod
    def changed(cls, event: dict[str, Any]) -> "Said | None":
        """From the event of a message that was edited or deleted, as it is now; None where its text stayed the same.

        Slack sends such an event too when it unfolds a link. What was deleted says nothing.
        """
        before, after = event.get("previous_message"), event.get("message")
        if not isinstance(before, dict):
            return None
        if event.get("subtype") == "message_deleted":
            after = {**before, "text": "", "files": []}
        elif not isinstance(after, dict) or after.get("text") == before.get("text"):
            return None
        version = event.get("event_ts", event.get("ts"))
        said = cls.of({**after, "channel": event.get("channel")})
        if said is None or not isinstance(version, str) or not _TS.fullmatch(version):
            return None
        return replace(said, version=version)

    @property
    def in_thread(self) -> bool:
        """Whether it is a reply, and not said to the whole channel."""
        return self.thread_ts != self.ts
