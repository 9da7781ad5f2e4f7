"""Numbers, dates and lengths of time as readers in India write them, in the language of the task.

Numbers are grouped by Indian custom, 1,00,000, and written in the digits 0 to 9, in every language.
"""

from datetime import date as calendar_date
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal

from babel.dates import format_date
from babel.numbers import format_decimal

from bot.clock import local_clock
from bot.i18n.catalogue import translations
from bot.i18n.current import language
from bot.i18n.languages import cldr


def number(n: int | float | Decimal, decimals: int = 0) -> str:
    """A number with its groups: ``1,00,000``; with `decimals` digits after the point, rounded."""
    if isinstance(n, int) and not decimals and -1000 < n < 1000:
        return str(n)
    pattern = "#,##,##0." + "0" * decimals if decimals else "#,##,##0"
    return str(format_decimal(n, format=pattern, locale=cldr(language())))


def clock(moment: datetime, zone: tzinfo) -> str:
    """The time of day at the dock, such as ``14:05 IST``."""
    return local_clock(moment, zone)


def date(moment: datetime | calendar_date, zone: tzinfo | None = None) -> str:
    """The day, such as ``4 Mar 2026`` or ``4 मार्च 2026``; `zone` says in which zone a moment's day is meant."""
    if isinstance(moment, datetime) and zone is not None:
        moment = moment.astimezone(zone)
    return str(format_date(moment, "d MMM y", locale=cldr(language())))


def month(first: calendar_date) -> str:
    """The month of a day, such as ``March 2026`` or ``मार्च 2026``."""
    return str(format_date(first, "LLLL y", locale=cldr(language())))


def date_time(moment: datetime, zone: tzinfo) -> str:
    """Day and time of day, such as ``4 Mar 2026, 14:05 IST``."""
    return f"{date(moment, zone)}, {clock(moment, zone)}"


def span(length: timedelta) -> str:
    """A duration as people say it: "under a minute", "7 min", "1 h 20 min"."""
    _, ngettext = translations(language()).gettext, translations(language()).ngettext
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return _("under a minute")
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        said = ngettext("{hours} h {minutes} min", "{hours} h {minutes} min", hours)
        return said.format(hours=number(hours), minutes=rest)
    if hours:
        return ngettext("{hours} h", "{hours} h", hours).format(hours=number(hours))
    return _("{minutes} min").format(minutes=rest)
