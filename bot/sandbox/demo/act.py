"""What an act of the page is, and how one is refused."""

from typing import Any

Act = dict[str, Any]


class ActError(Exception):
    """Something that can't be done; the message is a sentence for the page."""

    def __init__(self, sentence: str, fields: dict[str, str] | None = None) -> None:
        super().__init__(sentence)
        self.fields = fields
