"""`.env` with some lines changed or added; all others stay as they are."""

import re
from collections.abc import Mapping

from bot.init.wrong import Why, Wrong
from bot.values import IN_FILE

HEAD = "# Written by `otc-bot init`. It holds secrets: nobody but the bot's user may read it.\n"
ABOUT = {
    "SLACK_BOT_TOKEN": 'Slack: the app\'s OAuth page, "Bot User OAuth Token".',
    "SLACK_APP_TOKEN": 'Slack: the app\'s Basic Information page, "App-Level Tokens", scope connections:write.',
    "SLACK_SIGNING_SECRET": "Slack: the app's Basic Information page. For HTTP instead of Socket Mode.",
    "FLIPKART_APP_ID": "Flipkart: Seller Hub's developer access, application id and application secret.",
}
_BARE = re.compile(r"[A-Za-z0-9_./:+=@%,~-]+")


def changed(text: str, values: Mapping[str, str]) -> str:
    """The text of the file with these variables; an empty one is begun with a head.

    Raises:
        Wrong: a value that can't be written so that it is read as it is.
    """
    text = text or HEAD
    for name, value in values.items():
        line = f"{name}={_quoted(name, value)}"
        other = _other(name)
        if _line(other).search(text):
            text = _line(other).sub(f"{other}=", text)
        if found := list(_line(name).finditer(text)):
            # The last one is what is read.
            start, end = found[-1].span()
            text = text[:start] + line + text[end:]
        else:
            about = ABOUT.get(name.removesuffix(IN_FILE), "")
            text = text if not text or text.endswith("\n") else text + "\n"
            text += f"\n# {about}\n{line}\n" if about else f"{line}\n"
    return text


def emptied(values: Mapping[str, str]) -> set[str]:
    """The names that hold nothing then: of a value and a file for it only one may be set."""
    return {_other(name) for name in values}


def replaced(text: str, values: Mapping[str, str]) -> list[str]:
    """The names that stand there with something else behind them."""
    found = []
    for name, value in values.items():
        lines = list(_line(name).finditer(text))
        there = lines[-1]["value"].strip().strip("'\"") if lines else ""
        if there and there != value:
            found.append(name)
    return found


def _other(name: str) -> str:
    return name.removesuffix(IN_FILE) if name.endswith(IN_FILE) else name + IN_FILE


def _line(name: str) -> re.Pattern[str]:
    return re.compile(rf"^[ \t]*(?:export[ \t]+)?{name}[ \t]*=(?P<value>[^\r\n]*)", re.MULTILINE)


def _quoted(name: str, value: str) -> str:
    """As both the bot and `docker run --env-file` read it."""
    if not value or _BARE.fullmatch(value):
        return value
    if "'" in value or "\\" in value or "${" in value:
        raise Wrong(
            f"{name} has signs that .env can't hold: write it into a file that only the bot's user can read, and set "
            f"{name}{IN_FILE} to its path",
            Why.FOLDER,
        )
    return f"'{value}'"
