"""One message of each type, as the docs show them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.handover.claims import Claim, State
from bot.handover.model import Handover, Shipment, Stage
from bot.handover.returns import Return
from bot.webhooks.messages import (
    Data,
    body,
    of_claims,
    of_cleared,
    of_handover,
    of_noted,
    of_problems,
    of_returns,
)
from bot.webhooks.receivers import Topic

NINE = datetime(2026, 3, 2, 3, 30, 12, 345000, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ARRIVED = Handover(
    id="8f14e45fceea167a5a36dedd4bea2543",
    location_id="LOC1",
    fe_id="FE-2210",
    task_id="T-88121",
    fe_name="Ram Kumar",
    partner="eKart",
    arrived_at=NINE,
)
SCANNING = ARRIVED.model_copy(
    update={
        "stage": Stage.SCANNING,
        "scanning_at": NINE + 4 * MINUTE,
        "scanned": 12,
        "accepted": 11,
        "rejected": 1,
        "mismatched": 1,
    }
)
CLEARED = SCANNING.model_copy(update={"accepted": 12, "rejected": 0})
CLOSED = CLEARED.model_copy(
    update={
        "stage": Stage.CLOSED,
        "closing_at": NINE + 31 * MINUTE,
        "ended_at": NINE + 38 * MINUTE,
        "scanned": 48,
        "accepted": 48,
        "counted": 47,
        "counted_at": NINE + 33 * MINUTE,
        "end_total": 48,
        "end_reason": "one is in the next cage",
        "own_scanned": 47,
    }
)
LEFT = SCANNING.model_copy(update={"stage": Stage.LEFT, "ended_at": NINE + 12 * MINUTE})
REOPENED = SCANNING.model_copy()
PARCELS = (
    Shipment(tracking_id="FMPP0012345678", shipment_id="S-1", status="REJECTED", reason="Wrong product"),
    Shipment(tracking_id="FMPP0012345699", status="ACCEPTED", actual_flyer_id="FLY-1", captured_flyer_id="FLY-7"),
)
DRAFT = Claim(
    id="c9f0f895fb98ab9159f51fd0297e236d",
    handover_id=ARRIVED.id,
    location_id="LOC1",
    tracking_id="FMPP0012345678",
    kind="rejected",
    note="Wrong product\nalso damaged: a corner is crushed",
    opened_by=None,
    opened_at=NINE + 9 * MINUTE,
    due_at=NINE + 9 * MINUTE + timedelta(days=14),
    state_at=NINE + 9 * MINUTE,
)
RAISED = Claim(
    id=DRAFT.id,
    handover_id=ARRIVED.id,
    location_id="LOC1",
    tracking_id=DRAFT.tracking_id,
    kind=DRAFT.kind,
    note=DRAFT.note,
    opened_by=None,
    opened_at=DRAFT.opened_at,
    due_at=DRAFT.due_at,
    state=State.RAISED,
    state_at=NINE + timedelta(days=2),
    reference="SF-77",
    amount=49900,
)
NEVER = Return(
    return_id="R-5512",
    order_item_id="OI-3310",
    location_id="LOC1",
    tracking_id="FMPP0012399999",
    shipment_id="S-9",
    kind="customer_return",
    reason="Size",
    completed_at=NINE,
)


def examples() -> dict[Topic, str]:
    """The bodies, as they are sent."""
    made: dict[Topic, tuple[timedelta, Iterable[Data]]] = {
        Topic.ARRIVED: (timedelta(), [of_handover(ARRIVED)]),
        Topic.PROBLEMS: (9 * MINUTE, of_problems(SCANNING, PARCELS)),
        Topic.PROBLEMS_CLEARED: (11 * MINUTE, of_cleared(CLEARED, ["FMPP0012345678"])),
        Topic.CLOSED: (38 * MINUTE, [of_handover(CLOSED)]),
        Topic.LEFT: (12 * MINUTE, [of_handover(LEFT)]),
        Topic.REOPENED: (14 * MINUTE, [of_handover(REOPENED)]),
        Topic.NEVER_RECEIVED: (timedelta(days=1), of_returns([NEVER])),
        Topic.CLAIMS_OPENED: (9 * MINUTE, of_claims([DRAFT])),
        Topic.CLAIMS_DUE: (timedelta(days=7), of_claims([DRAFT])),
        Topic.CLAIMS_CHANGED: (timedelta(days=2), of_noted([RAISED], "raised in Seller Hub")),
    }
    found = {}
    for topic, (after, datas) in made.items():
        [data] = datas
        found[topic] = body(topic, NINE + after, "LOC1", "Bengaluru dock", data)
    return found
