"""A press that is answered in a window: opened at once, filled when the answer is there."""

from dataclasses import dataclass
from functools import partial

from slack_sdk.models.views import View

from bot.i18n import _, use
from bot.slack.again import Again
from bot.slack.allowance import Allowance
from bot.slack.answer import Asker
from bot.slack.blocks import modals, sentences
from bot.slack.declared import Answer, NotYet, Then
from bot.slack.finger import Finger
from bot.slack.post import Went
from bot.slack.wishes import EXCUSES, Refused, There, Wish, Wishes, below

Shown = View | Then | NotYet
"""What a window is filled with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for that is shown in a window."""

    asker: Asker
    title: str
    wish: Wish[Shown]
    anew: Again | None = None
    """The button that stands there where another try may help."""
    there: There | None = None
    """For what needs a code: another copy of the bot may have it."""


class Opening:
    """Opens windows and fills them."""

    def __init__(self, wishes: Wishes, finger: Finger) -> None:
        self._wishes = wishes
        self._answers = wishes.answers
        self._finger = finger
        self._allowance = Allowance()

    async def open(
        self,
        asked: Asked,
        what: str,
        *,
        on_top: bool = False,
        hides: bool = False,
        instead: Wish[bool] | None = None,
    ) -> None:
        """Opens a modal at once, before its trigger expires, and shows the result in it.

        `on_top` as `Answers.open`; `hides` removes the ephemeral whose button was pressed. Where Slack opens none,
        `instead` is done, which tells whether the asker has what another try would bring.
        """
        asker, title, anew = asked.asker, asked.title, asked.anew
        press = await self._finger.begin(asker.user_id, asker.channel_id, what)
        if press is None:
            return
        answered, view_id = False, None
        try:
            # The trigger lives for three seconds: what stands there first waits for nothing.
            with use(self._wishes.language_now(asker)):
                if self._allowance.take(asker.user_id):
                    view, quiet = modals.loading(_(title)), instead is not None
                    view_id = await self._answers.open(asker, view, on_top=on_top, quiet=quiet, below=below(anew))
                elif instead is None:
                    answered = await self._wishes.say(asker, _(sentences.MANY_WINDOWS), below=below(anew))
            if view_id is None and instead is not None:
                answered = await instead()
        finally:
            # A modal may be closed at once, so only a press before it stands there is the same as the one before.
            await self._finger.end(press, answered=answered)
        if view_id is None:
            return
        await self.fill(asked, view_id)
        if hides:
            await self._answers.hide(asker)

    async def instead(self, asked: Asked, *, refused: bool) -> bool:
        """Shows to the asker alone what would stand in a window."""

        async def answer() -> Answer | NotYet:
            result = await asked.wish()
            if isinstance(result, NotYet):
                return result
            view = result.view if isinstance(result, Then) else result
            return _(asked.title), list(view.blocks or [])

        asker = asked.asker
        with use(await self._wishes.language_of(asker)):
            return await self._wishes.alone(
                asker, answer, asked.anew, replaces=refused, refused=refused, there=asked.there
            )

    async def inside(self, asked: Asked, what: str, view_id: str, *, outside: bool) -> None:
        """Shows the result in the modal in which the button stands, and "one moment" until then."""
        asker = asked.asker
        press = await self._finger.begin(asker.user_id, asker.channel_id, what)
        if press is None:
            return
        try:
            with use(self._wishes.language_now(asker)):
                await self._answers.show(view_id, modals.loading(_(asked.title)))
            await self.fill(asked, view_id, outside=outside)
        finally:
            await self._finger.end(press, answered=False)

    async def fill(self, asked: Asked, view_id: str, *, outside: bool = True) -> None:
        """Fulfils a wish and shows the result, or the reason why not, in a modal that is open.

        `outside`: also in the channel, if the modal was closed.
        """
        asker, title, anew = asked.asker, asked.title, asked.anew

        async def slow() -> None:
            await self._answers.show(view_id, modals.loading(_(title), _(sentences.SLOW)))

        async def say(text: str) -> bool:
            return await self._answers.show(view_id, modals.message(_(title), text))

        def failed_view(*lines: str) -> View:
            if anew is None:
                return modals.message(_(title), *lines)
            return modals.failed(_(title), anew.action_id, anew.value, *lines)

        async def failed(text: str) -> bool:
            return await self._answers.show(view_id, failed_view(text))

        with use(await self._wishes.language_of(asker)):
            here = partial(self._wishes.patiently, asked.wish, slow)
            wish = here if asked.there is None else partial(asked.there, here, view_id)
            result = await self._wishes.granted(asker, wish, say, failed=failed)
            if result is Went.THERE:
                return
            if isinstance(result, Refused):
                shown = result.shown
            elif isinstance(result, Went):
                shown = await failed(_(EXCUSES.stopping))
            elif isinstance(result, NotYet):
                shown = await self._answers.show(view_id, failed_view(*result.lines))
            else:
                shown = await self._answers.show(view_id, result.view if isinstance(result, Then) else result)
            if not shown:
                await self._wishes.say(asker, _(sentences.GONE_MODAL), below=below(anew if outside else None))
            elif isinstance(result, Then):
                await result.after(view_id)
