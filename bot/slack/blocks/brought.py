"""What became of a list that somebody brought, beyond how it was read: where its rows went, and the way back."""

from collections.abc import Callable, Sequence
from datetime import tzinfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, PlainTextObject, SectionBlock
from slack_sdk.models.blocks.basic_components import ConfirmObject

from bot.handover.dropped import Brought, Kept, Offered, TakenBack
from bot.handover.location import Locations
from bot.i18n import N_, _, ngettext, number
from bot.lists.model import State
from bot.slack import ids
from bot.slack.blocks.text import DAY_AND_TIME, at, cut, esc, mrkdwn, parcels, section, sections, who

PLACES = 10
"""Locations that one answer names of each kind."""
TAKE_BACK = N_("Take it back")
WHAT_IS_SERVED = N_(
    "If that dock is yours, it must be in bot.toml with that id or name. If the column is about something else, "
    "delete it from the list and drop the list again."
)
NO_LISTS = N_("No list from the last 30 days can be taken back.")
LISTS_TITLE = N_("Lists of expected parcels")
"""What notifications say of the answer to /otc lists."""
STATES: dict[State, Callable[[int], str]] = {
    State.CANCELLED: lambda n: ngettext("{n} cancelled", "{n} cancelled", n),
    State.COMPLETED: lambda n: ngettext("{n} completed", "{n} completed", n),
    State.REJECTED: lambda _n: _("{n} rejected"),
}


def head(answer: Kept) -> list[str]:
    """Where the list is kept, or that it is not."""
    lines = []
    for put in answer.puts:
        facts = {"location": esc(put.location.name), "parcels": parcels(put.parcels), "new": number(put.counted.new)}
        if put.location == answer.here:
            lines.append(_("📋 The list is kept for {location}: *{parcels}*, {new} of them new.").format(**facts))
            continue
        if not lines:
            lines.append(_("📋 The list is kept, but not for {location}.").format(location=esc(answer.here.name)))
        lines.append(_("• For {location}: *{parcels}*, {new} of them new.").format(**facts))
    return lines or [_("⚠️ *Nothing of this list was kept.*")]


def facts(answer: Kept, zone: tzinfo) -> list[str]:
    """What of it is not awaited, what was left out, and what it replaced."""
    return [*_states(answer), *_left_out(answer), *_replaced(answer, zone), *_other_sheets(answer)]


def _states(answer: Kept) -> list[str]:
    lines = []
    over = [
        say(answer.states[one]).format(n=number(answer.states[one]))
        for one, say in STATES.items()
        if one in answer.states
    ]
    if over:
        lines.append(_("Not awaited, because the list itself says so: {states}.").format(states=", ".join(over)))
    unlisted = answer.states.get(State.UNLISTED, 0)
    if unlisted:
        lines.append(
            ngettext(
                "{n} row is one that the bot itself wrote down as unexpected, so it was left out.",
                "{n} rows are ones that the bot itself wrote down as unexpected, so they were left out.",
                unlisted,
            ).format(n=number(unlisted))
        )
    off = sum(put.counted.off for put in answer.puts)
    if off:
        lines.append(
            ngettext(
                "{parcels} of an earlier list is no longer awaited.",
                "{parcels} of earlier lists are no longer awaited.",
                off,
            ).format(parcels=parcels(off))
        )
    return lines


def _left_out(answer: Kept) -> list[str]:
    lines = [
        "⚠️ "
        + ngettext(
            "{parcels} is for {location}, where Slack does not say that you are an operator, and was left out: "
            "an operator there can drop this list too.",
            "{parcels} are for {location}, where Slack does not say that you are an operator, and were left out: "
            "an operator there can drop this list too.",
            n,
        ).format(parcels=parcels(n), location=esc(location.name))
        for location, n in list(answer.refused.items())[:PLACES]
    ]
    unserved = sorted(answer.unserved.items(), key=lambda one: -one[1])
    lines += [
        "⚠️ "
        + ngettext(
            "{parcels} is for “{location}”, which this bot does not serve, and was left out.",
            "{parcels} are for “{location}”, which this bot does not serve, and were left out.",
            n,
        ).format(parcels=parcels(n), location=esc(name))
        for name, n in unserved[:PLACES]
    ]
    rest = unserved[PLACES:]
    if rest:
        n = sum(one for _name, one in rest)
        lines.append(
            ngettext(
                "⚠️ And {parcels} is for {n} other docks that this bot does not serve.",
                "⚠️ And {parcels} are for {n} other docks that this bot does not serve.",
                n,
            ).format(parcels=parcels(n), n=number(len(rest)))
        )
    if unserved:
        lines.append(_(WHAT_IS_SERVED))
    return lines


