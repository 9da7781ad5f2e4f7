"""The one way of a press: acknowledged, taken once, in the person's language, patiently, refused with a sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from slack_bolt import BoltResponse
from slack_sdk.models.views import View

from bot.handover.location import Locations
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.refusals import LocationGone, Refusal
from bot.i18n import _, use
from bot.slack import ids
from bot.slack.answer import Answers, Asker
from bot.slack.blocks import modals, sentences
from bot.slack.blocks.text import section
from bot.slack.declared import Answer, Body, Form, Kind, Listener, Shows, Table, Then, WrongInputError, begun
from bot.slack.finger import Finger, Press
from bot.slack.languages import Languages
from bot.slack.work import Work
from bot.timing import PressTiming

log = structlog.get_logger()

Result = TypeVar("Result")
Wish = Callable[[], Coroutine[Any, Any, Result]]
"""Something that a person wants done."""
Again = tuple[str, str] | None
"""A button's action id and what it carries."""
Say = Callable[[str], Awaitable[bool]]
"""Shows a sentence where the person looks, and tells whether Slack took it."""


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


class Presses:
    """Carries each press from the payload to the answer."""

    def __init__(
        self,
        locations: Locations,
        answers: Answers,
        languages: Languages,
        work: Work,
        timing: PressTiming,
    ) -> None:
        self._locations = locations
        self.answers = answers
        self._languages = languages
        self._work = work
        self._timing = timing
        self.finger = Finger(timing.quiet)

    async def answer(self, desk: object, table: Table, body: Body) -> BoltResponse:
        """Acknowledges a payload and starts what it asks for; what nobody hears is acknowledged too.

        Raises:
            BrokenPayloadError: Slack does not make such a payload.
        """
        found = table.of(body)
        said = await self._begin(desk, *found, body) if found is not None else {}
        return BoltResponse(status=200, body=said or "")

    async def _begin(self, desk: object, listener: Listener, name: str, body: Body) -> Body:
        """Starts what a payload asks for, and gives what Slack is told at once with the acknowledgement."""
        what = f"{listener.kind} {name}"
        if listener.kind is Kind.EVENT:
            about = listener.reads(body)
            if about is not None:
                self._work.start(listener.run(desk, about), what)
            return {}
        asker = listener.asks(body)
        if listener.kind is Kind.OPTIONS:
            with use(self.language_now(asker)):
                return {"options": await listener.run(desk, asker, listener.reads(body))}
        if listener.kind is Kind.MODAL:
            return await self._submitted(desk, listener, asker, body, what)
        about = listener.reads(body)
        wish = partial(listener.run, desk, asker, about)
        self._work.start(self._answered(listener, asker, f"{what} {about}", wish, body), what)
        return {}

    async def _submitted(self, desk: object, listener: Listener, asker: Asker, body: Body, what: str) -> Body:
        form = Form.of(body)
        with use(self.language_now(asker)):
            try:
                about = await listener.reads(desk, asker, form)
            except WrongInputError as error:
                return {"response_action": "errors", "errors": error.errors}
            loading = modals.loading(_(listener.title))
        wish, again = partial(listener.run, desk, asker, about), begun(listener, body)
        self._work.start(self._into_modal(asker, str(form.view.get("id")), listener.title, wish, again), what)
        return {"response_action": "update", "view": loading.to_dict()}

    def _answered(
        self, listener: Listener, asker: Asker, what: str, wish: Wish[Any], body: Body
    ) -> Coroutine[Any, Any, None]:
        """`what` tells the press from the person's others, for presses in a row."""
        if listener.shows is Shows.ITSELF:
            return wish()
        if listener.at_location and not self._locations.in_channel(asker.channel_id):
            return self._alone(asker, what, self._nowhere)
        found = body.get("view")
        view: Body = found if isinstance(found, dict) else {}
        again = begun(listener, body)
        view_id = view.get("id")
        if (listener.shows is Shows.INSIDE and view) or (again and view.get("callback_id") == ids.FAILED):
            return self._inside(asker, what, listener.title, wish, view_id if isinstance(view_id, str) else "", again)
        if listener.shows in (Shows.OPENED, Shows.INSIDE):
            # On top of the modal in which the button stands; Slack refuses that for a button of a message.
            on_top = view.get("type") == "modal"
            instead = partial(self._instead, asker, listener.title, wish) if listener.or_alone else None
            return self._in_modal(asker, what, listener.title, wish, again, on_top=on_top, instead=instead)
        return self._alone(asker, what, wish, replace=listener.replaces)

    async def _nowhere(self) -> Answer:
        text = sentences.no_location(list(dict.fromkeys(location.channel for location in self._locations)))
        return text, [section(text)]

    def language_now(self, asker: Asker) -> str:
        """The language for what can't wait, as far as it is known already."""
        return self._languages.now(asker.user_id, asker.channel_id)

    async def language_of(self, asker: Asker) -> str:
        """The person's language where they ask; Slack is asked for a moment at most."""
        return await self._languages.of(asker.user_id, asker.channel_id)

    async def say(self, asker: Asker, text: str) -> bool:
        """Says something to the asker alone. In blocks: Slack makes links of what looks like one in a bare text."""
        return await self.answers.alone(asker, text, [section(text)])

    async def _alone(self, asker: Asker, what: str, wish: Wish[Answer], *, replace: bool = False) -> None:
        """Fulfils a wish and shows the result, or the reason why not, to the asker alone."""
        press = self._taken(asker, what)
        if press is None:
            return
        answered = False
        try:
            with use(await self.language_of(asker)):
                answered = await self._shown_alone(asker, wish, replace=replace)
        finally:
            self.finger.end(press, answered=answered)

    async def _shown_alone(self, asker: Asker, wish: Wish[Answer], *, replace: bool) -> bool:
        """Whether the asker now has what another try would bring."""

        async def slow() -> None:
            await self.say(asker, _(sentences.SLOW))

        result = await self.granted(asker, partial(self._patiently, wish, slow), partial(self.say, asker))
        if isinstance(result, Refused):
            return result.shown and result.final
        text, blocks = result
        # What takes the place of another answer may be asked for again at once: the domain says what is a slip.
        return await self.answers.alone(asker, text, blocks, replace=replace) and not replace

    async def _in_modal(
        self,
        asker: Asker,
        what: str,
        title: str,
        wish: Wish[View | Then],
        again: Again = None,
        *,
        on_top: bool = False,
        instead: Wish[bool] | None = None,
    ) -> None:
        """Opens a modal at once, before its trigger expires, and shows the result in it; `on_top` as `Answers.open`.

        Where Slack opens none, `instead` is done, which tells whether the asker has what another try would bring.
        """
        press = self._taken(asker, what)
        if press is None:
            return
        answered = False
        try:
            # The trigger lives for three seconds: what stands there first waits for nothing.
            with use(self.language_now(asker)):
                quiet = instead is not None
                view_id = await self.answers.open(asker, modals.loading(_(title)), on_top=on_top, quiet=quiet)
            if view_id is None and instead is not None:
                answered = await instead()
        finally:
            # A modal may be closed at once, so only a press before it stands there is the same as the one before.
            self.finger.end(press, answered=answered)
        if view_id is not None:
            await self._into_modal(asker, view_id, title, wish, again)

    async def _instead(self, asker: Asker, title: str, wish: Wish[View | Then]) -> bool:
        """Shows to the asker alone what would stand in a window."""

        async def answer() -> Answer:
            result = await wish()
            view = result.view if isinstance(result, Then) else result
            return _(title), list(view.blocks or [])

        with use(await self.language_of(asker)):
            return await self._shown_alone(asker, answer, replace=False)

    async def _inside(
        self, asker: Asker, what: str, title: str, wish: Wish[View | Then], view_id: str, again: Again
    ) -> None:
        """Shows the result in the modal in which the button stands, and "one moment" until then."""
        press = self._taken(asker, what)
        if press is None:
            return
        try:
            with use(self.language_now(asker)):
                await self.answers.show(view_id, modals.loading(_(title)))
            await self._into_modal(asker, view_id, title, wish, again)
        finally:
            self.finger.end(press, answered=False)

    async def _into_modal(
        self, asker: Asker, view_id: str, title: str, wish: Wish[View | Then], again: Again = None
    ) -> None:
        """Fulfils a wish and shows the result, or the reason why not, in a modal that is open.

        `again` is the button that stands there where Flipkart failed and another try may help.
        """

        async def slow() -> None:
            await self.answers.show(view_id, modals.loading(_(title), _(sentences.SLOW)))

        async def say(text: str) -> bool:
            return await self.answers.show(view_id, modals.message(_(title), text))

        async def failed(text: str) -> bool:
            return await self.answers.show(view_id, modals.failed(_(title), text, *again)) if again else await say(text)

        with use(await self.language_of(asker)):
            result = await self.granted(asker, partial(self._patiently, wish, slow), say, failed=failed)
            view = result.view if isinstance(result, Then) else result
            shown = view.shown if isinstance(view, Refused) else await self.answers.show(view_id, view)
            if not shown:
                await self.say(asker, _(sentences.GONE_MODAL))
            elif isinstance(result, Then):
                await result.after(view_id)

    def _taken(self, asker: Asker, what: str) -> Press | None:
        """The press, to be ended; None for one that the answer of the one before serves too."""
        press = asker.user_id, asker.channel_id, what
        if self.finger.begin(press):
            return press
        log.debug("a press was answered together with the one before", user=asker.user_id)
        return None

    async def granted(
        self, asker: Asker, wish: Wish[Result], say: Say, excuses: Excuses = EXCUSES, failed: Say | None = None
    ) -> Result | Refused:
        """What a wish gives; else the person is told why not, by `say`, in their language.

        By `failed`, if it is given, where Flipkart failed and the same call may be made again.

        Raises what a fault of the bot raises, after the person was told.
        """
        try:
            return await wish()
        except ReturnsApiError as error:
            if failed is not None and error.retry and not error.throttled:
                say = failed
            return Refused(await self._told(asker, say, partial(why_not, asker, error)))
        except Refusal as error:
            return Refused(await self._told(asker, say, partial(why_not, asker, error)), final=True)
        except NotKept:
            return Refused(await self._told(asker, say, partial(_, excuses.not_kept)))
        except asyncio.CancelledError:
            # The bot stops and can wait no longer; whoever asked must not wait for nothing.
            with use(self.language_now(asker)):
                await say(_(excuses.stopping))
            raise
        except Exception:
            await self._told(asker, say, partial(_, excuses.fault))
            raise

    async def _told(self, asker: Asker, say: Say, sentence: Callable[[], str]) -> bool:
        with use(await self.language_of(asker)):
            return await say(sentence())

    async def _patiently(self, wish: Wish[Result], slow: Wish[None]) -> Result:
        task = asyncio.create_task(wish())
        try:
            done, _ = await asyncio.wait({task}, timeout=self._timing.slow)
            if not done:
                await slow()
            return await task
        finally:
            task.cancel()


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
