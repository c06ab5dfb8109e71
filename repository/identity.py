"""How records get their ids, kits their addresses and sources their names."""

import re
import unicodedata
from uuid import NAMESPACE_URL, UUID, uuid5

from repository.namespaces import MU

_HARVESTED = uuid5(NAMESPACE_URL, MU + "harvested")
_IMPORTED = uuid5(NAMESPACE_URL, MU + "imported")
_LETTERS = str.maketrans(
    {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "đ": "d", "ł": "l"}
    | dict(zip("ɓɖɗɛǝəɣɩŋɲɔʋƴ", "bddeeeginnovy", strict=True))
)
"""Letters that have no accent to take off; the second line is those of West African languages."""


def native_id(milliseconds: int, random: bytes) -> str:
    """A new id for a record of our own: UUID version 7 of the clock (Unix milliseconds) and ten random bytes.

    Source: RFC 9562 section 5.7.
    """
    tail = int.from_bytes(random[:10], "big")
    value = (milliseconds & (1 << 48) - 1) << 80 | tail
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def harvested_id(source: str, identifier: str) -> str:
    """The id of a harvested record: UUID version 5 of the registered source's id and the OAI identifier.

    Never of a host name: a partner that moves keeps its records' addresses here.
    """
    return str(uuid5(_HARVESTED, f"{source}\n{identifier}"))


def imported_id(identifier: str) -> str:
    """The id of a record imported from a file, by the identifier it bears, so that a second import is the same."""
    return str(uuid5(_IMPORTED, identifier))


def slug(words: str) -> str:
    """`words` as a name for addresses and set specs: ASCII letters, digits and single hyphens."""
    decomposed = unicodedata.normalize("NFKD", words.lower().translate(_LETTERS))
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
