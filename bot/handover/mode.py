"""Which codes each location has: Flipkart's word for it, since when, and what people were told of it.

An answer tells of it with every look, so what is known is held in memory, and written only where it changed.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.clock import Clock
from bot.handover.location import Locations
from bot.handover.model import OtcMode
from bot.handover.ports import Arrivals
from bot.text import squash

log = structlog.get_logger()

PAUSE = timedelta(hours=1)
"""Between two messages of a location: a word that goes to and fro would fill its channel."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one location."""

    location_id: str
    word: str
    """`sellerConfig.enabledFor` as Flipkart spells it."""
    since: datetime
    """When it was seen first."""
    told: str
    """The word that people know: the first that was seen, or that of the last message."""
    told_at: datetime | None = None
    """When that message came to be wanted; None: there was none."""
    n: int = 0
    """Its number, as its delivery has it."""

    @property
    def mode(self) -> OtcMode:
        """What the word means."""
        return OtcMode.of(self.word)


class KeptModes(Protocol):
    """Where it is kept. Each method is one transaction, and raises NotKept."""

    async def load(self) -> list[Known]:
        """All of it."""

    async def notice(self, location_id: str, word: str, now: datetime) -> Known:
        """Keeps what `noticed` makes of the word, and lets the location have its message if there is one to be."""


def noticed(known: Known | None, location_id: str, word: str, now: datetime) -> Known:
    """What is known once Flipkart has said this word.

    The first word is no news, and neither is another spelling. Another meaning is to be told; within an hour of the
    last message it waits, and then what holds by that time is told, if people do not know it already.
    """
    if known is None:
        return Known(location_id, word, now, word)
    after = known if word == known.word else replace(known, word=word, since=now)
    # One in the future was told before the clock was set back.
    pauses = known.told_at is not None and abs(now - known.told_at) < PAUSE
    return after if pauses or _means_the_same(word, known.told) else replace(after, told=word, told_at=now)


def number_of(location_id: str, before: str, after: str, times: int) -> int:
    """The number of a message about this change, `times` of which were told before.

    The same again where a database was put back to before it, whenever the change is noticed then.
    """
    said = "\n\n".join((location_id, before, after, str(times)))
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[:4]) >> 1


def unknown_word(word: str) -> str:
    """What whoever runs the bot reads of a word that nobody has published."""
    return (
        f'Flipkart calls the codes "{word}", a word that nobody has published: every code is offered there, and '
        "Flipkart decides; please tell the makers of otc-bot the word"
    )


class Modes:
    """Knows which codes each location has."""

    def __init__(self, kept: KeptModes, locations: Locations, clock: Clock) -> None:
        self._kept = kept
        self._locations = locations
        self._clock = clock
        self._known: dict[str, Known] | None = None

    async def heard(self, location_id: str, arrivals: Arrivals) -> None:
        """Takes over what an answer says. One without an FE, or without a word, says nothing. Raises NotKept."""
        if not arrivals.word or not (arrivals.sightings or arrivals.unreadable):
            return
        every, now = await self._every(), self._clock()
        before = every.get(location_id)
        if before is not None and noticed(before, location_id, arrivals.word, now) == before:
            return
        every[location_id] = after = await self._kept.notice(location_id, arrivals.word, now)
        if before is None or before.word != after.word:
            _tell(after)

    async def of(self, location_ids: Sequence[str]) -> dict[str, Known]:
        """What is known of these, by location. Raises NotKept."""
        every = await self._every()
        return {one: every[one] for one in location_ids if one in every}

    async def problems(self) -> list[str]:
        """What the health page says: locations whose word nobody has published. Raises NotKept."""
        every = await self._every()
        return [
            f"location {one.id}: {unknown_word(known.word)}"
            for one in self._locations
            if (known := every.get(one.id)) is not None and known.mode is OtcMode.UNKNOWN
        ]

    async def _every(self) -> dict[str, Known]:
        if self._known is None:
            loaded = {one.location_id: one for one in await self._kept.load()}
            # Somebody else may have been quicker.
            if self._known is None:
                self._known = loaded
                for one in loaded.values():
                    _tell(one)
        return self._known


def _means_the_same(one: str, other: str) -> bool:
    mode = OtcMode.of(one)
    return squash(one) == squash(other) or (mode is OtcMode.of(other) and mode is not OtcMode.UNKNOWN)


def _tell(known: Known) -> None:
    if known.mode is OtcMode.UNKNOWN:
        log.warning("an unknown word for the codes of a location", location=known.location_id, word=known.word)
