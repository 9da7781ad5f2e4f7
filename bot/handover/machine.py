"""The pure machine: (handover, observation) -> (handover, events). No clock, no I/O, no randomness.

Stages, from Flipkart's `task.status` matched loosely: waiting, scanning, closing; closed and left when the FE is gone.
Gone means absent from `MISSES` initial-loads in a row or more, each successful, over a time. A task that comes back
reopens.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.handover.events import Event, Happening
from bot.handover.model import Handover, OtcMode, Shipment, Stage
from bot.handover.ports import Arrivals, EndTotals, Gone, Scan, Sighting, Step
from bot.text import squash

MISSES = 2
CLOCK_SKEW = timedelta(minutes=5)
"""How far in the future Flipkart's times are believed; the published sample of `createdAt` lies years ahead."""
LONGEST_VISIT = timedelta(days=3)
"""How far in the past they are: a time of 1970 would hide a handover's parcels from all that looks back."""

ON_START_PAGE = "StartOTC"
"""A status word of the bot's own: the FE is known by a generated code alone, and the next look brings Flipkart's."""

HINTED_AFTER = timedelta(minutes=2)
"""Without a scan for so long, the end of what Flipkart lists is worth a hint; a heavy parcel takes less."""

INVISIBLE = frozenset(
    {
        *("misses", "missing_since", "unsaid", "quiet_since"),
        *("cursor_newest", "cursor_next", "cursor_version", "events", "revision"),
    }
)
"""Fields whose change nobody sees on a card."""

MAY_BE = 3
"""Of a parcel that may be several of a list: so many are named."""

_ORDER = {Stage.WAITING: 0, Stage.SCANNING: 1, Stage.CLOSING: 2}


def stage_of(status: str) -> Stage | None:
    """The stage that a raw status word means, or None for a word that says nothing.

    Only "Scanning" is published. "Pending" must not read as an End page, so words are matched at their start.
    """
    word = squash(status).removeprefix("on").removeprefix("fe").removeprefix("on")
    if word.startswith(("startotc", "startpage")) or word == "start":
        return Stage.WAITING
    if word.startswith(("endotc", "endpage")) or word == "end":
        return Stage.CLOSING
    if word in ("scanning", "scan", "scanninginprogress", "scanningstarted", "inscanning", "scanningpage"):
        return Stage.SCANNING
    return None


def _believed(moment: datetime | None, now: datetime) -> datetime:
    """A time of Flipkart's about what happens at the dock now; the bot's own where it can't be."""
    return moment if moment is not None and now - LONGEST_VISIT <= moment <= now + CLOCK_SKEW else now


def settle(before: Handover | None, after: Handover, *events: Event) -> Step:
    """Numbers the events and moves the revision on if anything that a person can see is different.

    A new stage comes with an event, whose time it has.
    """
    update: dict[str, object] = {"events": after.events + len(events)}
    if before is not None and after.stage is not before.stage:
        update["staged_at"] = events[0].at
    if before is not None and _differ(before, after):
        update["revision"] = after.revision + 1
    return Step(after.model_copy(update=update), events)


def _differ(one: Handover, other: Handover) -> bool:
    """Whether a person can see a difference."""
    values = vars(other)
    return any(value != values[name] for name, value in vars(one).items() if name not in INVISIBLE)


def arrive(new_id: str, location_id: str, mode: OtcMode, seen: Sighting, now: datetime) -> Step:
    """A task seen for the first time."""
    arrived_at = _believed(seen.created_at, now)
    stage = stage_of(seen.status) or Stage.WAITING
    handover = Handover(
        id=new_id,
        location_id=location_id,
        fe_id=seen.fe_id,
        task_id=seen.task_id,
        fe_name=seen.fe_name,
        partner=seen.partner,
        lob=seen.lob,
        otc_mode=mode,
        status=seen.status,
        stage=stage,
        arrived_at=arrived_at,
        scanning_at=now if stage is Stage.SCANNING else None,
        closing_at=now if stage is Stage.CLOSING else None,
    )
    return settle(None, handover, Event(Happening.ARRIVED, now, detail={"status": seen.status, "stage": stage}))