def _replaced(answer: Kept, zone: tzinfo) -> list[str]:
    lines = [
        ngettext(
            "It renews {parcels} of {list}.",
            "It renews {parcels} of {list}.",
            one.parcels,
        ).format(parcels=parcels(one.parcels), list=called(one.list, zone))
        for one in answer.renewed
    ]
    if answer.renewed_others:
        n = answer.renewed_others
        lines.append(
            ngettext(
                "It renews {parcels} that was known from elsewhere.",
                "It renews {parcels} that were known from elsewhere.",
                n,
            ).format(parcels=parcels(n))
        )
    return lines


def _other_sheets(answer: Kept) -> list[str]:
    others = answer.read.other_sheets
    if not others:
        return []
    names = ", ".join(f"“{esc(one.title)}”" for one in others)
    return [
        ngettext(
            "⚠️ Another sheet has tracking ids too: {names}. It was not read.",
            "⚠️ Other sheets have tracking ids too: {names}. They were not read.",
            len(others),
        ).format(names=names)
    ]


def buttons(answer: Kept) -> list[Block]:
    """The way back, and the other sheets."""
    found = []
    if answer.puts:
        for n, sheet in enumerate(answer.read.other_sheets[: ids.MOST_SHEETS]):
            text = cut(_("Read “{sheet}”").format(sheet=sheet.title), 75)
            value = ids.sheet_value(answer.list.id, sheet.at)
            found.append(ButtonElement(text=text, action_id=f"{ids.READ_SHEET}_{n}", value=value))
        found.append(take_back_button(answer.list))
    return [ActionsBlock(block_id=f"list_{answer.list.id}", elements=found)] if found else []


def take_back_button(brought: Brought) -> ButtonElement:
    """Undoes a list, after a question."""
    sure = ConfirmObject(
        title=PlainTextObject(text=_("Take this list back?")),
        text=PlainTextObject(text=_("Its parcels will again be as the other lists say.")),
        confirm=PlainTextObject(text=_(TAKE_BACK)),
        deny=PlainTextObject(text=_("Keep it")),
    )
    return ButtonElement(text=_(TAKE_BACK), action_id=ids.TAKE_BACK, value=brought.id, confirm=sure)


def called(brought: Brought, zone: tzinfo) -> str:
    """A list by its file, who brought it and when."""
    name = esc(brought.file.name) or _("a list without a name")
    if brought.sheet:
        name = _("{name}, sheet {sheet}").format(name=name, sheet=esc(brought.sheet))
    moment = at(brought.at, zone, DAY_AND_TIME)
    return _("“{name}” by {who}, {at}").format(name=name, who=who(brought.by), at=moment)


def taken_back(answer: TakenBack, locations: Locations, zone: tzinfo) -> list[str]:
    """The answer to "Take it back"."""
    name = called(answer.list, zone)
    undone = answer.undone
    if undone is None and answer.list.taken_back_at is not None:
        sentence = _("The list {list} was taken back already, by {who}, {at}.")
        moment = at(answer.list.taken_back_at, zone, DAY_AND_TIME)
        return [sentence.format(list=name, who=who(answer.list.taken_back_by), at=moment)]
    if undone is None:
        return [_("The list {list} has no parcels any more.").format(list=name)]
    gone = ngettext("{n} is no longer on any list", "{n} are no longer on any list", undone.gone)
    again = ngettext(
        "{n} is again as an earlier list had it", "{n} are again as earlier lists had them", undone.restored
    )
    lines = [
        _("↩️ The list {list} is taken back: {gone}, {again}.").format(
            list=name, gone=gone.format(n=parcels(undone.gone)), again=again.format(n=number(undone.restored))
        )
    ]
    for one in answer.left:
        location = locations.get(one)
        lines.append(
            _("⚠️ It stays at {location}, where you can't take it back.").format(
                location=esc(location.name if location else one)
            )
        )
    return lines


def recent(lists: Sequence[Offered], locations: Locations, zone: tzinfo) -> list[Block]:
    """The answer to `/otc lists`."""
    if not lists:
        return [section(_(NO_LISTS))]
    blocks: list[Block] = [*sections([_("*Lists that can be taken back*, the newest first:")])]
    for one in lists:
        found = [locations.get(place) for place in one.places]
        names = ", ".join(esc(place.name) for place in found if place is not None)
        text = _("{list}: {parcels} for {locations}").format(
            list=called(one.list, zone), parcels=parcels(one.parcels), locations=names
        )
        blocks.append(SectionBlock(text=mrkdwn(text), accessory=take_back_button(one.list)))
    return blocks
