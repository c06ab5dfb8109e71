"""A vocabulary laid out for checking: what is said of each concept, as a file says it or as our concepts do. Pure.

A file is looked at before it is read into concepts, since reading already mends what SKOS lets one derive.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Final

import pyoxigraph as ox
from babel import Locale, UnknownLocaleError

from repository.formats import graph
from repository.namespaces import expand
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.places import languages
from vocabularies.statements import DEPRECATED, SKOS, TYPE

Label = tuple[str, str]
"""(words, language tag; "" for none)."""

KINDS: Final = ("prefLabel", "altLabel", "hiddenLabel")
_NOTES: Final = ("note", "changeNote", "definition", "editorialNote", "example", "historyNote", "scopeNote")
SEMANTIC: Final = ("broader", "narrower", "related", "broaderTransitive", "narrowerTransitive", "semanticRelation")
MATCHES: Final = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch", "mappingRelation")
_DEFINED: Final = frozenset(
    (
        "Concept",
        "ConceptScheme",
        "Collection",
        "OrderedCollection",
        "inScheme",
        "hasTopConcept",
        "topConceptOf",
        "notation",
        "member",
        "memberList",
        *KINDS,
        *_NOTES,
        *SEMANTIC,
        *MATCHES,
    )
)
_ATTRIBUTES: Final = {"pref_label": "prefLabel", "alt_label": "altLabel", "hidden_label": "hiddenLabel"}
_LANGUAGE_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")


class Subject:
    """A vocabulary laid out for checking: what is said of each concept, by the local names of SKOS."""

    def __init__(self) -> None:
        self.concepts: set[str] = set()
        self.collections: set[str] = set()
        self.withdrawn: set[str] = set()
        self.replaced: dict[str, tuple[str, ...]] = {}
        self.schemes: set[str] = set()
        self.labels: dict[str, dict[str, list[Label]]] = {}
        self.documented: set[str] = set()
        self.links: dict[str, dict[str, set[str]]] = {name: defaultdict(set) for name in (*SEMANTIC, *MATCHES)}
        self.notations: dict[str, list[str]] = defaultdict(list)
        self.tops: set[str] = set()
        self.in_scheme: dict[str, set[str]] = defaultdict(set)
        self.untagged: list[tuple[str, str]] = []
        self.undefined: list[tuple[str, str]] = []
        self.linked_out: set[str] = set()

    def above(self) -> dict[str, set[str]]:
        """Concept -> its broader ones, from either direction, without itself."""
        if not hasattr(self, "_above"):
            found: dict[str, set[str]] = defaultdict(set)
            for iri, held in self.links["broader"].items():
                found[iri] |= held
            for iri, held in self.links["narrower"].items():
                for below in held:
                    found[below].add(iri)
            self._above = {iri: held - {iri} for iri, held in found.items()}
        return self._above


def of_file(data: bytes, syntax: str | None = None) -> Subject:
    """A file as it came. Raises UnreadableRecord."""
    return of_files([data], syntax)


def of_files(files: Iterable[bytes], syntax: str | None = None) -> Subject:
    """Files that are one vocabulary, as they came. Raises UnreadableRecord."""
    subject = Subject()
    for data in files:
        for node, predicate, value in graph.parse(data, syntax):
            if isinstance(node, ox.NamedNode):
                _say(subject, node.value, predicate, value)
    _settle(subject)
    return subject


def of_concepts(concepts: Iterable[Concept], scheme: str) -> Subject:
    """Our own concepts of one scheme (its IRI)."""
    subject = Subject()
    subject.schemes.add(scheme)
    for each in concepts:
        _tell(subject, each, scheme)
    return subject


def _tell(subject: Subject, concept: Concept, scheme: str) -> None:
    iri = concept.iri
    subject.concepts.add(iri)
    if concept.deprecated:
        subject.withdrawn.add(iri)
    if concept.replaced_by:
        subject.replaced[iri] = concept.replaced_by
    subject.labels[iri] = {
        kind: [(text.value, text.language or "") for text in getattr(concept, name)]
        for name, kind in _ATTRIBUTES.items()
    }
    notes = (*concept.definition, *concept.scope_note, *concept.editorial_note)
    if notes or any(name in _NOTE_IRIS for name, _ in concept.properties):
        subject.documented.add(iri)
    subject.untagged += [(iri, text.value) for text in notes if not is_language(text.language or "")]
    subject.links["broader"][iri] |= set(concept.broader)
    for above in concept.broader:
        subject.links["narrower"][above].add(iri)
    subject.links["related"][iri] |= set(concept.related)
    for name, local in zip(MAPPINGS, MATCHES, strict=False):
        subject.links[local][iri] |= set(getattr(concept, name))
    if any(getattr(concept, name) for name in MAPPINGS):
        subject.linked_out.add(iri)
    if concept.notation:
        subject.notations[concept.notation].append(iri)
    if concept.top:
        subject.tops.add(iri)
    subject.in_scheme[iri].add(scheme)


_NOTE_IRIS: Final = frozenset(SKOS + name for name in _NOTES)
_NOT_OUTWARD: Final = frozenset({TYPE, expand("dcterms:isReplacedBy"), expand("owl:sameAs")})


def _say(subject: Subject, iri: str, predicate: str, value: Any) -> None:
    if predicate == TYPE:
        _typed(subject, iri, getattr(value, "value", ""))
    elif predicate.startswith(SKOS):
        _said(subject, iri, predicate[len(SKOS) :], value)
    elif predicate == DEPRECATED and value.value != "false":
        subject.withdrawn.add(iri)
    elif predicate == expand("dcterms:isReplacedBy"):
        subject.replaced[iri] = (*subject.replaced.get(iri, ()), value.value)


def _typed(subject: Subject, iri: str, kind: str) -> None:
    if kind == SKOS + "Concept":
        subject.concepts.add(iri)
    elif kind == SKOS + "ConceptScheme":
        subject.schemes.add(iri)
    elif kind in (SKOS + "Collection", SKOS + "OrderedCollection"):
        subject.collections.add(iri)
    elif kind.startswith(SKOS) and kind[len(SKOS) :] not in _DEFINED:
        subject.undefined.append((iri, kind))


def _said(subject: Subject, iri: str, name: str, value: Any) -> None:
    if name in subject.links:
        subject.links[name][iri].add(value.value)
        if name in MATCHES:
            subject.linked_out.add(iri)
    elif name in _SAYING:
        _SAYING[name](subject, iri, name, value)
    elif name not in _DEFINED:
        subject.undefined.append((iri, SKOS + name))


def _labelled(subject: Subject, iri: str, name: str, value: Any) -> None:
    if isinstance(value, ox.Literal):
        held = subject.labels.setdefault(iri, {kind: [] for kind in KINDS})
        held[name].append((value.value, value.language or ""))


def _noted(subject: Subject, iri: str, _name: str, value: Any) -> None:
    subject.documented.add(iri)
    if isinstance(value, ox.Literal) and not is_language(value.language or ""):
        subject.untagged.append((iri, value.value))


def _coded(subject: Subject, iri: str, _name: str, value: Any) -> None:
    subject.notations[value.value].append(iri)


def _topped(subject: Subject, iri: str, _name: str, value: Any) -> None:
    subject.tops.add(value.value)
    subject.schemes.add(iri)


def _placed(subject: Subject, iri: str, name: str, value: Any) -> None:
    subject.in_scheme[iri].add(value.value)
    subject.schemes.add(value.value)
    if name == "topConceptOf":
        subject.tops.add(iri)


_SAYING: Final[Mapping[str, Callable[[Subject, str, str, Any], None]]] = {
    **dict.fromkeys(KINDS, _labelled),
    **dict.fromkeys(_NOTES, _noted),
    "notation": _coded,
    "hasTopConcept": _topped,
    "inScheme": _placed,
    "topConceptOf": _placed,
}


def _settle(subject: Subject) -> None:
    """Count as concepts what is told about as one, whether or not it says so."""
    told = {iri for name in SEMANTIC for iri, held in subject.links[name].items() if held}
    subject.concepts |= (told | set(subject.in_scheme)) - subject.schemes - subject.collections
    if not subject.concepts:
        subject.concepts |= set(subject.labels) - subject.schemes - subject.collections


@cache
def is_language(tag: str) -> bool:
    if not _LANGUAGE_TAG.fullmatch(tag):
        return False
    primary = tag.split("-")[0].lower()
    return primary in _known_languages() or _has_locale(primary)


@cache
def _known_languages() -> frozenset[str]:
    """Every language that CLDR or our own lists have a name for."""
    codes = {each.notation or "" for each in languages().concepts}
    return frozenset({*Locale("en").languages, *codes})


def _has_locale(primary: str) -> bool:
    try:
        Locale.parse(primary)
    except (ValueError, UnknownLocaleError):
        return False
    return True
