"""Counts by hand: the form of a whole count, and the buttons that count as the parcels pass."""

from slack_sdk.models.views import View

from bot.handover.model import Actor
from bot.handover.tally import STEPS
from bot.i18n import N_, _, number
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import counts
from bot.slack.blocks.own_scans import LISTED
from bot.slack.declared import Body, Form, Kind, Right, WrongInputError, by_itself, fills, handover, opens, pressed
from bot.slack.listeners.desk import Desk

COUNT_TITLE = N_("Count parcels")
_STEPS = {f"{ids.TALLY}_{step}": step for step in STEPS}


@opens(Kind.BUTTON, ids.COUNT, COUNT_TITLE, right=Right.OPERATOR, reads=handover)
async def count_button(desk: Desk, asker: Asker, handover_id: str) -> View:
    """The form for a whole count."""
    return counts.count_form(await desk.counting.form(Actor(asker.user_id), handover_id))


async def counted(_desk: Desk, _asker: Asker, form: Form) -> tuple[ids.ModalState, int]:
    """A form with a number of parcels. Raises WrongInputError, BrokenPayloadError."""
    state, text = form.kept(ids.ModalState), form.typed(ids.COUNTED).strip()
    parcels = int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else None
    if parcels is None or parcels > counts.MOST_PARCELS:
        sentence = _("How many parcels? Type a number (0 to {most}).")
        raise WrongInputError({ids.COUNTED: sentence.format(most=number(counts.MOST_PARCELS))})
    return state, parcels


@fills(ids.COUNT_FORM, COUNT_TITLE, right=Right.OPERATOR, reads=counted, keeps=ids.ModalState)
async def count_form(desk: Desk, asker: Asker, form: tuple[ids.ModalState, int]) -> View:
    """Keeps a whole count."""
    state, parcels = form
    compared = await desk.counting.keep(Actor(asker.user_id), state.handover, parcels)
    return counts.count_kept(compared, await desk.own.lists(compared.handover, LISTED))


def _step(body: Body) -> tuple[str, int, str]:
    """Which count, what is added (0: the last step is taken back), and the window of the pad; empty for the card."""
    view = body.get("view")
    view_id = view.get("id") if isinstance(view, dict) and view.get("type") == "modal" else ""
    step = _STEPS.get(str(pressed(body).get("action_id")), 0)
    return handover(body), step, view_id if isinstance(view_id, str) else ""


# Every press is one: nothing takes two for one but a repeated delivery.
@by_itself(Kind.BUTTON, *_STEPS, right=Right.OPERATOR, reads=_step)
async def tally_button(desk: Desk, asker: Asker, step: tuple[str, int, str]) -> None:
    """Adds to the running count."""
    handover_id, added, view_id = step
    await desk.pads.add(asker, handover_id, added, view_id=view_id)


@by_itself(Kind.BUTTON, ids.TALLY_UNDO, right=Right.OPERATOR, reads=_step)
async def undo_button(desk: Desk, asker: Asker, step: tuple[str, int, str]) -> None:
    """Takes the last step of the running count back."""
    handover_id, _added, view_id = step
    await desk.pads.undo(asker, handover_id, view_id=view_id)
