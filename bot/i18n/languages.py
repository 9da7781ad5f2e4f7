"""Which languages there are: English as it stands in the code, and each folder of `locales/` with a catalogue.

The head of a catalogue names its language (`X-Name`) and says whether it is a draft (`X-Draft: yes`): what a draft has
no words for yet is said in English. To begin one: `python -m bot.i18n init ta`.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.plural import to_gettext

DEFAULT = "en"
DOMAIN = "otc-bot"
FOLDER = Path(__file__).parent / "locales"
_HEAD = """msgid ""
msgstr ""
"Language: {language}\\n"
"X-Name: {name}\\n"
{draft}"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Without the dates that babel writes: a catalogue differs only when a sentence does."""


class NoLanguage(ValueError):
    """It is none that CLDR, Unicode's collection of what languages are like, knows."""


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a catalogue says."""

    language: str
    """Its key, the folder's name: ``hi``, or with a script ``hi-Latn``."""
    name: str
    """By which its speakers know it."""
    plurals: str
    """Its plural rules, as gettext writes them."""
    draft: bool = False

    @classmethod
    def read(cls, file: Path) -> "Head":
        """From a catalogue. Raises OSError."""
        said = dict(_fields(file))
        name, plurals = said.get("X-Name", ""), said.get("Plural-Forms", "")
        return cls(file.parts[-3], name or file.parts[-3], plurals, said.get("X-Draft") == "yes")

    @classmethod
    def new(cls, language: str, name: str = "") -> "Head":
        """Of a language that is begun, as CLDR has it. Raises NoLanguage."""
        locale = _parsed(language)
        if locale is None:
            raise NoLanguage(language)
        plurals = to_gettext(locale.plural_form)
        return cls(str(locale).replace("_", "-"), name or str(locale.get_display_name(locale)), plurals, draft=True)

    @property
    def text(self) -> str:
        """As it stands in the file."""
        draft = '"X-Draft: yes\\n"\n' if self.draft else ""
        return _HEAD.format(language=self.language, name=self.name, plurals=self.plurals, draft=draft)


def path(language: str, folder: Path = FOLDER) -> Path:
    """Where the translations into a language stand."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def _fields(file: Path) -> Iterator[tuple[str, str]]:
    """The lines of a catalogue's head; no more of it is read."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.strip():
                return
            if line.startswith('"'):
                name, _colon, value = str(ast.literal_eval(line.strip())).partition(":")
                yield name, value.strip()


def _parsed(language: str) -> Locale | None:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return None


HEADS = {head.language: head for head in (Head.read(file) for file in sorted(FOLDER.glob(f"*/*/{DOMAIN}.po")))}
"""What there is beside English, by key."""
LANGUAGES = {DEFAULT: "English", **{key: head.name for key, head in HEADS.items()}}
"""What the bot speaks, each by the name that its speakers give it."""
DRAFTS = frozenset(key for key, head in HEADS.items() if head.draft)
"""Those of which not every sentence is translated."""
_BY_FOLDED = {key.casefold(): key for key in LANGUAGES}


@cache
def cldr(language: str) -> Locale:
    """How numbers and dates are written in a language, in India if it is spoken there."""
    return _parsed(f"{language}-IN") or Locale.parse(language, sep="-")


def closest(locale: str) -> str:
    """The language for a locale as Slack or a browser writes it, such as "hi-IN", "hi_Latn_IN" or "hi"; else English.

    Whoever reads Hindi in one script need not read it in another: "hi-Deva" is "hi", which is written so, but "hi-Latn"
    is no other than itself.
    """
    first, *more = locale.replace("_", "-").split("-")
    script = more[0] if more and len(more[0]) == 4 and more[0].isalpha() else ""
    if script and (found := _BY_FOLDED.get(f"{first}-{script}".casefold())):
        return found
    if script and script.casefold() != _usual_script(first.casefold()):
        return DEFAULT
    return _BY_FOLDED.get(first.casefold(), DEFAULT)


def _usual_script(language: str) -> str:
    """In which script a language is written unless it says another, such as "deva"; empty: nobody knows."""
    parts = str(get_global("likely_subtags").get(language, "")).split("_")
    return parts[1].casefold() if len(parts) > 1 else ""


def named(typed: str) -> str | None:
    """The language that somebody names by its key, by its own name or in English; None: there is none."""
    word = typed.strip().casefold()
    for key, name in LANGUAGES.items():
        english = str(Locale.parse(key, sep="-").get_display_name(DEFAULT) or "")
        if word in (key.casefold(), name.casefold(), english.casefold()):
            return key
    return None


def is_language(value: str) -> str:
    """The key of a language that there is, as a setting gives it. Raises ValueError."""
    if value not in LANGUAGES:
        there = ", ".join(f'"{key}"' for key in LANGUAGES)
        raise ValueError(f"must be one of {there}")
    return value
