"""The seller's own scan: reactions, the lines of modals, and the reply that calls out what differs."""

from collections.abc import Sequence
from datetime import tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.model import OWN_LIST, AuditEntry, Handover, Shipment, Stage
from bot.handover.own_messages import Failure, Seen, Verdict
from bot.handover.own_scans import OwnLists
from bot.i18n import N_, _, ngettext, number
from bot.slack.blocks.text import fe, ident, more, parcels, section, sections

FINE = "white_check_mark"
SET_ASIDE = "no_entry"
UNSCANNED = "grey_question"
TWICE = "repeat"
UNREAD = "warning"
SIGNS = frozenset({FINE, SET_ASIDE, UNSCANNED, TWICE, UNREAD})
"""Every reaction of the bot's on an own scan."""

ANSWERED = 40
"""Parcels named in one answer to a message."""
LISTED = 15
"""Parcels named of each list in a modal."""


def reactions(seen: Sequence[Seen]) -> list[str]:
    """The names of the reactions on a message: several where its parcels differ, the tick only when all is well."""
    verdicts = {one.verdict for one in seen}
    names = [SET_ASIDE] if Verdict.SET_ASIDE in verdicts else []
    names += [UNSCANNED] if Verdict.UNSCANNED in verdicts else []
    names += [TWICE] if any(one.twice for one in seen) else []
    return names or [FINE]


def answer(seen: Sequence[Seen]) -> list[str]:
    """What is wrong with which parcel of a message, as lines; none when all is well or the reaction says it.

    Of one parcel only that it is to be set aside: whoever scans ahead of the FE would be told so of each.
    """
    wrong = [one for one in seen if one.twice or one.verdict is not Verdict.FINE]
    if len(seen) == 1 and seen[0].verdict is Verdict.SET_ASIDE:
        return [_("⛔ *Set {parcel} aside*: the thread says why.").format(parcel=ident(seen[0].tracking_id))]
    if len(seen) < 2 or not wrong:
        return []
    lines = [
        ngettext("Of {all} scanned, look at {n}:", "Of {all} scanned, look at these {n}:", len(wrong)).format(
            all=parcels(len(seen)), n=number(len(wrong))
        )
    ]
    lines += [f"• {ident(one.tracking_id)} {_why(one)}" for one in wrong[:ANSWERED]]
    return lines + more(len(wrong) - ANSWERED)


def answer_text(seen: Sequence[Seen]) -> str:
    """The same for notifications."""
    return (answer(seen) or [""])[0]


def _why(seen: Seen) -> str:
    reasons = []
    if seen.verdict is Verdict.SET_ASIDE:
        reasons.append(_("⛔ set it aside: the thread says why"))
    if seen.verdict is Verdict.UNSCANNED:
        reasons.append(_("❔ not scanned by the FE"))
    if seen.twice:
        reasons.append(ngettext("🔁 seen {n} time", "🔁 seen {n} times", seen.times).format(n=number(seen.times)))
    return ", ".join(reasons)


def summary(handover: Handover) -> str:
    """The seller's own scan in one line."""
    h = handover
    seen = ngettext("*{n} scanned by us*", "*{n} scanned by us*", h.own_scanned)
    parts = [seen.format(n=number(h.own_scanned))]
    if h.scanned == h.own_scanned and not h.own_only:
        parts.append(_("the same as the FE's"))
    elif not h.own_whole and not h.over:
        parts.append(_("counts as a full list from {n} on").format(n=number(OWN_LIST)))
    # While both still scan, a difference is no news.
    warning = "" if h.stage is Stage.SCANNING else "⚠️ "
    parts += [warning + line for line in differences(h)]
    return "🔎 " + " · ".join(parts)


def meant(handover: Handover) -> str:
    """To the one who said that they scan every parcel."""
    return _("Noted: parcels of {fe} that we do not scan count as not seen by us.").format(fe=fe(handover))


def differences(handover: Handover) -> list[str]:
    """What our own scans and the FE's do not have in common, in numbers."""
    parts = []
    missing, only = handover.own_missing or 0, handover.own_only
    if missing > 0:
        parts.append(ngettext("{n} not seen by us", "{n} not seen by us", missing).format(n=number(missing)))
    if only:
        parts.append(ngettext("{n} not scanned by the FE", "{n} not scanned by the FE", only).format(n=number(only)))
    return parts


def modal_lines(handover: Handover, lists: OwnLists) -> list[Block]:
    """The same in the Count and End OTC modals, with the parcels themselves."""
    if not handover.own_scanned:
        return []
    lines = [summary(handover)]
    missing = [shipment.tracking_id for shipment in lists.missing]
    lines += _list(_("Not with us, but scanned by the FE:"), missing, lists.missing_total, LISTED)
    lines += _list(_("With us, but not scanned by the FE:"), list(lists.only), lists.only_total, LISTED)
    return sections(lines)


def own_differs(_h: Handover, entry: AuditEntry, _problems: Sequence[Shipment], _zone: tzinfo) -> list[Block]:
    """The reply that calls out what differs, once the FE can scan no more."""
    d = entry.detail
    missing, only = list(d.get("missing") or []), list(d.get("only") or [])
    lines = [_("🔎 *Our scans and the FE's don't match.* Look at these before the End OTC.")]
    named = max(len(missing), len(only))
    lines += _list(_("Not with us, but scanned by the FE:"), missing, int(d.get("missing_total") or 0), named)
    lines += _list(_("With us, but not scanned by the FE:"), only, int(d.get("only_total") or 0), named)
    return sections(lines)


def _list(title: str, tracking_ids: list[str], total: int, most: int) -> list[str]:
    if not tracking_ids:
        return []
    shown = tracking_ids[:most]
    return [f"⚠️ {title}", *(f"• {ident(one)}" for one in shown), *more(total - len(shown))]


def failed(failure: Failure) -> str:
    """To the one whose message looks like a scan and is none. It must not be repeated: nobody knows what it is."""
    if failure is Failure.ORDER:
        return _("⚠️ This did not count as a scan: it is the number of an order. Scan the barcode of the tracking id.")
    return _(
        "⚠️ This did not count as a scan: no single tracking id could be read in it. "
        "Scan the barcode again, or type the tracking id alone."
    )


def stays(n: int) -> str:
    """To the one who took scans back when the FE was gone."""
    return ngettext(
        "{parcels} of this message stays on record: it was scanned before the FE left, and the receipt names it.",
        "{parcels} of this message stay on record: they were scanned before the FE left, and the receipt names them.",
        n,
    ).format(parcels=parcels(n))


NOT_KEPT = N_("This scan could not be kept: tell whoever runs the bot, its log says what to do. Then scan again.")
STOPPING = N_("The bot is being restarted and may not have kept this scan. Scan it again in a minute.")
FAULT = N_("Something went wrong in the bot and this scan may not be kept; it is on record. Scan it again.")
"""Said to the one who scanned. To be translated."""


def said(text: str) -> list[Block]:
    """One sentence as blocks: Slack makes links of what looks like one in a bare text."""
    return [section(text)]
