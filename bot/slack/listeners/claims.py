"""Problem parcels and their claims: buttons, a message shortcut, modals, and the ids that a field offers."""

from slack_sdk.models.views import View

from bot import trace
from bot.handover.claim_steps import FOLLOWS, Note
from bot.handover.claims import Kind as Problem
from bot.handover.claims import State, UnknownClaim, clean_id
from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.handover.problems import Suggested
from bot.i18n import _
from bot.i18n.money import NoMoney, paise
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import claims, modals
from bot.slack.blocks import problems as blocks
from bot.slack.declared import (
    Body,
    Form,
    Kind,
    Right,
    WrongInputError,
    fills,
    handover,
    offers,
    opens,
    own_id,
    root,
)
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk
from bot.text import visible


@opens(Kind.BUTTON, ids.REPORT, blocks.REPORT_TITLE, right=Right.OPERATOR, reads=handover)
async def report_button(desk: Desk, asker: Asker, handover_id: str) -> View:
    """The form for a problem parcel."""
    return blocks.report_form(await desk.problems.form(Actor(asker.user_id), handover_id))


@opens(Kind.SHORTCUT, ids.REPORT, blocks.REPORT_TITLE, right=Right.OPERATOR, reads=root)
async def report_shortcut(desk: Desk, asker: Asker, thread: str) -> View:
    """The same for the handover in whose thread a message stands."""
    handover_id = await desk.traces.thread(asker.channel_id, thread)
    if handover_id is None:
        return modals.message(_(blocks.REPORT_TITLE), _(blocks.NO_THREAD))
    trace.about(handover_id)
    return blocks.report_form(await desk.problems.form(Actor(asker.user_id), handover_id))


def _typing(body: Body) -> tuple[str, str]:
    """The handover of the form, and what is typed so far."""
    typed = body.get("value")
    return Form.of(body).kept(ids.ModalState).handover, typed if isinstance(typed, str) else ""


@offers(ids.PARCEL, right=Right.OPERATOR, reads=_typing)
async def parcels(desk: Desk, asker: Asker, typing: tuple[str, str]) -> list[dict[str, object]]:
    """The tracking ids that may be meant."""
    try:
        found = await desk.problems.suggest(Actor(asker.user_id), *typing)
    except NotKept:
        found = Suggested()
    return blocks.parcel_options(found)


async def _reported(desk: Desk, asker: Asker, form: Form) -> tuple[str, str, Problem, str]:
    """The handover, the tracking id, what is wrong, and a note. Raises WrongInputError, BrokenPayloadError."""
    state, parcel, kind = form.kept(ids.ModalState), clean_id(form.chosen(ids.PARCEL)), form.chosen(ids.PROBLEM_KIND)
    errors = {}
    if not parcel:
        errors[ids.PARCEL] = _(blocks.NEEDS_ID)
    elif await _too_short(desk, asker, state.handover, parcel):
        errors[ids.PARCEL] = blocks.too_short(parcel)
    if kind not in set(Problem):
        errors[ids.PROBLEM_KIND] = _(blocks.NEEDS_KIND)
    if errors:
        raise WrongInputError(errors)
    return state.handover, parcel, Problem(kind), visible(form.typed(ids.NOTE))


async def _too_short(desk: Desk, asker: Asker, handover_id: str, parcel: str) -> bool:
    try:
        return await desk.problems.too_short(Actor(asker.user_id), handover_id, parcel)
    except NotKept:
        # Said when it is to be kept.
        return False


@fills(ids.REPORT_FORM, blocks.REPORT_TITLE, right=Right.OPERATOR, reads=_reported, keeps=ids.ModalState)
async def report_form(desk: Desk, asker: Asker, form: tuple[str, str, Problem, str]) -> View:
    """Keeps a problem parcel."""
    return blocks.report_kept(await desk.problems.report(Actor(asker.user_id), *form), desk.zone, desk.clock())


