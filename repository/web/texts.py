"""Texts as a page shows them: the words, their language, and whether that is the reader's. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime, format_skeleton
from babel.numbers import format_decimal

from repository.profile import forms
from repository.record import Text
from vocabularies.terms import Terms, choose

_UNITS: Final = ("B", "kB", "MB", "GB")
_FRENCH_UNITS: Final = ("o", "ko", "Mo", "Go")


def marked(message: str) -> str:
    """Marks a sentence that is translated where it is shown, so that it is looked for in the catalogues."""
    return message


@dataclass(frozen=True, slots=True)
class Shown:
    """Words on a page. `language` is set only where it is not the reader's, so that the page marks it."""

    value: str
    language: str = ""
    language_name: str = ""


def shown(text: Text, language: str) -> Shown:
    """A text for a reader of `language`; one whose own language is not known is not marked."""
    own = text.language or ""
    if not own or own.split("-")[0].lower() == language:
        return Shown(text.value)
    return Shown(text.value, own, language_name(own, language))


def best(texts: Sequence[Text], language: str) -> Shown | None:
    """The text to show out of several languages, by `vocabularies.terms.choose`."""
    text = choose(texts, language)
    return shown(text, language) if text else None


def label(terms: Terms, iri: str, language: str) -> Shown:
    """A concept's name; for one that is not known here, the last part of its address."""
    text = terms.label(iri, language)
    return shown(text, language) if text else Shown(iri.rstrip("/#").rsplit("/", 1)[-1] or iri)


@lru_cache(maxsize=256)
def language_name(tag: str, language: str) -> str:
    """The name of a language in another one, or its tag where CLDR has none."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(language) or tag
    except ValueError:
        return tag
    except LookupError:  # babel knows no locale of that language, perhaps its name
        return str(Locale(language).languages.get(tag.split("-")[0], tag))


def number(value: int, language: str) -> str:
    return format_decimal(value, locale=language)


def size(octets: int, language: str) -> str:
    """A file's size in decimal units ("1,5 Mo"). Source: SI, as file managers show it."""
    amount, unit = float(octets), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    name = (_FRENCH_UNITS if language == "fr" else _UNITS)[unit]
    return f"{format_decimal(round(amount, 1 if unit > 1 else 0), locale=language)}\u00a0{name}"


def day(value: str | None, language: str) -> str:
    """A date, month or year of a record in words; what is none of them as it stands."""
    kind = forms.date_type(value) if value else ""
    if not value or not kind:
        return value or ""
    moment = date.fromisoformat(forms.first_day(value))
    if kind == "gYear":
        return value
    if kind == "gYearMonth":
        return str(format_skeleton("yMMMM", datetime(moment.year, moment.month, 1), locale=language))
    return format_date(moment, format="long", locale=language)


def moment(value: str | None, language: str) -> str:
    """A UTC timestamp in words ("2 mars 2026, 12:00 UTC"); what is none as it stands."""
    if not value or not forms.is_timestamp(value):
        return day(value, language)
    return f"{format_datetime(datetime.fromisoformat(value), 'd MMMM y, HH:mm', locale=language)} UTC"


def excerpt(value: str, length: int = 220) -> str:
    """The beginning of a text, cut between words."""
    flat = " ".join(value.split())
    return flat if len(flat) <= length else flat[:length].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def is_link(value: str | None) -> bool:
    """Whether an address may be a link: http and https alone, so that none runs a script."""
    return bool(value) and forms.is_web_address(value or "")
