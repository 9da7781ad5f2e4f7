"""The alarm about returns that Flipkart counts as completed and that nobody brought."""

from datetime import tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.location import Location
from bot.handover.returns import Return
from bot.handover.unreceived import Alarm
from bot.i18n import _, ngettext, number
from bot.slack.blocks.reminders import mentions
from bot.slack.blocks.text import at, context, esc, ident, section, sections


def unreceived_text(alarm: Alarm, location: Location) -> str:
    """What notifications and screen readers say."""
    n = len(alarm.items)
    return ngettext(
        "{n} return never came to {location}, and Flipkart counts it as completed",
        "{n} returns never came to {location}, and Flipkart counts them as completed",
        n,
    ).format(n=number(n), location=esc(location.name))


def unreceived_blocks(alarm: Alarm, location: Location, zone: tzinfo, claim_days: int) -> list[Block]:
    """The blocks of the message."""
    n = len(alarm.items)
    sentence = ngettext(
        "🚨 *{n} return never came to {location}*: Flipkart counts it as completed, and no FE scanned it.",
        "🚨 *{n} returns never came to {location}*: Flipkart counts them as completed, and no FE scanned them.",
        n,
    ).format(n=number(n), location=esc(location.name))
    blocks: list[Block] = [section(" ".join(part for part in (sentence, mentions(location, alarm.at, zone)) if part))]
    blocks += sections([_line(one, zone) for one in alarm.items])
    todo = _("Look at the dock first. For what is not there claim at Flipkart.")
    if (until := alarm.claim_by(claim_days)) is not None:
        sentence = _("Look at the dock first. For what is not there claim at Flipkart until {date}.")
        todo = sentence.format(date=at(until, zone, "{date_short_pretty}"))
    return [*blocks, context(todo)]


def _line(one: Return, zone: tzinfo) -> str:
    parts = [ident(one.tracking_id)]
    if one.return_id:
        parts.append(_("return {id}").format(id=ident(one.return_id)))
    if one.order_item_id:
        parts.append(_("order item {id}").format(id=ident(one.order_item_id)))
    if one.completed_at is not None:
        when = at(one.completed_at, zone, "{date_short_pretty} {time}")
        parts.append(_("completed {when}").format(when=when))
    if one.reason:
        parts.append(esc(one.reason))
    return "• " + " · ".join(parts)
