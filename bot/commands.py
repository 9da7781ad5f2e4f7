"""What commands have in common: exit codes, how they end, and whose database is meant."""

import asyncio
import signal
import sys
from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

import typer

from bot.scrub import scrubbed

if TYPE_CHECKING:
    from bot.houses import RecordSettings


class Exit(IntEnum):
    """Exit codes; docs/exit-codes.md lists them."""

    UNWELL = 1
    """`doctor` has warnings, `export` or `help` found nothing, `init` wrote nothing, `db` copied, backed up or restored
    nothing, or a webhook did not take a test."""
    SETTINGS = 2
    """A setting is missing or wrong, or `doctor` found something that does not work."""
    CREDENTIALS = 3
    DATABASE = 4
    PORT = 5


def house_of(houses: Sequence["RecordSettings"], workspace: str | None) -> "RecordSettings":
    """The one that is meant."""
    kept = [one for one in houses if workspace in (None, one.workspace)]
    if len(kept) != 1:
        known = ", ".join(one.workspace for one in houses if one.workspace)
        raise typer.BadParameter(f"--workspace: {f'choose {known}' if known else 'bot.toml has no [[workspaces]]'}")
    return kept[0]


def stopped_by_signals() -> asyncio.Event:
    """An event that Ctrl-C or SIGTERM sets."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, stop.set)
    return stop


def fail(code: Exit, *lines: str, prefix: str = "otc-bot: ") -> NoReturn:
    """Ends the command with a sentence for each mistake; what looks like a secret is taken out of it."""
    for line in lines:
        print(f"{prefix}{scrubbed(line)}", file=sys.stderr)
    raise typer.Exit(code)
