"""The site: made of the pages as they are, strictly, and without asking for anything from elsewhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import DOCS, tables
from tests.prepare import ROOT
from tests.screens.painter import CHROMIUM, chromium

FROM_ELSEWHERE = re.compile(
    r"""(?:<(?:script|img|iframe|source|audio|video)[^>]+src|<link[^>]+href)=["']?(?:https?:)?//[^"'>\s]+"""
    r"""|url\(["']?(?:https?:)?//[^)]+\)|@import\s+["'](?:https?:)?//""",
    re.IGNORECASE,
)


class _Yaml(yaml.SafeLoader):
    """Of mkdocs.yml, whose own tags say nothing here."""


def named_in_the_menu() -> list[str]:
    def pages(node: object) -> list[str]:
        if isinstance(node, str):
            return [node]
        inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
        return [page for one in inner for page in pages(one)]

    return pages(yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=_Yaml)["nav"])  # noqa: S506


def test_the_menu_has_every_page_once() -> None:
    assert sorted(named_in_the_menu()) == sorted(path.name for path in DOCS.glob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow("MkDocs makes the whole site")
def test_the_site_is_made_without_a_warning(site: Path) -> None:
    made = {path.stem for path in site.glob("*.html")}
    assert {path.stem for path in DOCS.glob("*.md")} <= made
    assert not (site / "plans").exists(), "plans are of the code and not for readers"


@pytest.mark.slow("MkDocs makes the whole site")
def test_the_site_asks_for_nothing_from_elsewhere(site: Path) -> None:
    shown = [path for path in site.rglob("*") if path.suffix in (".html", ".css", ".svg")]
    found = {(path.name, one) for path in shown for one in FROM_ELSEWHERE.findall(path.read_text(encoding="utf-8"))}
    assert found == set()
    assert FROM_ELSEWHERE.search('<script src="https://example.com/x.js">')
    assert FROM_ELSEWHERE.search('<link rel="stylesheet" href=//example.com/x.css>')


@pytest.mark.slow("every page in a real browser")
@pytest.mark.parametrize("width", [360, 1280])
async def test_no_page_is_wider_than_the_screen_or_asks_for_anything(site: Path, width: int) -> None:
    if CHROMIUM is None and not os.environ.get("CI"):
        pytest.skip("no Chromium on this machine; CI installs Debian's")
    asked, wide = set[str](), list[str]()
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": width, "height": 740})
        page.on("request", lambda request: asked.add(request.url.partition(":")[0]))
        for path in sorted(site.glob("*.html")):
            await page.goto(path.as_uri())
            if await page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(path.name)
    assert wide == []
    assert asked <= {"file", "data", "blob"}


@pytest.mark.parametrize("page", sorted(DOCS.glob("*.md")), ids=lambda page: page.name)
def test_a_page_begins_with_what_it_is_about_and_its_tables_are_whole(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert re.match(r"# \S.*\n\n", text), "a heading first, by which menus and `otc-bot help` name the page"
    for heading, head, rows in tables(text):
        assert [row for row in rows if len(row) != len(head)] == [], f"below {heading!r}"
