"""Problem parcels: the button and the message shortcut, the modals, and the tracking ids that a field offers."""

from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.models.views import View

from bot.handover.claims import Kind, UnknownClaim, clean_id
from bot.handover.find import Traces
from bot.handover.model import Actor
from bot.handover.ports import NotKept
from bot.handover.problems import Problems, Suggested
from bot.i18n import _, use
from bot.slack import ids
from bot.slack.answer import Asker
from bot.slack.blocks import modals
from bot.slack.blocks import problems as blocks
from bot.slack.ids import BrokenPayloadError
from bot.slack.listeners.desk import Desk, Wish
from bot.text import visible


def register(app: AsyncApp, desk: Desk, problems: Problems, traces: Traces) -> None:
    """Adds them. Before `actions`, whose last listener takes every button that nobody else has taken."""
    _hear_reports(app, desk, problems, traces)
    _hear_claims(app, desk, problems)


def _hear_reports(app: AsyncApp, desk: Desk, problems: Problems, traces: Traces) -> None:
    @app.action(ids.REPORT)
    async def report(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        handover = ids.handover_id(action.get("value"))
        wish = partial(_form, problems, asker, handover)
        desk.work.start(desk.in_modal(asker, f"report {handover}", blocks.REPORT_TITLE, wish), "report button")

    @app.message_shortcut(ids.REPORT)
    async def shortcut(ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        asker, message = Asker.of_interaction(body), body.get("message")
        root = _root_of(message if isinstance(message, dict) else {})
        wish = partial(_form_of_thread, problems, traces, asker, root)
        desk.work.start(desk.in_modal(asker, f"report in {root}", blocks.REPORT_TITLE, wish), "report shortcut")

    @app.options(ids.PARCEL)
    async def parcels(ack: AsyncAck, body: dict[str, Any]) -> None:
        asker, view, typed = Asker.of_interaction(body), body.get("view"), body.get("value")
        state = ids.ModalState.load(view.get("private_metadata") if isinstance(view, dict) else None)
        try:
            found = await problems.suggest(
                Actor(asker.user_id), state.handover, typed if isinstance(typed, str) else ""
            )
        except NotKept:
            found = Suggested()
        with use(desk.language_now(asker)):
            await ack(options=blocks.parcel_options(found))

    @app.view(ids.REPORT_FORM)
    async def report_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        state = ids.ModalState.load(view.get("private_metadata"))
        asker = replace(Asker.of_interaction(body), channel_id=state.channel)
        parcel, kind = clean_id(_chosen(view, ids.PARCEL)), _chosen(view, ids.PROBLEM_KIND)
        with use(desk.language_now(asker)):
            errors = {}
            if not parcel:
                errors[ids.PARCEL] = _(blocks.NEEDS_ID)
            elif await _too_short(problems, asker, state.handover, parcel):
                errors[ids.PARCEL] = blocks.too_short(parcel)
            if kind not in set(Kind):
                errors[ids.PROBLEM_KIND] = _(blocks.NEEDS_KIND)
            if errors:
                await ack(response_action="errors", errors=errors)
                return
        note = visible(_typed(view, ids.NOTE))
        wish = partial(_report, desk, problems, asker, state.handover, parcel, Kind(kind), note)
        await _hand_over(desk, ack, asker, view, blocks.REPORT_TITLE, wish)


def _hear_claims(app: AsyncApp, desk: Desk, problems: Problems) -> None:
    @app.action(ids.MARK_CLAIMED)
    async def claim(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        await ack()
        asker = Asker.of_interaction(body)
        claim_id = ids.handover_id(action.get("value"))
        wish = partial(_claim, desk, problems, asker, claim_id)
        desk.work.start(desk.in_modal(asker, f"claim {claim_id}", blocks.CLAIM_TITLE, wish), "claim button")

    @app.view(ids.CLAIM_FORM)
    async def claim_form(ack: AsyncAck, body: dict[str, Any], view: dict[str, Any]) -> None:
        state = ids.ClaimState.load(view.get("private_metadata"))
        asker = replace(Asker.of_interaction(body), channel_id=state.channel)
        reference = visible(_typed(view, ids.REFERENCE))
        if not reference:
            with use(desk.language_now(asker)):
                text = _(blocks.NEEDS_REFERENCE)
                await ack(response_action="errors", errors={ids.REFERENCE: text})
            return
        wish = partial(_mark, desk, problems, asker, state.claim, reference)
        await _hand_over(desk, ack, asker, view, blocks.CLAIM_TITLE, wish)


async def _hand_over(
    desk: Desk, ack: AsyncAck, asker: Asker, view: dict[str, Any], title: str, wish: Wish[View]
) -> None:
    with use(desk.language_now(asker)):
        await ack(response_action="update", view=modals.loading(_(title)).to_dict())
    desk.work.start(desk.into_modal(asker, str(view.get("id")), title, wish), f"modal {view.get('callback_id')}")


async def _too_short(problems: Problems, asker: Asker, handover_id: str, parcel: str) -> bool:
    try:
        return await problems.too_short(Actor(asker.user_id), handover_id, parcel)
    except NotKept:
        # Said when it is to be kept.
        return False


async def _form(problems: Problems, asker: Asker, handover_id: str) -> View:
    return blocks.report_form(await problems.form(Actor(asker.user_id), handover_id))


async def _form_of_thread(problems: Problems, traces: Traces, asker: Asker, root: str) -> View:
    handover_id = await traces.thread(asker.channel_id, root) if root else None
    if handover_id is None:
        return modals.message(_(blocks.REPORT_TITLE), _(blocks.NO_THREAD))
    return await _form(problems, asker, handover_id)


async def _report(
    desk: Desk, problems: Problems, asker: Asker, handover_id: str, parcel: str, kind: Kind, note: str
) -> View:
    reported = await problems.report(Actor(asker.user_id), handover_id, parcel, kind, note)
    return blocks.report_kept(reported, desk.zone)


async def _claim(desk: Desk, problems: Problems, asker: Asker, claim_id: str) -> View:
    try:
        form = await problems.claim(Actor(asker.user_id), claim_id)
    except UnknownClaim:
        return blocks.claim_unknown()
    return blocks.claim_form(form, desk.zone)


async def _mark(desk: Desk, problems: Problems, asker: Asker, claim_id: str, reference: str) -> View:
    try:
        claim, new = await problems.mark(Actor(asker.user_id), claim_id, reference)
    except UnknownClaim:
        return blocks.claim_unknown()
    return blocks.claim_kept(claim, desk.zone, new=new)


def _root_of(message: dict[str, Any]) -> str:
    """The root of the thread in which a message stands; itself, if it is one."""
    for name in ("thread_ts", "ts"):
        ts = message.get(name)
        if isinstance(ts, str) and ts:
            return ts
    raise BrokenPayloadError("a shortcut on no message")


def _input(view: dict[str, Any], name: str) -> dict[str, Any]:
    """The state of an input whose block and action have the same name."""
    found: Any = view
    for key in ("state", "values", name, name):
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, dict) else {}


def _chosen(view: dict[str, Any], name: str) -> str:
    option = _input(view, name).get("selected_option")
    value = option.get("value") if isinstance(option, dict) else None
    return value if isinstance(value, str) else ""


def _typed(view: dict[str, Any], name: str) -> str:
    value = _input(view, name).get("value")
    return value if isinstance(value, str) else ""
