"""What a phone shows of each message: what is to be done, which FE, which dock; the point in the first 40 signs."""

import json
import re
from pathlib import Path

import pytest

from tests.golden.samples import END_OTC, FIXED_OTC, OTC, PLACE
from tests.golden.test_golden import FILES, FINISHED

POINT = 40
"""Signs of which a locked screen surely shows all."""
SAID_TO_ALL = ("card", "milestone", "codes", "unreceived", "month", "digest", "direct", "rung")
"""Rooms of golden files of what is posted by itself, to a channel or to one person."""
OF_AN_FE = ("card", "milestone", "direct", "rung")


def texts(language: str) -> list[tuple[str, str]]:
    folder = FILES[language]
    found = [(file, json.loads(file.read_text(encoding="utf-8"))) for file in sorted(folder.rglob("*.json"))]
    named = [(_name(file, folder), shown["text"]) for file, shown in found if "text" in shown]
    return [(name, text) for name, text in named if name.partition("/")[0] in SAID_TO_ALL]


def _name(file: Path, folder: Path) -> str:
    return str(file.relative_to(folder).with_suffix(""))


@pytest.mark.parametrize("language", FINISHED)
def test_what_a_phone_shows_is_the_point_then_the_fe_then_the_dock(language: str) -> None:
    found = texts(language)
    assert {name.partition("/")[0] for name, _ in found} == set(SAID_TO_ALL)
    for name, text in found:
        point, colon, rest = text.partition(": ")
        assert colon, f"{name}: {text!r} does not say first what is to be done"
        assert len(point) <= POINT, f"{name}: the point is cut on a phone: {point!r}"
        whom = (
            r"(Ram Prasad|fe12303|Ram Prasad \(fe12303\)|Venkata [^,]*…), "
            if name.partition("/")[0] in OF_AN_FE
            else ""
        )
        assert re.match(f"{whom}(.*){re.escape(PLACE.name)}", rest), f"{name}: {text!r} names no FE or dock"


@pytest.mark.parametrize("language", FINISHED)
def test_what_a_phone_shows_is_plain_and_holds_no_code_and_no_courier(language: str) -> None:
    for name, text in texts(language):
        assert not re.search(r"[*`\n~]|<[@!#]", text), f"{name}: {text!r} is drawn, or mentions somebody"
        for secret in (OTC, END_OTC, FIXED_OTC, "eKart"):
            assert secret not in text, f"{name}: {text!r} says what no phone is to show"


def test_the_wordings_of_the_commonest() -> None:
    shown = dict(texts("en"))
    assert shown["card/waiting"] == "Start OTC needed: Ram Prasad, Bengaluru dock"
    assert shown["milestone/closing"] == "Count, then End OTC: Ram Prasad, Bengaluru dock"
    assert shown["milestone/problems"] == "Set aside 4: Ram Prasad, Bengaluru dock"
    assert shown["milestone/own_differs"] == "1 missing, 1 extra: Ram Prasad, Bengaluru dock"
    assert shown["milestone/left"] == "LEFT, no End OTC: Ram Prasad, Bengaluru dock"
    assert shown["milestone/start_rotated"] == "Take a new Start OTC: Ram Prasad, Bengaluru dock"
