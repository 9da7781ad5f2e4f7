"""The root card of a thread: one FE at a glance, and the buttons that help now."""

from datetime import datetime, tzinfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, MarkdownTextObject, SectionBlock

from bot.handover.location import Location
from bot.handover.machine import stage_of
from bot.handover.model import Handover, OtcMode, Stage
from bot.handover.tally import Shares
from bot.i18n import N_, _, ngettext, number, span
from bot.slack import ids
from bot.slack.blocks import expected, own_scans, tally
from bot.slack.blocks.problems import report_button
from bot.slack.blocks.reminders import taken_line
from bot.slack.blocks.text import DAY_AND_TIME, TIME_SECS, at, context, cut, esc, header, ident, mrkdwn, parcels, who

STAGES = {
    Stage.WAITING: ("🟡", N_("Waiting for the Start OTC")),
    Stage.SCANNING: ("🔵", N_("Scanning")),
    Stage.CLOSING: ("🟠", N_("On the End OTC page: count, then close")),
    Stage.CLOSED: ("✅", N_("Closed")),
    Stage.LEFT: ("⚪", N_("Left without an End OTC")),
}
"""A sign for each stage, and its name to be translated."""
BAR = 10


def card(
    handover: Handover,
    location: Location,
    zone: tzinfo,
    now: datetime,
    shares: Shares = (),
    *,
    calls_shared: bool = False,
) -> list[Block]:
    """The blocks of the root message; `calls_shared` is whether other tools use up Flipkart's calls."""
    h = handover
    sign, stage = STAGES[h.stage]
    blocks: list[Block] = [
        header(f"{sign} {_whom(h)}"),
        SectionBlock(
            fields=[
                _field(_("Stage"), _(stage) + _raw_status(h)),
                _field(_("Location"), esc(location.name)),
                _field(_("FE"), ident(h.fe_id)),
                _field(_("Task"), ident(h.task_id)),
                _field(_("Line of business"), esc(h.lob) or "–"),
                _field(_("Arrived"), at(h.arrived_at, zone, DAY_AND_TIME)),
            ]
        ),
    ]
    if h.scanned or h.stage is not Stage.WAITING:
        blocks.append(SectionBlock(text=mrkdwn(_progress(h))))
    if h.counted is not None:
        blocks.append(SectionBlock(text=mrkdwn(_counted(h, h.counted))))
    blocks += [*expected.card_lines(h), *own_scans.card_lines(h), *tally.card_lines(h, shares)]
    small = [text for text in (_pace(h, zone, now), _codes(h, zone), _confirmed(h), taken_line(h, zone)) if text]
    if small:
        blocks.append(context(*small))
    if h.lists_no_more and h.stage is Stage.SCANNING:
        blocks.append(context(_("💡 Flipkart lists no more; ask the FE whether he is done")))
    if calls_shared and h.stage is Stage.SCANNING:
        blocks.append(
            context(_("⚠️ Other tools of the seller use up Flipkart's calls: new scans may show later for now"))
        )
    buttons = _buttons(h)
    if buttons:
        blocks.append(ActionsBlock(block_id=f"card_{h.id}", elements=buttons))
    return [*blocks, *tally.card_buttons(h)]


def _whom(h: Handover) -> str:
    name, partner = cut(h.fe_name, 80) or _("FE"), cut(h.partner, 40) or _("courier")
    return f"{name} · {partner}"


def _field(name: str, value: str) -> MarkdownTextObject:
    return mrkdwn(f"*{name}*\n{value}")


def _raw_status(h: Handover) -> str:
    """A status word that nobody has published says nothing to the bot, but perhaps to the people at the dock."""
    return f" ({esc(h.status, 40)})" if h.status and not h.over and stage_of(h.status) is None else ""


