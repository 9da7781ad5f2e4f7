"""What is seen at a path into which nobody may look, and what is said of it."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.paths import closed, is_file, is_folder, is_there
from tests.test_values import not_as_root


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that nobody may enter, with a file and a folder in it; not in pytest's own, which is closed to others."""
    with tempfile.TemporaryDirectory() as above:
        Path(above).chmod(0o755)
        at = Path(above) / "closed"
        (at / "data").mkdir(parents=True)
        (at / "bot.db").touch()
        at.chmod(0)
        yield at
        at.chmod(0o700)


def test_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    assert (is_there(file), is_file(file), is_folder(file), closed(file)) == (True, True, False, "")
    assert (is_there(tmp_path), is_file(tmp_path), is_folder(tmp_path), closed(tmp_path)) == (True, False, True, "")


def test_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "gone", tmp_path / "gone" / "too", tmp_path / "file" / "within"):
        assert (is_there(path), is_file(path), is_folder(path), closed(path)) == (False, False, False, "")


@pytest.mark.parametrize("within", ["bot.db", "data", "data/bot.db", "nothing"])
def test_what_is_in_a_closed_folder(folder: Path, within: str) -> None:
    link = folder.parent / "link"
    link.symlink_to(folder / within)
    with not_as_root():
        # Where this machine's folder for what is thrown away is closed to others, that one.
        way = (*reversed(folder.parents), folder)
        first = next(one for one in way if not os.access(one, os.X_OK, effective_ids=True))
        for path in (folder / within, link):
            assert (is_there(path), is_file(path), is_folder(path)) == (False, False, False)
            assert closed(path) == f"{first} can't be entered (Permission denied). Let the bot's user enter it"
        assert (is_folder(first), closed(first)) == (True, "")


def test_what_nobody_can_look_at(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for path in (loop, tmp_path / ("long" * os.pathconf(tmp_path, "PC_NAME_MAX"))):
        assert (is_there(path), is_file(path), is_folder(path)) == (False, False, False)
        assert closed(path).startswith("it can't be looked at (")
