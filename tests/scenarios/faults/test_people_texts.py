"""What people and Flipkart write: nobody is pinged, nothing becomes a link, nothing turns the rest around."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.dockwork import at_the_end, calls, card_of, card_says, modal, start_code, thread_says, told
from tests.scenarios.faults.marks import fault
from tests.scenarios.faults.people import all_at_once
from tests.scenarios.leaks import seen_by
from tests.support import World

Json = dict[str, Any]

LONGEST_COMMAND = 3000
HOSTILE = {
    "mentions": "<!channel> <!here|x> <@U123> <@U00000001|boss> <#C123> <!subteam^S123> @channel",
    "links and format": "<http://x.example|y> http://x.example mailto:a@x.example *b* _i_ ~s~ `c`",
    "entities": "&lt;!channel&gt; &amp;lt; & < > &#60; ```block``` > quote",
    "unseen": "\u202eمرحبا\u200f \u2066Ram\u2069\u200b\ufeff\u00ad\x07",
    "emoji": "😀" * 299 + "👩‍👩‍👧‍👦",
}
OWN = re.compile(r"<!date\^\d+\^[^<>|^]*\|[^<>]*>|<@U0000000\d>|<#C0000000\d>")
"""What the bot itself writes in angle brackets: times, who did something, and where."""
UNSEEN = re.compile("[\x00-\x08\u00ad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
SAID = ("chat.postMessage", "chat.postEphemeral", "chat.update", "response_url", "views.open", "views.update")


def texts(value: Any) -> Iterator[tuple[str, str]]:
    """Every text object in blocks or a view: its type and its text."""
    if isinstance(value, dict):
        if value.get("type") in ("mrkdwn", "plain_text"):
            assert value["type"] == "plain_text" or value.get("verbatim") is True, "Slack looks for links in this"
            yield value["type"], value["text"]
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def harms(dock: World, user_texts: tuple[str, ...] = ()) -> list[str]:
    """Everything that the bot gave Slack which pings, links, or turns a line around."""
    found = []
    acks = [one.payload for one in dock.slack.deliveries if one.payload]
    for args in [call.args for call in dock.slack.calls if call.method in (*SAID, "views.publish")] + acks:
        view = args.get("view")
        shown = [args.get("blocks"), json.loads(view) if isinstance(view, str) else view]
        for kind, text in [*texts(shown), *([("text", args["text"])] if "text" in args else [])]:
            rest = OWN.sub("", text)
            if kind != "plain_text" and re.search(r"[<>]", rest):
                found.append(f"{kind} with a live bracket: {rest}")
            if kind != "plain_text" and re.search(r"&(?!amp;|lt;|gt;)", rest):
                found.append(f"{kind} with a bare &: {rest}")
            if UNSEEN.search(text):
                found.append(f"{kind} with signs that nobody sees: {text!r}")
            if kind == "text" and not args.get("blocks") and any(one in text for one in user_texts):
                found.append(f"a text without blocks, in which Slack makes links: {text}")
    return found


@pytest.mark.everyday(1)
@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
@fault(
    "People",
    "mrkdwn and mentions in every field that a person or Flipkart fills",
    keeps=(1, 2, 3, 4, 6),
    person="The count differed; the reason given: “",
)
async def test_hostile_texts_in_every_field(dock: World, hostile: str) -> None:
    visit = dock.flipkart.arrive("LOC1", hostile, fe_id=f"FE1 {hostile}", partner=hostile, lob=hostile)
    visit.set_status(hostile)
    async with dock.bot():
        card = await card_of(dock, visit)
        await card_says(dock, visit, "Flipkart says")
        await dock.slack.open_home(dock.operator)
        for command, page in (("/start-otc", "Start OTC"), ("/end-otc", "End OTC")):
            await all_at_once([dock.slack.slash(dock.operator, dock.channel, command, f"nobody {hostile}")])
            await modal(dock, dock.operator, f"is on the {page} page at")
        visit.set_status(None)
        await start_code(dock, dock.operator, visit)
        visit.begin()
        obd = {"eligible": True, "remark": hostile}
        visit.scan(tracking_id=f"T1 {hostile}", status="REJECTED", reason=hostile, obd=obd)
        visit.scan(tracking_id=f"T2 {hostile}", flyer=(f"A {hostile}", f"B {hostile}", hostile))
        visit.scan(tracking_id="T3", status=hostile)
        # An unknown status word has scans read, so they may be shown before the stage is known.
        await card_says(dock, visit, "3 scanned")
        await dock.until(lambda: any(one["action_id"] == "end_otc" for one in card.buttons()))
        await all_at_once([dock.slack.press(dock.operator, card, "end_otc")])
        await modal(dock, dock.operator, "ask them to finish")
        visit.finish_scanning()
        await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.press(dock.operator, card, "end_otc")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.submit(dock.operator, view, {"counted": "2"})
        view = await modal(dock, dock.operator, "Why finish")
        await all_at_once(
            [dock.slack.submit(dock.operator, view, {"why": "other", "reason": f"because {hostile}"[:500]})]
        )
        await dock.until(lambda: visit.end_code and seen_by(dock, dock.operator, visit.end_code))
        await thread_says(dock, card, "The count differed; the reason given: “")
        visit.enter_end_otc(str(visit.end_code))
        card = await card_says(dock, visit, "Closed")
        await thread_says(dock, card, "*Closed.*")
    assert harms(dock) == []
    # Kept as it came: what is made harmless is what is shown.
    kept = dock.rows("select tracking_id, reason, obd_remark from shipment order by id")
    assert kept[0] == (f"T1 {hostile}", hostile, hostile)
    assert [tracking_id for tracking_id, _, _ in kept] == [f"T1 {hostile}", f"T2 {hostile}", "T3"]
    assert len(dock.cards) == 1


@pytest.mark.everyday(1)
@pytest.mark.parametrize("command", ["/end-otc", "/start-otc"])
@fault(
    "People",
    "/end-otc and /start-otc with 3,000 characters",
    keeps=(4,),
    person="No FE called “&lt;!channel&gt; &lt;!channel&gt;",
)
async def test_a_command_of_3000_characters(dock: World, command: str) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        await card_says(dock, visit, "Count, then End OTC")
        text = ("<!channel> " * 300)[:LONGEST_COMMAND]
        await all_at_once([dock.slack.slash(dock.operator, dock.channel, command, text)])
        shown = await modal(dock, dock.operator, "No FE called")
        assert len(shown.text_all()) < 1000, "three thousand characters on a phone's screen"
        assert "is on the End OTC page" in shown.text_all(), "it does not say who is there instead"
    assert harms(dock, (text[:20],)) == []
    assert calls(dock, "start_otc") == calls(dock, "end_otc") == 0


@fault(
    "People",
    "a name that looks like a link, in a sentence that says why not",
    keeps=(4,),
    person="has left, so there is no code for this handover.",
)
async def test_a_refusal_makes_no_link(dock: World) -> None:
    visit = dock.flipkart.arrive("LOC1", "http://x.example")
    async with dock.bot():
        card = await card_of(dock, visit)
        before = list(card.blocks)
        visit.leave()
        await card_says(dock, visit, "LEFT")
        card.blocks = before
        await all_at_once([dock.slack.press(dock.operator, card, "start_otc")])
        await told(dock, dock.operator, "there is no code for this handover")
    assert harms(dock, ("http://x.example",)) == []


@fault(
    "People",
    "a reason of nothing that can be seen",
    keeps=(4, 6),
    person="Write why, in a few words.",
)
async def test_a_reason_that_nobody_can_see(dock: World) -> None:
    visit = at_the_end(dock, aside=1)
    async with dock.bot():
        card = await card_says(dock, visit, "Count, then End OTC")
        await dock.slack.press(dock.operator, card, "end_otc")
        view = await modal(dock, dock.operator, "Parcels counted by hand")
        await dock.slack.submit(dock.operator, view, {"counted": "4"})
        view = await modal(dock, dock.operator, "Why finish")
        await all_at_once(
            [dock.slack.submit(dock.operator, view, {"why": "other", "reason": "\u200b\u2060\u200e" * 20})]
        )
        assert view.errors == {"reason": "Write why, in a few words."}
    assert calls(dock, "end_otc") == 0


@fault(
    "People",
    "a name that was copied with signs that nobody sees",
    keeps=(4,),
    person="took the Start OTC",
)
async def test_a_name_copied_from_a_message(dock: World) -> None:
    ram, shyam = dock.flipkart.arrive("LOC1", "Ram"), dock.flipkart.arrive("LOC1", "Shyam\u200b Lal")
    async with dock.bot():
        await card_of(dock, ram)
        card = await card_of(dock, shyam)
        await dock.slack.slash(dock.operator, dock.channel, "/start-otc", "\u2068Shyam Lal\u2069")
        await dock.until(lambda: shyam.start_code and seen_by(dock, dock.operator, shyam.start_code))
        assert not seen_by(dock, dock.operator, str(ram.start_code))
        await thread_says(dock, card, "took the Start OTC")
