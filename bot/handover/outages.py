"""What a channel is told of an outage: one line, which says so as long as it lasts and then that it is over.

An outage that comes again within the hour is told by the same line: one that flaps must not fill a channel.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.handover.location import Location, Locations
from bot.handover.owning import EVERYTHING, HOUSE, Owning
from bot.handover.sight import Sight

PAUSE = timedelta(hours=1)
"""Between two lines in a channel about the same."""
BREATH = timedelta(minutes=1)
"""Two times in which Slack took nothing are one with less between them: a restart, or a call that got through."""
NOTED_AGAIN = timedelta(seconds=15)
"""How often it is written down that such a time goes on."""
STALE = timedelta(days=1)
"""Later than this it helps nobody to read of it."""


class Silent(StrEnum):
    """Who does not answer."""

    FLIPKART = "flipkart"
    SLACK = "slack"


@dataclass(frozen=True, slots=True)
class Outage:
    """The last that a channel was told."""

    channel: str
    silent: Silent
    location_id: str
    """The first of the channel's locations: in its language the line is written."""
    since: datetime
    until: datetime | None
    """None as long as it lasts."""
    named: tuple[str, ...]
    """The ids of the locations that it is about; once it is over, those at which it ended last."""
    told_at: datetime
    """When the line came to be wanted."""
    n: int
    """Its number, as its delivery has it."""
    revision: int = 1
    """One more with each change of what it says."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which Slack took nothing."""

    channels: frozenset[str]
    """In which something was late for it."""
    since: datetime
    until: datetime


class Quiet(Protocol):
    """When Slack takes nothing."""

    over: list[Spell]
    """Those times that have ended; whoever tells of one takes it away."""

    def lasting(self) -> Spell | None:
        """The time that has not ended, as far as now; None while Slack takes something."""


class KeptOutages(Protocol):
    """Where it is kept. Each method is one transaction, and raises NotKept."""

    async def load(self) -> list[Outage]:
        """All of it."""

    async def keep(self, outage: Outage, redraw: Collection[str]) -> None:
        """Keeps it, and lets the channel have the line, or have it brought up to date.

        The cards of who is at the locations of `redraw` are drawn anew: they say of when they are while it lasts.
        """

    async def note(self, outage: Outage) -> None:
        """Keeps it and has nothing said of it yet."""

    async def settle(self) -> bool:
        """Has every line brought up to date that says less than is kept; whether there is none left on its way."""


