"""Words are looked for in headings first, then below them; of a long table the rows that are meant come."""

from bot.helping.pages import Row, cut
from bot.helping.search import search, suggestions

PAGE = """# Settings

All about hours.

## Hours

When the dock is open.

## Polling

| key | does |
|---|---|
| `page_size` | one more setting |
| `arrivals_seconds` | between two looks, in hours that are open |
| `scans_seconds` | the same of `arrivals_seconds`, and of nothing else |

## Opening hours of a dock

Nothing.
"""
SECTIONS = cut("settings", PAGE)


def found(*words: str) -> list[str]:
    return [hit.section.heading for hit in search(words, SECTIONS)]


def test_headings_come_first_and_the_very_words_before_all() -> None:
    assert found("hours") == ["Hours", "Opening hours of a dock", "Settings", "Polling"]
    assert found("HOURS", "dock") == ["Opening hours of a dock", "Hours"]


def test_a_word_may_be_a_beginning_and_never_an_end() -> None:
    assert found("poll") == ["Polling"]
    assert found("olling") == []


def test_of_a_table_only_the_rows_that_are_meant() -> None:
    [hit] = search(["nothing else"], SECTIONS)
    assert [row.cells[0] for row in hit.blocks if isinstance(row, Row)] == ["scans_seconds"]
    [hit] = search(["arrivals_seconds"], SECTIONS)
    assert [row.cells[0] for row in hit.blocks if isinstance(row, Row)] == ["arrivals_seconds"]


def test_the_page_itself_is_looked_for() -> None:
    assert found("settings hours") == ["Hours", "Opening hours of a dock", "Settings", "Polling"]


def test_a_page_is_one_hit_and_not_each_of_its_sections() -> None:
    assert found("setting") == ["Settings", "Polling"], "the page, and a row's own word"


def test_a_mistyped_word_is_answered_with_what_is_like_it() -> None:
    assert found("pollling") == []
    assert suggestions(["pollling"], SECTIONS) == ["polling"]
    assert suggestions(["arivals_seconds"], SECTIONS)[0] == "arrivals_seconds"
    assert suggestions(["xyzzy"], SECTIONS) == []
    assert search([" "], SECTIONS) == []
