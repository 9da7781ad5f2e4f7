"""Judges from outside, after all the kills: what the two simulators saw against what the database holds."""

import json
import sqlite3
import sys
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.handover.model import MILESTONES
from tests.crash.play import Play

_SAID = ", ".join(f"'{what.value}'" for what in sorted(MILESTONES))
MILESTONES_SAID = f"select count(*) from audit where handover_id is not null and n is not null and what in ({_SAID})"  # noqa: S608


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
    """Every code that Flipkart ever gave out."""
    return [code.encode() for code in play.world.flipkart.codes]


def rows(play: Play, query: str) -> list[tuple[Any, ...]]:
    """What the database holds."""
    return play.world.rows(query)


def unsettled(play: Play) -> list[str]:
    """What is left to be read or said."""
    try:
        read = dict(rows(play, "select task_id, scanned from handover"))
        waiting = rows(play, "select kind, n, state, error from intent where state <> 'sent'")
        stale = rows(
            play,
            "select count(*) from intent join handover h on h.id = handover_id "
            "where kind = 'card' and sent_revision < h.revision",
        )[0][0]
    except sqlite3.OperationalError as error:
        return [str(error)]
    receipts = rows(play, "select handover_id, state, error from receipt where state not in ('sent', 'lost')")
    found = (
        [f"message {row}" for row in waiting]
        + [f"receipt {row}" for row in receipts]
        + ([f"{stale} stale cards"] if stale else [])
    )
    found += [
        f"{visit.task_id} on page {visit.page}: {len(visit.shipments)} scanned, {read.get(visit.task_id)} read"
        for visit in play.visits
        if visit.task_id in read and read[visit.task_id] != len(visit.shipments)
    ]
    return found


def judge(play: Play) -> Verdict:
    """Compares everything that can be compared."""
    verdict = Verdict()
    _shipments(play, verdict)
    _messages(play, verdict)
    _cards(play, verdict)
    _record(play, verdict)
    _own_work(play, verdict)
    _receipts(play, verdict)
    verdict.late = sum(delivery.acked and delivery.seconds > 3.0 for delivery in play.deliveries)
    return verdict


def _listed(play: Play) -> set[tuple[str, str, str]]:
    """Every parcel of every visit whose FE the bot saw on the dock: who left unseen was never followed."""
    followed = {(fe, task) for fe, task in rows(play, "select fe_id, task_id from handover")}
    return {
        shipment
        for visit in play.visits
        if (visit.fe_id, visit.task_id) in followed
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
    wanted = {str(key) for (key,) in rows(play, "select key from intent")}
    posted: Counter[str] = Counter()
    roots: Counter[str] = Counter()
    for dock in play.docks:
        for card in play.world.slack.messages(dock.channel):
            roots[_key(card)] += 1
            for message in (card, *play.world.slack.thread(dock.channel, card.ts)):
                if not message.by_bot:
                    continue
                posted[_key(message)] += 1
                verdict.leaked += sum(code in message.text_all() for code in play.world.flipkart.codes)
    verdict.messages = posted.total()
    if wanted - set(posted):
        print(f"never posted: {wanted - set(posted)}", file=sys.stderr)
    verdict.lost += len(wanted - set(posted))
    verdict.doubled += sum(n - 1 for n in posted.values())
    handovers = rows(play, "select count(*) from handover")[0][0]
    verdict.lost += max(0, handovers - len(roots))
    replies = rows(play, "select count(*) from intent where kind = 'reply'")[0][0]
    verdict.lost += rows(play, MILESTONES_SAID)[0][0] - replies


def _key(message: Any) -> str:
    return str(message.metadata["event_payload"]["key"]) if message.metadata else f"no key: {message.ts}"


def _cards(play: Play, verdict: Verdict) -> None:
    kept = dict(rows(play, "select task_id, scanned from handover"))
    for visit in play.visits:
        card = play.card(visit)
        if card is not None and len(visit.shipments) and visit.task_id in kept:
            right = kept[visit.task_id] == len(visit.shipments)
            verdict.stale += not (right and f"{len(visit.shipments)} scanned" in card.text_all())


def _record(play: Play, verdict: Verdict) -> None:
    """Who asked is on record before Flipkart hears of it; who was shown a code, before the person sees it."""
    asked = Counter(
        json.loads(detail)["kind"] for (detail,) in rows(play, "select detail from audit where what = 'asked'")
    )
    made = Counter(call.name for call in play.world.flipkart.calls if call.name in ("start_otc", "end_otc"))
    verdict.unrecorded += max(0, made["start_otc"] - asked["start"])
    synced = sum(1 for call in play.world.flipkart.calls if call.name == "end_otc" and call.error_code)
    verdict.unrecorded += max(0, made["end_otc"] - synced - asked["end"])
    shown = {
        (what, fe)
        for what, fe in rows(play, "select a.what, h.fe_id from audit a join handover h on h.id = a.handover_id")
    }
    world = play.world
    screens = [*world.slack.ephemerals(world.operator), *world.slack.open_views(world.operator)]
    texts = " ".join(screen.text_all() for screen in screens)
    for visit in play.visits:
        for what, code in (("start_otc", visit.start_code), ("end_otc", visit.end_code)):
            verdict.unrecorded += bool(code and code in texts and (what, visit.fe_id) not in shown)
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
    added = rows(play, "select coalesce(sum(added), 0) from tally where not undone")[0][0]
    verdict.unrecorded += max(0, play.tallied - added)
    verdict.doubled += max(0, added - play.tally_presses)


def _receipts(play: Play, verdict: Verdict) -> None:
    """Every handover that is over has one receipt in its thread: a PDF and a table."""
    wanted = {handover for (handover,) in rows(play, "select handover_id from receipt where state <> 'lost'")}
    ended = {handover for (handover,) in rows(play, "select id from handover where stage in ('closed', 'left')")}
    verdict.lost += len(ended - wanted)
    shared: Counter[str] = Counter()
    for dock in play.docks:
        for card in play.world.slack.messages(dock.channel):
            for message in play.world.slack.thread(dock.channel, card.ts):
                shared.update(str(file["name"]) for file in message.files if message.by_bot)
    for handover in ended & wanted:
        found = [n for name, n in shared.items() if handover in name]
        if len(found) < 2:
            verdict.lost += 2 - len(found)
            print(f"no whole receipt of {handover}: {found}", file=sys.stderr)
        verdict.doubled += sum(n - 1 for n in found)
