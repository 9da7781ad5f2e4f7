"""Problem parcels, photos, claims and `/otc find`, over the real wire."""

import hashlib
import io
import zipfile
from typing import Any

from PIL import Image

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from tests.scenarios.dockwork import Screen, card_of, card_says, modal, thread_says, told
from tests.support import World


def picture(kind: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind)
    return file.getvalue()


async def scanning(world: World) -> tuple[Visit, Screen]:
    visit = world.flipkart.arrive("LOC1", "Ram")
    visit.begin()
    for tracking, status in (("FMP000001", "ACCEPTED"), ("FMP000002", "REJECTED"), ("FMP000003", "ACCEPTED")):
        visit.scan(1, tracking_id=tracking, status=status)
    await card_says(world, visit, "3 scanned")
    return visit, await card_of(world, visit)


def offered(delivery: Any) -> list[str]:
    assert delivery.acked
    assert delivery.problem is None, delivery.problem
    return [option["value"] for option in delivery.payload["options"]]


def wrong(delivery: Any) -> dict[str, str]:
    """The fields that the bot can't take."""
    assert delivery.acked
    errors: dict[str, str] = delivery.payload["errors"]
    return errors


async def test_a_problem_parcel_is_reported_and_claimed(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await dock.slack.press(dock.operator, card, ids.REPORT)
        view = await modal(dock, dock.operator, "What is wrong?")
        assert offered(await dock.slack.suggest(dock.operator, view, ids.PARCEL, "fmp")) == [
            *("FMP000001", "FMP000002", "FMP000003", "fmp")
        ]
        assert offered(await dock.slack.suggest(dock.operator, view, ids.PARCEL, "XYZ 9")) == ["XYZ 9"]
        values = {ids.PARCEL: "fmp000003", ids.PROBLEM_KIND: "wrong_item", ids.NOTE: "a <!channel> brick"}
        sent = await dock.slack.submit(dock.operator, view, values)
        await dock.slack.redeliver(sent)
        await modal(dock, dock.operator, "Saved:")
        reply = await thread_says(dock, card, "*wrong item*")
        assert "`FMP000003`" in reply.text_all()
        assert "<!channel>" not in reply.text_all()
        assert dock.rows("SELECT tracking_id, kind FROM claim ORDER BY tracking_id") == [
            ("FMP000002", "rejected"),
            ("FMP000003", "wrong_item"),
        ]

        await dock.slack.press(dock.second, reply, ids.CLAIM)
        await dock.slack.press(dock.operator, reply, ids.CLAIM)
        theirs = await modal(dock, dock.second, "Reference of the claim")
        mine = await modal(dock, dock.operator, "Reference of the claim")
        await dock.slack.submit(dock.second, theirs, {ids.REFERENCE: "SF-77"})
        await modal(dock, dock.second, "Saved for `FMP000003`")
        await dock.slack.submit(dock.operator, mine, {ids.REFERENCE: "SF-78"})
        await modal(dock, dock.operator, "somebody else saved something for it meanwhile")
        await thread_says(dock, card, "reference `SF-77`")
        assert not [m for m in dock.thread(card) if "SF-78" in m.text_all()]


async def test_a_claim_goes_from_the_report_to_the_money(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        for parcel in ("FMP000001", "FMP000003"):
            await dock.slack.press(dock.operator, card, ids.REPORT)
            view = await modal(dock, dock.operator, "What is wrong?")
            await dock.slack.submit(dock.operator, view, {ids.PARCEL: parcel, ids.PROBLEM_KIND: "empty"})
            await modal(dock, dock.operator, "Saved:")
            reply = await thread_says(dock, card, f"reported `{parcel}`")
        every = [claim for (claim,) in dock.rows("SELECT id FROM claim WHERE kind = 'empty'")]
        await dock.slack.press(dock.operator, reply, ids.CLAIM)
        view = await modal(dock, dock.operator, "Reference of the claim")
        typed = {ids.CLAIM_PARCELS: every, ids.REFERENCE: "SF-1", ids.AMOUNT: "12,50"}
        assert set(wrong(await dock.slack.submit(dock.operator, view, typed))) == {ids.AMOUNT}
        await dock.slack.submit(dock.operator, view, typed | {ids.AMOUNT: "₹ 1,250.50"})
        await modal(dock, dock.operator, "Saved for `FMP000001`, `FMP000003`: claimed, ₹1,250.50")
        reply = await thread_says(dock, card, "₹2,501 claimed")

        await dock.slack.press(dock.operator, reply, ids.CLAIM)
        view = await modal(dock, dock.operator, "What became of it?")
        paid = {ids.CLAIM_PARCELS: [every[0]], ids.CLAIM_STEP: "paid"}
        assert set(wrong(await dock.slack.submit(dock.operator, view, paid))) == {ids.PAID}
        await dock.slack.submit(dock.operator, view, paid | {ids.PAID: "१२००"})
        await modal(dock, dock.operator, "paid by Flipkart, ₹1,200 paid")
        await thread_says(dock, card, "₹1,200 paid")
        assert dock.rows("SELECT state, amount, paid FROM claim WHERE kind = 'empty' ORDER BY state") == [
            ("paid", 125050, 120000),
            ("raised", 125050, None),
        ]


async def test_the_proof_of_a_claim_comes_into_its_thread(dock: World) -> None:
    async with dock.bot():
        visit, card = await scanning(dock)
        await dock.slack.say(dock.operator, dock.channel, "FMP000002 label", card.ts, [("a.jpg", picture())])
        await told(dock, dock.operator, "The photo is kept for `FMP000002`")
        await dock.slack.press(dock.operator, card, ids.REPORT)
        view = await modal(dock, dock.operator, "What is wrong?")
        await dock.slack.submit(dock.operator, view, {ids.PARCEL: "FMP000002", ids.PROBLEM_KIND: "damaged"})
        reply = await thread_says(dock, card, "reported `FMP000002`")
        await dock.slack.press(dock.operator, reply, ids.CLAIM)
        view = await modal(dock, dock.operator, "Reference of the claim")
        await dock.slack.press(dock.operator, view, ids.PROOF)
        await modal(dock, dock.operator, "The FE is still there")
        visit.leave()
        await card_says(dock, visit, "Left")
        await dock.slack.press(dock.operator, reply, ids.CLAIM)
        view = await modal(dock, dock.operator, "Reference of the claim")
        await dock.slack.press(dock.operator, view, ids.PROOF)
        await modal(dock, dock.operator, "The proof comes into the thread")

        def files() -> dict[str, bytes]:
            shared = [file for one in dock.thread(card) for file in one.files]
            return {file["name"]: dock.slack.files[file["id"]].content for file in shared if "proof" in file["name"]}

        await dock.until(lambda: len(files()) == 2)
        paper, archive = sorted(files(), key=lambda name: name.endswith(".zip"))
        assert files()[paper].startswith(b"%PDF")
        with zipfile.ZipFile(io.BytesIO(files()[archive])) as opened:
            [kept] = [opened.read(name) for name in opened.namelist() if "/pictures/" in name]
        assert kept == picture()


async def test_who_may_not_report_learns_nothing(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await dock.slack.shortcut(dock.operator, card, ids.REPORT)
        view = await modal(dock, dock.operator, "What is wrong?")
        view.user = dock.stranger
        assert offered(await dock.slack.suggest(dock.stranger, view, ids.PARCEL, "fmp")) == ["fmp"]
        await dock.slack.submit(dock.stranger, view, {ids.PARCEL: "FMP000001", ids.PROBLEM_KIND: "empty"})
        await modal(dock, dock.stranger, "Sorry")
        await dock.slack.press(dock.stranger, card, ids.REPORT)
        await dock.until(lambda: "Sorry" in (dock.slack.view(dock.stranger) or view).text_all())
        delivery = await dock.slack.say(dock.stranger, dock.channel, "", card.ts, [("a.jpg", picture())])
        assert delivery.acked
        await told(dock, dock.stranger, "Sorry")
        assert dock.rows("SELECT count(*) FROM photo") == [(0,)]
        assert dock.rows("SELECT count(*) FROM claim WHERE kind = 'empty'") == [(0,)]


async def test_the_shortcut_needs_a_thread_of_a_handover(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await dock.slack.say(dock.operator, dock.channel, "look at this box", card.ts)
        said = dock.thread(card)[-1]
        await dock.slack.shortcut(dock.operator, said, ids.REPORT)
        await modal(dock, dock.operator, "What is wrong?")
        await dock.slack.say(dock.second, dock.channel, "tea?")
        talk = next(m for m in dock.cards if m.text == "tea?")
        await dock.slack.shortcut(dock.second, talk, ids.REPORT)
        await modal(dock, dock.second, "in the thread of its handover")


async def test_photos_are_kept_for_the_parcel_that_is_named(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        files = [("box.jpg", picture()), ("note.pdf", b"%PDF-1.7"), ("odd.heic", b"\0\0\0\x18ftypheic" + b"\0" * 99)]
        await dock.slack.say(dock.operator, dock.channel, "torn: *fmp000002*, see photo", card.ts, files)
        answer = await told(dock, dock.operator, "The photo is kept for `FMP000002`")
        assert answer.thread_ts == card.ts
        assert "HEIC" in answer.text_all()
        assert "note.pdf" not in answer.text_all()
        await dock.slack.say(dock.second, dock.channel, "FMP000001 FMP000002", card.ts, [("two.png", picture("PNG"))])
        await told(dock, dock.second, "kept for this handover")
        [(first, parcel), (heic, _), (second, neither)] = dock.rows("SELECT sha256, tracking_id FROM photo ORDER BY id")
        assert (parcel, heic, neither) == ("FMP000002", "", "")
        kept = {file.name: file.read_bytes() for file in (dock.folder / "bot.db.photos").iterdir()}
        assert kept == {first: picture(), second: picture("PNG")}


async def test_photos_lie_where_they_were_told_to(dock: World) -> None:
    folder = dock.folder / "mounted"
    folder.mkdir()
    async with dock.bot(photos_folder=folder):
        _, card = await scanning(dock)
        await dock.slack.say(dock.operator, dock.channel, "FMP000002", card.ts, [("box.jpg", picture())])
        await told(dock, dock.operator, "The photo is kept for `FMP000002`")
    assert [file.read_bytes() for file in (folder / "bot.db.photos").iterdir()] == [picture()]
    assert not (dock.folder / "bot.db.photos").exists()


async def test_pictures_say_what_they_show_and_what_is_missing(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await dock.slack.say(dock.operator, dock.channel, "FMP000002 label", card.ts, [("a.jpg", picture())])
        answer = await told(dock, dock.operator, "Still to be photographed for the claim of `FMP000002`: the outside")
        assert not answer.buttons()
        await dock.slack.say(dock.operator, dock.channel, "FMP000002", card.ts, [("b.png", picture("PNG"))])
        answer = await told(dock, dock.operator, "What does `b.png` show?")
        await dock.slack.press(dock.operator, answer, f"{ids.SHOWS}_outside")
        await told(dock, dock.operator, "has every photo that it needs")
        assert dock.rows("SELECT shows FROM photo ORDER BY id") == [("label",), ("outside",)]


async def test_a_video_is_bound_to_its_parcel_and_stays_in_slack(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        film = bytes(range(256)) * 4096
        files = [("unboxing_FMP000003.mp4", film), ("VID_2026.mp4", film + b"2")]
        await dock.slack.say(dock.operator, dock.channel, "see", card.ts, files)
        answer = await told(dock, dock.operator, "`unboxing_FMP000003.mp4` is noted for `FMP000003`")
        assert "`VID_2026.mp4` is noted for this handover" in answer.text_all()
        await dock.slack.say(dock.second, dock.channel, "FMP000001 FMP000002", card.ts, [("two.mp4", film + b"3")])
        asked = await told(dock, dock.second, "Which parcel does it show?")
        await dock.slack.press(dock.second, asked, f"{ids.VIDEO_OF}_1")
        await told(dock, dock.second, "`two.mp4` is noted for `FMP000002`")
        known = "SELECT name, tracking_id, size, sha256 FROM video ORDER BY id"
        await dock.until(lambda: all(sha256 for *_, sha256 in dock.rows(known)))
        assert dock.rows(known) == [
            (name, parcel, len(content), hashlib.sha256(content).hexdigest())
            for name, parcel, content in (
                ("unboxing_FMP000003.mp4", "FMP000003", film),
                ("VID_2026.mp4", "", film + b"2"),
                ("two.mp4", "FMP000002", film + b"3"),
            )
        ]
        assert not list(dock.folder.glob("bot.db.photos/*"))


async def test_a_parcel_is_found(dock: World) -> None:
    async with dock.bot():
        _, card = await scanning(dock)
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "find fmp000002")
        found = await told(dock, dock.operator, "`FMP000002`")
        assert "Bengaluru dock" in found.text_all()
        assert "not claimed yet: 14 days left" in found.text_all()
        assert f"/archives/{dock.channel}/p{card.ts.replace('.', '')}|Open the thread>" in found.text_all()
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "find FMP999999")
        await told(dock, dock.operator, "`FMP999999` never came to *Bengaluru dock*")
        await dock.slack.slash(dock.stranger, dock.channel, "/otc", "find FMP000002")
        refused = await told(dock, dock.stranger, "not an operator of any dock")
        assert "FMP000002" not in refused.text_all()
        await dock.slack.slash(dock.operator, dock.channel, "/otc", "fnd <!channel>")
        unknown = await told(dock, dock.operator, "There is no")
        assert "/otc find" in unknown.text_all()
        assert "<!channel>" not in unknown.text_all()


async def test_the_card_names_what_to_set_aside_and_until_when_to_claim(dock: World) -> None:
    async with dock.bot():
        visit, _ = await scanning(dock)
        visit.finish_scanning()
        await card_says(dock, visit, "*Set aside* `FMP000002`: 1 rejected")
        visit.leave()
        card = await card_says(dock, visit, "1 problem parcel, claim by ")
        await dock.slack.press(dock.operator, card, ids.REPORT)
        view = await modal(dock, dock.operator, "What is wrong?")
        await dock.slack.submit(dock.operator, view, {ids.PARCEL: "FMP000003", ids.PROBLEM_KIND: "empty"})
        card = await card_says(dock, visit, "2 problem parcels, claim by ")
        reply = await thread_says(dock, card, "reported `FMP000003`")
        await dock.slack.press(dock.operator, reply, ids.CLAIM)
        view = await modal(dock, dock.operator, "Reference of the claim")
        await dock.slack.submit(dock.operator, view, {ids.REFERENCE: "SF-1"})
        await card_says(dock, visit, "1 problem parcel, claim by ")
