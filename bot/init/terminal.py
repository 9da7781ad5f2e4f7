"""The terminal at which somebody sits: what is said, asked, and typed without being seen."""

import getpass
import sys
import warnings

import typer

from bot.init.wrong import Wrong
from bot.values import unquoted

UNREADABLE = "\ufffd"
"""In place of signs that can't be read; no credential has it."""


class Terminal:
    """Reads answers as they are meant, without what a copied value has around it."""

    def say(self, line: str = "") -> None:
        """A line for the person."""
        typer.echo(line)

    def ask(self, question: str, default: str = "", shown: str = "") -> str:
        """An answer, or the default where nothing was typed; `shown` stands for a default that is empty."""
        hint = default or shown
        while True:
            try:
                return unquoted(input(f"{question}{f' [{hint}]' if hint else ''}: ")) or default
            except UnicodeDecodeError:
                self.say("  FAIL  this terminal sends signs that are not UTF-8: type it in English letters")

    def ask_hidden(self, question: str) -> str:
        """An answer that nobody sees; empty where nothing was typed. Raises Wrong where it would be seen."""
        with warnings.catch_warnings():
            warnings.simplefilter("error", getpass.GetPassWarning)
            try:
                return unquoted(getpass.getpass(f"{question}: "))
            except UnicodeDecodeError:
                return UNREADABLE
            except getpass.GetPassWarning:
                raise Wrong("this terminal would show what you type: start it in another one") from None

    def agrees(self, question: str, *, default: bool) -> bool:
        """Whether the person says yes."""
        while True:
            typed = self.ask(question, "y" if default else "n").casefold()
            if typed in ("y", "yes"):
                return True
            if typed in ("n", "no"):
                return False
            self.say("  Type y for yes or n for no.")


def is_there() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin.isatty() and sys.stdout.isatty()
