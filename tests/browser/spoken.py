"""What the bot says on the demo's page, and which of it is English where a translation stands in the catalogue."""

import re
from functools import cache
from string import Formatter

from playwright.async_api import Page

from bot.i18n.catalogue import read

SAID = """() => [...document.querySelectorAll(
  ".content, .home .block, .modal h2, .modal .block, .modal .dialog-foot button"
)].filter((one) => one.checkVisibility()).map((one) => one.innerText)"""
"""Of messages, windows and the Home tab; what stands around them is said by Slack, in Slack's own language."""
WORDS = 3
"""Of a sentence; what is shorter must be all that stands in a line."""
_RUN = re.compile(r"\b[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")
"""Three English words, of whatever sentence."""
_DRAWN = re.compile(r"[*`_~]|&[a-z]+;")


async def said(page: Page) -> list[str]:
    """What is said on the page, line by line."""
    texts: list[str] = await page.evaluate(SAID)
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def english(lines: list[str], language: str) -> list[str]:
    """Sentences of the catalogue that are said in English though the language has words of its own for them."""
    whole = " ".join(lines)
    found = {source for source, pattern in _sentences(language) if pattern.search(whole)}
    found |= {line for line in lines if line in _labels(language) or _RUN.search(line)}
    return sorted(found)


@cache
def _sources(language: str) -> list[str]:
    """What the code says in English and the language says otherwise."""
    sources = []
    for message in read(language):
        texts = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        said_so = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        sources += [text for text in texts if text and text not in said_so]
    return sources


@cache
def _sentences(language: str) -> list[tuple[str, re.Pattern[str]]]:
    patterns = []
    for source in _sources(language):
        parts = [(_DRAWN.sub("", text), name) for text, name, _, _ in Formatter().parse(source)]
        if sum(len(re.findall(r"[A-Za-z]{2,}", text)) for text, _ in parts) < WORDS:
            continue
        pattern = "".join(
            r"\s+".join(re.escape(word) for word in re.split(r"\s+", text)) + (".{1,60}?" if name is not None else "")
            for text, name in parts
        )
        patterns.append((source, re.compile(pattern)))
    return patterns


@cache
def _labels(language: str) -> frozenset[str]:
    return frozenset(_DRAWN.sub("", source) for source in _sources(language) if "{" not in source)
