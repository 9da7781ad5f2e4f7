"""The Hindi catalogue holds every sentence of the code, nothing else, and fills in the same names."""

import re
import string

import pytest
from babel.messages.catalog import Catalog, Message

from bot.i18n import DEFAULT, LANGUAGES, _, ngettext, use
from bot.i18n.__main__ import extract, renewed, written
from bot.i18n.catalogue import path, read

OTHERS = [language for language in LANGUAGES if language != DEFAULT]
CODES = re.compile(r"`[^`]*`|<[^>]*>")


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(text) for text in value or ())  # type: ignore[attr-defined]


def _messages(catalogue: Catalog) -> dict[tuple[str, ...], Message]:
    return {_texts(message.id): message for message in catalogue if message.id}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    return extract()


@pytest.fixture(scope="module")
def in_the_code(extracted: Catalog) -> set[tuple[str, ...]]:
    return set(_messages(extracted))


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_none_is_left_over(language: str, in_the_code: set[tuple[str, ...]]) -> None:
    messages = _messages(read(language))
    missing = in_the_code - set(messages)
    assert not missing, f"run python -m bot.i18n, then translate {sorted(missing)}"
    unused = set(messages) - in_the_code
    assert not unused, f"nobody says these any more; run python -m bot.i18n: {sorted(unused)}"
    empty = [
        texts for texts, message in messages.items() if not _texts(message.string) or not all(_texts(message.string))
    ]
    assert not empty, f"without a translation: {empty}"
    assert not [message.id for message in messages.values() if message.fuzzy], "a fuzzy translation is not used"


@pytest.mark.parametrize("language", OTHERS)
def test_translations_fill_in_the_same(language: str) -> None:
    wrong = []
    for texts, message in _messages(read(language)).items():
        for form, translated in enumerate(filter(None, _texts(message.string))):
            source = texts[form]
            same = [
                (_fields(source), _fields(translated)),
                (sorted(CODES.findall(source)), sorted(CODES.findall(translated))),
                (source.count("*") % 2, translated.count("*") % 2),
                (bool(source[:1].isspace()), bool(translated[:1].isspace())),
                (bool(source[-1:].isspace()), bool(translated[-1:].isspace())),
            ]
            wrong += [(source, translated, one, other) for one, other in same if one != other]
    assert not wrong


def test_fields_are_named_and_alone(in_the_code: set[tuple[str, ...]]) -> None:
    for texts in in_the_code:
        for text in texts:
            for field in _fields(text):
                assert field.isidentifier(), (
                    f"{{{field}}} in {text!r}: a translator needs a name to turn a sentence round"
                )


@pytest.mark.parametrize("language", OTHERS)
def test_the_file_is_as_the_command_writes_it(language: str, extracted: Catalog) -> None:
    assert written(renewed(language, extracted)) == path(language).read_text(encoding="utf-8"), "run python -m bot.i18n"


def test_a_sentence_without_a_translation_stays_english() -> None:
    with use("hi"):
        assert _("Nobody has ever said this.") == "Nobody has ever said this."
        assert ngettext("{n} such thing", "{n} such things", 2) == "{n} such things"
        assert _("") == "", "gettext answers the empty text with the catalogue's header"
