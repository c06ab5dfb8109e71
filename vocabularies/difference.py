"""What differs between two states of a scheme, by kind: new, renamed, moved, merged, withdrawn and so on. Pure."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from vocabularies.concept import MAPPINGS, Concept

Kind = Literal[
    "new", "renamed", "moved", "merged", "split", "withdrawn", "restored", "names", "notes", "mapped", "other"
]
KINDS: Final[tuple[Kind, ...]] = (
    "new",
    "renamed",
    "moved",
    "merged",
    "split",
    "withdrawn",
    "restored",
    "names",
    "notes",
    "mapped",
    "other",
)


class Differing(Struct, frozen=True):
    """One concept that differs, with each way in which it does."""

    iri: str
    kinds: tuple[Kind, ...]
    before: Concept | None
    after: Concept | None


def between(before: Mapping[str, Concept], after: Mapping[str, Concept]) -> list[Differing]:
    """The concepts that differ, in the order of their IRIs."""
    found = []
    for iri in sorted(before.keys() | after.keys()):
        old, new = before.get(iri), after.get(iri)
        if old != new:
            found.append(Differing(iri, kinds(old, new), old, new))
    return found


def kinds(before: Concept | None, after: Concept | None) -> tuple[Kind, ...]:
    """In which ways a concept differs."""
    if before is None:
        return ("new",)
    if after is None:
        return ("other",)
    found: list[Kind] = []
    if after.deprecated and not before.deprecated:
        number = len(after.replaced_by)
        found.append("merged" if number == 1 else "split" if number else "withdrawn")
    if before.deprecated and not after.deprecated:
        found.append("restored")
    if before.pref_label != after.pref_label:
        found.append("renamed")
    if before.broader != after.broader or before.top != after.top:
        found.append("moved")
    if (before.alt_label, before.hidden_label) != (after.alt_label, after.hidden_label):
        found.append("names")
    if _notes(before) != _notes(after):
        found.append("notes")
    if any(getattr(before, name) != getattr(after, name) for name in MAPPINGS):
        found.append("mapped")
    return tuple(found) or ("other",)


def counted(differing: Iterable[Differing]) -> dict[Kind, int]:
    """How many concepts differ in each way; ways in which none does are left out."""
    held = list(differing)
    counts = {kind: sum(kind in each.kinds for each in held) for kind in KINDS}
    return {kind: number for kind, number in counts.items() if number}


def _notes(concept: Concept) -> tuple[object, ...]:
    return (concept.definition, concept.scope_note, concept.editorial_note)
