"""Links and headings of Markdown, as GitHub and the site read them."""

import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]+`")
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(([^()\s]+)(?:\s+\"[^\"]*\")?\)")
_HEADING = re.compile(r"^#+\s+(.+?)\s*#*$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`|]+")


def links(text: str) -> list[str]:
    """Where a page's links lead, in its order; what stands in code is none."""
    return _LINK.findall(_CODE.sub("", _FENCE.sub("", text)))


def anchors(text: str) -> set[str]:
    """What can stand behind # for a page."""
    seen: Counter[str] = Counter()
    found = set()
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        words = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", heading).replace("`", "").replace("*", "")
        slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        # GitHub counts on with a hyphen, and so the second of one name can be linked to on one side only: avoid it.
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def broken(page: Path, root: Path) -> list[str]:
    """The links of a page that lead nowhere, within a repository."""
    text = page.read_text(encoding="utf-8")
    return [link for link in links(text) if not _leads(page, link, root)]


def _leads(page: Path, link: str, root: Path) -> bool:
    if link.startswith("https://"):
        return True
    if ":" in link.partition("#")[0]:
        return False
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists() or not target.is_relative_to(root):
        return False
    return not anchor or (target.suffix == ".md" and anchor in anchors(target.read_text(encoding="utf-8")))
