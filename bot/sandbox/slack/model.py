"""What exists in the simulated workspace: people, places, messages, views and the record of calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .blocks import Json, as_button, elements, strings
from .inputs import state_values


@dataclass
class User:
    """A person or a bot. ``active`` is False for one who has no Slack client open now.

    ``guest`` is ``""``, ``"multi"`` (a guest of several channels) or ``"single"`` (of one). ``home`` is the id of the
    workspace they belong to where that is another one, which is connected through a shared channel. ``deleted`` is True
    once their account is deactivated.
    """

    id: str
    name: str
    real_name: str
    tz: str = "Asia/Kolkata"
    locale: str = "en-IN"
    is_bot: bool = False
    active: bool = True
    guest: str = ""
    home: str = ""
    is_workflow: bool = False
    deleted: bool = False

    def to_slack(self, team_id: str, with_locale: bool = False) -> Json:
        """The user object of users.info."""
        user: Json = {
            "id": self.id,
            "team_id": self.home or team_id,
            "name": self.name,
            "real_name": self.real_name,
            "deleted": self.deleted,
            "tz": self.tz,
            "tz_label": self.tz,
            "is_bot": self.is_bot,
            "is_admin": False,
            "is_owner": False,
            "is_restricted": bool(self.guest),
            "is_ultra_restricted": self.guest == "single",
            # Who shares a channel with the bot is no stranger to Slack, wherever they belong.
            "is_stranger": False,
            "is_app_user": False,
            "updated": 0,
            "profile": {"real_name": self.real_name, "display_name": self.name, "team": self.home or team_id},
        }
        if self.is_workflow:
            user |= {"is_bot": True, "is_workflow_bot": True}
        if with_locale:
            user["locale"] = self.locale
        return user

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return dict(vars(self))


@dataclass
class Channel:
    """A public or private channel, or a direct message conversation with the bot.

    ``shared`` is ``""``, ``"org"`` (with other workspaces of the organisation) or ``"ext"`` (with other organisations).
    """

    id: str
    name: str
    private: bool = False
    dm_user: str | None = None
    archived: bool = False
    shared: str = ""
    created: int = 0
    members: list[str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The ``channel_type`` of Slack's message events: ``channel``, ``group`` or ``im``."""
        if self.dm_user is not None:
            return "im"
        return "group" if self.private else "channel"

    def to_slack(self, bot_user_id: str) -> Json:
        """The conversation object of conversations.info."""
        base: Json = {"id": self.id, "created": self.created, "is_archived": self.archived}
        if self.dm_user is not None:
            return {**base, "is_im": True, "is_org_shared": False, "user": self.dm_user}
        return {
            **base,
            "name": self.name,
            "name_normalized": self.name,
            "is_channel": not self.private,
            "is_group": False,
            "is_im": False,
            "is_mpim": False,
            "is_private": self.private,
            "is_general": False,
            "is_shared": bool(self.shared),
            "is_ext_shared": self.shared == "ext",
            "is_org_shared": self.shared == "org",
            "is_member": bot_user_id in self.members,
            "num_members": len(self.members),
            "topic": {"value": "", "creator": "", "last_set": 0},
            "purpose": {"value": "", "creator": "", "last_set": 0},
        }

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return {**vars(self), "members": list(self.members), "kind": self.kind}


@dataclass
class UserGroup:
    """A user group such as @dock-leads."""

    id: str
    handle: str
    users: list[str] = field(default_factory=list)

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return {**vars(self), "users": list(self.users)}


@dataclass(kw_only=True)
class Surface:
    """Something with blocks that a person can press in.

    ``entered`` holds what was chosen or typed in it, as ``{block_id: {action_id: state value}}``.
    """

    blocks: list[Json] = field(default_factory=list)
    entered: dict[str, Json] = field(default_factory=dict)

    def heading(self) -> list[str]:
        """The texts that stand outside of the blocks."""
        return []

    def text_all(self) -> str:
        """All text in it, one string a line: the text itself and every string in the blocks."""
        return "\n".join([*self.heading(), *strings(self.blocks)])

    def buttons(self) -> list[Json]:
        """Its button elements and the options of its overflow menus, in order.

        An option is given as the button that its value names: the action id up to the first dot, the value after it.
        """
        found = []
        for _, element in elements(self.blocks):
            if element["type"] == "button":
                found.append(element)
            elif element["type"] == "overflow":
                found += [as_button(option) for option in element["options"]]
        return found


@dataclass(kw_only=True)
class Message(Surface):
    """A message that everyone in its channel sees.

    ``thread_ts`` is None at root level, and the root's ts in a reply. ``edits`` are the earlier (text, blocks),
    oldest first. ``files`` are file objects. ``reactions`` are the users by emoji name.
    ``bot_id`` and ``app_id`` are those of the app that posted it, as they were then.
    """

    ts: str
    channel: str
    user: str
    text: str = ""
    thread_ts: str | None = None
    broadcast: bool = False
    metadata: Json | None = None
    attachments: list[Json] = field(default_factory=list)
    edits: list[tuple[str, list[Json]]] = field(default_factory=list)
    edited_ts: str | None = None
    deleted: bool = False
    files: list[Json] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    by_bot: bool = False
    bot_id: str = ""
    app_id: str = ""

    @property
    def edited(self) -> bool:
        """True after its first edit."""
        return bool(self.edits)

    def heading(self) -> list[str]:
        """The fallback text and the texts of the attachments."""
        return [self.text, *strings(self.attachments)]

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return {
            **vars(self),
            "edited": self.edited,
            "edits": [{"text": text, "blocks": blocks} for text, blocks in self.edits],
        }


