"""Identifiers, addresses and media types: which is which, and one form for each."""

import re
from functools import lru_cache
from typing import Final

from repository.profile.forms import is_media_type, is_web_address

_DOI: Final = re.compile(
    r"(?:doi: ?|info:doi/|https?://(?:dx\.)?doi\.org/(?:doi:)?|urn:doi:)?(10\.[0-9]{4,9}/[^\s\"<>]+)",
    re.IGNORECASE,
)
_EXTENSION: Final = re.compile(r"[^/]*//[^/?#]*/[^?#]*\.([A-Za-z0-9]{2,5})(?:[?#]|$)")
_SPACE: Final = re.compile(r"\s")
_ISBN: Final = re.compile(r"(?:urn:isbn:|isbn(?:-1[03])?[:\s]*)?([0-9][0-9\- ]{8,15}[0-9Xx])", re.IGNORECASE)
_ISSN: Final = re.compile(r"(?:urn:issn:|e?-?issn[:\s]*)?([0-9]{4}-[0-9]{3}[0-9Xx])", re.IGNORECASE)

EXTENSIONS: Final = {
    "avi": "video/x-msvideo",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "epub": "application/epub+zip",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "ps": "application/postscript",
    "rtf": "application/rtf",
    "txt": "text/plain",
    "webm": "video/webm",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}
"""File extension -> media type, of files that are resources (pages are addresses of their own)."""

_MISNAMED: Final = {"image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "application/x-pdf": "application/pdf"}


def identifier(words: str) -> str | None:
    """A DOI as https://doi.org/..., an ISBN or ISSN with a right check digit as urn:isbn: and urn:issn:."""
    if "10." in words and (found := _DOI.fullmatch(words)):
        return f"https://doi.org/{found.group(1)}"
    if words[:4].lower() == "http":
        return None
    if (found := _ISBN.fullmatch(words)) and (digits := _isbn(found.group(1))):
        return f"urn:isbn:{digits}"
    if (found := _ISSN.fullmatch(words)) and _issn(found.group(1)):
        return f"urn:issn:{found.group(1).upper()}"
    return None


def _isbn(written: str) -> str | None:
    digits = re.sub("[^0-9X]", "", written.upper())
    if len(digits) == 10 and "X" not in digits[:9]:
        total = sum((10 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits))
        return digits if total % 11 == 0 else None
    if len(digits) == 13 and digits.isdigit() and digits.startswith(("978", "979")):
        return (
            digits
            if sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0
            else None
        )
    return None


def _issn(written: str) -> bool:
    digits = written.upper().replace("-", "")
    return sum((8 - place) * (10 if digit == "X" else int(digit)) for place, digit in enumerate(digits)) % 11 == 0


def is_address(words: str) -> bool:
    """Whether the words are one http(s) address."""
    return words[:4].lower() == "http" and _SPACE.search(words) is None and is_web_address(words)


def file_type(address: str) -> str | None:
    """The media type that the extension of an address tells; None for a page."""
    found = _EXTENSION.match(address)
    return EXTENSIONS.get(found.group(1).lower()) if found else None


@lru_cache(maxsize=1024)
def media_type(words: str) -> str | None:
    """A media type in lower case without parameters; "PDF" and ".docx" by the extension; None for an extent."""
    bare = words.partition(";")[0].strip().lower()
    if is_media_type(bare):
        return _MISNAMED.get(bare, bare)
    return EXTENSIONS.get(bare.lstrip("."))


_BYTES: Final = re.compile(r"([0-9][0-9 ]*) ?(?:bytes?|octets?)", re.IGNORECASE)


def byte_size(words: str) -> int | None:
    """The number of "207217 bytes"; None where no unit says that bytes are meant."""
    found = _BYTES.fullmatch(words.strip())
    return int(found.group(1).replace(" ", "")) if found else None
