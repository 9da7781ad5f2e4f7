"""Golden files as they are, and as a commit had them."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.screens.subjects import RENAMED

ROOT = Path(__file__).parents[2]
ENGLISH = "en"


@dataclass(frozen=True)
class Found:
    """A golden file, its name, and the language it is in."""

    name: str
    shown: dict[str, Any]
    language: str


def folder(language: str) -> str:
    """Where the golden files of a language are."""
    return "tests/golden/files" if language == ENGLISH else f"tests/golden/files_{language}"


def now(name: str, language: str) -> Found:
    """A case as it is drawn now. Raises FileNotFoundError."""
    return Found(name, json.loads((ROOT / folder(language) / f"{name}.json").read_text(encoding="utf-8")), language)


def before(commit: str, name: str, language: str) -> Found | None:
    """The same as a commit had it; in English where that did not know the language. None: nothing like it was there."""
    for spoken in dict.fromkeys((language, ENGLISH)):
        for one in dict.fromkeys((name, RENAMED.get(name, name))):
            path = f"{commit}:{folder(spoken)}/{one}.json"
            read = subprocess.run(["git", "-C", str(ROOT), "show", path], capture_output=True, check=False)
            if read.returncode == 0:
                return Found(one, json.loads(read.stdout), spoken)
    return None


def is_commit(commit: str) -> bool:
    """Whether this clone knows it."""
    asked = ["git", "-C", str(ROOT), "rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
