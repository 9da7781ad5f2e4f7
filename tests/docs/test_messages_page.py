"""The page of messages: everything that the bot says in Slack, with what it means and what to do, and nothing else."""

from tests.docs.pages import read, tables
from tests.docs.said import BOT, SILENT, is_a_message, plain, said

HEAD = ["it says", "what it means, and what to do"]


def on_the_page() -> dict[str, str]:
    rows = [row for _, head, body in tables(read("messages.md")) if head == HEAD for row in body]
    assert len({row[0] for row in rows}) == len(rows), "a message stands there twice"
    return {row[0]: row[1] for row in rows}


def test_every_message_is_on_the_page() -> None:
    missing = {plain(text): where for where, text in said() if is_a_message(text)}
    for one in on_the_page():
        missing.pop(one, None)
    assert missing == {}, "docs/messages.md: say what each means, and what to do"


def test_the_page_has_nothing_that_is_not_said() -> None:
    assert set(on_the_page()) <= {plain(text) for _, text in said()}


def test_every_message_is_explained() -> None:
    assert [one for one, meaning in on_the_page().items() if not meaning] == []


def test_what_needs_no_page_is_there() -> None:
    assert [name for name in SILENT if not (BOT / name).is_file()] == []
