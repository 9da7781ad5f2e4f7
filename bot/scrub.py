"""What no line of the log and nothing that leaves the machine may hold, taken out where something was careless."""

import re

INSTEAD = "…"
_SLACKS = r"(?i:xox[a-z][-.]|xapp-)"
"""With what Slack's tokens begin."""
_SECRETS = re.compile(
    _SLACKS
    + r"""[\w-]+(?:\.[\w-]+)*
    | whsec_[\w+/=-]+                                    # what webhooks are signed with
    | (?<=://)[^\s/]+(?=@)                               # who logs in at an address, and with what
    | (?i:(?<=bearer\s)|(?<=basic\s)(?!information\b))[\w.~+/=-]{6,}  # what a header opens doors with; a page of Slack
    | (?i:(?<=token=)|(?<=secret=)|(?<=password=))[^\s&'"]+
    | (?<=hooks\.slack\.com/)[^\s'"]+                    # a response_url: whoever has it can write there
    """,
    re.VERBOSE,
)
_LIKE_ONE = re.compile(rf"[#@]?(?:{_SLACKS}|whsec_)")
_DIGITS = re.compile(r"\d(?:[\d \u00a0-]*\d)?")
_MOST_DIGITS = 3
"""In a row, or in groups as a code is read out: one more may be a code, a phone number or a parcel."""


def scrubbed(text: str) -> str:
    """A text without what opens a door."""
    return _SECRETS.sub(INSTEAD, text)


def is_token(text: str) -> bool:
    """Whether a text looks like a token, also one that somebody took for a name: it is not said again."""
    return bool(_LIKE_ONE.match(text))


def unnumbered(text: str) -> str:
    """The same, also without any number that may be a code, a phone number or a parcel."""
    return _DIGITS.sub(_short, scrubbed(text))


def _short(found: re.Match[str]) -> str:
    return found[0] if sum(map(str.isdigit, found[0])) <= _MOST_DIGITS else INSTEAD