@dataclass(kw_only=True)
class Ephemeral(Surface):
    """A message that only ``user`` sees, until it is deleted or their client reloads."""

    ts: str
    channel: str
    user: str
    text: str = ""
    thread_ts: str | None = None
    visible: bool = True
    edits: list[tuple[str, list[Json]]] = field(default_factory=list)

    def heading(self) -> list[str]:
        """The fallback text."""
        return [self.text]

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return {**vars(self), "edits": [{"text": text, "blocks": blocks} for text, blocks in self.edits]}


@dataclass(kw_only=True)
class View(Surface):
    """A modal, or a person's App Home tab.

    ``title``, ``submit`` and ``close`` are plain strings (None where not given). ``errors`` are the lines under
    the inputs after a refused submission, by block_id. ``history`` holds the earlier versions, oldest first.
    """

    id: str
    hash: str
    user: str
    type: str
    callback_id: str = ""
    title: str = ""
    private_metadata: str = ""
    submit: str | None = None
    close: str | None = None
    root_view_id: str = ""
    previous_view_id: str | None = None
    external_id: str = ""
    notify_on_close: bool = False
    clear_on_close: bool = False
    errors: dict[str, str] = field(default_factory=dict)
    history: list[Json] = field(default_factory=list)
    closed: bool = False

    def heading(self) -> list[str]:
        """The title and the names of the two buttons."""
        return [line for line in (self.title, self.submit, self.close) if line]

    @property
    def state(self) -> Json:
        """What its inputs hold now, as Slack's ``{"values": ...}``."""
        return {"values": state_values(self.blocks, self.entered)}

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return {**vars(self), "state": self.state, "history": list(self.history)}


@dataclass
class File:
    """A file of the workspace. ``shared`` is False until an upload is completed."""

    id: str
    name: str
    title: str
    user: str
    created: int
    content: bytes = b""
    mimetype: str = "application/octet-stream"
    uploaded: bool = False
    shared: bool = False
    channels: list[str] = field(default_factory=list)
    mode: str = "hosted"
    """``external``: a link to what another service keeps; ``tombstone``: what was deleted; ``quip``: a canvas."""
    told: tuple[str, ...] | None = None
    """The fields that an event about it has; None: all. Of a shared channel's files it has the id and little else."""
    wrongly_told: Json = field(default_factory=dict)
    """What an event says differently from ``files.info``."""

    def in_event(self, base_url: str, team_id: str) -> Json:
        """The file object of a message event."""
        full = self.to_slack(base_url, team_id)
        shown = full if self.told is None else {name: full[name] for name in self.told}
        return {**shown, **self.wrongly_told}

    def to_slack(self, base_url: str, team_id: str) -> Json:
        """The file object of files.info."""
        link = f"{base_url}/files-pri/{team_id}-{self.id}"
        if self.mode == "external":
            link = f"https://docs.example/{self.id}"
        return {
            "id": self.id,
            "created": self.created,
            "timestamp": self.created,
            "name": self.name,
            "title": self.title,
            "mimetype": self.mimetype,
            "filetype": self.name.rpartition(".")[2] or "binary",
            "user": self.user,
            "size": len(self.content),
            "mode": self.mode,
            "is_external": self.mode == "external",
            "is_public": False,
            "channels": list(self.channels),
            "url_private": f"{link}/{self.name}",
            "url_private_download": f"{link}/download/{self.name}",
            "permalink": f"{base_url}/files/{self.user}/{self.id}/{self.name}",
        }


@dataclass
class Trigger:
    """A trigger_id: good for one modal within three seconds. ``view_id`` is the view it was pressed in."""

    id: str
    user: str
    at: float
    used: bool = False
    view_id: str | None = None


@dataclass
class ResponseUrl:
    """A response_url. ``message`` or ``ephemeral`` is what it may replace; neither for a slash command."""

    key: str
    user: str
    channel: str
    at: float
    uses: int = 0
    message: Message | None = None
    ephemeral: Ephemeral | None = None


@dataclass
class Call:
    """One call that the bot made. ``status`` is 0 while it is unanswered; ``at`` is seconds since the epoch.

    ``carried_out`` tells whether the simulated Slack did it, also where the answer was lost. ``seconds`` is how long
    the answer took, or None while there is none.
    """

    method: str
    args: Json
    at: float
    status: int = 0
    ok: bool = False
    error: str | None = None
    carried_out: bool = False
    seconds: float | None = None

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return dict(vars(self))


@dataclass
class Delivery:
    """One payload on its way to the bot.

    Attributes:
        kind: ``slash_commands``, ``interactive`` or ``events_api``.
        envelope: what was sent: the Socket Mode envelope, also where the payload went by HTTP.
        acked: whether the bot acknowledged it in time.
        seconds: from sending to the ack, or until it was given up.
        payload: the body of the ack, or None.
        attempts: how often it was sent; 0 where nothing was connected or nothing was to be sent.
        http_status: the status of the answer in HTTP mode; 0 without one.
        problem: what the person would read instead of a result, such as ``dispatch_failed``; or None.
        at: when it was first sent, epoch seconds.
        settle: what Slack does with the body of the first ack; it returns a problem or None.
    """

    kind: str
    envelope: Json
    acked: bool = False
    seconds: float = 0.0
    payload: Json | None = None
    attempts: int = 0
    http_status: int = 0
    problem: str | None = None
    at: float = 0.0
    settle: Callable[[Any], str | None] | None = field(default=None, repr=False)

    def to_dict(self) -> Json:
        """The JSON form for the demo page."""
        return {key: value for key, value in vars(self).items() if key != "settle"}
