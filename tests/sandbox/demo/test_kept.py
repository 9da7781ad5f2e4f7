"""A practice dock that is opened again remembers what was said, numbers on, and is as far ahead."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.demo.kept import KeptError, beside, keep, open_again
from bot.sandbox.demo.place import Place
from bot.sandbox.slack.model import File, Message


def test_what_was_kept_is_there_again(tmp_path: Path) -> None:
    database, first = tmp_path / "dock.db", Place.furnished()
    assert not open_again(first, database), "nothing was kept yet"
    dock = first.docks[0]
    visit = first.flipkart.arrive(dock.location, "Ram Kumar", partner="eKart")
    first.clock.forward(timedelta(days=2))
    sheet = first.sheets.of(dock.location)
    sheet.dropped, sheet.taken = True, 3
    said = Message(ts=first.slack.new_ts(), channel=dock.channel, user=first.players[0], text="hello", blocks=[])
    said.reactions["eyes"] = [first.players[0]]
    said.edits += [("helo", []), ("hell", [])]
    first.slack.posted[dock.channel].append(said)
    file = File(first.slack.new_id("F"), "a.png", "a", first.players[0], 1, content=b"\x00\xff", shared=True)
    first.slack.files[file.id] = file
    keep(first, database)

    database.touch()
    again = Place.furnished()
    assert open_again(again, database)
    (there,) = again.slack.messages(dock.channel)
    assert (there.text, there.ts, there.reactions, there.edited) == ("hello", said.ts, said.reactions, True)
    assert again.slack.files[file.id].content == b"\x00\xff"
    assert again.slack.new_id("F") > file.id, "an id is given twice"
    assert again.flipkart.arrive(dock.location, "Ram Kumar", partner="eKart").task_id != visit.task_id
    assert again.clock.ahead == timedelta(days=2)
    assert again.sheets.of(dock.location).taken == 3


@pytest.mark.parametrize("content", [None, "", "[]", json.dumps({"ahead": "much"})])
def test_what_is_no_practice_dock_is_told(tmp_path: Path, content: str | None) -> None:
    database = tmp_path / "real.db"
    database.touch()
    if content is not None:
        beside(database).write_text(content, encoding="utf-8")
    with pytest.raises(KeptError, match=r"real\.db"):
        open_again(Place.furnished(), database)
