"""Which location a list, or a row of it, is for."""

import pytest

from bot.handover.location import Location
from bot.handover.places import own_place, place_of, sort_out
from bot.lists.model import ExpectedRow, ListRead
from tests.handover.stand import LOCATION

HOSUR, NORTH = (LOCATION.model_copy(update={"id": i, "name": n}) for i, n in (("L7", "Hosur"), ("L8", "Hosur North")))


@pytest.mark.parametrize(
    ("locations", "text", "place"),
    [
        ([LOCATION], "", LOCATION),
        ([HOSUR, NORTH], "", None),
        ([HOSUR, NORTH], "the list of hosur, please", HOSUR),
        ([HOSUR, NORTH], "<@U1> Hosur north", NORTH),
        ([HOSUR, NORTH], "for L7", HOSUR),
        ([LOCATION, NORTH], "Hosur North and Bengaluru dock", None),
    ],
)
def test_the_location_of_a_list(locations: list[Location], text: str, place: Location | None) -> None:
    assert place_of(locations, text) == place


HERE = LOCATION
ALL = [HERE, HOSUR, NORTH]


@pytest.mark.parametrize(
    ("location_id", "name", "place"),
    [
        ("", "", HERE),
        ("L7", "", HOSUR),
        ("l7", "", HOSUR),
        ("", "hosur ", HOSUR),
        ("", "Hosur-North", NORTH),
        ("L9", "Hosur", HOSUR),
        ("Hosur", "", HOSUR),
        ("", "L8", NORTH),
        ("L7", "Hosur North", HOSUR),
        ("L9", "", None),
        ("", "Hosur South", None),
        ("--", "", None),
    ],
)
def test_the_location_of_a_row(location_id: str, name: str, place: Location | None) -> None:
    row = ExpectedRow("FMP1", location_id=location_id, location_name=name)
    found = sort_out(ListRead((row,), "Tracking ID", 1), HERE, ALL)
    assert found.rows == ({} if place is None else {place: [row]})
    assert found.unserved == ({location_id or name: 1} if place is None else {})


def test_of_two_locations_with_one_name_the_one_where_the_list_was_brought() -> None:
    twin = HOSUR.model_copy(update={"id": "L9"})
    row = ExpectedRow("FMP1", location_name="Hosur")
    read = ListRead((row,), "Tracking ID", 1)
    assert sort_out(read, twin, [*ALL, twin]).rows == {twin: [row]}
    assert sort_out(read, HERE, [*ALL, twin]).unserved == {"Hosur": 1}


def test_a_vague_column_counts_only_if_it_names_a_location_of_ours() -> None:
    towns = tuple(ExpectedRow(f"FMP{n}", location_name=town) for n, town in enumerate(("Mysuru", "", "Pune")))
    read = ListRead(towns, "Tracking ID", 3, vague_location=True)
    found = sort_out(read, HERE, ALL)
    assert (found.rows, found.unserved) == ({HERE: towns}, {})
    named = (*towns, ExpectedRow("FMP9", location_name="Hosur"))
    found = sort_out(ListRead(named, "Tracking ID", 4, vague_location=True), HERE, ALL)
    assert (list(found.rows), found.unserved) == ([HERE, HOSUR], {"Mysuru": 1, "Pune": 1})


@pytest.mark.parametrize(
    ("named", "place"),
    [
        (["L8", "L7"], HOSUR),
        (["L8"], NORTH),
        (["L8", "L9"], NORTH),
        ([HERE.id], HOSUR),
        (["L8", ""], None),
        (["L9"], None),
        ([""], None),
    ],
)
def test_a_list_that_says_itself_where_each_row_belongs(named: list[str], place: Location | None) -> None:
    rows = tuple(ExpectedRow(f"FMP{n}", location_id=one) for n, one in enumerate(named))
    read = ListRead(rows, "Tracking ID", len(rows))
    assert own_place(read, [HOSUR, NORTH], ALL) == place
    assert own_place(read, [], ALL) is None
