"""[Try again] where a press came to nothing for a trouble that passes: the same press, with rights checked anew."""

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from tests.scenarios.dockwork import Screen, calls, card_of, card_says, modal, place, told
from tests.scenarios.leaks import seen_by
from tests.slack import forge
from tests.support import World


def can_try(screen: Screen) -> bool:
    """Whether there is a button that makes the press again."""
    return any(block.get("block_id") == ids.TRY_AGAIN for block in screen.blocks)


def served_by_a_group(dock: World) -> tuple[Visit, str]:
    """An FE at a dock whose operator is one as a member of this user group."""
    group = dock.slack.add_usergroup("dock", users=[dock.operator])
    dock.toml = place(dock, [group])
    return dock.flipkart.arrive("LOC1", "Ram"), group


async def ask(dock: World, sentence: str, text: str = "") -> Screen:
    """Types /start-otc, which is refused with this."""
    await dock.slack.slash(dock.operator, dock.channel, "/start-otc", text)
    return await told(dock, dock.operator, sentence)


async def test_a_command_is_made_again_in_its_window(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        dock.flipkart.fail("start_otc", status=503)
        dock.flipkart.fail("start_otc", body="html")
        refusal = await ask(dock, "has a problem of its own right now")
        assert can_try(refusal)
        await dock.slack.press(dock.operator, refusal, ids.AGAIN)
        refusal = await told(dock, dock.operator, "gave an answer that makes no sense")
        await dock.slack.press(dock.operator, refusal, ids.AGAIN)
        await told(dock, dock.operator, "Works until")
        assert seen_by(dock, dock.operator, str(visit.start_code))
        assert len(dock.slack.open_views(dock.operator)) == 1
        assert dock.slack.ephemerals(dock.operator) == []


async def test_what_one_person_sees_in_the_channel_takes_the_refusals_place(dock: World) -> None:
    visit, _ = served_by_a_group(dock)
    async with dock.bot():
        await card_of(dock, visit)
        [(handover,)] = dock.rows("select id from handover")
        dock.slack.fail("usergroups.users.list", error="internal_error", times=100)
        await forge.deliver(dock, "interactive", forge.press(dock, ids.TAKE, handover))
        refusal = await told(dock, dock.operator, "I could not check with Slack")
        assert can_try(refusal)
        dock.slack.clear_faults()
        await dock.slack.press(dock.operator, refusal, ids.TAKE)
        await told(dock, dock.operator, "You took this")
        assert len(dock.slack.ephemerals(dock.operator)) == 1, "a refusal is left above the answer"


async def test_nobody_waits_yet(dock: World) -> None:
    async with dock.bot():
        refusal = await ask(dock, "No FE called “Ram” is on the Start OTC page", "Ram")
        assert can_try(refusal)
        visit = dock.flipkart.arrive("LOC1", "Ram")
        dock.flipkart.arrive("LOC1", "Shyam")
        await card_of(dock, visit)
        await dock.slack.press(dock.operator, refusal, ids.AGAIN)
        answer = await told(dock, dock.operator, "Works until")
        assert "Ram" in answer.text_all()
        assert "Shyam" not in answer.text_all(), "what was typed after the command is forgotten"


async def test_nobody_closes_yet(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    async with dock.bot():
        await card_of(dock, visit)
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc")
        view = await modal(dock, dock.operator, "No FE is on the End OTC page")
        assert can_try(view)
        visit.scan(2)
        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.press(dock.operator, view, ids.AGAIN)
        await modal(dock, dock.operator, "Parcels counted by hand")
        assert len(dock.slack.open_views(dock.operator)) == 1


async def test_a_shortcut_in_a_thread(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        dock.flipkart.fail("start_otc", status=503)
        await dock.slack.shortcut(dock.operator, card, ids.START_HERE)
        refusal = await told(dock, dock.operator, "Try again in a minute")
        await dock.slack.press(dock.operator, refusal, ids.AGAIN)
        await told(dock, dock.operator, "Works until")
        assert len(dock.slack.open_views(dock.operator)) == 1


async def test_rights_are_checked_anew(dock: World) -> None:
    visit, group = served_by_a_group(dock)
    async with dock.bot():
        await card_of(dock, visit)
        dock.slack.fail("usergroups.users.list", error="internal_error", times=100)
        refusal = await ask(dock, "I could not check with Slack")
        assert can_try(refusal)
        dock.slack.clear_faults()
        dock.slack.usergroups[group].users.clear()
        await dock.slack.press(dock.operator, refusal, ids.AGAIN)
        refusal = await told(dock, dock.operator, "Sorry, codes and counts")
        assert not can_try(refusal), "another press would bring the same"
        assert calls(dock, "start_otc") == 0


async def test_a_stranger_who_forges_the_button(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        for name, sentence in (("/start-otc", "Sorry, codes"), (ids.START_HERE, "Sorry, codes")):
            forged = forge.press(dock, ids.AGAIN, forge.anew(dock, name), user=dock.stranger)
            await forge.deliver(dock, "interactive", forged)
            await told(dock, dock.stranger, sentence)
        assert calls(dock, "start_otc") == 0


async def test_the_button_works_after_a_restart(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        await card_of(dock, visit)
        dock.flipkart.fail("start_otc", status=503)
        refusal = await ask(dock, "Try again in a minute")
    async with dock.bot():
        await dock.slack.press(dock.operator, refusal, ids.AGAIN)
        await told(dock, dock.operator, "Works until")


async def test_a_window_that_slack_did_not_open(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram")
    async with dock.bot():
        card = await card_of(dock, visit)
        dock.slack.fail("views.open", error="ratelimited", retry_after=60)
        await dock.slack.press(dock.operator, card, ids.START)
        refusal = await told(dock, dock.operator, "Slack is busy and did not open the window")
        assert can_try(refusal)
        await dock.slack.press(dock.operator, refusal, ids.START)
        await modal(dock, dock.operator, "Works until")
        await dock.until(lambda: not dock.slack.ephemerals(dock.operator))
