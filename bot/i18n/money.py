"""Rupees as people in India type and read them; inside they are whole paise."""

import re
import unicodedata
from decimal import Decimal

from babel.numbers import NumberFormatError, parse_decimal

from bot.i18n.numbers import number

MOST_MONEY = 10**11
"""Paise: no parcel is worth a hundred crore, so that is a slip of the finger."""
_AROUND = re.compile(r"^(₹|rs\.?|inr|रु\.?|रुपये)|(₹|rs\.?|inr|रु\.?|रुपये|/-)$", re.IGNORECASE)
_GROUPED = ("en_IN", "en_US")
"""1,00,000 and 100,000: both are seen in India."""


class NoMoney(ValueError):
    """What was typed is no amount of money."""


def money(paise: int) -> str:
    """An amount as it is read: ``₹1,23,456`` or ``₹99.50``."""
    return f"₹{number(Decimal(paise) / 100, 2)}" if paise % 100 else f"₹{number(paise // 100)}"


def paise(typed: str) -> int | None:
    """An amount of rupees as people type it, in paise: ``1,23,456.50``, ``₹ 500``, ``रु. ५००``; None for nothing.

    Raises:
        NoMoney: it is none, or could be read in two ways.
    """
    text = "".join(str(unicodedata.decimal(sign, sign)) for sign in typed.strip())
    text = re.sub(r"\s", "", _AROUND.sub("", _AROUND.sub("", text.strip()).strip()))
    if not typed.strip():
        return None
    rupees = _read(text)
    if rupees < 0 or rupees * 100 != int(rupees * 100) or rupees * 100 > MOST_MONEY:
        raise NoMoney(typed)
    return int(rupees * 100)


def _read(text: str) -> Decimal:
    if not re.fullmatch(r"[0-9,]+(\.[0-9]{1,2})?", text):
        raise NoMoney(text)
    for locale in _GROUPED:
        try:
            # Strict, or 12,50 would be read as twelve hundred and fifty.
            return Decimal(parse_decimal(text, locale=locale, strict=True))
        except NumberFormatError:
            continue
    raise NoMoney(text)
