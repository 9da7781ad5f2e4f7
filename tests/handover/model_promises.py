"""The promises, checked once a modelled dock day has settled: what is kept, against what was listed and said."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import select

from bot.handover.events import MILESTONES, Happening
from bot.handover.machine import stage_of
from bot.handover.model import AuditEntry, Handover, Shipment, Stage
from bot.store.rows import entry_of, handover_of
from bot.store.session import Database
from bot.store.tables import AUDIT, DELIVERY, HANDOVER, SHIPMENT, DeliveryRow, Kind, Sending, ShipmentRow
from tests.handover.model_dock import Flipkart, Message, PlainPainter, Slack, Task, look_of
from tests.tables import Tables

Lines = Counter[tuple[str | None, Happening, str | None]]


@dataclass
class Kept:
    """All that the database file holds."""

    handovers: list[Handover]
    rows: dict[str, list[Shipment]]
    audit: list[AuditEntry]
    deliveries: list[DeliveryRow]

    def lines(self, handover: Handover) -> list[AuditEntry]:
        """The numbered lines of a handover."""
        return [e for e in self.audit if e.handover_id == handover.id and e.n is not None]


async def load(database: Database) -> Kept:
    """Reads the file through the bot's own connection."""
    rows = defaultdict(list)
    tables = Tables(database)
    handovers = [handover_of(row) for row in await tables.rows(sa.select(HANDOVER))]
    for row in await tables.exec(select(ShipmentRow).order_by(SHIPMENT.c.id)):
        rows[row.handover_id].append(row)
    audit = [entry_of(row) for row in await tables.rows(sa.select(AUDIT).order_by(AUDIT.c.id))]
    deliveries = list(await tables.exec(select(DeliveryRow).order_by(DELIVERY.c.id)))
    return Kept(handovers, {key: [*some] for key, some in rows.items()}, audit, deliveries)


def every_shipment_once(kept: Kept, flipkart: Flipkart) -> None:
    """Promise 1."""
    assert len({(h.fe_id, h.task_id) for h in kept.handovers}) == len(kept.handovers), "a task is kept twice"
    known = {(h.fe_id, h.task_id): h for h in kept.handovers}
    visible = {
        (v.fe_id, v.task_id): {row.tracking_id for row in v.task.visible}
        for v in flipkart.floor.visits
        if v.page in ("scanning", "end")
    }
    for task, listed in flipkart.listed.items():
        rows = kept.rows.get(known[task].id, [])
        ids = [row.tracking_id for row in rows]
        assert len(ids) == len(set(ids)), f"{task}: kept twice: {Counter(ids)}"
        assert listed.sure <= set(ids), f"{task}: listed, read, and lost: {listed.sure - set(ids)}"
        for row in rows:
            looks = listed.looks.get(row.tracking_id)
            assert looks, f"{task}: {row.tracking_id} is kept and was never listed"
            assert look_of(row) in looks, f"{task}: {row.tracking_id} is kept as {look_of(row)}, listed as {looks}"
    for task, ids_there in visible.items():
        kept_ids = {row.tracking_id for row in kept.rows.get(known[task].id, [])}
        assert kept_ids == ids_there, f"{task}: {ids_there - kept_ids} can be read, and is not kept"
    for h in kept.handovers:
        rows = kept.rows.get(h.id, [])
        counts = (h.scanned, h.accepted, h.rejected, h.mismatched, h.obd_eligible, h.obd_remarked)
        recount = (
            len(rows),
            sum(s.accepted for s in rows),
            sum(s.rejected for s in rows),
            sum(s.mismatched for s in rows),
            sum(s.obd_eligible for s in rows),
            sum(s.obd_remarked for s in rows),
        )
        assert counts == recount, f"{h.fe_id}: counts are {counts}, a recount gives {recount}"


def problems_are_called_out_once(kept: Kept, changes: Counter[tuple[Task, str]]) -> None:
    """A part of promise 2: each parcel to be set aside is in one reply, and in one more only if it changed."""
    for h in kept.handovers:
        calls = [e for e in kept.lines(h) if e.what is Happening.PROBLEMS]
        told = Counter(parcel for e in calls for parcel in e.detail["tracking_ids"])
        assert h.unsaid == [], f"{h.fe_id}: {h.unsaid} wait to be called out, and nothing more is to be read"
        for row in kept.rows.get(h.id, []):
            if row.problem:
                assert told[row.tracking_id], f"{h.fe_id}: {row.tracking_id} is a problem that nobody was told of"
        for parcel, times in told.items():
            most = 1 + changes[(h.fe_id, h.task_id), parcel]
            assert times <= most, f"{h.fe_id}: {parcel} was called out {times} times, with {most - 1} changes"


