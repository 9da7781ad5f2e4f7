"""A list of what should arrive is dropped into the channel, and the scans are held against it. Over the real wire."""

import io

import openpyxl

from bot.slack import ids
from tests.scenarios.dockwork import card_of, card_says, modal, thread_says, told
from tests.support import World

CSV = b"Tracking ID;Return Reason\nFMP000001;Torn\nFMP000002;Size\n=1+1;formula\nfmp000002;again\nFMP000004;\n"


def workbook() -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in (["Order", "Tracking ID"], ["O1", "FMP000001"], ["O2", "FMP000009"]):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def mention(world: World) -> str:
    return f"<@{world.slack.bot_user_id}> today"


async def test_a_list_before_the_scans(dock: World) -> None:
    async with dock.bot():
        await dock.slack.say(dock.stranger, dock.channel, mention(dock), files=[("list.csv", CSV)])
        await told(dock, dock.stranger, "Sorry, codes and counts at Bengaluru dock are for")
        await dock.slack.say(dock.operator, dock.channel, "no mention", files=[("list.csv", CSV)])
        await dock.slack.say(dock.operator, dock.channel, mention(dock), files=[("list.csv", CSV)])
        await told(dock, dock.operator, "Reading the list")
        answer = await told(dock, dock.operator, "*3 parcels*, 3 of them new")
        for fact in ("“Tracking ID”", "5 rows", "1 row named a parcel again", "row 4: a formula", "“Return Reason”"):
            assert fact in answer.text_all()
        assert dock.rows("select count(*) from expected") == [(3,)]
        assert dock.rows("select count(*) from audit where what = 'listed'") == [(1,)]

        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        visit.scan(1, tracking_id="FMP000777")
        card = await card_says(dock, visit, "1 of 2 on the list · 2 of the list still missing")
        reply = await thread_says(dock, card, "scanned that is not on your list")
        assert "`FMP000777`" in reply.text_all()
        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.slash(dock.operator, dock.channel, "/end-otc", "")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.submit(dock.operator, view, {"counted": "2"})
        view = await modal(dock, dock.operator, "The same")
        assert "`FMP000777`" in view.text_all()
        assert "2 parcels expected at this dock have not been scanned" in view.text_all()
        await dock.slack.press(dock.operator, view, ids.SHOW_LISTS)
        lists = await modal(dock, dock.operator, "Today at this dock")
        for parcel in ("FMP000001", "FMP000002", "FMP000004", "FMP000777"):
            assert f"`{parcel}`" in lists.text_all()


async def test_a_list_that_comes_late_by_the_shortcut(dock: World) -> None:
    async with dock.bot():
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        visit.scan(1, tracking_id="FMP000777")
        card = await card_says(dock, visit, "2 scanned")
        await dock.slack.say(dock.operator, dock.channel, "the list", files=[("list.xlsx", workbook())])
        message = next(m for m in reversed(dock.slack.messages(dock.channel)) if m.text == "the list")
        await dock.slack.shortcut(dock.operator, message, ids.READ_LIST)
        await told(dock, dock.operator, "*2 parcels*, 2 of them new")
        await card_says(dock, visit, "1 of 2 on the list")
        assert not [m for m in dock.thread(card) if "not on your list" in m.text_all()]

        await dock.slack.shortcut(dock.operator, await card_of(dock, visit), ids.READ_LIST)
        await told(dock, dock.operator, "This message has no file")
        await dock.slack.say(dock.second, dock.channel, mention(dock), files=[("box.pdf", b"%PDF-1.7")])
        await told(dock, dock.second, "`box.pdf`: This is a PDF")
        await dock.slack.say(dock.second, dock.channel, mention(dock), files=[("a.csv", CSV), ("b.csv", CSV)])
        await told(dock, dock.second, "One list at a time")


async def test_a_task_of_1970_hides_no_parcel(dock: World) -> None:
    async with dock.bot():
        await dock.slack.say(dock.operator, dock.channel, mention(dock), files=[("list.csv", CSV)])
        await told(dock, dock.operator, "*3 parcels*, 3 of them new")
        visit = dock.flipkart.arrive("LOC1", "Ram")
        visit.task.created_at = 1.0
        visit.begin()
        visit.scan(1, tracking_id="FMP000001")
        await card_says(dock, visit, "2 of the list still missing")


async def test_the_mention_of_somebody_whose_id_begins_like_the_bots_is_none(dock: World) -> None:
    other = f"<@{dock.slack.bot_user_id}1> today"
    async with dock.bot():
        await dock.slack.say(dock.operator, dock.channel, other, files=[("list.csv", CSV)])
        named = f"<@{dock.slack.bot_user_id}|otc-bot> today"
        await dock.slack.say(dock.operator, dock.channel, named, files=[("two.csv", b"Tracking ID\nFMP000009\n")])
        await told(dock, dock.operator, "*1 parcel*, 1 of them new")
    assert dock.rows("select tracking_id from expected") == [("FMP000009",)]
