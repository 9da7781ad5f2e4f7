"""The summary of a month's claims, and the line about claims in a digest."""

from datetime import date

from slack_sdk.models.blocks import Block, SectionBlock

from bot.handover.claim_sums import ClaimSums, Sum
from bot.handover.location import Location
from bot.i18n import _, money, month, ngettext, number
from bot.slack.blocks.text import context, cut, esc, header, mrkdwn, section


def month_text(location: Location, first: date, sums: ClaimSums) -> str:
    """What notifications and screen readers say."""
    facts = {"location": esc(location.name), "month": month(first)}
    if sums.missed:
        lost = ngettext(
            "{n} claim never filed: {location}, {month}", "{n} claims never filed: {location}, {month}", sums.missed
        )
        return lost.format(**facts, n=number(sums.missed))
    if sums.to_file:
        todo = ngettext(
            "{n} claim to file: {location}, {month}", "{n} claims to file: {location}, {month}", sums.to_file
        )
        return todo.format(**facts, n=number(sums.to_file))
    return _("Claims paid, {paid}: {location}, {month}").format(**facts, paid=_in_words(sums.paid))


def month_blocks(location: Location, first: date, sums: ClaimSums) -> list[Block]:
    """The blocks of the message."""
    title = _("💰 Claims of {location} · {month}").format(location=cut(location.name, 90), month=month(first))
    fields = [
        (_("Filed"), _in_words(sums.raised)),
        (_("Paid by Flipkart"), _in_words(sums.paid)),
        (_("Rejected by Flipkart"), _in_words(sums.rejected)),
        (_("With Flipkart now"), _in_words(sums.waiting)),
        (_("Still to file"), number(sums.to_file)),
        (_("Time over, not filed"), number(sums.missed)),
    ]
    blocks: list[Block] = [header(title)]
    blocks.append(SectionBlock(fields=[mrkdwn(f"*{name}*\n{value}") for name, value in fields]))
    if sums.missed:
        lost = ngettext(
            "⚠️ {n} claim was never filed: its money is lost.",
            "⚠️ {n} claims were never filed: their money is lost.",
            sums.missed,
        )
        blocks.append(section(lost.format(n=number(sums.missed))))
    return [*blocks, context(_("The table in the thread has every claim; its rows add up to these sums."))]


def claims_line(sums: ClaimSums) -> str:
    """In a digest: how the location's claims stand, since the month began; empty when there are none."""
    parts = []
    if sums.to_file:
        parts.append(_("{n} to file").format(n=number(sums.to_file)))
    if sums.waiting.n:
        parts.append(_("{sum} with Flipkart").format(sum=_in_words(sums.waiting)))
    if sums.paid.n:
        parts.append(_("{sum} paid this month").format(sum=_in_words(sums.paid)))
    if sums.rejected.n:
        parts.append(_("{sum} rejected this month").format(sum=_in_words(sums.rejected)))
    if sums.missed:
        parts.append(_("{n} not filed in time this month").format(n=number(sums.missed)))
    return _("💰 Claims: {facts}").format(facts=" · ".join(parts)) if parts else ""


def _in_words(found: Sum) -> str:
    return f"{number(found.n)} ({money(found.paise)})" if found.paise else number(found.n)
