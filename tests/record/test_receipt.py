"""The receipt's data and its hash."""

import hashlib
import json
import random
from datetime import UTC, timedelta

import pytest

from bot.handover.events import Happening
from bot.handover.model import AuditEntry, Shipment, Stage
from bot.i18n import use
from bot.record.canonical import canonical
from bot.record.receipt import NotFinished, OwnScan, Photo, ProblemParcel, make_receipt
from bot.record.sentences import EVENTS, event, milestones, particulars, verdict
from tests.record import samples

GOLDEN = "dcff6c7c61b6c6dbe8ffd488b19096d3ae036b1ebfed96f3c21624a1e6ca1505"
"""If this changes, no older receipt can be made again with its hash: give the data another FORMAT then."""


def test_the_hash_is_the_same_over_a_second_making() -> None:
    again = samples.small()
    random.Random(5).shuffle(shuffled := list(again.shipments))  # noqa: S311 - an order, not a secret
    entries = list(reversed(again.entries))
    third = make_receipt(
        again.handover,
        again.location.model_copy(update={"name": "Renamed since"}),
        entries,
        shuffled,
        own_scans=list(reversed(again.own_scans)),
        claims=again.claims,
        photos=again.photos,
        names={},
        zone=UTC,
    )
    assert samples.small().sha256 == again.sha256 == third.sha256
    with use("hi"):
        assert samples.small().sha256 == again.sha256


def test_the_hash_of_today_is_the_hash_of_later_versions() -> None:
    # Without the photo: a JPEG's bytes are its library's.
    receipt = samples.small(photos=[Photo("FMPP00000003", "IMG_2041.jpg", "ab" * 32, b"")])
    assert receipt.sha256 == GOLDEN


def test_the_hash_can_be_taken_by_anybody() -> None:
    receipt = samples.odd()
    text = json.dumps(receipt.data, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert hashlib.sha256(text.encode("utf-8")).hexdigest() == receipt.sha256
    assert "क्षितिज" in canonical(receipt.data).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"counted": 8},
        {"end_reason": "another"},
        {"fe_id": "fe2"},
        {"end_otc_by": "U0VIKRAM"},
        {"ended_at": samples.after(34)},
    ],
)
def test_another_fact_is_another_hash(change: dict[str, object]) -> None:
    one = samples.small()
    other = make_receipt(
        one.handover.model_copy(update=change),
        one.location,
        one.entries,
        one.shipments,
        own_scans=one.own_scans,
        claims=one.claims,
        photos=one.photos,
    )
    assert other.sha256 != one.sha256


def test_what_is_added_later_has_a_hash_of_its_own() -> None:
    before = samples.small(claims=[], photos=[])
    end = before.ended_at
    added = samples.small(
        claims=[ProblemParcel("FMPP00000007", "empty", "", "U0ASHA", end + timedelta(hours=2))],
        photos=[Photo("FMPP00000007", "a.jpg", "00", b"", end + timedelta(hours=2))],
        own_scans=[*before.own_scans, OwnScan("FMPP00000001", "U0ASHA", end + timedelta(minutes=1))],
    )
    pressed = make_receipt(
        before.handover,
        before.location,
        [
            *before.entries,
            AuditEntry(handover_id=before.handover.id, what=Happening.REFUSED, at=end + timedelta(1), by="U0RAMESH"),
        ],
        before.shipments,
        own_scans=before.own_scans,
    )
    assert before.sha256 == added.sha256 == pressed.sha256
    assert before.later_sha256 == ""
    assert len({before.later_sha256, added.later_sha256, pressed.later_sha256}) == 3


def test_a_claim_mark_moves_only_the_later_hash() -> None:
    report = ProblemParcel("FMPP00000003", "damaged", "", "U0ASHA", samples.after(20))
    marked = ProblemParcel("FMPP00000003", "damaged", "", "U0ASHA", samples.after(20), samples.after(9000), "SPF-1")
    one, two = samples.small(claims=[report]), samples.small(claims=[marked])
    assert one.sha256 == two.sha256
    assert (one.later_sha256 == "", len(two.later_sha256)) == (True, 64)


def test_a_code_in_a_detail_does_not_get_into_the_data() -> None:
    receipt = samples.small()
    assert samples.SENTINEL in json.dumps([one.detail for one in receipt.entries])
    assert samples.SENTINEL not in json.dumps([receipt.data, receipt.later])


