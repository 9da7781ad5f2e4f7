"""A database that an older bot left in the middle of everything is upgraded, and the new bot goes on from there.

What was on its way arrives exactly once and in the same threads, what was sent is not sent again. Only Slack is asked:
how the newest version keeps what it has to say is its own business.
"""

import contextlib
import json
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.outbox.papers import OF_ID
from bot.sandbox.flipkart import FlipkartSim, Switches
from bot.sandbox.slack import Message, SlackSim
from bot.sandbox.slack.model import File
from bot.slack.ids import METADATA_EVENT
from tests.support import CODE_DIGITS, SCOPES, World
from tests.underway import underway

OLD = Path(__file__).parent / "old"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""When the new bot starts, by all clocks but this machine's."""
DONE = "-done"
"""Ends an FE's id if Slack has carried out the call whose answer was lost."""
PAPERS = {"receipt": (".pdf", ".csv"), "digest": (".png", ".csv")}
SETTLES_WITHIN = 60.0


@dataclass
class Before:
    """What the dump holds, as its own version named it."""

    handovers: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By FE id, which names the case."""
    messages: list[dict[str, Any]] = field(default_factory=list)
    receipts: dict[str, dict[str, Any]] = field(default_factory=dict)
    digests: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def load(cls, file: Path, dump: str) -> "Before":
        """Makes the database and reads it."""
        found = cls()
        file.touch(mode=0o600)
        with contextlib.closing(sqlite3.connect(file)) as connection:
            connection.executescript(dump)
            connection.row_factory = sqlite3.Row

            def rows(query: str) -> list[dict[str, Any]]:
                return [dict(row) for row in connection.execute(query)]

            found.handovers = {row["fe_id"]: row for row in rows("select * from handover")}
            with_case = "select h.fe_id, h.location_id, one.* from {} one join handover h on h.id = one.handover_id"
            found.messages = rows(with_case.format("intent") + " order by one.kind, one.n")
            found.receipts = {row["fe_id"]: row for row in rows(with_case.format("receipt"))}
            case_of = {row["location_id"]: case for case, row in found.handovers.items()}
            found.digests = {case_of[row["location_id"]]: row for row in rows("select * from digest")}
        return found


def now() -> datetime:
    return NOW + timedelta(seconds=time.monotonic() - _begun)


_begun = time.monotonic()


@contextlib.asynccontextmanager
async def world_at_that_time(folder: Path, before: Before) -> AsyncIterator[World]:
    """Both simulators as the older bot has left them."""

    def epoch() -> float:
        return now().timestamp()

    slack = SlackSim(now=epoch)
    slack.scopes |= SCOPES
    switches = Switches(code_digits=CODE_DIGITS, quota_per_hour=1_000_000)
    flipkart = FlipkartSim(app_id="app", app_secret="secret", now=epoch, switches=switches)
    await slack.start()
    await flipkart.start()
    try:
        operator = slack.add_user("asha", real_name="Asha Rao", user_id="U0ASHA")
        one = World(slack, flipkart, folder, operator, operator, operator, "C0LOC1")
        one.toml["locations"] = []
        one.toml["reminders"] = dict.fromkeys(
            ("waiting_minutes", "expiring_minutes", "idle_minutes", "uncounted_minutes", "photos_minutes"), 0
        )
        for location in sorted({row["location_id"] for row in before.handovers.values()}):
            channel = slack.add_channel(location.lower(), members=[operator], channel_id=f"C0{location}")
            flipkart.add_location(location)
            # The day of those whose digest is due has ended half an hour ago.
            hours = "08:00-14:00" if location.startswith("DAY") else ""
            one.toml["locations"].append(
                {"id": location, "name": location, "channel": channel, "operators": [operator], "hours": hours}
            )
        _fill_flipkart(flipkart, before)
        _fill_slack(slack, before)
        yield one
    finally:
        await flipkart.stop()
        await slack.stop()


def _fill_flipkart(flipkart: FlipkartSim, before: Before) -> None:
    """Who is there still, with what they have scanned."""
    pages = {"waiting": "start", "scanning": "scanning", "closing": "end"}
    for case, row in before.handovers.items():
        if row["stage"] not in pages:
            continue
        visit = flipkart.arrive(row["location_id"], row["fe_name"], fe_id=case, task_id=row["task_id"])
        if row["stage"] != "waiting":
            visit.begin()
            for n in range(row["scanned"]):
                visit.scan(tracking_id=f"{case}-{n}", shipment_id=f"S-{case}-{n}")
        if row["stage"] == "closing":
            visit.finish_scanning()
        assert visit.page == pages[row["stage"]]


def _fill_slack(slack: SlackSim, before: Before) -> None:
    """What stood in Slack when the older bot ended, be it that it knows of it or not."""
    roots: dict[str, str] = {}
    for n, row in enumerate(before.messages):
        case = row["fe_id"]
        unanswered = case.endswith(DONE) and row["state"] in ("sending", "unknown")
        if not (row["ts"] or unanswered):
            continue
        ts = row["ts"] or f"{int(NOW.timestamp()) - 600}.{n:06d}"
        is_card = row["kind"] == "card"
        message = _said(slack, row["channel"], ts, f"`{before.handovers[case]['task_id']}`", row["key"])
        if is_card:
            roots[case] = ts
            message.deleted = row["state"] == "lost"
        else:
            message.thread_ts = roots[case]
    for case, row in before.receipts.items():
        channel = f"C0{row['location_id']}"
        stem = f"receipt-2026-03-02-{row['handover_id'][:OF_ID]}"
        _add_files(slack, channel, roots[case], row, "receipt", stem, unknown=case)
    for n, (case, row) in enumerate(before.digests.items()):
        channel = f"C0{row['location_id']}"
        ts = row["ts"]
        if not ts and case.endswith(DONE):
            ts = f"{int(NOW.timestamp()) - 600}.{900 + n:06d}"
        if ts:
            _said(slack, channel, ts, "📊", row["key"])
            _add_files(slack, channel, ts, row, "digest", "day-2026-03-02", unknown=case if row["ts"] else "")


def _said(slack: SlackSim, channel: str, ts: str, text: str, key: str = "") -> Message:
    metadata = {"event_type": METADATA_EVENT, "event_payload": {"key": key}} if key else None
    message = Message(ts=ts, channel=channel, user=slack.bot_user_id, text=text, metadata=metadata, by_bot=True)
    message.bot_id, message.app_id = slack.bot_id, slack.app_id
    slack.posted[channel].append(message)
    return message


def _add_files(
    slack: SlackSim, channel: str, thread_ts: str, row: dict[str, Any], what: str, stem: str, *, unknown: str
) -> None:
    """The files that were filled; and shared, if the row says so or nobody knows."""
    shared = row["state"] == "sent" or (unknown.endswith(DONE) and row["state"] in ("sending", "unknown"))
    gone = unknown.endswith("-gone")
    ids = json.loads(row["file_ids"])
    files = [
        File(one, f"{stem}{ending}", stem, slack.bot_user_id, int(NOW.timestamp()), b"x", uploaded=True, shared=shared)
        for one, ending in zip(ids, PAPERS[what], strict=False)
        if one and not gone
    ]
    for file in files:
        slack.files[file.id] = file
        if shared:
            file.channels.append(channel)
    if files and shared:
        message = _said(slack, channel, f"{int(NOW.timestamp()) - 500}.{len(slack.files):06d}", "files")
        message.thread_ts = thread_ts
        message.files = [file.to_slack(slack.url, slack.team_id) for file in files]


@dataclass
class Said:
    """Whatever of one case people see in Slack."""

    cards: list[Message]
    replies: list[Message]
    days: list[Message]
    files: Counter[str]
    """Of receipt and digest, by their endings."""


def said(one: World, before: Before, case: str) -> Said:
    """What stands in Slack of one case."""
    row = before.handovers[case]
    channel = f"C0{row['location_id']}"
    posted = [m for m in one.slack.posted[channel] if m.by_bot and not m.deleted]
    cards = [m for m in posted if m.thread_ts is None and f"`{row['task_id']}`" in m.text_all()]
    days = [m for m in posted if m.thread_ts is None and "📊" in m.text_all()]
    # Below a card that somebody deleted, too.
    known = {m["ts"] for m in before.messages if m["fe_id"] == case and m["ts"]}
    below = [m for m in posted if m.thread_ts in known | {m.ts for m in (*cards, *days)}]
    named = row["id"][:OF_ID] if case.startswith("receipt-") else "day-" if case.startswith("digest-") else ""
    files = Counter(Path(f["name"]).suffix for m in below for f in m.files if named and named in f["name"])
    return Said(cards, [m for m in below if m.metadata], days, files)


def wrong(one: World, before: Before) -> list[str]:
    """What is not in Slack as often as it should be."""
    found = []
    for case in before.handovers:
        there = said(one, before, case)
        mine = [m for m in before.messages if m["fe_id"] == case]
        card = next(m for m in mine if m["kind"] == "card")
        never = card["state"] == "lost" and not card["ts"]
        replies = 0 if never else sum(m["kind"] == "reply" and m["state"] != "lost" for m in mine)
        counts = {
            "cards": (len(there.cards), int(card["state"] != "lost")),
            "replies": (len(there.replies), replies),
        }
        if case.startswith("digest-"):
            counts["digests"] = (len(there.days), int(case != "digest-lost"))
        for what, endings in PAPERS.items():
            if case.startswith(f"{what}-"):
                counts |= {ending: (there.files[ending], int(case != f"{what}-lost")) for ending in endings}
        found += [f"{case}: {n} {what} instead of {right}" for what, (n, right) in counts.items() if n != right]
    return found


def placed(one: World) -> dict[tuple[str, str], tuple[str | None, str]]:
    """Where each message of the bot stands, and how it looks."""
    return {
        (m.channel, m.ts): (m.thread_ts, m.text_all())
        for channel in one.slack.posted.values()
        for m in channel
        if m.by_bot and not m.deleted
    }


@pytest.mark.slow("a bot that draws two dozen receipts and charts")
async def test_what_was_on_its_way_arrives_once(tmp_path: Path) -> None:
    before = Before.load(tmp_path / "bot.db", (OLD / "0012.sql").read_text(encoding="utf-8"))
    async with world_at_that_time(tmp_path, before) as one:
        at_first = placed(one)
        visit = next(visit for visit in one.flipkart.visits if visit.fe_id == "card-stale")
        visit.scan(5)
        async with one.bot(now):
            await one.until(lambda: not underway(one.kept), SETTLES_WITHIN)
            await one.until(lambda: "12 scanned" in said(one, before, "card-stale").cards[0].text_all(), SETTLES_WITHIN)
        assert wrong(one, before) == []
        after = placed(one)
        assert after.keys() >= at_first.keys(), "something that stood in Slack is gone"
        moved = [where for where, (thread, _) in at_first.items() if after[where][0] != thread]
        assert moved == []
        scanned = [tracking_id for (tracking_id,) in one.rows("select tracking_id from shipment order by id")]
        assert Counter(scanned) == Counter({*scanned, *(parcel.tracking_id for parcel in visit.shipments)})

        # Those that were in Slack as they should be look as they did, and another start adds nothing.
        for case in ("card-fresh", "reply-sent", *before.receipts):
            card = said(one, before, case).cards[0]
            assert not card.edited, f"the card of {case} was sent again"
        late = one.flipkart.arrive("LOC1", "FE who comes last", fe_id="last", task_id="task-last")
        async with one.bot(now):
            await one.until(lambda: any(f"`{late.task_id}`" in m.text_all() for m in one.slack.messages("C0LOC1")))
            await one.until(lambda: not underway(one.kept), SETTLES_WITHIN)
        new = placed(one).keys() - after.keys()
        assert len(new) == 1, "a start says again what was said"