async def _bind(desk: Desk, claim_id: str) -> None:
    """What follows is about the claim's handover in the log."""
    trace.about(await desk.problems.handover_of(claim_id) or "")


@opens(Kind.BUTTON, ids.CLAIM, claims.CLAIM_TITLE, right=Right.OPERATOR, reads=own_id)
async def claim_button(desk: Desk, asker: Asker, claim_id: str) -> View:
    """The form for how far a claim is; the claim's own id looks like a handover's."""
    await _bind(desk, claim_id)
    try:
        form = await desk.problems.claim(Actor(asker.user_id), claim_id)
    except UnknownClaim:
        return claims.claim_unknown()
    return claims.claim_form(form, desk.zone, desk.clock())


async def _noted(_desk: Desk, _asker: Asker, form: Form) -> tuple[list[str], State, Note]:
    """The claims, how far they were shown to be, and what is noted. Raises WrongInputError, BrokenPayloadError."""
    kept = form.kept(ids.ClaimState)
    seen, follows, errors = _state(kept.seen), FOLLOWS[_state(kept.seen)], dict[str, str]()
    state = _state(form.chosen(ids.CLAIM_STEP)) if len(follows) > 1 and form.chosen(ids.CLAIM_STEP) else follows[0]
    if len(follows) > 1 and not form.chosen(ids.CLAIM_STEP):
        errors[ids.CLAIM_STEP] = _(claims.NEEDS_STATE)
    chosen = list(dict.fromkeys(ids.handover_id(one) for one in form.chosen_all(ids.CLAIM_PARCELS)))
    if form.has(ids.CLAIM_PARCELS) and not chosen:
        errors[ids.CLAIM_PARCELS] = _(claims.NEEDS_PARCEL)
    reference = visible(form.typed(ids.REFERENCE))
    if state is State.RAISED and not reference:
        errors[ids.REFERENCE] = _(claims.NEEDS_REFERENCE)
    sums: dict[str, int | None] = {}
    for name in (ids.AMOUNT, ids.PAID):
        try:
            sums[name] = paise(form.typed(name))
        except NoMoney:
            errors[name] = _(claims.NO_MONEY)
    if state is State.PAID and not sums.get(ids.PAID) and ids.PAID not in errors:
        errors[ids.PAID] = _(claims.NEEDS_PAID)
    if errors:
        raise WrongInputError(errors)
    paid = sums[ids.PAID] if state is State.PAID else None
    note = Note(
        state=state, reference=reference, amount=sums[ids.AMOUNT], paid=paid, note=visible(form.typed(ids.NOTE))
    )
    return chosen or [kept.claim], seen, note


def _state(value: str) -> State:
    try:
        return State(value)
    except ValueError as error:
        raise BrokenPayloadError("no state of a claim") from error


@fills(ids.CLAIM_FORM, claims.CLAIM_TITLE, right=Right.OPERATOR, reads=_noted, keeps=ids.ClaimState)
async def claim_form(desk: Desk, asker: Asker, form: tuple[list[str], State, Note]) -> View:
    """Notes how far claims are."""
    chosen, seen, note = form
    await _bind(desk, chosen[0])
    try:
        moved = await desk.problems.move(Actor(asker.user_id), chosen, seen, note)
    except UnknownClaim:
        return claims.claim_unknown()
    return claims.claims_kept(moved, note, desk.zone, desk.clock())


@opens(Kind.BUTTON, ids.PROOF, claims.CLAIM_TITLE, right=Right.OPERATOR, reads=own_id)
async def proof_button(desk: Desk, asker: Asker, claim_id: str) -> View:
    """Lets the proof of a claim come into its thread."""
    await _bind(desk, claim_id)
    try:
        return claims.proof_answer(await desk.problems.prove(Actor(asker.user_id), claim_id))
    except UnknownClaim:
        return claims.claim_unknown()
