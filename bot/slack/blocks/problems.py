"""Problem parcels: the modal, the reply in the thread."""

from datetime import datetime, tzinfo

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.handover.claims import LONGEST_ID, LONGEST_NOTE, REPORTABLE
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.handover.problems import Reported, ReportForm, Suggested
from bot.i18n import N_, _, date_time, pgettext
from bot.slack import ids
from bot.slack.blocks.claims import with_button
from bot.slack.blocks.kinds import KINDS, kind_word, reasons
from bot.slack.blocks.text import capital, cut, esc, fe, ident, section, sections, who
from bot.text import beginning

REPORT_TITLE = N_("Problem parcel")

NO_THREAD = N_(
    "A problem parcel is reported in the thread of its handover: open the thread below the FE's card "
    "and choose the shortcut on a message there, or press the button on the card."
)
NEEDS_ID = N_("Type or choose a tracking id.")
NEEDS_KIND = N_("Choose what is wrong.")


def report_button(handover: Handover) -> ButtonElement:
    """For the card."""
    return ButtonElement(text=cut(_("Report a problem parcel"), 75), action_id=ids.REPORT, value=handover.id)


# ---- reporting -------------------------------------------------------------------------------------------------------


def report_form(form: ReportForm) -> View:
    """Asks which parcel, what is wrong, and for a note."""
    state = ids.ModalState(handover=form.handover.id, channel=form.location.channel)
    kinds = [Option(value=kind.value, label=cut(_(KINDS[kind]), 75)) for kind in REPORTABLE]
    return View(
        type="modal",
        title=cut(_(REPORT_TITLE), 24),
        callback_id=ids.REPORT_FORM,
        submit=cut(_("Report"), 24),
        close=cut(_("Not yet"), 24),
        private_metadata=state.dump(),
        blocks=[
            section(f"{fe(form.handover)} · {esc(form.location.name)}"),
            InputBlock(
                block_id=ids.PARCEL,
                label=_("Tracking id"),
                hint=_(
                    "Type a part of it and choose. An id that is on no list can be chosen too, if it is typed whole."
                ),
                element=ExternalDataSelectElement(
                    action_id=ids.PARCEL, placeholder=_("Tracking id"), min_query_length=1
                ),
            ),
            InputBlock(
                block_id=ids.PROBLEM_KIND,
                label=_("What is wrong?"),
                element=StaticSelectElement(action_id=ids.PROBLEM_KIND, placeholder=_("Choose one"), options=kinds),
            ),
            InputBlock(
                block_id=ids.NOTE,
                label=_("Note"),
                hint=_("Photos: drop them into the thread, with the tracking id in the message."),
                optional=True,
                element=PlainTextInputElement(action_id=ids.NOTE, multiline=True, max_length=LONGEST_NOTE),
            ),
        ],
    )


def parcel_options(suggested: Suggested) -> list[dict[str, object]]:
    """What the tracking-id field offers, as JSON: what is known first, and what is not says so of itself."""
    options = [(one, cut(one, 75)) for one in suggested.known[:99] if one.strip()]
    if suggested.unknown:
        said = (
            _("{parcel}: too short for a tracking id") if suggested.too_short else _("{parcel}: not on this FE's list")
        )
        options.append((suggested.unknown, said.format(parcel=cut(suggested.unknown, 30))))
    return [
        Option(value=one[:LONGEST_ID], text=PlainTextObject(text=cut(text, 75), emoji=False)).to_dict()
        for one, text in options
    ]


def too_short(parcel: str) -> str:
    """Why what was chosen can't be reported."""
    return _("{parcel} is too short for a tracking id. Type more of it, or choose the parcel from the list.").format(
        parcel=cut(parcel, 30)
    )


def report_kept(reported: Reported, zone: tzinfo, now: datetime) -> View:
    """What was kept, and until when to claim."""
    claim = reported.claim
    first = _("✅ Saved: {parcel}.") if reported.new else _("{parcel} was saved before, just like this.")
    lines = [first.format(parcel=ident(claim.tracking_id))]
    lines.append(capital(reasons(claim)))
    until = _("Claim for it by *{due}*.")
    if claim.due_at <= now:
        until = _("⚠️ The time to claim for it was over on *{due}*. Try today all the same.")
    lines.append(until.format(due=date_time(claim.due_at, zone)))
    return _said(_(REPORT_TITLE), *lines)


# ---- replies in the thread -------------------------------------------------------------------------------------------


def reported_reply(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """Somebody reported a problem parcel."""
    d = entry.detail
    lines = [
        _("🚩 {who} reported {parcel}: *{kind}*.").format(
            who=who(entry.by), parcel=ident(d["tracking_id"]), kind=kind_word(d["kind"])
        )
    ]
    if d.get("note"):
        lines.append(f"“{esc(d['note'], LONGEST_NOTE)}”")
    lines.append(_("Drop photos of it here, with the tracking id in the message."))
    return with_button(beginning("\n".join(lines), 3000), d["claim"])


def remark(shipment: Shipment) -> str:
    """What the open-box check said, for the list of parcels to be set aside."""
    return _("open-box check: {remark}").format(remark=esc(shipment.obd_remark, 200))


# ---- parts -----------------------------------------------------------------------------------------------------------


def _said(title: str, *lines: str) -> View:
    return View(type="modal", title=cut(title, 24), blocks=sections(lines), close=cut(pgettext("window", "Close"), 24))
