"""Which language the texts of this task are in."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from bot.i18n.languages import DEFAULT, closest

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
