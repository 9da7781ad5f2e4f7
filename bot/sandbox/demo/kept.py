"""A practice dock that is opened again: what both simulators remember stands in a file beside the bot's database."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.sandbox.demo.place import Place
from bot.sandbox.demo.sheet import Sheet
from bot.sandbox.slack.memory import recall, remembered


class KeptError(Exception):
    """The file is no practice dock's; the message is a sentence."""


def beside(database: Path) -> Path:
    """Where it stands."""
    return database.with_name(f"{database.name}.dock.json")


def keep(place: Place, database: Path) -> None:
    """Writes down what was said in Slack, what Flipkart has numbered, and how far the clock is ahead."""
    content = {
        "ahead": place.clock.ahead.total_seconds(),
        "numbers": place.flipkart.numbers,
        "sheets": [
            {"location": one.location, "day": one.day.isoformat(), "dropped": one.dropped, "taken": one.taken}
            for one in (place.sheets.of(dock.location) for dock in place.docks)
        ],
        "slack": remembered(place.slack),
    }
    path = beside(database)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)


def open_again(place: Place, database: Path) -> bool:
    """Whether there was a practice dock in this file: then it goes on. FEs who were there have left meanwhile.

    Raises:
        KeptError: the database is no practice dock's, or what stands beside it can't be read.
    """
    path = beside(database)
    if not database.exists() and not path.exists():
        return False
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        place.clock.forward_by(timedelta(seconds=content["ahead"]))
        place.flipkart.count_on_from(content["numbers"])
        for one in content["sheets"]:
            known: Sheet = place.sheets.of(one["location"])
            if known.day == date.fromisoformat(one["day"]):
                known.dropped, known.taken = one["dropped"], one["taken"]
        recall(place.slack, content["slack"])
    except FileNotFoundError as error:
        raise KeptError(
            f"{database} can't be opened as a practice dock: {path.name} is not beside it. Name a file that "
            "`otc-bot demo --keep` made and that was ended by Ctrl-C, or one that does not exist yet."
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeptError(f"{path} can't be read as a practice dock: {type(error).__name__}") from error
    return True
