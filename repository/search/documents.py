"""What the search index holds of a record and of a kit. Pure.

A record is found by its own words and by all labels, in every language, of the concepts it names: a Portuguese
question finds a French document.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any, Final

import msgspec

from repository.catalogue import Stored
from repository.kit import Kit, expected
from repository.namespaces import MU
from repository.profile import forms
from repository.profile.table import NODES, properties
from repository.record import Record, Text
from repository.search.fields import KIT, LANGUAGES, RECORD, composed
from vocabularies.terms import Terms

Document = dict[str, Any]
"""Field -> its value, or a list of values, as tantivy takes them."""

_HELD: Final[dict[str, Callable[[Record], tuple[str | None, ...]]]] = {
    "country": lambda record: record.country,
    "sector": lambda record: record.sector,
    "occupation": lambda record: record.occupation,
    "type": lambda record: record.resource_type,
    "level": lambda record: (*record.level, *record.qualification),
    "language": lambda record: record.language,
    "access": lambda record: (record.access,),
    "source": lambda record: tuple(each.source for each in record.catalog_record),
}
_WORDLESS: Final = ("language", "access", "source")
"""Facets whose labels are no words to find a document by: nearly every document would be found."""


def of_record(stored: Stored, terms: Terms) -> Document:
    record = stored.record
    facets = {name: _with_broader(name, held(record), terms) for name, held in _HELD.items()}
    document = _document(f"{RECORD}:{record.id}", RECORD, facets, _texts(record), _named(facets), terms)
    document["title"] = [composed(text.value) for text in record.title]
    document["related"] = related(record)
    document["issued"] = _day(record.issued)
    document["change"] = stored.state.change
    return document


def of_kit(kit: Kit, terms: Terms) -> Document:
    """A kit by the labels of its country, level and métier; `issued` counts its expected parts that are deposited."""
    key = kit.key
    concept = terms.concept(key.occupation)
    sectors = concept.property_values(MU + "sector") if concept else ()
    held = {"country": (key.country,), "level": (key.level,), "occupation": (key.occupation,), "sector": sectors}
    facets = {name: _with_broader(name, map(str, iris), terms) for name, iris in held.items()}
    facets["type"] = sorted({kind for kind, _ in kit.documents})
    words = {name: facets[name] for name in ("country", "level", "occupation")}
    document = _document(f"{KIT}:{kit.id}", KIT, facets, (), _named(words), terms)
    document["title"] = [composed(text.value) for text in (concept.pref_label if concept else ())]
    document["related"] = [id for _, id in kit.documents]
    held_types, wanted = {kind for kind, _ in kit.documents}, expected(terms)
    document["issued"] = sum(each in held_types for each in wanted)
    document["change"] = 0
    return document


def related(record: Record) -> list[str]:
    """The resources that a record points at: its sources, its work, its parts and its wholes."""
    single = (record.translation_of, record.version_of)
    many = (*record.is_part_of, *record.has_part, *record.requires, *(each.source for each in record.derivation))
    return sorted({*filter(None, single), *many})


def _document(
    key: str, kind: str, facets: dict[str, list[str]], texts: Iterable[Text], named: Iterable[str], terms: Terms
) -> Document:
    """Fields and their values; `texts` are its own words, `named` the concepts whose labels count as words."""
    words: dict[str, list[str]] = {name: [] for name in ("plain", *LANGUAGES)}
    for text in texts:
        _add(words, text)
    for iri in named:
        for name, value in _label_words(iri, terms):
            words[name].append(value)
    concepts = sorted({iri for name, iris in facets.items() if name != "source" for iri in iris})
    return {"key": key, "kind": kind, "concept": concepts, **facets, **words}


def _add(words: dict[str, list[str]], text: Text) -> None:
    value = composed(text.value)
    words["plain"].append(value)
    if (language := (text.language or "").split("-")[0]) in LANGUAGES:
        words[language].append(value)


def _texts(node: msgspec.Struct) -> Iterator[Text]:
    """Every text of a record and of its nodes; identifiers count as texts without a language."""
    for attribute, way in _wordy(type(node)):
        held = getattr(node, attribute)
        for value in held if isinstance(held, tuple) else () if held is None else (held,):
            if way == "node":
                yield from _texts(value)
            else:
                yield value if way == "text" else Text(value)


@cache
def _wordy(struct: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    """The attributes that hold words: (name, "text", "node" or "string")."""
    ways = {"text": "text", **dict.fromkeys(NODES, "node")}
    found = [
        (each, ways.get(each.row.range, "string" if each.name == "identifier" else "")) for each in properties(struct)
    ]
    return tuple((each.attribute, way) for each, way in found if way)


def _with_broader(facet: str, held: Iterable[str | None], terms: Terms) -> list[str]:
    """The concepts of a facet and all broader ones, so that a broad choice finds what is narrower."""
    own = [iri for iri in held if iri]
    return sorted({*own, *(above for iri in own for above in _above(facet, iri, terms))})


@lru_cache(maxsize=8192)
def _above(facet: str, iri: str, terms: Terms) -> tuple[str, ...]:
    """All broader concepts; a national level is narrower than the regional level that it is mapped to."""
    broader = set(terms.ancestors(iri))
    concept = terms.concept(iri)
    if facet == "level" and concept:
        matches = (*concept.broad_match, *concept.exact_match, *concept.close_match)
        broader |= {each for each in matches if (found := terms.concept(each)) and found.scheme == "regional-level"}
    return tuple(broader)


def _named(facets: dict[str, list[str]]) -> Iterator[str]:
    return (iri for name, iris in facets.items() if name not in _WORDLESS for iri in iris)


@lru_cache(maxsize=8192)
def _label_words(iri: str, terms: Terms) -> tuple[tuple[str, str], ...]:
    """All labels of a concept as (field, words), ready to be indexed: they come again with every record."""
    concept = terms.concept(iri)
    words: dict[str, list[str]] = {name: [] for name in ("plain", *LANGUAGES)}
    for text in (*concept.pref_label, *concept.alt_label, *concept.hidden_label) if concept else ():
        _add(words, text)
    return tuple((name, " \n ".join(held)) for name, held in words.items() if held)


def _day(issued: str | None) -> int:
    """A date, month or year as a number that sorts (20240131); 0 where there is none."""
    return int(forms.first_day(issued).replace("-", "")) if issued and forms.date_type(issued) else 0
