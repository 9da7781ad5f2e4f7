"""Which methods there are, and which scope each one needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ..arguments import Args
from ..blocks import Json
from ..workspace import Workspace
from . import chat, conversations, files, people, views


@dataclass(frozen=True)
class Method:
    """One Web API method; ``scope`` is None where it needs none or depends on the conversation."""

    run: Callable[[Workspace, Args], Json]
    scope: str | None = None


METHODS: Mapping[str, Method] = MappingProxyType(
    {
        "auth.test": Method(people.auth_test),
        "bots.info": Method(people.bot_info, "users:read"),
        "chat.postMessage": Method(chat.post_message, "chat:write"),
        "chat.update": Method(chat.update, "chat:write"),
        "chat.delete": Method(chat.delete_message, "chat:write"),
        "chat.postEphemeral": Method(chat.post_ephemeral, "chat:write"),
        "chat.getPermalink": Method(chat.get_permalink),
        "reactions.add": Method(chat.add_reaction, "reactions:write"),
        "reactions.remove": Method(chat.remove_reaction, "reactions:write"),
        "conversations.history": Method(conversations.history),
        "conversations.replies": Method(conversations.replies),
        "conversations.info": Method(conversations.info),
        "conversations.members": Method(conversations.members),
        "conversations.list": Method(conversations.list_all),
        "conversations.open": Method(conversations.open_direct, "im:write"),
        "users.conversations": Method(conversations.of_user),
        "users.info": Method(people.user_info, "users:read"),
        "users.list": Method(people.user_list, "users:read"),
        "usergroups.list": Method(people.usergroup_list, "usergroups:read"),
        "usergroups.users.list": Method(people.usergroup_users, "usergroups:read"),
        "views.open": Method(views.open_modal),
        "views.push": Method(views.push),
        "views.update": Method(views.update),
        "views.publish": Method(views.publish),
        "files.getUploadURLExternal": Method(files.get_upload_url, "files:write"),
        "files.completeUploadExternal": Method(files.complete_upload, "files:write"),
        "files.info": Method(files.info, "files:read"),
    }
)