def _progress(h: Handover) -> str:
    parts = [
        _("*{n} scanned*").format(n=number(h.scanned)),
        _("{n} accepted").format(n=number(h.accepted)),
        _("{n} rejected").format(n=number(h.rejected)),
        ngettext("{n} flyer mismatch", "{n} flyer mismatches", h.mismatched).format(n=number(h.mismatched)),
    ]
    if h.obd_remarked:
        sentence = _("{n} open-box, {remarked} with a remark")
        parts.append(sentence.format(n=number(h.obd_eligible), remarked=number(h.obd_remarked)))
    elif h.obd_eligible:
        parts.append(_("{n} open-box").format(n=number(h.obd_eligible)))
    if h.withdrawn:
        parts.append(_("{n} withdrawn by Flipkart").format(n=number(h.withdrawn)))
    return " · ".join(parts)


def _counted(h: Handover, counted: int) -> str:
    difference = h.missing_by_count or 0
    if difference == 0:
        sentence = _("*{parcels}* counted by hand by {who}: the same as scanned")
    elif difference > 0:
        sentence = _("*{parcels}* counted by hand by {who}: ⚠️ *{n} scanned but not counted*")
    else:
        sentence = _("*{parcels}* counted by hand by {who}: ⚠️ *{n} counted but not scanned*")
    share = f"  {_bar(counted, h.scanned)}" if h.scanned else ""
    return sentence.format(parcels=parcels(counted), who=who(h.counted_by), n=number(abs(difference))) + share


def _bar(part: int, whole: int) -> str:
    full = min(BAR, part * BAR // whole)
    return "▰" * full + "▱" * (BAR - full)


def _pace(h: Handover, zone: tzinfo, now: datetime) -> str:
    parts = []
    if h.last_scan_at:
        parts.append(_("last scan {time}").format(time=at(h.last_scan_at, zone, TIME_SECS)))
    if h.scans_per_minute is not None:
        parts.append(_("{n} scans a minute").format(n=number(h.scans_per_minute, 1)))
    end = h.ended_at or now
    parts.append(_("{length} on the dock").format(length=span(end - h.arrived_at)))
    if h.over and h.ended_at:
        parts.append(_("gone {time}").format(time=at(h.ended_at, zone)))
    return " · ".join(parts)


def _codes(h: Handover, zone: tzinfo) -> str:
    parts = []
    if h.start_otc_at and h.stage is Stage.WAITING:
        shown = _("Start OTC shown to {who} {time}").format(who=who(h.start_otc_by), time=at(h.start_otc_at, zone))
        if h.start_otc_until:
            shown = _("{shown}, valid until {time}").format(shown=shown, time=at(h.start_otc_until, zone))
        parts.append(shown)
    if h.end_otc_at:
        parts.append(_("End OTC shown to {who} {time}").format(who=who(h.end_otc_by), time=at(h.end_otc_at, zone)))
    if h.end_total is not None and h.end_total != h.scanned:
        parts.append(_("⚠️ Flipkart's own total is {n}").format(n=number(h.end_total)))
    if h.otc_mode is OtcMode.END_ONLY and h.stage is Stage.WAITING:
        parts.append(_("Flipkart generates no Start OTC for this seller"))
    return " · ".join(parts)


def _confirmed(h: Handover) -> str:
    if h.confirmed is None:
        return ""
    if h.confirmed < h.brought:
        sentence = _("Flipkart counts {n} of {parcels} as returned so far")
        return sentence.format(n=number(h.confirmed), parcels=parcels(h.brought))
    sentence = ngettext(
        "Flipkart counts the parcel as returned", "Flipkart counts all {n} parcels as returned", h.brought
    )
    return sentence.format(n=number(h.brought))


def _buttons(h: Handover) -> list[ButtonElement]:
    if h.over:
        return []
    buttons = []
    if h.start_offered:
        buttons.append(ButtonElement(text=_("Start OTC"), action_id=ids.START, value=h.id, style="primary"))
    if h.stage is not Stage.WAITING:
        style = "primary" if h.stage is Stage.SCANNING and h.counted is None else None
        buttons.append(ButtonElement(text=_("Count"), action_id=ids.COUNT, value=h.id, style=style))
        style = "primary" if h.stage is Stage.CLOSING else None
        buttons.append(ButtonElement(text=_("End OTC"), action_id=ids.END, value=h.id, style=style))
        buttons.append(report_button(h))
    return buttons
