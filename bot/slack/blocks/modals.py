"""The modals: the hand count, and the way from it to the End OTC."""

from slack_sdk.models.blocks import (
    Block,
    InputBlock,
    NumberInputElement,
    Option,
    PlainTextInputElement,
    RadioButtonsElement,
)
from slack_sdk.models.views import View

from bot.handover.answers import CountCompared, CountForm, EndChoice, EndShown
from bot.handover.expected import Listing
from bot.handover.location import Location
from bot.handover.model import Handover, Shipment
from bot.handover.own_scans import OwnLists
from bot.handover.tally import initial_count
from bot.i18n import N_, _, ngettext, number
from bot.slack import ids
from bot.slack.blocks import expected
from bot.slack.blocks.codes import READ_OUT, fixed_code_blocks, large
from bot.slack.blocks.expected import NO_LISTING
from bot.slack.blocks.milestones import problem_line, verdict
from bot.slack.blocks.own_scans import modal_lines
from bot.slack.blocks.text import context, courier, cut, esc, fe, parcels, section, sections, who

NO_WAY_BACK = N_(
    "There is no way back: after this code the FE can't scan any more, and every scanned parcel counts as returned."
)
LISTED = 15
NO_LISTS = OwnLists()
MOST_PARCELS = 100_000
REASON_LENGTH = 500
SHORTEST_REASON = 5
CHOICES = 10
"""Slack takes ten radio buttons; more FEs than that are asked for by name."""


def _modal(title: str, blocks: list[Block], **more: object) -> View:
    return View(type="modal", title=title, blocks=blocks, **more)  # type: ignore[arg-type]


def message(title: str, *lines: str) -> View:
    """A modal that only says something."""
    return _modal(title, sections(lines), close=_("Close"))


def loading(title: str, line: str = "") -> View:
    """What stands there until the answer does."""
    return _modal(title, [section(line or _("⏳ One moment…"))], close=_("Close"))


def _state(handover: Handover, location: Location, counted: int | None = None) -> str:
    state = ids.ModalState(handover=handover.id, scanned=handover.scanned, counted=counted, channel=location.channel)
    return state.dump()


def _facts(handover: Handover, location: Location) -> list[Block]:
    h = handover
    counts = _("*{scanned} scanned*: {accepted} accepted, {rejected} rejected, {mismatched} with another flyer").format(
        scanned=number(h.scanned),
        accepted=number(h.accepted),
        rejected=number(h.rejected),
        mismatched=number(h.mismatched),
    )
    return [section(f"{fe(h)} · {courier(h)} · {esc(location.name)}\n{counts}")]


def _problems(problems: tuple[Shipment, ...]) -> list[Block]:
    if not problems:
        return []
    lines = [_("⚠️ Parcels to set aside ({n}):").format(n=number(len(problems)))]
    lines += [problem_line(shipment) for shipment in problems[:LISTED]]
    if len(problems) > LISTED:
        more = number(len(problems) - LISTED)
        lines.append(_("and {n} more; the thread lists them all").format(n=more))
    return sections(lines)


def _count_input(handover: Handover) -> InputBlock:
    first = initial_count(handover)
    return InputBlock(
        block_id=ids.COUNTED,
        label=_("Parcels counted by hand"),
        hint=_("Count what lies in front of you, not what the screen says."),
        element=NumberInputElement(
            action_id=ids.COUNTED,
            is_decimal_allowed=False,
            min_value="0",
            max_value=str(MOST_PARCELS),
            initial_value=None if first is None else str(first),
            focus_on_load=True,
        ),
    )


def count_form(form: CountForm, own: OwnLists = NO_LISTS) -> View:
    """Asks for the hand count while the FE still scans."""
    return _modal(
        _("Count parcels"),
        [
            *_facts(form.handover, form.location),
            _count_input(form.handover),
            *modal_lines(form.handover, own),
            *_problems(form.problems),
        ],
        callback_id=ids.COUNT_FORM,
        submit=_("Save count"),
        close=_("Cancel"),
        private_metadata=_state(form.handover, form.location),
    )


def count_kept(compared: CountCompared) -> View:
    """The count beside the scans, at once, while a difference can be mended."""
    scanned = compared.handover.scanned
    return _modal(
        _("Count parcels"),
        [
            section(
                _("You counted *{parcels}*; {n} scanned so far.").format(
                    parcels=parcels(compared.counted), n=number(scanned)
                )
            ),
            section(verdict(compared.counted, scanned)),
            *(_problems(compared.problems) if compared.difference else []),
        ],
        close=_("Close"),
    )


def end_choice(choice: EndChoice) -> View:
    """Several FEs could be closed."""
    options = [_option(handover, location) for handover, location in choice.candidates[:CHOICES]]
    blocks: list[Block] = [
        InputBlock(
            block_id=ids.CHOSEN,
            label=_("Which FE stands in front of you?"),
            element=RadioButtonsElement(action_id=ids.CHOSEN, options=options),
        )
    ]
    if len(choice.candidates) > CHOICES:
        more = number(len(choice.candidates) - CHOICES)
        blocks.append(context(_("{n} more: add a name, such as `/end-otc Ram`.").format(n=more)))
    return _modal(_("End OTC"), blocks, callback_id=ids.END_CHOICE, submit=_("Next"), close=_("Cancel"))


