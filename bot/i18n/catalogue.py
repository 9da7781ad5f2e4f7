"""The gettext catalogue, read from its source at first use.

There is no compiled file to forget: a few hundred sentences are read in some milliseconds.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.i18n.current import DEFAULT

DOMAIN = "otc-bot"
HERE = Path(__file__).parent


def path(language: str) -> Path:
    """Where the translations into a language stand."""
    return HERE / "locales" / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read(language: str) -> Catalog:
    """The catalogue as its source has it. Raises OSError and babel's PoFileError."""
    with path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@cache
def translations(language: str) -> NullTranslations:
    """What translates into a language; English is what stands in the code."""
    if language == DEFAULT:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return GNUTranslations(compiled)
