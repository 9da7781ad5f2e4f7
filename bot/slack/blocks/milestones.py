"""The replies in a thread: what happened, by whom, when. Never a code."""

from datetime import datetime, tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Happening, Shipment
from bot.slack.blocks.text import at, context, esc, ident, parcels, section, sections, span, who

LISTED = 40
"""Problem parcels named in one reply; the card has the number of all."""


def milestone(
    handover: Handover, location: Location, entry: AuditEntry, problems: list[Shipment], zone: tzinfo, *, shared: bool
) -> list[Block]:
    """The blocks of one reply; `shared` says that several locations use the channel."""
    blocks = _BODIES[entry.what](handover, entry, problems, zone)
    where = f"{esc(location.name)} · " if shared else ""
    blocks.append(context(f"{where}{at(entry.at, zone, '{time_secs}')}"))
    return blocks


def milestone_text(entry: AuditEntry, handover: Handover, location: Location) -> str:
    """What notifications and screen readers say."""
    return f"{esc(handover.fe_name) or esc(handover.fe_id)} at {esc(location.name)}: {_TITLES[entry.what]}"


def problem_line(shipment: Shipment) -> str:
    """One parcel to be set aside, with its id to be copied and what is wrong."""
    wrong = []
    if shipment.rejected:
        wrong.append(f"rejected{': ' + esc(shipment.reason, 200) if shipment.reason else ''}")
    if shipment.mismatched:
        ids = f"{ident(shipment.captured_flyer_id, 40)} on the parcel, {ident(shipment.actual_flyer_id, 40)} expected"
        wrong.append(f"flyer does not match ({ids})")
    return f"• {ident(shipment.tracking_id)} {', '.join(wrong)}"


_TITLES = {
    Happening.SCANNING: "scanning has begun",
    Happening.CLOSING: "on the End OTC page",
    Happening.PROBLEMS: "parcels to set aside",
    Happening.START_OTC: "Start OTC asked for",
    Happening.START_ROTATED: "the Start OTC was replaced",
    Happening.COUNTED: "counted by hand",
    Happening.END_OTC: "End OTC given out",
    Happening.CLOSED: "handover closed",
    Happening.LEFT: "left without an End OTC",
    Happening.REOPENED: "back on the dock",
}


def _scanning(_: Handover, __: AuditEntry, ___: list[Shipment], ____: tzinfo) -> list[Block]:
    return [
        section("🔵 Scanning has begun. Count the parcels as they come: after the End OTC page there is no way back.")
    ]


def _closing(h: Handover, _: AuditEntry, __: list[Shipment], ___: tzinfo) -> list[Block]:
    counted = "" if h.counted is not None else " Nobody has counted yet."
    return [
        section(f"🟠 The FE is on the End OTC page; nothing can be scanned any more.{counted} Count before the code.")
    ]


def _problems(_: Handover, __: AuditEntry, problems: list[Shipment], ___: tzinfo) -> list[Block]:
    lines = [f"⚠️ *Set aside {parcels(len(problems))}* before the End OTC:"]
    lines += [problem_line(shipment) for shipment in problems[:LISTED]]
    if len(problems) > LISTED:
        lines.append(f"and {len(problems) - LISTED} more")
    return sections(lines)


def _start(_: Handover, entry: AuditEntry, __: list[Shipment], zone: tzinfo) -> list[Block]:
    until = entry.detail.get("until")
    holds = f" It holds until {at(datetime.fromisoformat(until), zone)}." if until else ""
    what = "a *new* Start OTC; the one before no longer holds" if entry.detail.get("again") else "the Start OTC"
    return [section(f"🔑 {who(entry.by)} asked for {what}.{holds}")]


def _rotated(_: Handover, __: AuditEntry, ___: list[Shipment], ____: tzinfo) -> list[Block]:
    return [
        section(
            "🔑 Flipkart replaced this FE's Start OTC when a code for another FE was asked for. "
            "A code shown before no longer holds: press *Start OTC* again."
        )
    ]


def _count(_: Handover, entry: AuditEntry, __: list[Shipment], ___: tzinfo) -> list[Block]:
    counted, scanned = entry.detail["counted"], entry.detail["scanned"]
    return [
        section(
            f"🧮 {who(entry.by)} counted *{parcels(counted)}*, {scanned} scanned so far. {verdict(counted, scanned)}"
        )
    ]


def verdict(counted: int, scanned: int) -> str:
    """A hand count against the scans, and what to do about a difference."""
    if counted == scanned:
        return "✅ The same."
    if scanned > counted:
        return f"⚠️ *{parcels(scanned - counted)} scanned but not counted*: look for them before the End OTC."
    return f"⚠️ *{parcels(counted - scanned)} counted but not scanned*: ask the FE to scan them before they finish."


def _end(_: Handover, entry: AuditEntry, __: list[Shipment], ___: tzinfo) -> list[Block]:
    d = entry.detail
    again = " again" if d.get("again") else ""
    counted = "not counted" if d["counted"] is None else f"counted {d['counted']}"
    lines = [f"🔒 {who(entry.by)} was shown the End OTC{again}: {counted}, scanned {d['scanned']}."]
    if d.get("reason"):
        lines.append(f"The count differed; the reason given: “{esc(d['reason'], 500)}”")
    if d.get("total") is not None and d["total"] != d["scanned"]:
        lines.append(f"⚠️ Flipkart's own total is {d['total']}, the bot has seen {d['scanned']}.")
    return sections(lines)


def _over(h: Handover, entry: AuditEntry, _: list[Shipment], __: tzinfo) -> list[Block]:
    d = entry.detail
    closed = entry.what is Happening.CLOSED
    title = "✅ *Closed.*" if closed else "⚪ *The FE left without an End OTC.* Nothing was closed at Flipkart."
    totals = f"{d['scanned']} scanned, {d['accepted']} accepted, {d['rejected']} rejected, "
    totals += f"{d['mismatched']} with another flyer"
    counted = f", {d['counted']} counted by hand" if d["counted"] is not None else ", not counted by hand"
    times = [f"{span(entry.at - h.arrived_at)} on the dock"]
    if h.scanning_at:
        times.append(f"{span(h.scanning_at - h.arrived_at)} until scanning began")
        times.append(f"{span((h.closing_at or entry.at) - h.scanning_at)} of scanning")
    return sections([title, f"{totals}{counted}.", f"{', '.join(times)}."])


def _reopened(h: Handover, _: AuditEntry, __: list[Shipment], ___: tzinfo) -> list[Block]:
    return [section(f"↩️ {esc(h.fe_name) or 'The FE'} is back with the same task; this thread goes on.")]


_BODIES = {
    Happening.SCANNING: _scanning,
    Happening.CLOSING: _closing,
    Happening.PROBLEMS: _problems,
    Happening.START_OTC: _start,
    Happening.START_ROTATED: _rotated,
    Happening.COUNTED: _count,
    Happening.END_OTC: _end,
    Happening.CLOSED: _over,
    Happening.LEFT: _over,
    Happening.REOPENED: _reopened,
}
