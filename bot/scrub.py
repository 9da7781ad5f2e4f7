"""What no line of the log and nothing that leaves the machine may hold, taken out where something was careless."""

import re

INSTEAD = "…"
_SECRETS = re.compile(
    r"""
    xox[a-z]-[\w-]+ | xapp-[\w-]+                        # Slack's tokens
    | whsec_[\w+/=-]+                                    # what webhooks are signed with
    | (?<=://)[^\s/@]+@                                  # who logs in at an address, and with what
    | (?i:(?<=bearer\s)|(?<=basic\s))[\w.~+/=-]{6,}      # what a header opens doors with
    | (?i:(?<=token=)|(?<=secret=)|(?<=password=))[^\s&'"]+
    | (?<=hooks\.slack\.com/)[^\s'"]+                    # a response_url: whoever has it can write there
    """,
    re.VERBOSE,
)
_DIGITS = re.compile(r"\d(?:[\d \u00a0-]*\d)?")
_MOST_DIGITS = 3
"""In a row, or in groups as a code is read out: one more may be a code, a phone number or a parcel."""


def scrubbed(text: str) -> str:
    """A text without what opens a door."""
    return _SECRETS.sub(INSTEAD, text)


def unnumbered(text: str) -> str:
    """The same, also without any number that may be a code, a phone number or a parcel."""
    return _DIGITS.sub(_short, scrubbed(text))


def _short(found: re.Match[str]) -> str:
    return found[0] if sum(map(str.isdigit, found[0])) <= _MOST_DIGITS else INSTEAD
