"""What should arrive against what is scanned: the lines of modals, the lists, and what was read of a file."""

from collections.abc import Sequence
from datetime import tzinfo

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement
from slack_sdk.models.views import View

from bot.handover.dropped import Kept
from bot.handover.expected import Listing
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment
from bot.i18n import N_, _, ngettext, number, pgettext
from bot.lists.model import ListRead
from bot.lists.refused import ListUnreadableError
from bot.slack import ids
from bot.slack.blocks import brought
from bot.slack.blocks.text import cut, esc, fe, ident, more, parcels, section, sections

LISTS_TITLE = N_("Expected parcels")
READING = N_("⏳ Reading the list…")
TOO_MANY_FILES = N_("One list at a time: drop each file in a message of its own.")
NO_FILES = N_("This message has no file. Use the shortcut on a message with a CSV or XLSX file.")
NOT_KEPT = N_(
    "The list could not be kept: tell whoever runs the bot, its log says what to do. Then drop the file again."
)
STOPPING = N_("The bot is being restarted and may not have kept this list. Drop the file again in a minute.")
FAULT = N_("Something went wrong in the bot and this list was not kept; it is on record. Drop the file again.")
NO_LIST = N_(
    "No list of expected parcels came in the last 30 days. "
    "Drop a CSV or XLSX file into the channel and mention the bot."
)

CALLED_OUT = 40
"""Parcels named in one reply; the card has the number of all."""
LISTED = 15
"""Parcels named of each list in the End OTC modal."""
SKIPPED = 10
"""Rows named one by one in the answer to a list."""
NO_LISTING = Listing()


def summary(handover: Handover) -> str:
    """One line; none before there is a scan that could be on a list."""
    if not handover.scanned:
        return ""
    matched = ngettext("{n} of {all} is on your list", "{n} of {all} are on your list", handover.matched)
    parts = [matched.format(n=number(handover.matched), all=parcels(handover.scanned))]
    if handover.otherwise:
        parts.append(
            ngettext("{n} of them by another id", "{n} of them by another id", handover.otherwise).format(
                n=number(handover.otherwise)
            )
        )
    if handover.unexpected:
        parts.append(
            ngettext("⚠️ *{n} not on your list*", "⚠️ *{n} not on your list*", handover.unexpected).format(
                n=number(handover.unexpected)
            )
        )
    return "📋 " + " · ".join(parts)


def modal_lines(handover: Handover, listing: Listing) -> list[Block]:
    """The same in the End OTC modals: what is on no list first, what is missing as a number, and a way to the lists."""
    if handover.unexpected is None and not listing.missing_total:
        return []
    lines = [line for line in [summary(handover)] if line and handover.unexpected is not None]
    lines += _list(_("Scanned, but not on your list:"), listing.unexpected[:LISTED], listing.unexpected_total)
    if listing.missing_total:
        lines.append(
            ngettext(
                "{n} expected at this dock has not been scanned by anybody so far.",
                "{n} expected at this dock have not been scanned by anybody so far.",
                listing.missing_total,
            ).format(n=parcels(listing.missing_total))
        )
    button = ButtonElement(text=_("Show lists"), action_id=ids.SHOW_LISTS, value=handover.id)
    return [*sections(lines), ActionsBlock(block_id=f"lists_{handover.id}", elements=[button])]


def lists_view(handover: Handover, of_handover: Listing, of_day: Listing) -> View:
    """Missing, unexpected and matched, of the handover and of the location's day."""
    if not (of_day.missing_total or of_handover.matched_total or of_handover.unexpected_total or of_day.matched_total):
        blocks: list[Block] = [section(_(NO_LIST))]
    else:
        lines = [_("*This handover*, {fe}").format(fe=fe(handover))]
        lines += _list(_("Scanned, but not on your list:"), of_handover.unexpected, of_handover.unexpected_total)
        lines += _matched(of_handover)
        lines.append(_("*Today at this dock*"))
        lines += _list(_("On your list, but scanned by nobody:"), of_day.missing, of_day.missing_total)
        lines += _list(_("Scanned, but not on your list:"), of_day.unexpected, of_day.unexpected_total)
        lines += _matched(of_day)
        blocks = sections(lines)
    return View(type="modal", title=_(LISTS_TITLE), blocks=blocks, close=pgettext("the view before", "Back"))


