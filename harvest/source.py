"""A source: one list of a partner's records, as a librarian registered it."""

from collections.abc import Container
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from repository.identity import slug
from repository.record import Text
from vocabularies.terms import fold

IMPORTED: Final = "import"
"""The id of the source that stands for files imported by hand; it has no address."""

_LONGEST_ID: Final = 60


class Choices(Struct, frozen=True, omit_defaults=True):
    """`language`: IRI of the language of records that tell none; `words`: words of the source, folded -> the IRI of the
    concept that they mean."""

    language: str = ""
    words: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self.language or self.words)

    def then(self, words: str, concept: str) -> "Choices":
        """These choices with one more, or with `concept` "" with one less."""
        kept = {known: iri for known, iri in self.words.items() if known != fold(words)}
        return Choices(self.language, {**kept, fold(words): concept} if concept else kept)


class Source(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """Where a partner's records are fetched. Source: OAI-PMH 2.0 section 2.

    `id` names the source for ever: the ids of its records are made from it, so a partner that moves keeps it.
    `base_url` may hold a query string. `prefix` and `set_spec` ("" for everything) choose what is fetched.
    `name` is what people read; `terms` are the partner's own conditions for its metadata. `allow_private` lets
    this source alone stand on a private or loopback address. `every` says how often it is harvested while the
    catalogue is served ("hourly", "daily", "weekly", "monthly"; "": by hand alone), `stopped_by` who stopped it ("":
    nobody). `choices` are what a person decided about its words. `kin` tells that it is another installation of this
    software, whose records keep the ids that they have there.
    """

    id: str
    base_url: str
    prefix: str = "oai_dc"
    set_spec: str = ""
    name: tuple[Text, ...] = ()
    terms: tuple[Text, ...] = ()
    allow_private: bool = False
    kin: bool = False
    every: str = ""
    stopped_by: str = ""
    choices: Choices = Choices()


def source_id(base_url: str, prefix: str, set_spec: str, taken: Container[str] = ()) -> str:
    """An id for a new source, out of its first address: "partner-example-oai", with a number where it is taken."""
    address = urlsplit(base_url)
    words = [address.netloc.rpartition("@")[2], address.path, address.query]
    words += [prefix] if prefix != "oai_dc" else []
    name = slug(" ".join([*words, set_spec]))[:_LONGEST_ID].strip("-") or "source"
    number = 1
    chosen = name
    while chosen in taken or chosen == IMPORTED:
        number += 1
        chosen = f"{name[: _LONGEST_ID - 4]}-{number}"
    return chosen
