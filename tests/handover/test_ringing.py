"""Who is called by what is told of claims and by the wish for a second person's word."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Stage
from bot.handover.notify import Notify, Point
from bot.handover.ringing import Ringing
from bot.handover.shifts import Shift

ZONE = ZoneInfo("Asia/Kolkata")
NINE = datetime(2026, 3, 4, 9, 0, tzinfo=ZONE).astimezone(UTC)
DOCK = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK", operators=("U0ASHA", "U0VIKRAM"), leads=("U0LEAD",))


def ringing(at: datetime = NINE, *points: Point) -> Ringing:
    return Ringing(Notify(mention=points or tuple(Point)), ZONE, lambda: at)


def handover(stage: Stage, **more: object) -> Handover:
    facts: dict[str, object] = {"id": "a" * 32, "location_id": "LOC1", "fe_id": "fe1", "task_id": "t1"}
    return Handover.model_validate({**facts, "stage": stage, "arrived_at": NINE, **more})


def entry(what: Happening, by: str | None = None, **detail: object) -> AuditEntry:
    return AuditEntry(handover_id="a" * 32, n=3, location_id="LOC1", what=what, at=NINE, by=by, detail=detail)


def test_a_claim_that_is_due_calls_those_on_duty_and_one_that_waits_calls_nobody() -> None:
    h = handover(Stage.CLOSED)
    early = DOCK.model_copy(update={"shifts": (Shift(hours="06:00-14:00", operators=("U0EARLY",)),)})
    assert ringing().by_reply(entry(Happening.CLAIM_DUE), h, early, []) == ("U0EARLY",)
    assert ringing().by_news(entry(Happening.CLAIM_DUE), early) == ("U0EARLY",)
    assert ringing().by_reply(entry(Happening.CLAIM_WAITS), h, early, []) == ()
    assert ringing().by_news(entry(Happening.CAME), early) == ()
    assert ringing(NINE, Point.LEFT).by_news(entry(Happening.CLAIM_DUE), early) == ()


def test_the_wish_for_a_second_word_calls_the_others_and_the_leads() -> None:
    asked = entry(Happening.APPROVAL_ASKED, "U0ASHA")
    assert ringing().by_reply(asked, handover(Stage.CLOSING), DOCK, []) == ("U0VIKRAM", "U0LEAD")
    assert ringing().by_reply(asked, handover(Stage.CLOSED), DOCK, []) == (), "it is over"
    assert ringing(NINE, Point.CLAIM).by_reply(asked, handover(Stage.CLOSING), DOCK, []) == ()


@pytest.mark.parametrize("what", set(Happening) - {Happening.CLAIM_DUE, Happening.LEFT, Happening.OWN_DIFFERS})
def test_whatever_else_is_said_calls_nobody(what: Happening) -> None:
    told = entry(what, counted=3, scanned=3)
    for stage in (Stage.SCANNING, Stage.CLOSED):
        assert ringing().by_reply(told, handover(stage, scanned=3, counted=3), DOCK, []) == ()


def test_the_sellers_own_scans_that_differ_call_while_it_can_be_looked_for() -> None:
    differs = entry(Happening.OWN_DIFFERS, missing_total=1)
    assert ringing().by_reply(differs, handover(Stage.CLOSING), DOCK, []) == DOCK.operators
    assert ringing().by_reply(differs, handover(Stage.CLOSED), DOCK, []) == ()
