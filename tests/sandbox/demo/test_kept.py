"""A practice dock that is opened again remembers what was said, numbers on, and is as far ahead, however it ended."""

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.demo.kept import Kept, KeptError
from bot.sandbox.demo.place import Place
from bot.sandbox.slack.model import File
from bot.sandbox.slack.posting import Content, delete, edit, post

Opened = Callable[[Path], tuple[Place, Kept, bool]]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens a dock in a database, as a new process does; tells whether it goes on."""
    every: list[Kept] = []

    def one(database: Path) -> tuple[Place, Kept, bool]:
        place = Place.furnished()
        place.slack.echo_own_messages = False  # nobody listens
        kept = Kept(place, database)
        again = kept.open()
        every.append(kept)
        database.touch()
        return place, kept, again

    yield one
    for kept in every:
        kept.close()


def killed(database: Path, folder: Path) -> Path:
    """What a process leaves that is killed in this moment."""
    folder.mkdir()
    for one in database.parent.glob(f"{database.name}*"):
        shutil.copy(one, folder)
    return folder / database.name


@pytest.mark.parametrize("end", ["clean", "kill -9"])
def test_what_was_kept_is_there_again(tmp_path: Path, opened: Opened, end: str) -> None:
    database = tmp_path / "dock.db"
    first, kept, again = opened(database)
    assert not again, "nothing was kept yet"
    dock, slack = first.docks[0], first.slack
    visit = first.flipkart.arrive(dock.location, "Ram Kumar", partner="eKart")
    first.clock.forward(timedelta(days=2))
    sheet = first.sheets.of(dock.location)
    sheet.lengthen(20)
    sheet.dropped, sheet.taken = True, 3
    file = File(slack.new_id("F"), "a.png", "a", first.players[0], 1, content=b"\x00\xff", uploaded=True)
    slack.files[file.id] = file
    channel = slack.channels[dock.channel]
    said = post(slack, channel, Content("helo"), user=first.players[0], files=[{"id": file.id}])
    for text in ("hell", "hello"):
        edit(slack, said, Content(text))
    said.reactions["eyes"] = [first.players[0]]
    slack.changed("message.reaction", channel=said.channel, ts=said.ts)
    gone = post(slack, channel, Content("never mind"))
    delete(slack, gone)
    alone = post(slack, slack.direct(first.players[0]), Content("for you"))
    if end == "clean":
        kept.close()
    else:
        database = killed(database, tmp_path / "killed")

    second, _, goes_on = opened(database)
    assert goes_on
    (there,) = second.slack.messages(dock.channel)
    assert (there.text, there.ts, there.reactions, there.edited) == ("hello", said.ts, said.reactions, True)
    assert [one.text for one in second.slack.messages(alone.channel)] == ["for you"]
    assert second.slack.files[file.id].content == b"\x00\xff"
    assert second.slack.serial == slack.serial, "an id is given twice"
    assert second.flipkart.arrive(dock.location, "Ram Kumar", partner="eKart").task_id != visit.task_id
    assert second.clock.ahead == timedelta(days=2)
    assert second.sheets.of(dock.location) == sheet


def test_it_goes_on_after_one_kill_and_another(tmp_path: Path, opened: Opened) -> None:
    database = tmp_path / "dock.db"
    for life, so_far in enumerate((["one"], ["one", "two"], ["one", "two", "three"])):
        place, _, again = opened(database)
        assert again is (life > 0)
        channel = place.docks[0].channel
        post(place.slack, place.slack.channels[channel], Content(so_far[-1]))
        assert [one.text for one in place.slack.messages(channel)] == so_far
        database = killed(database, tmp_path / str(life))


def test_a_line_that_was_not_written_to_its_end_is_left_out(tmp_path: Path, opened: Opened) -> None:
    database = tmp_path / "dock.db"
    place, _, _ = opened(database)
    channel = place.docks[0].channel
    for text in ("one", "two"):
        post(place.slack, place.slack.channels[channel], Content(text))
    database = killed(database, tmp_path / "killed")
    lines = database.with_name("dock.db.dock.jsonl")
    lines.write_bytes(lines.read_bytes()[:-9])
    place, _, _ = opened(database)
    assert [one.text for one in place.slack.messages(channel)] == ["one"]


def test_one_that_is_open_is_opened_by_nobody_else(tmp_path: Path, opened: Opened) -> None:
    database = tmp_path / "dock.db"
    _, first, _ = opened(database)
    with pytest.raises(KeptError, match="open in another demo"):
        opened(database)
    first.close()
    assert opened(database)[2]


@pytest.mark.parametrize("content", [None, "", "[]", json.dumps({"ahead": "much"})])
def test_what_is_no_practice_dock_is_told(tmp_path: Path, content: str | None) -> None:
    database = tmp_path / "real.db"
    database.touch()
    if content is not None:
        (tmp_path / "real.db.dock.json").write_text(content, encoding="utf-8")
    with pytest.raises(KeptError, match=r"real\.db"):
        Kept(Place.furnished(), database).open()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(KeptError, match="No such file or directory"):
        Kept(Place.furnished(), tmp_path / "nowhere" / "dock.db").open()
