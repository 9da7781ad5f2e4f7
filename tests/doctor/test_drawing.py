"""How findings are shown: lines, a table on a terminal, a document."""

import io
import json
import re

import pytest

from bot.doctor.drawing import Document, Lines, Table, drawing_for, worst
from bot.doctor.finding import Finding, Level, fail, note, ok, warn

FOUND = [
    ok("otc-bot", "0.1.0"),
    warn("slack mode", "the bot waits for Slack over HTTP", "Set SLACK_APP_TOKEN for Socket Mode."),
    fail("a channel with a long name that does not fit", "it is archived.", "Unarchive it."),
]
NOTE = note("slack commands", "whether they are right can't be told from here", "Compare them with the manifest.")
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def drawn(found: list[Finding], **how: bool) -> str:
    out = io.StringIO()
    drawing = Lines(out, **how)
    for one in found:
        drawing.add(one)
    drawing.end()
    return out.getvalue()


def test_a_line_for_each_with_what_to_do_at_its_end() -> None:
    assert drawn(FOUND).splitlines() == [
        "ok    otc-bot: 0.1.0",
        "WARN  slack mode: the bot waits for Slack over HTTP. Set SLACK_APP_TOKEN for Socket Mode.",
        "FAIL  a channel with a long name that does not fit: it is archived. Unarchive it.",
    ]


def test_in_brief_what_is_well_is_left_out() -> None:
    assert [line[:4] for line in drawn(FOUND, brief=True).splitlines()] == ["WARN", "FAIL"]
    assert drawn(FOUND[:1] * 2, brief=True) == "ok    all is well: 2 checks\n"


def test_what_can_not_be_looked_at_is_no_check_that_is_well() -> None:
    assert drawn([NOTE]) == (
        "note  slack commands: whether they are right can't be told from here. Compare them with the manifest.\n"
    )
    assert drawn([*FOUND[:1] * 2, NOTE], brief=True) == "ok    all is well: 2 checks\n"
    assert worst([FOUND[0], NOTE]) is worst([NOTE]) is Level.OK
    assert worst([NOTE, FOUND[1]]) is Level.WARN
    out = io.StringIO()
    document = Document(out, brief=True)
    for one in (FOUND[0], NOTE):
        document.add(one)
    document.end()
    found = json.loads(out.getvalue())
    assert (found["worst"], found["counts"]["ok"], found["counts"]["note"], found["findings"]) == ("ok", 1, 1, [])


@pytest.mark.parametrize("columns", [60, 100])
def test_a_table_keeps_to_the_width_and_has_every_word(columns: int) -> None:
    out = io.StringIO()
    table = Table(out, columns=columns)
    for one in FOUND:
        table.add(one)
    table.end()
    plain = ESCAPES.sub("", out.getvalue())

    assert max(map(len, plain.splitlines())) <= columns
    words = plain.replace("→", "").split()
    for one in FOUND:
        assert set(one.said.split()) <= set(words)
        assert set(one.mend.split()) <= set(words)
    assert "\x1b[1;31mFAIL" in out.getvalue()
    assert plain.splitlines()[-1] == "1 ok, 1 WARN, 1 FAIL"


def test_a_terminal_gets_a_table_and_a_pipe_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    terminal = Terminal()
    drawing_for(terminal, as_json=False, brief=False).add(FOUND[2])
    assert ESCAPES.search(terminal.getvalue())
    pipe = io.StringIO()
    drawing_for(pipe, as_json=False, brief=False).add(FOUND[2])
    assert pipe.getvalue() == f"{FOUND[2]}\n"


def test_who_wants_no_colour_gets_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    drawing_for(terminal, as_json=False, brief=False).add(FOUND[2])
    assert "\x1b" not in terminal.getvalue()


def test_a_document_for_machines() -> None:
    out = io.StringIO()
    document = Document(out)
    for one in FOUND:
        document.add(one)
    document.end()
    found = json.loads(out.getvalue())
    assert found.keys() == {"version", "worst", "counts", "findings"}
    assert (found["worst"], found["counts"]) == ("FAIL", {"ok": 1, "note": 0, "WARN": 1, "FAIL": 1})
    assert found["findings"][1] == {
        "level": "WARN",
        "what": "slack mode",
        "said": "the bot waits for Slack over HTTP",
        "mend": "Set SLACK_APP_TOKEN for Socket Mode.",
    }


def test_the_worst_of_all() -> None:
    assert [worst(FOUND[:n]) for n in range(4)] == [Level.OK, Level.OK, Level.WARN, Level.FAIL]