def unexpected_reply(_h: Handover, entry: AuditEntry, _problems: Sequence[Shipment], _zone: tzinfo) -> list[Block]:
    """The reply that calls out parcels of no list while the FE still stands there."""
    named = [one for one in entry.detail.get("tracking_ids") or [] if isinstance(one, str)]
    lines = [
        ngettext(
            "📋 *{parcels} scanned that is not on your list.* Look at it before the End OTC: is it yours?",
            "📋 *{parcels} scanned that are not on your list.* Look at them before the End OTC: are they yours?",
            len(named),
        ).format(parcels=parcels(len(named)))
    ]
    may_be = entry.detail.get("may_be") or {}
    for one in named[:CALLED_OUT]:
        others = ", ".join(ident(other) for other in may_be.get(one, ()))
        line = _("• {parcel}: may be {others} of the list").format(parcel=ident(one), others=others) if others else ""
        lines.append(line or f"• {ident(one)}")
    return sections(lines + more(len(named) - CALLED_OUT))


def kept(answer: Kept, zone: tzinfo) -> list[str]:
    """What was read of a list and what was not, and what became of it."""
    read = answer.read
    lines = [*brought.head(answer), _read_from(read), *brought.facts(answer, zone)]
    if read.repeated:
        lines.append(
            ngettext(
                "{n} row named a parcel again; each counts once.",
                "{n} rows named a parcel again; each counts once.",
                read.repeated,
            ).format(n=number(read.repeated))
        )
    if read.hidden:
        lines.append(
            ngettext(
                "{n} row is hidden in the sheet, by a filter for example, and was read like the others.",
                "{n} rows are hidden in the sheet, by a filter for example, and were read like the others.",
                read.hidden,
            ).format(n=number(read.hidden))
        )
    if read.skipped_count:
        lines.append(
            ngettext("⚠️ *{n} row was not read:*", "⚠️ *{n} rows were not read:*", read.skipped_count).format(
                n=number(read.skipped_count)
            )
        )
        for one in read.skipped[:SKIPPED]:
            written = f" ({ident(one.written, 60)})" if one.written else ""
            lines.append(_("• row {line}: {why}").format(line=str(one.line), why=_(one.why.value)) + written)
        lines += more(read.skipped_count - min(len(read.skipped), SKIPPED))
        if read.kinds and (len(read.kinds) > 1 or read.skipped_count > SKIPPED):
            lines.append(", ".join(f"{number(n)} × {_(why.value)}" for why, n in read.kinds))
    for put in answer.puts:
        if put.location == answer.here:
            missing = put.counted.missing
            lines.append(
                ngettext("{n} has not been scanned so far.", "{n} have not been scanned so far.", missing).format(
                    n=parcels(missing)
                )
            )
    return lines


def _read_from(read: ListRead) -> str:
    sentence = ngettext(
        "Read from the column “{column}”, {n} row.", "Read from the column “{column}”, {n} rows.", read.read
    )
    if read.sheet:
        sentence = ngettext(
            "Read from the column “{column}” of the sheet “{sheet}”, {n} row.",
            "Read from the column “{column}” of the sheet “{sheet}”, {n} rows.",
            read.read,
        )
    facts = sentence.format(column=esc(read.column), sheet=esc(read.sheet), n=number(read.read))
    others = ", ".join(f"“{esc(name)}”" for name in read.other_columns_used)
    return f"{facts} " + _("Also used: {columns}.").format(columns=others) if others else facts


def unreadable(error: ListUnreadableError, name: str) -> list[str]:
    """Why nothing could be read, and what to do."""
    facts = {fact: _fact(fact, value) for fact, value in error.facts.items()}
    sentence = _(error.problem.value).format(**facts)
    return [f"{ident(cut(name, 60))}: {sentence}" if name else sentence]


def _fact(fact: str, value: str | int) -> str:
    if isinstance(value, int):
        # A row has its number as the spreadsheet writes it.
        return str(value) if fact == "line" else number(value)
    return _(value) if fact == "why" else esc(value)


def which_place(locations: Sequence[Location]) -> str:
    """A list in a channel that several locations share."""
    names = ", ".join(f"*{esc(one.name)}*" for one in locations[:10])
    return _(
        "Several docks use this channel. Drop the file again and write beside it which one it is for: {names}."
    ).format(names=names)


def _matched(listing: Listing) -> list[str]:
    if not listing.matched:
        return []
    lines = [f"✅ {_('On your list and scanned:')} {number(listing.matched_total)}"]
    for one in listing.matched:
        other = listing.listed_as.get(one)
        line = _("• {parcel}, listed as {other}").format(parcel=ident(one), other=ident(other)) if other else ""
        lines.append(line or f"• {ident(one)}")
    return lines + more(listing.matched_total - len(listing.matched))


def _list(title: str, named: Sequence[str], total: int) -> list[str]:
    if not named:
        return []
    return [f"⚠️ {title} {number(total)}", *(f"• {ident(one)}" for one in named), *more(total - len(named))]
