"""Pages are cut at their headings, and what stands below is read as Markdown."""

from bot.helping.pages import Row, Section, Text, bare, cut, folder, sections
from tests.prepare import ROOT

PAGE = """# Settings

What [bot.toml](bot.md) says,
in *two* lines.

## `[polling]`

- one
  goes on
- two

```
# no heading
```

<!-- for who writes it -->

| setting | does |
|---|---|
| `a` | this \\| that |

## Empty
"""


def test_a_page_is_cut() -> None:
    first, polling, empty = cut("settings", PAGE)
    assert first == Section("settings", "Settings", "Settings", (Text("What bot.toml says, in two lines."),))
    assert (polling.title, polling.heading, polling.name) == ("Settings", "[polling]", "Settings: [polling]")
    items, code, rows = polling.blocks[:2], polling.blocks[2], polling.blocks[3:]
    assert items == (Text("- one goes on"), Text("- two"))
    assert code == Text("# no heading", code=True)
    assert rows == (Row(("setting", "does"), ("a", "this | that")),)
    assert empty.blocks == ()


def test_marks_are_taken_off_and_signs_of_their_own_are_not() -> None:
    assert bare("**Start OTC** and *Home*, `a_b*c`, 2 * 3 * 4") == "Start OTC and Home, a_b*c, 2 * 3 * 4"
    assert bare("![Six cards](a.png) of [one](b.md#c)") == "(picture: Six cards) of one"


def test_every_page_of_the_docs_is_read() -> None:
    found = {one.page for one in sections(folder())}
    assert found == {path.stem for path in (ROOT / "docs").glob("*.md")}
