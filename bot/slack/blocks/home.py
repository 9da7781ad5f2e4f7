"""App Home: the docks that a person serves, each FE with the one next button."""

from datetime import datetime, tzinfo

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock, SectionBlock
from slack_sdk.models.views import View

from bot.handover.board import BoardView
from bot.handover.model import Handover, Stage
from bot.slack import ids
from bot.slack.blocks.card import STAGES
from bot.slack.blocks.text import at, context, cut, esc, fe, header, mrkdwn, parcels, section, span

MOST_FES = 80
"""Slack takes a hundred blocks in a Home."""


def home(board: BoardView, zone: tzinfo, now: datetime) -> View:
    """The Home tab of one person."""
    blocks: list[Block] = []
    left = MOST_FES
    for location, present in board.docks:
        if blocks:
            blocks.append(DividerBlock())
        blocks.append(header(cut(location.name, 100)))
        if not present:
            blocks.append(
                section(f"Nobody is at the dock right now. An FE who arrives gets a card in <#{location.channel}>.")
            )
        blocks += [_row(handover, location.channel, now) for handover in present[:left]]
        left = max(0, left - len(present))
        if len(blocks) > MOST_FES:
            break
    if not board.docks and not board.unchecked:
        blocks.append(
            section("You are not an operator of any dock. Ask whoever installed the bot to add you in bot.toml.")
        )
    if board.unchecked:
        blocks.append(section("Slack could not say which docks you serve. Open this tab again in a minute."))
    blocks.append(context(f"As of {at(now, zone, '{time_secs}')}. Open the tab again for what came since."))
    return View(type="home", blocks=blocks[:100])


def _row(h: Handover, channel: str, now: datetime) -> SectionBlock:
    sign, stage = STAGES[h.stage]
    since = {Stage.SCANNING: h.scanning_at, Stage.CLOSING: h.closing_at}.get(h.stage) or h.arrived_at
    lines = [f"{sign} {fe(h)} · {esc(h.partner) or 'courier'}", f"{stage}, {span(now - since)}"]
    if h.stage is not Stage.WAITING:
        pace = f", {h.scans_per_minute:.1f} a minute" if h.scans_per_minute is not None else ""
        lines.append(f"{parcels(h.scanned)} scanned{pace}, {h.rejected} rejected, {h.mismatched} with another flyer")
    button = None
    if h.stage is Stage.WAITING:
        lines.append(f"Next: `/start-otc` in <#{channel}>")
    elif h.stage is Stage.CLOSING:
        button = ButtonElement(text="End OTC", action_id=ids.END, value=h.id, style="primary")
    else:
        button = ButtonElement(text="Count", action_id=ids.COUNT, value=h.id)
    return SectionBlock(text=mrkdwn("\n".join(lines)), accessory=button)
