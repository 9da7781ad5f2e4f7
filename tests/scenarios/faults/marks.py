"""Names a fault that a test plays, which promises it puts to the test, and what people get to read of it."""

from dataclasses import dataclass
from typing import Literal, get_args

import pytest

Group = Literal["Process", "Slack", "Socket Mode", "Flipkart", "People", "Security"]
GROUPS: tuple[str, ...] = get_args(Group)

PROMISES = {
    1: "Every shipment that Flipkart listed for a handover while the bot followed it is in the store exactly once.",
    2: "Every handover has one root message and each milestone one reply, as far as Slack's history lets anyone know.",
    3: "The newest state reaches the card once Slack and Flipkart answer again.",
    4: "A press is acknowledged within 3 s and answered, or told why not, and has no second effect when repeated.",
    5: "A code is seen by the person who asked and by nobody and nothing else.",
    6: "The record says who asked for which kind of code, when, and what was counted, also after a crash.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of the list, as a test plays it."""

    group: Group
    name: str
    keeps: tuple[int, ...]
    """The promises that the test checks; 5 is checked after every test."""
    person: str
    """What somebody in Slack is shown, found word for word after the test; empty: nobody notices."""
    operator: str
    """What the log or the command line says, found word for word after the test; empty: nothing to say."""

    def __post_init__(self) -> None:
        assert self.group in GROUPS, f"no group {self.group}"
        assert set(self.keeps) <= set(PROMISES), f"no such promise in {self.keeps}"


def fault(
    group: Group, name: str, *, keeps: tuple[int, ...], person: str = "", operator: str = ""
) -> pytest.MarkDecorator:
    """Marks a test with the fault that it plays. The page of promises in CONTRIBUTING.md is made from these marks."""
    return pytest.mark.fault(Fault(group, name, tuple(sorted({*keeps, 5})), person, operator))
