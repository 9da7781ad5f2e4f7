"""Flipkart's own figures on paper, in the tables and in the hashed record."""

import csv
import io
import json

import pytest

from bot.record.pdf import make_pdf
from bot.record.receipt import Receipt, make_receipt
from bot.record.tables import to_csv, to_jsonl
from bot.record.totals import flipkarts_figures
from tests.record import samples
from tests.record.test_pdf import pages

ALL = {"end_total": 9, "end_obd_eligible": 2, "end_obd_failed": 2, "end_flyer_eligible": 8, "end_flyer_failed": 1}


def receipt(**figures: int | None) -> Receipt:
    parcels = samples.shipments(8)
    return make_receipt(samples.handover(parcels, **figures), samples.LOCATION, [], parcels, names=samples.NAMES)


def test_each_figure_stands_beside_what_the_bot_has_seen() -> None:
    found = receipt(**ALL)
    h = found.handover
    assert [(one.flipkart, one.own) for one in flipkarts_figures(found)] == [
        *((9, h.scanned), (2, h.obd_eligible), (2, h.obd_remarked), (8, 8), (1, h.mismatched)),
    ]
    assert [one.differs for one in flipkarts_figures(found)] == [True, False, True, False, h.mismatched != 1]


def test_what_flipkart_does_not_tell_is_no_zero() -> None:
    assert flipkarts_figures(receipt(end_total=None)) == []
    assert [one.name for one in flipkarts_figures(receipt(end_total=None, end_flyer_failed=0))] == ["Wrong flyers"]


def test_they_are_on_paper_and_what_differs_is_named() -> None:
    text = " ".join(" ".join(pages(make_pdf(receipt(**ALL)))).split())
    assert "Flipkart's figures at the End OTC" in text
    assert "Parcels scanned 9 8 differs" in text
    assert "Opened boxes with a problem 2 0 differs" in text
    assert "Flyers to be compared 8 8 Wrong flyers" in text
    assert "Flipkart's figures" not in " ".join(pages(make_pdf(receipt(end_total=None))))


def test_they_are_in_the_tables_and_in_the_hashed_record() -> None:
    found = receipt(**ALL)
    summary = next(csv.DictReader(io.StringIO(to_csv([found]).decode("utf-8-sig"), newline="")))
    columns = ("flipkart_total", "flipkart_open_boxes", "flipkart_open_boxes_failed", "flipkart_flyers")
    assert [summary[name] for name in (*columns, "flipkart_flyers_failed")] == ["9", "2", "2", "8", "1"]
    assert ALL.items() <= json.loads(to_jsonl([found]))["data"]["handover"].items()


@pytest.mark.parametrize("name", [name for name in ALL if name != "end_total"])
def test_a_record_without_them_has_the_hash_that_it_had(name: str) -> None:
    before = receipt()
    assert name not in str(before.data)
    assert receipt(**{name: None}).sha256 == before.sha256 != receipt(**{name: 1}).sha256
