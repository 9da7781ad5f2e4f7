"""The check of the people whom bot.toml names by their ids: are they in Slack, and can they press anything there."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.called import shown
from bot.doctor.channels import is_group
from bot.doctor.finding import Finding, Level, ok, warn
from bot.doctor.slack import refused
from bot.handover.location import Location
from bot.slack.errors import FAILURES, object_in, reason_of

PEOPLE = "people"
UNKNOWN = {
    "user_not_found": "Slack knows nobody of this id here",
    "user_not_visible": "Slack does not let the bot see this person",
}
AT_ONCE = 50
"""People who are asked for without a pause: half of what Slack takes in a minute is left to a bot that runs beside."""
PAUSE = 1.2
"""Seconds before each of the others, so that no minute has more than that."""


async def people(
    client: AsyncWebClient,
    named: Mapping[str, Iterable[str]],
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> AsyncIterator[Finding]:
    """Whether each is there, by one call for each.

    Args:
        client: asks Slack.
        named: by their ids, where bot.toml names them, as `named_in` gives it.
        sleep: waits so many seconds.
    """
    there = 0
    for n, (user_id, places) in enumerate(named.items()):
        if n >= AT_ONCE:
            await sleep(PAUSE)
        try:
            why = unusable(object_in(await client.users_info(user=user_id), "user"))
        except FAILURES as error:
            why = UNKNOWN.get(reason_of(error), "")
            if not why:
                # What keeps the bot from looking is no fault of theirs, and it works all the same.
                yield replace(refused(PEOPLE, error), level=Level.WARN)
                return
        if why:
            mend = f"bot.toml names them in {' and '.join(places)}: take the id out, or write somebody else's."
            yield warn(f"person {user_id}", why, mend)
        else:
            there += 1
    if there:
        yield ok(PEOPLE, f"found in Slack: {there} of {len(named)} whom bot.toml names")


def named_in(admins: Iterable[str], locations: Iterable[Location]) -> dict[str, list[str]]:
    """Everybody who is named by an id, each once, and in which keys."""
    keys = [("admins", tuple(admins))]
    for at in locations:
        keys += [(f"operators of {at.id}", at.entitled), (f"leads or escalate of {at.id}", at.told)]
    found: dict[str, list[str]] = {}
    for key, ids in keys:
        for one in dict.fromkeys(ids):
            if not is_group(one):
                found.setdefault(one, []).append(key)
    return found


def unusable(user: Mapping[str, Any]) -> str:
    """Why somebody of this account can't be meant, by Slack's user object; empty: they can."""
    names = names_of(user)
    name = shown(names[-1] if names else str(user.get("id")))
    if user.get("is_bot") or user.get("is_workflow_bot"):
        return f"{name} is a bot"
    return f"the account of {name} is deactivated" if user.get("deleted") else ""


def names_of(user: Mapping[str, Any]) -> list[str]:
    """What a person may be called, the real name last."""
    profile = user.get("profile") or {}
    every = (user.get("name"), profile.get("display_name"), user.get("real_name") or profile.get("real_name"))
    return [str(one) for one in every if one]
