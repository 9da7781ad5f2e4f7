"""What a check finds: how it is, what was looked at, what is so, and how to mend it."""

import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bot.scrub import scrubbed

_BOT = Path(__file__).parents[1]


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    NOTE = "note"
    """It can't be looked at from here: neither well nor wrong, as far as anybody knows."""
    WARN = "WARN"
    """It works so, and somebody should know what it means."""
    FAIL = "FAIL"
    """It does not work so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. Never with a secret in it: `ok`, `warn` and `fail` take out what looks like one."""

    level: Level
    what: str
    """The thing, in a few words."""
    said: str
    """What is so."""
    mend: str = ""
    """What to do about it; empty where there is nothing to do, or what is so says it."""

    @property
    def text(self) -> str:
        """What is so and what to do, in one line."""
        return f"{self.said.rstrip('.')}. {self.mend}" if self.mend else self.said

    def __str__(self) -> str:
        return f"{self.level:4}  {self.what}: {self.text}"


def ok(what: str, said: str) -> Finding:
    """It is well."""
    return Finding(Level.OK, scrubbed(what), scrubbed(said))


def note(what: str, said: str, mend: str = "") -> Finding:
    """It can't be looked at: somebody else has to."""
    return Finding(Level.NOTE, scrubbed(what), scrubbed(said), scrubbed(mend))


def warn(what: str, said: str, mend: str = "") -> Finding:
    """It works, and somebody should know."""
    return Finding(Level.WARN, scrubbed(what), scrubbed(said), scrubbed(mend))


def fail(what: str, said: str, mend: str = "") -> Finding:
    """It does not work."""
    return Finding(Level.FAIL, scrubbed(what), scrubbed(said), scrubbed(mend))


async def guarded(what: str, check: AsyncIterator[Finding]) -> AsyncIterator[Finding]:
    """What a check finds; where it breaks off that is a finding of its own, and the other checks go on.

    Args:
        what: the thing that it looks at.
        check: not begun yet.
    """
    try:
        async for finding in check:
            yield finding
    except Exception as error:  # noqa: BLE001 - whoever asks what is wrong is told that, too
        # What an error says may hold what nobody is to see; where it came from is what its mending needs.
        own = [one for one in traceback.extract_tb(error.__traceback__) if Path(one.filename).is_relative_to(_BOT)]
        last = own[-1]
        why = f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"
        said = f"this could not be looked at: the check broke off ({why})"
        yield fail(what, said, "That is a fault of otc-bot: please tell its makers this line.")


def counted(n: int, noun: str) -> str:
    """Such as "2 locations"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
