"""What Flipkart listed and what people did, against what the database and Slack have at the end of the day."""

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from bot.handover.events import MILESTONES
from bot.sandbox.flipkart import Call, Visit
from bot.sandbox.slack import Delivery, Message
from tests.crash.said import tells_scans
from tests.scenarios.leaks import leaks
from tests.soak.docks import Docks
from tests.soak.weather import Weather

CALLS_AN_HOUR = 1000
ACK_SECONDS = 3.0
BEGUN, END_PAGE, CLOSED = "Scanning has begun", "is on the End OTC page;", "*Closed.*"
REOPENED = "select h.fe_id from audit a join handover h on h.id = a.handover_id where a.what = 'reopened'"


@dataclass
class Verdict:
    """Figures, and one line for everything that is not as promised."""

    shipments: int = 0
    messages: int = 0
    presses: int = 0
    lost: int = 0
    doubled: int = 0
    leaked: int = 0
    busiest_hour: int = 0
    slowest_ack: float = 0.0
    problems: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    """What took too long. The clocks run faster, the machine does not: a busy one is late and no fault of the bot."""

    def lose(self, what: str) -> None:
        """Something is missing."""
        self.lost += 1
        self.problems.append(f"lost: {what}")

    def double(self, what: str) -> None:
        """Something is there twice."""
        self.doubled += 1
        self.problems.append(f"doubled: {what}")


def settled(world: Docks) -> bool:
    """Whether the bot has nothing left to do: every FE is known to be gone, and Slack shows everything."""
    present = world.rows("select count(*) from handover where stage not in ('closed', 'left')")[0][0]
    waiting = world.rows("select count(*) from delivery where kind != 'receipt' and state <> 'sent'")[0][0]
    stale = world.rows(
        "select count(*) from delivery join handover h on h.id = about "
        "where kind = 'card' and sent_revision < h.revision"
    )[0][0]
    known = world.rows("select count(*) from handover")[0][0]
    return not present and not waiting and not stale and known == len(world.flipkart.visits)


def judge(world: Docks, weather: Weather, health: str) -> Verdict:
    """Everything that the promises say, looked at from outside. `health` is the text of the health page."""
    verdict = Verdict()
    _shipments(world, verdict)
    _messages(world, verdict)
    _threads(world, verdict)
    _record(world, verdict)
    _calls(world.flipkart.calls, verdict)
    _presses(world.slack.deliveries, weather, verdict)
    found = leaks(world, world.log.read_text(encoding="utf-8"), {"the health page": health})
    verdict.leaked = len(found)
    verdict.problems += [f"leaked: {one}" for one in found]
    # The weather refuses calls with 429, and what the bot learns of it holds for longer than the weather.
    left = [one for one in json.loads(health)["problems"] if "other tools of the seller" not in one]
    if left:
        verdict.problems.append(f"the health page says: {health}")
    faults = [line for line in world.log_lines('"error"') if line.get("exception")]
    verdict.problems += [f"a fault of the bot: {line}" for line in faults]
    return verdict


def _shipments(world: Docks, verdict: Verdict) -> None:
    kept = Counter(
        world.rows("select h.fe_id, h.task_id, s.tracking_id from shipment s join handover h on h.id = s.handover_id")
    )
    listed = {
        (visit.fe_id, visit.task_id, shipment.tracking_id)
        for visit in world.flipkart.visits
        for shipment in visit.task.visible[: visit.task.read_to]
    }
    verdict.shipments = sum(kept.values())
    for one in sorted(listed - set(kept)):
        verdict.lose(f"shipment {one}")
    for row, times in kept.items():
        if times > 1:
            verdict.double(f"shipment {row}")


