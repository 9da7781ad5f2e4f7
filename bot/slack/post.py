"""A press that needs a code which another copy has in its memory: it goes there, and is answered from there.

What travels is who presses what and where they look for the answer; never a code, and nothing of what Slack sent that
nobody reads. Where a window was opened already, the other copy fills it. If nobody takes the letter in time, the codes
are this copy's from then on: it asks Flipkart anew, as after a restart, and the thread says so.
"""

import asyncio
import contextlib
import functools
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any, TypeVar

import structlog

from bot import trace
from bot.handover.letters import Becomes, Carry, Codes, Letter, Letters, Line, Tells
from bot.handover.ports import CodesElsewhere, NotKept
from bot.slack.work import Work
from bot.timing import PressTiming

log = structlog.get_logger()

Result = TypeVar("Result")

TRIES = 3
"""Copies that a press is sent to before this one carries it out, whatever the others do."""
_EVERY_TEXT = ("type", "command", "text", "user_id", "channel_id", "callback_id")
_PARTS: dict[str, tuple[str, ...]] = {
    "user": ("id",),
    "channel": ("id",),
    "message": ("ts", "thread_ts"),
    "container": ("is_ephemeral",),
    # What a window shows may be a code; what was typed or chosen in it is in its state.
    "view": ("id", "type", "callback_id", "private_metadata", "state"),
}
_BUTTON = ("action_id", "block_id", "value", "selected_option")


class Went(Enum):
    """What became of a press that went to another copy."""

    THERE = auto()
    """The copy that has the codes has answered it."""
    LOST = auto()
    """The copy that took it is gone, and what the person sees may still be the beginning."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A press that needs a code."""

    channel: str
    """In which it was pressed or typed."""
    handover_id: str
    """Whose code it is about; empty: of the channel's FEs."""
    typed: str
    """What was typed, where that could be a code."""
    press: dict[str, Any] = field(repr=False)


@dataclass(slots=True)
class _Sent:
    taken: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)


