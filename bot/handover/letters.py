"""What copies of the bot tell each other about presses: a letter is a press on its way to the copy that has the codes.

Codes stay in the memory of the copy that asked Flipkart for them, so each channel's codes are in the hands of one copy
at a time, and a press that needs them goes there. One copy alone has everything and writes no letters.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from enum import Enum, StrEnum, auto
from typing import Any, Protocol

from bot.handover.actions import Dock
from bot.handover.who import meant


@dataclass(frozen=True, slots=True)
class Letter:
    """A press that another copy is to carry out."""

    id: str
    channel: str
    """Whose codes it needs."""
    sender: int
    addressee: int
    press: dict[str, Any] = field(repr=False)
    """Who presses what, and where they look for the answer. No code is in it."""


class Becomes(Enum):
    """What has become of a letter that was taken."""

    DONE = auto()
    ON_ITS_WAY = auto()
    LOST = auto()
    """Whoever took it is gone."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Which copy has a channel's codes."""

    copy: int
    is_new: bool = False
    """It was another one before, so what it remembers may have been replaced meanwhile."""


class Tells(StrEnum):
    """What a copy is told over the line."""

    LETTER = "letter"
    """There is one for it."""
    TAKEN = "taken"
    """One of its letters was taken."""
    DONE = "done"
    """One of its letters was carried out."""
    LOST = "lost"
    """A channel's codes are another copy's now."""
    LINE = "line"
    """The line works again; what was said meanwhile is lost."""
    RING = "ring"
    """Another copy has left something to be said in Slack."""
    COUNTS = "counts"
    """The same, of no more than other counts on a card."""
    LANGUAGE = "language"
    """Somebody has chosen a language."""
    ASKED = "asked"
    """Somebody waits at a location that is looked at by what is due."""
    LOOKED = "looked"
    """What a press had looked up at a location is kept; its owner has not seen it."""
    REFUSED = "refused"
    """Flipkart refuses the seller's calls."""
    HERE = "here"
    """Another copy is there from now on, or hears again."""


class Letters(Protocol):
    """What is kept of letters, for as long as they are on their way, and of who has which codes."""

    async def hold(self, channel: str, me: int, *, alone: bool) -> Holder:
        """Who has a channel's codes: this copy from now on, if nobody has them or whoever has is gone.

        With `alone` it is this copy in any case.
        """

    async def held(self, me: int) -> frozenset[str]:
        """The channels whose codes are this copy's."""

    async def write(self, letter: Letter) -> None:
        """Sends a letter; its addressee is told."""

    async def take(self, letter_id: str, me: int) -> Letter | None:
        """The letter, for the addressee to carry out; None: somebody else does, or the codes are elsewhere by now."""

    async def leave(self, letter_id: str, me: int) -> None:
        """Lets go of a letter that may have been taken although the database did not say so: it is lost."""

    async def take_back(self, letter: Letter) -> bool:
        """Whether nobody has taken it yet. Then it is gone, and the sender has the channel's codes from now on."""

    async def becomes(self, letter_id: str) -> Becomes:
        """What has become of a letter that was taken."""

    async def done(self, letter: Letter) -> None:
        """It was carried out, or nobody is to carry it out any more; it is gone, and the sender is told."""


class Fingers(Protocol):
    """Presses that are on their way at some copy, or were answered a moment ago."""

    async def begin(self, press: str, me: int, quiet: float) -> bool:
        """Whether no copy has begun this press; `quiet` are the seconds for which an answer counts."""

    async def end(self, press: str, me: int, *, answered: bool) -> None:
        """The press is over, or was `answered` now."""


class Line(Protocol):
    """The line over which copies hear of each other."""

    @property
    def me(self) -> int:
        """This copy's number."""

    @property
    def hears(self) -> bool:
        """Whether it works; a copy that is cut off from the others goes on as if alone."""

    @property
    def others(self) -> frozenset[int]:
        """The copies that are there beside this one."""


Carry = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]
"""Carries out a press that came in a letter."""


class Codes:
    """What the domain knows of the codes in this copy's memory."""

    def __init__(self, dock: Dock) -> None:
        self._dock = dock

    @property
    def channels(self) -> list[str]:
        """All in which codes are given out."""
        return list(dict.fromkeys(location.channel for location in self._dock.locations))

    async def channel_of(self, handover_id: str) -> str | None:
        """The channel in which a handover's code is given out; None where there is no such handover."""
        handover = await self._dock.handovers.get(handover_id)
        location = self._dock.locations.get(handover.location_id) if handover is not None else None
        return location.channel if location is not None else None

    async def is_somebody(self, channel: str, name: str) -> bool:
        """Whether an FE who is there is meant by what was typed; else it may be anything, also a code."""
        for location in self._dock.locations.in_channel(channel):
            if meant(name, await self._dock.handovers.present(location.id)):
                return True
        return False

    async def forget(self, channel: str) -> None:
        """Forgets a channel's codes: another copy has had others made, or may have."""
        for location in self._dock.locations.in_channel(channel):
            there = [handover.id for handover in await self._dock.handovers.present(location.id)]
            self._dock.start_codes.drop(there)
            self._dock.end_codes.drop(there)
