"""A second person's word: the wish in the thread with its buttons, what came of it, and what the wisher reads."""

from datetime import tzinfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from bot.handover.answers import EndWaits
from bot.handover.approvals import HOLDS, Approval, Word
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.i18n import _, number, pgettext
from bot.slack import ids
from bot.slack.blocks.text import at, cut, esc, section, sections, who


def asked_reply(_h: Handover, entry: AuditEntry, _problems: list[Shipment], zone: tzinfo) -> list[Block]:
    """Somebody wishes for the End OTC although the counts differ widely."""
    d = entry.detail
    lines = [
        _("🙏 *{who} wants the End OTC although {counted} were counted and {scanned} scanned.*").format(
            who=who(entry.by), counted=number(d["counted"]), scanned=number(d["scanned"])
        ),
        _("The reason given: “{reason}”").format(reason=esc(d.get("reason", ""), 500)),
        _("Another operator or a lead has to agree by {time}. What is missing can't be scanned afterwards.").format(
            time=at(entry.at + HOLDS, zone)
        ),
    ]
    agree = ButtonElement(text=cut(_("Agree"), 75), action_id=ids.APPROVE, value=d["approval"], style="primary")
    refuse = ButtonElement(text=cut(_("Refuse"), 75), action_id=ids.REFUSE, value=d["approval"], style="danger")
    return [section("\n".join(lines)), ActionsBlock(elements=[agree, refuse])]


def given_reply(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """A second person granted it, or refused."""
    d = entry.detail
    said = _("⛔ {who} refused the End OTC. {asker}: look for the parcels, and count again.")
    if d["word"] == Word.GRANTED:
        said = _("🤝 {who} agreed to the End OTC. {asker}: press *End OTC*, and the code is shown to you alone.")
    return [section(said.format(who=who(entry.by), asker=who(d["asked_by"])))]


def decided_answer(wish: Approval, *, new: bool) -> str:
    """What the one who pressed reads."""
    if not new:
        said = _("{who} has answered already: refused.")
        if wish.word is Word.GRANTED:
            said = _("{who} has answered already: agreed.")
        return said.format(who=who(wish.decided_by))
    if wish.word is Word.GRANTED:
        return _("🤝 You agreed. {who} can have the code now.").format(who=who(wish.asked_by))
    return _("⛔ You refused. {who} has no code.").format(who=who(wish.asked_by))


def waits(answer: EndWaits, title: str, zone: tzinfo) -> View:
    """What the wisher reads."""
    lines = [
        _("🙏 *A second person has to agree*, because more than {n} parcels differ here.").format(
            n=number(answer.location.approve_over)
        ),
        _("The question is in the thread. Another operator or a lead has to press *Agree* by {time}.").format(
            time=at(answer.approval.asked_at + HOLDS, zone)
        ),
        _(
            "Then press *End OTC* again: the code is shown to you alone. "
            "After a new count, somebody has to agree again."
        ),
    ]
    return View(type="modal", title=cut(title, 24), blocks=sections(lines), close=cut(pgettext("window", "Close"), 24))
