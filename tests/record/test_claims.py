"""Claims as tables."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim, State
from bot.record.claims import ClaimLine, to_csv, to_jsonl, to_xlsx
from tests.record.test_tables import read_csv, sheets

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Kolkata")
PAID = Claim(
    id="c" * 32,
    handover_id="a" * 32,
    location_id="LOC1",
    tracking_id="=FMPP1",
    kind="empty",
    note="a brick\nalso damaged: wet",
    opened_by="U1",
    opened_at=NOW,
    due_at=NOW + timedelta(days=14),
    state_at=NOW + timedelta(days=3),
    state=State.PAID,
    claimed_by="U2",
    claimed_at=NOW + timedelta(days=1),
    reference="+SF-1",
    amount=1_23_456_05,
    paid=99_50,
)
STEPS = (
    Noted(state=State.RAISED, by="U2", at=NOW + timedelta(days=1), reference="+SF-1", amount=1_23_456_05),
    Noted(state=State.PAID, by="U3", at=NOW + timedelta(days=3), reference="+SF-1", paid=99_50, note="=half"),
)
LINE = ClaimLine(PAID, "Bengaluru", "fe1", "Ram", "t1", STEPS)


def test_a_row_a_claim() -> None:
    [row] = read_csv(to_csv([LINE], ZONE))
    assert row["tracking_id"] == "'=FMPP1"
    assert (row["state"], row["reference"]) == ("paid", "'+SF-1")
    assert (row["claimed_rupees"], row["paid_rupees"]) == ("123456.05", "99.50")
    assert (row["problem"], row["note"]) == ("empty, damaged", "a brick; wet")
    assert row["state_at"] == "2026-03-05 14:30:00+05:30"
    assert (row["location"], row["fe_name"], row["handover"]) == ("Bengaluru", "Ram", "a" * 32)


def test_a_workbook_has_the_history_and_sums_that_can_be_added_up() -> None:
    book = sheets(to_xlsx([LINE, LINE], ZONE))
    claims, history = book["Claims"], book["History"]
    column = claims[0].index("Paid, rupees")
    assert sum(Decimal(str(row[column])) for row in claims[1:]) == Decimal(199)
    assert [row[history[0].index("State of the claim")] for row in history[1:]] == ["raised", "paid", "raised", "paid"]
    assert history[2][history[0].index("Note")] == "=half"
    assert "क्लेम" in sheets(to_xlsx([LINE], ZONE, language="hi"))


def test_a_line_a_claim_with_its_history() -> None:
    [text] = to_jsonl([LINE], ZONE).decode().splitlines()
    line = json.loads(text)
    assert (line["tracking_id"], line["claimed_rupees"], line["paid_rupees"]) == ("=FMPP1", "123456.05", "99.50")
    assert [(one["state"], one["paid_rupees"]) for one in line["history"]] == [("raised", None), ("paid", "99.50")]
