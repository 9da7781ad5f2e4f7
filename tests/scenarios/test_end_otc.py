"""/end-otc and its modals: the count comes before the code."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from bot.timing import DockTiming
from tests.scenarios.dockwork import (
    at_the_end,
    calls,
    card_of,
    card_says,
    count_form,
    end_code,
    modal,
    thread_says,
    told,
)
from tests.scenarios.leaks import seen_by, shows
from tests.support import World


async def open_count(dock: World, user: str, visit: Visit) -> Any:
    return await count_form(dock, user, await card_says(dock, visit, "🟠"))


async def test_never_the_code_at_once(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        view = await open_count(dock, dock.operator, visit)
        assert calls(dock, "end_otc") == 0, "Flipkart was asked for the code before anybody counted"
        assert "6" not in view.text_all().replace(visit.fe_id, ""), "the number of scans stands beside the field"
        await dock.until(lambda: calls(dock, "shipments") >= 1)
        await dock.slack.submit(dock.operator, view, {"counted": "6"})
        view = await modal(dock, dock.operator, "You can't undo this")
        assert visit.end_code, "the count is the number of scans, and the code did not follow"
        assert shows(view.text_all(), visit.end_code)


async def test_a_difference_is_named_and_needs_a_reason(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        card = await card_of(dock, visit)
        view = await open_count(dock, dock.operator, visit)
        await dock.slack.submit(dock.operator, view, {"counted": "4"})
        view = await modal(dock, dock.operator, "2 missing: 4 of 6 counted")
        assert calls(dock, "end_otc") == 0
        refused = await dock.slack.submit(dock.operator, view, {"why": "other", "reason": "   .   "})
        assert refused.payload is not None
        assert refused.payload["response_action"] == "errors"
        await dock.slack.submit(dock.operator, view, {"why": "other", "reason": "two are <!channel> in the *van*"})
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        said = await thread_says(dock, card, "The count differed")
        assert "&lt;!channel&gt;" in said.text_all()
        assert "counted 4, scanned 6" in said.text_all()


async def test_a_large_difference_needs_a_second_person(dock: World) -> None:
    location = {"id": "LOC1", "name": "Bengaluru dock", "channel": dock.channel, "approve_over": 2}
    dock.toml["locations"] = [location | {"operators": [dock.operator, dock.second]}]
    async with dock.bot():
        visit = at_the_end(dock, 4)
        await card_says(dock, visit, "4 scanned")
        card = await card_of(dock, visit)
        view = await open_count(dock, dock.operator, visit)
        await dock.slack.submit(dock.operator, view, {"counted": "1"})
        view = await modal(dock, dock.operator, "Why finish")
        await dock.slack.submit(dock.operator, view, {"why": "other", "reason": "three are in the van"})
        await modal(dock, dock.operator, "A second person has to agree")
        wish = await thread_says(dock, card, "three are in the van")
        await dock.slack.press(dock.operator, wish, ids.APPROVE)
        await told(dock, dock.operator, "Somebody else has to answer this")
        await dock.slack.press(dock.second, wish, ids.APPROVE)
        await told(dock, dock.second, "You agreed")
        await dock.slack.press(dock.second, wish, ids.REFUSE)
        await told(dock, dock.second, "has answered already: agreed")
        await thread_says(dock, card, "agreed to the End OTC")
        assert visit.end_code is None
        await dock.slack.slash(dock.second, dock.channel, "/end-otc", visit.fe_id)
        await modal(dock, dock.second, "Parcels counted by hand")
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", visit.fe_id)
        code = str(await dock.until(lambda: visit.end_code))
        await dock.until(lambda: seen_by(dock, dock.operator, code))
        assert not seen_by(dock, dock.second, code)


async def test_more_counted_than_scanned_says_which_way(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        view = await open_count(dock, dock.operator, visit)
        await dock.slack.submit(dock.operator, view, {"counted": "7"})
        await modal(dock, dock.operator, "1 extra: 7 counted, 6 scanned")


async def test_counting_while_the_fe_scans_says_the_difference_at_once(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(5)
    async with dock.bot():
        card = await card_says(dock, visit, "5 scanned")
        view = await count_form(dock, dock.operator, card, "count")
        await dock.slack.submit(dock.operator, view, {"counted": "6"})
        await modal(dock, dock.operator, "Ask the FE to scan it before they finish")
        await thread_says(dock, card, "counted *6 parcels*, 5 scanned so far")
        await card_says(dock, visit, "*1 extra:* 6 counted")
        visit.scan(1)
        await card_says(dock, visit, "6 scanned* · *6 counted* by")


async def test_what_is_known_of_the_count_fills_no_field(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(5)
    async with dock.bot():
        card = await card_says(dock, visit, "5 scanned")
        view = await count_form(dock, dock.operator, card, "count")
        await dock.slack.submit(dock.operator, view, {"counted": "5"})
        await modal(dock, dock.operator, "The same")
        await dock.slack.press(dock.operator, card, "tally_5")
        await dock.until(lambda: dock.rows("select running from handover") == [(5,)])
        visit.finish_scanning()
        view = await open_count(dock, dock.second, visit)
        assert view.state["values"]["counted"]["counted"]["value"] is None
        assert "Counted with the buttons so far: *5*" in view.text_all()


async def test_a_second_person_and_a_second_press_see_the_same_code(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        card = await card_of(dock, visit)
        await end_code(dock, dock.operator, visit, counted=6)
        code = visit.end_code
        assert code is not None
        await dock.slack.press(dock.second, card, "end_otc")
        await modal(dock, dock.second, code)
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, code)
        assert calls(dock, "end_otc") == 1
        await thread_says(dock, card, f"<@{dock.operator}> took the End OTC:")
        await thread_says(dock, card, f"<@{dock.second}> took the End OTC again")


async def test_parcels_that_come_in_after_the_count_are_counted_again(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(5)
    visit.scan(1, status="REJECTED", reason="Wrong product")
    visit.scan(1, synced=False)
    visit.finish_scanning()
    async with dock.bot():
        view = await open_count(dock, dock.operator, visit)
        await dock.slack.submit(dock.operator, view, {"counted": "6"})
        view = await modal(dock, dock.operator, "Show the End OTC")
        visit.sync()
        await dock.slack.submit(dock.operator, view)
        view = await modal(dock, dock.operator, "1 more parcel came in since you counted")
        assert not seen_by(dock, dock.operator, str(visit.end_code)), "a code for parcels that nobody counted"
        assert dock.rows("select end_otc_at from handover") == [(None,)]
        await dock.slack.submit(dock.operator, view, {"counted": "7"})
        await dock.slack.submit(dock.operator, await modal(dock, dock.operator, "Show the End OTC"))
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))


async def test_unsynced_scans_are_read_again_and_the_code_still_comes(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        view = await open_count(dock, dock.operator, visit)
        dock.flipkart.fail("end_otc", status=400, code="SHIPMENT_SYNC_ERROR", times=1)
        await dock.slack.submit(dock.operator, view, {"counted": "6"})
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))


async def test_an_end_otc_that_is_out_is_a_stage_of_the_card_until_somebody_counts_anew(dock: World) -> None:
    visit = at_the_end(dock)
    async with dock.bot():
        card = await card_says(dock, visit, "*Count, then End OTC.* 6 scanned")
        await end_code(dock, dock.operator, visit, counted=5, reason="one is in the van")
        card = await card_says(dock, visit, f"*The FE must type the End OTC.* <@{dock.operator}> took it at")
        assert "*1 missing:* 5 of 6 counted" in card.text_all()
        assert "“one is in the van”" in card.text_all()
        assert str(visit.end_code) not in card.text_all()
        first = card.buttons()[0]
        assert (first["text"]["text"], first["action_id"], "style" in first) == ("Show it again", ids.END, False)
        await dock.slack.press(dock.second, card, ids.END)
        await dock.until(lambda: seen_by(dock, dock.second, str(visit.end_code)))
        assert calls(dock, "end_otc") == 1
        await dock.slack.close(dock.second, await modal(dock, dock.second, "End OTC"), clear=True)
        await dock.slack.press(dock.second, card, ids.COUNT)
        view = await modal(dock, dock.second, "Parcels counted by hand")
        await dock.slack.submit(dock.second, view, {"counted": "6"})
        card = await card_says(dock, visit, f"*Press End OTC.* 6 scanned · *6 counted* by <@{dock.second}>")
        assert next((one["text"]["text"], one.get("style")) for one in card.buttons()) == ("End OTC", "primary")


async def test_several_candidates_are_a_choice(dock: World) -> None:
    ram, shyam = at_the_end(dock, 2, "Ram"), at_the_end(dock, 3, "Shyam")
    async with dock.bot():
        await card_says(dock, ram, "Count, then End OTC")
        await card_says(dock, shyam, "Count, then End OTC")
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        view = await modal(dock, dock.operator, "Which FE stands in front of you?")
        card = await card_of(dock, shyam)
        handover = next(b["value"] for b in card.buttons())
        await dock.slack.submit(dock.operator, view, {"chosen": handover})
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        assert "Shyam" in view.text_all()


async def test_nobody_at_the_end_says_what_to_ask_of_whom(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot():
        await card_says(dock, visit, "Scanning")
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        view = await modal(dock, dock.operator, "No FE is on the End OTC page")
        assert "ask them to finish" in view.text_all()


async def test_the_card_button_while_scanning_says_what_to_ask(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot():
        card = await card_says(dock, visit, "Scanning")
        await dock.slack.press(dock.operator, card, "end_otc")
        await modal(dock, dock.operator, "ask them to finish")


async def test_gone_without_an_end_otc_is_said(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        visit.leave()
        left = await card_says(dock, visit, "LEFT")
        assert "*Left before scanning*" in left.text_all()
        assert not left.buttons(), "a report of what nobody scanned"
        await thread_says(dock, card, "left without an End OTC")


async def test_a_gap_of_one_poll_is_no_end(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        visit.hide(1)
        before = len(dock.flipkart.calls)
        await dock.until(lambda: len(dock.flipkart.calls) > before + 5)
        assert "Left" not in card.text_all()
        assert dock.rows("select stage from handover") == [("waiting",)]


async def test_strangers_get_a_polite_no_and_a_line_on_record(dock: World) -> None:
    # Each refusal is the first of its minute.
    dock.timing = replace(dock.timing, dock=DockTiming(refusals=timedelta()))
    visit = at_the_end(dock)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.slash(dock.stranger, dock.channel, "/start-otc", "")
        await told(dock, dock.stranger, f"are for <@{dock.operator}>")
        for action in ("end_otc", "count"):
            await dock.slack.press(dock.stranger, card, action)
            await modal(dock, dock.stranger, "Sorry")
        query = "select json_extract(detail, '$.wish'), \"by\" from audit where what = 'refused' order by id"
        expected = [(wish, dock.stranger) for wish in ("start-otc", "end-otc", "count")]
        await dock.until(lambda: dock.rows(query) == expected)
        assert calls(dock, "end_otc") == 0


async def test_a_channel_of_no_location_says_where_to_go(dock: World) -> None:
    elsewhere = dock.slack.add_channel("random", members=[dock.operator])
    async with dock.bot():
        for command in ("/start-otc", "/end-otc"):
            await dock.slack.slash(dock.operator, elsewhere, command, "")
        await told(dock, dock.operator, f"<#{dock.channel}>")
        await dock.until(lambda: len(dock.slack.ephemerals(dock.operator)) == 2)


async def test_two_locations_in_one_channel_are_told_apart(dock: World) -> None:
    dock.flipkart.add_location("LOC2")
    places = [
        {"id": place, "name": name, "channel": dock.channel, "operators": [dock.operator]}
        for place, name in (("LOC1", "North dock"), ("LOC2", "South dock"))
    ]
    dock.toml = {"locations": places}
    north, south = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC2", "Shyam")
    async with dock.bot():
        card = await card_of(dock, south)
        assert "South dock" in card.text_all()
        assert "North dock" in (await card_of(dock, north)).text_all()
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        shown = await told(dock, dock.operator, "South dock")
        assert "North dock" in shown.text_all()
        reply = await thread_says(dock, card, "took the Start OTC")
        assert "South dock" in reply.text_all()
