"""What a message says, made from the domain's values. Pure. `docs/webhooks.v1.schema.json` describes it.

A field may be added to a version; one that is renamed, taken away or means something else makes a new version.
Never a code: none of the values that are handed in here has one.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import uuid4

from bot.handover.claims import Claim, Kind
from bot.handover.model import Handover, Shipment
from bot.handover.returns import Return
from bot.webhooks.receivers import Topic

VERSION = 1
TEST = "webhook.test"
"""The type of a message that says nothing."""
IN_ONE = 100
"""Parcels, claims or returns in one message; more of them make several."""

Data = dict[str, Any]
T = TypeVar("T")


def body(topic: Topic, at: datetime, location_id: str, location_name: str, data: Data) -> str:
    """The message as it is sent, each time the same."""
    where = {"id": location_id, "name": location_name or None}
    said = {"type": topic.value, "version": VERSION, "timestamp": _moment(at), "data": {"location": where} | data}
    # In ASCII, so that whoever reads the bytes in another encoding still finds the signature right.
    return json.dumps(said, separators=(",", ":"))


def trial(at: datetime) -> tuple[str, bytes]:
    """One that says nothing, with an id of its own, for whoever wants to see whether it arrives."""
    said = {"type": TEST, "version": VERSION, "timestamp": _moment(at), "data": {}}
    return new_id(), json.dumps(said, separators=(",", ":")).encode()


def new_id() -> str:
    """Of a message: by it a receiver knows that it has the message already."""
    return f"msg_{uuid4().hex}"


def of_handover(one: Handover) -> Data:
    """An FE's handover as it is at the moment."""
    return {"handover": _handover(one)}


def of_problems(one: Handover, parcels: Sequence[Shipment]) -> Iterator[Data]:
    """The same with the parcels to set aside."""
    for some in _parts(parcels):
        yield of_handover(one) | {"parcels": [_parcel(parcel) for parcel in some]}


def of_cleared(one: Handover, tracking_ids: Sequence[str]) -> Iterator[Data]:
    """The same with those that are well after all."""
    for some in _parts(tracking_ids):
        yield of_handover(one) | {"tracking_ids": list(some)}


def of_claims(claims: Sequence[Claim]) -> Iterator[Data]:
    """Claims as they are now."""
    for some in _parts(claims):
        yield {"claims": [_claim(claim) for claim in some]}


def of_noted(claims: Sequence[Claim], note: str) -> Iterator[Data]:
    """The same, with what somebody wrote to it."""
    for one in of_claims(claims):
        yield one | {"note": note or None}


def of_returns(returns: Sequence[Return]) -> Iterator[Data]:
    """Returns that never came."""
    for some in _parts(returns):
        yield {"returns": [_return(one) for one in some]}


def _handover(one: Handover) -> Data:
    own = {"scanned": one.own_scanned, "not_by_fe": one.own_only, "not_seen": one.own_missing}
    return {
        "id": one.id,
        "task_id": one.task_id,
        "fe": {"id": one.fe_id, "name": one.fe_name or None, "partner": one.partner or None},
        "stage": one.stage.value,
        "arrived_at": _moment(one.arrived_at),
        "scanning_at": _moment(one.scanning_at),
        "closing_at": _moment(one.closing_at),
        "ended_at": _moment(one.ended_at),
        "parcels": {
            "scanned": one.scanned,
            "accepted": one.accepted,
            "rejected": one.rejected,
            "flyer": one.mismatched,
            "open_box": one.obd_remarked,
        },
        "counted": one.counted,
        "counted_at": _moment(one.counted_at),
        "flipkart_total": one.end_total,
        "difference_reason": one.end_reason or None,
        "own_scans": own if one.own_scanned else None,
    }


def _parcel(one: Shipment) -> Data:
    wrong = ((Kind.REJECTED, one.rejected), (Kind.FLYER, one.mismatched), (Kind.OPEN_BOX, one.obd_remarked))
    return {
        "tracking_id": one.tracking_id,
        "shipment_id": one.shipment_id or None,
        "problems": [kind.value for kind, is_so in wrong if is_so],
        "status": one.status or None,
        "reason": one.reason or None,
        "expected_flyer": one.actual_flyer_id or None,
        "captured_flyer": one.captured_flyer_id or None,
        "open_box_remark": one.obd_remark or None,
    }


def _claim(one: Claim) -> Data:
    return {
        "id": one.id,
        "handover_id": one.handover_id,
        "tracking_id": one.tracking_id,
        "state": one.state.value,
        "reasons": [{"kind": kind, "note": note or None} for kind, note in one.reasons],
        "opened_at": _moment(one.opened_at),
        "claim_by": _moment(one.due_at),
        "state_since": _moment(one.state_at),
        "reference": one.reference or None,
        "amount_paise": one.amount,
        "paid_paise": one.paid,
        "came_at": _moment(one.came_at),
    }


def _return(one: Return) -> Data:
    return {
        "return_id": one.return_id or None,
        "order_item_id": one.order_item_id or None,
        "tracking_id": one.tracking_id or None,
        "shipment_id": one.shipment_id or None,
        "kind": one.kind or None,
        "reason": one.reason or None,
        "completed_at": _moment(one.completed_at),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _parts(of: Sequence[T]) -> Iterable[Sequence[T]]:
    return (of[start : start + IN_ONE] for start in range(0, len(of), IN_ONE))
