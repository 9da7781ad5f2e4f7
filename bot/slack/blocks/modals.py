"""Modals that ask and say: one moment, which FE, the End OTC. The count stands in `counts`."""

from datetime import tzinfo

from slack_sdk.models.blocks import Block, InputBlock, Option, RadioButtonsElement
from slack_sdk.models.views import View

from bot.handover.answers import EndChoice, EndShown
from bot.handover.location import Location
from bot.handover.model import Handover, Stage
from bot.i18n import _, ngettext, number
from bot.slack import ids
from bot.slack.blocks.again import try_again
from bot.slack.blocks.codes import READ_OUT, fixed_code_blocks, large
from bot.slack.blocks.counts import no_way_back
from bot.slack.blocks.text import at, context, courier, cut, esc, fe, section, sections

CHOICES = 10
"""Slack takes ten radio buttons; more FEs than that are asked for by name."""


def _modal(title: str, blocks: list[Block], **more: object) -> View:
    return View(type="modal", title=title, blocks=blocks, **more)  # type: ignore[arg-type]


def message(title: str, *lines: str) -> View:
    """A modal that only says something."""
    return _modal(title, sections(lines), close=_("OK"))


def failed(title: str, action_id: str, value: str, *lines: str) -> View:
    """Why nothing came, and the button that was pressed once more: it answers in this modal."""
    blocks = [*sections(lines), try_again(action_id, value)]
    return _modal(title, blocks, callback_id=ids.FAILED, close=_("OK"))


def count_title() -> str:
    """Of a window for counting that names no FE."""
    return _("Count parcels")


def loading(title: str, line: str = "") -> View:
    """What stands there until the answer does."""
    return _modal(title, [section(line or _("⏳ One moment…"))], close=_("OK"))


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
    return _modal(_("End OTC"), blocks, callback_id=ids.END_CHOICE, submit=_("Next"), close=_("Not yet"))


def _option(handover: Handover, location: Location) -> Option:
    name, partner = handover.fe_name or _("FE"), handover.partner or _("courier")
    facts = _("{fe}, {n} scanned").format(fe=handover.fe_id, n=number(handover.scanned))
    return Option(value=handover.id, label=cut(f"{name} · {partner} · {location.name}", 75), description=cut(facts, 75))


def end_shown(shown: EndShown) -> View:
    """The FE, the End OTC below, and Flipkart's own figures where they differ from the bot's."""
    h = shown.handover
    whom = _("End OTC for {fe} · {courier} · {location}")
    blocks: list[Block] = [section(whom.format(fe=fe(h), courier=courier(h), location=esc(shown.location.name)))]
    if shown.code is not None:
        blocks += [large(shown.code.otc), *_differs(shown)]
    elif shown.fixed:
        blocks += [section(_("Flipkart generates no End OTC for this dock; these are the fixed codes."))]
        blocks += fixed_code_blocks(shown.fixed)
    else:
        blocks.append(section(_("Flipkart lists no fixed code for this dock. Take the code from Seller Hub.")))
        return _modal(_("End OTC"), blocks, close=_("OK"))
    blocks.append(section(f"⚠️ {no_way_back(h)}"))
    blocks.append(context(_(READ_OUT), _("Close this window only once the FE has typed it in.")))
    return _modal(_("End OTC"), blocks, close=_("Done"))


def end_became(location: Location, zone: tzinfo, handover: Handover) -> View | None:
    """What a modal with an End OTC says once the code has been used, or no longer counts; None as long as it does."""
    said = ""
    if handover.stage is Stage.CLOSED:
        said = _("✅ *Closed.* The FE has typed the code.")
        if handover.ended_at is not None:
            said = _("✅ *Closed at {time}.* The FE has typed the code.").format(time=at(handover.ended_at, zone))
    elif handover.over or handover.end_otc_at is None:
        said = _("⛔ *This code may have stopped working.* Press *End OTC* on the newest card.")
    if not said:
        return None
    whom = _("End OTC for {fe} · {courier} · {location}")
    whom = whom.format(fe=fe(handover), courier=courier(handover), location=esc(location.name))
    return message(_("End OTC"), whom, said)


def _differs(shown: EndShown) -> list[Block]:
    """What Flipkart says that the bot has not seen, or that went wrong; nothing where all is as it was counted."""
    code, h = shown.code, shown.handover
    if code is None:
        return []
    totals, lines = code.totals, []
    if totals.scanned is not None and totals.scanned != h.scanned:
        sentence = _(
            "⚠️ *Flipkart counts {total}, the bot has seen {n}.* Check the parcels again before you read the code out."
        )
        lines.append(sentence.format(total=number(totals.scanned), n=number(h.scanned)))
    if totals.obd_failed:
        lines.append(
            ngettext(
                "Flipkart says: {n} parcel failed the open-box check.",
                "Flipkart says: {n} parcels failed the open-box check.",
                totals.obd_failed,
            ).format(n=number(totals.obd_failed))
        )
    if totals.flyer_failed and totals.flyer_failed != h.mismatched:
        lines.append(
            ngettext("Flipkart says: {n} wrong flyer.", "Flipkart says: {n} wrong flyers.", totals.flyer_failed).format(
                n=number(totals.flyer_failed)
            )
        )
    return sections(lines)
