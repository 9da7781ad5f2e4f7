"""Whether the members of a location's channel are people that somebody chose: where none are named, they get codes."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.handover.location import Location
from bot.slack.errors import FAILURES, explain

log = structlog.get_logger()

_SHARED = ("is_ext_shared", "is_pending_ext_shared", "is_org_shared", "is_shared")


def openness(answer: Mapping[str, Any] | AsyncSlackResponse) -> str | None:
    """What conversations.info says that lets in people whom nobody chose: "public", "shared", both, or None."""
    found = answer.get("channel")
    about = found if isinstance(found, dict) else {}
    words = [] if about.get("is_private") is True else ["public"]
    if any(about.get(name) for name in _SHARED):
        words.append("shared")
    return " and ".join(words) or None


def open_to(how: str, location_name: str) -> str:
    """The sentence for the one who installs."""
    return (
        f"the channel of {location_name} is {how} and its location names no operators: whoever joins the channel gets "
        "codes. Name people or user groups in `operators` in bot.toml, or make the channel private and not shared."
    )


async def warn_of_open_channels(client: AsyncWebClient, locations: Iterable[Location]) -> None:
    """Says in the log which locations have no operators and a channel that is public or shared."""
    for location in locations:
        if location.entitled:
            continue
        try:
            answer = await client.conversations_info(channel=location.channel)
        except FAILURES as error:
            log.warning(
                "can't tell whether a channel is public; its location names no operators",
                channel=location.channel,
                reason=explain(error),
            )
            continue
        how = openness(answer)
        if how is not None:
            problem = open_to(how, location.name)
            log.warning(
                "a location names no operators, and its channel is open", channel=location.channel, problem=problem
            )
