"""The line in a channel about an outage: since when it lasts, or that it is over."""

from collections.abc import Sequence
from datetime import timedelta, tzinfo

from slack_sdk.models.blocks import Block

from bot.handover.location import Location
from bot.handover.outages import Outage, Silent
from bot.i18n import _, span
from bot.slack.blocks.text import at, context, esc, section, since

NAMED = 10
"""Locations that are named; more of them in one channel are told as if all were meant."""
SHORTEST = timedelta(minutes=1)


def outage_text(outage: Outage, named: Sequence[Location]) -> str:
    """What notifications and screen readers say."""
    where = _names(named)
    if outage.silent is Silent.SLACK:
        return _("Slack took no messages, these are late: {locations}").format(locations=where)
    if outage.until is None:
        return _("Flipkart does not answer: {locations}").format(locations=where)
    return _("Flipkart is back: {locations}").format(locations=where)


def outage_blocks(outage: Outage, named: Sequence[Location], zone: tzinfo, *, alone: bool) -> list[Block]:
    """The line. `named` are the locations that it is about; `alone` says that the channel has no other."""
    if outage.silent is Silent.SLACK:
        return [section(_slack(outage, zone))]
    begin = at(outage.since, zone)
    if outage.until is None:
        sentence = _("🔌 *Flipkart has not answered since {time}.*")
        if not alone:
            sentence = _("🔌 *Flipkart has not answered for {locations} since {time}.*")
        todo = _(
            "Cards show what was known then; newer scans follow once Flipkart is back. "
            "For a code, press as usual; if none comes, take it from Seller Hub."
        )
        return [section(sentence.format(time=begin, locations=_names(named))), context(todo)]
    end, length = since(outage.until, outage.since, zone), _length(outage)
    sentence = _("✅ *Flipkart came back at {time}*, after {length}.")
    if not alone:
        sentence = _("✅ *Flipkart came back for {locations} at {time}*, after {length}.")
    return [section(sentence.format(time=end, locations=_names(named), length=length))]


def _slack(outage: Outage, zone: tzinfo) -> str:
    end = outage.until or outage.since
    return _(
        "🔌 *Slack took no messages from {begin} to {end}* ({length}). Cards and replies of that time are late. "
        "A press that got no answer: press again."
    ).format(begin=at(outage.since, zone), end=since(end, outage.since, zone), length=_length(outage))


def _length(outage: Outage) -> str:
    return span(max((outage.until or outage.since) - outage.since, SHORTEST))


def _names(named: Sequence[Location]) -> str:
    return ", ".join(esc(one.name) for one in named[:NAMED])
