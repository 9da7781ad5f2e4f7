"""What people see of problem parcels, as Slack would take it, with the worst texts in it."""

from datetime import UTC

import pytest

from bot.handover.claims import Kind, Opening, reported
from bot.handover.find import Alike, Awaited, Found, Trace
from bot.handover.model import Shipment, Stage
from bot.handover.problems import Reported, ReportForm, Suggested
from bot.i18n import LANGUAGES, use
from bot.lists.model import ExpectedRow
from bot.sandbox.slack.blockkit import check_view, suggestion_problem
from bot.slack import ids
from bot.slack.blocks import problems
from bot.slack.blocks.found import found_blocks, found_text
from bot.slack.blocks.kinds import kind_word
from tests.slack.blocks.worst import BAD, DAY, DOCK, NOW, RAM, claim, entry, sound


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_report_offers_its_claim(language: str) -> None:
    with use(language):
        said = reported(claim(), Opening("x", Kind.DAMAGED, BAD[:300]), "U1", NOW)
        assert ids.CLAIM in sound(problems.reported_reply(RAM, entry(said), [], UTC))


def test_modals() -> None:
    views = [
        problems.report_form(ReportForm(RAM, DOCK)),
        problems.report_kept(Reported(claim(note="\nalso damaged: wet"), new=True), UTC, NOW),
        problems.report_kept(Reported(claim(), new=False), UTC, NOW),
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
    assert "Claim for it by" not in said


def test_what_is_on_no_list_comes_last_and_says_so() -> None:
    known = problems.parcel_options(Suggested(("FMP000001",), "0001"))
    assert [option["value"] for option in known] == ["FMP000001", "0001"]
    assert "too short" in str(known[-1])
    assert "not on this FE's list" in str(problems.parcel_options(Suggested((), "FMP000009")))


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
    assert {kind_word(kind) for kind in Kind}.isdisjoint({"", None})
    assert kind_word("<!channel>") == "&lt;!channel&gt;"


def test_several_parcels_that_end_alike_are_listed() -> None:
    alike = tuple((Alike(f"FMP_{n}0003", f"FMP_{n}0003", "LOC1", RAM if n else None), DOCK) for n in range(12))
    found = Found("0003", (), (), (DOCK,), (), alike=alike)
    said = sound(found_blocks(found, {}, UTC, NOW))
    assert "`FMP_00003`: expected at" in said
    assert "`FMP_90003`: with" in said
    assert "`FMP_100003`" not in said
    assert "never came" not in said + found_text(found)
