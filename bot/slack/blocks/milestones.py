"""The replies in a thread: what happened, by whom, when. Never a code."""

from datetime import datetime, tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.i18n import _, ngettext, number, span
from bot.slack.blocks.approvals import asked_reply, given_reply
from bot.slack.blocks.claims import claim_due_reply, claim_waits_reply, claimed_reply
from bot.slack.blocks.corrections import cleared, same_id, withdrawn
from bot.slack.blocks.expected import unexpected_reply
from bot.slack.blocks.own_scans import own_differs
from bot.slack.blocks.problems import remark, reported_reply
from bot.slack.blocks.reminders import reminder
from bot.slack.blocks.text import at, context, esc, ident, parcels, section, sections, who

_DUTY = (Happening.REMINDED, Happening.ESCALATED, Happening.TAKEN)
LISTED = 40
"""Problem parcels named in one reply; the card has the number of all."""


def milestone(
    handover: Handover, location: Location, entry: AuditEntry, problems: list[Shipment], zone: tzinfo, *, shared: bool
) -> list[Block]:
    """The blocks of one reply; `shared` says that several locations use the channel."""
    if entry.what in _DUTY:
        return reminder(handover, location, entry, zone, shared=shared)
    blocks = _BODIES[entry.what](handover, entry, problems, zone)
    where = f"{esc(location.name)} · " if shared else ""
    blocks.append(context(f"{where}{at(entry.at, zone, '{time_secs}')}"))
    return blocks


def problem_line(shipment: Shipment) -> str:
    """One parcel to be set aside, with its id to be copied and what is wrong."""
    wrong = []
    if shipment.rejected and shipment.reason:
        wrong.append(_("rejected: {reason}").format(reason=esc(shipment.reason, 200)))
    elif shipment.rejected:
        wrong.append(_("rejected"))
    if shipment.mismatched:
        wrong.append(
            _("wrong flyer ({captured} on the parcel, {actual} expected)").format(
                captured=ident(shipment.captured_flyer_id, 40), actual=ident(shipment.actual_flyer_id, 40)
            )
        )
    if shipment.obd_remarked:
        wrong.append(remark(shipment))
    return f"• {ident(shipment.tracking_id)} {', '.join(wrong)}"


