"""Reminders in a thread, who is told when nobody answers, "I'm on it", and the card's line about who is."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import assert_never

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from bot.handover.events import Happening
from bot.handover.evidence import SHOTS, Shot
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover
from bot.handover.reminders import ReminderKind, moved_on
from bot.i18n import _, number
from bot.slack import ids
from bot.slack.blocks.mentions import mention, mentions
from bot.slack.blocks.text import at, context, esc, fe, ident, section, since, who


def reminder(h: Handover, location: Location, entry: AuditEntry, zone: tzinfo, *, shared: bool) -> list[Block]:
    """The blocks of a REMINDED, ESCALATED or TAKEN reply; `shared` says that several locations use the channel."""
    where = f"{esc(location.name)} · " if shared else ""
    small = context(f"{where}{at(entry.at, zone, '{time_secs}')}")
    if entry.what is Happening.TAKEN:
        return [section(_("🙋 {who} is on it.").format(who=who(entry.by))), small]
    if entry.what is Happening.ESCALATED:
        # All of them, however many: each is called.
        people = " ".join(mention(one) for one in entry.detail["to"])
        lines = [f"📣 {people} {_sentence(h, entry, zone)}", _("Nobody has taken it yet.")]
    else:
        people = mentions(location, entry.at, zone)
        lines = [" ".join(part for part in ("⏰", people, _sentence(h, entry, zone)) if part)]
    taken = ButtonElement(text=_("I'm on it"), action_id=ids.TAKE, value=h.id)
    return [section("\n".join(lines)), ActionsBlock(elements=[*_does(h, entry), taken]), small]


def _does(h: Handover, entry: AuditEntry) -> list[ButtonElement]:
    """The button that does what is asked for, where one can."""
    kind = ReminderKind(entry.detail["kind"])
    if kind in (ReminderKind.WAITING, ReminderKind.EXPIRING):
        return [ButtonElement(text=_start_word(h, entry), action_id=ids.START, value=h.id, style="primary")]
    if kind is ReminderKind.UNCOUNTED:
        return [ButtonElement(text=_("End OTC"), action_id=ids.END, value=h.id, style="primary")]
    return []


def _start_word(h: Handover, entry: AuditEntry) -> str:
    """As the card's own button is called at that moment."""
    if not h.start_code_out:
        return _("Start OTC")
    return _("New code") if h.start_code_expired(entry.at) else _("Show it again")


def direct_blocks(h: Handover, location: Location, entry: AuditEntry, zone: tzinfo, link: str | None) -> list[Block]:
    """The message to one person alone of what an ESCALATED entry tells; `link` leads to the thread."""
    place = f"*{esc(location.name)}*"
    todo = _("Nobody has taken it yet: press *I'm on it* in the thread.")
    lines = [f"📣 {place}: {_sentence(h, entry, zone)}", todo]
    if link is not None:
        lines.append(f"<{link}|{_('Open the thread')}>")
    return [section("\n".join(lines))]


def taken_line(h: Handover, zone: tzinfo) -> str:
    """The card's line about who is on it; empty when nobody is. Says no passing time: it is drawn from state alone."""
    if h.taken_at is None or moved_on(h):
        return ""
    return _("🙋 {who} has been on it since {time}").format(who=who(h.taken_by), time=at(h.taken_at, zone))


def taken_answer(h: Handover, zone: tzinfo, *, mine: bool) -> str:
    """What the one who pressed reads."""
    if mine:
        return _("🙋 You took this: {fe}. No reminder for 30 min, or until they move on.").format(fe=fe(h))
    since = at(h.taken_at, zone) if h.taken_at else ""
    return _("{who} has been on it since {time}. Talk to them if you want to take over.").format(
        who=who(h.taken_by), time=since
    )


def _sentence(h: Handover, entry: AuditEntry, zone: tzinfo) -> str:
    """What waits, since when, and what to do. A moment, and no length of time: nobody edits it as time goes on."""
    kind = ReminderKind(entry.detail["kind"])
    values = {"fe": fe(h), "time": since(_moment(h, entry, kind), entry.at, zone)}
    if kind is ReminderKind.WAITING and h.start_code_expired(entry.at):
        return _("{fe} has waited since {time}, and their Start OTC stopped working: press *New code*.").format(
            **values
        )
    if kind is ReminderKind.WAITING:
        return _("{fe} has waited since {time} and has no Start OTC that works: press *Start OTC*.").format(**values)
    if kind is ReminderKind.EXPIRING:
        return _("The Start OTC for {fe} works until {time} and is not used yet: read it out to them now.").format(
            **values
        )
    if kind is ReminderKind.IDLE:
        return _("{fe} has scanned nothing since {time}: ask what is wrong.").format(**values)
    if kind is ReminderKind.UNCOUNTED:
        return _(
            "{fe} has been on the End OTC page since {time}, and nobody has counted: count, then press *End OTC*."
        ).format(**values)
    if kind is ReminderKind.PHOTOS:
        head = _("{fe} is about to leave. Take these photos for claims now:").format(**values)
        lines = [
            _("• {parcel}: {shots}").format(parcel=ident(one["tracking_id"]), shots=_shots(one["shots"]))
            for one in entry.detail["missing"]
        ]
        more = int(entry.detail["number"]) - len(lines)
        lines += [_("and {n} more").format(n=number(more))] if more > 0 else []
        return "\n".join([head, *lines])
    assert_never(kind)


def _moment(h: Handover, entry: AuditEntry, kind: ReminderKind) -> datetime:
    """Since when it waits; of a code that is about to end, when it does."""
    if "since" in entry.detail:
        return datetime.fromisoformat(entry.detail["since"])
    length = timedelta(minutes=int(entry.detail.get("minutes") or 0))
    if kind is not ReminderKind.EXPIRING:
        return entry.at - length
    ends = h.start_otc_until
    # Another code may have been shown since: then what was left of this one tells when it ended, to the minute.
    return (
        ends
        if ends is not None and timedelta() <= ends - entry.at - length < timedelta(minutes=1)
        else entry.at + length
    )


def _shots(kept: Sequence[str]) -> str:
    return ", ".join(_(SHOTS[shot]) for shot in Shot if shot.value in kept)
