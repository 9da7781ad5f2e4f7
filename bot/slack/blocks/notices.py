"""What a phone shows of a message before it is opened, and what a screen reader says: its `text`.

*What is to be done: which FE, which dock.* The point stands in the first 40 signs, because a locked screen shows hardly
more. Where few parcels are meant, their ids follow.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from bot.handover.approvals import Word
from bot.handover.claims import State
from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment, Stage
from bot.handover.reminders import ReminderKind
from bot.handover.unreceived import Alarm
from bot.i18n import N_, _, date, ngettext, number
from bot.slack.blocks.text import bare, esc, parcels, waited

NAMED = 2
"""Parcels whose ids are told: more would not be read."""
_NAME = 40


def named(h: Handover) -> str:
    """The FE as plain text."""
    return esc(h.fe_name, _NAME) or esc(h.fe_id, _NAME)


def card_text(h: Handover, location: Location, now: datetime, *, namesake: bool = False) -> str:
    """Of a card: where the handover stands, as what is to be done next.

    Args:
        h: the handover.
        location: its.
        now: tells whether a code has expired.
        namesake: whether another FE of this name is at the dock.
    """
    fe = f"{named(h)} ({bare(h.fe_id, _NAME)})" if namesake and h.fe_name else named(h)
    facts = {"fe": fe, "location": esc(location.name)}
    if h.stage is Stage.CLOSED and h.missing_by_count:
        return _closed_differs(h.counted or 0, h.scanned, facts)
    if h.start_code_expired(now):
        return _(_PLAIN[Happening.START_ROTATED]).format(**facts)
    if h.stage is Stage.CLOSING and not h.end_code_out:
        return _at_the_end(h, facts)
    return _card(h).format(**facts, n=number(h.scanned))


def _card(h: Handover) -> str:
    if h.stage is Stage.WAITING and h.otc_mode is OtcMode.END_ONLY:
        return _("Arrived, needs no Start OTC: {fe}, {location}")
    if h.stage is Stage.WAITING:
        taken = h.start_otc_at is not None
        return _("Start OTC taken: {fe}, {location}") if taken else _("Start OTC needed: {fe}, {location}")
    if h.stage is Stage.SCANNING:
        return _("{n} scanned so far: {fe}, {location}") if h.scanned else _("Scanning has begun: {fe}, {location}")
    if h.stage is Stage.CLOSED:
        return _("Closed, {n} scanned: {fe}, {location}")
    if h.stage is Stage.LEFT:
        return _("LEFT, no End OTC: {fe}, {location}") if h.scanned else _("LEFT before scanning: {fe}, {location}")
    return _("End OTC taken: {fe}, {location}")


def milestone_text(
    entry: AuditEntry, h: Handover, location: Location, problems: Sequence[Shipment], zone: tzinfo
) -> str:
    """Of a reply in the thread; `problems` are the parcels that it names."""
    if entry.what in (Happening.REMINDED, Happening.ESCALATED):
        return reminder_text(h, location, entry)
    facts = {"fe": named(h), "location": esc(location.name)}
    if entry.what in _PLAIN:
        return _(_PLAIN[entry.what]).format(**facts)
    return _OF[entry.what](h, entry, facts, problems, zone)


def reminder_text(h: Handover, location: Location, entry: AuditEntry) -> str:
    """Of a reminder, and of what tells others that nobody answers, in the thread and to one person alone."""
    minutes = int(entry.detail.get("minutes") or 0)
    facts = {"fe": named(h), "location": esc(location.name), "length": waited(minutes)}
    kind = ReminderKind(entry.detail["kind"])
    if kind is ReminderKind.PHOTOS:
        n = int(entry.detail["number"])
        said = ngettext(
            "Take photos of {n} parcel: {fe}, {location}", "Take photos of {n} parcels: {fe}, {location}", n
        )
        return said.format(**facts, n=number(n))
    if kind is ReminderKind.EXPIRING and minutes < 1:
        return _("OTC ends within a minute: {fe}, {location}").format(**facts)
    return _(_WAITS[kind]).format(**facts)


_WAITS = {
    ReminderKind.WAITING: N_("Start OTC needed, waits {length}: {fe}, {location}"),
    ReminderKind.EXPIRING: N_("OTC ends in {length}: {fe}, {location}"),
    ReminderKind.IDLE: N_("No scan for {length}: {fe}, {location}"),
    ReminderKind.UNCOUNTED: N_("Count, then End OTC, waits {length}: {fe}, {location}"),
}
_PLAIN = {
    Happening.SCANNING: N_("Scanning has begun: {fe}, {location}"),
    Happening.START_ROTATED: N_("Take a new Start OTC: {fe}, {location}"),
    Happening.REOPENED: N_("Back on the dock: {fe}, {location}"),
    Happening.TAKEN: N_("Somebody is on it: {fe}, {location}"),
}

Facts = Mapping[str, str]


def _closing(h: Handover, _entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    return _at_the_end(h, facts)


def _at_the_end(h: Handover, facts: Facts) -> str:
    """What is to be done while the FE is on the End OTC page."""
    if h.counted is None:
        return _("Count, then End OTC: {fe}, {location}").format(**facts)
    if h.missing_by_count:
        return _differs(h.counted, h.scanned, facts)
    return _("All counted, take the End OTC: {fe}, {location}").format(**facts)


def _set_aside(_h: Handover, _entry: AuditEntry, facts: Facts, problems: Sequence[Shipment], _zone: tzinfo) -> str:
    if not problems:
        return _("Nothing to set aside any more: {fe}, {location}").format(**facts)
    n, ids = len(problems), [one.tracking_id for one in problems]
    return _with(ids, _("Set aside {n}: {fe}, {location}").format(**facts, n=number(n)))


def _cleared(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    ids = _told(entry)
    said = ngettext(
        "{n} need not be set aside: {fe}, {location}", "{n} need not be set aside: {fe}, {location}", len(ids)
    )
    return _with(ids, said.format(**facts, n=number(len(ids))))


def _withdrawn(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    ids = _told(entry)
    said = _("{n} no longer scanned, says Flipkart: {fe}, {location}")
    return _with(ids, said.format(**facts, n=number(len(ids))))


def _same_id(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    return _with(_told(entry), _("One id for several parcels: {fe}, {location}").format(**facts))


def _start(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    if entry.detail.get("again"):
        return _("New Start OTC taken: {fe}, {location}").format(**facts)
    return _("Start OTC taken: {fe}, {location}").format(**facts)


def _counted(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    counted, scanned = int(entry.detail["counted"]), int(entry.detail["scanned"])
    if counted != scanned:
        return _differs(counted, scanned, facts)
    return _("All {counted} counted: {fe}, {location}").format(**facts, counted=number(counted))


def _differs(counted: int, scanned: int, facts: Facts) -> str:
    n = abs(scanned - counted)
    said = ngettext(
        "{n} not scanned, {counted} counted: {fe}, {location}",
        "{n} not scanned, {counted} counted: {fe}, {location}",
        n,
    )
    if counted < scanned:
        said = _("{n} missing, {counted} of {scanned} counted: {fe}, {location}")
    return said.format(**facts, n=number(n), counted=number(counted), scanned=number(scanned))


def _asked(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    said = _("Agree or refuse, {counted} of {scanned}: {fe}, {location}")
    return said.format(
        **facts, counted=number(int(entry.detail["counted"])), scanned=number(int(entry.detail["scanned"]))
    )


def _answered(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    if entry.detail["word"] == Word.GRANTED:
        return _("Agreed, take the End OTC: {fe}, {location}").format(**facts)
    return _("Refused, count again: {fe}, {location}").format(**facts)


def _end(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    counted, scanned = entry.detail["counted"], int(entry.detail["scanned"])
    if counted is None or counted == scanned:
        return _("End OTC taken: {fe}, {location}").format(**facts)
    said = _("End OTC taken, {counted} for {scanned}: {fe}, {location}")
    if int(counted) < scanned:
        said = _("End OTC taken, {counted} of {scanned}: {fe}, {location}")
    return said.format(**facts, counted=number(int(counted)), scanned=number(scanned))


def _over(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    scanned = int(entry.detail["scanned"])
    if entry.what is Happening.CLOSED:
        counted = entry.detail.get("counted")
        if counted is not None and counted != scanned:
            return _closed_differs(int(counted), scanned, facts)
        return _("Closed, {n} scanned: {fe}, {location}").format(**facts, n=number(scanned))
    said = _("LEFT, no End OTC: {fe}, {location}") if scanned else _("LEFT before scanning: {fe}, {location}")
    return said.format(**facts)


def _closed_differs(counted: int, scanned: int, facts: Facts) -> str:
    said = _("Closed, {counted} counted, {scanned} scanned: {fe}, {location}")
    if counted < scanned:
        said = _("Closed, {counted} of {scanned} counted: {fe}, {location}")
    return said.format(**facts, counted=number(counted), scanned=number(scanned))


def _own_differs(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    missing, only = int(entry.detail.get("missing_total") or 0), int(entry.detail.get("only_total") or 0)
    said = _("{missing} missing, {extra} extra: {fe}, {location}")
    if not only:
        said = _("{missing} missing: {fe}, {location}")
    elif not missing:
        said = _("{extra} extra: {fe}, {location}")
    return said.format(**facts, missing=number(missing), extra=number(only))


def _unexpected(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    ids = _told(entry)
    return _with(ids, _("{n} not on your list: {fe}, {location}").format(**facts, n=number(len(ids))))


def _reported(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    return _with([str(entry.detail["tracking_id"])], _("Problem parcel reported: {fe}, {location}").format(**facts))


def _claim_due(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], zone: tzinfo) -> str:
    return _with(
        _claimed_for(entry), _("Claim by {date}, {parcels}: {fe}, {location}").format(**facts, **due(entry, zone))
    )


def _claim_waits(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    n = int(entry.detail["number"])
    said = ngettext(
        "Ask Flipkart about {n} claim: {fe}, {location}", "Ask Flipkart about {n} claims: {fe}, {location}", n
    )
    return _with(_claimed_for(entry), said.format(**facts, n=number(n)))


def _claimed(_h: Handover, entry: AuditEntry, facts: Facts, _problems: Sequence[Shipment], _zone: tzinfo) -> str:
    state = State(entry.detail.get("state", State.RAISED))
    # Before there were states, one parcel was claimed for at a time.
    ids = _claimed_for(entry) or [str(entry.detail.get("tracking_id", ""))]
    return _with(ids, _(_STEPS[state]).format(**facts, n=number(len(ids))))


_STEPS = {
    State.DRAFT: N_("Claim noted for {n}: {fe}, {location}"),
    State.RAISED: N_("Claim filed for {n}: {fe}, {location}"),
    State.ACCEPTED: N_("Claim accepted for {n}: {fe}, {location}"),
    State.REJECTED: N_("Claim rejected for {n}: {fe}, {location}"),
    State.REOPENED: N_("Claim contested for {n}: {fe}, {location}"),
    State.PAID: N_("Claim paid for {n}: {fe}, {location}"),
}
_OF = {
    Happening.CLOSING: _closing,
    Happening.PROBLEMS: _set_aside,
    Happening.CLEARED: _cleared,
    Happening.WITHDRAWN: _withdrawn,
    Happening.SAME_ID: _same_id,
    Happening.START_OTC: _start,
    Happening.COUNTED: _counted,
    Happening.APPROVAL_ASKED: _asked,
    Happening.APPROVAL_GIVEN: _answered,
    Happening.END_OTC: _end,
    Happening.CLOSED: _over,
    Happening.LEFT: _over,
    Happening.OWN_DIFFERS: _own_differs,
    Happening.UNEXPECTED: _unexpected,
    Happening.REPORTED: _reported,
    Happening.CLAIM_DUE: _claim_due,
    Happening.CLAIM_WAITS: _claim_waits,
    Happening.CLAIMED: _claimed,
}


def unreceived_text(alarm: Alarm, location: Location, zone: tzinfo, claim_days: int) -> str:
    """Of the alarm about returns that never came."""
    n, ids = len(alarm.items), [one.tracking_id for one in alarm.items]
    facts = {"n": number(n), "location": esc(location.name)}
    until = alarm.claim_by(claim_days)
    if until is None:
        said = ngettext("{n} never came, look for it: {location}", "{n} never came, look for them: {location}", n)
        return _with(ids, said.format(**facts))
    said = ngettext("{n} never came, claim by {date}: {location}", "{n} never came, claim by {date}: {location}", n)
    return _with(ids, said.format(**facts, date=date(until, zone)))


def news_text(entry: AuditEntry, location: Location, zone: tzinfo) -> str:
    """Of a reply below an alarm: what happened to claims for returns that never came."""
    at, d, ids = esc(location.name), entry.detail, _claimed_for(entry)
    if entry.what is Happening.CLAIM_DUE:
        said = _("Claim by {date}, {parcels}: never came to {location}")
        return _with(ids, said.format(**due(entry, zone), location=at))
    if entry.what is Happening.CLAIM_WAITS:
        n = int(d["number"])
        said = ngettext(
            "Ask Flipkart about {n} claim: never came to {location}",
            "Ask Flipkart about {n} claims: never came to {location}",
            n,
        )
        return _with(ids, said.format(n=number(n), location=at))
    n = len(ids)
    said = ngettext("{n} came after all: {location}", "{n} came after all: {location}", n)
    if entry.what is Happening.CLAIMED:
        said = _(_STEPS_OF_NEWS[State(d.get("state", State.RAISED))])
    return _with(ids, said.format(n=number(n), location=at))


_STEPS_OF_NEWS = {
    State.DRAFT: N_("Claim noted for {n}: never came to {location}"),
    State.RAISED: N_("Claim filed for {n}: never came to {location}"),
    State.ACCEPTED: N_("Claim accepted for {n}: never came to {location}"),
    State.REJECTED: N_("Claim rejected for {n}: never came to {location}"),
    State.REOPENED: N_("Claim contested for {n}: never came to {location}"),
    State.PAID: N_("Claim paid for {n}: never came to {location}"),
}


def due(entry: AuditEntry, zone: tzinfo) -> dict[str, str]:
    """Until when claims are to be made, and for how many parcels."""
    until = date(datetime.fromisoformat(entry.detail["due"]), zone)
    return {"date": until, "parcels": parcels(int(entry.detail["number"]))}


def _told(entry: AuditEntry) -> list[str]:
    return [str(one) for one in entry.detail.get("tracking_ids") or ()]


def _claimed_for(entry: AuditEntry) -> list[str]:
    return [str(one["tracking_id"]) for one in entry.detail.get("claims") or ()]


def _with(tracking_ids: Sequence[str], said: str) -> str:
    """What is said, with the ids of the parcels where they are few."""
    ids = list(dict.fromkeys(one for one in tracking_ids if one))
    return f"{said} ({', '.join(bare(one, _NAME) for one in ids)})" if 0 < len(ids) <= NAMED else said
