"""`python -m bot.i18n` renews the catalogues from the code, and says what waits for a translator; `init ta` begins one.

It goes through the code of `bot/`, adds new sentences without a translation, and drops those that are gone. Then
translate what is empty in `bot/i18n/locales/<language>/LC_MESSAGES/otc-bot.po`; the tests in `tests/i18n/` name what is
missing. A catalogue that is begun is a draft, in which sentences may be missing, until its line `X-Draft` is taken out.
"""

import argparse
import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from bot.i18n.catalogue import read
from bot.i18n.languages import DOMAIN, FOLDER, HEADS, Head, NoLanguage, path

MARKS = {"_": 1, "N_": 1, "ngettext": 2, "pgettext": 2, "NC_": 2}
"""How many texts each takes. Read from the syntax tree: babel's own reader does not look into f-strings."""
ABOUT = frozenset({"pgettext", "NC_"})
"""Those whose first text says what the second is about."""
WIDTH = 120


def marked(tree: ast.AST) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """What the marks of a module are about, and the sentences inside: one text, or two for `ngettext`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            given = node.args[: MARKS[node.func.id]]
            texts = tuple(arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str))
            if len(texts) == MARKS[node.func.id]:
                yield (texts[0], texts[1:]) if node.func.id in ABOUT else (None, texts)


def extract() -> Catalog:
    """Every sentence that the code marks, with the files in which it stands."""
    found = Catalog(project=DOMAIN)
    package = Path(__file__).parents[1]
    for file in sorted(package.rglob("*.py")):
        source = file.read_text(encoding="utf-8")
        if "bot.i18n" not in source:
            continue  # it has no marks, and parsing is what takes the time
        for about, texts in marked(ast.parse(source)):
            place = f"{package.name}/{file.relative_to(package).as_posix()}"
            found.add(texts if len(texts) > 1 else texts[0], locations=[(place, 0)], context=about)
    return found


def renewed(language: str, extracted: Catalog) -> Catalog:
    """The language's catalogue with the sentences of the code, keeping what is translated."""
    catalogue = read(language)
    catalogue.update(extracted, no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def written(catalogue: Catalog, head: Head) -> str:
    """The catalogue as the file in the repository has it."""
    file = io.BytesIO()
    write_po(file, catalogue, width=WIDTH, sort_by_file=True, omit_header=True, include_lineno=False)
    return head.text + file.getvalue().decode().strip() + "\n"


def missing(catalogue: Catalog) -> list[str]:
    """The sentences that nobody has translated, or that became others since (fuzzy, as gettext calls it)."""
    found = []
    for message in catalogue:
        strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
        if message.id and (message.fuzzy or not (strings and all(strings))):
            found.append(message.id if isinstance(message.id, str) else message.id[0])
    return found


def renew(head: Head, extracted: Catalog) -> None:
    """Renews a catalogue, and says what waits for a translator; of a draft only how much that is."""
    file = path(head.language)
    catalogue = renewed(head.language, extracted)
    file.write_text(written(catalogue, head), encoding="utf-8")
    waiting = missing(catalogue)
    if head.draft:
        print(f"{file}: {len(waiting)} of {len(catalogue)} without a translation (a draft)")
    else:
        print(f"{file}: {len(waiting)} without a translation", *waiting, sep="\n  ")


def begin(language: str, name: str, folder: Path = FOLDER) -> Head:
    """Begins the catalogue of a language, as a draft. Raises NoLanguage, and FileExistsError."""
    head = Head.new(language, name)
    file = path(head.language, folder)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("x", encoding="utf-8") as new:
        new.write(head.text)
    return head


def main() -> None:
    """Renews every catalogue, or begins one."""
    parser = argparse.ArgumentParser("python -m bot.i18n", description="Renews every catalogue from the code.")
    begins = parser.add_subparsers(dest="command").add_parser("init", help="begin a catalogue, as a draft")
    begins.add_argument("language", help="such as ta, or with a script hi-Latn")
    begins.add_argument("--name", default="", help="by which its speakers know it; else as Unicode has it")
    told = parser.parse_args()
    heads = list(HEADS.values())
    if told.command == "init":
        try:
            heads = [begin(told.language, told.name)]
        except NoLanguage as error:
            parser.error(f"Unicode knows no language {error}")
        except FileExistsError as error:
            parser.error(f"{error.filename} is there already")
    extracted = extract()
    for head in heads:
        renew(head, extracted)


if __name__ == "__main__":
    main()
