"""`/otc help`, the first message in a channel, and the shortcuts in threads."""

import pytest

from bot.slack import ids
from tests.scenarios.dockwork import modal, told
from tests.scenarios.leaks import shows
from tests.support import World


@pytest.mark.parametrize("typed", ["", "help", "HELP me", "fnid"])
async def test_help_says_what_can_be_done_and_whose_channel_it_is(dock: World, typed: str) -> None:
    async with dock.bot():
        await dock.slack.slash(dock.operator, dock.channel, "/otc", typed)
        told = await dock.until(lambda: dock.slack.ephemerals(dock.operator))
        text = told[-1].text_all()
        assert "This channel is *Bengaluru dock*" in text
        assert f"<@{dock.operator}>" in text, "who may ask for codes"
        assert "then *Notifications*, then *All new posts*" in text, "how a phone rings for what mentions nobody"
        for part in ("/start-otc", "/end-otc", "/otc find", "*Undo*", "Start OTC here", "*Home*"):
            assert part in text
        assert ("There is no `/otc fnid`" in text) == (typed == "fnid")


async def test_help_in_the_viewers_language_and_where_no_location_is(dock: World) -> None:
    elsewhere = dock.slack.add_channel("chatter", members=[dock.operator])
    hindi = dock.slack.add_user("ramesh", real_name="Ramesh", tz="Asia/Kolkata", locale="hi-IN")
    dock.slack.invite(elsewhere, hindi)
    async with dock.bot():
        await dock.slack.slash(dock.operator, elsewhere, "/otc", "help")
        told = await dock.until(lambda: dock.slack.ephemerals(dock.operator))
        assert f"The bot works in <#{dock.channel}>" in told[-1].text_all()
        await dock.slack.slash(hindi, elsewhere, "/otc", "")
        told = await dock.until(lambda: dock.slack.ephemerals(hindi))
        assert "यह चैनल" in told[-1].text_all()


async def test_the_first_message_in_a_channel(dock: World) -> None:
    fresh = dock.slack.add_channel("fresh", members=[dock.operator])
    async with dock.bot():
        await dock.slack.join(dock.stranger, dock.channel)
        invited = await dock.slack.join(dock.slack.bot_user_id, dock.channel)
        await dock.slack.redeliver(invited)
        first = (await dock.until(lambda: dock.slack.messages(dock.channel)))[0]
        assert "This channel is *Bengaluru dock*" in first.text_all()
        assert f"<@{dock.second}>" in first.text_all()
        assert "The bot mentions the operators on duty" in first.text_all()
        assert "then *Notifications*, then *All new posts*" in first.text_all()
        await dock.slack.join(dock.slack.bot_user_id, fresh)
        other = (await dock.until(lambda: dock.slack.messages(fresh)))[0]
        assert f"`{fresh}`" in other.text_all(), "what has to be written into bot.toml"
        assert len(dock.slack.messages(dock.channel)) == 1, "others' joins and repeated deliveries are no invitation"


@pytest.mark.parametrize("reply", [False, True])
async def test_start_from_a_message(dock: World, *, reply: bool) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram", fe_id="feram")
    async with dock.bot():
        card = (await dock.until(lambda: dock.cards))[0]
        message = card
        if reply:
            await dock.slack.say(dock.operator, dock.channel, "who has the code?", card.ts)
            message = dock.thread(card)[-1]
        await dock.slack.shortcut(dock.operator, message, ids.START_HERE)
        shown = await modal(dock, dock.operator, "Start OTC for")
        await dock.until(lambda: visit.start_code and shows(shown.text_all(), visit.start_code))
        await dock.slack.shortcut(dock.stranger, message, ids.START_HERE)
        await modal(dock, dock.stranger, "Sorry")


async def test_start_of_an_fe_who_scans_says_so_and_names_no_id_as_a_name(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram", fe_id="feram")
    visit.begin()
    visit.scan(3)
    async with dock.bot():
        card = (await dock.until(lambda: dock.cards))[0]
        await dock.slack.shortcut(dock.operator, card, ids.START_HERE)
        shown = await told(dock, dock.operator, "is scanning already (3 parcels so far)")
        assert "No FE called" not in shown.text_all()


async def test_end_from_a_reply_and_from_nowhere(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "Ram", fe_id="feram")
    visit.begin()
    visit.scan(3)
    visit.finish_scanning()
    async with dock.bot():
        card = (await dock.until(lambda: dock.cards))[0]
        await dock.slack.say(dock.operator, dock.channel, "they are done", card.ts)
        await dock.slack.shortcut(dock.operator, dock.thread(card)[-1], ids.END_HERE)
        await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.say(dock.second, dock.channel, "good morning")
        talk = dock.slack.messages(dock.channel)[-1]
        for shortcut in (ids.END_HERE, ids.START_HERE):
            await dock.slack.shortcut(dock.second, talk, shortcut)
        await modal(dock, dock.second, "belongs to no handover")
        await told(dock, dock.second, "belongs to no handover")