def _messages(world: Docks, verdict: Verdict) -> None:
    """The messages that are to exist, by the key that each carries in its metadata."""
    keys = {key for (key,) in world.rows("select key from delivery where kind != 'receipt'")}
    posted: dict[str, list[Message]] = {}
    for card in world.cards:
        for message in (card, *world.thread(card)):
            if message.metadata:
                posted.setdefault(message.metadata["event_payload"]["key"], []).append(message)
    verdict.messages = sum(len(copies) for copies in posted.values())
    for key in sorted(keys - set(posted)):
        verdict.lose(f"message {key}")
    for copies in posted.values():
        if len(copies) > 1:
            verdict.double(f"message {copies[0].text!r}, posted at {', '.join(one.ts for one in copies)}")
    unsaid = world.rows(
        "select a.what, a.handover_id from audit a left join delivery i on i.about = a.handover_id and i.n = a.n "
        "and i.kind = 'reply' where a.n is not null and i.id is null"
    )
    for what, handover in unsaid:
        if what in MILESTONES:
            verdict.lose(f"the reply {what} of {handover}")


def _threads(world: Docks, verdict: Verdict) -> None:
    """What people read: one card for each FE, with the newest state, and each step once in its thread."""
    reopened = {fe for (fe,) in world.rows(REOPENED)}
    for visit in world.flipkart.visits:
        cards = [card for card in world.cards if f"`{visit.task_id}`" in card.text_all()]
        if not cards:
            verdict.lose(f"the card of {visit.fe_id}")
            continue
        if len(cards) > 1:
            verdict.double(f"the card of {visit.fe_id}")
        shown = cards[0].text_all()
        sign, scanned = "✅" if visit.task.closed else "⚪", len(visit.task.visible)
        if sign not in shown or (scanned and not tells_scans(shown, scanned)):
            verdict.problems.append(f"the card of {visit.fe_id} does not say {sign} and {scanned} scanned: {shown!r}")
        said = Counter(
            line for reply in world.thread(cards[0]) for line in (BEGUN, END_PAGE, CLOSED) if line in reply.text_all()
        )
        for line in (BEGUN, *((END_PAGE, CLOSED) if visit.task.closed else ())):
            # Who was forgotten by Flipkart while they finished comes back on the End OTC page: the thread says "back".
            if not said[line] and not (line == END_PAGE and visit.fe_id in reopened):
                verdict.lose(f"{line!r} in the thread of {visit.fe_id}")
            if said[line] > 1:
                verdict.double(f"{line!r} in the thread of {visit.fe_id}")


def _record(world: Docks, verdict: Verdict) -> None:
    """Every code that closed a handover is on record, with who took it and what was counted, after its asking."""
    told = {
        fe
        for fe, by, detail in world.rows(
            "select h.fe_id, a.by, a.detail from audit a join handover h on h.id = a.handover_id "
            "where a.what = 'end_otc' and exists (select 1 from audit b where b.handover_id = a.handover_id "
            "and b.what = 'asked' and b.id < a.id)"
        )
        if by and json.loads(detail)["counted"] is not None
    }
    closed: list[Visit] = [visit for visit in world.flipkart.visits if visit.task.closed]
    for visit in closed:
        if visit.fe_id not in told:
            verdict.lose(f"the record of the End OTC of {visit.fe_id}")


def _calls(calls: list[Call], verdict: Verdict) -> None:
    times = [call.at for call in calls if call.name != "token"]
    first = 0
    for last, at in enumerate(times):
        while times[first] <= at - 3600:
            first += 1
        verdict.busiest_hour = max(verdict.busiest_hour, last - first + 1)
    if verdict.busiest_hour > CALLS_AN_HOUR:
        verdict.problems.append(f"{verdict.busiest_hour} calls to Flipkart in an hour")
    refused = sum(call.status == 429 and not call.fault for call in calls)
    if refused:
        verdict.problems.append(f"Flipkart's own limit refused {refused} calls")


def _presses(deliveries: list[Delivery], weather: Weather, verdict: Verdict) -> None:
    presses: list[Any] = [one for one in deliveries if one.kind != "events_api"]
    verdict.presses = len(presses)
    heard = [one for one in presses if not weather.was_deaf(one.at)]
    verdict.slowest_ack = max((one.seconds for one in heard), default=0.0)
    verdict.late += [
        f"a press was not acknowledged within {ACK_SECONDS:.0f} s: {one.kind}, {one.problem}, at {one.at:.0f}"
        for one in heard
        if not one.acked
    ]
