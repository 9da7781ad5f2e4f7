from typing import Any

import pytest

from bot.sandbox.slack.blockkit import suggestion_problem

OPTION = {"text": {"type": "plain_text", "text": "FMP1"}, "value": "FMP1"}


@pytest.mark.parametrize("answer", [{"options": []}, {"options": [OPTION] * 100}, {"option_groups": []}])
def test_options_that_slack_takes(answer: Any) -> None:
    assert suggestion_problem(answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        None,
        {},
        "",
        {"options": [OPTION], "option_groups": []},
        {"options": [OPTION] * 101},
        {"options": [{**OPTION, "value": "x" * 151}]},
        {"options": [{"text": {"type": "plain_text", "text": "x" * 76}, "value": "x"}]},
        {"options": [{"text": {"type": "mrkdwn", "text": "x"}, "value": "x"}]},
        {"options": [{"value": "x"}]},
    ],
)
def test_options_that_slack_would_not_show(answer: Any) -> None:
    assert suggestion_problem(answer) is not None