def test_a_handover_that_goes_on_has_no_receipt() -> None:
    h = samples.handover([]).model_copy(update={"stage": Stage.SCANNING, "ended_at": None})
    with pytest.raises(NotFinished, match=r"Ask for it again then\.$"):
        make_receipt(h, samples.LOCATION, [], [])


def test_own_scans_are_compared_whatever_the_case() -> None:
    parcels = samples.shipments(3)
    scans = [OwnScan(" fmpp00000001", "U0ASHA", samples.after(9)), OwnScan("ELSE1", "U0ASHA", samples.after(9))]
    all_of_them = samples.handover(parcels, own_scanned=2, own_only=1, own_meant=True)
    receipt = make_receipt(all_of_them, samples.LOCATION, [], parcels, own_scans=scans)
    assert [one.tracking_id for one in receipt.unseen] == ["FMPP00000002", "FMPP00000003"]
    assert [one.tracking_id for one in receipt.unscanned] == ["ELSE1"]
    assert make_receipt(samples.handover(parcels), samples.LOCATION, [], parcels).unseen == ()


def test_two_own_scans_are_no_list_of_all_parcels() -> None:
    parcels = samples.shipments(3)
    scans = [OwnScan("FMPP00000001", "U0ASHA", samples.after(9)), OwnScan("ELSE1", "U0ASHA", samples.after(9))]
    few = samples.handover(parcels, own_scanned=2, own_only=1)
    receipt = make_receipt(few, samples.LOCATION, [], parcels, own_scans=scans)
    assert receipt.unseen == ()
    assert [one.tracking_id for one in receipt.unscanned] == ["ELSE1"]


def test_no_parcel_is_lost_whose_id_differs_by_case_only() -> None:
    parcels = [Shipment(tracking_id="abc"), Shipment(tracking_id="ABC")]
    receipt = make_receipt(samples.handover(parcels), samples.LOCATION, [], parcels)
    assert [one.tracking_id for one in receipt.parcels] == ["ABC", "abc"]


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ({}, "Counted 7, scanned 8: 1 missing. Closed by Asha Rao with the reason “One parcel"),
        ({"counted": 11}, "Counted 11, scanned 8: 3 parcels counted but not scanned. Closed by"),
        ({"counted": 8, "end_reason": ""}, "Counted 8, scanned 8: the same. Closed by Asha Rao."),
        ({"counted": None, "stage": Stage.LEFT}, "Nobody counted by hand; 8 parcels scanned. The FE left without an"),
        ({"end_total": 9}, "1 missing. Parcels scanned: 9 at Flipkart, 8 here. Closed by Asha Rao"),
        ({"end_obd_failed": 5}, "1 missing. Opened boxes with a problem: 5 at Flipkart, 0 here. Closed by Asha Rao"),
        ({"end_otc_by": None, "end_reason": ""}, "Closed by somebody."),
    ],
)
def test_the_verdict(update: dict[str, object], said: str) -> None:
    parcels = samples.shipments(8)
    h = samples.handover(parcels, **update)
    assert said in verdict(make_receipt(h, samples.LOCATION, [], parcels, names=samples.NAMES))


def test_every_happening_has_words() -> None:
    assert set(EVENTS) == set(Happening)
    for what in Happening:
        entry = AuditEntry(what=what, at=samples.ARRIVED)
        assert event(entry)
        particulars(entry)


def test_a_running_count_is_one_line_on_paper_for_each_person() -> None:
    told = [("U0ASHA", 1), ("U0ASHA", 6), ("U0VIKRAM", 7), ("U0ASHA", 8), ("U0ASHA", 18)]
    entries = [
        AuditEntry(what=Happening.TALLIED, at=samples.after(n), by=by, detail={"running": running})
        for n, (by, running) in enumerate(told)
    ]
    entries.insert(1, AuditEntry(what=Happening.OWN_SCAN, at=samples.after(0), by="U0MEERA"))
    assert [particulars(one) for one in milestones(entries)] == ["6 so far", "7 so far", "18 so far"]


def test_who_was_told_that_nobody_answers_stands_in_the_record() -> None:
    detail = {"kind": "idle", "step": 2, "after": 30, "minutes": 31, "to": ["S0OPS", "U0LEAD"]}
    entry = AuditEntry.model_validate({"what": Happening.ESCALATED, "at": samples.ARRIVED, "detail": detail})
    assert event(entry) == "Nobody has taken it: others are told"
    assert particulars(entry) == "step 2, 31 minutes"
    assert particulars(entry.model_copy(update={"detail": {"step": "<!channel>"}})) == ""
