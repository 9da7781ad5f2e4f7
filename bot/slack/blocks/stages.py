"""What the card says of each stage: its sign, one sentence that says what to do, and what to look at.

Zeros are not said, and no time that passes: a card is drawn when something happens, and read hours later.
"""

from datetime import datetime, tzinfo

from bot.handover.beside import NOTHING, Beside
from bot.handover.model import Handover, Stage
from bot.handover.tally import Shares
from bot.i18n import _, date, ngettext, number, span
from bot.slack.blocks import tally
from bot.slack.blocks.own_scans import differences
from bot.slack.blocks.text import at, esc, ident, parcels, who

SIGNS = {Stage.WAITING: "🟡", Stage.SCANNING: "🔵", Stage.CLOSING: "🟠", Stage.CLOSED: "✅", Stage.LEFT: "⚪"}
"""A sign for each stage."""
NAME = 24
"""Longest part of a tracking id that the card shows."""
REASON = 120
"""Longest part of a reason that the card shows; the thread has all of it."""


def todo(h: Handover, zone: tzinfo, now: datetime, shares: Shares = ()) -> str:
    """The one sentence: what to do now, or how it ended."""
    match h.stage:
        case Stage.WAITING:
            return waiting_line(h, zone, now)
        case Stage.SCANNING:
            return _scanning(h, zone, shares)
        case Stage.CLOSING:
            return end_code_line(h, zone) if h.end_code_out else _closing(h, shares)
        case Stage.CLOSED:
            return _closed(h)
        case Stage.LEFT:
            return _left(h)


def start_code_line(h: Handover, zone: tzinfo, now: datetime) -> str:
    """A Start OTC was given out: who has it until when; or that it has expired."""
    if h.start_code_expired(now) and h.start_otc_until is not None:
        return _("*The code stopped working at {time}.* Take a new one").format(time=at(h.start_otc_until, zone))
    moment = h.start_otc_until or h.start_otc_at or h.arrived_at
    sentence = _("*The FE must type the code.* {who} has it until {time}")
    if h.start_otc_until is None:
        sentence = _("*The FE must type the code.* {who} took it at {time}")
    return sentence.format(who=who(h.start_otc_by), time=at(moment, zone))


def end_code_line(h: Handover, zone: tzinfo) -> str:
    """An End OTC was given out: who has it since when."""
    sentence = _("*The FE must type the End OTC.* {who} took it at {time}")
    return sentence.format(who=who(h.end_otc_by), time=at(h.end_otc_at or h.arrived_at, zone))


def warnings(h: Handover, zone: tzinfo, beside: Beside = NOTHING) -> list[str]:
    """Lines about what to look at; none where all is well."""
    lines = [line for line in (_difference(h), _parcels(h, zone, beside)) if line]
    return [f"⚠️ {line}" for line in lines]


def waiting_line(h: Handover, zone: tzinfo, now: datetime) -> str:
    """What an FE waits for who has not begun, and since when."""
    if h.start_code_out:
        return start_code_line(h, zone, now)
    sentence = _("*Give the Start OTC.* Waiting since {time}")
    if not h.start_offered:
        sentence = _("*No Start OTC needed:* the FE scans next. Here since {time}")
    return sentence.format(time=at(h.arrived_at, zone))


def _scanning(h: Handover, zone: tzinfo, shares: Shares) -> str:
    counted = _counted(h, shares)
    if h.scanned:
        return " · ".join([_("*{n} scanned*").format(n=number(h.scanned)), *(counted or [_("count as they come")])])
    none = _("*Nothing scanned yet.* Scanning since {time}").format(time=at(h.scanning_at or h.arrived_at, zone))
    return " · ".join([none, *counted])


def closing_todo(h: Handover) -> str:
    """What to do while the FE is on the End OTC page and no code is out."""
    if h.counted is None:
        return _("*Count, then End OTC.*")
    return _("*Count again, then End OTC.*") if h.missing_by_count else _("*Press End OTC.*")


def _closing(h: Handover, shares: Shares) -> str:
    first = closing_todo(h)
    if h.missing_by_count:
        # The numbers stand in the line about the difference.
        return " · ".join([first, *_counted(h, shares)])
    scanned = _("{n} scanned").format(n=number(h.scanned)) if h.scanned else _("Nothing scanned")
    parts = [scanned, *_counted(h, shares)]
    if h.counted is None and 0 < h.running < h.scanned:
        left = h.scanned - h.running
        parts.append(ngettext("*{n} to go*", "*{n} to go*", left).format(n=number(left)))
    return f"{first} {' · '.join(parts)}"


