"""The End OTC: what asks for one, and the modals on the way to it."""

from functools import partial

from slack_sdk.models.views import View

from bot import trace
from bot.handover.answers import CountCompared, CountForm, EndAnswer, EndChoice, EndWaits, NobodyClosing
from bot.handover.model import Actor
from bot.i18n import DEFAULT, N_, _, use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import counts, modals
from bot.slack.blocks.approvals import waits
from bot.slack.blocks.own_scans import LISTED
from bot.slack.blocks.sentences import nobody_closing
from bot.slack.declared import (
    Form,
    Kind,
    NotYet,
    Right,
    Then,
    WrongInputError,
    fills,
    handover,
    in_channel,
    in_thread,
    itself,
    opens,
    root,
)
from bot.slack.listeners.count import counted
from bot.slack.listeners.desk import Desk
from bot.slack.listeners.start import NO_HANDOVER, named
from bot.text import visible

END_TITLE = N_("End OTC")


@opens(Kind.COMMAND, "/end-otc", END_TITLE, right=Right.OPERATOR, reads=named, at_location=True, coded=in_channel)
async def end_command(desk: Desk, asker: Asker, query: str) -> View | Then | NotYet:
    """The way to the code of who closes at the channel's locations."""
    locations = desk.locations.in_channel(asker.channel_id)
    return await _view(desk, asker, await desk.end.find(Actor(asker.user_id), locations, query))


@opens(Kind.BUTTON, ids.END, END_TITLE, right=Right.OPERATOR, reads=handover, coded=itself)
async def end_button(desk: Desk, asker: Asker, handover_id: str) -> View | Then | NotYet:
    """The way to the code of one handover."""
    return await _view(desk, asker, await desk.end.open(Actor(asker.user_id), handover_id))


@opens(Kind.SHORTCUT, ids.END_HERE, END_TITLE, right=Right.OPERATOR, reads=root, asks=in_thread, coded=in_channel)
async def end_shortcut(desk: Desk, asker: Asker, thread: str) -> View | Then | NotYet:
    """The same for the handover in whose thread a message stands."""
    handover_id = await desk.traces.thread(asker.channel_id, thread)
    if handover_id is None:
        return modals.message(_(END_TITLE), _(NO_HANDOVER))
    trace.about(handover_id)
    return await _view(desk, asker, await desk.end.open(Actor(asker.user_id), handover_id))


async def _chosen(_desk: Desk, _asker: Asker, form: Form) -> str:
    handover_id = ids.handover_id(form.chosen(ids.CHOSEN))
    trace.about(handover_id)
    return handover_id


@fills(ids.END_CHOICE, END_TITLE, right=Right.OPERATOR, reads=_chosen, coded=itself)
async def end_choice(desk: Desk, asker: Asker, handover_id: str) -> View | Then | NotYet:
    """One of several who close was chosen."""
    return await _view(desk, asker, await desk.end.open(Actor(asker.user_id), handover_id))


def _state(form: tuple[ids.ModalState, object]) -> str:
    return form[0].handover


@fills(ids.END_COUNT, END_TITLE, right=Right.OPERATOR, reads=counted, keeps=ids.ModalState, again=ids.END, coded=_state)
async def end_count(desk: Desk, asker: Asker, form: tuple[ids.ModalState, int]) -> View | Then | NotYet:
    """The count before the code: the code itself, or what differs from what was scanned."""
    state, parcels = form
    return await _view(desk, asker, await desk.end.count(Actor(asker.user_id), state.handover, parcels))


async def _reason(desk: Desk, _asker: Asker, form: Form) -> tuple[ids.ModalState, str]:
    state, words = form.kept(ids.ModalState), visible(form.typed(ids.REASON))[: counts.REASON_LENGTH]
    choice = form.chosen(ids.WHY) or counts.OTHER
    # It is read in the thread and on the receipt, so it is kept in their language.
    here = desk.locations.in_channel(state.channel)
    with use(here[0].language if here else DEFAULT):
        reason = counts.reason(choice, words)
    if len(reason) < counts.SHORTEST_REASON:
        raise WrongInputError({ids.REASON: _("Write why, in a few words.")})
    return state, reason


async def _no_reason(_desk: Desk, _asker: Asker, form: Form) -> tuple[ids.ModalState, str]:
    return form.kept(ids.ModalState), ""


@fills(
    ids.END_REASON, END_TITLE, right=Right.OPERATOR, reads=_reason, keeps=ids.ModalState, again=ids.END, coded=_state
)
async def end_reason(desk: Desk, asker: Asker, form: tuple[ids.ModalState, str]) -> View | Then | NotYet:
    """The code although the counts differ, with the reason."""
    return await _give(desk, asker, *form)


@fills(
    ids.END_CONFIRM,
    END_TITLE,
    right=Right.OPERATOR,
    reads=_no_reason,
    keeps=ids.ModalState,
    again=ids.END,
    coded=_state,
)
async def end_confirm(desk: Desk, asker: Asker, form: tuple[ids.ModalState, str]) -> View | Then | NotYet:
    """The code."""
    return await _give(desk, asker, *form)


async def _give(desk: Desk, asker: Asker, state: ids.ModalState, reason: str) -> View | Then | NotYet:
    answer = await desk.end.give(Actor(asker.user_id), state.handover, state.scanned, reason, counted=state.counted)
    return await _view(desk, asker, answer)


async def _view(desk: Desk, asker: Asker, answer: EndAnswer) -> View | Then | NotYet:
    """The modal that shows an answer."""
    if isinstance(answer, NobodyClosing):
        return NotYet(_(END_TITLE), nobody_closing(answer))
    if isinstance(answer, EndChoice):
        return modals.end_choice(answer)
    trace.about(answer.handover.id)  # a command has only found it
    if isinstance(answer, CountForm):
        # Read while the person counts, so that nobody waits for it afterwards.
        async def ahead(_view_id: str) -> None:
            await desk.end.read_ahead(Actor(asker.user_id), answer.handover.id)

        return Then(counts.end_count(answer), ahead)
    if isinstance(answer, CountCompared):
        listing = await desk.expecting.of_handover(answer.handover, LISTED)
        return counts.end_compared(answer, await desk.own.lists(answer.handover, LISTED), listing)
    if isinstance(answer, EndWaits):
        return waits(answer, _(END_TITLE), desk.zone)
    became = partial(modals.end_became, answer.location, desk.zone)
    return Then(modals.end_shown(answer), partial(desk.windows.watch, answer.handover.id, became))