def see(handover: Handover, mode: OtcMode, seen: Sighting, now: datetime) -> Step:
    """A task that is known was seen again, perhaps on another page, perhaps after it had gone."""
    stage = stage_of(seen.status) or (_stage_when_back(handover) if handover.over else handover.stage)
    update: dict[str, object] = {
        "misses": 0,
        "missing_since": None,
        "status": seen.status,
        "stage": stage,
        "fe_name": seen.fe_name or handover.fe_name,
        "partner": seen.partner or handover.partner,
        "lob": seen.lob or handover.lob,
        "otc_mode": mode if mode is not OtcMode.UNKNOWN else handover.otc_mode,
    }
    if stage is not handover.stage:
        # Whoever comes back to scanning pauses anew, and may find the page that was read last unchanged.
        update |= {"lists_no_more": False, "quiet_since": now if handover.quiet_since else None}
    detail = {"status": seen.status, "before": handover.stage}
    events: list[Event] = []
    if handover.over:
        update["ended_at"] = None
        # The pages of its former life may be gone, and what is scanned from now on may stand on others.
        update |= {"cursor_newest": None, "cursor_next": None, "cursor_version": handover.cursor_version + 1}
        update["quiet_since"] = None
        # What was counted and given out was for its former end: it must not be believed at the next one.
        update |= dict.fromkeys(("counted", "counted_by", "counted_at", "counted_scanned"))
        update |= _NO_END_CODE
        events.append(Event(Happening.REOPENED, now, detail={**detail, "stage": stage}))
    elif stage is not handover.stage:
        forward = _ORDER[stage] > _ORDER[handover.stage]
        what = {Stage.SCANNING: Happening.SCANNING, Stage.CLOSING: Happening.CLOSING}.get(stage, Happening.STATUS)
        events.append(Event(what if forward else Happening.STATUS, now, detail={**detail, "stage": stage}))
    elif seen.status != handover.status:
        events.append(Event(Happening.STATUS, now, detail={**detail, "stage": stage}))
    if handover.stage is Stage.CLOSING and stage is not Stage.CLOSING:
        update |= _NO_END_CODE
    if stage is Stage.SCANNING and handover.scanning_at is None:
        update["scanning_at"] = now
    if stage is Stage.CLOSING is not handover.stage:
        update["closing_at"] = now
    return settle(handover, handover.model_copy(update=update), *events)


_TOTALS = {
    "end_total": "scanned",
    "end_obd_eligible": "obd_eligible",
    "end_obd_failed": "obd_failed",
    "end_flyer_eligible": "flyer_eligible",
    "end_flyer_failed": "flyer_failed",
}
"""A handover's column for each of Flipkart's own figures."""
_NO_END_CODE: dict[str, object] = {
    **dict.fromkeys(("end_otc_by", "end_otc_at", *_TOTALS)),
    "end_reason": "",
}
"""A code holds for one stay on the End OTC page."""


def _stage_when_back(handover: Handover) -> Stage:
    if handover.closing_at is not None:
        return Stage.CLOSING
    return Stage.SCANNING if handover.scanning_at is not None else Stage.WAITING


def miss(handover: Handover, now: datetime, gone_after: timedelta = timedelta()) -> Step:
    """A successful initial-load did not list the FE; they are gone after `MISSES` of them over `gone_after`."""
    if handover.over:
        return Step(handover)
    misses = handover.misses + 1
    # A clock that was set back must not keep an FE at the dock.
    since = min(handover.missing_since or now, now)
    if misses < MISSES or now - since < gone_after:
        return Step(handover.model_copy(update={"misses": misses, "missing_since": since}))
    closed = handover.end_otc_at is not None
    after = handover.model_copy(
        update={"misses": misses, "stage": Stage.CLOSED if closed else Stage.LEFT, "ended_at": now, "unsaid": []}
    )
    # A look that broke off between two pages has left parcels to be called out, and there is no next page to do it.
    late = [Event(Happening.PROBLEMS, now, detail={"tracking_ids": handover.unsaid})] if handover.unsaid else []
    over = Event(Happening.CLOSED if closed else Happening.LEFT, now, detail=totals(after))
    return settle(handover, after, *late, over)


def totals(handover: Handover) -> dict[str, object]:
    """The counts as an event's detail, so that a reply sent late still says what was true."""
    names = ("scanned", "accepted", "rejected", "mismatched", "counted", "end_total")
    own = ("own_scanned", "own_only", "own_missing") if handover.own_scanned else ()
    return {name: getattr(handover, name) for name in (*names, *own)}