def _closed(h: Handover) -> str:
    scanned = number(h.scanned)
    if h.counted is None:
        return _("*{n} scanned*, not counted by hand").format(n=scanned)
    missing = h.missing_by_count or 0
    if missing == 0 and not h.scanned:
        return _("*Closed with nothing scanned*")
    sentence = _("*{n} scanned, {counted} counted* by {who}")
    if missing > 0:
        sentence = _("⚠️ *{counted} of {n} counted* by {who}")
    elif missing < 0:
        sentence = _("⚠️ *{counted} counted by {who}, and only {n} scanned*")
    return sentence.format(n=scanned, counted=number(h.counted), who=who(h.counted_by)) + _reason(h)


def _left(h: Handover) -> str:
    if h.scanned:
        return _("⚠️ *Left with {parcels} scanned and no End OTC:* nothing is closed at Flipkart").format(
            parcels=parcels(h.scanned)
        )
    return _("*Left before scanning*, after {length}").format(length=span((h.ended_at or h.arrived_at) - h.arrived_at))


def _counted(h: Handover, shares: Shares) -> list[str]:
    """The count by hand where it does not differ, and the running one while it says something else."""
    parts = []
    if h.counted is not None and not _difference(h):
        parts.append(_("*{n} counted* by {who}").format(n=number(h.counted), who=who(h.counted_by)))
    if h.running and h.running != h.counted:
        people = tally.people(shares)
        parts.append(tally.counted(h) + (f" ({people})" if people else ""))
    return parts


def _difference(h: Handover) -> str:
    """By how much a count is not what was scanned, while somebody can still look for it."""
    if h.over:
        return ""
    if h.counted is None:
        more = h.running - h.scanned
        if more <= 0:
            return ""
        return ngettext("*{n} more counted than scanned*", "*{n} more counted than scanned*", more).format(
            n=number(more)
        )
    if h.stage is Stage.SCANNING and h.counted_scanned != h.scanned:
        # More came since: the count is old and not wrong.
        return ""
    missing = h.missing_by_count or 0
    if missing == 0:
        return ""
    sentence = ngettext(
        "*{n} extra:* {counted} counted by {who}, {scanned} scanned",
        "*{n} extra:* {counted} counted by {who}, {scanned} scanned",
        abs(missing),
    )
    if missing > 0:
        sentence = ngettext(
            "*{n} missing:* {counted} of {scanned} counted by {who}",
            "*{n} missing:* {counted} of {scanned} counted by {who}",
            missing,
        )
    counted, scanned = number(h.counted), number(h.scanned)
    said = sentence.format(n=number(abs(missing)), counted=counted, scanned=scanned, who=who(h.counted_by))
    return said + (_reason(h) if h.end_code_out else "")


def _reason(h: Handover) -> str:
    return f": “{esc(h.end_reason, REASON)}”" if h.end_reason and h.missing_by_count else ""


def _parcels(h: Handover, zone: tzinfo, beside: Beside) -> str:
    """Which parcels to look at; once the FE is gone, until when a claim can be filed for them."""
    why = ", ".join(set_aside(h))
    parts = []
    if beside.drafts and beside.claim_by is not None:
        sentence = ngettext(
            "*{n} problem parcel, claim by {date}*", "*{n} problem parcels, claim by {date}*", beside.drafts
        )
        parts.append(sentence.format(n=number(beside.drafts), date=date(beside.claim_by, zone)))
    elif why and h.over:
        parts.append(why)
    elif why and beside.aside and not h.end_code_out:
        # With the code out they were set aside, and the count's reason stands there in their place.
        named = ", ".join(ident(one, NAME) for one in beside.aside)
        parts.append(_("*Set aside* {parcels}: {why}").format(parcels=named, why=why))
    elif why:
        parts.append(_("*Set aside:* {why}").format(why=why))
    if h.unexpected:
        parts.append(
            ngettext("{n} not on your list", "{n} not on your list", h.unexpected).format(n=number(h.unexpected))
        )
    if h.stage is not Stage.SCANNING:
        # While both still scan, a difference is no news.
        parts += differences(h)
    if h.withdrawn:
        parts.append(_("{n} withdrawn by Flipkart").format(n=number(h.withdrawn)))
    if h.end_total is not None and h.end_total != h.scanned:
        parts.append(_("Flipkart's own total is {n}").format(n=number(h.end_total)))
    return " · ".join(parts)


def set_aside(h: Handover) -> list[str]:
    """Of each kind of parcels to set aside how many. They are not summed up: one parcel may be of several."""
    parts = []
    if h.rejected:
        parts.append(_("{n} rejected").format(n=number(h.rejected)))
    if h.mismatched:
        parts.append(ngettext("{n} wrong flyer", "{n} wrong flyers", h.mismatched).format(n=number(h.mismatched)))
    if h.obd_remarked:
        parts.append(
            ngettext("{n} open-box remark", "{n} open-box remarks", h.obd_remarked).format(n=number(h.obd_remarked))
        )
    return parts
