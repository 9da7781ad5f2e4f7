"""/start-otc and its buttons, as people press them."""

from datetime import timedelta

from bot.clock import now
from bot.sandbox.flipkart import Visit
from bot.slack.blocks.codes import grouped
from tests.scenarios.dockwork import (
    Screen,
    at_the_end,
    calls,
    card_of,
    card_says,
    count_form,
    end_code,
    modal,
    place,
    start_code,
    thread_says,
    told,
)
from tests.scenarios.leaks import seen_by, shows
from tests.support import World


async def code_from_card(dock: World, visit: Visit) -> Screen:
    """Presses the card's button and waits for the window with the code."""
    await dock.slack.press(dock.operator, await card_of(dock, visit), "start_otc")
    return await modal(dock, dock.operator, "Works until")


async def test_code_stands_alone_in_large_type_with_its_fe(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        shown = await start_code(dock, dock.operator, visit)
        first, header = shown.blocks[:2]
        assert visit.fe_name in first["text"]["text"], "the name stands above the code"
        assert header["text"]["text"] == grouped(str(visit.start_code))
        assert visit.fe_id in shown.text_all()
        assert "Works until" in shown.text_all()
        assert "in person" in shown.text_all()
        assert not dock.slack.ephemerals(dock.operator), "the code would stay in the channel"


async def test_a_second_press_and_a_second_person_see_the_same_code(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        await start_code(dock, dock.operator, visit)
        code = visit.start_code
        await dock.slack.press(dock.operator, card, "start_otc")
        await modal(dock, dock.operator, str(code))
        await start_code(dock, dock.second, visit)
        assert visit.start_code == code
        assert calls(dock, "start_otc") == 1, "the code was generated again although nobody asked for a new one"
        await thread_says(dock, card, f"<@{dock.operator}> took the Start OTC")
        await thread_says(dock, card, f"<@{dock.second}> took the Start OTC")


async def test_a_code_that_is_out_is_a_stage_of_the_card_until_it_expires(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    moved = timedelta()
    async with dock.bot(clock=lambda: now() + moved):
        card = await card_says(dock, visit, "*Give the Start OTC.* Waiting since")
        await dock.slack.press(dock.operator, card, "start_otc")
        card = await card_says(dock, visit, f"*The FE must type the code.* <@{dock.operator}> has it until")
        assert [(one["text"]["text"], "style" in one) for one in card.buttons()] == [("Show it again", False)]
        code = str(visit.start_code)
        await dock.slack.press(dock.second, card, "start_otc")
        await dock.until(lambda: seen_by(dock, dock.second, code))
        card = await card_says(dock, visit, f"*The FE must type the code.* <@{dock.second}> has it until")
        assert not shows(card.text_all(), code)
        assert calls(dock, "start_otc") == 1
        moved = timedelta(hours=1)
        card = await card_says(dock, visit, "*The code stopped working at")
        assert [(one["text"]["text"], one.get("style")) for one in card.buttons()] == [("New code", "primary")]
        await dock.slack.press(dock.operator, card, "start_otc")
        await card_says(dock, visit, f"*The FE must type the code.* <@{dock.operator}> took it at")
        assert visit.start_code != code


async def test_new_code_asks_before_and_replaces_what_was_shown(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    moved = timedelta()
    async with dock.bot(clock=lambda: now() + moved):
        card = await card_of(dock, visit)
        shown = await start_code(dock, dock.operator, visit)
        button = next(b for b in shown.buttons() if b["action_id"] == "new_code_here")
        assert button["confirm"], "New code must ask before it generates"
        old = visit.start_code
        await dock.slack.press(dock.operator, shown, "new_code_here")
        shown = await modal(dock, dock.operator, "No new code was made")
        assert visit.start_code == old, "a finger that slipped generated a second code"

        moved = timedelta(seconds=6)
        await dock.slack.press(dock.operator, shown, "new_code_here")
        await dock.until(lambda: seen_by(dock, dock.operator, str(visit.start_code)) and visit.start_code != old)
        assert old is not None
        assert not seen_by(dock, dock.operator, old), "the old code still stands there"
        await thread_says(dock, card, "a *new* Start OTC")


async def test_nobody_waiting_says_where_everybody_is(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    visit.scan(3)
    async with dock.bot():
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        shown = await told(dock, dock.operator, "No FE is on the Start OTC page")
        assert "is still scanning" in shown.text_all()
        assert "Ram" in shown.text_all()


async def test_a_name_picks_one_of_several(dock: World) -> None:
    ram, shyam = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Shyam")
    async with dock.bot():
        await card_of(dock, ram)
        await card_of(dock, shyam)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "shy")
        shown = await told(dock, dock.operator, shyam.fe_id)
        assert shows(shown.text_all(), str(shyam.start_code))
        assert not shows(shown.text_all(), str(ram.start_code))


async def test_fixed_codes_are_shown_where_flipkart_generates_none(dock: World) -> None:
    codes = [{"type": "NON_LARGE", "code": "4455", "vendor": "eKart"}]
    dock.flipkart.add_location("LOC2", enabled_for="StaticOld", static_codes=codes)
    dock.toml = place(dock, [dock.operator], "LOC2")
    visit = dock.flipkart.arrive("LOC2", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        assert any(b["action_id"] == "start_otc" for b in card.buttons())
        await dock.slack.press(dock.operator, card, "start_otc")
        shown = await told(dock, dock.operator, "4455")
        assert "do not expire" in shown.text_all()


async def test_no_start_otc_is_offered_where_there_is_none(dock: World) -> None:
    dock.flipkart.add_location("LOC3", enabled_for="DynamicEnd")
    dock.toml = place(dock, [dock.operator], "LOC3")
    visit = dock.flipkart.arrive("LOC3", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        assert not any(b["action_id"] == "start_otc" for b in card.buttons())
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await told(dock, dock.operator, "generates no Start OTC")


async def test_slow_flipkart_is_said_long_before_the_answer(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        dock.flipkart.fail("start_otc", delay=5.0)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await modal(dock, dock.operator, "Flipkart is slow, still trying")
        view = await modal(dock, dock.operator, "Works until")
        assert shows(view.text_all(), str(visit.start_code))
        assert "slow" not in view.text_all(), "the hourglass stays above the code"
        assert not dock.slack.ephemerals(dock.operator)


async def test_a_failing_flipkart_becomes_a_sentence(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        dock.flipkart.fail("start_otc", status=503, code="SERVICE_UNAVAILABLE_ERROR")
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        await told(dock, dock.operator, "Try again in a minute")


async def test_the_cards_code_stands_in_front_until_it_is_used(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        view = await code_from_card(dock, visit)
        code = str(visit.start_code)
        assert shows(view.text_all(), code)
        assert not dock.slack.ephemerals(dock.operator), "the code is at the bottom, where nobody looks"
        assert visit.enter_start_otc(code)
        await modal(dock, dock.operator, "Used at")
        assert not seen_by(dock, dock.operator, code), "a code that was used is still on the screen"


async def test_who_leaves_the_window_open_comes_to_the_end_otc_in_it(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await code_from_card(dock, visit)
        assert visit.enter_start_otc(str(visit.start_code))
        view = await modal(dock, dock.operator, "Once they have finished")
        visit.scan(2)
        visit.finish_scanning()
        view = await count_form(dock, dock.operator, view)
        await dock.slack.submit(dock.operator, view, {"counted": "2"})
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        assert len(dock.slack.open_views(dock.operator)) == 1, "another window lies over the one of the Start OTC"


async def test_the_end_otc_before_the_fe_is_done_is_refused_in_that_window(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await code_from_card(dock, visit)
        assert visit.enter_start_otc(str(visit.start_code))
        view = await modal(dock, dock.operator, "Once they have finished")
        await dock.slack.press(dock.operator, view, "end_otc")
        await modal(dock, dock.operator, "is still scanning")
        assert len(dock.slack.open_views(dock.operator)) == 1


async def test_of_several_codes_that_were_asked_for_the_used_one_goes_from_the_screen(dock: World) -> None:
    ram, shyam = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Shyam")
    async with dock.bot():
        await card_of(dock, ram)
        await card_of(dock, shyam)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "")
        view = await modal(dock, dock.operator, "Works until")
        codes = str(ram.start_code), str(shyam.start_code)
        assert all(shows(view.text_all(), code) for code in codes)
        assert ram.enter_start_otc(codes[0])
        await modal(dock, dock.operator, "Used at")
        assert [bool(seen_by(dock, dock.operator, code)) for code in codes] == [False, True]
        assert shyam.enter_start_otc(codes[1])
        await dock.until(lambda: not seen_by(dock, dock.operator, codes[1]))


async def test_a_code_that_expires_goes_from_the_screen(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    moved = timedelta()
    async with dock.bot(clock=lambda: now() + moved):
        await code_from_card(dock, visit)
        old = str(visit.start_code)
        moved = timedelta(minutes=16)
        view = await modal(dock, dock.operator, "Expired at")
        assert not seen_by(dock, dock.operator, old), "the digits of an expired code"
        await dock.slack.press(dock.operator, view, "new_code_here")
        # By the simulated Flipkart's clock, which nobody moved, the code that comes has expired too.
        await modal(dock, dock.operator, "It may have expired")
        assert len(dock.slack.open_views(dock.operator)) == 1
        assert calls(dock, "start_otc") == 2


async def test_a_code_that_is_replaced_says_so(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    moved = timedelta()
    async with dock.bot(clock=lambda: now() + moved):
        await code_from_card(dock, visit)
        old = str(visit.start_code)
        shown = await start_code(dock, dock.second, visit)
        moved = timedelta(seconds=6)
        await dock.slack.press(dock.second, shown, "new_code_here")
        await modal(dock, dock.operator, "may have stopped working")
        assert not seen_by(dock, dock.operator, old)


async def test_the_end_otc_on_the_screen_says_when_it_is_used(dock: World) -> None:
    visit = at_the_end(dock, 2)
    async with dock.bot():
        await card_says(dock, visit, "Count, then End OTC")
        await end_code(dock, dock.operator, visit, counted=2)
        code = str(visit.end_code)
        assert visit.enter_end_otc(code)
        await modal(dock, dock.operator, "The FE has typed the code")
        assert not seen_by(dock, dock.operator, code)


async def test_what_flipkart_failed_at_is_tried_again_in_the_same_window(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        dock.flipkart.fail("start_otc", status=503, times=2)
        await dock.slack.press(dock.operator, await card_of(dock, visit), "start_otc")
        view = await modal(dock, dock.operator, "Try again")
        await dock.slack.press(dock.operator, view, "start_otc")
        await dock.until(lambda: calls(dock, "start_otc") == 2)
        view = await modal(dock, dock.operator, "Try again")
        await dock.slack.press(dock.operator, view, "start_otc")
        await modal(dock, dock.operator, "Works until")
        assert len(dock.slack.open_views(dock.operator)) == 1, "each try opens another window"


async def test_an_end_otc_that_failed_is_tried_again(dock: World) -> None:
    visit = at_the_end(dock, 2)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        view = await count_form(dock, dock.operator, card)
        dock.flipkart.fail("end_otc", status=503)
        await dock.slack.submit(dock.operator, view, {"counted": "2"})
        view = await count_form(dock, dock.operator, await modal(dock, dock.operator, "Try again"))
        await dock.slack.submit(dock.operator, view, {"counted": "2"})
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
