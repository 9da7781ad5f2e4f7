"""The languages that people read: English as it stands in the code, the others from gettext catalogues.

A sentence for a person is written once, in English, inside `_()` or `ngettext()`; the names in it are filled in
afterwards: ``_("{name} asked for the Start OTC.").format(name=name)``, never an f-string, so that a translator can turn
it round. What stands in a table at import time is marked with `N_()` and translated by `_()` where it is used.

Where one English word means several things, it is said with what it is about, by `pgettext()`, or `NC_()` in a table:
``pgettext("time", "Left")``. Each has a translation of its own.

The language is a ContextVar: every task has its own, and a task that is started has that of the task that started it.

`python -m bot.i18n` renews the catalogues after a sentence has changed.
"""

from bot.i18n.catalogue import translations
from bot.i18n.current import language, use
from bot.i18n.languages import DEFAULT, DRAFTS, LANGUAGES, closest, is_language, named
from bot.i18n.money import money
from bot.i18n.numbers import clock, date, date_time, month, number, span

__all__ = [
    "DEFAULT",
    "DRAFTS",
    "LANGUAGES",
    "NC_",
    "N_",
    "_",
    "clock",
    "closest",
    "date",
    "date_time",
    "is_language",
    "language",
    "money",
    "month",
    "named",
    "ngettext",
    "number",
    "pgettext",
    "span",
    "use",
]

_ABOUT = "\x04"
"""Between what a word is about and the word, as gettext keeps the two."""


def N_(text: str) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Marks a sentence of a table for the catalogue; `_()` translates it where it is used."""
    return text


def NC_(about: str, text: str) -> str:  # noqa: N802 - as N_
    """The same for a word that also means something else: `about` goes with it to `_()`, and is never shown."""
    return f"{about}{_ABOUT}{text}"


def _(text: str) -> str:
    """The sentence in the current language, or as it is where there is no translation."""
    return translations(language()).gettext(text).rpartition(_ABOUT)[2] if text else ""


def pgettext(about: str, text: str) -> str:
    """The same for a word that also means something else; `about` is for translators alone."""
    return translations(language()).pgettext(about, text)


def ngettext(one: str, many: str, n: int) -> str:
    """The same for a sentence about `n` things; the number itself is filled in by the caller, as `number(n)`."""
    return translations(language()).ngettext(one, many, n)
