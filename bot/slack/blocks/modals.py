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
from bot.handover.location import Location
from bot.handover.model import Handover, Shipment
from bot.slack import ids
from bot.slack.blocks.codes import READ_OUT, fixed_code_blocks, large
from bot.slack.blocks.milestones import problem_line, verdict
from bot.slack.blocks.text import context, cut, esc, fe, parcels, section, sections, who

NO_WAY_BACK = (
    "There is no way back: after this code the FE can't scan any more, and every scanned parcel counts as returned."
)
LISTED = 15
MOST_PARCELS = 100_000
REASON_LENGTH = 500
SHORTEST_REASON = 5
CHOICES = 10
"""Slack takes ten radio buttons; more FEs than that are asked for by name."""


def _modal(title: str, blocks: list[Block], **more: object) -> View:
    return View(type="modal", title=title, blocks=blocks, **more)  # type: ignore[arg-type]


def message(title: str, *lines: str) -> View:
    """A modal that only says something."""
    return _modal(title, sections(lines), close="Close")


def loading(title: str, line: str = "⏳ One moment…") -> View:
    """What stands there until the answer does."""
    return _modal(title, [section(line)], close="Close")


def _state(handover: Handover, location: Location, counted: int | None = None) -> str:
    state = ids.ModalState(handover=handover.id, scanned=handover.scanned, counted=counted, channel=location.channel)
    return state.dump()


def _facts(handover: Handover, location: Location) -> list[Block]:
    h = handover
    counts = f"*{h.scanned} scanned*: {h.accepted} accepted, {h.rejected} rejected, {h.mismatched} with another flyer"
    return [section(f"{fe(h)} · {esc(h.partner) or 'courier'} · {esc(location.name)}\n{counts}")]


def _problems(problems: tuple[Shipment, ...]) -> list[Block]:
    if not problems:
        return []
    lines = [f"⚠️ Parcels to set aside ({len(problems)}):"]
    lines += [problem_line(shipment) for shipment in problems[:LISTED]]
    if len(problems) > LISTED:
        lines.append(f"and {len(problems) - LISTED} more; the thread lists them all")
    return sections(lines)


def _count_input(handover: Handover) -> InputBlock:
    return InputBlock(
        block_id=ids.COUNTED,
        label="Parcels counted by hand",
        hint="Count what lies in front of you, not what the screen says.",
        element=NumberInputElement(
            action_id=ids.COUNTED,
            is_decimal_allowed=False,
            min_value="0",
            max_value=str(MOST_PARCELS),
            initial_value=None if handover.counted is None else str(handover.counted),
            focus_on_load=True,
        ),
    )


def count_form(form: CountForm) -> View:
    """Asks for the hand count while the FE still scans."""
    return _modal(
        "Count parcels",
        [*_facts(form.handover, form.location), _count_input(form.handover), *_problems(form.problems)],
        callback_id=ids.COUNT_FORM,
        submit="Save count",
        close="Cancel",
        private_metadata=_state(form.handover, form.location),
    )


def count_kept(compared: CountCompared) -> View:
    """The count beside the scans, at once, while a difference can be mended."""
    scanned = compared.handover.scanned
    return _modal(
        "Count parcels",
        [
            section(f"You counted *{parcels(compared.counted)}*; {scanned} scanned so far."),
            section(verdict(compared.counted, scanned)),
            *(_problems(compared.problems) if compared.difference else []),
        ],
        close="Close",
    )


def end_choice(choice: EndChoice) -> View:
    """Several FEs could be closed."""
    options = [
        Option(
            value=handover.id,
            label=cut(f"{handover.fe_name or 'FE'} · {handover.partner or 'courier'} · {location.name}", 75),
            description=cut(f"{handover.fe_id}, {handover.scanned} scanned", 75),
        )
        for handover, location in choice.candidates[:CHOICES]
    ]
    blocks: list[Block] = [
        InputBlock(
            block_id=ids.CHOSEN,
            label="Which FE stands in front of you?",
            element=RadioButtonsElement(action_id=ids.CHOSEN, options=options),
        )
    ]
    if len(choice.candidates) > CHOICES:
        blocks.append(context(f"{len(choice.candidates) - CHOICES} more: add a name, such as `/end-otc Ram`."))
    return _modal("End OTC", blocks, callback_id=ids.END_CHOICE, submit="Next", close="Cancel")


