"""A press that is answered in a window: opened at once, filled when the answer is there."""

from functools import partial

from slack_sdk.models.views import View

from bot.i18n import _, use
from bot.slack.again import Again
from bot.slack.allowance import Allowance
from bot.slack.answer import Asker
from bot.slack.blocks import modals, sentences
from bot.slack.declared import Answer, NotYet, Then
from bot.slack.finger import Finger
from bot.slack.wishes import Refused, Wish, Wishes, below

Shown = View | Then | NotYet
"""What a window is filled with."""


class Opening:
    """Opens windows and fills them."""

    def __init__(self, wishes: Wishes, finger: Finger) -> None:
        self._wishes = wishes
        self._answers = wishes.answers
        self._finger = finger
        self._allowance = Allowance()

    async def open(
        self,
        asker: Asker,
        what: str,
        title: str,
        wish: Wish[Shown],
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
        press = self._finger.begin(asker.user_id, asker.channel_id, what)
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
            self._finger.end(press, answered=answered)
        if view_id is None:
            return
        await self.fill(asker, view_id, title, wish, anew)
        if hides:
            await self._answers.hide(asker)

    async def instead(self, asker: Asker, title: str, wish: Wish[Shown], anew: Again | None, *, refused: bool) -> bool:
        """Shows to the asker alone what would stand in a window."""

        async def answer() -> Answer | NotYet:
            result = await wish()
            if isinstance(result, NotYet):
                return result
            view = result.view if isinstance(result, Then) else result
            return _(title), list(view.blocks or [])

        with use(await self._wishes.language_of(asker)):
            return await self._wishes.alone(asker, answer, anew, replaces=refused, refused=refused)

    async def inside(
        self,
        asker: Asker,
        what: str,
        title: str,
        wish: Wish[Shown],
        view_id: str,
        anew: Again | None,
        *,
        outside: bool,
    ) -> None:
        """Shows the result in the modal in which the button stands, and "one moment" until then."""
        press = self._finger.begin(asker.user_id, asker.channel_id, what)
        if press is None:
            return
        try:
            with use(self._wishes.language_now(asker)):
                await self._answers.show(view_id, modals.loading(_(title)))
            await self.fill(asker, view_id, title, wish, anew, outside=outside)
        finally:
            self._finger.end(press, answered=False)

    async def fill(
        self,
        asker: Asker,
        view_id: str,
        title: str,
        wish: Wish[Shown],
        anew: Again | None,
        *,
        outside: bool = True,
    ) -> None:
        """Fulfils a wish and shows the result, or the reason why not, in a modal that is open.

        `anew` is the button that stands there where another try may help; `outside`: also in the channel, if the modal
        was closed.
        """

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
            result = await self._wishes.granted(asker, partial(self._wishes.patiently, wish, slow), say, failed=failed)
            if isinstance(result, Refused):
                shown = result.shown
            elif isinstance(result, NotYet):
                shown = await self._answers.show(view_id, failed_view(*result.lines))
            else:
                shown = await self._answers.show(view_id, result.view if isinstance(result, Then) else result)
            if not shown:
                await self._wishes.say(asker, _(sentences.GONE_MODAL), below=below(anew if outside else None))
            elif isinstance(result, Then):
                await result.after(view_id)
