"""The page of exit codes: each code that the commands end with, and no other."""

from bot.commands import Exit
from tests.docs.pages import read, table_below


def test_the_page_has_every_exit_code() -> None:
    rows = table_below(read("exit-codes.md"), "Exit codes")
    assert [row[0] for row in rows] == [str(code) for code in sorted({0, *(one.value for one in Exit)})]
    assert all(len(row) == 3 and all(row) for row in rows), "each says what it means and what to do"