def end_count(form: CountForm) -> View:
    """The count that comes before the code."""
    blocks = _facts(form.handover, form.location)
    if form.changed_from is not None:
        now, then = form.handover.scanned, form.changed_from
        meanwhile = f"{who(form.handover.counted_by)} counted {parcels(form.handover.counted or 0)} meanwhile"
        why = f"{now - then:+d} since you counted" if now != then else meanwhile
        blocks.append(section(f"⚠️ *Please count again*: {now} are scanned now ({why})."))
    blocks += [_count_input(form.handover), section(NO_WAY_BACK), *_problems(form.problems)]
    return _modal(
        "Count before the code",
        blocks,
        callback_id=ids.END_COUNT,
        submit="Compare",
        close="Cancel",
        private_metadata=_state(form.handover, form.location),
    )


def end_compared(compared: CountCompared) -> View:
    """Equal: one more press. Different: by how many, which way, which parcels, and a reason to go on."""
    state = _state(compared.handover, compared.location, compared.counted)
    facts = _facts(compared.handover, compared.location)
    result = section(
        f"You counted *{parcels(compared.counted)}*. {verdict(compared.counted, compared.handover.scanned)}"
    )
    if compared.difference == 0:
        return _modal(
            "Close this handover?",
            [*facts, result, section(f"⚠️ {NO_WAY_BACK}"), *_problems(compared.problems)],
            callback_id=ids.END_CONFIRM,
            submit="Show the End OTC",
            close="Cancel",
            private_metadata=state,
        )
    reason = InputBlock(
        block_id=ids.REASON,
        label="Why close it although the count differs?",
        hint="It stays on record with your name.",
        element=PlainTextInputElement(
            action_id=ids.REASON, multiline=True, min_length=SHORTEST_REASON, max_length=REASON_LENGTH
        ),
    )
    return _modal(
        "The count differs",
        [*facts, result, *_problems(compared.problems), section(f"⚠️ {NO_WAY_BACK}"), reason],
        callback_id=ids.END_REASON,
        submit="Show it anyway",
        close="Cancel",
        private_metadata=state,
    )


def end_shown(shown: EndShown) -> View:
    """The End OTC and Flipkart's own summary."""
    h = shown.handover
    blocks: list[Block] = []
    if shown.code is not None:
        blocks += [large(shown.code.otc), *_summary(shown)]
    elif shown.fixed:
        blocks += [section("Flipkart generates no End OTC for this seller; these are the fixed codes.")]
        blocks += fixed_code_blocks(shown.fixed)
    else:
        blocks.append(section("Flipkart lists no fixed code for this location. See Seller Hub."))
    blocks.append(section(f"End OTC for {fe(h)} · {esc(h.partner) or 'courier'} · {esc(shown.location.name)}"))
    blocks.append(context(READ_OUT, "Close this window once the FE has typed it in."))
    return _modal("End OTC", blocks, close="Done")


def _summary(shown: EndShown) -> list[Block]:
    code, h = shown.code, shown.handover
    if code is None:
        return []
    facts = [
        ("scanned", code.total_scanned),
        ("open-box", code.obd_eligible),
        ("open-box failed", code.obd_failed),
        ("flyers checked", code.flyer_eligible),
        ("flyers failed", code.flyer_failed),
    ]
    line = " · ".join(f"{value} {name}" for name, value in facts if value is not None)
    blocks: list[Block] = [section(f"Flipkart's summary: {line}")] if line else []
    if code.total_scanned is not None and code.total_scanned != h.scanned:
        blocks.append(
            section(
                f"⚠️ *Flipkart counts {code.total_scanned}, the bot has seen {h.scanned}.* "
                "Check the parcels again before you read the code out."
            )
        )
    return blocks
