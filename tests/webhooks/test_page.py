"""The page about webhooks and the schema: each type has an example, which is what the bot sends."""

import json
from typing import Any

import pytest

from bot.handover.claims import Kind
from bot.handover.claims import State as ClaimState
from bot.handover.model import Stage
from bot.timing import WebhookTiming
from bot.webhooks.messages import IN_ONE, TEST, VERSION, of_claims
from bot.webhooks.receivers import Topic
from bot.webhooks.sender import AT_ONCE
from tests.docs.pages import DOCS, renewed
from tests.webhooks.receiver import SCHEMA, check
from tests.webhooks.samples import DRAFT, examples

PAGE = DOCS / "webhooks.md"
MARK = "<!-- the examples are made by tests/webhooks/test_page.py -->\n"
SAYS = {
    Topic.ARRIVED: "An FE is at the dock.",
    Topic.PROBLEMS: "Parcels are to be set aside before the End OTC. `parcels` names them and what is wrong with each.",
    Topic.PROBLEMS_CLEARED: "Flipkart took back what was wrong with these.",
    Topic.CLOSED: "The handover is over: the FE has left after an End OTC. The counts are those at the end.",
    Topic.LEFT: "The FE has left, and no End OTC was given out.",
    Topic.REOPENED: "An FE who counted as gone is there again.",
    Topic.NEVER_RECEIVED: "Flipkart counts these returns as completed, and no FE has brought them.",
    Topic.CLAIMS_OPENED: "Something is wrong with parcels, and somebody should claim for them until `claim_by`.",
    Topic.CLAIMS_DUE: "The time to claim for these is running out, and nobody has.",
    Topic.CLAIMS_CHANGED: "Somebody noted what became of claims; or something else was found to be wrong with the "
    "parcel; or a parcel that never came has come after all (`came_at`).",
}


def test_the_page_shows_each_message_as_it_is_sent() -> None:
    text, mark, _ = PAGE.read_text(encoding="utf-8").partition(MARK)
    parts = [
        f"\n### {topic.value}\n\n{SAYS[topic]}\n\n```json\n{json.dumps(json.loads(said), indent=2)}\n```\n"
        for topic, said in examples().items()
    ]
    assert mark, "the page has lost the line below which the examples stand"
    problem = renewed(PAGE, text + mark + "".join(parts))
    assert not problem, problem


@pytest.mark.parametrize("topic", Topic)
def test_each_example_is_as_the_schema_says(topic: Topic) -> None:
    message = json.loads(examples()[topic])
    check(message)
    assert (message["type"], message["version"]) == (topic.value, VERSION)


def test_the_schema_knows_every_word() -> None:
    words = SCHEMA["$defs"]
    assert words["type"]["enum"] == [*(topic.value for topic in Topic), TEST]
    assert words["kind"]["enum"] == [kind.value for kind in Kind]
    assert words["claim"]["properties"]["state"]["enum"] == [state.value for state in ClaimState]
    assert words["handover"]["properties"]["stage"]["enum"] == [stage.value for stage in Stage]
    assert {one["maxItems"] for one in _arrays(words) if "maxItems" in one} == {IN_ONE}


def _arrays(node: Any) -> list[dict[str, Any]]:
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    mine = [node] if isinstance(node, dict) and node.get("type") == "array" else []
    return mine + [found for one in inner for found in _arrays(one)]


def test_the_page_says_the_times_that_hold() -> None:
    timing, text = WebhookTiming(), " ".join(PAGE.read_text(encoding="utf-8").split())
    habits = timing.habits
    assert f"within {timing.answer:.0f} seconds" in text
    assert f"{habits.first_backoff:.0f} seconds at first and twice as long each time" in text
    assert f"up to {habits.longest_backoff / 60:.0f} minutes" in text
    assert (habits.patience.days, "After three days without success" in text) == (3, True)
    assert (timing.trouble, "nothing for two minutes" in text) == (120, True)
    assert (AT_ONCE, "up to four come at once" in text) == (4, True)


def test_what_is_long_comes_in_several_messages() -> None:
    assert [len(one["claims"]) for one in of_claims([DRAFT] * (2 * IN_ONE + 1))] == [IN_ONE, IN_ONE, 1]
