"""Every listener is declared: what it hears, and which right it needs."""

from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import pytest

from bot.slack import ids
from bot.slack.declared import OTHERS, Kind, Listener, Right, Table
from bot.slack.listeners import buttons, end, otc, start
from bot.slack.listeners.table import table
from tests.slack import forge
from tests.slack.test_payloads import waiting_fe
from tests.support import World

FREE = {
    (Kind.COMMAND, "/otc"),
    (Kind.BUTTON, "*"),
    (Kind.BUTTON, ids.LANGUAGE),
    (Kind.EVENT, "app_home_opened"),
    (Kind.EVENT, "member_joined_channel"),
}
"""What anybody may."""


def test_each_id_has_one_listener_that_declares_its_right() -> None:
    heard = table().heard
    assert {(kind.value, name) for kind, name in heard} == forge.known()
    assert all(listener.right in Right for listener in heard.values())
    assert {key for key, listener in heard.items() if listener.right is Right.ANYBODY} == FREE
    assert {name for name, word in otc.WORDS.items() if word.right is Right.ANYBODY} == {"help", "language"}


def test_a_listener_is_found_by_its_name() -> None:
    heard = table().heard
    assert heard[Kind.BUTTON, ids.START] is start.start_button
    assert heard[Kind.COMMAND, "/end-otc"] is end.end_command
    assert heard[Kind.MODAL, ids.END_REASON] is end.end_reason
    assert heard[Kind.BUTTON, OTHERS] is buttons.old_button


def test_two_listeners_to_one_id() -> None:
    with pytest.raises(ValueError, match="two listeners to button start_otc"):
        Table([start.start_button, replace(start.new_code_here_button, names=(ids.START,))])


@pytest.mark.parametrize("right", [None, "", "operator"])
def test_a_listener_without_a_right(right: object) -> None:
    undeclared = Listener(Kind.BUTTON, ("x",), right, start.start_button.run, start.start_button.reads)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="the listener to button x declares no right"):
        Table([undeclared])


async def test_buttons_of_operators_refuse_a_stranger(dock: World, logged: list[MutableMapping[str, Any]]) -> None:
    declared = {
        name for (kind, name), one in table().heard.items() if (kind, one.right) == (Kind.BUTTON, Right.OPERATOR)
    }
    # These name a list, a claim or a wish, of which there is none here.
    names = sorted(declared - {ids.TAKE_BACK, ids.CLAIM, ids.PROOF, *forge.WORDS, *forge.SHEETS})
    async with dock.bot():
        handover = await waiting_fe(dock)
        for number, name in enumerate(names, start=1):
            await forge.deliver(dock, "interactive", forge.press(dock, name, handover, user=dock.stranger))
            await dock.until(lambda n=number: len(refused(logged, dock.stranger)) == n)  # type: ignore[misc]
    assert {one["why"] for one in refused(logged, dock.stranger)} == {"NotAllowed"}


def refused(logged: list[MutableMapping[str, Any]], user: str) -> list[MutableMapping[str, Any]]:
    return [one for one in logged if one["event"] == "a press was refused" and one["user"] == user]
