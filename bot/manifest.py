"""The Slack app that the bot needs, as the manifest that Slack makes it from, and the address that does so."""

import ipaddress
import json
import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from bot.values import is_safe

PATH = "/slack/events"
"""Where the bot hears of everything over HTTP; several workspaces have their id behind it."""
SCOPES = (
    "channels:history",
    "channels:read",
    "chat:write",
    "commands",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "im:history",
    "im:write",
    "reactions:write",
    "usergroups:read",
    "users:read",
)
"""What the bot calls for."""
EVENTS = ("app_home_opened", "member_joined_channel", "message.channels", "message.groups")
COMMANDS = {
    "/start-otc": ("Show the Start OTC, to you alone", "[name or FE id]"),
    "/otc": ("Find a parcel by its tracking id, and more, to you alone", "find <tracking id>"),
    "/end-otc": ("Count the parcels, then show the End OTC, to you alone", "[name or FE id]"),
}
"""Each with its description and what may be typed behind it."""
SHORTCUTS = {
    "report_problem": ("Report a problem parcel", "For the handover of this thread"),
    "start_otc_here": ("Start OTC here", "The code for this thread's FE, to you alone"),
    "end_otc_here": ("End OTC here", "The count, then the code for this thread's FE"),
    "read_list": ("Read as returns list", "A CSV or XLSX of what should arrive"),
}
"""Of messages, each with its name and description."""
LONG = (
    "OTC Bot opens a thread in the warehouse's channel for every Field Executive who brings returns. The dock asks for "
    "the Start OTC with /start-otc, sees the scans come in on the card, counts the parcels by hand, and gets the End "
    "OTC with /end-otc only after the count. Codes are shown to the person who asked and to nobody else; rejected "
    "parcels and swapped flyers are called out in the thread while they can still be set aside."
)
WIDTH = 120


class UrlError(ValueError):
    """Why an address can't be the bot's, and what to write instead."""


def manifest(url: str | None = None) -> dict[str, Any]:
    """The app over Socket Mode, or over HTTP at an address.

    Args:
        url: such as https://otc.example.com; behind it comes `/slack/events`, unless it ends with that or a path below.

    Raises:
        UrlError: Slack could not call the bot there.
    """
    address = None if url is None else _events_url(url)
    called: dict[str, Any] = {} if address is None else {"url": address}
    asked: dict[str, Any] = {} if address is None else {"request_url": address}
    return {
        "_metadata": {"major_version": 2, "minor_version": 0},
        "display_information": {
            "name": "OTC Bot",
            "description": "Flipkart return handovers - codes, live scan progress and a hand count before the End OTC",
            "background_color": "#0b5394",
            "long_description": LONG,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": "OTC Bot", "always_online": True},
            "slash_commands": [
                {"command": name, **called, "description": said, "usage_hint": hint, "should_escape": False}
                for name, (said, hint) in COMMANDS.items()
            ],
            "shortcuts": [
                {"name": name, "type": "message", "callback_id": callback, "description": said}
                for callback, (name, said) in SHORTCUTS.items()
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**asked, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **asked},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def as_yaml(url: str | None = None) -> str:
    """The manifest as text, its first line the command that writes it. Raises UrlError."""
    command = "otc-bot manifest" + (f" --url {url}" if url else "")
    return "\n".join([f"# {command}", *_lines(manifest(url)), ""])


def creating(url: str | None = None) -> str:
    """The address that opens Slack's form for a new app with the manifest in it. Raises UrlError.

    As JSON without spaces it is a fifth shorter than as YAML, and far below what browsers take.
    """
    text = json.dumps(manifest(url), separators=(",", ":"), ensure_ascii=False)
    return f"https://api.slack.com/apps?new_app=1&manifest_json={quote(text, safe=_AS_THEY_ARE)}"


_AS_THEY_ARE = ",:/-._~"
"""Signs that a query may hold, and over which a terminal's link goes on."""


_WITHIN = (".local", ".localhost", ".internal", ".lan", ".home.arpa")
"""Names that lead nowhere on the internet: RFC 6761, 6762 and 8375, and what ICANN keeps free."""


def _may_be_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        name = host.rstrip(".").lower()
        return "." in name and not name.endswith(_WITHIN)


def _events_url(url: str) -> str:
    if not is_safe(url) or not url.startswith("https://"):
        raise UrlError("must be the https:// address at which Slack reaches the bot, such as https://otc.example.com")
    host = urlsplit(url).hostname or ""
    if not _may_be_public(host):
        raise UrlError(
            f"Slack calls from the internet, and {host} is known within your own network alone; take the address at "
            "which the internet reaches the bot, such as https://otc.example.com, or leave it out: over Socket Mode "
            "the bot needs none"
        )
    bare = url.rstrip("/")
    return bare if re.search(rf"{PATH}(/[a-z0-9_-]+)?$", bare) else bare + PATH


def _lines(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A mapping as YAML: no more of it than a manifest needs."""
    for key, one in value.items():
        if isinstance(one, Mapping):
            yield f"{indent}{key}:"
            yield from _lines(one, indent + "  ")
        elif isinstance(one, list):
            yield f"{indent}{key}:"
            for item in one:
                own = list(_lines(item)) if isinstance(item, Mapping) else [_scalar(item)]
                yield f"{indent}  - {own[0]}"
                yield from (f"{indent}    {line}" for line in own[1:])
        elif isinstance(one, str) and len(one) > WIDTH:
            yield f"{indent}{key}: >-"
            yield from textwrap.wrap(one, WIDTH, initial_indent=indent + "  ", subsequent_indent=indent + "  ")
        else:
            yield f"{indent}{key}: {_scalar(one)}"


_PLAIN = re.compile(r"[A-Za-z/](?:[\w ,./()'-]|:(?! ))*")


def _scalar(value: Any) -> str:
    """A text without quotes where YAML reads it as the same text."""
    return value if isinstance(value, str) and _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