def number_of(silent: Silent, at: datetime) -> int:
    """The number of a line that came to be wanted then: the same again for a database that was lost within the hour."""
    hours = int(at.timestamp() // PAUSE.total_seconds())
    return hours * len(Silent) + list(Silent).index(silent)


def begun(
    before: Outage | None, at: Location, silent: Silent, since: datetime, named: Sequence[str], now: datetime
) -> Outage:
    """What a channel is told of an outage at these of its locations; `before`, if there is nothing new to tell.

    Args:
        before: what it was told last.
        at: the first of the channel's locations.
        silent: who does not answer.
        since: from when on.
        named: the ids of those that are concerned.
        now: UTC.
    """
    if before is not None and before.until is None:
        return before if before.named == tuple(named) else _changed(before, named=tuple(named))
    # One in the future was told before the clock was set back.
    if before is not None and abs(now - before.told_at) < PAUSE:
        return _changed(before, since=since, until=None, named=tuple(named))
    return Outage(at.channel, silent, at.id, since, None, tuple(named), now, number_of(silent, now))


def passed(before: Outage | None, spell: Spell, at: Location, named: Sequence[str], now: datetime) -> Outage:
    """What a channel is told of a time in which Slack took nothing: it can be told only afterwards.

    Args:
        before: what it was told last of such a time, or of this one as far as it had come.
        spell: that time.
        at: the first of the channel's locations.
        named: the ids of all of them.
        now: UTC.
    """
    if before is not None and before.until is not None and before.since - BREATH < spell.since < before.until + BREATH:
        return over(before, spell.until)
    return over(begun(before, at, Silent.SLACK, spell.since, named, now), spell.until)


def over(before: Outage, until: datetime) -> Outage:
    """What a channel is told of an outage that has ended."""
    return _changed(before, until=max(until, before.since))


def _changed(before: Outage, **changes: object) -> Outage:
    return replace(before, **changes, revision=before.revision + 1)  # type: ignore[arg-type]


class Outages:
    """Tells each channel of the outages that its people feel."""

    def __init__(
        self,
        kept: KeptOutages,
        locations: Locations,
        sight: Sight,
        slack: Quiet,
        told_after: timedelta,
        owning: Owning = EVERYTHING,
    ) -> None:
        """A time in which Slack took nothing is told if it was not shorter than `told_after`.

        Of several copies, each tells what Flipkart does not answer where it looks itself; the one that speaks to Slack
        tells of Slack.
        """
        self._kept = kept
        self._locations = locations
        self._sight = sight
        self._slack = slack
        self._told_after = told_after
        self._known: dict[tuple[str, Silent], Outage] | None = None
        self._settled = False
        self._owning = owning
        self._owned = owning.version

    async def look(self, now: datetime) -> None:
        """Looks at every channel. Raises NotKept."""
        if self._known is None or self._owning.version != self._owned:
            self._owned, self._settled = self._owning.version, False
            known = await self._kept.load()
            for one in known:
                # It may be noted alone, by a bot that ended before Slack took anything again.
                mine = one.silent is Silent.SLACK and self._owning.owns(HOUSE)
                if mine and abs(now - one.told_at) < STALE:
                    await self._kept.keep(one, ())
            self._known = {(one.channel, one.silent): one for one in known}
        by_channel = self._by_channel()
        for channel, locations in by_channel.items():
            if not self._owning.owns(locations[0].id):
                continue
            before = self._known.get((channel, Silent.FLIPKART))
            after = self._flipkart(before, locations, now)
            if after is not None and after != before:
                lasted = before.named if before is not None and before.until is None else ()
                lasts = after.named if after.until is None else ()
                await self._keep(self._known, after, {*lasted} ^ {*lasts})
        lasting = self._slack.lasting()
        if lasting is not None:
            for after in self._passed(self._known, lasting, by_channel, now):
                before = self._known.get((after.channel, Silent.SLACK))
                if before is None or before.until is None or lasting.until - before.until >= NOTED_AGAIN:
                    await self._kept.note(after)
                    self._known[after.channel, Silent.SLACK] = after
        while self._slack.over:
            for after in self._passed(self._known, self._slack.over[0], by_channel, now):
                await self._keep(self._known, after, ())
            del self._slack.over[0]
        if not self._settled:
            self._settled = await self._kept.settle()

    def _passed(
        self,
        known: Mapping[tuple[str, Silent], Outage],
        spell: Spell,
        by_channel: Mapping[str, list[Location]],
        now: datetime,
    ) -> Iterator[Outage]:
        """What each channel is to be told of a time in which Slack took nothing."""
        if spell.until - spell.since < self._told_after:
            return
        for channel in spell.channels & by_channel.keys():
            named, before = by_channel[channel], known.get((channel, Silent.SLACK))
            yield passed(before, spell, named[0], [one.id for one in named], now)

    async def _keep(self, known: dict[tuple[str, Silent], Outage], outage: Outage, redraw: Collection[str]) -> None:
        await self._kept.keep(outage, redraw)
        known[outage.channel, outage.silent] = outage
        self._settled = False

    def _by_channel(self) -> Mapping[str, list[Location]]:
        found: dict[str, list[Location]] = {}
        for location in self._locations:
            found.setdefault(location.channel, []).append(location)
        return found

    def _flipkart(self, before: Outage | None, locations: list[Location], now: datetime) -> Outage | None:
        failing = self._sight.failing(one.id for one in locations)
        lasts = before is not None and before.until is None
        if not failing and not lasts:
            return before
        # After a restart, and while a dock is closed, nothing is known of it: that is no answer.
        answers = {one.id: self._sight.back(one.id) for one in locations}
        unsure = before.named if before is not None and lasts else ()
        named = [one for one, back in answers.items() if one in failing or (one in unsure and back is None)]
        if named:
            since = min(failing.values(), default=now)
            return begun(before, locations[0], Silent.FLIPKART, since, named, now)
        if before is None:
            return None
        until = max((back for one in before.named if (back := answers.get(one)) is not None), default=now)
        # What was answered all the while is not what failed: nobody asks for that any more, as the FE has gone.
        return over(before, until if until > before.since else now)
