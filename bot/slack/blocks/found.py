"""What `/otc find` answers, and what `/otc help` lists."""

from collections.abc import Mapping
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import Block, DividerBlock

from bot.handover.find import MOST, Awaited, Found, Trace
from bot.handover.location import Location
from bot.handover.model import Stage
from bot.i18n import N_, _, date, date_time
from bot.lists.model import ExpectedRow
from bot.slack.blocks.claims import claim_state, with_button
from bot.slack.blocks.kinds import kind_word
from bot.slack.blocks.text import courier, esc, fe, ident, section, sections

USAGE = N_("Write the tracking id, or how it ends: `/otc find FMPP1234567890` or `/otc find 7890`.")
SERVES_NOTHING = N_(
    "You are not an operator of any dock here, so nothing is looked up for you. "
    "Ask whoever installed the bot to add you to *operators* in bot.toml, or ask an operator to look."
)
_STAGES = {
    Stage.WAITING: N_("the FE waits for the Start OTC"),
    Stage.SCANNING: N_("the FE is scanning"),
    Stage.CLOSING: N_("the FE is on the End OTC page"),
    Stage.CLOSED: N_("closed"),
    Stage.LEFT: N_("left without an End OTC"),
}


def found_text(found: Found) -> str:
    """What notifications and screen readers say."""
    told = _("{parcel}: found") if found.traces else _("{parcel}: never came")
    if found.alike:
        told = _("{parcel}: several parcels end with it")
    return told.format(parcel=esc(found.tracking_id, 100))


def found_blocks(found: Found, links: Mapping[str, str], zone: tzinfo, now: datetime) -> list[Block]:
    """Every handover in which the parcel was, the newest first; or that it never came.

    Args:
        found: what was found.
        links: by handover id the link to its thread, as far as Slack gave one.
        zone: in which times are shown.
        now: UTC.
    """
    blocks: list[Block] = []
    if found.alike:
        blocks += sections(_several(found, zone))
    for trace, location in found.traces:
        if blocks:
            blocks.append(DividerBlock())
        blocks += sections(_trace(trace, location, links.get(trace.handover.id), zone, now))
    if not (found.traces or found.alike):
        blocks += sections(_never(found))
    for claim, location in found.missed:
        line = _("🚨 Flipkart counts it as completed at {location}, and no FE had brought it. Claim: {claim}")
        said = line.format(location=esc(location.name), claim=claim_state(claim, zone, now))
        blocks += with_button(said, claim.id, claim.state)
    if found.unchecked:
        names = ", ".join(esc(location.name) for location in found.unchecked[:10])
        text = _("⚠️ Not searched: {locations}. Slack could not say whether you are an operator there; try again soon.")
        blocks.append(section(text.format(locations=names)))
    return blocks


def _several(found: Found, zone: tzinfo) -> list[str]:
    shown = found.alike[:MOST]
    more = len(found.alike) > MOST
    said = _("Several parcels end with {end}. Type more of the id: `/otc find` and the whole id.")
    lines = [said.format(end=ident(found.tracking_id, 100))]
    for one, location in shown:
        line = _("• {parcel}: expected at {location}, has not come")
        facts = {"parcel": ident(one.tracking_id, 100), "location": esc(location.name)}
        if one.handover is not None:
            line = _("• {parcel}: with {fe} at {location}, arrived {when}")
            facts |= {"fe": fe(one.handover), "when": date_time(one.handover.arrived_at, zone)}
        lines.append(line.format(**facts))
    return [*lines, "…"] if more else lines


def _trace(trace: Trace, location: Location, link: str | None, zone: tzinfo, now: datetime) -> list[str]:
    h = trace.handover
    lines = [
        _("*{parcel}* came to *{location}*").format(parcel=ident(trace.tracking_id, 100), location=esc(location.name))
        if trace.shipment
        else _("*{parcel}* was not scanned by the FE at *{location}*").format(
            parcel=ident(trace.tracking_id, 100), location=esc(location.name)
        )
    ]
    lines.append(
        _("With {fe} · {courier} · task {task} · arrived {when} · {stage}").format(
            fe=fe(h),
            courier=courier(h),
            task=ident(h.task_id),
            when=date_time(h.arrived_at, zone),
            stage=_(_STAGES[h.stage]),
        )
    )
    if trace.shipment:
        lines.append(_scan(trace, zone))
    lines += _told(trace.told)
    if trace.seen_at:
        lines.append(_("Seen by us: {when}").format(when=date_time(trace.seen_at, zone)))
    elif h.own_whole:
        lines.append(_("⚠️ Never seen by us, although we scanned in this handover."))
    if trace.claim:
        kinds = ", ".join(kind_word(kind) for kind, _note in trace.claim.reasons)
        lines.append(_("Problem: {kinds}; {claim}").format(kinds=kinds, claim=claim_state(trace.claim, zone, now)))
    if link:
        lines.append(f"<{link}|{_('Open the thread')}>")
    return lines


def _scan(trace: Trace, zone: tzinfo) -> str:
    parcel = trace.shipment
    if parcel is None:
        return ""
    when = parcel.scanned_at or trace.first_seen
    status = esc(parcel.status) or "–"
    if parcel.accepted:
        status = _("accepted")
    elif parcel.rejected:
        status = _("rejected")
    text = _("Scanned by the FE: {when}, {status}").format(when=date_time(when, zone) if when else "–", status=status)
    return f"{text} ({esc(parcel.reason, 200)})" if parcel.reason else text


def _told(told: ExpectedRow | None) -> list[str]:
    """Which return it is, where a list or Flipkart says it."""
    if told is None:
        return []
    facts = []
    if told.instead:
        known = _("listed as {id}, known by its shipment")
        if told.matched_by == "forward":
            known = _("listed as {id}, known by the id it went out under")
        facts.append(known.format(id=ident(told.instead, 100)))
    if told.return_id:
        facts.append(_("Return {id}").format(id=ident(told.return_id, 100)))
    if told.order_item_id:
        facts.append(_("order item {id}").format(id=ident(told.order_item_id, 100)))
    if told.reason:
        facts.append(_("reason: {reason}").format(reason=esc(told.reason, 200)))
    return [" · ".join(facts)] if facts else []


def _never(found: Found) -> list[str]:
    names = ", ".join(f"*{esc(location.name)}*" for location in found.searched[:10])
    lines = [
        _("{parcel} never came to {locations}, as far as the bot has seen.").format(
            parcel=ident(found.tracking_id, 100), locations=names
        )
    ]
    for one, location in found.awaited:
        lines += [_awaited(one, location), *_told(one.told)]
    if not found.awaited:
        lines.append(_("Check the id for a typing mistake, or look for it in Seller Hub."))
    return lines


def _awaited(one: Awaited, location: Location) -> str:
    if one.expected_on:
        return _("It is on the list of {location}, expected on {day}.").format(
            location=esc(location.name), day=date(one.expected_on)
        )
    return _("It is on the list of {location}.").format(location=esc(location.name))
