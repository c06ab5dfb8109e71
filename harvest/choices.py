"""What a person decided about one source's words: the language of its records, and concepts that its words mean.

Choices are made beside the crosswalk and never in it: the words stay in the record as they came, the concept stands
beside them, and a choice that is taken back leaves no trace after the next replay. Pure.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

import msgspec

from harvest.source import Choices
from repository.formats.reading import Note, Reading
from repository.profile.table import Property, properties
from repository.record import Record, Text
from vocabularies.concept import Concept
from vocabularies.terms import Terms, fold

RULE: Final = "choice"
"""The rule under which what a choice did is counted."""

_TEXTS: Final = ("title", "description", "keyword")
_SCHEMES: Final = (
    "resource-type",
    "licence",
    "sector",
    "occupation",
    "level",
    "regional-level",
    "isced-level",
    "audience",
    "access",
    "adaptation",
    "country",
    "language",
    "status",
)
"""Schemes whose concepts words can be said to mean, in the order in which a name is looked for."""


def concept_named(name: str, terms: Terms) -> str | None:
    """The concept that a person names: by its IRI, as "scheme/code", or by a code or label that means one alone."""
    if (held := terms.concept(name)) is not None:
        return held.iri if held.scheme in _SCHEMES else None
    scheme, slash, words = name.partition("/")
    if slash and scheme in terms.schemes:
        return terms.find(scheme, words) if scheme in _SCHEMES else None
    return next((iri for scheme in _SCHEMES if (iri := terms.find(scheme, name))), None)


def chosen(reading: Reading, choices: Choices, terms: Terms) -> Reading:
    """The reading with what a person decided added; what the record says itself is never replaced."""
    if not choices:
        return reading
    record, notes = reading.record, list(reading.notes)
    if choices.language and not record.language:
        record = _in_language(record, choices.language, terms)
        notes.append(Note(RULE, "language", "", choices.language))
    for words in dict.fromkeys(_words(record)):
        iri = choices.words.get(fold(words), "")
        concept = terms.concept(terms.current(iri)) if iri else None
        each = _property(concept.scheme) if concept else None
        if concept and each and (added := _with(record, each, concept.iri)) is not None:
            record = added
            notes.append(Note(RULE, each.key, words, concept.iri))
    return Reading(record, tuple(notes))


def with_concept(record: Record, concept: Concept) -> Record:
    """The record with a concept in the property that is for its scheme; as it was where there is no room for it."""
    each = _property(concept.scheme)
    added = _with(record, each, concept.iri) if each else None
    return record if added is None else added


def takes(scheme: str) -> bool:
    """Whether words can be said to mean a concept of a scheme."""
    return scheme in _SCHEMES and _property(scheme) is not None


def _words(record: Record) -> Iterator[str]:
    yield from (each.text.value for each in record.source_word)
    for texts in (record.keyword, record.rights, record.teaches):
        yield from (each.value for each in texts)


def _with(record: Record, each: Property, iri: str) -> Record | None:
    """The record with one concept more; None where it says so already, or something else in the only place."""
    held: Any = getattr(record, each.attribute)
    if not each.many:
        return msgspec.structs.replace(record, **{each.attribute: iri}) if held is None else None
    return msgspec.structs.replace(record, **{each.attribute: (*held, iri)}) if iri not in held else None


def _in_language(record: Record, language: str, terms: Terms) -> Record:
    concept = terms.concept(language)
    tag = concept.notation if concept else None
    told: Mapping[str, Any] = {
        name: tuple(dict.fromkeys(Text(text.value, text.language or tag) for text in getattr(record, name)))
        for name in _TEXTS
        if not (name == "title" and any(text.language == tag for text in record.title))
    }
    found: Record = msgspec.structs.replace(record, language=(language,), **told)
    return found


@cache
def _property(scheme: str) -> Property | None:
    """The property that holds concepts of a scheme."""
    fitting = (each for each in properties(Record) if each.row.range == "concept" and scheme in (each.row.scheme or ()))
    return next(fitting, None)
