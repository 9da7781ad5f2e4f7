"""App Home: what waits at the docks that a person serves, the most urgent first, each with its one next button.

One column and short lines: most people look at it on a phone.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from slack_sdk.models.blocks import Block, ButtonElement, DividerBlock, SectionBlock
from slack_sdk.models.views import View

from bot.handover.board import BoardView, Week
from bot.handover.claims import Claim
from bot.handover.due_today import Forecast
from bot.handover.location import Location
from bot.handover.mode import Known
from bot.handover.model import Handover, Stage
from bot.i18n import _, ngettext, number, span
from bot.slack import ids
from bot.slack.blocks.card import end_button, start_button
from bot.slack.blocks.claims import open_claims
from bot.slack.blocks.language import HOME, select
from bot.slack.blocks.menu import LABEL
from bot.slack.blocks.modes import codes_line
from bot.slack.blocks.sentences import looked_after
from bot.slack.blocks.stages import SIGNS, closing_todo, end_code_line, set_aside, waiting_line
from bot.slack.blocks.text import TIME_SECS, at, bare, context, courier, cut, fe, header, mrkdwn, parcels, section

MOST_BLOCKS = 100
"""Slack takes no more in a Home."""
LAST_BLOCKS = 5
"""Kept free for what stands below all locations."""
FES = 30
CLAIMS = 10
"""Rows of one location."""


def home(
    board: BoardView, zone: tzinfo, now: datetime, language: str | None = None, admins: Sequence[str] = ()
) -> View:
    """The Home tab of one person.

    Args:
        board: what they may see.
        zone: of the docks.
        now: UTC.
        language: what they chose; None: nothing.
        admins: those who look after the bot.
    """
    blocks: list[Block] = []
    weeks, blind, due, codes = dict(board.weeks), dict(board.blind), dict(board.due), dict(board.codes)
    docks = sorted(board.docks, key=lambda dock: min((urgency(h, now) for h in dock[1]), default=(9, 0.0)))
    left_out = 0
    for location, present in docks:
        theirs = [claim for claim in board.claims if claim.location_id == location.id]
        room = MOST_BLOCKS - LAST_BLOCKS - len(blocks)
        small = _small(weeks.get(location.id), codes.get(location.id))
        group = _dock(location, present, theirs, small, blind.get(location.id), zone, now)
        if (forecast := due.get(location.id)) is not None:
            group.insert(2, context(_due(location, forecast, board.heartbeat, now)))
        if left_out or (len(group) > room and blocks):
            left_out += 1
            continue
        blocks += group[:room] if blocks else group[1:room]
    if left_out:
        more = ngettext("and {n} more dock", "and {n} more docks", left_out)
        blocks.append(section(more.format(n=number(left_out))))
    if not board.docks and not board.unchecked:
        blocks.append(
            section(_("You are not an operator of any dock. Ask whoever installed the bot to add you in bot.toml."))
        )
    if board.unchecked:
        blocks.append(section(_("Slack could not say which docks you serve. Open this tab again in a minute.")))
    if admins and (board.blind or not (board.docks or board.unchecked)):
        blocks.append(context(looked_after(admins)))
    blocks.append(select(_(HOME), language))
    as_of = _("As of {time}. It follows what happens for half an hour; open the tab again after that.")
    blocks.append(context(as_of.format(time=at(now, zone, TIME_SECS))))
    return View(type="home", blocks=blocks[-MOST_BLOCKS:])


def urgency(h: Handover, now: datetime) -> tuple[int, float]:
    """Sorts what can't wait to the front: an FE who stands idle for want of a code or a count, the longest first."""
    rank = 3
    if h.stage is Stage.CLOSING:
        rank = 0 if h.counted is None else 1
    elif h.start_offered:
        rank = 1 if _code_holds(h, now) else 0
    elif h.stage is Stage.SCANNING:
        rank = 2
    return rank, _since(h).timestamp()


def _code_holds(h: Handover, now: datetime) -> bool:
    return h.start_otc_at is not None and (h.start_otc_until is None or h.start_otc_until > now)


def _since(h: Handover) -> datetime:
    return {Stage.SCANNING: h.scanning_at, Stage.CLOSING: h.closing_at}.get(h.stage) or h.arrived_at


