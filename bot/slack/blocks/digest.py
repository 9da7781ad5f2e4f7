"""The digest of a location's day: the message that the chart and the table hang under."""

from datetime import timedelta

from slack_sdk.models.blocks import Block, SectionBlock

from bot.handover.digest import Digest, Figures, Override, Usual
from bot.i18n import _, date, ngettext, number, span
from bot.slack.blocks.month import claims_line
from bot.slack.blocks.text import context, cut, esc, header, ident, mrkdwn, parcels, section, who

LISTED = 15
"""Overrides told one by one; the table has all."""


def digest_text(digest: Digest) -> str:
    """What notifications and screen readers say."""
    f = digest.figures
    facts = {"location": esc(digest.location.name), "date": date(digest.day.date)}
    if f.missing:
        return _("{n} missing today: {location}, {date}").format(**facts, n=number(f.missing))
    if f.still_here:
        still = ngettext(
            "{n} FE still here: {location}, {date}", "{n} FEs still here: {location}, {date}", f.still_here
        )
        return still.format(**facts, n=number(f.still_here))
    over = _("Day over, {handovers}, {parcels}: {location}, {date}")
    return over.format(**facts, handovers=_handovers(f.handovers), parcels=parcels(f.parcels))


def digest_blocks(digest: Digest) -> list[Block]:
    """The blocks of the message."""
    f, usual = digest.figures, digest.usual
    title = _("📊 {location} · {date}").format(location=cut(digest.location.name, 100), date=date(digest.day.date))
    blocks: list[Block] = [header(title)]
    blocks.append(SectionBlock(fields=[mrkdwn(text) for text in _fields(f, usual)]))
    told = (_confirmed(digest.confirmed), _unconfirmed(digest.unconfirmed), claims_line(digest.claims))
    notes = [line for line in (*_notes(f), *told) if line]
    if notes:
        blocks.append(section("\n".join(notes)))
    if f.overrides:
        blocks.append(section(_overrides(f.overrides)))
    if usual is not None:
        small = ngettext(
            "In brackets: what was usual on {n} day with an FE in the last seven.",
            "In brackets: what was usual on the {n} days with an FE in the last seven.",
            usual.days,
        ).format(n=number(usual.days))
        blocks.append(context(small))
    blocks.append(context(_("The chart of the day and a table of every handover are in the thread.")))
    return blocks


def _fields(f: Figures, usual: Usual | None) -> list[str]:
    """Ten at most: Slack takes no more in one section."""
    none = "–"
    return [
        _field(_("Handovers"), number(f.handovers), _mean(usual.handovers if usual else None)),
        _field(_("Parcels scanned"), number(f.parcels), _mean(usual.parcels if usual else None)),
        _field(_("Rejected"), number(f.rejected), _mean(usual.rejected if usual else None)),
        _field(_("Wrong flyers"), number(f.mismatched), _mean(usual.mismatched if usual else None)),
        _field(_("Missing"), number(f.missing) if f.counted else none, _mean(usual.missing if usual else None)),
        _field(_("Wait for the code (usual)"), _length(f.median_wait), _length(usual.median_wait) if usual else ""),
        _field(_("Scans a minute (usual)"), _rate(f.median_rate), _rate(usual.median_rate) if usual else ""),
        _field(_("Longest stay"), _longest(f), ""),
    ]


def _field(title: str, value: str, before: str) -> str:
    brackets = f" ({before})" if before and before != "–" else ""
    return f"*{title}*\n{value}{brackets}"


def _mean(value: float | None) -> str:
    if value is None:
        return ""
    return number(round(value)) if value >= 20 or value == round(value) else number(value, 1)


def _length(length: timedelta | None) -> str:
    return "–" if length is None else span(length)


def _rate(rate: float | None) -> str:
    return "–" if rate is None else number(rate, 1)


def _longest(f: Figures) -> str:
    if f.longest_stay is None:
        return "–"
    said = _("{span} · {fe}, still there") if f.longest_goes_on else _("{span} · {fe}")
    return said.format(span=span(f.longest_stay), fe=esc(f.longest_fe, 40))


def _notes(f: Figures) -> list[str]:
    lines = []
    if f.missing:
        lines.append(
            ngettext(
                "⚠️ {n} missing: look for it, and claim in time.",
                "⚠️ {n} missing: look for them, and claim in time.",
                f.missing,
            ).format(n=number(f.missing))
        )
    if f.surplus:
        lines.append(
            ngettext(
                "⚠️ {n} parcel was counted but not scanned.", "⚠️ {n} parcels were counted but not scanned.", f.surplus
            ).format(n=number(f.surplus))
        )
    if f.uncounted:
        lines.append(
            ngettext(
                "{n} handover was not counted by hand.", "{n} handovers were not counted by hand.", f.uncounted
            ).format(n=number(f.uncounted))
        )
    if f.still_here:
        lines.append(
            ngettext("{n} FE has not left yet.", "{n} FEs have not left yet.", f.still_here).format(
                n=number(f.still_here)
            )
        )
    return lines


def _confirmed(told: tuple[int, int] | None) -> str:
    if told is None:
        return ""
    line = _("Confirmed by Flipkart as returned so far: {n} of {parcels}.")
    return line.format(n=number(told[0]), parcels=parcels(told[1]))


def _unconfirmed(n: int) -> str:
    if not n:
        return ""
    return ngettext(
        "⚠️ {n} parcel that was handed over more than two days ago is not counted as returned by Flipkart.",
        "⚠️ {n} parcels that were handed over more than two days ago are not counted as returned by Flipkart.",
        n,
    ).format(n=number(n))


def _overrides(overrides: tuple[Override, ...]) -> str:
    n = len(overrides)
    title = ngettext(
        "*{n} End OTC was taken although the count differed:*",
        "*{n} End OTCs were taken although the count differed:*",
        n,
    ).format(n=number(n))
    lines = [title]
    for one in overrides[:LISTED]:
        counted = "–" if one.counted is None else number(one.counted)
        lines.append(
            _("• {fe}: {counted} counted, {scanned} scanned; {who}: “{reason}”").format(
                fe=esc(one.fe_name, 40) or ident(one.fe_id, 40),
                counted=counted,
                scanned=number(one.scanned),
                who=who(one.by),
                reason=esc(one.reason, 120),
            )
        )
    if n > LISTED:
        lines.append(_("and {n} more").format(n=number(n - LISTED)))
    return "\n".join(lines)


def _handovers(n: int) -> str:
    return ngettext("{n} handover", "{n} handovers", n).format(n=number(n))
