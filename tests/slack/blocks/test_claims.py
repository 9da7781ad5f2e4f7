"""What people see of claims, as Slack would take it, with the worst texts in it."""

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from bot.handover.board import BoardView
from bot.handover.claim_steps import FOLLOWS, Moved, Note, Noted, step
from bot.handover.claims import LONGEST_NOTE, LONGEST_REFERENCE, State, remind
from bot.handover.problems import ClaimForm
from bot.i18n import LANGUAGES, use
from bot.sandbox.slack.blockkit import check_view
from bot.slack.blocks import claims
from bot.slack.blocks.home import home
from tests.slack.blocks.worst import BAD, DAY, DOCK, NOW, RAM, claim, entry, sound

WAITS: dict[str, Any] = {
    "state": State.RAISED,
    "reference": BAD[:LONGEST_REFERENCE],
    "claimed_by": "U2",
    "claimed_at": NOW,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_reminders(language: str) -> None:
    with use(language):
        due, _ = remind([claim(n, remind_at=NOW) for n in range(60)], NOW + 7 * DAY)
        waits, _ = remind([claim(n, remind_at=NOW, **WAITS) for n in range(60)], NOW + 7 * DAY)
        assert sound(claims.claim_due_reply(RAM, entry(due[0]), [], UTC)).count("mark_claimed") == claims.LISTED
        assert sound(claims.claim_waits_reply(RAM, entry(waits[0]), [], UTC)).count("mark_claimed") == claims.LISTED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [one for one in State if one is not State.DRAFT])
def test_what_is_noted_is_said(state: State, language: str) -> None:
    noted = Noted(
        state=state, by="U1", at=NOW, reference=BAD[:LONGEST_REFERENCE], amount=10**11, paid=1, note=BAD[:LONGEST_NOTE]
    )
    with use(language):
        for n in (1, 60):
            sound(claims.claimed_reply(RAM, entry(step([claim(i) for i in range(n)], noted)), [], UTC))


def test_a_claim_for_many_parcels_is_one_sentence() -> None:
    paid = Noted(state=State.PAID, by="U1", at=NOW)
    many = [claim(n, tracking_id=f"FMPP{n:04}", reference="SF-1") for n in range(12)]
    said = sound(claims.claimed_reply(RAM, entry(step(many, paid)), [], UTC))
    assert "paid for 12 parcels (`FMPP0000`, " in said
    assert "`FMPP0009` and 2 more), says <@U1>; reference `SF-1`." in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", list(State))
def test_modals(state: State, language: str) -> None:
    one = claim(state=state, reference=BAD[:LONGEST_REFERENCE], amount=10**11, paid=12345, claimed_by="U2")
    alike = tuple(claim(n) for n in range(1, 100))
    steps = tuple(Noted(state=after, by="U1", at=NOW, note=BAD[:LONGEST_NOTE], paid=7) for after in FOLLOWS[state] * 4)
    with use(language):
        for form in (ClaimForm(one, RAM, DOCK), ClaimForm(one, RAM, DOCK, alike, steps)):
            view = claims.claim_form(form, UTC, NOW).to_dict()
            assert check_view(view, "modal") == []
            assert "<!channel>" not in str([one for one in view["blocks"] if one["type"] != "input"])
        kept = claims.claims_kept(Moved(alike, (one,)), Note(state=state, amount=1), UTC, NOW).to_dict()
        assert check_view(kept, "modal") == []
    assert check_view(claims.claim_unknown().to_dict(), "modal") == []


def test_the_board_lists_open_claims() -> None:
    theirs = tuple(claim(n, due_at=NOW + n * DAY) for n in range(30))
    text = sound(claims.open_claims(DOCK, theirs, NOW, UTC, 20))
    assert text.count("mark_claimed") == 20
    assert "accessory" not in text, "a button beside its text takes half of a phone's width"
    assert "time is over" in text
    assert "and 10 more" in text
    waiting = sound(claims.open_claims(DOCK, [claim(**WAITS)], NOW + 7 * DAY, UTC, 20))
    assert "ask Flipkart" in waiting


def test_a_dock_without_claims_has_no_list_of_them() -> None:
    docks = ((DOCK, ()), (DOCK.model_copy(update={"id": "LOC2"}), ()))
    assert str(home(BoardView(docks, False, (claim(),)), UTC, NOW).to_dict()).count("Claims at") == 1
    assert "Claims at" not in str(home(BoardView(docks, False), UTC, NOW).to_dict())


def test_how_far_a_claim_is_in_one_line() -> None:
    paid = replace(claim(**WAITS), state=State.PAID, amount=1_23_456_00, paid=99_50, reference="SF-1")
    assert claims.claim_state(paid, UTC, NOW) == (
        "paid by Flipkart on 2 Mar 2026, 09:00 UTC, reference `SF-1`, ₹99.50 paid, ₹1,23,456 claimed"
    )
    assert claims.claim_state(claim(), UTC, NOW).startswith("not claimed yet: 14 days left")
    assert "the time was over" in claims.claim_state(claim(), UTC, NOW + 20 * DAY)