def reconcile(
    known: Sequence[Handover],
    location_id: str,
    arrivals: Arrivals,
    now: datetime,
    new_id: Callable[[], str],
    gone_after: timedelta = timedelta(),
) -> list[Step]:
    """One successful initial-load against all handovers of the location that are present or named in it."""
    by_key = {(h.fe_id, h.task_id): h for h in known}
    seen = {(s.fe_id, s.task_id): s for s in arrivals.sightings}
    steps = []
    for key, sighting in seen.items():
        handover = by_key.get(key)
        if handover is None:
            steps.append(arrive(new_id(), location_id, arrivals.mode, sighting, now))
        else:
            steps.append(see(handover, arrivals.mode, sighting, now))
    absent = (h for key, h in by_key.items() if key not in seen and not h.over)
    steps.extend(miss(handover, now, gone_after) for handover in absent if handover.fe_id not in arrivals.unreadable)
    return steps


def read(handover: Handover, scan: Scan, now: datetime, *, more: bool = False, at_end: bool = False) -> Step:
    """New and changed rows of a page: the counts follow, and problem parcels are called out once.

    Args:
        handover: as it was before the page.
        scan: what the page brought.
        now: UTC.
        more: another page of the same look follows; what is to be called out waits for it: one look, one reply.
        at_end: the page says that nothing follows, and has room left.
    """
    came = _counted(scan.new)
    were, are = _counted([before for before, _ in scan.changed]), _counted([after for _, after in scan.changed])
    gained = {name: came[name] + are[name] - were[name] for name in _COUNTS}
    update: dict[str, object] = {name: getattr(handover, name) + more for name, more in gained.items() if more}
    if scan.own_only is not None:
        update["own_only"] = scan.own_only
    if scan.new:
        earliest, latest = now - LONGEST_VISIT, now + CLOCK_SKEW
        moments = [
            at if at is not None and earliest <= at <= latest else now for at in (s.scanned_at for s in scan.new)
        ]
        update["first_scan_at"] = min([*moments, *([handover.first_scan_at] if handover.first_scan_at else [])])
        update["last_scan_at"] = max([*moments, *([handover.last_scan_at] if handover.last_scan_at else [])])
    quiet_since = None if scan.new else handover.quiet_since
    if not more:
        quiet_since = quiet_since or now if at_end else None
    update["quiet_since"] = quiet_since
    update["lists_no_more"] = handover.lists_no_more and quiet_since is not None and not scan.new
    strangers: list[str] = []
    if scan.new and scan.listed is not None:
        strangers = [s.tracking_id for s in scan.new if s.tracking_id not in scan.listed]
        update["matched"] = handover.matched + len(scan.new) - len(strangers)
        update["unexpected"] = (handover.unexpected or 0) + len(strangers)
        update["awaited"] = scan.awaited
        update["otherwise"] = handover.otherwise + len(scan.otherwise.meant)
    # Few pages bring one: not asked of each parcel where the counts say so.
    problems = [s.tracking_id for s in scan.new if s.problem] if any(map(came.get, _PROBLEMS)) else []
    problems += [after.tracking_id for before, after in scan.changed if after.problem and not before.problem]
    cleared = [after.tracking_id for before, after in scan.changed if before.problem and not after.problem]
    problems = [*handover.unsaid, *(one for one in problems if one not in handover.unsaid)]
    said = bool(problems) and not more
    update["unsaid"] = [] if said else problems
    update["withdrawn"] = handover.withdrawn - scan.back
    events = [Event(Happening.PROBLEMS, now, detail={"tracking_ids": problems})] if said else []
    if strangers:
        # With its page, not with its look: what stands on no list waits for nothing that a later page may bring.
        said_of: dict[str, object] = {"tracking_ids": strangers}
        may_be = {one: list(ids)[:MAY_BE] for one, ids in scan.otherwise.doubtful.items() if one in strangers}
        events.append(Event(Happening.UNEXPECTED, now, detail=said_of | ({"may_be": may_be} if may_be else {})))
    if cleared:
        events.append(Event(Happening.CLEARED, now, detail={"tracking_ids": cleared}))
    if scan.twins:
        events.append(Event(Happening.SAME_ID, now, detail={"tracking_ids": list(scan.twins)}))
    return settle(handover, handover.model_copy(update=update), *events)


