"""What Slack lets the bot do: what it needs, and what it was granted."""

from collections.abc import Iterable, Iterator, Sequence

from bot.doctor.finding import Finding, fail, ok, warn
from bot.handover.location import Location
from bot.manifest import SCOPES

SCOPES_GRANTED = "slack scopes"
FOR_DIRECT = ("im:history", "im:write")
"""Of those of the manifest, what is called for only where somebody is told that nobody answers."""


def needed(locations: Iterable[Location]) -> tuple[str, ...]:
    """What the bot can't do without at these locations, of the scopes that the manifest asks for."""
    tells = any(location.soonest_step for location in locations)
    return tuple(scope for scope in SCOPES if tells or scope not in FOR_DIRECT)


def granted_in(header: str) -> list[str]:
    """What Slack granted, by the header in which it says so."""
    return [scope for scope in header.replace(" ", "").split(",") if scope]


def compared(granted: Sequence[str], wanted: Sequence[str]) -> Iterator[Finding]:
    """What to say of the scopes that were granted: always counted by the manifest's, whatever is needed of them."""
    if not granted:
        yield warn(SCOPES_GRANTED, "Slack does not say which the app has")
        return
    if missing := [scope for scope in wanted if scope not in granted]:
        mend = "Paste what `otc-bot manifest` writes into the app's page App Manifest, and install the app again."
        yield fail(SCOPES_GRANTED, f"missing {', '.join(missing)}", mend)
        return
    without = [scope for scope in SCOPES if scope not in granted]
    more = [scope for scope in granted if scope not in SCOPES]
    said = f"{len(SCOPES) - len(without)} of the {len(SCOPES)}" if without else f"all {len(SCOPES)}"
    said += " that the manifest asks for"
    said += f"; without {', '.join(without)}, which only `escalate` in bot.toml needs" if without else ""
    said += f"; not needed: {', '.join(more)}" if more else ""
    yield ok(SCOPES_GRANTED, said)
