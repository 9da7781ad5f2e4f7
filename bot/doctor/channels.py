"""The checks of Slack's channels and user groups that bot.toml names. Nothing is posted or changed."""

from collections.abc import AsyncIterator

from slack_sdk.web.async_client import AsyncWebClient

from bot.doctor.finding import Finding, counted, fail, ok, warn
from bot.doctor.slack import parts, refused
from bot.handover.location import Location
from bot.slack.channels import open_to, openness
from bot.slack.errors import ADVICE, FAILURES


async def channel(client: AsyncWebClient, location: Location) -> AsyncIterator[Finding]:
    """Whether the bot can read and post in the channel of a location, and who gets codes there."""
    what = f"channel {location.channel} of {location.name}"
    try:
        # Reading one message needs the same membership as posting one does.
        await client.conversations_history(channel=location.channel, limit=1)
        about = await client.conversations_info(channel=location.channel)
    except FAILURES as error:
        yield refused(what, error)
        return
    if (about.get("channel") or {}).get("is_archived"):
        yield fail(what, *parts(ADVICE["is_archived"]))
    else:
        yield ok(what, "the bot can read and post there")
    opened = openness(about)
    if not location.entitled and opened is not None:
        said, _, mend = open_to(opened, location.name).partition(". ")
        yield warn(what, said, mend)


async def group(client: AsyncWebClient, group_id: str) -> AsyncIterator[Finding]:
    """Whether the bot can read who is in a user group."""
    what = f"user group {group_id}"
    try:
        answer = await client.usergroups_users_list(usergroup=group_id)
    except FAILURES as error:
        yield refused(what, error)
        return
    people = answer.get("users") or ()
    if people:
        yield ok(what, counted(len(people), "member"))
    else:
        yield warn(what, "nobody is in it", "Add people to it in Slack, or name others in bot.toml.")


def is_group(one: str) -> bool:
    """Whether an id in bot.toml is of a user group, and not of a person."""
    return one.startswith("S")


def groups_in(location: Location) -> list[str]:
    """The user groups that a location names, each once."""
    return [one for one in dict.fromkeys([*location.operators, *location.entitled, *location.told]) if is_group(one)]
