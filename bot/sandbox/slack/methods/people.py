"""The auth.*, users.* and usergroups.* methods."""

from __future__ import annotations

from ..arguments import Args
from ..blocks import Json
from ..errors import SlackError
from ..model import UserGroup
from ..workspace import Workspace
from .paging import page


def api_test(args: Args) -> Json:
    """api.test."""
    error = args.text("error")
    if error:
        raise SlackError(error)
    return {"args": {}}


def auth_test(ws: Workspace, _args: Args) -> Json:
    """auth.test."""
    return {
        "url": f"https://{ws.team_domain}.slack.com/",
        "team": ws.team_domain,
        "user": ws.users[ws.bot_user_id].name,
        "team_id": ws.team_id,
        "user_id": ws.bot_user_id,
        "bot_id": ws.bot_id,
        "is_enterprise_install": False,
    }


def bot_info(ws: Workspace, args: Args) -> Json:
    """bots.info: of the one bot that there is."""
    if args.text("bot") != ws.bot_id:
        raise SlackError("bot_not_found")
    bot = {"id": ws.bot_id, "deleted": False, "name": ws.users[ws.bot_user_id].name, "updated": 0}
    return {"bot": {**bot, "app_id": ws.app_id, "user_id": ws.bot_user_id, "icons": {}}}


def user_info(ws: Workspace, args: Args) -> Json:
    """users.info; the locale only where ``include_locale`` asks for it."""
    user = ws.users.get(args.need("user", "user_not_found"))
    if user is None:
        raise SlackError("user_not_found")
    return {"user": user.to_slack(ws.team_id, args.flag("include_locale"))}


def user_list(ws: Workspace, args: Args) -> Json:
    """users.list."""
    found, metadata, _ = page(args, list(ws.users.values()), 200)
    locale = args.flag("include_locale")
    return {
        "members": [user.to_slack(ws.team_id, locale) for user in found],
        "cache_ts": int(ws.now()),
        "response_metadata": metadata,
    }


def _group_json(ws: Workspace, group: UserGroup, args: Args) -> Json:
    body: Json = {
        "id": group.id,
        "team_id": ws.team_id,
        "is_usergroup": True,
        "name": group.handle,
        "handle": group.handle,
        "description": "",
        "date_delete": 0,
    }
    if args.flag("include_users"):
        body["users"] = list(group.users)
    if args.flag("include_count"):
        body["user_count"] = len(group.users)
    return body


def usergroup_list(ws: Workspace, args: Args) -> Json:
    """usergroups.list."""
    return {"usergroups": [_group_json(ws, group, args) for group in ws.usergroups.values()]}


def usergroup_users(ws: Workspace, args: Args) -> Json:
    """usergroups.users.list: on paid plans only."""
    if not ws.paid:
        raise SlackError("plan_upgrade_required")
    group = ws.usergroups.get(args.need("usergroup", "no_such_subteam"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}
