"""Every link leads somewhere. What lies elsewhere is looked at for its form only: no test needs the net."""

import re
from pathlib import Path

import pytest

from tests.docs.links import ADDRESS, anchors, broken, links
from tests.prepare import ROOT

PAGES = sorted(
    [*(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")), *(ROOT / "docs").rglob("*.md")]
)
HERE = ("http://127.0.0.1", "http://localhost", "http://[::1]")
HOSTS = re.compile(r"pypi|pythonhosted|index-url|artifactory|nexus|jfrog|devpi", re.IGNORECASE)
"""Where packages are fetched from is the installation's matter."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken(page, ROOT) == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_addresses_are_https_and_no_package_host(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    found = ADDRESS.findall(text)
    assert [one for one in found if one.startswith("http://") and not one.startswith(HERE)] == []
    assert [one for one in found if HOSTS.search(one)] == []


def test_what_is_no_link_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("# One\n\n## Two: `three` & four\n", encoding="utf-8")
    page = tmp_path / "page.md"
    good = "[a](there.md) [b](there.md#two-three--four) [c](#here) [d](https://example.com/x) `[e](code.md)`"
    page.write_text(f"# Here\n\n{good}\n\n```\n[f](code.md)\n```\n", encoding="utf-8")
    assert broken(page, tmp_path) == []
    assert anchors("# A\n\n# A\n") == {"a", "a-1"}
    bad = ["gone.md", "there.md#gone", "#gone", "http://example.com", "../outside.md", "gone.png"]
    page.write_text(" ".join(f"![x]({one})" for one in bad), encoding="utf-8")
    assert links(page.read_text(encoding="utf-8")) == bad
    assert broken(page, tmp_path) == bad


def test_the_readme_is_one_page_and_leads_to_the_others() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 140, "README is what a newcomer needs; the rest has pages of its own"
    named = {link.partition("#")[0] for link in links(text)}
    assert {"docs/everyday.md", "docs/messages.md", "docs/settings.md", "docs/troubles.md", "docs/security.md"} <= named
