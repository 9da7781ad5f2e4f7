"""bot.toml as text: a new one, or one that is there with warehouses behind it."""

import json
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.init.wanted import Named, Wanted, Warehouse
from bot.init.wrong import Why, Wrong
from bot.values import trimmed

HEAD = """\
# Written by `otc-bot init`; yours from now on. Once it is changed, `otc-bot doctor` tells what is wrong with it, and
# `otc-bot reload` has a running bot take it. What else can stand here: bot.example.toml.

# The clock that `hours` go by.
timezone = {timezone}

# Those who look after the bot: named where only they can help.
admins = {admins}
"""
BLOCK = """\
[[locations]]
# sellerLocationId, as Seller Hub and the API write it.
id = {id}
# What people call it.
name = {name}
# {channel_name}
channel = {channel}
# Who may ask for codes. Empty: every member of the channel.
operators = {operators}
# When FEs are looked for, such as "08:00-22:00". Empty: always.
hours = {hours}
# Of its cards and threads.
language = {language}
"""


def new(wanted: Wanted) -> str:
    """A bot.toml for a folder that has none."""
    head = HEAD.format(timezone=_text(wanted.timezone), admins=_people(wanted.admins, ""))
    return head + "\n# One block per warehouse. Several may share a channel.\n" + _blocks(wanted.warehouses)


def added(path: Path, text: str, warehouses: Sequence[Warehouse]) -> str:
    """The text of a bot.toml with warehouses behind it; what stands there stays as it is.

    Raises:
        Wrong: it is written in a way that takes no block behind it.
    """
    gap = "" if text.endswith("\n\n") else "\n" if text.endswith("\n") else "\n\n"
    whole = text + gap + _blocks(warehouses)
    before = trimmed(tomllib.loads(text))
    try:
        after = trimmed(tomllib.loads(whole))
    except tomllib.TOMLDecodeError:
        after = {}
    places = [one["id"] for one in after.pop("locations", [])]
    had = [one["id"] for one in before.pop("locations", [])]
    if after != before or places != [*had, *(one.id for one in warehouses)]:
        raise Wrong(
            f"{path} lists its locations in another way than by [[locations]]: add these lines by hand, or write each "
            f"location as a block of its own and start again:\n\n{_blocks(warehouses)}",
            Why.FOLDER,
        )
    return whole


def _blocks(warehouses: Iterable[Warehouse]) -> str:
    return "\n".join(_block(one) for one in warehouses)


def _block(one: Warehouse) -> str:
    return BLOCK.format(
        id=_text(one.id),
        name=_text(one.name),
        channel_name=_comment(f"In Slack: #{one.channel.name}"),
        channel=_text(one.channel.id),
        operators=_people(one.operators, ""),
        hours=_text(one.hours),
        language=_text(one.language),
    )


def _people(people: Sequence[Named], indent: str) -> str:
    """Each in a line of its own with its name: an id alone tells a reader nothing."""
    if not people:
        return "[]"
    lines = [f"{indent}    {_text(one.id)},{_comment(f'  # {one.name}') if one.name else ''}" for one in people]
    return "\n".join(["[", *lines, f"{indent}]"])


def _text(value: str) -> str:
    """A basic string of TOML, which takes all that JSON writes but one control sign."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _comment(text: str) -> str:
    """A comment ends with its line, and takes no control signs."""
    return "".join(sign for sign in text if sign.isprintable())
