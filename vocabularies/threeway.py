"""Three states of a concept made one: what it was, what we made of it, what somebody else made of it. Pure.

Each name, note and link is compared by itself, so that two people who change different things of one concept both get
what they did; only where both changed the same thing differently is there a conflict, and ours is kept.
"""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository.record import Text
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.statements import text_order, value_order

ONE_A_LANGUAGE: Final = ("pref_label", "definition", "scope_note", "editorial_note")
MANY: Final = ("alt_label", "hidden_label")
LINKS: Final = ("broader", "related", "replaced_by", *MAPPINGS)
SINGLE: Final = ("notation", "top", "deprecated")


class Conflict(Struct, frozen=True):
    """One thing that both changed differently. `language` is "" where it has none."""

    field: str
    language: str
    base: str
    ours: str
    theirs: str


def merged(base: Concept | None, ours: Concept, theirs: Concept) -> tuple[Concept, tuple[Conflict, ...]]:
    """One concept with what both changed since `base`, and what they do not agree on."""
    conflicts: list[Conflict] = []
    fields: dict[str, Any] = {}
    for name in ONE_A_LANGUAGE:
        fields[name] = _by_language(name, _texts(base, name), _texts(ours, name), _texts(theirs, name), conflicts)
    for name in MANY:
        fields[name] = tuple(
            sorted(_sets(_texts(base, name), _texts(ours, name), _texts(theirs, name)), key=text_order)
        )
    for name in LINKS:
        fields[name] = tuple(sorted(_sets(_texts(base, name), _texts(ours, name), _texts(theirs, name))))
    for name in SINGLE:
        fields[name] = _single(name, base, ours, theirs, conflicts)
    pairs = _sets(_texts(base, "properties"), ours.properties, theirs.properties)
    fields["properties"] = tuple(sorted(pairs, key=lambda pair: (pair[0], value_order(pair[1]))))
    fields["alt_label"] = tuple(each for each in fields["alt_label"] if each not in fields["pref_label"])
    return msgspec.structs.replace(ours, **fields), tuple(conflicts)


def _texts(concept: Concept | None, name: str) -> tuple[Any, ...]:
    return getattr(concept, name) if concept is not None else ()


def _sets(base: Iterable[Any], ours: Iterable[Any], theirs: Iterable[Any]) -> set[Any]:
    """Our elements, with what they added and without what they took away."""
    before, mine, others = set(base), set(ours), set(theirs)
    return (mine | (others - before)) - (before - others)


def _by_language(
    name: str,
    base: tuple[Text, ...],
    ours: tuple[Text, ...],
    theirs: tuple[Text, ...],
    conflicts: list[Conflict],
) -> tuple[Text, ...]:
    found: list[Text] = []
    for language in sorted({each.language or "" for each in (*base, *ours, *theirs)}):
        was, mine, other = (
            tuple(each for each in held if (each.language or "") == language) for held in (base, ours, theirs)
        )
        chosen = mine if other == was or mine == other else other if mine == was else mine
        if chosen is mine and other not in (was, mine) and mine != was:
            conflicts.append(Conflict(name, language, _said(was), _said(mine), _said(other)))
        found.extend(chosen)
    return tuple(sorted(found, key=text_order))


def _single(name: str, base: Concept | None, ours: Concept, theirs: Concept, conflicts: list[Conflict]) -> Any:
    was = getattr(base, name) if base is not None else None
    mine, other = getattr(ours, name), getattr(theirs, name)
    if mine == other or other == was:
        return mine
    if mine == was:
        return other
    conflicts.append(Conflict(name, "", str(was or ""), str(mine or ""), str(other or "")))
    return mine


def _said(texts: Iterable[Text]) -> str:
    return " · ".join(each.value for each in texts)
