"""A hook of MkDocs. Pages link to files of the repository, which GitHub finds and the site does not have."""

import re
from typing import Any

_OUT = re.compile(r"(?<!!)\[([^\]]+)\]\(\.\./[^)]+\)")


def on_page_markdown(markdown: str, **_: Any) -> str:
    """The page with the words of such links alone."""
    return _OUT.sub(r"\1", markdown)
