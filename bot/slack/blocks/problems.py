"""Problem parcels and claims: the modals, the replies in the thread, the list on the board."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ExternalDataSelectElement,
    InputBlock,
    Option,
    PlainTextInputElement,
    PlainTextObject,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.views import View

from bot.handover.claims import LONGEST_ID, LONGEST_NOTE, LONGEST_REFERENCE, REPORTABLE, Claim, Kind, days_until
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.handover.problems import ClaimForm, OpenClaims, Reported, ReportForm, Suggested
from bot.i18n import N_, _, date_time, ngettext, number
from bot.slack import ids
from bot.slack.blocks.text import at, cut, esc, fe, ident, mrkdwn, parcels, section, sections, who

REPORT_TITLE = N_("Problem parcel")
CLAIM_TITLE = N_("Mark claimed")
LISTED = 10
"""Claims with a button of their own in one reminder: a message has 50 blocks."""
ON_BOARD = 20

KINDS = {
    Kind.REJECTED: N_("rejected"),
    Kind.FLYER: N_("flyer does not match"),
    Kind.OPEN_BOX: N_("open-box remark"),
    Kind.UNSEEN: N_("scanned by the FE, not seen by us"),
    Kind.DAMAGED: N_("damaged"),
    Kind.WRONG_ITEM: N_("wrong item"),
    Kind.EMPTY: N_("empty"),
    Kind.SWAPPED_FLYER: N_("swapped flyer"),
    Kind.MISSING: N_("missing"),
    Kind.OTHER: N_("other"),
}
UNKNOWN_CLAIM = N_("This claim is no longer known here. Use the newest message in the thread.")
NO_THREAD = N_(
    "A problem parcel is reported in the thread of its handover: open the thread below the FE's card "
    "and choose the shortcut on a message there, or press the button on the card."
)
NEEDS_ID = N_("Type or choose a tracking id.")
NEEDS_KIND = N_("Choose what is wrong.")
NEEDS_REFERENCE = N_("Type the number that Seller Hub gave the claim.")


def kind_word(kind: str) -> str:
    """A kind of problem in the reader's language; an unknown one as it is."""
    return _(KINDS[Kind(kind)]) if kind in {one.value for one in Kind} else esc(kind)


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
        close=cut(_("Cancel"), 24),
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
                element=StaticSelectElement(action_id=ids.PROBLEM_KIND, placeholder=_("What is wrong?"), options=kinds),
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
            _("{parcel}: too short for a tracking id")
            if suggested.too_short
            else _("{parcel}: on no list, not scanned")
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
    first = _("✅ {parcel} is on record.") if reported.new else _("{parcel} was on record already, just like this.")
    lines = [first.format(parcel=ident(claim.tracking_id))]
    lines += [_reasons(claim)]
    until = _("Claim for it until *{due}*.")
    if claim.due_at <= now:
        until = _("⚠️ The time to claim for it was over on *{due}*. Try today all the same.")
    lines.append(until.format(due=date_time(claim.due_at, zone)))
    return _said(_(REPORT_TITLE), *lines)


# ---- claiming --------------------------------------------------------------------------------------------------------


def claim_form(form: ClaimForm, zone: tzinfo) -> View:
    """Asks for the reference of a claim that was made; or says who made it."""
    claim = form.claim
    if claim.claimed:
        return claim_kept(claim, zone, new=False)
    about = f"{ident(claim.tracking_id)} · {fe(form.handover)} · {esc(form.location.name)}\n{_reasons(claim)}"
    return View(
        type="modal",
        title=cut(_(CLAIM_TITLE), 24),
        callback_id=ids.CLAIM_FORM,
        submit=cut(_("Mark claimed"), 24),
        close=cut(_("Cancel"), 24),
        private_metadata=ids.ClaimState(claim=claim.id, channel=form.location.channel).dump(),
        blocks=[
            section(about),
            InputBlock(
                block_id=ids.REFERENCE,
                label=_("Reference of the claim"),
                hint=_("The number that Seller Hub gave it."),
                element=PlainTextInputElement(
                    action_id=ids.REFERENCE, min_length=1, max_length=LONGEST_REFERENCE, focus_on_load=True
                ),
            ),
        ],
    )


def claim_kept(claim: Claim, zone: tzinfo, *, new: bool) -> View:
    """The claim is marked, now or before."""
    said = _("✅ {parcel} is marked as claimed, reference {reference}.")
    if not new:
        said = _("{parcel} was marked as claimed before, by {who} on {when}, reference {reference}.")
    when = date_time(claim.claimed_at, zone) if claim.claimed_at else "–"
    line = said.format(
        parcel=ident(claim.tracking_id), reference=ident(claim.reference, 100), who=who(claim.claimed_by), when=when
    )
    return _said(_(CLAIM_TITLE), line)


def claim_unknown() -> View:
    """There is no such claim."""
    return _said(_(CLAIM_TITLE), _(UNKNOWN_CLAIM))


def claim_button(claim_id: str) -> ButtonElement:
    """For each claim that waits."""
    return ButtonElement(text=cut(_("Mark claimed"), 75), action_id=ids.MARK_CLAIMED, value=claim_id)


