"""How the seller's own scan and the running count are drawn."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.handover.beside import NOTHING, Beside
from bot.handover.events import Happening
from bot.handover.location import Location
from bot.handover.model import AuditEntry, Handover, Shipment, Stage
from bot.handover.own_messages import Seen, Verdict
from bot.handover.own_scans import OwnLists
from bot.handover.tally import Tallied
from bot.slack.blocks import own_scans, tally
from bot.slack.blocks.card import card
from bot.slack.blocks.text import as_dicts

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PLACE = Location(id="LOC1", name="Dock", channel="C0DOCK")
HOSTILE = "<!channel>`*x*`" * 30


def handover(**more: object) -> Handover:
    stage = more.pop("stage", Stage.SCANNING)
    facts = {"id": "a" * 32, "location_id": "LOC1", "fe_id": "fe1", "task_id": "t1", "arrived_at": NOW, "stage": stage}
    return Handover.model_validate(facts | more)


def seen(verdict: Verdict, times: int = 1, tracking_id: str = "FMP001") -> Seen:
    return Seen(tracking_id, verdict, times, twice=times > 1)


def text(blocks: object) -> str:
    return str(as_dicts(blocks))  # type: ignore[arg-type]


def drawn(h: Handover, beside: Beside = NOTHING) -> str:
    return text(card(h, PLACE, ZoneInfo("Asia/Kolkata"), NOW, beside))


def test_reactions() -> None:
    assert own_scans.reactions([seen(Verdict.FINE)]) == ["white_check_mark"]
    assert own_scans.reactions([seen(Verdict.FINE, 2)]) == ["repeat"]
    assert own_scans.reactions([seen(Verdict.UNSCANNED), seen(Verdict.FINE), seen(Verdict.SET_ASIDE, 3)]) == [
        "no_entry",
        "grey_question",
        "repeat",
    ]


def test_one_parcel_is_answered_by_its_reaction_or_to_be_set_aside_and_many_by_name() -> None:
    assert own_scans.answer([seen(Verdict.UNSCANNED)]) == []
    assert own_scans.answer([seen(Verdict.SET_ASIDE)]) == ["⛔ *Set `FMP001` aside*: the thread says why."]
    assert own_scans.answer([seen(Verdict.FINE)] * 3) == []
    lines = own_scans.answer([seen(Verdict.FINE)] + [seen(Verdict.UNSCANNED, tracking_id=HOSTILE)] * 300)
    assert len(lines) == own_scans.ANSWERED + 2
    assert "<!channel>" not in "".join(lines)


def test_the_card_says_nothing_of_what_nobody_does() -> None:
    assert "🔎" not in drawn(handover(scanned=5))
    assert "counted" not in drawn(handover(scanned=5))
    assert own_scans.modal_lines(handover(scanned=5), OwnLists()) == []
    assert "tally" not in drawn(handover(stage=Stage.WAITING))
    assert "tally" not in drawn(handover(stage=Stage.CLOSED))


def test_a_difference_is_a_warning_once_the_fe_is_done() -> None:
    h = handover(scanned=5, own_scanned=4, own_only=1)
    assert "⚠️" not in own_scans.summary(h)
    done = own_scans.summary(h.model_copy(update={"stage": Stage.CLOSING}))
    assert "⚠️ 2 not seen by us" in done
    assert "⚠️ 1 not scanned by the FE" in done
    assert "the same as the FE's" in own_scans.summary(handover(scanned=5, own_scanned=5))


def test_a_look_at_one_parcel_is_no_list_and_the_card_asks() -> None:
    few = handover(scanned=5, own_scanned=2, own_only=1)
    assert "own_all" in drawn(few)
    assert "2 scanned by us (counts as a full list from 3 on)" in drawn(few)
    done = drawn(few.model_copy(update={"stage": Stage.CLOSING}))
    assert "not seen by us" not in done
    assert "1 not scanned by the FE" in done, "that parcel itself is not scanned, list or no list"
    for known in (few.model_copy(update={"own_meant": True}), handover(scanned=5, own_scanned=3)):
        assert "own_all" not in drawn(known)
        assert "not seen by us" in drawn(known.model_copy(update={"stage": Stage.CLOSING}))
    assert "own_all" not in drawn(handover(scanned=5, own_scanned=2, stage=Stage.LEFT))


def test_both_lists_stand_in_the_modal_and_in_the_reply() -> None:
    lists = OwnLists(tuple(Shipment(tracking_id=f"M{n}") for n in range(50)), (HOSTILE,), 80, 1)
    modal = text(own_scans.modal_lines(handover(scanned=90, own_scanned=11, own_only=1), lists))
    assert "`M14`" in modal
    assert "`M15`" not in modal
    assert "and 65 more" in modal
    entry = AuditEntry(what=Happening.OWN_DIFFERS, at=NOW, detail=lists.detail())
    reply = text(own_scans.own_differs(handover(), entry, [], ZoneInfo("Asia/Kolkata")))
    assert "`M49`" in reply
    assert "and 30 more" in reply
    assert "<!channel>" not in modal + reply


def test_the_running_count_says_by_whom() -> None:
    shares = tuple((f"U{n}", 20 - n) for n in range(12))
    h = handover(running=sum(n for _, n in shares))
    line = drawn(h, Beside(shares))
    assert "<@U0> 20, <@U1> 19" in line
    assert "others 42" in line
    waits = Tallied(h, PLACE, shares, nothing=True)
    pad = tally.pad(waits).blocks or []
    assert "nothing of yours" in text(pad)
    names = [element["action_id"] for element in as_dicts(pad)[1]["elements"]]
    assert names == ["tally_1", "tally_5", "tally_10", "tally_undo"]
