"""The gettext catalogues, each read from its source at first use.

There is no compiled file to forget: a few hundred sentences are read in some milliseconds.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.i18n.languages import DEFAULT, DOMAIN, FOLDER, path


def read(language: str, folder: Path = FOLDER) -> Catalog:
    """The catalogue as its source has it. Raises OSError and babel's PoFileError."""
    with path(language, folder).open("rb") as file:
        return read_po(file, locale=Locale.parse(language, sep="-"), domain=DOMAIN)


@cache
def translations(language: str, folder: Path = FOLDER) -> NullTranslations:
    """What translates into a language; English is what stands in the code, and in place of what is not translated."""
    if language == DEFAULT:
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read(language, folder))
    compiled.seek(0)
    return GNUTranslations(compiled)
