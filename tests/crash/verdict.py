"""Judges from outside, after all the kills: what the two simulators saw against what the database holds."""

import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.handover.events import MILESTONES
from bot.outbox.papers import OF_ID
from bot.sandbox.flipkart import Visit
from bot.slack.blocks.codes import grouped
from tests.crash import returning, told
from tests.crash.claiming import unproven
from tests.crash.play import RECEIPT_FILES, Play
from tests.crash.said import is_digest, key_of, tells_scans
from tests.databases import UNREADABLE
from tests.pace import ACK_SECONDS
from tests.scenarios.leaks import shows
from tests.underway import underway

_SAID = ", ".join(f"'{what.value}'" for what in sorted(MILESTONES))
MILESTONES_SAID = (
    "select h.task_id, count(*) from audit a join handover h on h.id = a.handover_id "  # noqa: S608
    f"where a.n is not null and a.what in ({_SAID}) group by h.task_id"
)
DIGEST_FILES = 2
TITLES = {
    "scanning": "🔵 Scanning has begun",
    "closing": "🟠 The FE is on the End OTC page",
    "closed": "✅ *Closed.*",
    "left": "⚪ *The FE left without an End OTC.*",
}
"""What a reply says of milestones that come once: one must not be taken for another of the same number."""


@dataclass
class Verdict:
    """The closing line of a run; all but the first four figures are to be zero."""

    kills: int = 0
    restarts: int = 0
    shipments: int = 0
    messages: int = 0
    lost: int = 0
    doubled: int = 0
    leaked: int = 0
    stale: int = 0
    """Cards that do not show the newest counts."""
    late: int = 0
    """Presses that were acknowledged after more than three seconds."""
    unanswered: int = 0
    """People who got no answer from a bot that was up."""
    unrecorded: int = 0
    """Codes and counts that are not on record."""
    killed_at: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        figures = {name: value for name, value in vars(self).items() if name != "killed_at"}
        return ", ".join(f"{name} {value}" for name, value in figures.items())

    @property
    def faults(self) -> int:
        """What went wrong in all."""
        return self.lost + self.doubled + self.leaked + self.stale + self.late + self.unanswered + self.unrecorded

    def add(self, other: "Verdict") -> None:
        """Counts another world's figures in."""
        for name, value in vars(other).items():
            if name != "killed_at":
                setattr(self, name, getattr(self, name) + value)
        self.killed_at.update(other.killed_at)


def code_bytes(play: Play) -> list[bytes]:
    """Every code that Flipkart ever gave out, as it is and in groups."""
    return [one.encode() for code in play.world.flipkart.codes for one in {code, grouped(code)}]


def rows(play: Play, query: str) -> list[tuple[Any, ...]]:
    """What the database holds."""
    return play.world.rows(query)


def unsettled(play: Play) -> list[str]:
    """What is left to be read or said."""
    try:
        read = dict(rows(play, "select task_id, scanned from handover"))
        found = underway(play.world.kept) + returning.unread(play) + [one for one, n in told.unsaid(play).items() if n]
    except UNREADABLE as error:
        return [str(error)]
    found += [f"card of {visit.task_id}" for visit in play.visits if _is_stale(play, visit, read)]
    found += [
        f"{visit.task_id} on page {visit.page}: {len(visit.shipments)} scanned, {read.get(visit.task_id)} read"
        for visit in play.visits
        if visit.task_id in read
        and visit.task_id not in play.losses.gone
        and read[visit.task_id] != len(visit.shipments)
    ]
    return found


def judge(play: Play, stood_still: float) -> Verdict:
    """Compares everything that can be compared. The machine stood still for so many seconds at a time."""
    verdict = Verdict()
    _shipments(play, verdict)
    _messages(play, verdict)
    _cards(play, verdict)
    _record(play, verdict)
    _own_work(play, verdict)
    _receipts(play, verdict)
    _digests(play, verdict)
    verdict.lost += _told("returns, alarms or months never told", returning.unsaid(play))
    verdict.lost += _told("words on codes or calls never told", told.unsaid(play))
    verdict.doubled += _told("alarms or tables of months more than once", returning.twice(play))
    verdict.late = sum(delivery.acked and delivery.seconds > ACK_SECONDS + stood_still for delivery in play.deliveries)
    return verdict


