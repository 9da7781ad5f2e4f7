"""Looks through a log for lines about one handover that do not say so where all do: in `handover`."""

import json
import re
from typing import Any

from tests.databases import UNREADABLE
from tests.support import World

OF_ONE = ("fe", "task")
"""Fields that only a line about one handover has."""
_KEY = re.compile("[0-9a-f]{32}")


def strays(world: World, log: str) -> list[str]:
    """The lines that name a handover, or an FE or task, and do not have its key in `handover`."""
    try:
        known = {str(key) for (key,) in world.rows("select id from handover")}
    except UNREADABLE:
        return []  # a file that is broken on purpose, or not there
    # Beside them stand the sentences with which a bot has ended.
    lines = [line for line in log.splitlines() if line.startswith("{")]
    return [line for line in lines if _is_stray(json.loads(line), known)]


def _is_stray(line: dict[str, Any], known: set[str]) -> bool:
    bound = line.get("handover", "")
    said = json.dumps({name: value for name, value in line.items() if name not in ("handover", "exception")})
    named = known.intersection(_KEY.findall(said))
    return not named <= {bound} or (not bound and any(name in line for name in OF_ONE))
