"""The one way of a press: acknowledged, taken once, in the person's language, patiently, refused with a sentence."""

from collections.abc import Coroutine
from dataclasses import asdict, replace
from functools import partial
from typing import Any, TypeVar

from slack_bolt import BoltResponse

from bot.handover.location import Locations
from bot.i18n import _, use
from bot.slack import ids
from bot.slack.again import Again, again, could_be_code, heard, is_from_refusal
from bot.slack.answer import Asker
from bot.slack.blocks import modals, sentences
from bot.slack.blocks.text import section
from bot.slack.declared import (
    Answer,
    Body,
    Form,
    Kind,
    Listener,
    NotYet,
    Shows,
    Table,
    WrongInputError,
    mapping,
    text_of,
)
from bot.slack.finger import Finger
from bot.slack.ids import BrokenPayloadError
from bot.slack.opening import Asked, Opening, Shown
from bot.slack.post import Post, Trip, Went, reduced
from bot.slack.wishes import Wish, Wishes
from bot.slack.work import Work

Result = TypeVar("Result")


class Presses:
    """Carries each press from the payload to the answer."""

    def __init__(
        self, locations: Locations, wishes: Wishes, work: Work, finger: Finger, post: Post | None = None
    ) -> None:
        """`post` is for a bot of several copies."""
        self._locations = locations
        self._wishes = wishes
        self._work = work
        self._post = post
        self._finger = finger
        self._opening = Opening(wishes, self._finger)

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
            with use(self._wishes.language_now(asker)):
                return {"options": await listener.run(desk, asker, listener.reads(body))}
        if listener.kind is Kind.MODAL:
            return await self._submitted(desk, listener, asker, body, what)
        about = listener.reads(body)
        wish = partial(listener.run, desk, asker, about)
        self._work.start(self._answered(listener, asker, f"{what} {about}", wish, about, body), what)
        return {}

    async def carry(self, desk: object, table: Table, press: Body) -> None:
        """Carries out a press that another copy was given, and has acknowledged: the codes are here.

        Raises BrokenPayloadError.
        """
        body, asker = mapping(press, "body"), Asker(**mapping(press, "asker"))
        found = table.of(body)
        if found is None:
            raise BrokenPayloadError("a press that this version of the bot does not know")
        listener, _name = found
        if listener.kind is Kind.MODAL:
            with use(self._wishes.language_now(asker)):
                about = await listener.reads(desk, asker, Form.of(body))
        else:
            about = listener.reads(body)
        wish, view_id = partial(listener.run, desk, asker, about), text_of(press.get("view_id"))
        asked = Asked(asker, listener.title, wish, again(listener, body))
        if view_id:
            await self._opening.fill(asked, view_id, outside=listener.shows is not Shows.INSIDE)
        else:
            await self._opening.instead(asked, refused=is_from_refusal(body))

    def _asked(self, listener: Listener, asker: Asker, wish: Wish[Shown], about: object, body: Body) -> Asked:
        """What is to be shown in a window, by the copy of the bot that has the code where it needs one."""
        anew, post = again(listener, body), self._post
        if post is None or listener.coded is None:
            return Asked(asker, listener.title, wish, anew)
        handover_id = listener.coded(about)
        typed = text_of(body.get("text")) if listener.kind is Kind.COMMAND else ""

        async def there(here: Wish[Result], view_id: str = "") -> Result | Went:
            # A trigger is used up, and lives for three seconds anyway.
            press = {"body": reduced(body), "asker": asdict(replace(asker, trigger_id="")), "view_id": view_id}
            suspect = typed if could_be_code(typed) else ""
            return await post.fulfil(Trip(asker.channel_id, handover_id, suspect, press), here)

        return Asked(asker, listener.title, wish, anew, there)

    async def _submitted(self, desk: object, listener: Listener, asker: Asker, body: Body, what: str) -> Body:
        form = Form.of(body)
        with use(self._wishes.language_now(asker)):
            try:
                about = await listener.reads(desk, asker, form)
            except WrongInputError as error:
                return {"response_action": "errors", "errors": error.errors}
            loading = modals.loading(_(listener.title))
        asked = self._asked(listener, asker, partial(listener.run, desk, asker, about), about, body)
        self._work.start(self._opening.fill(asked, str(form.view.get("id"))), what)
        return {"response_action": "update", "view": loading.to_dict()}

    def _answered(
        self, listener: Listener, asker: Asker, what: str, wish: Wish[Any], about: object, body: Body
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
            where = view_id if isinstance(view_id, str) else ""
            outside = listener.shows is not Shows.INSIDE
            asked = self._asked(listener, asker, wish, about, body)
            return self._opening.inside(asked, what, where, outside=outside)
        if listener.shows in (Shows.OPENED, Shows.INSIDE):
            # On top of the modal in which the button stands; Slack refuses that for a button of a message.
            on_top = view.get("type") == "modal"
            asked = self._asked(listener, asker, wish, about, body)
            instead = partial(self._opening.instead, asked, refused=refused) if listener.or_alone else None
            return self._opening.open(asked, what, on_top=on_top, hides=refused, instead=instead)
        return self._alone(asker, what, wish, anew, replaces=listener.replaces or refused, refused=refused)

    async def _nowhere(self) -> Answer:
        text = sentences.no_location(list(dict.fromkeys(location.channel for location in self._locations)))
        return text, [section(text)]

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
        """Fulfils a wish as `Wishes.alone`, once for a finger that drums."""
        press = await self._finger.begin(asker.user_id, asker.channel_id, what)
        if press is None:
            return
        answered = False
        try:
            with use(await self._wishes.language_of(asker)):
                answered = await self._wishes.alone(asker, wish, anew, replaces=replaces, refused=refused)
        finally:
            await self._finger.end(press, answered=answered)
