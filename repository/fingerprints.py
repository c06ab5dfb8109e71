"""What a record may share with another that describes the same resource. Pure.

Certain marks tell that two descriptions are of one resource: a DOI, an ISBN, an identifier that is unique in the
world, the checksum of a file. A likely one (title, maker and country alike) is for a person to judge.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, Literal, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from repository.identity import slug
from repository.record import Agent, Record

Kind = Literal["doi", "isbn", "identifier", "checksum", "decided", "likely", "asked"]

CERTAIN: Final[tuple[Kind, ...]] = ("checksum", "decided", "doi", "identifier", "isbn")
"""Kinds that link records at once; "decided" is what a person said of two records, "asked" what one is asked."""

KEPT: Final[tuple[Kind, ...]] = ("decided", "asked")
"""Kinds that do not come out of the record itself, and stay when it changes."""

_DOI: Final = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]+)", re.IGNORECASE)
_ISBN: Final = re.compile(r"(?:97[89][- ]?)?\d(?:[- ]?\d){8}[- ]?[\dXx]")
_NAMED: Final = re.compile(r"(?:urn|hdl|ark|info|doi|oai|isbn|issn):\S+", re.IGNORECASE)
_LONGEST: Final = 400
_MOST: Final = 50
"""Marks of one record; a partner may name as many identifiers as an answer holds."""

_SHORTEST_TITLE: Final = 8
_SHORTEST_ALONE: Final = 30
"""How long a title must be to say anything, and how long where nobody is named as its maker."""


class Fingerprint(NamedTuple):
    kind: Kind
    value: str


def of_record(record: Record) -> set[Fingerprint]:
    """All marks of a record."""
    found = {*_of_identifiers(record), *_likely(record)}
    for each in record.distribution:
        if each.checksum:
            found.add(Fingerprint("checksum", f"{each.checksum.algorithm}:{each.checksum.value}"))
    sound = (each for each in found if each.value.isprintable() and len(each.value.encode()) <= _LONGEST)
    return set(islice(sorted(sound), _MOST))


def _of_identifiers(record: Record) -> Iterator[Fingerprint]:
    for words in (*record.identifier, record.landing_page or ""):
        if doi := _DOI.search(words):
            yield Fingerprint("doi", doi.group(1).rstrip(".,;)").lower())
        elif isbn := _isbn(words):
            yield Fingerprint("isbn", isbn)
        elif name := _unique_name(words):
            yield Fingerprint("identifier", name)


def _isbn(words: str) -> str:
    """The ISBN-13 of an identifier that is an ISBN with a true check digit, else "". Source: ISO 2108 annex C."""
    plain = re.sub(r"^(?:urn:)?isbn(?:-1[03])?[:\s]*", "", words.strip(), flags=re.IGNORECASE)
    if not _ISBN.fullmatch(plain):
        return ""
    digits = re.sub(r"[- ]", "", plain).upper()
    if len(digits) == 10:
        weighed = sum((10 - place) * (10 if each == "X" else int(each)) for place, each in enumerate(digits))
        return _with_check("978" + digits[:9]) if weighed % 11 == 0 else ""
    return digits if digits.isdigit() and _with_check(digits[:12]) == digits else ""


def _with_check(twelve: str) -> str:
    weighed = sum(int(each) * (3 if place % 2 else 1) for place, each in enumerate(twelve))
    return twelve + str(-weighed % 10)


def _unique_name(words: str) -> str:
    """An identifier that means the same everywhere: a web address that says more than a host, or a registered name.

    Two servers may give one address with or without encryption, "www." and a slash at the end.
    """
    words = words.strip()
    if _NAMED.fullmatch(words):
        return words.lower()
    if not re.match(r"https?://", words, re.IGNORECASE) or any(char.isspace() for char in words):
        return ""
    try:
        parts = urlsplit(words)
    except ValueError:
        return ""
    path = parts.path.rstrip("/")
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.")
    return urlunsplit(("", host, path, parts.query, "")) if host and (path or parts.query) else ""


def _likely(record: Record) -> Iterator[Fingerprint]:
    """One mark for each title and country: what it is called, who made it, where it belongs."""
    makers = record.creator or ((record.publisher,) if record.publisher else ())
    maker = _folded_name(makers)
    for title in {slug(each.value) for each in record.title}:
        if len(title) >= (_SHORTEST_TITLE if maker else _SHORTEST_ALONE):
            for country in record.country or ("",):
                yield Fingerprint("likely", f"{title[:200]}|{maker[:80]}|{country.rpartition('/')[2]}")


def _folded_name(makers: Iterable[Agent]) -> str:
    """The first maker's name, its words in the order of the alphabet: surnames stand first here and last there."""
    names = [each.name[0].value for each in makers if each.name]
    return "-".join(sorted(slug(names[0]).split("-"))) if names else ""


def compatible(one: Record, other: Record) -> bool:
    """Whether two records may stand for one resource at all: never across countries or languages.

    Where one does not say its country, or its language, it may be that of the other.
    """
    countries = not one.country or not other.country or not set(one.country).isdisjoint(other.country)
    languages = not one.language or not other.language or not set(one.language).isdisjoint(other.language)
    return countries and languages
