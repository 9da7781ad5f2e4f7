"""Two people in one handover's modals, windows that are closed too early, and a bot that restarts in between."""

import asyncio

from tests.scenarios.dockwork import at_the_end, calls, card_says, modal, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.people import all_at_once, askers, confirming, on_record, replies, sent
from tests.scenarios.leaks import seen_by
from tests.support import World


def counts(dock: World) -> list[tuple[str, int]]:
    """Who counted how many, the oldest first."""
    return [(by, detail["counted"]) for by, detail in on_record(dock, "counted")]


@fault(
    "People",
    "two people in the same modal: one closes it while the other confirms",
    keeps=(2, 4, 6),
    person="counted 4 parcels meanwhile",
)
async def test_two_people_with_differing_counts(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        ours = await confirming(dock, dock.operator, visit, 6)
        theirs = await confirming(dock, dock.second, visit, 4)
        await dock.slack.close(dock.second, theirs)
        await all_at_once([dock.slack.submit(dock.operator, ours)])
        again = await modal(dock, dock.operator, f"<@{dock.second}> counted 4 parcels meanwhile")
        assert calls(dock, "end_otc") == 0, "the code came although the two do not agree"
        await dock.slack.submit(dock.operator, again, {"counted": "6"})
        await dock.slack.submit(dock.operator, await modal(dock, dock.operator, "Show the End OTC"))
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        await thread_says(dock, card, "took the End OTC: counted 6, scanned 6.")
        assert not seen_by(dock, dock.second, str(visit.end_code))
        assert dock.slack.view(dock.second) is None, "a window that was closed came back"
    assert counts(dock) == [(dock.operator, 6), (dock.second, 4), (dock.operator, 6)]
    assert [(by, detail["counted"]) for by, detail in on_record(dock, "asked")] == [(dock.operator, 6)]
    assert askers(dock, "end_otc") == [dock.operator]


@fault(
    "People",
    "two people in the same modal: a reason that was given for another count",
    keeps=(4, 6),
    person="counted 6 parcels meanwhile",
)
async def test_a_reason_is_for_the_count_that_was_shown(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        ours = await confirming(dock, dock.operator, visit, 4)
        await confirming(dock, dock.second, visit, 6)
        await all_at_once([dock.slack.submit(dock.operator, ours, {"why": "other", "reason": "two are in the van"})])
        await modal(dock, dock.operator, f"<@{dock.second}> counted 6 parcels meanwhile")
    assert calls(dock, "end_otc") == 0, "a reason for four parcels is on record beside a count of six"
    assert counts(dock) == [(dock.operator, 4), (dock.second, 6)]
    assert on_record(dock, "asked") == []


@fault(
    "People",
    "two people in the same modal: both confirm at once",
    keeps=(2, 4, 6),
    person="took the End OTC again",
)
async def test_two_people_confirm_at_once(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    hands = (dock.operator, dock.second)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        views = [await confirming(dock, user, visit, 6) for user in hands]
        await all_at_once(dock.slack.submit(user, view) for user, view in zip(hands, views, strict=True))
        await dock.until(lambda: visit.end_code and all(seen_by(dock, user, visit.end_code) for user in hands))
        await dock.until(lambda: replies(dock, card, "took the End OTC") == 2)
    assert calls(dock, "end_otc") == 1
    assert sorted(askers(dock, "end_otc")) == sorted(hands)


@fault(
    "People",
    "a double submit of the same modal view",
    keeps=(2, 4, 6),
    person="took the End OTC: counted 4, scanned 6.",
)
async def test_a_double_submit(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        view = await confirming(dock, dock.operator, visit, 4)
        twice = [
            dock.slack.submit(dock.operator, view, {"why": "other", "reason": "two are in the van"}) for _ in range(2)
        ]
        await all_at_once(twice)
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        await thread_says(dock, card, "The count differed; the reason given: “two are in the van”")
        await dock.until(lambda: sent(dock, "views.update") == 4)
        assert seen_by(dock, dock.operator, str(visit.end_code)), "the second submit took the code off the screen"
    assert calls(dock, "end_otc") == 1
    assert askers(dock, "end_otc") == [dock.operator]
    assert len(on_record(dock, "asked")) == 1


@fault(
    "People",
    "closing the modal while the code is on its way",
    keeps=(2, 4, 6),
    person="The window was closed, or Slack could not fill it.",
    operator="a modal was closed before its answer came",
)
async def test_a_window_closed_while_the_code_is_on_its_way(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        view = await confirming(dock, dock.operator, visit, 6)
        closed = asyncio.Event()
        dock.flipkart.fail("end_otc", until=closed)
        await all_at_once([dock.slack.submit(dock.operator, view)])
        await dock.slack.close(dock.operator, view)
        closed.set()
        said = await told(dock, dock.operator, "Press the same button again: nothing is done twice.")
        assert said.channel == dock.channel
        assert not seen_by(dock, dock.operator, str(visit.end_code)), "a code in a message that nobody asked for"
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, str(visit.end_code))
        await thread_says(dock, card, "took the End OTC")
    assert calls(dock, "end_otc") == 1
    assert askers(dock, "end_otc") == [dock.operator]


@fault(
    "People",
    "the bot restarted between opening a modal and submitting it",
    keeps=(2, 4, 6),
    person="took the End OTC: counted 6, scanned 6.",
)
async def test_a_restart_between_opening_and_submitting(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.press(dock.operator, card, "end_otc")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
    nobody = await dock.slack.submit(dock.operator, view, {"counted": "6"})
    assert not nobody.acked
    assert view.submit == "Next", "what was typed is lost with the bot"
    async with dock.bot():
        await all_at_once([dock.slack.submit(dock.operator, view, {"counted": "6"})])
        view = await modal(dock, dock.operator, "Show the End OTC")
    async with dock.bot():
        await all_at_once([dock.slack.submit(dock.operator, view)])
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        await thread_says(dock, card, "took the End OTC: counted 6, scanned 6.")
    assert calls(dock, "end_otc") == 1
    assert counts(dock) == [(dock.operator, 6)], "the submit that nobody heard was counted too"
    assert askers(dock, "asked") == askers(dock, "end_otc") == [dock.operator]
