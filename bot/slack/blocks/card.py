"""The root card of a thread: read in a second on a phone, with the one button that helps now in sight.

Header, one sentence that says what to do, what to look at, one row of buttons, one small line: at most seven lines and
260 px at a width of 360.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from slack_sdk.models.blocks import Block, ButtonElement

from bot.handover.beside import NOTHING, Beside
from bot.handover.location import Location
from bot.handover.machine import stage_of
from bot.handover.model import OWN_LIST, Handover, Stage
from bot.i18n import _, ngettext, number, span
from bot.slack import ids
from bot.slack.blocks import tally
from bot.slack.blocks.menu import row
from bot.slack.blocks.own_scans import differences
from bot.slack.blocks.problems import report_button
from bot.slack.blocks.reminders import taken_line
from bot.slack.blocks.stages import SIGNS, todo, warnings
from bot.slack.blocks.text import at, context, cut, esc, header, ident, parcels, sections

NAME = 40
"""Longest name in the header: two lines of a phone."""
COURIER = 30

Row = tuple[Sequence[ButtonElement], Sequence[ButtonElement]]
"""The buttons that are shown, and those behind ⋯."""


def card(
    handover: Handover,
    location: Location,
    zone: tzinfo,
    now: datetime,
    beside: Beside = NOTHING,
    *,
    calls_shared: bool = False,
    several_docks: bool = False,
    namesake: bool = False,
    as_of: datetime | None = None,
) -> list[Block]:
    """The blocks of the root message.

    Args:
        handover: whose card.
        location: where.
        zone: in which times are written for those whose own zone is not known.
        now: tells whether a code has expired.
        beside: what is kept beside the handover.
        calls_shared: whether other tools use up Flipkart's calls.
        several_docks: whether the channel has cards of other locations too.
        namesake: whether another FE of this name is at the dock.
        as_of: since when Flipkart has not answered here; None while it does.
    """
    h = handover
    lines = [todo(h, zone, now, beside.shares), *warnings(h, zone, beside)]
    if h.lists_no_more and h.stage is Stage.SCANNING:
        lines.append(_("💡 Flipkart lists nothing new; ask the FE whether they are done"))
    blocks: list[Block] = [header(f"{SIGNS[h.stage]} {_whom(h, namesake=namesake)}"), *sections(lines)]
    shown, behind = _row(h, now)
    if shown:
        blocks.append(row(f"card_{h.id}", shown, behind))
    small = list(_small(h, zone))
    if several_docks:
        small.append(esc(location.name))
    blocks.append(context(" · ".join(small)))
    if as_of is not None and not h.over:
        blocks.append(context(_("🔌 As of {time}: Flipkart has not answered since").format(time=at(as_of, zone))))
    elif calls_shared and h.stage is Stage.SCANNING:
        blocks.append(context(_("⚠️ Our other tools use up the calls to Flipkart: new scans may show late for now")))
    return blocks


def start_button(h: Handover, now: datetime) -> ButtonElement:
    """For who waits: the code, the one that is out, or a new one where that has expired."""
    if not h.start_code_out:
        return _green(ButtonElement(text=_("Start OTC"), action_id=ids.START, value=h.id))
    if h.start_code_expired(now):
        return _green(ButtonElement(text=_("New code"), action_id=ids.START, value=h.id))
    return ButtonElement(text=_("Show it again"), action_id=ids.START, value=h.id)


def end_button(h: Handover, *, green: bool = True) -> ButtonElement:
    """The End OTC, or the one that is out."""
    if h.end_code_out:
        return ButtonElement(text=_("Show it again"), action_id=ids.END, value=h.id)
    button = ButtonElement(text=_("End OTC"), action_id=ids.END, value=h.id)
    return _green(button) if green else button


def _whom(h: Handover, *, namesake: bool) -> str:
    name, partner = cut(h.fe_name, NAME) or _("FE"), cut(h.partner, COURIER) or _("courier")
    return f"{name} ({cut(h.fe_id, NAME)}) · {partner}" if namesake or not h.fe_name else f"{name} · {partner}"


def _row(h: Handover, now: datetime) -> Row:
    """One button is green, the one that brings the FE on; what can only refuse is not offered."""
    match h.stage:
        case Stage.WAITING:
            return ([start_button(h, now)] if h.start_offered else []), ()
        case Stage.SCANNING if stage_of(h.status) is not None:
            one, five, ten, undo = tally.buttons(h)
            return [_green(one), five, ten, tally.short(undo)], [_count(h), end_button(h, green=False), *_seldom(h)]
        case Stage.SCANNING | Stage.CLOSING:
            # What a word that nobody has published means only Flipkart knows: the FE may be done.
            one, five, ten, undo = tally.buttons(h)
            if h.end_code_out:
                return [end_button(h)], [_count(h), one, undo, *_seldom(h)]
            return [end_button(h), one, five], [ten, undo, _count(h), *_seldom(h)]
        case Stage.CLOSED | Stage.LEFT:
            # Damage is found later, also where the FE was gone at once.
            return ([report_button(h)] if h.scanned or h.stage is Stage.CLOSED else []), ()


def _count(h: Handover) -> ButtonElement:
    return ButtonElement(text=_("Type the count"), action_id=ids.COUNT, value=h.id)


def _seldom(h: Handover) -> list[ButtonElement]:
    every = [report_button(h)]
    if h.own_scanned and not h.own_whole:
        every.append(ButtonElement(text=_("I scan all of them"), action_id=ids.OWN_ALL, value=h.id))
    return every


def _green(button: ButtonElement) -> ButtonElement:
    button.style = "primary"
    return button


def _small(h: Handover, zone: tzinfo) -> Iterator[str]:
    """Facts that are looked up, not read. Times are moments: nothing draws a card anew because time passes."""
    yield from _times(h, zone)
    yield ident(h.fe_id)
    yield _("task {task}").format(task=ident(h.task_id))
    if h.lob and h.stage is Stage.WAITING and not h.start_code_out:
        yield esc(h.lob)
    if h.status and not h.over and stage_of(h.status) is None:
        # A word that nobody has published says nothing to the bot, but perhaps to the people at the dock.
        yield _("Flipkart says {word}").format(word=ident(h.status, 40))
    if h.own_scanned and not h.over:
        yield _own(h)
        if h.stage is Stage.SCANNING:
            yield from differences(h)
    if h.unexpected is not None and h.matched:
        yield _("📋 {n} of {all} on the list").format(n=number(h.matched), all=number(h.scanned))
    if h.awaited and not h.over and h.stage is not Stage.WAITING:
        yield ngettext("{n} of the list still missing", "{n} of the list still missing", h.awaited).format(
            n=number(h.awaited)
        )
    yield from (text for text in (_confirmed(h), taken_line(h, zone)) if text)
    if h.over and h.scanned:
        yield _("receipt in the thread")


def _times(h: Handover, zone: tzinfo) -> Iterator[str]:
    if h.over and h.ended_at:
        length = span(h.ended_at - h.arrived_at)
        yield _("{begin}–{end} ({length})").format(
            begin=at(h.arrived_at, zone), end=at(h.ended_at, zone), length=length
        )
    elif h.stage is Stage.WAITING:
        # Without a code the sentence says it.
        if h.start_code_out:
            yield _("here since {time}").format(time=at(h.arrived_at, zone))
    elif h.stage is Stage.CLOSING:
        # How long the FE stands there; nothing can be scanned any more.
        yield _("since {time}").format(time=at(h.closing_at or h.arrived_at, zone))
    elif h.last_scan_at:
        yield _("last scan {time}").format(time=at(h.last_scan_at, zone))


def _own(h: Handover) -> str:
    n = h.own_scanned
    if n == h.scanned and not h.own_only:
        return _("🔎 {n} scanned by us: the same as the FE's").format(n=number(n))
    said = ngettext("🔎 {n} scanned by us", "🔎 {n} scanned by us", n)
    if not h.own_whole:
        said = ngettext(
            "🔎 {n} scanned by us (counts as a full list from {all} on)",
            "🔎 {n} scanned by us (counts as a full list from {all} on)",
            n,
        )
    return said.format(n=number(n), all=number(OWN_LIST))


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
