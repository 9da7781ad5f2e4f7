"""What PostgreSQL's errors mean, and what to do about them."""

import re

import psycopg

from bot.store.dialects.backend import Trouble

_LONGEST = 300
AWAY = "Look whether the server runs and can be reached from here."
ANOTHER_ONE = "It is only read from here, as a copy that stands by is: name the server that is written to."
_NONE_WRITES = "None of its hosts can be written to: start the one that was, or promote another one."
_EACH_HOST = re.compile(
    r"^- host: .*?, hostaddr: (?:None|'[^']*'): (?:connection (?:failed|is bad): )?(.*)$", re.MULTILINE
)
"""Where there are several, what the driver says of each."""
_BUSY = "Another program holds what the bot needs: look which one (pg_stat_activity) and end it."
_GENERAL = "Look into the server's log."
_REFUSES = (
    "password authentication failed",
    "no password supplied",
    "no pg_hba.conf entry",
    "is not permitted to log in",
    "permission denied",
    "certificate verify failed",
    "invalid connection option",
    "invalid URI query parameter",
    "invalid sslmode value",
)
_CHECK = "Check the user, the password and the address in DATABASE_URL, and that the server lets the bot in."
CREATE = "CREATE DATABASE otc TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'"
_TODO = {
    "53100": "Free some space on the server's disk.",
    "53200": "Give the server more memory, or fewer connections.",
    "53300": "Raise max_connections, or end some of the server's other connections.",
    "58": "Look at the server's disk: it may be full, broken or gone.",
    "XX001": "It is damaged: put a good copy in its place.",
    "XX002": "An index of it is damaged: REINDEX DATABASE, or put a good copy in its place.",
    "25006": ANOTHER_ONE,
    "55P03": _BUSY,
    "57014": "The server was too busy to do it in time.",
    "42501": "Give the bot's user the right to make and change tables in its schema.",
    "42P01": "A table is gone: was it put back, or is it another database?",
    "3F000": "Its schema is gone: was it put back, or is it another database?",
    "40P01": _BUSY,
}
"""What to do next, by SQLSTATE or its class."""
_LASTING = frozenset({"XX001", "XX002"})
_AGAIN = frozenset({"40001", "40P01", "0A000"})
"""The server undid all of it. 0A000: a table has changed below a statement that was prepared."""
_LOST = frozenset({"25P03", "40003", "57P01", "57P02", "57P03", "57P05"})


def trouble_of(shown: str, error: BaseException) -> Trouble | None:
    """What an error of the driver means; None: the statement or its values are wrong."""
    state = getattr(error, "sqlstate", None)
    if state is None:
        return _without_a_state(shown, error)
    if state[:2] == "08" or state in _LOST:
        return _away(shown, error)
    todo = _TODO.get(state) or _TODO.get(state[:2])
    if state in _AGAIN or state == "25006":
        said = sentence(shown, error, todo or _GENERAL)
        return Trouble(said, same_as=state, again=state in _AGAIN, lost=state in ("25006", "0A000"))
    if todo or state[:2] in ("53", "XX"):
        return Trouble(sentence(shown, error, todo or _GENERAL), same_as=state, lasting=state in _LASTING)
    return None


def sentence(shown: str, error: BaseException, todo: str = _GENERAL) -> str:
    """What went wrong, and what to do about it."""
    return f"database {shown} can't be used: {words(error)}. {todo}"


def words(error: BaseException) -> str:
    """What the server says, in one line, and without the values that it names below."""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    hosts = _EACH_HOST.findall(str(said))
    # What follows is values, or asks whether the server runs.
    told = "; ".join(dict.fromkeys(hosts)) or str(said).partition("\nDETAIL")[0].partition("\n\t")[0]
    line = " ".join(told.split()).rstrip(".") or type(error).__name__
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"


def _away(shown: str, error: BaseException) -> Trouble:
    return Trouble(sentence(shown, error, AWAY), same_as="away", again=True, lost=True, away=True)


def _without_a_state(shown: str, error: BaseException) -> Trouble | None:
    """Of a connection that did not come about, or broke, the driver has no SQLSTATE, only words."""
    said = str(error)
    if any(word in said for word in _REFUSES):
        return Trouble(sentence(shown, error, _CHECK), lost=True)
    if not isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return None
    if "FATAL" in said and "does not exist" in said:
        return Trouble(sentence(shown, error, f"Make it, in the order of its bytes: {CREATE}"), lost=True)
    if "too many" in said or "remaining connection slots" in said:
        return Trouble(sentence(shown, error, _TODO["53300"]), same_as="away", lost=True, away=True)
    if "read-only" in said or "hot standby" in said:
        todo = _NONE_WRITES if _EACH_HOST.search(said) else ANOTHER_ONE
        return Trouble(sentence(shown, error, todo), same_as="away", lost=True, away=True)
    return _away(shown, error)
