"""The one way of a press: acknowledged, taken once, in the person's language, patiently, refused with a sentence."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

import structlog
from slack_bolt import BoltResponse
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.handover.location import Locations
from bot.handover.ports import NotKept, ReturnsApiError
from bot.handover.refusals import LocationGone, Refusal
from bot.i18n import _, use
from bot.slack import ids
from bot.slack.admins import Admins
from bot.slack.again import Again, again, heard, helps, is_from_refusal
from bot.slack.allowance import Allowance
from bot.slack.answer import Answers, Asker
from bot.slack.blocks import modals, sentences
from bot.slack.blocks.again import try_again
from bot.slack.blocks.text import section, sections
from bot.slack.declared import (
    Answer,
    Body,
    Form,
    Kind,
    Listener,
    NotYet,
    Shows,
    Table,
    Then,
    WrongInputError,
    text_of,
)
from bot.slack.finger import Finger, Press
from bot.slack.languages import Languages
from bot.slack.work import Work
from bot.timing import PressTiming

log = structlog.get_logger()

Result = TypeVar("Result")
Wish = Callable[[], Coroutine[Any, Any, Result]]
"""Something that a person wants done."""
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
        admins: Admins,
    ) -> None:
        self.admins = admins
        self._locations = locations
        self.answers = answers
        self._languages = languages
        self._work = work
        self._timing = timing
        self.finger = Finger(timing.quiet)
        self._allowance = Allowance()

    async def answer(self, desk: object, table: Table, body: Body) -> BoltResponse:
        """Acknowledges a payload and starts what it asks for; what nobody hears is acknowledged too.

        Raises:
            BrokenPayloadError: Slack does not make such a payload.
        """
        body = heard(body)
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
        wish, anew = partial(listener.run, desk, asker, about), again(listener, body)
        filled = self._into_modal(asker, str(form.view.get("id")), listener.title, wish, anew, _below(anew))
        self._work.start(filled, what)
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
        anew, refused = again(listener, body), is_from_refusal(body)
        if refused:
            # What comes now takes the refusal's place, in a thread too.
            asker = replace(asker, response_url=text_of(body.get("response_url")))
            # The one before was answered just now, and the person has read the answer.
            what = f"{what} again"
        if (listener.shows is Shows.INSIDE and view) or (anew and view.get("callback_id") in ids.GO_ON_THERE):
            view_id = view.get("id")
            below = () if listener.shows is Shows.INSIDE else _below(anew)
            where = view_id if isinstance(view_id, str) else ""
            return self._inside(asker, what, listener.title, wish, where, anew, below)
        if listener.shows in (Shows.OPENED, Shows.INSIDE):
            # On top of the modal in which the button stands; Slack refuses that for a button of a message.
            on_top = view.get("type") == "modal"
            instead = partial(self._instead, asker, listener.title, wish, anew, refused) if listener.or_alone else None
            return self._in_modal(
                asker, what, listener.title, wish, anew, on_top=on_top, hides=refused, instead=instead
            )
        return self._alone(asker, what, wish, anew, replaces=listener.replaces or refused, refused=refused)

    async def _nowhere(self) -> Answer:
        text = sentences.no_location(list(dict.fromkeys(location.channel for location in self._locations)))
        return text, [section(text)]

    def language_now(self, asker: Asker) -> str:
        """The language for what can't wait, as far as it is known already."""
        return self._languages.now(asker.user_id, asker.channel_id)

    async def language_of(self, asker: Asker) -> str:
        """The person's language where they ask; Slack is asked for a moment at most."""
        return await self._languages.of(asker.user_id, asker.channel_id)

    async def say(self, asker: Asker, text: str, *, below: Sequence[Block] = (), replaces: bool = False) -> bool:
        """Says something to the asker alone. In blocks: Slack makes links of what looks like one in a bare text."""
        return await self.answers.alone(asker, text, [section(text), *below], replace=replaces)

    async def _alone(
        self,
        asker: Asker,
        what: str,
        wish: Wish[Answer | NotYet],
        anew: Again | None = None,
        *,
        replaces: bool = False,
        refused: bool = False,
    ) -> None:
        """Fulfils a wish and shows the result, or the reason why not, to the asker alone.

        `replaces`: in place of the answer whose button was pressed; `refused`: that was a reason why not, of which
        nothing is lost when another one takes its place.
        """
        press = self._taken(asker, what)
        if press is None:
            return
        answered = False
        try:
            with use(await self.language_of(asker)):
                answered = await self._shown_alone(asker, wish, anew, replaces=replaces, refused=refused)
        finally:
            self.finger.end(press, answered=answered)

    async def _shown_alone(
        self, asker: Asker, wish: Wish[Answer | NotYet], anew: Again | None, *, replaces: bool, refused: bool
    ) -> bool:
        """Whether the asker now has what another try would bring."""

        async def slow() -> None:
            await self.say(asker, _(sentences.SLOW))

        async def failed(text: str) -> bool:
            return await self.say(asker, text, below=_below(anew), replaces=refused)

        say = partial(self.say, asker, replaces=refused)
        result = await self.granted(asker, partial(self._patiently, wish, slow), say, failed=failed)
        if isinstance(result, Refused):
            return result.shown and result.final
        if isinstance(result, NotYet):
            result = result.text, [*sections(result.lines), *_below(anew)]
        text, blocks = result
        # What takes the place of another answer may be asked for again at once: the domain says what is a slip.
        return await self.answers.alone(asker, text, blocks, replace=replaces) and not replaces

    async def _in_modal(
        self,
        asker: Asker,
        what: str,
        title: str,
        wish: Wish[View | Then | NotYet],
        anew: Again | None = None,
        *,
        on_top: bool = False,
        hides: bool = False,
        instead: Wish[bool] | None = None,
    ) -> None:
        """Opens a modal at once, before its trigger expires, and shows the result in it.

        `on_top` as `Answers.open`; `hides` removes the ephemeral whose button was pressed. Where Slack opens none,
        `instead` is done, which tells whether the asker has what another try would bring.
        """
        press = self._taken(asker, what)
        if press is None:
            return
        answered, view_id = False, None
        try:
            # The trigger lives for three seconds: what stands there first waits for nothing.
            with use(self.language_now(asker)):
                if self._allowance.take(asker.user_id):
                    view, quiet = modals.loading(_(title)), instead is not None
                    view_id = await self.answers.open(asker, view, on_top=on_top, quiet=quiet, below=_below(anew))
                elif instead is None:
                    answered = await self.say(asker, _(sentences.MANY_WINDOWS), below=_below(anew))
            if view_id is None and instead is not None:
                answered = await instead()
        finally:
            # A modal may be closed at once, so only a press before it stands there is the same as the one before.
            self.finger.end(press, answered=answered)
        if view_id is None:
            return
        await self._into_modal(asker, view_id, title, wish, anew, _below(anew))
        if hides:
            await self.answers.hide(asker)

    async def _instead(
        self, asker: Asker, title: str, wish: Wish[View | Then | NotYet], anew: Again | None, refused: bool
    ) -> bool:
        """Shows to the asker alone what would stand in a window."""

        async def answer() -> Answer | NotYet:
            result = await wish()
            if isinstance(result, NotYet):
                return result
            view = result.view if isinstance(result, Then) else result
            return _(title), list(view.blocks or [])

        with use(await self.language_of(asker)):
            return await self._shown_alone(asker, answer, anew, replaces=refused, refused=refused)

    async def _inside(
        self,
        asker: Asker,
        what: str,
        title: str,
        wish: Wish[View | Then | NotYet],
        view_id: str,
        anew: Again | None,
        below: Sequence[Block],
    ) -> None:
        """Shows the result in the modal in which the button stands, and "one moment" until then."""
        press = self._taken(asker, what)
        if press is None:
            return
        try:
            with use(self.language_now(asker)):
                await self.answers.show(view_id, modals.loading(_(title)))
            await self._into_modal(asker, view_id, title, wish, anew, below)
        finally:
            self.finger.end(press, answered=False)

    async def _into_modal(
        self,
        asker: Asker,
        view_id: str,
        title: str,
        wish: Wish[View | Then | NotYet],
        anew: Again | None,
        below: Sequence[Block],
    ) -> None:
        """Fulfils a wish and shows the result, or the reason why not, in a modal that is open.

        `anew` is the button that stands there where another try may help, and `below` what stands in the channel if the
        modal was closed.
        """

        async def slow() -> None:
            await self.answers.show(view_id, modals.loading(_(title), _(sentences.SLOW)))

        async def say(text: str) -> bool:
            return await self.answers.show(view_id, modals.message(_(title), text))

        def failed_view(*lines: str) -> View:
            if anew is None:
                return modals.message(_(title), *lines)
            return modals.failed(_(title), anew.action_id, anew.value, *lines)

        async def failed(text: str) -> bool:
            return await self.answers.show(view_id, failed_view(text))

        with use(await self.language_of(asker)):
            result = await self.granted(asker, partial(self._patiently, wish, slow), say, failed=failed)
            if isinstance(result, Refused):
                shown = result.shown
            elif isinstance(result, NotYet):
                shown = await self.answers.show(view_id, failed_view(*result.lines))
            else:
                shown = await self.answers.show(view_id, result.view if isinstance(result, Then) else result)
            if not shown:
                await self.say(asker, _(sentences.GONE_MODAL), below=below)
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
        except Exception:
            await self._told(asker, failed, partial(_, excuses.fault))
            raise

    def _why_not(self, asker: Asker, error: Refusal | ReturnsApiError | NotKept, excuses: Excuses) -> str:
        why = _(excuses.not_kept) if isinstance(error, NotKept) else why_not(asker, error)
        return self.admins.beside(why, error)

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


def _below(anew: Again | None) -> list[Block]:
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
