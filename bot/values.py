"""Values as people type and copy them into `.env` and bot.toml: bared of what nobody meant, and looked at."""

import re
import stat
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
AROUND = " \t\r\n\v\f\u00a0\u200b\u200c\u200d\u2060\ufeff"
"""Signs that a copied value has around it and that nobody sees."""
IN_FILE = "_FILE"
"""After a variable's name: the file that holds its value."""
MOST_BYTES = 64 * 1024
"""Of such a file: more is no credential."""


_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


class SecretFileError(ValueError):
    """Why a credential can't be had from its file: which variable, what is wrong and what to do, and never a value."""


class FromFile(str):
    """A value that stood in a file: whatever it is, it is not shown."""

    __slots__ = ()


def unquoted(value: str) -> str:
    """The value without what nobody meant: spaces and one pair of quotes around it."""
    bare = value.strip(AROUND)
    if len(bare) >= 2 and bare[0] == bare[-1] and bare[0] in "'\"":
        bare = bare[1:-1].strip(AROUND)
    return bare


def secret_of(environment: Mapping[str, str], name: str) -> str | None:
    """A credential: what the variable holds, or the file that the variable of this name and `_FILE` names.

    None where neither is set, or to nothing that can be seen. The environment has its names in capitals.

    Raises:
        SecretFileError: both are set, or the file has no value to give.
    """
    value, path = (unquoted(environment.get(one.upper(), "")) for one in (name, name + IN_FILE))
    if not path:
        return value or None
    if value:
        raise SecretFileError(f"{name} and {name}{IN_FILE} are both set: unset one of them")
    try:
        return FromFile(_value_in(Path(path)))
    except SecretFileError as error:
        # Who mistakes one variable for the other has written the credential itself there, so it is not shown.
        raise SecretFileError(f"{name}{IN_FILE} {error}") from None


def _value_in(path: Path) -> str:
    content = _content(path)
    if len(content) > MOST_BYTES:
        most = MOST_BYTES // 1024
        raise SecretFileError(f"names a file of more than {most} KiB: it is to hold the value and no more")
    try:
        value = unquoted(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        at = error.start + 1
        raise SecretFileError(f"names a file that is not UTF-8 text, at byte {at}: save it as plain text") from None
    if not value:
        raise SecretFileError("names a file that is empty: write the value into it")
    if len(value.splitlines()) > 1:
        raise SecretFileError("names a file of several lines: it is to hold the value and no more")
    return value


def _content(path: Path) -> bytes:
    """The file, of one that is too large no more than tells it."""
    content = b""
    try:
        mode = path.stat().st_mode
        # What is none is not opened: a pipe would be waited for.
        if stat.S_ISREG(mode):
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise SecretFileError("names a file that is not there: write its whole path") from None
    except PermissionError:
        raise SecretFileError("names a file that can't be read: let the bot's user read it and its folders") from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        raise SecretFileError(f"names a file that can't be read: {why or 'that is no path'}") from None
    if stat.S_ISDIR(mode):
        raise SecretFileError("names a folder: name the file in it that holds the value")
    if not stat.S_ISREG(mode):
        raise SecretFileError("names what is not a file: put the value into a file")
    return content


def trimmed(value: Any) -> Any:
    """What a TOML file holds, its texts without spaces around them."""
    if isinstance(value, dict):
        return {key: trimmed(one) for key, one in value.items()}
    if isinstance(value, list):
        return [trimmed(one) for one in value]
    return value.strip(AROUND) if isinstance(value, str) else value


def meant(word: str, known: Iterable[str], alike: float = 0.75) -> str | None:
    """Which of the known words somebody meant who wrote another one; None: nobody can tell.

    Args:
        word: as it was written.
        known: the right ones.
        alike: how much they must have in common, from 0 to 1.
    """
    return next(iter(get_close_matches(word, list(known), n=1, cutoff=alike)), None)


def of_kind(error: Mapping[str, Any], key: str) -> str | None:
    """What a value of a TOML file must be that is of another kind; None where something else is wrong with it.

    Args:
        error: one of pydantic's.
        key: where the value stands, such as `locations[1].name`.
    """
    match error["type"]:
        case "string_type":
            return 'must be text in quotes, such as "this"'
        case "list_type" | "tuple_type" if isinstance(error["input"], dict):
            return f"must begin with [[{key}]], in two brackets each"
        case "list_type" | "tuple_type":
            return 'must be a list in brackets, such as ["this"]'
        case "dict_type" | "model_type":
            name = key.partition("[")[0]
            head = f"[{name}]" if name == key else f"[[{name}]]"
            return f"must be a table: a line {head}, and below it what belongs to it"
    return None


def is_variable(text: str) -> bool:
    """Whether it looks like the name of a variable, and not like what one holds: that is not to be shown."""
    return bool(_VARIABLE.fullmatch(text))


def is_word(value: str) -> bool:
    """Whether it can be a token or an id: nothing in it that a header can not carry."""
    return value.isascii() and value.isprintable() and " " not in value


def is_safe(address: str) -> bool:
    """Whether it is an https address without a user or query; plain http is for this machine only."""
    try:
        parts = urlsplit(address)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        plain = all(32 < ord(sign) < 127 for sign in address) and not any(sign in address for sign in "@?#\\")
        return safe and bool(parts.hostname) and plain and parts.port != 0
    except ValueError:
        return False


def is_dsn(address: str) -> bool:
    """Whether it is what Sentry calls a DSN; plain http is for this machine only."""
    scheme, _, rest = address.partition("://")
    key, at, where = rest.partition("@")
    # Sentry's old ones have a secret behind the key.
    return bool(at) and key.replace(":", "").isalnum() and is_safe(f"{scheme}://{where}") and _ends_in_number(where)


def _ends_in_number(path: str) -> bool:
    last = path.rpartition("/")[2]
    return last.isascii() and last.isdigit()
