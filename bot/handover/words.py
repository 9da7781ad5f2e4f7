"""Reading words that nobody publishes a list of: statuses and seller configurations are compared loosely."""


def squash(word: str) -> str:
    """Drops case, spaces and punctuation: ``"End_OTC page"`` and ``"ENDOTCPAGE"`` are the same word."""
    return "".join(c for c in word.casefold() if c.isalnum())
