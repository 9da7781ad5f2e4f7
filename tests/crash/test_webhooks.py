"""A bot is killed around the posts of its webhooks: each message is taken at least once, and of one FE in order."""

from collections import defaultdict
from pathlib import Path

import pytest

from tests.bench.processes import environment
from tests.crash.edges import Edge
from tests.crash.nursery import DIES_AT, Child, nursery
from tests.pace import PATIENCE
from tests.support import LOCATION, World, world
from tests.webhooks.conftest import until
from tests.webhooks.receiver import SECRET, Got, Receiver, receiving

WITHIN = Edge("within", "webhook")
EDGES = (
    Edge("before", "webhook"),
    WITHIN,
    Edge("before", "webhook taken"),
    Edge("after", "webhook taken"),
    # Not the first one of a life: then something of the same FE has been taken already.
    Edge("before", "webhook taken", 2),
    Edge("before", "webhook", 3),
)
TYPES = ["handover.arrived", "handover.problems", "claims.opened", "handover.left"]


def settings(at: World, receiver: Receiver) -> dict[str, str]:
    """The environment of a bot; writes its bot.toml too."""
    (at.folder / "bot.toml").write_text(
        "polling = { arrivals_seconds = 0.1, scans_seconds = 0.1, page_size = 5 }\n"
        "flipkart = { calls_per_hour = 1000000 }\n"
        f'[[locations]]\nid = "{LOCATION}"\nname = "Dock"\nchannel = "{at.channel}"\noperators = ["{at.operator}"]\n'
        f'[[webhooks]]\nid = "erp"\nurl = "{receiver.url}"\nsecret = "ERP"\nallow_private = true\n',
        encoding="utf-8",
    )
    return environment(at, DATABASE_URL=at.kept.url, ERP=SECRET)


@pytest.mark.slow("a real bot, killed six times")
async def test_what_is_told_outside_outlasts_kills(tmp_path: Path) -> None:
    children: list[Child] = []
    kills_at: list[bool] = []

    def seen(_: Got) -> None:
        if kills_at:
            kills_at.clear()
            children[-1].kill_now()

    async with world(tmp_path) as at, receiving(is_of_now=True) as receiver, nursery() as bots:
        receiver.seen = seen
        for n, edge in enumerate(EDGES):
            dies = {} if edge is WITHIN else {DIES_AT: edge.dump()}
            kills_at[:] = [True] if edge is WITHIN else []
            children.append(await bots.start(settings(at, receiver) | dies, tmp_path, tmp_path / "bot.log"))
            visit = at.flipkart.arrive(LOCATION, f"Ram {n}")
            visit.begin()
            visit.scan(1, status="REJECTED", reason="torn")
            assert await children[-1].wait(PATIENCE), f"it did not come to {edge}"
            assert children[-1].ended.result() < 0, "it ended by itself"
            visit.leave()
        last = await bots.start(settings(at, receiver), tmp_path, tmp_path / "bot.log")
        await until(receiver, lambda: receiver.types.count("handover.left") >= len(seen_by_bot(at)) > 0)
        await at.until(lambda: at.rows("select count(*) from webhook") == [(0,)])
        await last.kill()

    told: defaultdict[str, dict[str, Got]] = defaultdict(dict)
    for one in receiver.taken:
        claims = one.message["data"].get("claims")
        about = claims[0]["handover_id"] if claims else one.about
        again = told[about].setdefault(one.id, one)
        assert again.raw == one.raw, "what comes again is the same"
    assert len(receiver.taken) > sum(map(len, told.values())), "nothing had to come again"
    for about, messages in told.items():
        types = [one.type for one in messages.values()]
        assert types == [one for one in TYPES if one in types], f"{about} was told in another order"
        assert types == happened(at, about), f"of {about} something was never told"


def seen_by_bot(at: World) -> list[str]:
    """The handovers of those who were seen before they left."""
    return [str(one) for (one,) in at.rows("select id from handover")]


def happened(at: World, handover_id: str) -> list[str]:
    """What there was to tell of a handover, as the record has it."""
    known = {what for (what,) in at.rows(f"select what from audit where handover_id = '{handover_id}'")}  # noqa: S608
    claimed = at.rows(f"select count(*) from claim where handover_id = '{handover_id}'") != [(0,)]  # noqa: S608
    found = {f"handover.{what}" for what in known} | ({"claims.opened"} if claimed else set())
    return [one for one in TYPES if one in found]
