"""Names and remarks in each of India's scripts, on paper and in the day's picture."""

import io
import unicodedata
from dataclasses import replace
from zoneinfo import ZoneInfo

import pypdfium2
import pytest
from PIL import Image

from bot.handover.model import Shipment
from bot.outbox.papers import file_stem
from bot.record.chart import day_chart
from bot.record.paper import Paper
from bot.record.pdf import make_pdf
from bot.record.receipt import Receipt, make_receipt
from bot.record.scripts import ARABIC, FAMILIES, LATIN, runs
from tests.handover.test_digest import busy
from tests.record import samples
from tests.record.test_pdf import pages, tight

BOXES = "A box = a letter that this paper can"
EACH = pytest.mark.parametrize("name", samples.IN_SCRIPTS.values(), ids=samples.IN_SCRIPTS)


def receipt_with(text: str) -> Receipt:
    """Everywhere where somebody's own words get onto a receipt."""
    parcels = [
        Shipment(tracking_id="FMPP00000001", status="ACCEPTED", obd_eligible=True, obd_remark=text),
        Shipment(tracking_id="FMPP00000002", status="REJECTED", reason=text),
    ]
    h = samples.handover(parcels, fe_name=f"{text} (Ram)", partner=text, end_reason=text)
    place = samples.LOCATION.model_copy(update={"name": text})
    return make_receipt(h, place, samples.entries(h), parcels, names={"U0ASHA": text}, zone=samples.KOLKATA)


@EACH
def test_a_name_is_on_the_receipt_as_it_is_written(name: str) -> None:
    text = "".join(pages(make_pdf(receipt_with(name))))
    name = unicodedata.normalize("NFC", name)
    for said in (
        f"{name} · 4 Mar 2026",
        f"{name} (Ram) (fe12303)",
        f"Closed by {name} with the reason “{name}”.",
        f"Counted by hand by {name},",
        f"Rejected: {name}",
    ):
        assert tight(said) in tight(text)
    assert tight(BOXES) not in tight(text)


def test_several_scripts_in_one_line() -> None:
    mixed = "Ram " + " ".join(samples.IN_SCRIPTS.values()) + " 560001। ௹ ৳৫"
    text = "".join(pages(make_pdf(receipt_with(mixed))))
    assert tight(unicodedata.normalize("NFC", mixed)) in tight(text)
    assert tight(BOXES) not in tight(text)


def test_a_name_in_urdu_joins_its_letters_and_keeps_the_order_of_its_words() -> None:
    with Paper("test", samples.ARRIVED, "en") as paper:
        assert paper.width(samples.URDU, 10) < sum(paper.width(sign, 10) for sign in samples.URDU) * 0.95
    found = list(runs(f"Ram {samples.URDU} (fe1)", lambda family, _sign: family in (ARABIC, LATIN)))
    assert found == [(LATIN, "Ram "), (ARABIC, samples.URDU), (LATIN, " (fe1)")], (
        "a word beside a word goes to its left"
    )
    text = "".join(pages(make_pdf(receipt_with(samples.URDU))))
    assert samples.URDU in text
    assert tight(BOXES) not in tight(text)


def test_what_no_font_has_is_a_box_and_is_said() -> None:
    text = tight("".join(pages(make_pdf(receipt_with("ராம் 王")))))
    assert "ராம்" in text
    assert tight(BOXES) in text


@pytest.mark.parametrize("script", samples.JOINED)
def test_no_line_begins_within_a_letter(script: str) -> None:
    for letter in samples.JOINED[script]:
        with Paper("test", samples.ARRIVED, "en") as paper:
            assert paper.width(letter, 10) < sum(paper.width(sign, 10) for sign in letter), "it is not shaped"
            lines = paper.wrap(letter * 40, 30, 10)
            assert all(paper.width(line, 10) <= 30.001 for line in lines)
        assert len(lines) > 3
        assert "".join(lines) == letter * 40
        assert [line.replace(letter, "") for line in lines] == [""] * len(lines)


def test_a_letter_wider_than_a_line_loses_nothing() -> None:
    for word in ("क्" * 300, "e" + "\u0301" * 300, "ஶ்ரீ" * 40, "🙈" * 60):
        with Paper("test", samples.ARRIVED, "en") as paper:
            assert "".join(paper.wrap(word, 12, 9)) == unicodedata.normalize("NFC", word)


def test_only_the_fonts_that_a_paper_needs_are_in_it() -> None:
    def fonts(pdf: bytes) -> set[str]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            found = [page.get_objects(filter=[pypdfium2.raw.FPDF_PAGEOBJ_TEXT]) for page in document]
            return {one.get_font().get_base_name().rpartition("+")[2] for objects in found for one in objects}
        finally:
            document.close()

    assert fonts(make_pdf(receipt_with("Ram"))) == {"NotoSans", "NotoSansBold"}
    assert "NotoSansTamil" in fonts(make_pdf(receipt_with("ராம்")))


def test_the_picture_of_a_day_has_names_in_every_script_within_its_edges() -> None:
    made = busy(len(samples.IN_SCRIPTS) + 2)
    names = [*samples.IN_SCRIPTS.values(), samples.URDU, "ஞஞஞஞஞஞஞஞஞஞஞஞஞஞ"]
    seen = tuple(
        replace(one, handover=one.handover.model_copy(update={"fe_name": name}))
        for one, name in zip(made.seen, names, strict=True)
    )
    assert {family for name in names for family, _ in runs(name, lambda *_: True)} == set(FAMILIES)
    png = day_chart(replace(made, seen=seen), ZoneInfo("Asia/Kolkata"))
    with Image.open(io.BytesIO(png)) as picture:
        edge = picture.convert("L").crop((0, 0, 8, picture.height))
        assert edge.getextrema() == (255, 255), "a name runs out of the picture"
    assert day_chart(busy(2, "王 🙈"), ZoneInfo("Asia/Kolkata")), "what no font has is a box, and no warning"


@pytest.mark.parametrize(
    ("name", "fe", "counted", "stem"),
    [
        ("Bengaluru dock", "Ram Kumar", 7, "Bengaluru-dock-Ram-Kumar-7-of-8-5f0c2a9b"),
        ("Bengaluru dock", "", None, "Bengaluru-dock-fe12303-8-scanned-5f0c2a9b"),
        ("../../etc\\x:*?", "<!channel>\n\u202egpj.", 8, "etc-x-channel-gpj-8-of-8-5f0c2a9b"),
        ("🙈", "राम श्रीवास्तव", 0, "राम-श्रीवास्तव-0-of-8-5f0c2a9b"),
    ],
)
def test_a_file_is_called_by_what_somebody_looks_for(name: str, fe: str, counted: int | None, stem: str) -> None:
    receipt = samples.small()
    h = receipt.handover.model_copy(update={"fe_name": fe, "counted": counted})
    place = receipt.location.model_copy(update={"name": name})
    assert file_stem(replace(receipt, handover=h, location=place)) == f"receipt-2026-03-04-{stem}"


@EACH
def test_a_name_in_any_script_makes_a_name_that_a_file_system_takes(name: str) -> None:
    stem = file_stem(receipt_with(name * 20))
    assert len(f"{stem}.pdf".encode()) < 255
    assert unicodedata.normalize("NFC", name)[:4] in stem
