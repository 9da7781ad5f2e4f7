"""What people do about claims while the bot is killed: report, note that it is claimed for, ask for the proof."""

import asyncio
import json
from typing import TYPE_CHECKING, Any

from bot.sandbox.flipkart import Visit
from bot.slack import ids
from tests.crash.facts import OwnScan

if TYPE_CHECKING:
    from tests.crash.play import Play

PROOF_FILES = 2


async def claim(play: "Play") -> None:
    """Reports a parcel, and notes that it is claimed for."""
    await play.clear()
    visit = play.reach("scanning")
    card = await play.until(lambda: play.card_with(visit, ids.REPORT))
    if not visit.shipments:
        visit.scan()
    parcel = play.chance.choice(visit.shipments).tracking_id
    slack, user = play.world.slack, play.user
    play.deliveries.append(await slack.press(user, card, ids.REPORT))
    view = await play.modal("What is wrong?")
    values = {ids.PARCEL: parcel, ids.PROBLEM_KIND: "damaged"}
    play.deliveries.append(await slack.submit(user, view, values))
    await play.modal("Saved:")
    play.reported.append(OwnScan(visit, parcel))
    query = (
        "select c.id from claim c join handover h on h.id = c.handover_id "  # noqa: S608 - the simulator's ids
        f"where h.task_id = '{visit.task_id}' and c.tracking_id = '{parcel}' and c.state = 'draft'"
    )
    for (claim,) in play.world.rows(query):
        await _open(play, visit, claim)
        view = await play.modal("Reference of the claim")
        play.deliveries.append(await slack.submit(user, view, {ids.REFERENCE: "SF-1"}))
        await play.modal("Saved for")
        play.claimed.append(claim)


async def prove(play: "Play") -> None:
    """Asks for the proof of a claim whose FE has left, one after the other."""
    claims = provable(play)
    if not claims or unproven(play):
        await asyncio.sleep(play.patience)
        return
    await play.clear()
    visit, claim = play.chance.choice(claims)
    await _open(play, visit, claim)
    view = await play.modal("Reference of the claim")
    slack, user = play.world.slack, play.user
    play.deliveries.append(await slack.press(user, view, ids.PROOF))
    await play.modal("proof")


async def _open(play: "Play", visit: Visit, claim: str) -> None:
    """By the newest button in the thread that is about it."""
    await play.clear()
    message = await play.until(lambda: _about(play, visit, claim))
    play.deliveries.append(await play.world.slack.press(play.user, message, ids.CLAIM))


def _about(play: "Play", visit: Visit, claim: str) -> Any:
    every = [one for card in play.cards(visit) for one in play.world.slack.thread(card.channel, card.ts)]
    button = (ids.CLAIM, claim)
    found = (one for one in reversed(every) if button in [(b["action_id"], b.get("value")) for b in one.buttons()])
    return next(found, None)


def provable(play: "Play") -> list[tuple[Visit, str]]:
    """Claims whose FE has left, that can be opened in their thread, and whose proof nobody has asked for."""
    query = """select h.task_id, c.id from claim c join handover h on h.id = c.handover_id
        where h.stage in ('closed', 'left') and not exists (select 1 from audit a where a.handover_id = h.id
        and a.what = 'proof' and a.detail ->> 'claim' = c.id)"""
    visits = {visit.task_id: visit for visit in play.served}
    found = [(visits[task], claim) for task, claim in play.rows_left(query) if task in visits]
    return [(visit, claim) for visit, claim in found if _about(play, visit, claim) is not None]


def unproven(play: "Play") -> dict[str, int]:
    """How many files are missing of the proofs that were asked for, by claim."""
    asked = "select detail from audit where what = 'proof'"
    shown = play.files()
    claims = [json.loads(detail)["claim"] for (detail,) in play.rows_left(asked)]
    missing = {claim: PROOF_FILES - len(shown.get(claim[:8], ())) for claim in claims}
    return {claim: n for claim, n in missing.items() if n > 0}