def _listed(play: Play) -> set[tuple[str, str, str]]:
    """Every parcel of every visit whose FE the bot saw on the dock: who left unseen was never followed."""
    followed = {(fe, task) for fe, task in rows(play, "select fe_id, task_id from handover")}
    return {
        shipment
        for visit in play.visits
        if (visit.fe_id, visit.task_id) in followed and visit.task_id not in play.losses.gone
        for shipment in ((visit.fe_id, visit.task_id, one.tracking_id) for one in visit.shipments)
    }


def _shipments(play: Play, verdict: Verdict) -> None:
    query = "select h.fe_id, h.task_id, s.tracking_id from shipment s join handover h on h.id = s.handover_id"
    kept = Counter(rows(play, query))
    listed = _listed(play)
    verdict.shipments = len(listed)
    verdict.lost += len(listed - set(kept))
    verdict.doubled += sum(n - 1 for n in kept.values())


def _messages(play: Play, verdict: Verdict) -> None:
    """One card for each handover with a reply for each milestone, each delivery once, and none with a code."""
    posted: Counter[str] = Counter()
    for channel in (*(dock.channel for dock in play.everywhere), told.conversation(play)):
        for message in play.world.slack.posted[channel]:
            if message.by_bot:
                verdict.messages += 1
                verdict.leaked += sum(shows(message.text_all(), code) for code in play.world.flipkart.codes)
                was_deleted = message.deleted and bool(play.tasks_on(message) & play.losses.deleted)
                if (key := key_of(message)) is not None and not was_deleted:
                    posted[key] += 1
    twice = {key: n - 1 for key, n in posted.items() if n > 1}
    verdict.doubled += _told("posted more than once", twice)
    milestones = dict(rows(play, MILESTONES_SAID))
    happened = rows(play, "select h.task_id, a.what from audit a join handover h on h.id = a.handover_id where a.n > 0")
    handovers = {task for (task,) in rows(play, "select task_id from handover")}
    lost, doubled = {}, {}
    for visit in play.visits:
        task, cards = visit.task_id, play.cards(visit)
        if task in play.deleted:
            doubled[task] = max(0, len(cards) - (task in play.losses.deleted))
            continue
        if task in handovers and not cards:
            lost[task] = 1 + milestones.get(task, 0)
        # What is one by its key was counted above.
        doubled[task] = max(0, len({key_of(card) for card in cards}) - 1)
        thread = [one for card in cards for one in play.world.slack.thread(card.channel, card.ts)]
        replies = {key_of(one) for one in thread} - {None}
        if cards:
            wanted = {TITLES[what] for one, what in happened if one == task and what in TITLES}
            unsaid = sum(not any(title in one.text_all() for one in thread) for title in wanted)
            lost[task] = max(unsaid, milestones.get(task, 0) - len(replies))
            doubled[task] += 0 if task in play.losses.tasks else max(0, len(replies) - milestones.get(task, 0))
    verdict.lost += _told("cards or replies never posted", lost)
    verdict.doubled += _told("cards or replies too many", doubled)


def _told(what: str, counts: dict[str, int]) -> int:
    """How many there are in all; if any, it is said which."""
    found = {name: n for name, n in counts.items() if n}
    if found:
        print(f"{what}: {found}", file=sys.stderr)
    return sum(found.values())


def _cards(play: Play, verdict: Verdict) -> None:
    kept = dict(rows(play, "select task_id, scanned from handover"))
    verdict.stale += _told("stale cards", {visit.task_id: _is_stale(play, visit, kept) for visit in play.visits})


def _is_stale(play: Play, visit: Visit, kept: dict[str, int]) -> bool:
    """Whether a card does not show all that was scanned, although the bot can know it."""
    card, scanned = play.card(visit), len(visit.shipments)
    if card is None or not scanned or visit.task_id not in kept or visit.task_id in play.losses.gone:
        return False
    return kept[visit.task_id] != scanned or not tells_scans(card.text_all(), scanned)


