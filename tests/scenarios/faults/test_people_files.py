"""What is dropped as a list and is no file that the bot can read: the person reads what to do, once and for good."""

import io
from typing import Any

import pytest
from PIL import Image

from bot.photos.thread import ThreadPhotos
from bot.sandbox.slack.model import File
from tests.scenarios.dockwork import card_of, told
from tests.scenarios.faults.marks import fault
from tests.support import World

CSV = b"Tracking ID\nFMPP000000001\n"
IN_A_MINUTE = "in a minute"


def put(dock: World, **more: Any) -> str:
    """A file that somebody has in Slack; returns its id."""
    content = more.pop("content", CSV)
    name, kind = more.pop("name", "list.csv"), more.pop("mimetype", "text/csv")
    file = File(dock.slack.new_id("F"), name, name, dock.operator, 1, content, kind, uploaded=True, **more)
    dock.slack.files[file.id] = file
    return file.id


async def drop(dock: World, file: str) -> None:
    await dock.slack.say(dock.operator, dock.channel, f"<@{dock.slack.bot_user_id}>", files=[file])


def said_to_try_again(dock: World) -> bool:
    return any(IN_A_MINUTE in one.text_all() for one in dock.slack.ephemerals(dock.operator))


@fault(
    "People",
    "a Google Sheet, dropped as a list: it lies elsewhere",
    keeps=(4,),
    person="This file does not lie in Slack itself",
    operator="a list could not be fetched from slack",
)
async def test_a_file_that_lies_elsewhere(dock: World) -> None:
    async with dock.bot():
        await drop(dock, put(dock, mode="external"))
        await told(dock, dock.operator, "Download it as CSV or XLSX")
    assert not said_to_try_again(dock)


@fault("People", "a canvas, dropped as a list", keeps=(4,), person="not a file", operator="a list could not be fetched")
async def test_a_canvas_is_no_file(dock: World) -> None:
    async with dock.bot():
        await drop(dock, put(dock, mode="quip"))
        await told(dock, dock.operator, "Drop a CSV or XLSX file")
    assert not said_to_try_again(dock)


@fault(
    "Slack",
    "missing_scope: the app may not read files",
    keeps=(4,),
    person="Slack does not let the bot read files, and another try won't help",
    operator="the app lacks a scope: give it the manifest of `otc-bot manifest`, and install it again",
)
async def test_the_app_may_not_read_files(dock: World) -> None:
    async with dock.bot():
        dock.slack.scopes.discard("files:read")
        await drop(dock, put(dock))
        await told(dock, dock.operator, "tell whoever runs this bot")
    assert not said_to_try_again(dock)


@pytest.mark.parametrize("when", ["deleted before it is asked about", "deleted before it is fetched"])
@fault(
    "Slack",
    "404: a dropped file is gone",
    keeps=(4,),
    person="Slack no longer has this file, or does not show it to the bot.",
    operator="a list could not be fetched from slack",
)
async def test_a_file_that_is_gone(dock: World, when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with dock.bot():
        file = dock.slack.files[put(dock)]
        if "asked" in when:
            file.uploaded = False
        else:
            shown = File.to_slack

            def elsewhere(one: File, base_url: str, team_id: str) -> dict[str, Any]:
                return shown(one, base_url, f"{team_id}-F0GONE/a.csv?")

            monkeypatch.setattr(File, "to_slack", elsewhere)
        await drop(dock, file.id)
        await told(dock, dock.operator, "Drop it into this channel again.")
    assert not said_to_try_again(dock)


@fault(
    "Slack",
    "a file of which an event tells the id alone, and one of which it tells what is not so",
    keeps=(4,),
    person="*1 parcel*, 1 of them new",
)
async def test_what_an_event_lacks_or_says_wrongly_is_asked_for(dock: World) -> None:
    async with dock.bot():
        await drop(dock, put(dock, told=("id",)))
        await told(dock, dock.operator, "*1 parcel*, 1 of them new")
        other = put(dock, content=b"no list")
        wrong = dock.slack.files[other].to_slack(dock.slack.url, dock.slack.team_id)["url_private"]
        await drop(dock, put(dock, wrongly_told={"url_private": wrong, "name": "other.pdf"}))
        await told(dock, dock.operator, "*1 parcel*, 0 of them new")
        await drop(dock, put(dock, wrongly_told={"url_private": ["no", "text"], "mode": "external"}))
        await told(dock, dock.operator, "*1 parcel*, 0 of them new")


@fault("Slack", "5xx while a dropped file is fetched", keeps=(4,), person=IN_A_MINUTE, operator="could not be fetched")
async def test_a_file_that_does_not_come_now(dock: World) -> None:
    async with dock.bot():
        dock.slack.fail("files.info", status=503, times=9)
        await drop(dock, put(dock))
        await told(dock, dock.operator, IN_A_MINUTE)


@fault("People", "a web page, dropped as a list", keeps=(4,), person="This is a web page, even if its name says")
async def test_a_web_page_is_no_sign_in_page(dock: World) -> None:
    async with dock.bot():
        page = b"<html><body><table><tr><td>Tracking ID</td></tr></table></body></html>"
        await drop(dock, put(dock, content=page, name="report.html", mimetype="text/html"))
        await told(dock, dock.operator, "This is a web page")


@fault(
    "People",
    "a picture in a thread that lies elsewhere",
    keeps=(4,),
    person="The picture does not lie in Slack itself but with another service. Save it and send it again as a file.",
)
async def test_a_picture_that_lies_elsewhere(dock: World) -> None:
    async with dock.bot():
        card = await card_of(dock, dock.flipkart.arrive("LOC1", "Ram"))
        await picture(dock, card, mode="external")
        await told(dock, dock.operator, "does not lie in Slack itself")


@fault(
    "Slack",
    "a picture in a thread of which an event tells the id alone, and one that is gone",
    keeps=(4,),
    person="The photo is kept for this handover.",
)
async def test_a_picture_of_which_an_event_says_little(dock: World) -> None:
    async with dock.bot():
        card = await card_of(dock, dock.flipkart.arrive("LOC1", "Ram"))
        await picture(dock, card, told=("id",))
        await told(dock, dock.operator, "The photo is kept")
        dock.slack.fail("files.info", error="file_not_found", times=9)
        await picture(dock, card)
        await told(dock, dock.operator, "Slack no longer has the picture.")


@fault(
    "Process",
    "a fault of the bot while it keeps a photo",
    keeps=(4, 6),
    person="Something went wrong in the bot; it is on record.",
    operator="a press ended in a fault of the bot",
)
async def test_a_fault_over_a_photo(dock: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def breaks(*_: Any) -> None:
        raise ArithmeticError("broken on purpose")

    monkeypatch.setattr(ThreadPhotos, "take", breaks)
    async with dock.bot():
        card = await card_of(dock, dock.flipkart.arrive("LOC1", "Ram"))
        await picture(dock, card)
        await told(dock, dock.operator, "Something went wrong in the bot")


async def picture(dock: World, card: Any, **more: Any) -> None:
    """Drops a picture into the thread of a card."""
    content = io.BytesIO()
    Image.new("RGB", (8, 8)).save(content, "PNG")
    file = put(dock, content=content.getvalue(), name="box.png", mimetype="image/png", **more)
    await dock.slack.say(dock.operator, dock.channel, "", card.ts, [file])