class Post:
    """Sends presses to the copy that has their codes, and carries out what others send."""

    def __init__(self, letters: Letters, line: Line, codes: Codes, work: Work, timing: PressTiming) -> None:
        self._letters = letters
        self._line = line
        self._codes = codes
        self._work = work
        self._timing = timing
        self._sent: dict[str, _Sent] = {}
        self._at_work: Counter[str] = Counter()
        """Presses that are being carried out here, by the channel of their codes."""
        self._lost: set[str] = set()
        """Channels whose codes became another copy's meanwhile."""
        self.carry: Carry | None = None
        """Carries out a press that came in a letter."""

    async def fulfil(self, trip: Trip, here: Callable[[], Coroutine[Any, Any, Result]]) -> Result | Went:
        """Has a press carried out by the copy that has its codes; `here`, if that is this one.

        Raises:
            NotKept: the database can't say where they are.
            What `here` raises.
        """
        channel = await self._codes.channel_of(trip.handover_id) if trip.handover_id else trip.channel
        # By what is no FE's name nobody is meant, so no code is asked for; but it may be one.
        if not channel or (trip.typed and not await self._codes.is_somebody(channel, trip.typed)):
            return await here()
        return await self._where_they_are(channel, trip.press, here)

    async def require_own(self, channel: str) -> None:
        """Passes where this copy has a channel's codes. Raises CodesElsewhere."""
        if channel not in await self._letters.held(self._line.me):
            log.warning("another copy has the codes by now; any that were made here are shown to nobody")
            raise CodesElsewhere(channel)

    async def _where_they_are(
        self, channel: str, press: dict[str, Any], here: Callable[[], Coroutine[Any, Any, Result]]
    ) -> Result | Went:
        for _ in range(TRIES):
            if (went := await self._elsewhere(channel, press)) is not None:
                return went
            try:
                async with self._working(channel):
                    return await here()
            except CodesElsewhere:
                if not self._line.hears:
                    break  # it would take them for its own, and have others made once more
        return Went.LOST

    async def _elsewhere(self, channel: str, press: dict[str, Any]) -> Went | None:
        """Sends a press to the copy that has the channel's codes; None: that is this one."""
        me = self._line.me
        for last in (False,) * TRIES + (True,):
            holder = await self._letters.hold(channel, me, alone=last or not self._line.hears)
            if holder.copy == me:
                if holder.is_new:
                    await self._codes.forget(channel)
                break
            went = await self._send(Letter(uuid.uuid4().hex, channel, me, holder.copy, press))
            if went is not None:
                return went
        return None

    @contextlib.asynccontextmanager
    async def _working(self, channel: str) -> AsyncIterator[None]:
        """Forgets codes that come to this copy after another one had others made."""
        self._at_work[channel] += 1
        try:
            yield
        finally:
            self._at_work[channel] -= 1
            if not self._at_work[channel]:
                del self._at_work[channel]
                if channel in self._lost:
                    self._lost.discard(channel)
                    await self._codes.forget(channel)

    async def _send(self, letter: Letter) -> Went | None:
        sent = self._sent[letter.id] = _Sent()
        try:
            await self._letters.write(letter)
            try:
                await asyncio.wait_for(sent.taken.wait(), self._timing.letter)
            except TimeoutError:
                if await self._letters.take_back(letter):
                    log.warning("another copy took no press in time; its codes are made anew", copy=letter.addressee)
                    # Whatever is remembered here is from before the other one had them.
                    await self._codes.forget(letter.channel)
                    return None
            return await self._answered(letter, sent)
        finally:
            del self._sent[letter.id]

    async def _answered(self, letter: Letter, sent: _Sent) -> Went:
        """Waits until the press was carried out there, however long Flipkart takes."""
        becomes = Becomes.ON_ITS_WAY
        while becomes is Becomes.ON_ITS_WAY:
            try:
                await asyncio.wait_for(sent.done.wait(), self._timing.letter)
            except TimeoutError:
                # A word may be lost with the line; the row is not.
                becomes = await self._letters.becomes(letter.id)
            else:
                becomes = Becomes.DONE
        if becomes is Becomes.DONE:
            return Went.THERE
        log.warning("another copy is gone with a press", copy=letter.addressee)
        await self._letters.done(letter)
        return Went.LOST

    def heard(self, word: str, about: str) -> None:
        """Hears what another copy says over the line, and that the line is there again."""
        if word == Tells.LETTER:
            self._work.start(self._carried(about), "a press of another copy")
        elif word == Tells.LOST:
            self._work.start(self._forget(about), "codes that another copy has now")
        elif word == Tells.LINE:
            self._work.start(self._forget_others(), "codes that another copy may have had made")
        elif (sent := self._sent.get(about)) is not None:
            sent.taken.set()
            if word == Tells.DONE:
                sent.done.set()

    async def _carried(self, letter_id: str) -> None:
        trace.begin()
        try:
            letter = await self._letters.take(letter_id, self._line.me)
        except NotKept:
            # Whoever sent it takes it back; unless it was taken, and only the answer to that was lost.
            await self._sooner_or_later(lambda: self._letters.leave(letter_id, self._line.me))
            return
        if letter is None or self.carry is None:
            return
        carry = functools.partial(self.carry, letter.press)
        try:
            async with self._working(letter.channel):
                await carry()
        except CodesElsewhere:
            if await self._letters.becomes(letter.id) is Becomes.ON_ITS_WAY:
                await self._where_they_are(letter.channel, letter.press, carry)
        finally:
            # Its sender waits for that.
            await self._sooner_or_later(lambda: self._letters.done(letter))

    async def _forget(self, channel: str) -> None:
        if channel in self._at_work:
            self._lost.add(channel)
        await self._codes.forget(channel)

    async def _forget_others(self) -> None:
        """While the line was cut nobody could say whose the codes became."""
        own = await self._sooner_or_later(lambda: self._letters.held(self._line.me))
        for channel in self._codes.channels:
            if channel not in own:
                await self._forget(channel)

    async def _sooner_or_later(self, what: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """What the database says, as soon as it says anything."""
        while True:
            try:
                return await what()
            except NotKept:
                await asyncio.sleep(self._timing.letter)


def reduced(body: dict[str, Any]) -> dict[str, Any]:
    """What listeners read of a payload: no token, no trigger, nothing that was on the screen."""
    kept = {name: body[name] for name in _EVERY_TEXT if isinstance(body.get(name), str)}
    for part, names in _PARTS.items():
        if isinstance(found := body.get(part), dict):
            kept[part] = {name: found[name] for name in names if name in found}
    actions = body.get("actions")
    if isinstance(actions, list) and actions and isinstance(actions[0], dict):
        kept["actions"] = [{name: actions[0][name] for name in _BUTTON if name in actions[0]}]
    return kept
