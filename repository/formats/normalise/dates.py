"""Dates as partners write them -> `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. Source: XML Schema 1.1, gYear to date."""

import re
from functools import lru_cache
from typing import Final

from repository.profile.forms import date_type, is_duration
from vocabularies.terms import fold

_MONTHS: Final = {
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "en": "january february march april may june july august september october november december",
}
MONTHS: Final = {name: number for names in _MONTHS.values() for number, name in enumerate(names.split(), start=1)} | {
    "sept": 9,
    "oct": 10,
    "nov": 11,
    "dec": 12,
    "jan": 1,
    "feb": 2,
    "aug": 8,
}

_ISO: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?|T?Z)?")
_SLASHED: Final = re.compile(r"([0-9]{4})[/.]([0-9]{1,2})(?:[/.]([0-9]{1,2}))?")
_LOOSE: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?")
_COMPACT: Final = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])([0-3][0-9])")
_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_NAMED: Final = re.compile(r"(?:([0-9]{1,2})(?:er|o|º|st|nd|rd|th)?\.? (?:de )?)?([a-z]+)\.? (?:de )?([0-9]{4})")
_NAMED_FIRST: Final = re.compile(r"([a-z]+)\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})")
_YEAR: Final = re.compile(r"(?:\[|c|©|cop\. ?|c\. ?)?((?:1[0-9]|20)[0-9]{2})(?:\]|\.)?")


@lru_cache(maxsize=4096)
def date(words: str) -> str | None:
    """The date that the words certainly mean, as precise as they are; None for 03/04/2020 and for no date."""
    words = words.strip()
    for pattern in (_ISO, _SLASHED, _LOOSE, _COMPACT):
        if found := pattern.fullmatch(words):
            return _made(*found.groups())
    return _day_first(words) or _named(fold(words.replace("-", " "))) or _year(words)


def has_time(words: str) -> bool:
    """Whether the words give a time of day, as repositories write the moments of their own acts."""
    return re.search(r"[0-9]T[0-9]{2}", words) is not None


def _made(year: str, month: str | None = None, day: str | None = None) -> str | None:
    parts = [year, *(f"{int(part):02d}" for part in (month, day) if part)]
    found = "-".join(parts)
    return found if date_type(found) and "1000" <= year <= "2999" else None


def _day_first(words: str) -> str | None:
    """Day, month, year; only where the first number cannot be a month, or is the same as the second."""
    found = _DAY_FIRST.fullmatch(words)
    if found is None:
        return None
    first, second, year = found.groups()
    if int(first) > 12 or first == second:
        return _made(year, second, first)
    return None


def _named(words: str) -> str | None:
    if found := _NAMED.fullmatch(words):
        day, month, year = found.groups()
    elif found := _NAMED_FIRST.fullmatch(words):
        month, day, year = found.groups()
    else:
        return None
    return _made(year, str(MONTHS[month]), day) if month in MONTHS else None


def _year(words: str) -> str | None:
    found = _YEAR.fullmatch(words)
    return _made(found.group(1)) if found else None


_CLOCK: Final = re.compile(r"([0-9]{1,3})(?::|h)([0-9]{2})(?:(?::|m|min)([0-9]{2})s?|m|min|mn)?")
_HOURS: Final = re.compile(r"([0-9]{1,4}) ?(h|heures?|hours?|horas?|min|mn|minutes?|minutos?)")


@lru_cache(maxsize=1024)
def duration(words: str) -> str | None:
    """An xsd:duration: kept where it is one, built from "2h30", "02:30:00", "45 min" or "120 heures"."""
    words = words.strip()
    for candidate in (words, words.upper().replace(" ", "")):
        if is_duration(candidate):
            return candidate
    if found := _CLOCK.fullmatch(words.lower()):
        numbers = [int(part or 0) for part in found.groups()]
        parts = [f"{number}{unit}" for number, unit in zip(numbers, "HMS", strict=True) if number]
        return f"PT{''.join(parts)}" if parts else None
    if found := _HOURS.fullmatch(words.lower()):
        return f"PT{int(found.group(1))}{'H' if found.group(2).startswith('h') else 'M'}"
    return None
