"""The hand count in modals: an empty field, then the verdict, and why a count that differs is let pass."""

from collections.abc import Mapping

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.handover.answers import CountCompared, CountForm
from bot.handover.expected import Listing
from bot.handover.location import Location
from bot.handover.model import Handover, Shipment
from bot.handover.own_scans import OwnLists
from bot.i18n import N_, _, ngettext, number
from bot.slack import ids
from bot.slack.blocks import expected
from bot.slack.blocks.expected import NO_LISTING
from bot.slack.blocks.milestones import problem_line
from bot.slack.blocks.own_scans import modal_lines
from bot.slack.blocks.text import context, courier, cut, esc, fe, parcels, section, sections, who

LISTED = 15
NO_LISTS = OwnLists()
MOST_PARCELS = 100_000
REASON_LENGTH = 500
SHORTEST_REASON = 5
OTHER = "other"
"""The choice that says nothing without words of its own."""

MISSING: Mapping[str, str] = {
    "van": N_("Still in the van"),
    "refused": N_("Damaged, and not taken"),
    "miscounted": N_("Counted wrong"),
    OTHER: N_("Something else: write it below"),
}
"""Why fewer were counted than scanned, by the value of the choice. To be translated."""
EXTRA: Mapping[str, str] = {
    "apart": N_("Not scanned, kept apart"),
    "miscounted": N_("Counted wrong"),
    OTHER: N_("Something else: write it below"),
}
"""Why more were counted than scanned."""


def count_form(form: CountForm) -> View:
    """Asks for the hand count while the FE still scans."""
    return View(
        type="modal",
        title=_title(form.handover),
        blocks=[_count_input(), *_beside(form)],
        callback_id=ids.COUNT_FORM,
        submit=_("Save count"),
        close=_("Not yet"),
        private_metadata=_state(form.handover, form.location),
    )


def count_kept(compared: CountCompared, own: OwnLists = NO_LISTS) -> View:
    """The count beside the scans, at once, while a difference can be mended."""
    n = compared.difference
    advice = ""
    if n > 0:
        advice = ngettext("Look for it before the End OTC.", "Look for them before the End OTC.", n)
    elif n < 0:
        advice = ngettext(
            "Ask the FE to scan it before they finish.", "Ask the FE to scan them before they finish.", -n
        )
    return View(
        type="modal",
        title=_title(compared.handover),
        blocks=[
            _verdict(compared, advice),
            *(modal_lines(compared.handover, own) if n else []),
            *(_problems(compared.problems) if n else []),
            _whom(compared.handover, compared.location),
        ],
        close=_("OK"),
    )


def end_count(form: CountForm) -> View:
    """The count that comes before the code."""
    blocks: list[Block] = []
    if form.changed_from is not None:
        blocks.append(section(_again(form.handover, form.changed_from)))
    blocks += [_count_input(), *_beside(form)]
    blocks.append(context(_("If your count and the FE's scans are the same, the End OTC comes next.")))
    return View(
        type="modal",
        title=_title(form.handover),
        blocks=blocks,
        callback_id=ids.END_COUNT,
        submit=_("Next"),
        close=_("Not yet"),
        private_metadata=_state(form.handover, form.location),
    )


def end_compared(compared: CountCompared, own: OwnLists = NO_LISTS, listing: Listing = NO_LISTING) -> View:
    """The verdict, then what to look at; a count that differs needs a reason."""
    h, n = compared.handover, compared.difference
    advice = ""
    if n > 0:
        advice = ngettext(
            "Look for it now: it counts as given to you, whether you have it or not.",
            "Look for them now: they count as given to you, whether you have them or not.",
            n,
        )
    elif n < 0:
        advice = ngettext(
            "It was not scanned, and the FE can't scan any more. Keep it apart, note its id, report it in Seller Hub.",
            "They were not scanned, and the FE can't scan any more. "
            "Keep them apart, note their ids, report them in Seller Hub.",
            -n,
        )
    return View(
        type="modal",
        title=_title(h),
        blocks=[
            _verdict(compared, advice),
            *modal_lines(h, own),
            *(_why(MISSING if n > 0 else EXTRA) if n else []),
            *_problems(compared.problems),
            *expected.modal_lines(h, listing),
            section(f"⚠️ {no_way_back(h)}"),
            _whom(h, compared.location),
        ],
        callback_id=ids.END_REASON if n else ids.END_CONFIRM,
        submit=_("Show code anyway") if n else _("Show the End OTC"),
        close=_("Not yet"),
        private_metadata=_state(h, compared.location, compared.counted),
    )


