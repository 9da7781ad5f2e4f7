"""What a receipt says in words, in the language of the task: the verdict, the events, what is wrong with a parcel."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from bot.handover.events import Detail, Happening
from bot.handover.model import AuditEntry, Handover, Shipment, Stage
from bot.i18n import N_, NC_, _, money, ngettext, number
from bot.record.receipt import ProblemParcel, Receipt
from bot.record.totals import flipkarts_figures
from bot.text import shortened, visible

LONGEST = 600
"""Signs of a text from outside that are shown; the data and the tables have it whole."""

EVENTS = {
    Happening.ARRIVED: N_("FE arrived"),
    Happening.SCANNING: N_("Scanning began"),
    Happening.CLOSING: N_("End OTC page opened"),
    Happening.STATUS: N_("Status changed"),
    Happening.PROBLEMS: N_("Parcels to be set aside"),
    Happening.START_OTC: N_("Start OTC taken"),
    Happening.START_ROTATED: N_("Start OTC replaced by Flipkart"),
    Happening.COUNTED: N_("Counted by hand"),
    Happening.APPROVAL_ASKED: N_("A second person has to agree"),
    Happening.APPROVAL_GIVEN: N_("A second person has answered"),
    Happening.END_OTC: N_("End OTC taken"),
    Happening.CLOSED: N_("Handover closed"),
    Happening.LEFT: N_("FE left without an End OTC"),
    Happening.REOPENED: N_("FE came back"),
    Happening.ASKED: N_("Code asked for"),
    Happening.CLEARED: N_("No longer to be set aside"),
    Happening.WITHDRAWN: N_("Withdrawn by Flipkart"),
    Happening.SAME_ID: N_("One tracking id, several shipments"),
    Happening.REFUSED: N_("Refused"),
    Happening.TALLIED: N_("Running hand count"),
    Happening.OWN_SCAN: N_("Scanned by the seller"),
    Happening.OWN_TAKEN_BACK: N_("The seller's scans taken back in the thread"),
    Happening.OWN_MEANT: N_("The seller scans every parcel"),
    Happening.OWN_DIFFERS: N_("The seller's scan differs"),
    Happening.UNEXPECTED: N_("Parcels not on your list"),
    Happening.LISTED: N_("List of expected parcels read"),
    Happening.LIST_TAKEN_BACK: N_("List of expected parcels taken back"),
    Happening.REPORTED: N_("Problem parcel reported"),
    Happening.CLAIM_DUE: N_("Reminded to claim"),
    Happening.CLAIM_WAITS: N_("Reminded to save the answer to a claim"),
    Happening.CLAIMED: N_("Claim"),
    Happening.PROOF: N_("Proof of a claim asked for"),
    Happening.CAME: N_("Parcels came after all"),
    Happening.REMINDED: N_("Reminder"),
    Happening.ESCALATED: N_("Nobody has taken it: others are told"),
    Happening.TAKEN: N_("Somebody is on it"),
}
NAMED = 20
"""Parcels that one line names; the tables and the data have all of them."""
CODES = {
    "start": N_("Start OTC asked for"),
    "end": N_("End OTC asked for"),
    "fixed": N_("Fixed code asked for"),
}
CLAIM_STATES = {
    "accepted": N_("accepted by Flipkart"),
    "rejected": N_("rejected by Flipkart"),
    "reopened": N_("contested"),
    "paid": N_("paid by Flipkart"),
}
"""What stands beside a claim that was raised."""
STATUSES = {"accepted": N_("accepted"), "rejected": N_("rejected")}
KINDS = {
    "rejected": N_("rejected"),
    "flyer": N_("wrong flyer"),
    "open_box": N_("open-box remark"),
    "unseen": N_("scanned by the FE, not seen by us"),
    "damaged": N_("damaged"),
    "wrong_item": N_("wrong item"),
    "empty": N_("empty"),
    "swapped_flyer": N_("wrong flyer"),
    "missing": NC_("parcel", "missing"),
    "never_came": N_("completed at Flipkart, never came"),
    "other": N_("other"),
}


def shown(text: str, most: int = LONGEST) -> str:
    """A text from outside as one line of what can be seen, cut with an ellipsis."""
    return shortened(visible(text), most)


def parcels(n: int) -> str:
    """A number of parcels."""
    return ngettext("{n} parcel", "{n} parcels", n).format(n=number(n))


def verdict(receipt: Receipt) -> str:
    """Count against scans, and how it ended, in one or a few sentences."""
    h = receipt.handover
    return " ".join([compared(h), *_flipkarts(receipt), ended(receipt)])


def compared(h: Handover) -> str:
    """The hand count against the scans."""
    if h.counted is None:
        return _("Nobody counted by hand; {scanned} scanned.").format(scanned=parcels(h.scanned))
    both = {"counted": number(h.counted), "scanned": number(h.scanned)}
    more = h.scanned - h.counted
    if more == 0:
        return _("Counted {counted}, scanned {scanned}: the same.").format(**both)
    if more > 0:
        return _("Counted {counted}, scanned {scanned}: {n} missing.").format(n=number(more), **both)
    return ngettext(
        "Counted {counted}, scanned {scanned}: {n} parcel counted but not scanned.",
        "Counted {counted}, scanned {scanned}: {n} parcels counted but not scanned.",
        -more,
    ).format(n=number(-more), **both)


def _flipkarts(receipt: Receipt) -> list[str]:
    text = _("{what}: {n} at Flipkart, {own} here.")
    return [
        text.format(what=_(one.name), n=number(one.flipkart), own=number(one.own))
        for one in flipkarts_figures(receipt)
        if one.differs
    ]


def ended(receipt: Receipt) -> str:
    """Who closed it, and with which reason; or that nobody did."""
    h = receipt.handover
    if h.stage is not Stage.CLOSED:
        return _("The FE left without an End OTC; nothing was closed at Flipkart.")
    name = shown(receipt.name(h.end_otc_by), 80) or _("somebody")
    if h.end_reason:
        return _("Closed by {name} with the reason “{reason}”.").format(name=name, reason=shown(h.end_reason))
    return _("Closed by {name}.").format(name=name)


def confirmed(receipt: Receipt) -> str:
    """How many of the parcels Flipkart counts as returned, as known when it was read; empty for nothing to say."""
    h = receipt.handover
    if receipt.as_of is None or not h.brought or (not h.confirmed and h.stage is not Stage.CLOSED):
        return ""
    known = {"parcels": parcels(h.brought), "time": when(receipt.as_of, receipt)}
    if not h.confirmed:
        return _("Not yet confirmed by Flipkart as returned: {parcels}, as of {time}.").format(**known)
    n = number(min(h.confirmed, h.brought))
    return _("Confirmed by Flipkart as returned: {n} of {parcels}, as of {time}.").format(n=n, **known)


def event(entry: AuditEntry) -> str:
    """What happened, in a few words."""
    d = entry.detail
    if entry.what is Happening.ASKED:
        return _(CODES.get(str(d.get("kind")), EVENTS[Happening.ASKED]))
    if entry.what is Happening.START_OTC and d.get("again"):
        return _("New Start OTC taken")
    if entry.what is Happening.END_OTC and d.get("again"):
        return _("End OTC taken again")
    word = EVENTS.get(entry.what)
    return _(word) if word else shown(str(entry.what), 60)


def milestones(entries: Sequence[AuditEntry]) -> list[AuditEntry]:
    """The entries for paper: the tables have all of them.

    The seller's scans stand beside the parcels, and of one person's additions to the running count, the last is enough.
    """
    kept: list[AuditEntry] = []
    for entry in entries:
        if entry.what is Happening.OWN_SCAN:
            continue
        if kept and entry.what is Happening.TALLIED and (kept[-1].what, kept[-1].by) == (entry.what, entry.by):
            kept.pop()
        kept.append(entry)
    return kept


def particulars(entry: AuditEntry) -> str:
    """The numbers and texts of an event. Only what is known by name is taken from its detail; never a code."""
    d = entry.detail
    said = []
    if entry.what in (Happening.COUNTED, Happening.END_OTC, Happening.CLOSED, Happening.LEFT):
        labels = (("counted", _("counted {n}")), ("scanned", _("scanned {n}")))
        said += [label.format(n=number(d[name])) for name, label in labels if _is_number(d.get(name))]
    if entry.what is Happening.END_OTC and _is_number(d.get("total")):
        said.append(_("Flipkart's total {n}").format(n=number(d["total"])))
    if entry.what in (Happening.END_OTC, Happening.APPROVAL_ASKED) and d.get("reason"):
        said.append(_("reason: “{text}”").format(text=shown(str(d["reason"]))))
    if entry.what is Happening.OWN_TAKEN_BACK and _is_number(d.get("unsaid")):
        said.append(parcels(d["unsaid"]))
    if entry.what is Happening.PROBLEMS and isinstance(d.get("tracking_ids"), list):
        said.append(parcels(len(d["tracking_ids"])))
    if entry.what in (Happening.CLEARED, Happening.WITHDRAWN, Happening.SAME_ID):
        said += [shown(str(one)) for one in d.get("tracking_ids", [])[:NAMED]]
    if entry.what in (Happening.ARRIVED, Happening.STATUS, Happening.REOPENED) and d.get("status"):
        said.append(_("status “{text}”").format(text=shown(str(d["status"]), 80)))
    if entry.what is Happening.TALLIED and _is_number(d.get("running")):
        said.append(_("{n} so far").format(n=number(d["running"])))
    if entry.what in (Happening.REPORTED, Happening.CLAIMED, Happening.PROOF) and d.get("tracking_id"):
        said.append(shown(str(d["tracking_id"])))
    if (more := _MORE.get(entry.what)) is not None:
        said += more(d)
    if entry.what is Happening.REFUSED:
        said.append(
            _("rights could not be checked")
            if d.get("why") == "RightsUnknown"
            else _("not an operator of the location")
        )
        if _is_number(d.get("times")):
            said.append(ngettext("{n} time more", "{n} times more", d["times"]).format(n=number(d["times"])))
    return ", ".join(said)


def _claim_step(d: Detail) -> list[str]:
    """A step of claims; of before there were states, one parcel was claimed for at a time."""
    said = [shown(str(one.get("tracking_id", ""))) for one in d.get("claims", [])[:NAMED]]
    said.append(_(CLAIM_STATES.get(str(d.get("state")), N_("claimed"))))
    said += [money(d[name]) for name in ("amount", "paid") if _is_number(d.get(name))]
    return said


def _word(d: Detail) -> list[str]:
    """What a second person said."""
    return [_("agreed") if d.get("word") == "granted" else _("refused")]


def _step(d: Detail) -> list[str]:
    """Which step it was, and how long it had waited."""
    if not (_is_number(d.get("step")) and _is_number(d.get("minutes"))):
        return []
    minutes = ngettext("{n} minute", "{n} minutes", d["minutes"]).format(n=number(d["minutes"]))
    return [_("step {n}").format(n=number(d["step"])), minutes]


_MORE: dict[Happening, Callable[[Detail], list[str]]] = {
    Happening.ESCALATED: _step,
    Happening.CLAIMED: _claim_step,
    Happening.APPROVAL_GIVEN: _word,
}


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def status(shipment: Shipment) -> str:
    """The status as people say it, or Flipkart's word where it is another one."""
    word = "accepted" if shipment.accepted else "rejected" if shipment.rejected else ""
    return _(STATUSES[word]) if word else shown(shipment.status, 60) or "–"


