"""Who may not, or may no longer: nothing is given, a sentence says so, and it is on record."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.scenarios.dockwork import (
    Screen,
    at_the_end,
    calls,
    card_of,
    card_says,
    modal,
    place,
    start_code,
    thread_says,
    told,
)
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.people import all_at_once, confirming, on_record, refused, sent, steal
from tests.scenarios.leaks import seen_by
from tests.support import World


@pytest.fixture
def later(dock: World) -> Callable[[float], None]:
    """Moves on the clock by which memberships are remembered."""
    moved = [0.0]

    def go(seconds: float) -> None:
        moved[0] += seconds

    dock.monotonic = lambda: time.monotonic() + moved[0]
    return go


@fault(
    "People",
    "a non-operator types every command and presses every button",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
    operator="a press was refused",
)
async def test_a_non_operator_presses_everything(dock: World) -> None:
    waiting, closing = dock.flipkart.arrive("LOC1", "Ram"), at_the_end(dock, name="Shyam", aside=1)
    async with dock.bot():
        card, last = await card_of(dock, waiting), await card_says(dock, closing, "Count, then End OTC")
        shown = await start_code(dock, dock.operator, waiting)
        card.blocks += [block for block in shown.blocks if block["type"] == "actions"]  # somebody else's New code
        for acts in (
            dock.slack.slash(dock.stranger, dock.channel, "/start-otc", ""),
            dock.slack.press(dock.stranger, card, "new_code_here"),
            dock.slack.slash(dock.stranger, dock.channel, "/end-otc", ""),
            dock.slack.press(dock.stranger, last, "count"),
            dock.slack.press(dock.stranger, last, "end_otc"),
            dock.slack.press(dock.stranger, card, "start_otc"),
        ):
            await all_at_once([acts])
            await dock.slack.close(dock.stranger, await modal(dock, dock.stranger, "Sorry, codes and counts"))
    first, rest = on_record(dock, "refused")
    assert first == (dock.stranger, {"wish": "start-otc", "why": "NotAllowed"})
    assert (rest[0], rest[1]["times"], rest[1]["wish"]) == (dock.stranger, 5, "start-otc, end-otc, count")
    known = {one for (one,) in dock.rows("select id from handover")}
    assert set(rest[1]["handovers"]) == known, "the record does not say which FE's button it was"
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
    closing = [at_the_end(dock, name=name, aside=1) for name in ("Shyam", "Mohan")]
    async with dock.bot():
        for visit in closing:
            last = await card_says(dock, visit, "Count, then End OTC")
        forms: list[tuple[Screen, dict[str, Any]]] = []
        await dock.slack.press(dock.operator, await card_says(dock, scanning, "Scanning"), "count")
        forms.append((await put_away(dock, "Save count"), {"counted": "0"}))
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        choice = await put_away(dock, "Which FE stands in front of you?")
        forms.append((choice, {"chosen": choice.blocks[0]["element"]["options"][0]["value"]}))
        await dock.slack.press(dock.operator, last, "end_otc")
        forms.append((await put_away(dock, "Next"), {"counted": "6"}))
        await confirming(dock, dock.operator, closing[0], 4)
        forms.append((await put_away(dock, "Show code anyway"), {"why": "other", "reason": "because of rain"}))
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
    first, rest = on_record(dock, "refused")
    assert first == (dock.stranger, {"wish": "count", "why": "NotAllowed"})
    assert (rest[0], rest[1]["times"], rest[1]["wish"]) == (dock.stranger, 9, "count, end-otc")
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
        await card_says(dock, visit, "LEFT")
        card.blocks = before
        await all_at_once([dock.slack.press(dock.stranger, card, "start_otc")])
        shown = await told(dock, dock.stranger, "Sorry, codes and counts")
        assert "has left" not in shown.text_all(), "who may not is told what became of the FE"
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
    waiting, closing = dock.flipkart.arrive("LOC1", "Ram"), at_the_end(dock, name="Shyam", aside=1)
    async with dock.bot():
        await card_of(dock, waiting)
        shown = await start_code(dock, dock.second, waiting)
        view = await confirming(dock, dock.second, closing, 6)
        dock.slack.kick(dock.channel, dock.second)
        later(dock.timing.directory.channel + 1)
        # What is still on the screen of somebody who left: a form, and below it the button under a code.
        await all_at_once([dock.slack.submit(dock.second, view)])
        await dock.slack.close(dock.second, await modal(dock, dock.second, "Sorry, codes and counts"))
        await all_at_once([dock.slack.press(dock.second, shown, "new_code_here")])
        await modal(dock, dock.second, "Sorry, codes and counts")
        await dock.until(lambda: refused(dock))
        await dock.slack.open_home(dock.second)
        await dock.until(lambda: dock.slack.home(dock.second))
        assert "Shyam" not in dock.slack.home(dock.second).text_all()  # type: ignore[union-attr]
    assert {by for by, _, _ in refused(dock)} == {dock.second}
    assert sorted(wish for _, wish, _ in refused(dock)) == ["end-otc", "start-otc"]
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
        later(dock.timing.directory.group + 1)
        await all_at_once([dock.slack.press(dock.second, card, "start_otc")])
        await told(dock, dock.second, f"are for <!subteam^{group}>")
    assert refused(dock) == [(dock.second, "start-otc", "NotAllowed")]


@pytest.mark.everyday(1)
@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        ({"error": "internal_error"}, "internal_error"),
        (
            {"error": "missing_scope"},
            "the app lacks a scope: give it the manifest of `otc-bot manifest`, and install it again",
        ),
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
        await dock.slack.close(dock.second, await start_code(dock, dock.second, visit))
        later(dock.timing.directory.group + 1)
        dock.slack.reload(dock.second)
        dock.slack.fail("usergroups.users.list", **trouble, times=10)
        await all_at_once([dock.slack.press(dock.second, card, "start_otc")])
        await told(dock, dock.second, "so I show nothing")
        assert not seen_by(dock, dock.second, str(visit.start_code)), "a code on a right that could not be checked"
        assert says in logged.getvalue()
        dock.slack.clear_faults()
        await dock.slack.slash(dock.second, dock.channel, "/start-otc", visit.fe_id)
        await dock.until(lambda: seen_by(dock, dock.second, str(visit.start_code)))
        await thread_says(dock, card, "took the Start OTC")
    assert refused(dock) == [(dock.second, "start-otc", "RightsUnknown")]
    assert calls(dock, "start_otc") == 1


@fault(
    "People",
    "ninety presses by somebody who may not",
    keeps=(4, 6),
    person="Sorry, codes and counts at Bengaluru dock are for",
    operator="a press was refused",
)
async def test_ninety_presses_of_a_non_operator(dock: World, logged: Any) -> None:
    dock.toml = place(dock, [dock.slack.add_usergroup("dock-leads", users=[dock.operator])])
    async with dock.bot():
        for begin in range(0, 90, 30):
            typed = [f"zz{n}" for n in range(begin, begin + 30)]
            await all_at_once(dock.slack.slash(dock.stranger, dock.channel, "/start-otc", one) for one in typed)
        await dock.until(lambda: logged.getvalue().count("a press was refused") == 90)
        assert len(refused(dock)) == 1, "each press of a minute has a line of its own"
    first, rest = on_record(dock, "refused")
    assert (first[0], first[1]["wish"]) == (dock.stranger, "start-otc")
    assert rest == (dock.stranger, {"wish": "start-otc", "why": "NotAllowed", "times": 89})
    assert sent(dock, "usergroups.users.list") < 10, "each press looked the group up"
    assert sent(dock, "users.info") == 1


@fault(
    "People",
    "150 finds from another channel, by somebody who may not",
    keeps=(4,),
    person="You are not an operator of any dock here",
)
async def test_150_finds(dock: World) -> None:
    dock.toml = place(dock, [])
    dock.slack.kick(dock.channel, dock.stranger)
    other = dock.slack.add_channel("elsewhere", members=[dock.stranger, dock.operator])
    async with dock.bot():
        for begin in range(0, 150, 50):
            typed = [f"find FMPP{n:06}" for n in range(begin, begin + 50)]
            await all_at_once(dock.slack.slash(dock.stranger, other, "/otc", one) for one in typed)
        await dock.until(lambda: len(dock.slack.ephemerals(dock.stranger)) == 150)
    assert sent(dock, "conversations.members") < 10, "each find looked the channel up"


@fault(
    "People",
    "somebody who was added to the user group a moment ago",
    keeps=(4, 5),
    person="Start OTC for",
)
async def test_somebody_who_was_just_added(dock: World, later: Callable[[float], None]) -> None:
    group = dock.slack.add_usergroup("dock-leads", users=[dock.operator])
    dock.toml = place(dock, [group])
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        await start_code(dock, dock.operator, visit)
        later(dock.timing.directory.no + 1)
        dock.slack.usergroups[group].users.append(dock.second)
        await start_code(dock, dock.second, visit)


@pytest.mark.everyday(1)
@pytest.mark.parametrize(
    ("who", "says", "standing"),
    [
        ({"guest": "single"}, "guests of this workspace get no codes", "guest"),
        ({"guest": "multi"}, "guests of this workspace get no codes", "guest"),
        ({"home": "T0OTHER001"}, "people of another workspace get no codes", "outsider"),
    ],
    ids=["a single-channel guest", "a multi-channel guest", "a person of a connected workspace"],
)
@fault(
    "People",
    "a guest, or somebody of a connected workspace, where operators = [] means the channel's members",
    keeps=(4, 5, 6),
    person=" get no codes and counts at Bengaluru dock",
    operator="names no operators: whoever joins the channel gets codes",
)
async def test_no_code_for_who_is_no_member(dock: World, who: dict[str, str], says: str, standing: str) -> None:
    dock.toml = place(dock, [])
    visitor = dock.slack.add_user("visitor", **who)
    dock.slack.channels[dock.channel].shared = "ext"
    dock.slack.invite(dock.channel, visitor)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await all_at_once([dock.slack.press(visitor, card, "start_otc")])
        await told(dock, visitor, says)
        await dock.slack.open_home(visitor)
        await dock.until(lambda: dock.slack.home(visitor))
        assert "Ram" not in dock.slack.home(visitor).text_all()  # type: ignore[union-attr]
        await start_code(dock, dock.operator, visit)
    assert on_record(dock, "refused") == [(visitor, {"wish": "start-otc", "why": "NotAllowed", "standing": standing})]
    assert calls(dock, "start_otc") == 1


@fault("People", "a guest where bot.toml lets guests in, and one that it names", keeps=(4, 5), person="Start OTC for")
async def test_guests_who_may(dock: World) -> None:
    dock.toml = place(dock, [])
    dock.toml["locations"][0]["guests"] = True
    guest = dock.slack.add_user("visitor", guest="single")
    dock.slack.invite(dock.channel, guest)
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        await start_code(dock, guest, visit)


@fault(
    "People",
    "an app without the scope users:read, where operators = [] means the channel's members",
    keeps=(4, 5, 6),
    person="I could not check with Slack whether you are an operator of Bengaluru dock, so I show nothing.",
    operator="slack did not say whether somebody is a guest; they are refused",
)
async def test_without_the_scope_that_tells_guests(dock: World) -> None:
    dock.toml = place(dock, [])
    dock.slack.scopes -= {"users:read"}
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await all_at_once([dock.slack.press(dock.operator, card, "start_otc")])
        await told(dock, dock.operator, "so I show nothing")
    assert refused(dock) == [(dock.operator, "start-otc", "RightsUnknown")]
    assert calls(dock, "start_otc") == 0


async def put_away(dock: World, text: str) -> Screen:
    """What the operator's modal looked like, which is closed."""
    view = await modal(dock, dock.operator, text)
    await dock.slack.close(dock.operator, view)
    return dataclasses.replace(view)