def everybody_is_where_they_are(kept: Kept, flipkart: Flipkart) -> None:
    """The record of every handover is whole, and its stage is that of the FE."""
    pages = {"start": Stage.WAITING, "scanning": Stage.SCANNING, "end": Stage.CLOSING}
    here = {(v.fe_id, v.task_id): v for v in flipkart.floor.visits if v.page != "gone"}
    for h in kept.handovers:
        lines = kept.lines(h)
        assert [e.n for e in lines] == list(range(1, h.events + 1)), f"{h.fe_id}: events are {[e.n for e in lines]}"
        first = next(e.what for e in lines)
        assert first is Happening.ARRIVED, f"{h.fe_id}: its record begins with {first}"
        assert sum(e.what is Happening.ARRIVED for e in lines) == 1, f"{h.fe_id} arrived twice"
        visit = here.pop((h.fe_id, h.task_id), None)
        if visit is None:
            over = Stage.CLOSED if h.end_otc_at else Stage.LEFT
            assert h.stage is over, f"{h.fe_id} is gone and {h.stage}"
        elif stage_of(visit.status) is not None:
            assert h.stage is pages[visit.page], f"{h.fe_id} is on the page {visit.page!r} and {h.stage}"
        else:
            assert not h.over, f"{h.fe_id} is there and {h.stage}"
    assert not here, f"at the dock and not kept: {list(here)}"


def one_root_and_one_reply_each(kept: Kept, slack: Slack) -> None:
    """Promise 2."""
    posted = Counter(message.key for message in slack.messages)
    wanted = {one.key for one in kept.deliveries if one.key}
    assert set(posted) <= wanted, f"posted and meant by nobody: {set(posted) - wanted}"
    by_key = {message.key: message for message in slack.messages}
    roots = {i.about: i for i in kept.deliveries if i.kind == Kind.CARD}
    assert len(roots) == len(kept.handovers) == sum(i.kind == Kind.CARD for i in kept.deliveries)
    for one in kept.deliveries:
        if one.kind == Kind.RECEIPT:
            continue  # files, which this Slack does not have
        what = f"{one.kind} {one.n}"
        assert posted[one.key or ""] == 1, f"{what} was posted {posted[one.key or '']} times ({one.state})"
        assert one.state in (Sending.SENT, Sending.LOST), f"{what} is {one.state}: {one.error}"
        message = by_key[one.key or ""]
        assert one.ts == message.ts, f"{what} is not the message that it is taken for"
        thread = roots[one.about].ts if one.kind == Kind.REPLY else None
        assert message.thread_ts == thread, f"{what} is in the wrong thread"
        assert (one.state == Sending.LOST) <= message.deleted, f"{what} is given up, and nobody deleted it"
    for h in kept.handovers:
        told = [e.n for e in kept.lines(h) if e.what in MILESTONES]
        said = [m.shown.blocks[0]["n"] for m in slack.messages if m.thread_ts == roots[h.id].ts]
        assert said == told, f"{h.fe_id}: the thread is not the milestones in order"


def every_card_is_the_newest(kept: Kept, slack: Slack) -> None:
    """Promise 3."""
    by_ts = {message.ts: message for message in slack.messages}
    known = {h.id: h for h in kept.handovers}
    for one in kept.deliveries:
        if one.kind == Kind.CARD and one.state == Sending.SENT:
            h, message = known[one.about], by_ts[one.ts]
            if message.deleted:
                continue  # nothing has changed since, so that nobody has noticed yet
            assert message.shown == PlainPainter().card(h), f"{h.fe_id}: the card shows {message.shown.blocks}"
            assert one.sent_revision == h.revision, f"{h.fe_id}: revision {h.revision}, {one.sent_revision} shown"


def no_code_anywhere(codes: Iterable[str], folder: Path, messages: list[Message], logs: list[Any]) -> None:
    """Promise 5."""
    places = {path.name: path.read_bytes().decode("latin-1") for path in folder.glob("bot.db*")}
    places["a message"] = json.dumps([[(one.text, one.blocks) for one in (m.shown, *m.before)] for m in messages])
    places["the log"] = repr(logs)
    for code in codes:
        for place, text in places.items():
            assert code not in text, f"the code {code} is in {place}"


@dataclass(frozen=True)
class Shown:
    """A code that somebody was shown."""

    kind: str
    handover: Handover
    by: str
    code: str


def who_did_what_is_on_record(
    kept: Kept, shown: list[Shown], counts: list[tuple[str, str, int]], pressed: Counter[tuple[str, str]]
) -> None:
    """Promise 6, together with the look at the record whenever Flipkart generates."""
    lines = Lines((e.handover_id, e.what, e.by) for e in kept.audit)
    for kind, what in (("start", Happening.START_OTC), ("end", Happening.END_OTC)):
        seen = {(one.handover.id, one.by): set[str]() for one in shown if one.kind == kind}
        for one in shown:
            if one.kind == kind:
                seen[one.handover.id, one.by].add(one.code)
        for (handover_id, by), codes in seen.items():
            said = lines[handover_id, what, by]
            assert said >= len(codes), f"{by} was shown {len(codes)} {kind} codes, on record are {said}"
        for who, times in Counter(e.by or "" for e in kept.audit if e.what is what).items():
            assert times <= pressed[who, kind] * len(kept.handovers), f"{kind} codes of {who}, who never pressed"
    kept_counts = Counter((e.handover_id, e.by, e.detail["counted"]) for e in kept.audit if e.what is Happening.COUNTED)
    for count in counts:
        assert kept_counts[count], f"a count that was kept is not on record: {count}"