def _record(play: Play, verdict: Verdict) -> None:
    """Who asked is on record before Flipkart hears of it; who was shown a code, before the person sees it."""
    asked = Counter(
        json.loads(detail)["kind"] for (detail,) in rows(play, "select detail from audit where what = 'asked'")
    )
    asked.subtract(play.losses.asked)
    calls = play.world.flipkart.calls[play.losses.calls :]
    made = Counter(call.name for call in calls if call.name in ("start_otc", "end_otc"))
    verdict.unrecorded += max(0, made["start_otc"] - asked["start"])
    synced = sum(1 for call in calls if call.name == "end_otc" and call.error_code)
    verdict.unrecorded += max(0, made["end_otc"] - synced - asked["end"])
    shown = {
        (what, fe)
        for what, fe in rows(play, "select a.what, h.fe_id from audit a join handover h on h.id = a.handover_id")
    }
    world = play.world
    screens = [
        screen for one in play.operators for screen in (*world.slack.ephemerals(one), *world.slack.open_views(one))
    ]
    texts = " ".join(screen.text_all() for screen in screens)
    for visit in play.visits:
        for what, code in (("start_otc", visit.start_code), ("end_otc", visit.end_code)):
            verdict.unrecorded += bool(code and shows(texts, code) and (what, visit.fe_id) not in shown)
    counts = {
        (task, json.loads(detail)["counted"])
        for task, detail in rows(
            play,
            "select h.task_id, a.detail from audit a join handover h on h.id = a.handover_id where a.what = 'counted'",
        )
    }
    verdict.unrecorded += sum((one.visit.task_id, one.number) not in counts for one in play.counted)


def _own_work(play: Play, verdict: Verdict) -> None:
    """What people scanned and added themselves: all that the bot confirmed is kept, and nothing twice."""
    query = "select h.task_id, o.tracking_id from own_scan o join handover h on h.id = o.handover_id"
    kept = set(rows(play, query))
    verdict.unrecorded += len({(one.visit.task_id, one.tracking_id) for one in play.own_scans} - kept)
    query = "select h.task_id, c.tracking_id, c.id, c.state from claim c join handover h on h.id = c.handover_id"
    known = rows(play, query)
    parcels = {(task, parcel) for task, parcel, _id, _state in known}
    verdict.unrecorded += len({(one.visit.task_id, one.tracking_id) for one in play.reported} - parcels)
    verdict.unrecorded += returning.unrecorded(play)
    verdict.unrecorded += len(set(play.claimed) - {claim for *_, claim, state in known if state == "raised"})
    added = rows(play, "select coalesce(sum(added), 0) from tally where not undone")[0][0] - play.losses.added
    verdict.unrecorded += max(0, play.tallied - added)
    verdict.doubled += max(0, added - play.tally_presses)


def _receipts(play: Play, verdict: Verdict) -> None:
    """Every handover that is over has one receipt in its thread: a PDF and a table."""
    verdict.lost += _told(
        "no whole receipt", {one: RECEIPT_FILES - len(files) for one, files in play.unreceipted().items()}
    )
    verdict.lost += _told("no whole proof", unproven(play))
    known = {handover[:OF_ID] for (handover,) in rows(play, "select id from handover")}
    known |= {claim[:8] for (claim,) in rows(play, "select id from claim")}
    shown = {name: n for handover, files in play.files().items() if handover in known for name, n in files.items()}
    verdict.doubled += _told(
        "files more than once", {name: max(0, n - play.losses.files[name] - 1) for name, n in shown.items()}
    )


def _digests(play: Play, verdict: Verdict) -> None:
    """Every day that is over has one digest: a message, and a chart and a table in its thread."""
    lost, doubled = {}, {}
    for dock in play.evenings:
        days = [one for one in play.world.slack.messages(dock.channel) if is_digest(one)]
        files = Counter(
            str(file["name"])
            for day in days
            for message in play.world.slack.thread(dock.channel, day.ts)
            for file in message.files
        )
        if dock.location in play.losses.evenings:
            continue
        lost[dock.location] = (1 - min(1, len(days))) + (DIGEST_FILES - len(files)) if dock.hours else 0
        texts = Counter(day.text for day in days)
        doubled[dock.location] = sum(n - 1 for n in (*texts.values(), *files.values()))
    verdict.lost += _told("no whole digest", lost)
    verdict.doubled += _told("digests or their files more than once", doubled)
