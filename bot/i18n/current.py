"""Which language the texts of this task are in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from babel import Locale

DEFAULT = "en"
LANGUAGES = {"en": "English", "hi": "हिन्दी"}
"""What the bot speaks, each by the name that its speakers give it."""

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)


def language() -> str:
    """The language of this task: a key of LANGUAGES."""
    return _language.get()


@contextmanager
def use(language: str) -> Iterator[None]:
    """Everything said within is said in this language, also by tasks that are started within.

    Args:
        language: a key of LANGUAGES, or a locale such as ``hi-IN``; what nobody speaks here becomes English.
    """
    token = _language.set(closest(language))
    try:
        yield
    finally:
        _language.reset(token)


def named(typed: str) -> str | None:
    """The language that somebody names by its key, by its own name or in English; None: there is none."""
    word = typed.strip().casefold()
    for key, name in LANGUAGES.items():
        english = Locale.parse(key, sep="-").get_display_name(DEFAULT) or ""
        if word in (key.casefold(), name.casefold(), english.casefold()):
            return key
    return None


def closest(locale: str) -> str:
    """The language for a locale as Slack or a browser writes it: "hi-IN" and "hi_IN" are "hi", all else is "en"."""
    first = locale.replace("_", "-").partition("-")[0].lower()
    return first if first in LANGUAGES else DEFAULT
