"""The alarm about returns that Flipkart counts as completed and that nobody brought, and what is said below it."""

from datetime import tzinfo

from slack_sdk.models.blocks import Block, SectionBlock

from bot.handover.claims import State
from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry
from bot.handover.returns import Return
from bot.handover.unreceived import Alarm
from bot.i18n import _, ngettext, number
from bot.slack.blocks.claims import claim_due_reply, claim_waits_reply, claimed_reply, with_button
from bot.slack.blocks.mentions import mentions
from bot.slack.blocks.text import (
    DAY,
    DAY_AND_TIME,
    TIME_SECS,
    at,
    context,
    esc,
    ident,
    mrkdwn,
    parcels,
    section,
    sections,
)
from bot.text import parcel_key

NAMED = 20
"""Parcels that came after all, in one message."""


def unreceived_blocks(alarm: Alarm, location: Location, zone: tzinfo, claim_days: int) -> list[Block]:
    """The blocks of the message, with a button for each claim: of two items in one parcel the first has it."""
    n = len(alarm.items)
    sentence = ngettext(
        "🚨 *{n} return never came to {location}*: Flipkart counts it as completed, and no FE scanned it.",
        "🚨 *{n} returns never came to {location}*: Flipkart counts them as completed, and no FE scanned them.",
        n,
    ).format(n=number(n), location=esc(location.name))
    blocks: list[Block] = [section(" ".join(part for part in (sentence, mentions(location, alarm.at, zone)) if part))]
    offered = set[str]()
    for one in alarm.items:
        claim = alarm.claims.get(parcel_key(one.tracking_id))
        if claim is None or claim.id in offered:
            blocks.append(SectionBlock(text=mrkdwn(_line(one, zone))))
        else:
            offered.add(claim.id)
            blocks += with_button(_line(one, zone), claim.id)
    todo = _("Look at the dock first. For what is not there, claim at Flipkart.")
    if (until := alarm.claim_by(claim_days)) is not None:
        sentence = _("Look at the dock first. For what is not there, claim at Flipkart by {date}.")
        todo = sentence.format(date=at(until, zone, DAY))
    return [*blocks, context(todo)]


def _line(one: Return, zone: tzinfo) -> str:
    parts = [ident(one.tracking_id)]
    if one.return_id:
        parts.append(_("return {id}").format(id=ident(one.return_id)))
    if one.order_item_id:
        parts.append(_("order item {id}").format(id=ident(one.order_item_id)))
    if one.completed_at is not None:
        when = at(one.completed_at, zone, DAY_AND_TIME)
        parts.append(_("completed {when}").format(when=when))
    if one.reason:
        parts.append(esc(one.reason))
    return "• " + " · ".join(parts)


# ---- below it --------------------------------------------------------------------------------------------------------


def news_blocks(entry: AuditEntry, zone: tzinfo) -> list[Block]:
    """The blocks of a reply below the alarm."""
    bodies = {
        Happening.CLAIM_DUE: claim_due_reply,
        Happening.CLAIM_WAITS: claim_waits_reply,
        Happening.CLAIMED: claimed_reply,
    }
    body = bodies[entry.what](None, entry, [], zone) if entry.what in bodies else _came(entry)
    return [*body, context(at(entry.at, zone, TIME_SECS))]


def _came(entry: AuditEntry) -> list[Block]:
    named = entry.detail["claims"]
    lines = [_("📦 *{parcels} came after all*:").format(parcels=parcels(len(named)))]
    for one in named[:NAMED]:
        line = _("• {parcel} with {fe}") if one["fe"] else _("• {parcel}")
        lines.append(line.format(parcel=ident(one["tracking_id"]), fe=esc(one["fe"])))
    if len(named) > NAMED:
        lines.append(_("and {n} more").format(n=number(len(named) - NAMED)))
    claimed = [one for one in named if one["state"] != State.DRAFT]
    if claimed:
        lines.append(
            _("⚠️ Claims already filed: {parcels}. Tell Flipkart that they came.").format(
                parcels=", ".join(ident(one["tracking_id"]) for one in claimed[:NAMED])
            )
        )
    return sections(lines)