def _dock(
    location: Location,
    present: Sequence[Handover],
    claims: Sequence[Claim],
    small: str,
    blind_since: datetime | None,
    zone: tzinfo,
    now: datetime,
) -> list[Block]:
    """One location: its day, its FEs, its claims."""
    blocks: list[Block] = [DividerBlock(), header(cut(location.name, 100) or cut(location.id, 100) or "–")]
    if small:
        blocks.append(context(small))
    if blind_since is not None:
        unseen = _(
            "🙈 The bot has not seen this dock since {time}: Flipkart gives no answer for it. "
            "Use Seller Hub, and tell whoever installed the bot to run `otc-bot doctor`."
        )
        blocks.append(section(unseen.format(time=at(blind_since, zone))))
    ordered = sorted(present, key=lambda h: urgency(h, now))
    blocks += [_row(handover, zone, now) for handover in ordered[:FES]]
    if len(ordered) > FES:
        more = _("and {n} more; each has a card in {channel}")
        blocks.append(section(more.format(n=number(len(ordered) - FES), channel=f"<#{location.channel}>")))
    if not present and blind_since is None:
        nobody = _("Nobody is at the dock right now. An FE who arrives gets a card in {channel}.")
        blocks.append(section(nobody.format(channel=f"<#{location.channel}>")))
    if claims:
        blocks += open_claims(location, claims, now, zone, CLAIMS)
    return blocks


def _due(location: Location, forecast: Forecast, heartbeat: timedelta, now: datetime) -> str:
    """What should come today, and how often the dock is looked at where that is nothing."""
    if forecast.due or forecast.out:
        said = [ngettext("{n} parcel due today", "{n} parcels due today", forecast.due).format(n=number(forecast.due))]
        if forecast.out:
            said.append(_("{n} out for delivery").format(n=number(forecast.out)))
        return "📦 " + ", ".join(said)
    if location.arrivals == "due":
        return _("📦 Nothing due today: looked at every {length} while nobody asks").format(length=span(heartbeat))
    if forecast.has_worked(now):
        return _(
            "📦 Nothing due today\n"
            'For whoever runs the bot: `arrivals = "due"` in bot.toml saves Flipkart calls at this dock.'
        )
    return _("📦 Nothing due today")


def _small(week: Week | None, codes: Known | None) -> str:
    """The day and the codes, in one block: a Home has room for a hundred."""
    lines = [_day(week)] if week is not None else []
    return "\n".join([*lines, codes_line(codes)] if codes is not None else lines)


def _day(week: Week) -> str:
    """Today, and what is usual, in figures: bars would be read out sign by sign."""
    today = _("Today: no FE so far")
    if week.handovers:
        today = _("Today: {parcels} from {fes}, {n} rejected") if week.rejected else _("Today: {parcels} from {fes}")
    fes = ngettext("{n} FE", "{n} FEs", week.handovers).format(n=number(week.handovers))
    lines = [today.format(parcels=parcels(week.parcels), fes=fes, n=number(week.rejected))]
    if week.usual is not None:
        lines.append(_("Usually {parcels} a day").format(parcels=parcels(week.usual)))
    return "\n".join(lines)


def _row(h: Handover, zone: tzinfo, now: datetime) -> SectionBlock:
    lines = [f"{SIGNS[h.stage]} {fe(h)} · {courier(h)}", _stands(h, zone, now)]
    button = None
    if h.stage is Stage.WAITING:
        button = start_button(h, now) if h.start_offered else None
    else:
        lines += [*_scans(h, zone), *_counted(h)]
        if h.stage is Stage.CLOSING:
            button = end_button(h)
        else:
            button = ButtonElement(text=_("Count"), action_id=ids.COUNT, value=h.id)
    if aside := set_aside(h):
        lines.append("⚠️ " + _("*Set aside:* {why}").format(why=", ".join(aside)))
    return SectionBlock(text=mrkdwn("\n".join(lines)), accessory=_named(button, h) if button is not None else None)


def _named(button: ButtonElement, h: Handover) -> ButtonElement:
    """With the FE's name for the ear: who goes from button to button hears nothing of what stands beside them."""
    seen = button.text.text if button.text is not None else ""
    button.accessibility_label = cut(f"{seen}: {bare(h.fe_name or h.fe_id)}", LABEL)
    return button


def _stands(h: Handover, zone: tzinfo, now: datetime) -> str:
    """The stage; or that a code is out, which is one of its own."""
    if h.stage is Stage.WAITING:
        return waiting_line(h, zone, now)
    if h.end_code_out:
        return end_code_line(h, zone)
    # Since when, not how long: a time that passes would have the tab drawn again each minute.
    since = at(_since(h), zone)
    if h.stage is Stage.CLOSING:
        return f"{closing_todo(h)} {_('On the End OTC page since {time}').format(time=since)}"
    return _("Scanning since {time}").format(time=since)


def _scans(h: Handover, zone: tzinfo) -> list[str]:
    parts = [_("{parcels} scanned").format(parcels=parcels(h.scanned))]
    if h.scans_per_minute is not None:
        parts.append(_("{n} a minute").format(n=number(h.scans_per_minute, 1)))
    if h.last_scan_at is not None:
        parts.append(_("last scan {time}").format(time=at(h.last_scan_at, zone)))
    return [", ".join(parts)]


def _counted(h: Handover) -> list[str]:
    if h.counted is None:
        return []
    line = _("{n} counted by hand").format(n=number(h.counted))
    return [line if not h.missing_by_count else f"⚠️ {line}"]
