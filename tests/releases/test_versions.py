"""Which version a build has: git's tags say it, or else pyproject.toml; CHANGELOG.md goes with both."""

import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.version import Version

import bot
from bot.store.errors import NewerTablesError
from tests.prepare import ROOT

HEADING = re.compile(r"^## (\d+\.\d+\.\d+) \((unreleased|\d{4}-\d{2}-\d{2})\)$")
PRETENDED = "SETUPTOOLS_SCM_PRETEND_VERSION_FOR_OTC_BOT"
"""Where the Dockerfile is told the version."""


def headings() -> list[tuple[str, str]]:
    """The versions of the changelog, each with its day or "unreleased"."""
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    found = [(HEADING.match(line), line) for line in lines if line.startswith("## ")]
    assert [line for match, line in found if match is None] == [], "not as in: ## 1.2.3 (2026-03-04)"
    return [(match[1], match[2]) for match, _ in found if match]


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Asha", "-c", "user.email=asha@example.com", "-c", "commit.gpgsign=false")
    return subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True).stdout


def built(folder: Path, **env: str) -> str:
    """The version that a build in this folder has."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "hatchling", "version"],
        cwd=folder,
        env={"PATH": str(Path(shutil.which("git") or "git").parent), "HOME": str(folder)} | env,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_changelog_has_the_newest_version_first_and_only_that_may_be_unreleased() -> None:
    found = headings()
    versions = [Version(one) for one, _ in found]
    assert versions == sorted(set(versions), reverse=True)
    assert [one for one, when in found[1:] if when == "unreleased"] == []


def test_every_tag_has_its_day_in_the_changelog() -> None:
    released = {one for one, when in headings() if when != "unreleased"}
    tagged = {tag.removeprefix("v") for tag in git(ROOT, "tag", "--list", "v[0-9]*").split()}
    assert tagged - released == set(), "docs/releases.md tells the steps of a release"


def test_a_build_that_knows_no_tag_has_the_version_of_the_changelog() -> None:
    newest, when = headings()[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = f"{newest}.dev0" if when == "unreleased" else newest
    assert project["tool"]["hatch"]["version"]["fallback-version"] == wanted


@pytest.mark.slow("the build's backend and git, several times")
def test_what_a_build_is_called(tmp_path: Path) -> None:
    fallback = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["version"][
        "fallback-version"
    ]
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    assert built(tmp_path) == fallback, "a zip, or an image"
    assert built(tmp_path, **{PRETENDED: ""}) == fallback, "an image that is told nothing"
    assert built(tmp_path, **{PRETENDED: "7.8.9"}) == "7.8.9", "an image"

    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", "pyproject.toml")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    at = git(tmp_path, "rev-parse", "HEAD")
    version = built(tmp_path)
    assert Version(version).is_devrelease
    assert Version(version) > Version(fallback)
    assert at.startswith(version.partition("+g")[2]), "who asks for help can say which commit it is"
    git(tmp_path, "tag", "v7.8.9")
    assert built(tmp_path) == "7.8.9"
    git(tmp_path, "commit", "--quiet", "--allow-empty", "--message", "two")
    assert built(tmp_path).startswith("7.8.10.dev1+g")
    (tmp_path / "unpacked").mkdir()
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "unpacked")
    assert built(tmp_path / "unpacked") == fallback, "a zip that was unpacked within somebody else's checkout"


def test_the_page_about_releases_names_what_there_is() -> None:
    page = (ROOT / "docs/releases.md").read_text(encoding="utf-8")
    modules = set(re.findall(r"-m (tests\.releases\.\w+) 1\.2\.3", page))
    assert modules == {"tests.releases.played", "tests.releases.sbom"}
    assert [one for one in modules if importlib.util.find_spec(one) is None] == []
    assert f"--build-arg {PRETENDED}=1.2.3" in page
    assert f"> {NewerTablesError('…', '…')}" in page


def test_the_image_can_be_told_its_version() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 0 < text.find(f"\nARG {PRETENDED}") < text.find("pip wheel")


def test_the_version_is_that_of_the_installed_package() -> None:
    assert bot.__version__ == metadata.version("otc-bot")
    with pytest.raises(AttributeError, match="no attribute 'version'"):
        getattr(bot, "version")  # noqa: B009 -- mypy knows that it is not there


def test_a_bot_that_is_not_installed_says_so() -> None:
    script = f"import sys; sys.path.insert(0, {str(ROOT)!r}); import bot; print(bot.__version__)"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], cwd="/", capture_output=True, text=True, check=True
    )
    assert done.stdout == "0+unknown\n"
