"""The state of the simulated workspace: its settings, stores and clock, and what each person sees in it."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from .blocks import Json, filled
from .model import (
    Call,
    Channel,
    Delivery,
    Ephemeral,
    File,
    Message,
    ResponseUrl,
    Trigger,
    User,
    UserGroup,
    View,
)

DEFAULT_SCOPES = frozenset(
    {
        "chat:write",
        "commands",
        "channels:history",
        "groups:history",
        "im:history",
        "im:write",
        "usergroups:read",
        "users:read",
        "files:write",
        "files:read",
        "reactions:write",
    }
)
DEFAULT_EVENTS = frozenset(
    {"message.channels", "message.groups", "message.im", "app_home_opened", "member_joined_channel"}
)
RECENT_CHANGES = 200


class Workspace:
    """Everything that exists, and the switches of the simulation.

    Attributes:
        now: the clock, in seconds since the epoch (UTC).
        scopes: the bot token's scopes; a method whose scope is missing answers ``missing_scope``.
        events: the event types that the app subscribes to.
        paid: False makes usergroups.users.list answer ``plan_upgrade_required``.
        limits: True enforces Slack's published rate limits.
        history_page: messages that a page of history holds at most; Slack may give fewer than it is asked for.
        latency: seconds added to every Web API answer.
        events_url: where payloads are POSTed; None sends them over Socket Mode.
        ack_timeout: seconds within which the bot has to acknowledge.
        trigger_seconds: seconds for which a trigger_id opens a modal.
        event_retries: waits in seconds before each further try of an unacknowledged event.
        ping_seconds: seconds between two pings on a socket.
        echo_own_messages: whether the bot gets ``message`` events for its own posts, as with Slack.
        refused_files: the error with which files of these names are never shared.
        url: the address of the simulator, without a slash at its end; empty before it is started.
    """

    def __init__(
        self,
        now: Callable[[], float] = time.time,
        *,
        team_id: str = "T0SIM0001",
        team_domain: str = "sim",
        app_id: str = "A0SIM0001",
        bot_id: str = "B0SIM0001",
        bot_user_id: str = "U0SIMBOT1",
        bot_name: str = "otc-bot",
        bot_token: str | None = None,
        app_token: str | None = None,
        signing_secret: str | None = None,
    ) -> None:
        """Make an empty workspace that has only the bot; credentials not given are made up."""
        self.now = now
        self.team_id = team_id
        self.team_domain = team_domain
        self.app_id = app_id
        self.bot_id = bot_id
        self.bot_user_id = bot_user_id
        self.bot_token = bot_token or f"xoxb-{secrets.token_hex(12)}"
        self.app_token = app_token or f"xapp-1-{app_id}-{secrets.token_hex(12)}"
        self.signing_secret = signing_secret or secrets.token_hex(16)
        self.token_revoked = False

        self.scopes: set[str] = set(DEFAULT_SCOPES)
        self.events: set[str] = set(DEFAULT_EVENTS)
        self.paid = True
        self.limits = False
        self.history_page = 1000
        self.latency = 0.0
        self.events_url: str | None = None
        self.ack_timeout = 3.0
        self.trigger_seconds = 3.0
        self.event_retries: tuple[float, ...] = (0.0, 60.0, 300.0)
        self.ping_seconds = 5.0
        self.echo_own_messages = True
        self.url = ""

        self.users: dict[str, User] = {}
        self.channels: dict[str, Channel] = {}
        self.usergroups: dict[str, UserGroup] = {}
        self.posted: dict[str, list[Message]] = {}
        self.whispers: list[Ephemeral] = []
        self.views: dict[str, View] = {}
        self.homes: dict[str, View] = {}
        self.files: dict[str, File] = {}
        self.refused_files: dict[str, str] = {}
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.calls: list[Call] = []
        self.deliveries: list[Delivery] = []
        self.changes: deque[Json] = deque(maxlen=RECENT_CHANGES)

        self.serial = 0
        self._last_ts = 0
        self._listeners: list[Callable[[Json], None]] = []
        self._waiters: set[asyncio.Event] = set()
        self.message_hook: Callable[[Json, Channel], None] | None = None
        self.users[bot_user_id] = User(bot_user_id, bot_name, bot_name, is_bot=True)

    def reinstall(self, bot_id: str, bot_user_id: str | None = None) -> None:
        """Install the app anew: its bot is called otherwise from now on, the app and its token stay as they are."""
        self.bot_id = bot_id
        if bot_user_id is not None:
            old = self.users[self.bot_user_id]
            self.users[bot_user_id] = User(bot_user_id, old.name, old.real_name, is_bot=True)
            for channel in self.channels.values():
                if self.bot_user_id in channel.members:
                    channel.members.append(bot_user_id)
            self.bot_user_id = bot_user_id
        self.changed("app.reinstalled", bot_id=bot_id)

    # ids and time

    def new_id(self, prefix: str) -> str:
        """The next unused id with this first letter, such as ``U00000001``."""
        self.serial += 1
        return f"{prefix}{self.serial:08X}"

    def new_ts(self) -> str:
        """The next message timestamp: microseconds of the clock, never twice the same."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def fill(self, blocks: list[Json]) -> list[Json]:
        """The blocks as Slack stores them, with the ids that were not given."""
        return filled(blocks, lambda: self.new_id("b"))

    # changes

    def on_change(self, callback: Callable[[Json], None]) -> Callable[[], None]:
        """Call back with ``{"kind", "at", ...}`` at each change; returns the function that ends it."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def changed(self, kind: str, **about: Any) -> None:
        """Tell everyone that something changed."""
        change = {"kind": kind, "at": self.now(), **about}
        self.changes.append(change)
        for event in self._waiters:
            event.set()
        for listener in list(self._listeners):
            listener(change)

    def watch(self) -> asyncio.Event:
        """An event that every change sets, until it is given to ``unwatch``."""
        event = asyncio.Event()
        self._waiters.add(event)
        return event

    def unwatch(self, event: asyncio.Event) -> None:
        """Forget an event of ``watch``."""
        self._waiters.discard(event)

    # people and places

    def add_user(
        self,
        name: str,
        *,
        real_name: str | None = None,
        tz: str = "Asia/Kolkata",
        locale: str = "en-IN",
        user_id: str | None = None,
        guest: str = "",
        home: str = "",
    ) -> str:
        """Add a person; returns the user id. ``guest`` and ``home`` as in ``User``."""
        user = User(user_id or self.new_id("U"), name, real_name or name, tz, locale, guest=guest, home=home)
        self.users[user.id] = user
        self.changed("user.added", user=user.id)
        return user.id

    def deactivate(self, user_id: str) -> None:
        """Close somebody's account, as an administrator of the workspace does."""
        self.users[user_id].deleted = True
        self.changed("user.deactivated", user=user_id)

    def add_channel(
        self,
        name: str,
        *,
        members: list[str] | tuple[str, ...] = (),
        private: bool = False,
        with_bot: bool = True,
        channel_id: str | None = None,
        shared: str = "",
    ) -> str:
        """Add a channel; returns its id. ``shared`` as in ``Channel``."""
        channel = Channel(channel_id or self.new_id("C"), name, private, shared=shared, created=int(self.now()))
        self.channels[channel.id] = channel
        self.posted[channel.id] = []
        for user in (*members, *((self.bot_user_id,) if with_bot else ())):
            self.invite(channel.id, user)
        self.changed("channel.added", channel=channel.id)
        return channel.id

    def add_usergroup(
        self, handle: str, *, users: list[str] | tuple[str, ...] = (), group_id: str | None = None
    ) -> str:
        """Add a user group; returns its id."""
        group = UserGroup(group_id or self.new_id("S"), handle, list(users))
        self.usergroups[group.id] = group
        self.changed("usergroup.added", usergroup=group.id)
        return group.id

    def direct(self, user_id: str) -> Channel:
        """The direct message conversation of the bot with a person, made where there is none yet."""
        for channel in self.channels.values():
            if channel.dm_user == user_id:
                return channel
        members = [user_id, self.bot_user_id]
        channel = Channel(self.new_id("D"), "", True, user_id, created=int(self.now()), members=members)
        self.channels[channel.id] = channel
        self.posted[channel.id] = []
        return channel

    def invite(self, channel_id: str, user_id: str) -> None:
        """Make someone a member, without an event."""
        members = self.channels[channel_id].members
        if user_id not in members:
            members.append(user_id)
            self.changed("channel.members", channel=channel_id)

    def kick(self, channel_id: str, user_id: str) -> None:
        """End someone's membership."""
        self.channels[channel_id].members.remove(user_id)
        self.changed("channel.members", channel=channel_id)

    def archive(self, channel_id: str, archived: bool = True) -> None:
        """Archive a channel, or take it back."""
        self.channels[channel_id].archived = archived
        self.changed("channel.archived", channel=channel_id)

    def set_active(self, user_id: str, active: bool = True) -> None:
        """Say whether a person has Slack open; one who has not gets no ephemeral messages."""
        self.users[user_id].active = active
        self.changed("user.active", user=user_id)

    def revoke_token(self, revoked: bool = True) -> None:
        """Make every call with the bot token answer ``token_revoked``."""
        self.token_revoked = revoked

    # what people see

    def messages(self, channel_id: str) -> list[Message]:
        """The messages at root level, oldest first, without the deleted ones."""
        return [m for m in self.posted[channel_id] if m.thread_ts is None and not m.deleted]

    def thread(self, channel_id: str, ts: str) -> list[Message]:
        """The replies under a message, oldest first, without the deleted ones."""
        return [m for m in self.posted[channel_id] if m.thread_ts == ts and not m.deleted]

    def message(self, channel_id: str, ts: str) -> Message | None:
        """One message that is not deleted."""
        return next((m for m in self.posted.get(channel_id, []) if m.ts == ts and not m.deleted), None)

    def ephemerals(self, user_id: str, channel_id: str | None = None) -> list[Ephemeral]:
        """The ephemeral messages that a person sees now, oldest first."""
        return [e for e in self.whispers if e.visible and e.user == user_id and channel_id in (None, e.channel)]

    def open_views(self, user_id: str) -> list[View]:
        """A person's open modals, the topmost last."""
        return [v for v in self.views.values() if v.user == user_id and v.type == "modal" and not v.closed]

    def view(self, user_id: str) -> View | None:
        """A person's topmost modal."""
        stack = self.open_views(user_id)
        return stack[-1] if stack else None

    def home(self, user_id: str) -> View | None:
        """A person's App Home tab."""
        return self.homes.get(user_id)

    def reload(self, user_id: str) -> None:
        """A person reloads their client: the ephemeral messages are gone."""
        for ephemeral in self.ephemerals(user_id):
            ephemeral.visible = False
        self.changed("user.reloaded", user=user_id)

    # one-time keys

    def new_trigger(self, user_id: str, view_id: str | None = None) -> str:
        """A trigger_id for one modal, within its few seconds."""
        trigger = Trigger(
            f"{self.new_id('')}.{int(self.now())}.{secrets.token_hex(8)}",
            user_id,
            self.now(),
            view_id=view_id,
        )
        self.triggers[trigger.id] = trigger
        return trigger.id

    def new_response_url(
        self,
        user_id: str,
        channel_id: str,
        message: Message | None = None,
        ephemeral: Ephemeral | None = None,
    ) -> str:
        """A response_url for what a person did."""
        key = f"{self.team_id}/{self.new_id('')}/{secrets.token_urlsafe(12)}"
        self.response_urls[key] = ResponseUrl(key, user_id, channel_id, self.now(), 0, message, ephemeral)
        return f"{self.url}/response/{key}"

    def to_dict(self) -> Json:
        """The whole state as JSON-serialisable values; credentials are left out."""
        return {
            "now": self.now(),
            "team": {"id": self.team_id, "domain": self.team_domain},
            "app": {"id": self.app_id, "bot_id": self.bot_id, "bot_user_id": self.bot_user_id},
            "settings": {
                "scopes": sorted(self.scopes),
                "events": sorted(self.events),
                "paid": self.paid,
                "limits": self.limits,
                "latency": self.latency,
                "events_url": self.events_url,
            },
            "users": [user.to_dict() for user in self.users.values()],
            "channels": [channel.to_dict() for channel in self.channels.values()],
            "usergroups": [group.to_dict() for group in self.usergroups.values()],
            "messages": {cid: [m.to_dict() for m in posted] for cid, posted in self.posted.items()},
            "ephemerals": [ephemeral.to_dict() for ephemeral in self.whispers],
            "views": [view.to_dict() for view in self.views.values()],
            "homes": {uid: view.to_dict() for uid, view in self.homes.items()},
            "files": [file.to_slack(self.url, self.team_id) for file in self.files.values()],
            "calls": [call.to_dict() for call in self.calls],
            "deliveries": [delivery.to_dict() for delivery in self.deliveries],
        }