def flyer(shipment: Shipment) -> str:
    """The flyer on the parcel, and beside it the one it should carry if that is another."""
    expected, captured = shown(shipment.actual_flyer_id, 80), shown(shipment.captured_flyer_id, 80)
    if not shipment.mismatched:
        return captured or expected or shown(shipment.flyer_status, 60) or "–"
    if not (expected and captured):
        return _("does not match: {found}").format(found=captured or expected or shown(shipment.flyer_status, 60))
    return _("{found}, not {expected}").format(found=captured, expected=expected)


def facts(receipt: Receipt, shipment: Shipment | None) -> list[str]:
    """What is known of a problem parcel from the FE's scan; a parcel may also never have been scanned."""
    if shipment is None:
        return [_("Not scanned by the FE")]
    scanned = _("Scanned by the FE {time}, {status}").format(
        time=when(shipment.scanned_at, receipt), status=status(shipment)
    )
    known = shipment.actual_flyer_id or shipment.captured_flyer_id
    if known and not shipment.mismatched:
        scanned += ", " + _("flyer {flyer}").format(flyer=flyer(shipment))
    return [scanned, *wrong(shipment)]


def wrong(shipment: Shipment) -> list[str]:
    """Everything that is wrong with a parcel by what Flipkart says of it."""
    lines = []
    if shipment.rejected and shipment.reason:
        lines.append(_("Rejected: {reason}").format(reason=shown(shipment.reason, 300)))
    elif shipment.rejected:
        lines.append(_("Rejected without a reason"))
    if shipment.mismatched:
        lines.append(_("Wrong flyer: {flyer}").format(flyer=flyer(shipment)))
    if shipment.obd_remarked:
        lines.append(_("Open box: {remark}").format(remark=shown(shipment.obd_remark, 300)))
    return lines


