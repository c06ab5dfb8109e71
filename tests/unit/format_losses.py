"""What a source said and what is left of it after reading: the words that a crosswalk lost."""

from collections.abc import Iterable
from typing import Any

import msgspec

from repository.formats.normalise.text import tidy
from repository.formats.reading import Reading
from vocabularies.terms import Terms


def fold(words: str) -> str:
    return " ".join(words.split())


def held(reading: Reading, terms: Terms) -> set[str]:
    """Every word of the record, the words that a note says were changed, and the labels of its concepts."""
    found: set[str] = set()
    _collect(msgspec.to_builtins(reading.record), found)
    found |= {fold(note.before) for note in reading.notes}
    for concept in [known for iri in found if (known := terms.concept(iri))]:
        found |= {fold(text.value) for text in (*concept.pref_label, *concept.alt_label)}
        found.add(concept.notation or "")
    return found


def _collect(value: Any, found: set[str]) -> None:
    if isinstance(value, dict):
        for each in value.values():
            _collect(each, found)
    elif isinstance(value, (list, tuple)):
        for each in value:
            _collect(each, found)
    elif value is not None:
        found.add(fold(str(value)))


def lost(values: Iterable[str], reading: Reading, terms: Terms) -> list[str]:
    """The values of a source that are nowhere in the reading, as they came or as people read them."""
    kept = held(reading, terms)
    everything = "\n".join(kept)
    return [
        value
        for value in values
        if fold(value) and fold(value) not in kept and tidy(value)[0] not in kept and tidy(value)[0] not in everything
    ]
