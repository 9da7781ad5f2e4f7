"""What is said of a line of the log."""

from dataclasses import dataclass

NOTHING = "nothing, it mends itself"
REPORT = (
    "this is a fault of the bot: report it with this line, its traceback and the lines that bear the same request; "
    "what was being done is tried again or can be pressed again"
)
SLACK_REASON = "do what the reason says; where it names nothing to do, wait, it mends itself"


@dataclass(frozen=True, slots=True)
class Advice:
    """What a line means, as the page tells it, and what a person can do, as the page and the line itself tell it."""

    means: str
    todo: str
