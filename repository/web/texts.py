"""Texts as a page shows them: the words, their language, and whether that is the reader's. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.numbers import format_decimal

from repository.profile import forms
from repository.record import Text
from vocabularies.terms import Terms, choose

_UNITS: Final = ("B", "kB", "MB", "GB")
_FRENCH_UNITS: Final = ("o", "ko", "Mo", "Go")
_LARGEST_FILE: Final = 2**63 - 1
"""No file is larger; records may claim any number of digits, more than can be written out."""
_LOCALES: Final = {"pt": "pt_PT", "en": "en_GB"}
"""Readers of Portuguese here write as in Africa and Portugal, and English has the spelling and dates of Britain."""

_BEFORE_SIGN: Final = re.compile(r" (?=[:;!?»](?:\s|$))|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Shown:
    """Words on a page. `language` is set only where it is not the reader's, so that the page marks it."""

    value: str
    language: str = ""
    language_name: str = ""


def shown(text: Text, language: str) -> Shown:
    """A text for a reader of `language`; one whose own language is not known is not marked."""
    own = text.language or ""
    main = own.split("-")[0].lower()
    value = typeset(text.value, main or language)
    return Shown(value) if main in ("", language) else Shown(value, own, language_name(own, language))


def typeset(value: str, language: str) -> str:
    """French words with spaces that do not break before ":", ";", "!", "?" and inside « »; others as they stand."""
    return _BEFORE_SIGN.sub("\u00a0", value) if language == "fr" else value


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
    except (LookupError, UnknownLocaleError):  # babel knows no locale of that language, perhaps its name
        return str(Locale(language).languages.get(tag.split("-")[0], tag))


def number(value: int, language: str) -> str:
    return format_decimal(value, locale=_locale(language))


def size(octets: int, language: str) -> str:
    """A file's size in decimal units ("1,5 Mo"). Source: SI, as file managers show it."""
    amount, unit = float(min(octets, _LARGEST_FILE)), 0
    while amount >= 1000 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    name = (_FRENCH_UNITS if language == "fr" else _UNITS)[unit]
    return f"{format_decimal(round(amount, 1 if unit > 1 else 0), locale=_locale(language))}\u00a0{name}"


def day(value: str | None, language: str) -> str:
    """A date, month or year of a record in words; what is none of them as it stands."""
    kind = forms.date_type(value) if value else ""
    if not value or not kind:
        return value or ""
    moment = date.fromisoformat(forms.first_day(value))
    if kind == "gYear":
        return value
    if kind == "gYearMonth":
        return str(format_skeleton("yMMMM", datetime(moment.year, moment.month, 1), locale=_locale(language)))
    return format_date(moment, format="long", locale=_locale(language))


def moment(value: str | None, language: str) -> str:
    """A UTC timestamp in words ("2 mars 2026, 12:00 UTC"); what is none as it stands."""
    if not value or not forms.is_timestamp(value):
        return day(value, language)
    return f"{day(value[:10], language)}, {value[11:16]} UTC"


def span(started: str | None, ended: str | None, language: str) -> str:
    """From one UTC timestamp to another in words, with what they share said once."""
    first, last = moment(started, language), moment(ended, language)
    if not last or first == last:
        return first
    if started and ended and started[:10] == ended[:10]:
        return f"{first.removesuffix(' UTC')}\u2013{ended[11:16]} UTC"
    return f"{first} \u2013 {last}"


def excerpt(value: str, length: int = 220) -> str:
    """The beginning of a text, cut between words."""
    flat = " ".join(value.split())
    return flat if len(flat) <= length else flat[:length].rsplit(" ", 1)[0].rstrip(",;:.") + "…"


def _locale(language: str) -> str:
    return _LOCALES.get(language, language)


def is_link(value: str | None) -> bool:
    """Whether an address may be a link: http and https alone, so that none runs a script."""
    return bool(value) and forms.is_web_address(value or "")