def _scanning(_h: Handover, _entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    return [
        section(
            _(
                "🔵 Scanning has begun. Count the parcels as they come: "
                "from the End OTC page on nothing more can be scanned."
            )
        )
    ]


def _closing(h: Handover, _entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    said = _("🟠 The FE is on the End OTC page; nothing can be scanned any more. Press *End OTC*.")
    if h.counted is None:
        said = _("🟠 The FE is on the End OTC page; nothing can be scanned any more. Count, then press *End OTC*.")
    elif h.missing_by_count:
        said = _(
            "🟠 The FE is on the End OTC page; nothing can be scanned any more. Count again, then press *End OTC*."
        )
    return [section(said)]


def _set_aside(_h: Handover, _entry: AuditEntry, problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    if not problems:
        return [section(_("Nothing to set aside any more: Flipkart no longer lists those parcels."))]
    lines = [_("⚠️ *Set aside {parcels}* before the End OTC:").format(parcels=parcels(len(problems)))]
    lines += [problem_line(shipment) for shipment in problems[:LISTED]]
    if len(problems) > LISTED:
        lines.append(_("and {n} more").format(n=number(len(problems) - LISTED)))
    return sections(lines)


def _start(_h: Handover, entry: AuditEntry, _problems: list[Shipment], zone: tzinfo) -> list[Block]:
    sentence = _("🔑 {who} took the Start OTC.")
    if entry.detail.get("again"):
        sentence = _("🔑 {who} took a *new* Start OTC; the old one stopped working.")
    sentences = [sentence.format(who=who(entry.by))]
    until = entry.detail.get("until")
    if until:
        sentences.append(_("It works until {time}.").format(time=at(datetime.fromisoformat(until), zone)))
    return [section(" ".join(sentences))]


def _rotated(_h: Handover, _entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    return [
        section(
            _(
                "🔑 Flipkart replaced this FE's Start OTC when somebody took a code for another FE. "
                "The old code stopped working: press *Start OTC* again."
            )
        )
    ]


def _count(h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    counted, scanned = entry.detail["counted"], entry.detail["scanned"]
    done = h.closing_at is not None and h.closing_at <= entry.at
    sentence = _("🧮 {who} counted *{parcels}*, {n} scanned so far.")
    if done:
        sentence = _("🧮 {who} counted *{parcels}*, {n} scanned.")
    said = sentence.format(who=who(entry.by), parcels=parcels(counted), n=number(scanned))
    return [section(f"{said} {_verdict(counted, scanned, done=done)}")]


def _verdict(counted: int, scanned: int, *, done: bool) -> str:
    """A hand count against the scans, and what to do about a difference; `done` says that the FE can scan no more."""
    n = abs(scanned - counted)
    if not n:
        return _("✅ The same.")
    said = ngettext(
        "⚠️ *{parcels} counted but not scanned*: ask the FE to scan it before they finish.",
        "⚠️ *{parcels} counted but not scanned*: ask the FE to scan them before they finish.",
        n,
    )
    if scanned > counted:
        said = ngettext(
            "⚠️ *{n} missing*: look for it before the End OTC.",
            "⚠️ *{n} missing*: look for them before the End OTC.",
            n,
        )
    elif done:
        said = ngettext(
            "⚠️ *{parcels} counted but not scanned*, and the FE can't scan any more: "
            "keep it apart, note its id, report it in Seller Hub.",
            "⚠️ *{parcels} counted but not scanned*, and the FE can't scan any more: "
            "keep them apart, note their ids, report them in Seller Hub.",
            n,
        )
    return said.format(n=number(n), parcels=parcels(n))


def _end(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    d = entry.detail
    sentence = _("🔒 {who} took the End OTC: {counted}, scanned {n}.")
    if d.get("again"):
        sentence = _("🔒 {who} took the End OTC again: {counted}, scanned {n}.")
    counted = _("not counted") if d["counted"] is None else _("counted {n}").format(n=number(d["counted"]))
    lines = [sentence.format(who=who(entry.by), counted=counted, n=number(d["scanned"]))]
    if d.get("reason"):
        lines.append(_("The count differed; the reason given: “{reason}”").format(reason=esc(d["reason"], 500)))
    if d.get("total") is not None and d["total"] != d["scanned"]:
        lines.append(
            _("⚠️ Flipkart's own total is {total}, the bot has seen {n}.").format(
                total=number(d["total"]), n=number(d["scanned"])
            )
        )
    return sections(lines)


def _over(h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    d = entry.detail
    title = _("⚪ *The FE left without an End OTC.* Nothing was closed at Flipkart.")
    if entry.what is Happening.CLOSED:
        title = _("✅ *Closed.*")
    totals = [_("{n} scanned").format(n=number(d["scanned"])) if d["scanned"] else _("Nothing scanned")]
    if d["accepted"]:
        totals.append(_("{n} accepted").format(n=number(d["accepted"])))
    if d["rejected"]:
        totals.append(_("{n} rejected").format(n=number(d["rejected"])))
    by_hand = _("not counted by hand")
    if d["counted"] is not None:
        by_hand = _("{n} counted by hand").format(n=number(d["counted"]))
    times = [_("{length} on the dock").format(length=span(entry.at - h.arrived_at))]
    if h.scanning_at:
        scanning = (h.closing_at or entry.at) - h.scanning_at
        times.append(_("{length} until scanning began").format(length=span(h.scanning_at - h.arrived_at)))
        times.append(_("{length} of scanning").format(length=span(scanning)))
    return sections([title, _sentence([*totals, by_hand]), *_wrong_flyers(d["mismatched"]), _sentence(times)])


def _wrong_flyers(n: int) -> list[str]:
    """A line of its own: such a parcel is among those that were accepted or rejected, and not beside them."""
    if not n:
        return []
    line = ngettext("⚠️ Of these, {n} came in a wrong flyer.", "⚠️ Of these, {n} came in wrong flyers.", n)
    return [line.format(n=number(n))]


def _sentence(facts: list[str]) -> str:
    return _("{facts}.").format(facts=", ".join(facts))


def _reopened(h: Handover, _entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    back = _("↩️ {fe} is back; this handover goes on.")
    return [section(back.format(fe=esc(h.fe_name) or _("The FE")))]


_BODIES = {
    Happening.SCANNING: _scanning,
    Happening.CLOSING: _closing,
    Happening.PROBLEMS: _set_aside,
    Happening.CLEARED: cleared,
    Happening.WITHDRAWN: withdrawn,
    Happening.SAME_ID: same_id,
    Happening.START_OTC: _start,
    Happening.START_ROTATED: _rotated,
    Happening.COUNTED: _count,
    Happening.APPROVAL_ASKED: asked_reply,
    Happening.APPROVAL_GIVEN: given_reply,
    Happening.END_OTC: _end,
    Happening.CLOSED: _over,
    Happening.LEFT: _over,
    Happening.REOPENED: _reopened,
    Happening.OWN_DIFFERS: own_differs,
    Happening.UNEXPECTED: unexpected_reply,
    Happening.REPORTED: reported_reply,
    Happening.CLAIM_DUE: claim_due_reply,
    Happening.CLAIM_WAITS: claim_waits_reply,
    Happening.CLAIMED: claimed_reply,
}
