"""What every listener needs, and the two ways in which a person gets an answer."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.clock import Clock
from bot.handover.actions import Counting
from bot.handover.board import Board
from bot.handover.end import EndOtc
from bot.handover.expected import Expecting
from bot.handover.location import Locations
from bot.handover.own_scans import OwnScans
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.refusals import LocationGone, Refusal
from bot.handover.start import StartOtc
from bot.i18n import DEFAULT, _, use
from bot.slack.access import SlackDirectory
from bot.slack.answer import Answers, Asker
from bot.slack.blocks import modals, sentences
from bot.slack.blocks.text import section
from bot.slack.listeners.presses import Press, Presses
from bot.slack.work import Work

log = structlog.get_logger()

PATIENCE = 4.0
"""Seconds after which a person is told that Flipkart is slow."""

Result = TypeVar("Result")
Wish = Callable[[], Coroutine[None, None, Result]]
"""Something that a person wants done."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that a listener hands over to, wired once by `bot.wiring`."""

    locations: Locations
    start: StartOtc
    end: EndOtc
    counting: Counting
    own: OwnScans
    expecting: Expecting
    board: Board
    answers: Answers
    directory: SlackDirectory
    work: Work
    zone: ZoneInfo
    clock: Clock
    patience: float = PATIENCE
    presses: Presses = field(default_factory=Presses)

    def language_now(self, asker: Asker) -> str:
        """The language for what can't wait: the person's, if it is known already, else the location's."""
        return self.directory.known_language(asker.user_id) or self._spoken_in(asker.channel_id)

    async def language_of(self, asker: Asker) -> str:
        """The person's language, asked of Slack for a moment at most; the location's where Slack can't say."""
        return await self.directory.language_of(asker.user_id, otherwise=self._spoken_in(asker.channel_id))

    def _spoken_in(self, channel: str) -> str:
        return next((location.language for location in self.locations.in_channel(channel)), DEFAULT)

    async def alone(
        self, asker: Asker, what: str, wish: Wish[tuple[str, list[Block]]], *, replace: bool = False
    ) -> None:
        """Fulfils a wish and shows the result, or the reason why not, to the asker alone.

        Args:
            asker: who wants it.
            what: the wish in words that tell it from the person's others, for presses in a row.
            wish: what is wanted.
            replace: whether the result takes the place of the answer whose button was pressed.
        """
        press = _press(asker, what)
        if not self.presses.begin(press):
            log.debug("a press was answered together with the one before", user=asker.user_id)
            return
        answered = False
        try:
            with use(await self.language_of(asker)):
                answered = await self._alone(asker, wish, replace=replace)
        finally:
            self.presses.end(press, answered=answered)

    async def _alone(self, asker: Asker, wish: Wish[tuple[str, list[Block]]], *, replace: bool) -> bool:
        """Whether the asker now has what another try would bring."""

        async def slow() -> None:
            await self.say(asker, _(sentences.SLOW))

        try:
            text, blocks = await self._patiently(wish, slow)
        except ReturnsApiError as error:
            await self.say(asker, why_not(asker, error))
            return False
        except Refusal as error:
            return await self.say(asker, why_not(asker, error))
        except NotKept:
            await self.say(asker, _(sentences.NOT_KEPT))
            return False
        except asyncio.CancelledError:
            # The bot stops and can wait no longer; whoever asked must not wait for nothing.
            await self.say(asker, _(sentences.STOPPING))
            raise
        except Exception:
            await self.say(asker, _(sentences.FAULT))
            raise
        # What takes the place of another answer may be asked for again at once: the domain says what is a slip.
        return await self.answers.alone(asker, text, blocks, replace=replace) and not replace

    async def say(self, asker: Asker, text: str) -> bool:
        """Says something to the asker alone. In blocks: Slack makes links of what looks like one in a bare text."""
        return await self.answers.alone(asker, text, [section(text)])

    async def tell(self, asker: Asker, sentence: str) -> None:
        """The same for one of the bot's own sentences, in the language of the asker."""
        with use(await self.language_of(asker)):
            await self.say(asker, _(sentence))

    async def in_modal(self, asker: Asker, what: str, title: str, wish: Wish[View], *, on_top: bool = False) -> None:
        """Opens a modal at once, before its trigger expires, and shows the result in it; `on_top` as `Answers.open`."""
        press = _press(asker, what)
        if not self.presses.begin(press):
            log.debug("a press was answered together with the one before", user=asker.user_id)
            return
        try:
            # The trigger lives for three seconds: what stands there first waits for nothing.
            with use(self.language_now(asker)):
                view_id = await self.answers.open(asker, modals.loading(_(title)), on_top=on_top)
        finally:
            # A modal may be closed at once, so only a press before it stands there is the same as the one before.
            self.presses.end(press, answered=False)
        if view_id is None:
            return
        await self.into_modal(asker, view_id, title, wish)

    async def into_modal(self, asker: Asker, view_id: str, title: str, wish: Wish[View]) -> None:
        """Fulfils a wish and shows the result, or the reason why not, in a modal that is open.

        Args:
            asker: who wants it.
            view_id: the modal.
            title: of the modal, to be translated.
            wish: what is wanted.
        """
        with use(await self.language_of(asker)):
            await self._into_modal(asker, view_id, _(title), wish)

    async def _into_modal(self, asker: Asker, view_id: str, title: str, wish: Wish[View]) -> None:
        async def slow() -> None:
            await self.answers.show(view_id, modals.loading(title, _(sentences.SLOW)))

        try:
            view = await self._patiently(wish, slow)
        except (Refusal, ReturnsApiError) as error:
            view = modals.message(title, why_not(asker, error))
        except NotKept:
            view = modals.message(title, _(sentences.NOT_KEPT))
        except asyncio.CancelledError:
            await self.answers.show(view_id, modals.message(title, _(sentences.STOPPING)))
            raise
        except Exception:
            await self.answers.show(view_id, modals.message(title, _(sentences.FAULT)))
            raise
        if not await self.answers.show(view_id, view):
            await self.say(asker, _(sentences.GONE_MODAL))

    async def _patiently(self, wish: Wish[Result], slow: Wish[None]) -> Result:
        task = asyncio.create_task(wish())
        try:
            done, _ = await asyncio.wait({task}, timeout=self.patience)
            if not done:
                await slow()
            return await task
        finally:
            task.cancel()


def _press(asker: Asker, what: str) -> Press:
    return asker.user_id, asker.channel_id, what


def why_not(asker: Asker, error: Refusal | ReturnsApiError) -> str:
    """The sentence for a wish that was not granted; the operator reads why in the log."""
    if isinstance(error, LocationGone):
        log.warning(
            "somebody pressed on a card of a location that is no longer in bot.toml; put it back if it is still served",
            user=asker.user_id,
            location=error.location_id,
        )
    elif isinstance(error, Refusal):
        log.info("a press was refused", user=asker.user_id, why=type(error).__name__, about=str(error))
    if isinstance(error, Refusal):
        return sentences.refusal(error)
    log.warning("flipkart did not give what a person asked for", problem=str(error), code=error.code)
    return error.advice
