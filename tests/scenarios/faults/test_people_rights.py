"""Who may not, or may no longer: nothing is given, a sentence says so, and it is on record."""

import dataclasses
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from cachetools import TTLCache

from bot.slack import access
from tests.scenarios.dockwork import Screen, card_of, card_says, modal, start_code, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.people import (
    all_at_once,
    at_the_end,
    calls,
    confirming,
    hurry,
    on_record,
    place,
    refused,
    steal,
)
from tests.scenarios.leaks import seen_by
from tests.support import World


@pytest.fixture(autouse=True)
def hurried(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Moves on the clock by which memberships are remembered."""
    moved = [0.0]

    def go(seconds: float) -> None:
        moved[0] += seconds

    monkeypatch.setattr(access, "TTLCache", partial(TTLCache, timer=lambda: time.monotonic() + moved[0]))
    return go


@fault(
    "People",
    "a non-operator types every command and presses every button",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
    operator="a press was refused",
)
async def test_a_non_operator_presses_everything(dock: World) -> None:
    waiting, closing = dock.flipkart.arrive("LOC1", "Ram"), at_the_end(dock, name="Shyam")
    async with dock.bot():
        card, last = await card_of(dock, waiting), await card_says(dock, closing, "On the End OTC page")
        shown = await start_code(dock, dock.operator, waiting)
        card.blocks += [block for block in shown.blocks if block["type"] == "actions"]  # somebody else's New code
        for acts in (
            dock.slack.slash(dock.stranger, dock.channel, "/start-otc", ""),
            dock.slack.press(dock.stranger, card, "start_otc"),
            dock.slack.press(dock.stranger, card, "new_code"),
        ):
            before = len(_sorry(dock))
            await all_at_once([acts])
            await dock.until(lambda at=before: len(_sorry(dock)) > at)  # type: ignore[misc]
        for acts in (
            dock.slack.slash(dock.stranger, dock.channel, "/end-otc", ""),
            dock.slack.press(dock.stranger, last, "count"),
            dock.slack.press(dock.stranger, last, "end_otc"),
        ):
            await all_at_once([acts])
            await dock.slack.close(dock.stranger, await modal(dock, dock.stranger, "Sorry, codes and counts"))
        await dock.until(lambda: len(refused(dock)) == 6)
    wishes = ["start-otc", "start-otc", "start-otc", "end-otc", "count", "end-otc"]
    assert refused(dock) == [(dock.stranger, wish, "NotAllowed") for wish in wishes]
    named = dock.rows("select count(*) from audit where what = 'refused' and handover_id is not null")
    assert named == [(4,)], "the record does not say which FE's button it was"
    assert calls(dock, "start_otc") == 1, "a stranger's press reached Flipkart"
    assert calls(dock, "end_otc") == 0


@fault(
    "People",
    "a non-operator submits every form, forged",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
    operator="a press was refused",
)
async def test_a_non_operator_forges_every_form(dock: World) -> None:
    scanning = dock.flipkart.arrive("LOC1", "Ram")
    scanning.begin()
    closing = [at_the_end(dock, name=name) for name in ("Shyam", "Mohan")]
    async with dock.bot():
        for visit in closing:
            last = await card_says(dock, visit, "On the End OTC page")
        forms: list[tuple[Screen, dict[str, Any]]] = []
        await dock.slack.press(dock.operator, await card_says(dock, scanning, "Scanning"), "count")
        forms.append((await put_away(dock, "Save count"), {"counted": "0"}))
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        choice = await put_away(dock, "Which FE stands in front of you?")
        forms.append((choice, {"chosen": choice.blocks[0]["element"]["options"][0]["value"]}))
        await dock.slack.press(dock.operator, last, "end_otc")
        forms.append((await put_away(dock, "Compare"), {"counted": "6"}))
        await confirming(dock, dock.operator, closing[0], 4)
        forms.append((await put_away(dock, "Show it anyway"), {"reason": "because of rain"}))
        await confirming(dock, dock.operator, closing[0], 6)
        forms.append((await put_away(dock, "Show the End OTC"), {}))
        assert [form.callback_id for form, _ in forms] == [
            "count_form",
            "end_choice",
            "end_count",
            "end_reason",
            "end_confirm",
        ]
        for form, values in forms:
            await dock.slack.press(dock.stranger, last, "count")
            own = await modal(dock, dock.stranger, "Sorry, codes and counts")
            await all_at_once([dock.slack.submit(dock.stranger, steal(own, form), values)])
            await dock.slack.close(dock.stranger, await modal(dock, dock.stranger, "Sorry, codes and counts"))
    forged = [wish for _, wish, _ in refused(dock)][1::2]
    assert forged == ["count", "end-otc", "end-otc", "end-otc", "end-otc"]
    assert {by for by, _, _ in refused(dock)} == {dock.stranger}
    assert calls(dock, "end_otc") == 0
    assert {by for by, _ in on_record(dock, "counted")} == {dock.operator}, "a stranger's count is kept"


@fault(
    "People",
    "a non-operator presses on a card of last week",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
    operator="a press was refused",
)
async def test_a_non_operator_learns_nothing_of_an_old_card(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        before = list(card.blocks)
        visit.leave()
        await card_says(dock, visit, "Left without an End OTC")
        card.blocks = before
        await all_at_once([dock.slack.press(dock.stranger, card, "start_otc")])
        shown = await told(dock, dock.stranger, "Sorry, codes and counts")
        assert "is gone" not in shown.text_all(), "who may not is told what became of the FE"
        await dock.until(lambda: refused(dock))
    assert refused(dock) == [(dock.stranger, "start-otc", "NotAllowed")]


@fault(
    "People",
    "a user removed from the channel, where operators = [] means its members",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for members of its channel.",
    operator="a press was refused",
)
async def test_a_user_removed_from_the_channel(dock: World, later: Callable[[float], None]) -> None:
    dock.toml = place(dock, [])
    waiting, closing = dock.flipkart.arrive("LOC1", "Ram"), at_the_end(dock, name="Shyam")
    async with dock.bot():
        await card_of(dock, waiting)
        view = await confirming(dock, dock.second, closing, 6)
        shown = await start_code(dock, dock.second, waiting)
        dock.slack.kick(dock.channel, dock.second)
        later(access.CHANNEL_SECONDS + 1)
        # What is still on the screen of somebody who left: a modal, and the button under a code.
        await all_at_once([dock.slack.submit(dock.second, view), dock.slack.press(dock.second, shown, "new_code")])
        await modal(dock, dock.second, "Sorry, codes and counts")
        await dock.until(lambda: len(refused(dock)) == 2)
        await dock.slack.open_home(dock.second)
        await dock.until(lambda: dock.slack.home(dock.second))
        assert "Shyam" not in dock.slack.home(dock.second).text_all()  # type: ignore[union-attr]
    assert sorted(refused(dock)) == [(dock.second, wish, "NotAllowed") for wish in ("end-otc", "start-otc")]
    assert calls(dock, "end_otc") == 0
    assert calls(dock, "start_otc") == 1


@fault(
    "People",
    "a user removed from the user group",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for <!subteam^",
    operator="a press was refused",
)
async def test_a_user_removed_from_the_user_group(dock: World, later: Callable[[float], None]) -> None:
    group = dock.slack.add_usergroup("dock-leads", users=[dock.second])
    dock.toml = place(dock, [group])
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await start_code(dock, dock.second, visit)
        dock.slack.usergroups[group].users.remove(dock.second)
        later(access.GROUP_SECONDS + 1)
        await all_at_once([dock.slack.press(dock.second, card, "start_otc")])
        await told(dock, dock.second, f"are for <!subteam^{group}>")
    assert refused(dock) == [(dock.second, "start-otc", "NotAllowed")]


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ({"error": "internal_error"}, "internal_error"),
        ({"error": "missing_scope"}, "the app lacks a scope: update it from manifest.yml and install it again"),
        ({"status": 503}, "http_503"),
    ],
    ids=["internal_error", "missing_scope", "503"],
)
@fault(
    "People",
    "rights that can't be checked because the user-group call fails",
    keeps=(4, 6),
    person="I could not check with Slack whether you are an operator of Bengaluru dock, so I show nothing.",
    operator="can't read a user group; its members are refused",
)
async def test_rights_fail_closed(
    dock: World, trouble: dict[str, Any], says: str, later: Callable[[float], None], logged: Any
) -> None:
    group = dock.slack.add_usergroup("dock-leads", users=[dock.second])
    dock.toml = place(dock, [group])
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await start_code(dock, dock.second, visit)
        later(access.GROUP_SECONDS + 1)
        dock.slack.reload(dock.second)
        dock.slack.fail("usergroups.users.list", **trouble, times=10)
        await all_at_once([dock.slack.press(dock.second, card, "start_otc")])
        await told(dock, dock.second, "so I show nothing")
        assert not seen_by(dock, dock.second, str(visit.start_code)), "a code on a right that could not be checked"
        assert says in logged.getvalue()
        dock.slack.clear_faults()
        await dock.slack.slash(dock.second, dock.channel, "/start-otc", visit.fe_id)
        await dock.until(lambda: seen_by(dock, dock.second, str(visit.start_code)))
        await thread_says(dock, card, "asked for the Start OTC")
    assert refused(dock) == [(dock.second, "start-otc", "RightsUnknown")]
    assert calls(dock, "start_otc") == 1


async def put_away(dock: World, text: str) -> Screen:
    """What the operator's modal looked like, which is closed."""
    view = await modal(dock, dock.operator, text)
    await dock.slack.close(dock.operator, view)
    return dataclasses.replace(view)


def _sorry(dock: World) -> list[Screen]:
    return [one for one in dock.slack.ephemerals(dock.stranger) if "Sorry, codes and counts" in one.text_all()]
