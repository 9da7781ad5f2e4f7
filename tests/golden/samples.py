"""Handovers, parcels and answers that stand still: what the golden files are drawn from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.handover import machine
from bot.handover.claims import Claim
from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, OtcMode, Shipment, Stage
from bot.handover.ports import EndCode, EndTotals, FixedCode

ZONE = ZoneInfo("Asia/Kolkata")
NOW = datetime(2026, 3, 2, 9, 47, tzinfo=UTC)
OTC, END_OTC, FIXED_OTC = "481516", "234237", "094608"
PLACE = Location(id="LOC1", name="Bengaluru dock", channel="C0DOCK", operators=("U0ASHA", "S0OPS"))
FAR = Location(id="LOC2", name="Hosur <dock>", channel="C0DOCK")


def ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def handover(stage: Stage = Stage.WAITING, **more: object) -> Handover:
    """An FE forty minutes after arrival; as many facts as the stage brings."""
    n = list(Stage).index(stage)
    facts: dict[str, object] = {
        "id": f"{0xA0 + n:032x}",
        "location_id": "LOC1",
        "fe_id": "fe12303",
        "task_id": "T-991",
        "fe_name": "Ram Prasad",
        "partner": "eKart",
        "lob": "NONLARGE",
        "otc_mode": OtcMode.START_AND_END,
        "status": ["StartOTC", "Scanning", "EndOTC", "EndOTC", "EndOTC"][n],
        "stage": stage,
        "arrived_at": ago(40),
    }
    if stage is not Stage.WAITING:
        facts |= {"scanning_at": ago(35), "scanned": 42, "accepted": 39, "rejected": 3, "mismatched": 1}
        facts |= {"obd_eligible": 5, "obd_remarked": 1, "first_scan_at": ago(34), "last_scan_at": ago(4)}
    if stage not in (Stage.WAITING, Stage.SCANNING):
        facts["closing_at"] = ago(3)
    if stage.over:
        facts["ended_at"] = ago(1)
    if stage is Stage.CLOSED:
        facts |= {"counted": 42, "counted_by": "U0ASHA", "counted_at": ago(2), "counted_scanned": 42}
        facts |= {"end_otc_by": "U0ASHA", "end_otc_at": ago(2), "end_total": 42}
    return Handover.model_validate(facts | more)


def counted(stage: Stage, number: int, **more: object) -> Handover:
    return handover(stage, counted=number, counted_by="U0ASHA", counted_at=ago(5), counted_scanned=42, **more)


PROBLEMS = (
    Shipment(tracking_id="FMPP0001", status="REJECTED", reason="Seal broken & box <open>"),
    Shipment(tracking_id="FMPP0002", status="ACCEPTED", actual_flyer_id="FL-1", captured_flyer_id="FL-9"),
    Shipment(tracking_id="FMPP_0003_", status="REJECTED", actual_flyer_id="FL-2", captured_flyer_id="FL-3"),
    Shipment(tracking_id="FMPP0004", status="REJECTED"),
)


def problems(n: int) -> tuple[Shipment, ...]:
    return tuple(Shipment(tracking_id=f"FMP{i:04}", status="REJECTED", reason="torn") for i in range(n))


def entry(what: Happening, by: str | None = None, **detail: object) -> AuditEntry:
    return AuditEntry(handover_id="a" * 32, n=7, location_id="LOC1", what=what, at=ago(2), by=by, detail=detail)


def claims_due(n: int, days: float = 3) -> AuditEntry:
    """The reminder that claims for so many parcels wait, so many days before the time is over."""
    kinds = ("rejected", "empty", "flyer")
    claims = [{"id": f"{i:032x}", "tracking_id": f"FMPP{i:04}", "kind": kinds[i % 3]} for i in range(n)]
    due = (ago(2) + timedelta(days=days)).isoformat()
    return entry(Happening.CLAIM_DUE, due=due, number=n, claims=claims)


def claims(n: int) -> tuple[Claim, ...]:
    """Claims that nobody has made; the time of the first is over."""
    kinds = ("rejected", "empty", "flyer")
    return tuple(
        Claim(
            id=f"{i:032x}",
            handover_id="a" * 32,
            location_id="LOC1",
            tracking_id=f"FMPP_{i:04}",
            kind=kinds[i % 3],
            note="",
            opened_by=None,
            opened_at=ago(60),
            state_at=ago(60),
            due_at=NOW + timedelta(days=i - 0.5),
        )
        for i in range(n)
    )


def over(what: Happening, whose: Handover) -> AuditEntry:
    return entry(what).model_copy(update={"detail": machine.totals(whose)})


END_CODE = EndCode(SecretStr(END_OTC), EndTotals(42, 5, 1, 12, 1))
FIXED = (FixedCode("NON_LARGE", "eKart", SecretStr(FIXED_OTC)), FixedCode("", "", SecretStr("112358")))
