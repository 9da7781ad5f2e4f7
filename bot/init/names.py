"""Ids for what people call things in Slack: channels, user groups and people, by name, id or a link."""

import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.called import UnseenError, channel_called, like, shown
from bot.doctor.people import names_of, unusable
from bot.handover.location import CHANNEL
from bot.init.wanted import Named
from bot.init.wrong import Wrong
from bot.slack.errors import FAILURES, explain, objects_in, reason_of
from bot.slack.listed import Listed, everything

_CHANNEL_IN = re.compile(r"/archives/([CG][A-Z0-9]{2,})|<#([CG][A-Z0-9]{2,})")
_PERSON_IN = re.compile(r"/team/([UW][A-Z0-9]{2,})|<@([UW][A-Z0-9]{2,})|<!subteam\^(S[A-Z0-9]{2,})")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"S[A-Z0-9]{2,}")


async def channel_of(client: AsyncWebClient, answer: str) -> Named:
    """The channel that somebody means. Whether it is of use is another question. Raises Wrong."""
    link = _CHANNEL_IN.search(answer)
    meant = (link[1] or link[2]) if link else answer
    if CHANNEL.fullmatch(meant):
        try:
            about = (await client.conversations_info(channel=meant)).get("channel") or {}
        except FAILURES as error:
            if link or reason_of(error) != "channel_not_found":
                raise Wrong(explain(error)) from None
        else:
            return Named(meant, str(about.get("name") or meant))
    try:
        return Named(*await channel_called(client, meant))
    except UnseenError as error:
        raise Wrong(str(error)) from None
    except FAILURES as error:
        raise Wrong(explain(error)) from None


async def people_of(client: AsyncWebClient, answer: str) -> tuple[Named, ...]:
    """The people and user groups that somebody means, separated by commas. Raises Wrong for the first that is none."""
    found = [await _person_of(client, one) for one in apart(answer)]
    return tuple(dict.fromkeys(found))


def apart(answer: str) -> list[str]:
    """The names of an answer that has several."""
    return [one for one in re.split(r"\s*,\s*|\s+(?=[@<])", answer.strip()) if one]


async def _person_of(client: AsyncWebClient, answer: str) -> Named:
    link = _PERSON_IN.search(answer)
    meant = (link[1] or link[2] or link[3]) if link else answer
    if _PERSON.fullmatch(meant):
        return await _by_id(client, meant)
    groups = await _groups(client)
    if _GROUP.fullmatch(meant):
        return Named(meant, next((f"@{one['handle']}" for one in groups if one["id"] == meant), ""))
    name = meant.removeprefix("@").casefold()
    group = next((one for one in groups if name in (one["handle"].casefold(), one["name"].casefold())), None)
    if group is not None:
        return Named(group["id"], f"@{group['handle']}")
    return await _by_name(client, name, [one["handle"] for one in groups])


async def _by_id(client: AsyncWebClient, user_id: str) -> Named:
    try:
        user = (await client.users_info(user=user_id)).get("user") or {}
    except FAILURES as error:
        raise Wrong(f"{user_id}: {explain(error)}") from None
    return _usable(user)


async def _by_name(client: AsyncWebClient, name: str, groups: Sequence[str]) -> Named:
    found: list[dict[str, Any]] = []
    seen: list[str] = list(groups)
    async for user in _all(client.users_list, "members"):
        names = names_of(user)
        if name in [one.casefold() for one in names] and not user.get("deleted"):
            found.append(user)
        seen += names
    if len(found) > 1:
        several = ", ".join(f"{user.get('real_name')} {user.get('id')}" for user in found)
        raise Wrong(f"several people are called {shown(name, '@')}: write the id of the right one ({several})")
    if not found:
        raise Wrong(
            f"Slack knows nobody and no user group called {shown(name, '@')}{like(name, seen, '@')}. An id helps: in "
            "Slack, open the person's profile, press ⋮, Copy member ID"
        )
    return _usable(found[0])


def _usable(user: dict[str, Any]) -> Named:
    names = names_of(user)
    named = Named(str(user.get("id")), names[-1] if names else "")
    if why := unusable(user):
        raise Wrong(f"{why}: name somebody else")
    return named


async def _groups(client: AsyncWebClient) -> list[dict[str, str]]:
    """All user groups; none where the workspace's plan has none."""
    try:
        answer = await client.usergroups_list()
        found = objects_in(answer, "usergroups")
    except FAILURES as error:
        if reason_of(error) == "plan_upgrade_required":
            return []
        raise Wrong(explain(error)) from None
    return [{key: str(one.get(key) or "") for key in ("id", "handle", "name")} for one in found]


async def _all(listed: Listed, key: str) -> AsyncIterator[dict[str, Any]]:
    """Everything of a list, page by page. Raises Wrong."""
    try:
        async for one in everything(listed, key):
            yield one
    except FAILURES as error:
        raise Wrong(explain(error)) from None
