"""The vocabularies that come with the software: the Turtle files in `data/`, countries and languages."""

from functools import cache
from importlib import resources
from typing import Final

from vocabularies import places, skos
from vocabularies.concept import Collection, Vocabulary
from vocabularies.terms import Terms

SCHEME_IDS: Final = {
    "http://data.europa.eu/snb/isced-f/25831c2": "isced-f",
    "http://data.europa.eu/esco/concept-scheme/isco": "isco",
}
"""Short ids of shipped schemes whose address does not end in it."""


@cache
def load() -> tuple[tuple[Vocabulary, ...], tuple[Collection, ...]]:
    """All shipped vocabularies in the order of their ids, and the shipped collections; read once a process."""
    vocabularies, collections = [places.countries(), places.languages()], []
    folder = resources.files("vocabularies") / "data"
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".ttl"):
            schemes, groups = skos.read(file.read_bytes(), "ttl", SCHEME_IDS)
            vocabularies += schemes
            collections += groups
    return tuple(sorted(vocabularies, key=lambda each: each.scheme.id)), tuple(collections)


@cache
def terms(base_iri: str = "http://localhost:8000/") -> Terms:
    """A snapshot of the shipped vocabularies alone, for commands without a catalogue and for tests."""
    vocabularies, collections = load()
    return Terms(vocabularies, collections, base_iri=base_iri)
