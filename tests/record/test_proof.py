"""The proof of a claim, as a PDF and as a ZIP."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.handover.claim_steps import Noted
from bot.handover.claims import Claim, Kind, State
from bot.i18n import LANGUAGES
from bot.photos.videos import TOO_LARGE_TO_HASH, Video
from bot.record.proof import Proof
from bot.record.proof_pdf import to_pdf
from bot.record.proof_zip import make, to_zip
from tests.record import samples
from tests.record.test_pdf import pages

PARCEL = "FMPP00000003"
LINK = "https://x.slack.com/f/1"


def claim(**more: Any) -> Claim:
    fields: dict[str, Any] = {
        "id": "c" * 32,
        "handover_id": "5f0c2a9be1d34c7f8a6b",
        "location_id": "LOC1",
        "tracking_id": PARCEL,
        "kind": Kind.DAMAGED.value,
        "note": "Corner torn, charger missing\nalso wrong_item: a brick",
        "opened_by": "U0MEERA",
        "opened_at": samples.after(20),
        "due_at": samples.after(20) + timedelta(days=14),
        "state_at": samples.after(3000),
        "state": State.REJECTED,
        "claimed_by": "U0ASHA",
        "claimed_at": samples.after(2000),
        "reference": "SPF-88121",
        "amount": 1_23_456_00,
    }
    return Claim(**(fields | more))


def proof(receipt: Any = None, **more: Any) -> Proof:
    films = (
        Video(
            1,
            "h",
            PARCEL,
            "F1",
            "unboxing.mp4",
            84_000_000,
            "https://x.slack.com/f/1",
            "U0MEERA",
            samples.after(22),
            "ab" * 32,
        ),
        Video(2, "h", "", "F2", "van.mp4", 900_000_000, "", "U0ASHA", samples.after(23), problem=TOO_LARGE_TO_HASH),
        Video(3, "h", "FMPP00000007", "F3", "other.mp4", 1, "", "U0ASHA", samples.after(23), "cd" * 32),
    )
    steps = (
        Noted(state=State.RAISED, by="U0ASHA", at=samples.after(2000), reference="SPF-88121", amount=1_23_456_00),
        Noted(state=State.REJECTED, by="U0VIKRAM", at=samples.after(3000), note="no picture of the item"),
    )
    pictures = [
        replace(samples.photo(PARCEL), shows="label,outside", name="label.jpg"),
        replace(samples.photo(PARCEL), name="second.jpg", sha256="99" * 32),
        replace(samples.photo("FMPP00000007"), name="other.jpg"),
    ]
    receipt = receipt or samples.small(photos=pictures)
    return Proof(claim(**more), receipt, steps, films)


def test_the_paper_says_what_a_claims_desk_asks_for() -> None:
    text = "\n".join(pages(to_pdf(proof())))
    for said in (
        PARCEL,
        "SPF-88121",
        "₹1,23,456",
        "damaged: “Corner torn, charger missing”; wrong item: “a brick”",
        "rejected by Flipkart",
        "no picture of the item",
        "flyerDetails.capturedFlyerId",
        "scannedAt",
        "label.jpg",
        "the label, the outside",
        "Not photographed: the inside, the item.",
        "unboxing.mp4 · of this parcel · 84.0 MB",
        "ab" * 32,
        "van.mp4 · of the whole handover",
        "larger than 250 MB",
        "Counted by hand by",
    ):
        assert "".join(said.split()) in "".join(text.split()), said
    assert "other.mp4" not in text
    assert "FMPP00000007" not in text
    assert "U0RAMESH" not in text, "whose press was refused proves nothing"


def test_the_same_proof_gives_the_same_bytes_in_each_language() -> None:
    english, hindi = make(proof(), "en"), make(proof(), "hi")
    assert make(proof(), "en") == english
    assert hindi[0] != english[0]
    assert "क्लेम" in "".join(pages(hindi[0]))


def test_the_archive_has_the_pictures_as_they_were_and_their_hashes() -> None:
    made = proof()
    pdf, content = make(made, "en")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}
        assert {name.partition("/")[0] for name in archive.namelist()} == {made.stem}
    first, second = made.parcel.photos
    assert set(files) == {
        *("proof.pdf", "proof.json", "receipt.json", "SHA256SUMS"),
        *(f"pictures/{n:02}-{one.sha256[:12]}.jpg" for n, one in enumerate((first, second), 1)),
    }
    assert files["proof.pdf"] == pdf
    assert files[f"pictures/01-{first.sha256[:12]}.jpg"] == first.content
    sums = dict(line.split("  ")[::-1] for line in files["SHA256SUMS"].decode().splitlines())
    assert sums == {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != "SHA256SUMS"}
    facts = json.loads(files["proof.json"])
    assert {"field": "trackingId", "value": PARCEL} in facts["scan"]
    assert next((one["sha256"], one["shows"]) for one in facts["pictures"]) == (first.sha256, "label,outside")
    assert [one["name"] for one in facts["videos"]] == ["unboxing.mp4", "van.mp4"]
    assert hashlib.sha256(files["receipt.json"]).hexdigest() == facts["receipt_sha256"] == made.receipt.sha256


def test_pictures_that_are_too_many_stand_in_it_by_name() -> None:
    made = proof()
    first, second = made.parcel.photos
    assert isinstance(first.content, bytes)
    with zipfile.ZipFile(io.BytesIO(to_zip(made, b"", len(first.content) + 1))) as archive:
        names = archive.namelist()
        facts = json.loads(archive.read(f"{made.stem}/proof.json"))
    assert sum("pictures/" in name for name in names) == 1
    assert [one["name"] for one in facts["pictures"]] == [first.name, second.name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_oddest_texts_are_drawn(language: str) -> None:
    odd = samples.odd()
    for one in odd.parcels:
        made = Proof(claim(tracking_id=one.tracking_id, kind="<!channel>", note="\n" * 5, reference="\ud83d" * 9), odd)
        pdf, archive = make(made, language)
        assert pages(pdf)
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            assert all(name.isascii() and name.isprintable() for name in opened.namelist())


def test_a_parcel_that_nobody_scanned_or_photographed_has_a_proof_too() -> None:
    text = "\n".join(pages(to_pdf(Proof(claim(tracking_id="NEVER", kind="missing", note=""), samples.small()))))
    assert "The FE did not scan this parcel." in text
    assert "No pictures" in text
    assert "was not among them" in text
