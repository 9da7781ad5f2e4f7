"""What people see, word for word.

After a wanted change: `UPDATE_GOLDEN=1 python -m pytest tests/golden`, then read the diff of `tests/golden/files` as
carefully as the code's. `tests/golden/files_hi` has the same in Hindi, and so on; a language that is a draft has
none.
"""

import difflib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from bot.handover.events import MILESTONES
from bot.handover.model import Stage
from bot.i18n import DEFAULT, DRAFTS, LANGUAGES, use
from bot.sandbox.slack.blockkit import check_message_blocks, check_view
from bot.slack.blocks.codes import grouped
from tests.golden.cases import CARDS, CASES, SAID, Drawn
from tests.golden.samples import END_OTC, FIXED_OTC, OTC

FOLDER = Path(__file__).parent
FINISHED = [language for language in LANGUAGES if language not in DRAFTS]
FILES = {language: FOLDER / ("files" if language == DEFAULT else f"files_{language}") for language in FINISHED}
UPDATE = os.environ.get("UPDATE_GOLDEN") == "1"


@pytest.mark.parametrize("language", FINISHED)
@pytest.mark.parametrize(("name", "drawn"), CASES.items(), ids=CASES)
def test_golden(name: str, drawn: Drawn, language: str) -> None:
    file = FILES[language] / f"{name}.json"
    with use(language):
        now = json.dumps(drawn(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if UPDATE:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(now, encoding="utf-8")
        return
    if not file.exists():
        pytest.fail(f"{file} is missing: run UPDATE_GOLDEN=1 python -m pytest tests/golden, and read it")
    before = file.read_text(encoding="utf-8")
    if now != before:
        diff = difflib.unified_diff(before.splitlines(), now.splitlines(), f"{name}.json", "now", lineterm="")
        pytest.fail("\n".join([f"{name} looks different (UPDATE_GOLDEN=1 if that is wanted):", *diff]), pytrace=False)


@pytest.mark.parametrize("language", FINISHED)
def test_no_file_without_a_case(language: str) -> None:
    folder = FILES[language]
    found = {str(file.relative_to(folder).with_suffix("")) for file in folder.rglob("*.json")}
    assert found <= set(CASES), f"no case draws {sorted(found - set(CASES))}"


def test_every_milestone_and_stage_is_drawn() -> None:
    heads = {name.partition("_")[0] for name in SAID} | set(SAID)
    missing = {what for what in MILESTONES if what.value.removesuffix("_otc") not in heads}
    assert not missing, f"no golden file shows {missing}"
    assert {stage.value for stage in Stage} <= set(CARDS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "drawn"), CASES.items(), ids=CASES)
def test_slack_takes_it_and_no_code_is_where_others_read(name: str, drawn: Drawn, language: str) -> None:
    with use(language):
        payload: Any = drawn()
    room = name.partition("/")[0]
    if room == "sentence":
        return
    surfaces = {"modal": "modal", "home": "home"}
    problems = check_view(payload, surfaces[room]) if room in surfaces else check_message_blocks(payload["blocks"])
    assert problems == [], f"Slack would refuse {name}: {problems}"
    public = [payload.get("text"), payload.get("private_metadata"), payload.get("callback_id")]
    public += [e.get("value") for block in payload["blocks"] for e in block.get("elements", [])]
    public += [block.get("block_id") for block in payload["blocks"]]
    if room in ("card", "milestone", "rung"):
        public.append(json.dumps(payload))
    for code in (OTC, END_OTC, FIXED_OTC):
        assert not any(written in str(text) for text in public for written in (code, grouped(code))), (
            f"{name} shows a code outside its header"
        )