def reason(choice: str, words: str) -> str:
    """A reason as it is kept, in the language of its handover: the choice, and what was written beside it."""
    chosen = "" if choice == OTHER else _({**MISSING, **EXTRA}.get(choice, ""))
    if chosen and words:
        return _("{reason}: {words}").format(reason=chosen, words=words)[:REASON_LENGTH]
    return chosen or words


def no_way_back(handover: Handover) -> str:
    """What the End OTC does once the FE has typed it."""
    if not handover.scanned:
        return _("You can't undo this. Nothing was scanned, so Flipkart will count no parcel as given to you.")
    return ngettext(
        "You can't undo this. Flipkart will count the scanned parcel as given to you, even if it is missing.",
        "You can't undo this. Flipkart will count all {n} scanned parcels as given to you, even any that are missing.",
        handover.scanned,
    ).format(n=number(handover.scanned))


def _title(handover: Handover) -> str:
    return cut(handover.fe_name, 24) or _("FE")


def _whom(handover: Handover, location: Location) -> Block:
    return context(f"{fe(handover)} · {courier(handover)} · {esc(location.name)}")


def _state(handover: Handover, location: Location, counted: int | None = None) -> str:
    state = ids.ModalState(handover=handover.id, scanned=handover.scanned, counted=counted, channel=location.channel)
    return state.dump()


def _again(handover: Handover, then: int) -> str:
    n = handover.scanned - then
    if n > 0:
        came = ngettext("{n} more parcel came in since you counted.", "{n} more parcels came in since you counted.", n)
    elif n < 0:
        came = ngettext(
            "Flipkart lists {n} parcel fewer since you counted.",
            "Flipkart lists {n} parcels fewer since you counted.",
            -n,
        )
    else:
        came = _("{who} counted {parcels} meanwhile.")
    facts = {"who": who(handover.counted_by), "parcels": parcels(handover.counted or 0)}
    return _("⚠️ *Please count again.* {why}").format(why=came.format(n=number(abs(n)), **facts))


def _count_input() -> InputBlock:
    # Empty whatever is known: a number that stands there is confirmed instead of counted.
    return InputBlock(
        block_id=ids.COUNTED,
        label=_("Parcels counted by hand"),
        hint=_("Count what lies in front of you."),
        element=NumberInputElement(
            action_id=ids.COUNTED,
            is_decimal_allowed=False,
            min_value="0",
            max_value=str(MOST_PARCELS),
            focus_on_load=True,
        ),
    )


def _beside(form: CountForm) -> list[Block]:
    """Whom it is about, and what was counted otherwise; never what the FE scanned."""
    h, lines = form.handover, []
    if h.running:
        lines.append(_("🧮 Counted with the buttons so far: *{n}*").format(n=number(h.running)))
    if h.own_scanned:
        lines.append(_("🔎 Scanned by us in the thread: *{n}*").format(n=number(h.own_scanned)))
    return [*sections(lines), _whom(h, form.location)]


def _verdict(compared: CountCompared, advice: str) -> Block:
    n = compared.difference
    said = _("✅ *The same*: {counted} counted, {scanned} scanned.")
    if n > 0:
        said = ngettext(
            "⚠️ *{n} missing: {counted} of {scanned} counted*", "⚠️ *{n} missing: {counted} of {scanned} counted*", n
        )
    elif n < 0:
        said = ngettext(
            "⚠️ *{n} extra: {counted} counted, {scanned} scanned*",
            "⚠️ *{n} extra: {counted} counted, {scanned} scanned*",
            -n,
        )
    facts = said.format(n=number(abs(n)), counted=number(compared.counted), scanned=number(compared.handover.scanned))
    return section(f"{facts}\n{advice}" if advice else facts)


def _why(choices: Mapping[str, str]) -> list[Block]:
    options = [Option(value=value, label=cut(_(text), 75)) for value, text in choices.items()]
    return [
        InputBlock(
            block_id=ids.WHY,
            label=_("Why finish all the same?"),
            element=RadioButtonsElement(action_id=ids.WHY, options=options),
        ),
        InputBlock(
            block_id=ids.REASON,
            label=_("In your words"),
            hint=_("Saved with your name."),
            optional=True,
            element=PlainTextInputElement(action_id=ids.REASON, multiline=True, max_length=REASON_LENGTH),
        ),
    ]


def _problems(problems: tuple[Shipment, ...]) -> list[Block]:
    if not problems:
        return []
    lines = [_("⚠️ Parcels to set aside ({n}):").format(n=number(len(problems)))]
    lines += [problem_line(shipment) for shipment in problems[:LISTED]]
    if len(problems) > LISTED:
        more = number(len(problems) - LISTED)
        lines.append(_("and {n} more; the thread lists them all").format(n=more))
    return sections(lines)
