"""What the bot says to people, gathered from the code, in the form in which it stands on the page of messages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.i18n.__main__ import marked
from tests.prepare import ROOT

BOT = ROOT / "bot"
SPEAKERS = (
    *("flipkart/errors.py", "handover/ports.py", "jobs/photos.py", "lists/model.py", "lists/refused.py"),
    *("outbox", "photos", "slack"),
)
"""Where sentences stand that come into Slack by themselves or as an answer. Papers (`record/`) explain themselves."""
SILENT = {
    "slack/blocks/guide.py": "the help itself",
    "slack/blocks/notices.py": "what a locked phone shows of a message that is on the page",
    "slack/listeners/expected.py": "a line of the help",
    "slack/listeners/find.py": "a line of the help",
    "slack/listeners/language.py": "a line of the help",
    "slack/listeners/otc.py": "a line of the help",
}
"""Files whose sentences need no page, and why."""
WORDS = 4
"""A text with fewer words of its own is a button, a heading or a part of another message."""
_FIELD = re.compile(r"\{\w+\}")


def plain(text: str) -> str:
    """A sentence as it is seen, with … where something of the moment stands."""
    return " ".join(_FIELD.sub("…", text).replace("*", "").replace("`", "").split())


def is_a_message(text: str) -> bool:
    """Whether somebody might want to know what it means."""
    return len(re.findall(r"[^\W\d_]{2,}", _FIELD.sub(" ", text))) >= WORDS


def said() -> Iterator[tuple[str, str]]:
    """Each text that the code says, with the file; of singular and plural the singular."""
    for name in SPEAKERS:
        for file in _files(BOT / name):
            where = file.relative_to(BOT).as_posix()
            if where not in SILENT:
                for _, texts in marked(ast.parse(file.read_text(encoding="utf-8"))):
                    yield where, texts[0]


def _files(path: Path) -> list[Path]:
    return [path] if path.suffix else sorted(path.rglob("*.py"))
