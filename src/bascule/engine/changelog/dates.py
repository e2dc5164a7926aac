"""Dates as Liquibase reads and prints them: `2020-01-02`, `03:04:05`, `2020-01-02T03:04:05.5`; anything else is taken for a function."""

import re
from datetime import UTC, date, datetime, time

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_TIME = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?")


def canonical_date(text: str) -> str | None:
    """The text a date, a time or a moment is printed as; None when it is none of them.

    A moment has a `T`, and a fraction without trailing zeros; an offset is dropped, or counted in where the moment has no fraction.
    """
    try:
        if _DATE.fullmatch(text):
            return date.fromisoformat(text).isoformat()
        if match := _TIME.fullmatch(text):
            hours, minutes, seconds = map(int, match.groups())
            return time(hours, minutes, seconds).isoformat()
        if match := _MOMENT.fullmatch(text):
            day, clock, fraction, offset = match.groups()
            moment = datetime.fromisoformat(f"{day}T{clock}")
            if offset and fraction is None:
                moment = datetime.fromisoformat(f"{day}T{clock}{offset}").astimezone(UTC).replace(tzinfo=None)
            digits = (fraction or "").rstrip("0")
            return f"{moment.isoformat()}.{digits}" if digits else moment.isoformat()
    except ValueError:
        return None
    return None


def moment_of_date(text: str) -> str:
    """A date as the midnight it begins with; a moment stays as written."""
    return f"{text}T00:00:00" if _is_day(text) else text


def printed_moment(text: str) -> str:
    """A date or a moment as Java prints it where a text is wanted: `Mon May 06 00:00:00 UTC 2024`, `2024-05-06 07:08:09`."""
    if _is_day(text):
        day = date.fromisoformat(text)
        return f"{_DAYS[day.weekday()]} {_MONTHS[day.month - 1]} {day.day:02} 00:00:00 UTC {day.year}"
    return (canonical_date(text) or text).replace("T", " ")


def _is_day(text: str) -> bool:
    return _DATE.fullmatch(text) is not None and canonical_date(text) is not None


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
