"""The written forms that values may take: IRIs, dates, durations, language tags, media types, checksums.

Pure tests and normalisations of strings, shared by the field rules and by every writer: a writer types a
literal ("2024-02-30" as xsd:date) only when the rule would let it pass, so that the two can never disagree.
"""

import re
from calendar import monthrange
from datetime import date, datetime
from functools import lru_cache
from typing import Final

_UCS: Final = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane * 0x10000 + (0x1000 if plane == 14 else 0))}-{chr(plane * 0x10000 + 0xFFFD)}" for plane in range(1, 15)
)
_UNRESERVED: Final = f"A-Za-z0-9._~!$&'()*+,;=\\-{_UCS}"
_PERCENT: Final = "%[0-9A-Fa-f]{2}"
_HOST: Final = f"(?:[{_UNRESERVED}]++|{_PERCENT})*+"
_USER: Final = f"(?:(?:[{_UNRESERVED}:]++|{_PERCENT})*+@)?"
_PATH: Final = f"(?:[{_UNRESERVED}:@/]++|{_PERCENT})*+"
_TAIL: Final = f"(?:[{_UNRESERVED}:@/?]++|{_PERCENT})*+"
_IRI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?://{_USER}{_HOST}(?::[0-9]*)?(?:/{_PATH})?|(?!//){_PATH})(?:\?{_TAIL})?(?:#{_TAIL})?"
)
_FOREIGN: Final = re.compile(f"%(?![0-9A-Fa-f]{{2}})|[^%{_UNRESERVED}:@/?#]")

HTTP: Final = "^[Hh][Tt][Tt][Pp][Ss]?://[^/?#]"
"""Regular expression of web addresses, in the part of the syntax that Python, XPath and Rust share."""

_HTTP: Final = re.compile(HTTP)


def absolute_iri(value: str) -> str | None:
    """`value` as an absolute IRI, characters that no IRI may hold percent-encoded; None where it is not one.

    Source: RFC 3987, section 2.2 (without IP literals, which no public catalogue names).
    """
    if _IRI.fullmatch(value):
        return value
    repaired = _FOREIGN.sub(_percent, value)
    head, mark, fragment = repaired.partition("#")
    repaired = head + mark + fragment.replace("#", "%23")
    return repaired if _IRI.fullmatch(repaired) else None


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "ignore"))


known_iri = lru_cache(maxsize=16384)(absolute_iri)
"""`absolute_iri` for the few IRIs that come again and again: concepts, licences, agents."""


def is_web_address(value: str) -> bool:
    """Whether `value` is an http or https address with a host."""
    return bool(_HTTP.match(value)) and absolute_iri(value) is not None


NOT_BLANK: Final = "[^\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
"""Regular expression of a character that `str.isspace` does not call one; what \\S takes differs by language."""

_DATE: Final = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@lru_cache(maxsize=16384)
def date_type(value: str) -> str:
    """Which XSD type a date has by its form: "date", "gYearMonth" or "gYear"; "" where it is no real date."""
    if not _DATE.fullmatch(value):
        return ""
    try:
        date.fromisoformat(value + "-01-01"[len(value) - 10 :] if len(value) < 10 else value)
    except ValueError:
        return ""
    return {4: "gYear", 7: "gYearMonth"}.get(len(value), "date")


def first_day(value: str) -> str:
    """The first day that a date, year and month, or year may mean ("2020" -> "2020-01-01")."""
    return value + "-01-01"[len(value) - 10 :] if len(value) < 10 else value


def last_day(value: str) -> str:
    """The last day that a date, year and month, or year may mean ("2024-02" -> "2024-02-29")."""
    if len(value) == 10:
        return value
    year, _, month = value.partition("-")
    month = month or "12"
    return f"{year}-{month}-{monthrange(int(year), int(month))[1]:02d}"


_TIMESTAMP: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def is_timestamp(value: str) -> bool:
    """Whether `value` is a moment in UTC with seconds. Source: OAI-PMH 2.0, section 3.3."""
    if not _TIMESTAMP.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_DAYS: Final = "([0-9]+Y([0-9]+M)?([0-9]+D)?|[0-9]+M([0-9]+D)?|[0-9]+D)"
_SECONDS: Final = r"[0-9]+(\.[0-9]+)?S"
_TIME: Final = f"(T([0-9]+H([0-9]+M)?({_SECONDS})?|[0-9]+M({_SECONDS})?|{_SECONDS}))"
DURATION: Final = f"^P({_DAYS}{_TIME}?|{_TIME})$"
"""A duration that is not negative, without the look-ahead that Rust's expressions lack. Source: XSD 1.1, 3.3.6."""

_DURATION: Final = re.compile(DURATION[1:-1])


def is_duration(value: str) -> bool:
    return _DURATION.fullmatch(value) is not None


_LANGUAGE: Final = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wyz](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+"
)


@lru_cache(maxsize=1024)
def language_tag(value: str) -> str | None:
    """A language tag in lower case, as RDF compares them; None where it is not well-formed.

    Source: BCP 47 (RFC 5646), section 2.1; irregular grandfathered tags are not taken.
    """
    lower = value.lower()
    return lower if lower.isascii() and _LANGUAGE.fullmatch(lower) else None


@lru_cache(maxsize=1024)
def usual_case(value: str) -> str:
    """A language tag as people write it: "pt-gw" -> "pt-GW", "ff-adlm" -> "ff-Adlm". Source: RFC 5646, 2.1.1."""
    first, *rest = value.lower().split("-")
    cased, single = [first], len(first) == 1
    for part in rest:
        plain = single or not part.isalpha()
        cased.append(part if plain else {2: part.upper(), 4: part.title()}.get(len(part), part))
        single = single or len(part) == 1
    return "-".join(cased)


MEDIA_TYPE: Final = "[A-Za-z0-9][A-Za-z0-9!$&_.+-]*/[A-Za-z0-9][A-Za-z0-9!$&_.+-]*"
_MEDIA_TYPE: Final = re.compile(MEDIA_TYPE)


@lru_cache(maxsize=1024)
def is_media_type(value: str) -> bool:
    """Whether `value` is a media type without parameters ("application/pdf"). Source: RFC 6838, section 4.2."""
    return _MEDIA_TYPE.fullmatch(value) is not None


CHECKSUMS: Final = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
"""Checksum algorithm -> length of its value in hexadecimal digits. Source: SPDX 2.3, ChecksumAlgorithm."""

_HEXADECIMAL: Final = re.compile("(?:[0-9a-f]{2})+")


def is_checksum(value: str, algorithm: str) -> bool:
    """Whether `value` is lower-case hexadecimal of the length that `algorithm` gives (any, if not known)."""
    return bool(_HEXADECIMAL.fullmatch(value)) and len(value) == CHECKSUMS.get(algorithm, len(value))


_SOURCE: Final = re.compile("[A-Za-z0-9][A-Za-z0-9._~-]*")


def is_source_id(value: str) -> bool:
    """Whether `value` may be the id of a registered source: letters, digits, dot, hyphen, underscore."""
    return _SOURCE.fullmatch(value) is not None
