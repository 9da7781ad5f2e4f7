"""Mentions, at which phones ring: of people and groups that bot.toml names, and of nobody else."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.location import Location
from bot.slack.blocks.text import section, who

MENTIONED = 10
"""Named in one message: more would make a wall of names."""


def mention(one: str) -> str:
    """A user or a user group, so that Slack notifies them."""
    return f"<!subteam^{one}>" if one.startswith("S") else who(one)


def mentions(location: Location, moment: datetime, zone: tzinfo) -> str:
    """The operators who are on duty; empty when everybody in the channel is one."""
    return _line(location.on_duty(moment, zone))


def bell(people: Sequence[str]) -> list[Block]:
    """The line that calls people; none where nobody is called. It belongs into what is posted, never into an edit."""
    return [section(f"🔔 {_line(people)}")] if people else []


def _line(people: Sequence[str]) -> str:
    return " ".join(mention(one) for one in people[:MENTIONED])
