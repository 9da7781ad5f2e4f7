"""`python -m bot.i18n` renews the catalogues from the code, and says what waits for a translator.

It goes through the code of `bot/`, adds new sentences without a translation, and drops those that are gone. Then
translate what is empty in `bot/i18n/locales/<language>/LC_MESSAGES/otc-bot.po`; the tests in `tests/i18n/` name what is
missing.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.i18n.catalogue import DOMAIN, path, read
from bot.i18n.current import DEFAULT, LANGUAGES

MARKS = {"_": 1, "N_": 1, "ngettext": 2}
"""How many sentences each takes. Read from the syntax tree: babel's own reader does not look into f-strings."""
WIDTH = 120
HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Plural-Forms: {plurals}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Without the dates that babel writes: a catalogue differs only when a sentence does."""


def marked(tree: ast.AST) -> Iterator[tuple[str, ...]]:
    """The sentences inside the marks of a module: one text, or two for `ngettext`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            given = node.args[: MARKS[node.func.id]]
            texts = tuple(arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
            if texts:
                yield texts


def extract() -> Catalog:
    """Every sentence that the code marks, with the files in which it stands."""
    found = Catalog(project=DOMAIN)
    package = Path(__file__).parents[1]
    for file in sorted(package.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if "bot.i18n" not in source:
            continue  # it has no marks, and parsing is what takes the time
        for texts in marked(ast.parse(source)):
            place = f"{package.name}/{file.relative_to(package).as_posix()}"
            found.add(texts if len(texts) > 1 else texts[0], locations=[(place, 0)])
    return found


def renewed(language: str, extracted: Catalog) -> Catalog:
    """The language's catalogue with the sentences of the code, keeping what is translated."""
    catalogue = read(language)
    catalogue.update(extracted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog) -> str:
    """The catalogue as the file in the repository has it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_by_file=True, omit_header=True, include_lineno=False)
    head = HEADER.format(language=catalogue.locale_identifier, plurals=catalogue.plural_forms.rstrip(";") + ";")
    return head + file.getvalue().decode().strip() + "\n"


def missing(catalogue: Catalog) -> list[str]:
    """The sentences that nobody has translated."""
    found = []
    for message in catalogue:
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.id and not (strings and all(strings)):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def main() -> None:
    """Renews every catalogue."""
    extracted = extract()
    for language in LANGUAGES:
        if language == DEFAULT:
            continue
        catalogue = renewed(language, extracted)
        path(language).write_text(written(catalogue), encoding="utf-8")
        waiting = missing(catalogue)
        print(f"{path(language)}: {len(waiting)} without a translation", *waiting, sep="\n  ")


if __name__ == "__main__":
    main()
