import stat
from hashlib import sha256
from pathlib import Path

import pytest

from bot.photos.folder import PhotoFolder, read


def test_a_picture_is_kept_once_under_the_hash_of_its_content(tmp_path: Path) -> None:
    folder = PhotoFolder(str(tmp_path / "bot.db"))
    assert not folder.path.exists(), "nothing is made before it is needed"
    name = folder.keep(b"picture")
    assert name == sha256(b"picture").hexdigest() == folder.keep(b"picture")
    assert folder.path == tmp_path / "bot.db.photos"
    assert [file.name for file in folder.path.iterdir()] == [name]
    assert read(folder.place(name)) == b"picture"
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (folder.path, folder.path / name)]
    assert modes == [0o700, 0o600], "somebody else on this machine could read it"


def test_what_is_no_name_or_no_longer_the_picture(tmp_path: Path) -> None:
    folder = PhotoFolder(str(tmp_path / "bot.db"))
    name = folder.keep(b"picture")
    (folder.path / name).write_bytes(b"another")
    with pytest.raises(OSError, match="changed"):
        read(folder.place(name))
    with pytest.raises(ValueError, match="name"):
        folder.place("../bot.db")


def test_a_folder_that_can_not_be_written(tmp_path: Path) -> None:
    (tmp_path / "bot.db.photos").write_text("a file in the way")
    with pytest.raises(OSError):
        PhotoFolder(str(tmp_path / "bot.db")).keep(b"picture")
