"""Each catalogue holds every sentence of the code, nothing else, and fills in the same names; a draft may lack some."""

import ast
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from bot.i18n import DRAFTS, LANGUAGES, NC_, _, ngettext, pgettext, use
from bot.i18n.__main__ import begin, extract, marked, renewed, written
from bot.i18n.__main__ import missing as untranslated
from bot.i18n.catalogue import read, translations
from bot.i18n.languages import DEFAULT, HEADS, Head, NoLanguage, path

OTHERS = [language for language in LANGUAGES if language != DEFAULT]
CODES = re.compile(r"`[^`]*`|<[^>]*>")


def _texts(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(str(text) for text in value or ())  # type: ignore[attr-defined]


Key = tuple[str, tuple[str, ...]]
"""What a sentence is about, mostly nothing, and its texts."""


def _messages(catalogue: Catalog) -> dict[Key, Message]:
    return {(message.context or "", _texts(message.id)): message for message in catalogue if message.id}


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.fixture(scope="module")
def extracted() -> Catalog:
    return extract()


@pytest.fixture(scope="module")
def in_the_code(extracted: Catalog) -> set[Key]:
    return set(_messages(extracted))


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_and_none_is_left_over(language: str, in_the_code: set[Key]) -> None:
    messages = _messages(read(language))
    missing = in_the_code - set(messages)
    assert not missing, f"run python -m bot.i18n, then translate {sorted(missing)}"
    unused = set(messages) - in_the_code
    assert not unused, f"nobody says these any more; run python -m bot.i18n: {sorted(unused)}"
    empty = untranslated(read(language))
    assert not empty or language in DRAFTS, f"without a translation: {empty}"
    assert empty or language not in DRAFTS, "all of it is translated: take the line X-Draft out of its head"
    assert not [message.id for message in messages.values() if message.fuzzy], "a fuzzy translation is not used"


@pytest.mark.parametrize("language", OTHERS)
def test_translations_fill_in_the_same(language: str) -> None:
    wrong = []
    for (_about, texts), message in _messages(read(language)).items():
        for form, translated in enumerate(filter(None, _texts(message.string))):
            source = texts[min(form, len(texts) - 1)]
            same = [
                (_fields(source), _fields(translated)),
                (sorted(CODES.findall(source)), sorted(CODES.findall(translated))),
                (source.count("*") % 2, translated.count("*") % 2),
                (bool(source[:1].isspace()), bool(translated[:1].isspace())),
                (bool(source[-1:].isspace()), bool(translated[-1:].isspace())),
            ]
            wrong += [(source, translated, one, other) for one, other in same if one != other]
    assert not wrong


def test_fields_are_named_and_alone(in_the_code: set[Key]) -> None:
    for _about, texts in in_the_code:
        for text in texts:
            for field in _fields(text):
                assert field.isidentifier(), (
                    f"{{{field}}} in {text!r}: a translator needs a name to turn a sentence round"
                )


@pytest.mark.parametrize("language", OTHERS)
def test_the_file_is_as_the_command_writes_it(language: str, extracted: Catalog) -> None:
    assert written(renewed(language, extracted), HEADS[language]) == path(language).read_text(encoding="utf-8"), (
        "run python -m bot.i18n"
    )


def test_a_sentence_without_a_translation_stays_english() -> None:
    with use("hi"):
        assert _("Nobody has ever said this.") == "Nobody has ever said this."
        assert ngettext("{n} such thing", "{n} such things", 2) == "{n} such things"
        assert _("") == "", "gettext answers the empty text with the catalogue's header"


@pytest.mark.parametrize(
    ("language", "name", "plurals"),
    [
        ("ta", "தமிழ்", "plural=(((n == 1)) ? 0 : 1);"),
        ("bn", "বাংলা", "plural=((((n == 0)) || ((n == 1))) ? 0 : 1);"),
        ("pa-Arab", "پنجابی (عربی)", "plural=(((n >= 0 && n <= 1)) ? 0 : 1);"),
    ],
)
def test_a_language_is_begun_with_what_unicode_knows_of_it(
    tmp_path: Path, language: str, name: str, plurals: str, extracted: Catalog
) -> None:
    head = begin(language, "", tmp_path)
    assert head == Head(language, name, f"nplurals=2; {plurals}", draft=True)
    file = path(language, tmp_path)
    assert Head.read(file) == head
    with file.open("rb") as begun:
        catalogue = read_po(begun)
    catalogue.update(extracted)
    file.write_text(written(catalogue, head), encoding="utf-8")
    assert Head.read(file) == head
    with pytest.raises(FileExistsError):
        begin(language, "", tmp_path)


def test_what_a_draft_has_no_words_for_is_said_in_english(tmp_path: Path, extracted: Catalog) -> None:
    head = begin("ta", "", tmp_path)
    catalogue = read("ta", tmp_path)
    catalogue.update(extracted)
    catalogue["Refuse"].string = "மறு"
    catalogue["{n} minute"].string = ("{n} நிமிடம்", "{n} நிமிடங்கள்")
    path("ta", tmp_path).write_text(written(catalogue, head), encoding="utf-8")
    draft = translations("ta", tmp_path)
    assert draft.gettext("Refuse") == "மறு"
    assert [draft.ngettext("{n} minute", "{n} minutes", n) for n in (1, 2)] == ["{n} நிமிடம்", "{n} நிமிடங்கள்"]
    assert draft.gettext("Save count") == "Save count"
    assert [draft.ngettext("{n} day", "{n} days", n) for n in (1, 2)] == ["{n} day", "{n} days"]
    assert draft.pgettext("time", "Left") == "Left"


@pytest.mark.parametrize("language", ["xx", "../hi", "", "hi-Latn-Latn-IN"])
def test_what_is_no_language_is_not_begun(tmp_path: Path, language: str) -> None:
    with pytest.raises(NoLanguage):
        begin(language, "", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_word_with_two_meanings_is_said_with_what_it_is_about() -> None:
    assert list(
        marked(ast.parse('pgettext("time", "Left"), NC_("rest", "Left"), _("Left"), pgettext(about, "Left")'))
    ) == [
        ("time", ("Left",)),
        ("rest", ("Left",)),
        (None, ("Left",)),
    ]
    there = {about for about, texts in _messages(read("hi")) if texts == ("Left",)}
    assert there == {"time"}
    for language, said in (("en", "Left"), ("hi", "गए")):
        with use(language):
            assert pgettext("time", "Left") == _(NC_("time", "Left")) == said
            assert pgettext("nobody", "Left") == _(NC_("nobody", "Left")) == "Left"