def _option(handover: Handover, location: Location) -> Option:
    name, partner = handover.fe_name or _("FE"), handover.partner or _("courier")
    facts = _("{fe}, {n} scanned").format(fe=handover.fe_id, n=number(handover.scanned))
    return Option(value=handover.id, label=cut(f"{name} · {partner} · {location.name}", 75), description=cut(facts, 75))


def end_count(form: CountForm, own: OwnLists = NO_LISTS, listing: Listing = NO_LISTING) -> View:
    """The count that comes before the code."""
    blocks = _facts(form.handover, form.location)
    if form.changed_from is not None:
        now, then = form.handover.scanned, form.changed_from
        if now == then:
            why = _("{who} counted {parcels} meanwhile").format(
                who=who(form.handover.counted_by), parcels=parcels(form.handover.counted or 0)
            )
        else:
            sign = "+" if now > then else "-"
            why = _("{change} since you counted").format(change=sign + number(abs(now - then)))
        again = _("⚠️ *Please count again*: {n} are scanned now ({why}).")
        blocks.append(section(again.format(n=number(now), why=why)))
    blocks += [
        _count_input(form.handover),
        section(_(NO_WAY_BACK)),
        *expected.modal_lines(form.handover, listing),
        *modal_lines(form.handover, own),
        *_problems(form.problems),
    ]
    return _modal(
        _("Count before the code"),
        blocks,
        callback_id=ids.END_COUNT,
        submit=_("Compare"),
        close=_("Cancel"),
        private_metadata=_state(form.handover, form.location),
    )


def end_compared(compared: CountCompared, own: OwnLists = NO_LISTS, listing: Listing = NO_LISTING) -> View:
    """Equal: one more press. Different: by how many, which way, which parcels, and a reason to go on."""
    state = _state(compared.handover, compared.location, compared.counted)
    facts = [
        *_facts(compared.handover, compared.location),
        *expected.modal_lines(compared.handover, listing),
        *modal_lines(compared.handover, own),
    ]
    counted = _("You counted *{parcels}*.").format(parcels=parcels(compared.counted))
    result = section(f"{counted} {verdict(compared.counted, compared.handover.scanned)}")
    if compared.difference == 0:
        return _modal(
            _("Close this handover?"),
            [*facts, result, section(f"⚠️ {_(NO_WAY_BACK)}"), *_problems(compared.problems)],
            callback_id=ids.END_CONFIRM,
            submit=_("Show the End OTC"),
            close=_("Cancel"),
            private_metadata=state,
        )
    reason = InputBlock(
        block_id=ids.REASON,
        label=_("Why close it although the count differs?"),
        hint=_("It stays on record with your name."),
        element=PlainTextInputElement(
            action_id=ids.REASON, multiline=True, min_length=SHORTEST_REASON, max_length=REASON_LENGTH
        ),
    )
    return _modal(
        _("The count differs"),
        [*facts, result, *_problems(compared.problems), section(f"⚠️ {_(NO_WAY_BACK)}"), reason],
        callback_id=ids.END_REASON,
        submit=_("Show it anyway"),
        close=_("Cancel"),
        private_metadata=state,
    )


def end_shown(shown: EndShown) -> View:
    """The End OTC and Flipkart's own summary."""
    h = shown.handover
    blocks: list[Block] = []
    if shown.code is not None:
        blocks += [large(shown.code.otc), *_summary(shown)]
    elif shown.fixed:
        blocks += [section(_("Flipkart generates no End OTC for this seller; these are the fixed codes."))]
        blocks += fixed_code_blocks(shown.fixed)
    else:
        blocks.append(section(_("Flipkart lists no fixed code for this location. See Seller Hub.")))
    whom = _("End OTC for {fe} · {courier} · {location}")
    blocks.append(section(whom.format(fe=fe(h), courier=courier(h), location=esc(shown.location.name))))
    blocks.append(context(_(READ_OUT), _("Close this window once the FE has typed it in.")))
    return _modal(_("End OTC"), blocks, close=_("Done"))


def _summary(shown: EndShown) -> list[Block]:
    code, h = shown.code, shown.handover
    if code is None:
        return []
    facts = [
        (_("{n} scanned"), code.total_scanned),
        (_("{n} open-box"), code.obd_eligible),
        (_("{n} open-box failed"), code.obd_failed),
        (ngettext("{n} flyer checked", "{n} flyers checked", code.flyer_eligible or 0), code.flyer_eligible),
        (ngettext("{n} flyer failed", "{n} flyers failed", code.flyer_failed or 0), code.flyer_failed),
    ]
    line = " · ".join(fact.format(n=number(value)) for fact, value in facts if value is not None)
    blocks: list[Block] = [section(_("Flipkart's summary: {facts}").format(facts=line))] if line else []
    if code.total_scanned is not None and code.total_scanned != h.scanned:
        blocks.append(
            section(
                _(
                    "⚠️ *Flipkart counts {total}, the bot has seen {n}.* "
                    "Check the parcels again before you read the code out."
                ).format(total=number(code.total_scanned), n=number(h.scanned))
            )
        )
    return blocks
