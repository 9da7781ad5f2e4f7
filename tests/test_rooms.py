"""The table of rooms in CONTRIBUTING.md holds: it is read, complete, and what import-linter is told to keep."""

import re
import tomllib
from pathlib import Path

import pytest
from grimp import ImportGraph, build_graph

from tests.rooms import CONTRIBUTING, Room, room_of, strangers, table

BOT = CONTRIBUTING.parent / "bot"
TESTS = CONTRIBUTING.parent / "tests"
OF_THE_WHOLE = {
    *("bench", "browser", "crash", "docs", "golden", "pictures"),
    *("releases", "scenarios", "screens", "simulate", "soak"),
}
"""Folders of tests that belong to no single room."""


@pytest.fixture(scope="module")
def rooms() -> dict[str, Room]:
    return table(CONTRIBUTING.read_text())


@pytest.fixture(scope="module")
def graph() -> ImportGraph:
    return build_graph("bot", cache_dir=None)


def test_every_room_stands_in_the_table_once(rooms: dict[str, Room]) -> None:
    made = {path.stem for path in BOT.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert made - {"__init__"} == {name.partition(".")[0] for name in rooms}
    named = [name for name in rooms if not (BOT / name.replace(".", "/")).with_suffix(".py").exists()]
    assert [name for name in named if not (BOT / name.replace(".", "/") / "__init__.py").exists()] == []


def test_every_name_of_the_table_is_a_module(rooms: dict[str, Room], graph: ImportGraph) -> None:
    names = {name for room in rooms.values() for name in room.allowed + room.forbidden} - {"*"}
    assert {name for name in names if f"bot.{name}" not in graph.modules} == set()


def test_nobody_imports_what_the_table_does_not_name(rooms: dict[str, Room], graph: ImportGraph) -> None:
    assert list(strangers(graph, rooms)) == []


def test_an_import_against_the_table_is_found(graph: ImportGraph, rooms: dict[str, Room]) -> None:
    """The judge can be wrong, too."""
    less = {**rooms, "lists": Room(("i18n",), ()), "store": Room(("*",), ("handover.model",))}
    found = set(strangers(graph, less))
    assert ("lists.cells", "text") in found
    assert ("store.tables.handovers", "handover.model") in found
    assert {importer.partition(".")[0] for importer, _ in found} == {"lists", "store"}
    del less["text"]
    assert room_of("text", less) == ""


def test_import_linter_is_told_to_keep_it() -> None:
    told = tomllib.loads((BOT.parent / "pyproject.toml").read_text())["tool"]["importlinter"]
    assert told["contract_types"] == ["rooms: tests.rooms.RoomsContract"]
    assert [one["type"] for one in told["contracts"]].count("rooms") == 1


def folders(root: Path) -> set[str]:
    """Where Python files are below a folder, two levels deep."""
    found = {path.parent.relative_to(root).as_posix() for path in (*root.glob("*/*.py"), *root.glob("*/*/*.py"))}
    return found - {""}


def test_tests_mirror_the_rooms() -> None:
    """Whoever looks for the tests of a room finds them below its name."""
    rooms, tests = folders(BOT), folders(TESTS)
    assert {one for one in tests if "/" not in one} == {one for one in rooms if "/" not in one} | OF_THE_WHOLE
    assert {one for one in tests - rooms if one.partition("/")[0] not in OF_THE_WHOLE} == set()
    names = {path.stem.removeprefix("test_") for path in TESTS.glob("test_*.py")}
    assert names - {path.stem for path in BOT.glob("*.py")} == {
        "deploy",
        "private_files",
        "project",
        "promises",
        "rooms",
        "runs",
    }


def test_the_files_that_answer_a_newcomer_exist() -> None:
    told = CONTRIBUTING.read_text().partition("### Where is what")[2].partition("###")[0]
    files = re.findall(r"`([a-z_/]+\.py)`", told)
    assert len(files) > 10
    assert [file for file in files if not (BOT / file).exists()] == []
