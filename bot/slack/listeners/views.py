"""Submitted modals. Each is answered at once with "one moment", and filled when the work is done."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.views import View

from bot.handover.model import Actor
from bot.i18n import _, number, use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks.own_scans import LISTED
from bot.slack.listeners.desk import Desk, Wish
from bot.slack.listeners.endings import COUNT_TITLE, END_TITLE, end_view
from bot.text import visible


def register(app: AsyncApp, desk: Desk) -> None:
    """Adds the modals."""

    @app.view(ids.COUNT_FORM)
    async def count_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        state, counted = _state(view), _counted(view)
        asker = _asker(body, state)
        if counted is None:
            await _not_a_number(desk, asker, ack)
            return
        await _hand_over(desk, ack, asker, view, COUNT_TITLE, partial(_keep_count, desk, asker, state, counted))

    @app.view(ids.END_CHOICE)
    async def end_choice(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        asker = Asker.of_interaction(body)
        option = _input(view, ids.CHOSEN).get("selected_option")
        chosen = ids.handover_id(option.get("value") if isinstance(option, dict) else None)
        await _hand_over(desk, ack, asker, view, END_TITLE, partial(_open_end, desk, asker, chosen))

    @app.view(ids.END_COUNT)
    async def end_count(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        state, counted = _state(view), _counted(view)
        asker = _asker(body, state)
        if counted is None:
            await _not_a_number(desk, asker, ack)
            return
        await _hand_over(desk, ack, asker, view, END_TITLE, partial(_compare, desk, asker, state, counted))

    @app.view(ids.END_REASON)
    async def end_reason(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        state = _state(view)
        asker = _asker(body, state)
        reason = visible(str(_input(view, ids.REASON).get("value") or ""))[: modals.REASON_LENGTH]
        if len(reason) < modals.SHORTEST_REASON:
            with use(desk.language_now(asker)):
                text = _("Write why, in a few words.")
            await ack(response_action="errors", errors={ids.REASON: text})
            return
        await _hand_over(desk, ack, asker, view, END_TITLE, partial(_give, desk, asker, state, reason))

    @app.view(ids.END_CONFIRM)
    async def end_confirm(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        state = _state(view)
        asker = _asker(body, state)
        await _hand_over(desk, ack, asker, view, END_TITLE, partial(_give, desk, asker, state, ""))


async def _hand_over(
    desk: Desk, ack: AsyncAck, asker: Asker, view: dict[str, Any], title: str, wish: Wish[View]
) -> None:
    with use(desk.language_now(asker)):
        loading = modals.loading(_(title))
    await ack(response_action="update", view=loading.to_dict())
    desk.work.start(desk.into_modal(asker, str(view.get("id")), title, wish), f"modal {view.get('callback_id')}")


async def _not_a_number(desk: Desk, asker: Asker, ack: AsyncAck) -> None:
    with use(desk.language_now(asker)):
        sentence = _("Type the number of parcels: a whole number from 0 to {most}.")
        text = sentence.format(most=number(modals.MOST_PARCELS))
    await ack(response_action="errors", errors={ids.COUNTED: text})


async def _keep_count(desk: Desk, asker: Asker, state: ids.ModalState, counted: int) -> View:
    return modals.count_kept(await desk.counting.keep(Actor(asker.user_id), state.handover, counted))


async def _open_end(desk: Desk, asker: Asker, handover_id: str) -> View:
    return await end_view(await desk.end.open(Actor(asker.user_id), handover_id), desk.own, desk.expecting)


async def _compare(desk: Desk, asker: Asker, state: ids.ModalState, counted: int) -> View:
    compared = await desk.end.compare(Actor(asker.user_id), state.handover, counted)
    listing = await desk.expecting.of_handover(compared.handover, LISTED)
    return modals.end_compared(compared, await desk.own.lists(compared.handover, LISTED), listing)


async def _give(desk: Desk, asker: Asker, state: ids.ModalState, reason: str) -> View:
    answer = await desk.end.give(Actor(asker.user_id), state.handover, state.scanned, reason, counted=state.counted)
    return await end_view(answer, desk.own, desk.expecting)


def _asker(body: dict[str, Any], state: ids.ModalState) -> Asker:
    """Who submitted. A submission names no channel, so the modal kept the one in which its FE has a card."""
    return replace(Asker.of_interaction(body), channel_id=state.channel)


def _state(view: dict[str, Any]) -> ids.ModalState:
    return ids.ModalState.load(view.get("private_metadata"))


def _input(view: dict[str, Any], name: str) -> dict[str, Any]:
    """The state of an input whose block and action have the same name."""
    found: Any = view
    for key in ("state", "values", name, name):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _counted(view: dict[str, Any]) -> int | None:
    text = str(_input(view, ids.COUNTED).get("value") or "").strip()
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        return None
    number = int(text)
    return number if number <= modals.MOST_PARCELS else None
