"""The replies about what Flipkart corrects in its own list of scans: cleared, withdrawn, one id for two shipments."""

from datetime import tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.model import AuditEntry, Handover, Shipment
from bot.i18n import _, ngettext, number
from bot.slack.blocks.text import ident, parcels, sections

LISTED = 40
"""Parcels named in one reply."""


def cleared(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """What was wrong with these parcels is no longer so."""
    ids = _ids(entry)
    sentence = ngettext(
        "✅ Flipkart corrected *{parcels}*: it need not be set aside any more.",
        "✅ Flipkart corrected *{parcels}*: they need not be set aside any more.",
        len(ids),
    )
    return sections([sentence.format(parcels=parcels(len(ids))), *_named(ids)])


def withdrawn(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """Flipkart had listed these as scanned."""
    ids = _ids(entry)
    sentence = ngettext(
        "⚠️ Flipkart *no longer lists {parcels}* that the FE had scanned; it does not count any more.",
        "⚠️ Flipkart *no longer lists {parcels}* that the FE had scanned; they do not count any more.",
        len(ids),
    )
    now = ngettext(
        "*{n} scanned* now. If you have the parcel in hand, ask the FE to scan it again before the End OTC.",
        "*{n} scanned* now. If you have one of them in hand, ask the FE to scan it again before the End OTC.",
        len(ids),
    )
    return sections(
        [sentence.format(parcels=parcels(len(ids))), *_named(ids), now.format(n=number(entry.detail["scanned"]))]
    )


def same_id(_h: Handover, entry: AuditEntry, _problems: list[Shipment], _zone: tzinfo) -> list[Block]:
    """Each shipment counts as a parcel."""
    ids = _ids(entry)
    sentence = _(
        "⚠️ Flipkart lists one tracking id for several shipments. Each counts; check that there are as many parcels:"
    )
    return sections([sentence, *_named(ids)])


def _ids(entry: AuditEntry) -> list[str]:
    return [str(one) for one in entry.detail.get("tracking_ids", [])]


def _named(ids: list[str]) -> list[str]:
    lines = [f"• {ident(one)}" for one in ids[:LISTED]]
    if len(ids) > LISTED:
        lines.append(_("and {n} more").format(n=number(len(ids) - LISTED)))
    return lines