def may_be_done(handover: Handover, now: datetime) -> bool:
    """Whether the card is to hint that the FE may have scanned all of it, and does not yet. It decides nothing."""
    is_new = handover.stage is Stage.SCANNING and handover.scanned > 0 and not handover.lists_no_more
    return is_new and handover.quiet_since is not None and now - handover.quiet_since >= HINTED_AFTER


def hint(handover: Handover, now: datetime) -> Step:
    """The card hints it, until the next scan or stage. It is no event: nothing has happened."""
    if not may_be_done(handover, now):
        return Step(handover)
    return settle(handover, handover.model_copy(update={"lists_no_more": True}))


def withdraw(handover: Handover, gone: Gone, now: datetime) -> Step:
    """Rows that Flipkart no longer lists: they count no more, and the thread says so."""
    if not gone.shipments:
        return Step(handover)
    ids = [shipment.tracking_id for shipment in gone.shipments]
    update: dict[str, object] = {
        name: getattr(handover, name) - less for name, less in _counted(gone.shipments).items()
    }
    update["withdrawn"] = handover.withdrawn + len(ids)
    update["unsaid"] = [one for one in handover.unsaid if one not in ids]
    if gone.own_only is not None:
        update["own_only"] = gone.own_only
    if gone.listed is not None:
        strangers = sum(one not in gone.listed for one in ids)
        update["matched"] = max(0, handover.matched - len(ids) + strangers)
        update["unexpected"] = max(0, (handover.unexpected or 0) - strangers)
        update["awaited"] = gone.awaited
        update["otherwise"] = min(handover.otherwise, handover.matched - len(ids) + strangers)
    event = Event(Happening.WITHDRAWN, now, detail={"tracking_ids": ids, "scanned": update["scanned"]})
    return settle(handover, handover.model_copy(update=update), event)


_COUNTS = ("scanned", "accepted", "rejected", "mismatched", "obd_eligible", "obd_remarked")
_PROBLEMS = ("rejected", "mismatched", "obd_remarked")
"""What `Shipment.problem` is made of."""


def _counted(shipments: Sequence[Shipment]) -> dict[str, int]:
    """How many of the parcels count as what."""
    if not shipments:
        return dict.fromkeys(_COUNTS, 0)
    marks = [(1, s.accepted, s.rejected, s.mismatched, s.obd_eligible, s.obd_remarked) for s in shipments]
    return dict(zip(_COUNTS, map(sum, zip(*marks, strict=True)), strict=True))


def start_otc_given(handover: Handover, by: str, until: datetime | None, now: datetime, *, again: bool) -> Step:
    """A person was shown a Start OTC."""
    after = handover.model_copy(update={"start_otc_by": by, "start_otc_at": now, "start_otc_until": until})
    detail = {"until": until.isoformat() if until else None, "again": again}
    return settle(handover, after, Event(Happening.START_OTC, now, by, detail))


def start_otc_rotated(handover: Handover, now: datetime) -> Step:
    """Asking for somebody else's code made Flipkart replace the one that was shown for this handover."""
    after = handover.model_copy(update={"start_otc_by": None, "start_otc_at": None, "start_otc_until": None})
    return settle(handover, after, Event(Happening.START_ROTATED, now))


def count(handover: Handover, by: str, counted: int, now: datetime) -> Step:
    """A person counted the parcels by hand."""
    update = {"counted": counted, "counted_by": by, "counted_at": now, "counted_scanned": handover.scanned}
    after = handover.model_copy(update=update)
    return settle(handover, after, Event(Happening.COUNTED, now, by, {"counted": counted, "scanned": after.scanned}))


def end_otc_given(
    handover: Handover, by: str, reason: str, totals: EndTotals, now: datetime, *, again: bool = False
) -> Step:
    """A person was shown the End OTC after the count, with these figures of Flipkart's."""
    told = {column: n for column, name in _TOTALS.items() if (n := getattr(totals, name)) is not None}
    after = handover.model_copy(
        update={"end_otc_by": by, "end_otc_at": now, "end_reason": reason or handover.end_reason, **told}
    )
    detail: dict[str, object] = {
        "counted": after.counted,
        "scanned": after.scanned,
        "total": after.end_total if again else totals.scanned,
        "reason": reason,
        "again": again,
    }
    # Whoever goes back to scanning gets other figures with the next code; here these stay.
    detail |= {column.removeprefix("end_"): n for column, n in told.items() if column != "end_total"}
    return settle(handover, after, Event(Happening.END_OTC, now, by, detail))