def reported(receipt: Receipt, one: ProblemParcel) -> str:
    """What a person reported of a parcel, or what came in by itself."""
    what = _(KINDS[one.kind]) if one.kind in KINDS else shown(one.kind, 80) or _("problem")
    note = f": “{shown(one.note)}”" if one.note else ""
    if not one.reported_by:
        return f"{what}{note} ({_('noted by the bot, {time}').format(time=when(one.at, receipt))})"
    by = _("reported by {name}, {time}").format(
        name=shown(receipt.name(one.reported_by), 80), time=when(one.at, receipt)
    )
    return f"{what}{note} ({by})"


def claimed(receipt: Receipt, one: ProblemParcel) -> str:
    """Whether the parcel was claimed, when, and under which number."""
    if one.claimed_at is None:
        return _("Not claimed when this was printed")
    at = when(one.claimed_at, receipt)
    line = _("Claimed {time}").format(time=at)
    if one.reference:
        line = _("Claimed {time}, reference {reference}").format(time=at, reference=shown(one.reference, 120))
    parts = [line] if one.amount is None else [line, money(one.amount)]
    if one.state in CLAIM_STATES:
        parts.append(f"{_(CLAIM_STATES[one.state])} {when(one.state_at, receipt)}")
    if one.paid is not None and one.state in ("paid", "reopened"):
        parts.append(money(one.paid))
    return ", ".join(parts)


def when(moment: datetime | None, receipt: Receipt) -> str:
    """The time in the receipt's zone, with seconds; with the day where it is not the day of the arrival."""
    if moment is None:
        return "–"
    local = moment.astimezone(receipt.zone)
    same = local.date() == receipt.handover.arrived_at.astimezone(receipt.zone).date()
    return local.strftime("%H:%M:%S" if same else "%Y-%m-%d %H:%M:%S")


FORGOTTEN = {
    "names": N_("the FE's name"),
    "photos": N_("the pictures"),
}


def forgotten(receipt: Receipt) -> str:
    """What was forgotten of the record since its hash was taken; empty for nothing."""
    what = [_(FORGOTTEN[one]) for one in receipt.forgotten if one in FORGOTTEN]
    if not what:
        return ""
    said = _("Kept for as long as the settings say, and forgotten: {what}. The SHA-256 is that of the whole record.")
    return said.format(what=", ".join(what))


def zone_name(moment: datetime, zone: tzinfo) -> str:
    """The zone as it is written under times, such as ``IST (UTC+05:30)``."""
    local = moment.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local.tzname()} (UTC{offset[:3]}:{offset[3:5]})"
