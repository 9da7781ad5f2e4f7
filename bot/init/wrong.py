"""What is wrong with an answer."""

from enum import Enum


class Why(Enum):
    """Whose turn it is."""

    ANSWER = "the answer is wrong"
    REFUSED = "Slack or Flipkart refuses a credential"
    FOLDER = "what is in the folder, or the folder itself, is in the way"


class Wrong(Exception):
    """An answer that can't be taken: a sentence that says what to do. Never with a secret in it."""

    def __init__(self, sentence: str, why: Why = Why.ANSWER) -> None:
        super().__init__(sentence)
        self.why = why


class Stopped(Exception):
    """The conversation ended before anything was written."""


class Mistakes(Exception):
    """Everything that is wrong, one line each; nothing was written."""

    def __init__(self, lines: list[str], why: Why) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines
        self.why = why
