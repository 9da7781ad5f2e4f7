"""What Slack lets the bot do: what it needs, and what it was granted."""

from bot.manifest import SCOPES

FOR_DIRECT = ("im:history", "im:write")
"""Of these, what is called for only where somebody is told that nobody answers."""


def needed(*, tells: bool) -> tuple[str, ...]:
    """What the bot needs; `tells`: whether anybody is told that nobody answers."""
    return tuple(scope for scope in SCOPES if tells or scope not in FOR_DIRECT)


def granted_in(header: str) -> list[str]:
    """What Slack granted, by the header in which it says so."""
    return [scope for scope in header.replace(" ", "").split(",") if scope]