def claim_state(claim: Claim, zone: tzinfo, now: datetime) -> str:
    """How far a claim is, in one line."""
    if claim.claimed_at is not None:
        return _("claimed by {who} on {when}, reference {reference}").format(
            who=who(claim.claimed_by), when=date_time(claim.claimed_at, zone), reference=ident(claim.reference, 100)
        )
    if claim.due_at <= now:
        return _("⚠️ not claimed; the time was over on {due}").format(due=date_time(claim.due_at, zone))
    return _("not claimed yet: {left}, until {due}").format(
        left=_left(claim.days_left(now)), due=date_time(claim.due_at, zone)
    )


def open_claims(claims: OpenClaims, now: datetime, most: int = ON_BOARD) -> list[Block]:
    """The board's list: which claims nobody has made, by location, with the days that are left; `most` of them."""
    blocks: list[Block] = []
    shown = 0
    for location, theirs in claims.docks:
        some = theirs[: max(0, most - shown)]
        shown += len(some)
        head = _("*Claims at {location}* ({n})").format(location=esc(location.name), n=number(len(theirs)))
        blocks.append(section(head))
        for claim in some:
            left = claim.days_left(now)
            text = (
                f"{ident(claim.tracking_id)} {kind_word(claim.kind)} · {_left(left) if left else _('⚠️ time is over')}"
            )
            blocks.append(SectionBlock(text=mrkdwn(text), accessory=claim_button(claim.id)))
        if len(theirs) > len(some):
            more = _("and {n} more; `/otc find` tells of each").format(n=number(len(theirs) - len(some)))
            blocks.append(section(more))
    return blocks


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
    return [
        SectionBlock(text=mrkdwn("\n".join(lines)[:3000]), accessory=claim_button(d["claim"])),
    ]


def claim_due_reply(_h: Handover, entry: AuditEntry, _problems: list[Shipment], zone: tzinfo) -> list[Block]:
    """The time to claim is running out."""
    d = entry.detail
    due = datetime.fromisoformat(d["due"])
    left = days_until(due, entry.at)
    head = _("⏰ *Claim for {parcels}*: {left}, until {due}.").format(
        parcels=parcels(d["number"]), left=_left(left), due=at(due, zone, "{date_short_pretty} {time}")
    )
    blocks: list[Block] = [section(head)]
    for one in d["claims"][:LISTED]:
        text = f"{ident(one['tracking_id'])} {kind_word(one['kind'])}"
        blocks.append(SectionBlock(text=mrkdwn(text), accessory=claim_button(one["id"])))
    rest = [ident(one["tracking_id"]) for one in d["claims"][LISTED:]]
    if rest:
        blocks += sections([_("And: {parcels}").format(parcels=", ".join(rest))])
    return blocks


def claimed_reply(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """Somebody claimed."""
    d = entry.detail
    return [
        section(
            _("📨 {who} claimed for {parcel}, reference {reference}.").format(
                who=who(entry.by), parcel=ident(d["tracking_id"]), reference=ident(d["reference"], 100)
            )
        )
    ]


def remark(shipment: Shipment) -> str:
    """What the open-box check said, for the list of parcels to be set aside."""
    return _("open-box check: {remark}").format(remark=esc(shipment.obd_remark, 200))


# ---- photos ----------------------------------------------------------------------------------------------------------


def photos_kept(kept: int, tracking_id: str, refused: Sequence[tuple[str, str]]) -> list[str]:
    """What became of the photos in a message: how many are kept and for what, and which are not and why.

    Args:
        kept: how many.
        tracking_id: the parcel that they belong to; "" for the handover.
        refused: (name of the file, sentence to be translated) of the others.
    """
    lines = []
    if kept and tracking_id:
        said = ngettext("📷 The photo is kept for {parcel}.", "📷 {n} photos are kept for {parcel}.", kept)
        lines.append(said.format(n=number(kept), parcel=ident(tracking_id)))
    elif kept:
        said = ngettext(
            "📷 The photo is kept for this handover. Write a tracking id beside a photo to keep it for that parcel.",
            "📷 {n} photos are kept for this handover. Write a tracking id beside a photo to keep it for that parcel.",
            kept,
        )
        lines.append(said.format(n=number(kept)))
    lines += [f"{ident(name)}: {_(sentence)}" for name, sentence in refused]
    return lines


PHOTO_LATER = N_("Slack did not give the picture yet; it is fetched by itself in a minute.")


# ---- parts -----------------------------------------------------------------------------------------------------------


def _reasons(claim: Claim) -> str:
    parts = [
        f"{kind_word(kind)} (“{esc(note, LONGEST_NOTE)}”)" if note else kind_word(kind) for kind, note in claim.reasons
    ]
    return ", ".join(parts)


def _left(days: int) -> str:
    return ngettext("{n} day left", "{n} days left", days).format(n=number(days))


def _said(title: str, *lines: str) -> View:
    return View(type="modal", title=cut(title, 24), blocks=sections(lines), close=cut(_("Close"), 24))
