"""What people see of problem parcels, as Slack would take it, with the worst texts in it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.handover.claims import Claim, Kind, Opening, claimed, remind, reported
from bot.handover.find import Awaited, Found, Trace
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment, Stage
from bot.handover.ports import Step
from bot.handover.problems import ClaimForm, OpenClaims, Reported, ReportForm, Suggested
from bot.i18n import use
from bot.lists.model import ExpectedRow
from bot.sandbox.slack.blockkit import check_message_blocks, check_view, suggestion_problem
from bot.slack.blocks import problems
from bot.slack.blocks.found import found_blocks, found_text
from bot.slack.blocks.text import as_dicts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
BAD = "<!channel> *x* `y` <@U1> & " + "z" * 200
RAM = Handover(
    id="a" * 32, location_id="LOC1", fe_id=BAD, fe_name=BAD, task_id=BAD, partner=BAD, arrived_at=NOW, own_scanned=3
)
DOCK = Location(id="LOC1", name=BAD, channel="C0DOCK")


def claim(n: int = 0, **more: Any) -> Claim:
    fields: dict[str, Any] = {"id": f"{n:032x}", "handover_id": RAM.id, "location_id": "LOC1", "kind": "empty"}
    fields |= {"tracking_id": f"{n} {BAD}", "note": BAD[:80], "opened_by": "U1", "opened_at": NOW}
    return Claim(**(fields | {"due_at": NOW + 14 * DAY} | more))


def entry(step: Step) -> AuditEntry:
    [event] = step.events
    return AuditEntry(what=event.what, at=event.at, by=event.by, detail=event.detail)


def sound(blocks: list[Any]) -> str:
    """The JSON of blocks that Slack takes, in which nobody is paged."""
    drawn = as_dicts(blocks)
    assert check_message_blocks(drawn) == []
    assert "<!channel>" not in str(drawn)
    assert "<@U1> &" not in str(drawn)
    return str(drawn)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_replies(language: str) -> None:
    with use(language):
        told = remind(RAM, [claim(n) for n in range(60)], NOW + 7 * DAY)
        assert told is not None
        due = sound(problems.claim_due_reply(RAM, entry(told[0]), [], UTC))
        assert due.count("mark_claimed") == problems.LISTED
        said = reported(RAM, claim(), Opening("x", Kind.DAMAGED, BAD[:300]), "U1", NOW)
        assert "mark_claimed" in sound(problems.reported_reply(RAM, entry(said), [], UTC))
        sound(problems.claimed_reply(RAM, entry(claimed(RAM, claim(reference=BAD), "U1", NOW)), [], UTC))


def test_modals() -> None:
    made = claim(claimed_at=NOW, claimed_by="U2", reference=BAD)
    views = [
        problems.report_form(ReportForm(RAM, DOCK)),
        problems.report_kept(Reported(claim(note="\nalso damaged: wet"), new=True), UTC, NOW),
        problems.report_kept(Reported(claim(), new=False), UTC, NOW),
        problems.claim_form(ClaimForm(claim(), RAM, DOCK), UTC),
        problems.claim_form(ClaimForm(made, RAM, DOCK), UTC),
        problems.claim_unknown(),
    ]
    for view in views:
        assert check_view(view.to_dict(), "modal") == []
        assert "<!channel>" not in str(view.to_dict()["blocks"])
    for unknown in ("", "p", BAD):
        offered = Suggested((BAD, " ", *("p" * n for n in range(1, 120))), unknown)
        assert suggestion_problem({"options": problems.parcel_options(offered)}) is None


def test_a_report_that_comes_too_late_says_so() -> None:
    said = str(problems.report_kept(Reported(claim(), new=True), UTC, NOW + 14 * DAY).to_dict())
    assert "was over on" in said
    assert "Claim for it until" not in said


def test_what_is_on_no_list_comes_last_and_says_so() -> None:
    known = problems.parcel_options(Suggested(("FMP000001",), "0001"))
    assert [option["value"] for option in known] == ["FMP000001", "0001"]
    assert "too short" in str(known[-1])
    assert "on no list" in str(problems.parcel_options(Suggested((), "FMP000009")))


def test_the_board_lists_open_claims() -> None:
    theirs = tuple(claim(n, due_at=NOW + n * DAY) for n in range(30))
    text = sound(problems.open_claims(OpenClaims(((DOCK, theirs),)), NOW))
    assert text.count("mark_claimed") == problems.ON_BOARD
    assert "time is over" in text
    assert "and 10 more" in text
    assert problems.open_claims(OpenClaims(()), NOW) == []


def test_what_was_found() -> None:
    parcel = Shipment(tracking_id=BAD, status="REJECTED", reason=BAD, scanned_at=NOW)
    trace = Trace(RAM, BAD, parcel, NOW, None, claim(), "C0DOCK", "1.2", ExpectedRow(BAD, BAD, BAD, BAD))
    many = tuple((trace, DOCK) for _ in range(10))
    found = Found(BAD[:100], many, (), (DOCK,), (DOCK,))
    text = sound(found_blocks(found, {RAM.id: "https://sim.slack.com/archives/C0DOCK/p12"}, UTC, NOW)[:50])
    assert "Never seen by us" in text
    for stage in Stage:
        one = Trace(RAM.model_copy(update={"stage": stage}), "P1", None, None, NOW, None)
        sound(found_blocks(Found("P1", ((one, DOCK),), (), (DOCK,), ()), {}, UTC, NOW))
    told = ExpectedRow(BAD, BAD[:64], BAD[:64], BAD[:200])
    never = Found(
        BAD[:100], (), ((Awaited("LOC1", NOW.date(), told), DOCK), (Awaited("LOC1", None), DOCK)), (DOCK,), ()
    )
    assert "expected on 2 Mar 2026" in sound(found_blocks(never, {}, UTC, NOW))
    assert "<" not in found_text(never).replace("&lt;", "")


def test_every_kind_has_a_word() -> None:
    assert {problems.kind_word(kind) for kind in Kind}.isdisjoint({"", None})
    assert problems.kind_word("<!channel>") == "&lt;!channel&gt;"
