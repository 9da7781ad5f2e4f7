"""What a check finds: how it is, what was looked at, what is so, and how to mend it."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "WARN"
    """It works so, and somebody should know what it means."""
    FAIL = "FAIL"
    """It does not work so."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. Never with a secret in it."""

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
    return Finding(Level.OK, what, said)


def warn(what: str, said: str, mend: str = "") -> Finding:
    """It works, and somebody should know."""
    return Finding(Level.WARN, what, said, mend)


def fail(what: str, said: str, mend: str = "") -> Finding:
    """It does not work."""
    return Finding(Level.FAIL, what, said, mend)


def counted(n: int, noun: str) -> str:
    """Such as "2 locations"."""
    return f"{n} {noun}" if n == 1 else f"{n} {noun}s"
