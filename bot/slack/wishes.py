"""What a person wishes for: fulfilled patiently, in their language, or refused with a sentence."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog
from slack_sdk.models.blocks import Block

from bot.handover.ports import CodesElsewhere, NotKept, ReturnsApiError
from bot.handover.refusals import LocationGone, Refusal
from bot.i18n import _, use
from bot.slack.admins import Admins
from bot.slack.again import Again, helps
from bot.slack.answer import Answers, Asker
from bot.slack.blocks import sentences
from bot.slack.blocks.again import try_again
from bot.slack.blocks.text import section, sections
from bot.slack.declared import Answer, NotYet
from bot.slack.languages import Languages
from bot.slack.post import Went
from bot.timing import PressTiming

log = structlog.get_logger()

Result = TypeVar("Result")
Wish = Callable[[], Coroutine[Any, Any, Result]]
"""Something that a person wants done."""
Say = Callable[[str], Awaitable[bool]]
"""Shows a sentence where the person looks, and tells whether Slack took it."""


class There(Protocol):
    """Has a wish fulfilled where its codes are."""

    def __call__(self, here: Wish[Result], view_id: str = "") -> Coroutine[Any, Any, Result | Went]:
        """By another copy of the bot, which shows the result in the window of that id or alone; else `here`."""


@dataclass(frozen=True, slots=True)
class Excuses:
    """What is said of a wish that came to nothing through no refusal. To be translated."""

    not_kept: str = sentences.NOT_KEPT
    stopping: str = sentences.STOPPING
    fault: str = sentences.FAULT


@dataclass(frozen=True, slots=True)
class Refused:
    """A wish was not granted, and the person was told why."""

    shown: bool
    """Slack took the sentence."""
    final: bool = False
    """Another press would bring the same."""


EXCUSES = Excuses()
STOOD_STILL = 0.5
"""Seconds by which a process that works is not late."""


class Wishes:
    """Fulfils what people wish for, and tells each in their language what came of it."""

    def __init__(self, answers: Answers, languages: Languages, timing: PressTiming, admins: Admins) -> None:
        self.answers = answers
        self.admins = admins
        self._languages = languages
        self._timing = timing

    def language_now(self, asker: Asker) -> str:
        """The language for what can't wait, as far as it is known already."""
        return self._languages.now(asker.user_id, asker.channel_id)

    async def language_of(self, asker: Asker) -> str:
        """The person's language where they ask; Slack is asked for a moment at most."""
        return await self._languages.of(asker.user_id, asker.channel_id)

    async def say(self, asker: Asker, text: str, *, below: Sequence[Block] = (), replaces: bool = False) -> bool:
        """Says something to the asker alone. In blocks: Slack makes links of what looks like one in a bare text."""
        return await self.answers.alone(asker, text, [section(text), *below], replace=replaces)

    async def alone(
        self,
        asker: Asker,
        wish: Wish[Answer | NotYet],
        anew: Again | None,
        *,
        replaces: bool,
        refused: bool,
        there: There | None = None,
    ) -> bool:
        """Fulfils a wish and shows the result, or the reason why not, to the asker alone.

        `anew` is the button that stands there where another try may help. `replaces`: in place of the answer whose
        button was pressed; `refused`: that was a reason why not, of which nothing is lost when another one takes its
        place. `there` has it fulfilled where its codes are.

        Returns:
            Whether the asker now has what another try would bring.
        """

        async def slow() -> None:
            await self.say(asker, _(sentences.SLOW))

        async def failed(text: str) -> bool:
            return await self.say(asker, text, below=below(anew), replaces=refused)

        say = partial(self.say, asker, replaces=refused)
        here = partial(self.patiently, wish, slow)
        asked = here if there is None else partial(there, here)
        result: Answer | NotYet | Went | Refused = await self.granted(asker, asked, say, failed=failed)
        if isinstance(result, Refused):
            return result.shown and result.final
        if isinstance(result, Went):
            return result is Went.THERE or await failed(_(EXCUSES.stopping))
        if isinstance(result, NotYet):
            result = result.text, [*sections(result.lines), *below(anew)]
        text, blocks = result
        # What takes the place of another answer may be asked for again at once: the domain says what is a slip.
        return await self.answers.alone(asker, text, blocks, replace=replaces) and not replaces

    async def granted(
        self, asker: Asker, wish: Wish[Result], say: Say, excuses: Excuses = EXCUSES, failed: Say | None = None
    ) -> Result | Refused:
        """What a wish gives; else the person is told why not, by `say`, in their language.

        By `failed`, if it is given, where another try may help.

        Raises what a fault of the bot raises, after the person was told.
        """
        failed = failed or say
        try:
            return await wish()
        except (ReturnsApiError, NotKept) as error:
            way = failed if helps(error) else say
            return Refused(await self._told(asker, way, partial(self._why_not, asker, error, excuses)))
        except Refusal as error:
            way = failed if helps(error) else say
            return Refused(await self._told(asker, way, partial(self._why_not, asker, error, excuses)), final=True)
        except asyncio.CancelledError:
            # The bot stops and can wait no longer; whoever asked must not wait for nothing.
            with use(self.language_now(asker)):
                await failed(_(excuses.stopping))
            raise
        except CodesElsewhere:
            raise  # whoever sent the press has it carried out there
        except Exception:
            await self._told(asker, failed, partial(_, excuses.fault))
            raise

    async def patiently(self, wish: Wish[Result], slow: Wish[None]) -> Result:
        """What a wish gives; if it takes long, `slow` is done meanwhile."""
        task = asyncio.create_task(wish())
        try:
            if await self._takes_long(task):
                await slow()
            return await task
        finally:
            task.cancel()

    async def _takes_long(self, task: asyncio.Task[Result]) -> bool:
        """Whether it does, not counting what the process was stopped: another copy may have answered meanwhile."""
        while True:
            began = time.monotonic()
            done, _ = await asyncio.wait({task}, timeout=self._timing.slow)
            if done or time.monotonic() - began < self._timing.slow + STOOD_STILL:
                return not done

    def _why_not(self, asker: Asker, error: Refusal | ReturnsApiError | NotKept, excuses: Excuses) -> str:
        why = _(excuses.not_kept) if isinstance(error, NotKept) else why_not(asker, error)
        return self.admins.beside(why, error)

    async def _told(self, asker: Asker, say: Say, sentence: Callable[[], str]) -> bool:
        with use(await self.language_of(asker)):
            return await say(sentence())


def below(anew: Again | None) -> list[Block]:
    """The row with the button of another try, where there is one."""
    return [] if anew is None else [try_again(anew.action_id, anew.value)]


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
