"""The root card of a thread: one FE at a glance, and the buttons that help now."""

from datetime import datetime, tzinfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, SectionBlock

from bot.handover.location import Location
from bot.handover.machine import stage_of
from bot.handover.model import Handover, OtcMode, Stage
from bot.slack import ids
from bot.slack.blocks.text import at, context, cut, esc, header, ident, mrkdwn, parcels, span, who

STAGES = {
    Stage.WAITING: ("🟡", "Waiting for the Start OTC"),
    Stage.SCANNING: ("🔵", "Scanning"),
    Stage.CLOSING: ("🟠", "On the End OTC page: count, then close"),
    Stage.CLOSED: ("✅", "Closed"),
    Stage.LEFT: ("⚪", "Left without an End OTC"),
}
BAR = 10


def card_text(handover: Handover, location: Location) -> str:
    """What notifications and screen readers say."""
    _, stage = STAGES[handover.stage]
    name = esc(handover.fe_name) or esc(handover.fe_id)
    scanned = f", {handover.scanned} scanned" if handover.scanned else ""
    return f"{name} ({esc(handover.partner) or 'courier'}) at {esc(location.name)}: {stage}{scanned}"


def card(handover: Handover, location: Location, zone: tzinfo, now: datetime) -> list[Block]:
    """The blocks of the root message."""
    h = handover
    sign, stage = STAGES[h.stage]
    blocks: list[Block] = [
        header(f"{sign} {cut(h.fe_name, 80) or 'FE'} · {cut(h.partner, 40) or 'courier'}"),
        SectionBlock(
            fields=[
                mrkdwn(f"*Stage*\n{stage}{_raw_status(h)}"),
                mrkdwn(f"*Location*\n{esc(location.name)}"),
                mrkdwn(f"*FE*\n{ident(h.fe_id)}"),
                mrkdwn(f"*Task*\n{ident(h.task_id)}"),
                mrkdwn(f"*Line of business*\n{esc(h.lob) or '–'}"),
                mrkdwn(f"*Arrived*\n{at(h.arrived_at, zone, '{date_short_pretty} {time}')}"),
            ]
        ),
    ]
    if h.scanned or h.stage is not Stage.WAITING:
        blocks.append(SectionBlock(text=mrkdwn(_progress(h))))
    if h.counted is not None:
        blocks.append(SectionBlock(text=mrkdwn(_counted(h))))
    small = [text for text in (_pace(h, zone, now), _codes(h, zone)) if text]
    if small:
        blocks.append(context(*small))
    buttons = _buttons(h)
    if buttons:
        blocks.append(ActionsBlock(block_id=f"card_{h.id}", elements=buttons))
    return blocks


def _raw_status(h: Handover) -> str:
    """A status word that nobody has published says nothing to the bot, but perhaps to the people at the dock."""
    return f" ({esc(h.status, 40)})" if h.status and not h.over and stage_of(h.status) is None else ""


def _progress(h: Handover) -> str:
    parts = [f"*{h.scanned} scanned*", f"{h.accepted} accepted", f"{h.rejected} rejected"]
    parts.append(f"{h.mismatched} flyer mismatch" if h.mismatched == 1 else f"{h.mismatched} flyer mismatches")
    if h.obd_eligible:
        remarked = f", {h.obd_remarked} with a remark" if h.obd_remarked else ""
        parts.append(f"{h.obd_eligible} open-box{remarked}")
    return " · ".join(parts)


def _counted(h: Handover) -> str:
    difference = h.missing_by_count or 0
    by = f"counted by hand by {who(h.counted_by)}"
    if difference == 0:
        verdict = "the same as scanned"
    elif difference > 0:
        verdict = f"⚠️ *{difference} scanned but not counted*"
    else:
        verdict = f"⚠️ *{-difference} counted but not scanned*"
    share = f"  {_bar(h.counted or 0, h.scanned)}" if h.scanned else ""
    return f"*{parcels(h.counted or 0)}* {by}: {verdict}{share}"


def _bar(part: int, whole: int) -> str:
    full = min(BAR, part * BAR // whole)
    return "▰" * full + "▱" * (BAR - full)


def _pace(h: Handover, zone: tzinfo, now: datetime) -> str:
    parts = []
    if h.last_scan_at:
        parts.append(f"last scan {at(h.last_scan_at, zone, '{time_secs}')}")
    if h.scans_per_minute is not None:
        parts.append(f"{h.scans_per_minute:.1f} scans a minute")
    end = h.ended_at or now
    parts.append(f"{span(end - h.arrived_at)} on the dock")
    if h.over and h.ended_at:
        parts.append(f"gone {at(h.ended_at, zone)}")
    return " · ".join(parts)


def _codes(h: Handover, zone: tzinfo) -> str:
    parts = []
    if h.start_otc_at and h.stage is Stage.WAITING:
        until = f", valid until {at(h.start_otc_until, zone)}" if h.start_otc_until else ""
        parts.append(f"Start OTC shown to {who(h.start_otc_by)} {at(h.start_otc_at, zone)}{until}")
    if h.end_otc_at:
        parts.append(f"End OTC shown to {who(h.end_otc_by)} {at(h.end_otc_at, zone)}")
    if h.end_total is not None and h.end_total != h.scanned:
        parts.append(f"⚠️ Flipkart's own total is {h.end_total}")
    if h.otc_mode is OtcMode.END_ONLY and h.stage is Stage.WAITING:
        parts.append("Flipkart generates no Start OTC for this seller")
    return " · ".join(parts)


def _buttons(h: Handover) -> list[ButtonElement]:
    if h.over:
        return []
    buttons = []
    if h.start_offered:
        buttons.append(ButtonElement(text="Start OTC", action_id=ids.START, value=h.id, style="primary"))
    if h.stage is not Stage.WAITING:
        style = "primary" if h.stage is Stage.SCANNING and h.counted is None else None
        buttons.append(ButtonElement(text="Count", action_id=ids.COUNT, value=h.id, style=style))
        style = "primary" if h.stage is Stage.CLOSING else None
        buttons.append(ButtonElement(text="End OTC", action_id=ids.END, value=h.id, style=style))
    return buttons
