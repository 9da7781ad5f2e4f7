"""The file that holds all that a release's pages and messages point to, for who has no clone: git makes it."""

import re
import subprocess
import tarfile
from pathlib import Path

import pytest

from tests.docs.links import broken
from tests.prepare import ROOT
from tests.releases.test_versions import git

COMMAND = r"""
git -c tar.umask=0022 -c core.autocrlf=false archive \
  --prefix=otc-bot-1.2.3/ --output=dist/otc-bot-1.2.3.tar.gz v1.2.3
"""
"""The rights of files and the ends of lines are settings of whoever types it, unless they are said."""
NAMED = re.compile(r"\b(?:deploy|docs)/[\w./-]*\w|\bcompose[\w.]*\.ya?ml|\bbot\.example\.toml|(?<![\w.])\.env\.example")
"""A file that a page or a message tells somebody to take."""


def clone(folder: Path) -> Path:
    """What is committed here, as a release."""
    folder.mkdir()
    git(folder, "clone", "--quiet", "--shared", "--no-checkout", str(ROOT), ".")
    git(folder, "tag", "--annotate", "v7.8.9", "--message", "otc-bot 7.8.9")
    return folder


def made(clone: Path, **config: str) -> bytes:
    """What the command makes, typed by somebody who has set git up like this."""
    for name, value in config.items():
        git(clone, "config", name.replace("__", "."), value)
    (clone / "dist").mkdir(exist_ok=True)
    subprocess.run(["sh", "-c", COMMAND.replace("1.2.3", "7.8.9")], cwd=clone, check=True)
    return (clone / "dist/otc-bot-7.8.9.tar.gz").read_bytes()


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clone(tmp_path_factory.mktemp("source") / "one")


@pytest.fixture(scope="module")
def unpacked(released: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that comes out of it."""
    made(released)
    folder = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(released / "dist/otc-bot-7.8.9.tar.gz") as archive:
        archive.extractall(folder, filter="data")
    (found,) = folder.iterdir()
    assert found.name == "otc-bot-7.8.9"
    return found


def test_it_is_all_that_is_committed(released: Path, unpacked: Path) -> None:
    files = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if not path.is_dir()}
    assert files == set(git(released, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")) - {""}


def test_the_same_tag_gives_the_same_bytes(released: Path, tmp_path: Path) -> None:
    assert made(clone(tmp_path / "two"), tar__umask="0077", core__autocrlf="true") == made(released)


def test_what_pages_and_messages_point_to_is_in_it(unpacked: Path) -> None:
    pages = [unpacked / "README.md", *unpacked.glob("docs/*.md")]
    assert {page.name: wrong for page in pages if (wrong := broken(page, unpacked))} == {}
    texts = [*pages, *unpacked.glob("compose*.yaml"), *unpacked.glob("bot/**/*.py"), *unpacked.glob("deploy/*/*")]
    named = {name for text in texts for name in NAMED.findall(text.read_text(encoding="utf-8"))}
    assert {"bot.example.toml", ".env.example", "compose.yaml", "docs/webhooks.v1.schema.json"} <= named
    assert [name for name in sorted(named) if not (unpacked / name).exists()] == []


def test_the_page_tells_this_command() -> None:
    assert COMMAND in (ROOT / "docs/releases.md").read_text(encoding="utf-8")
