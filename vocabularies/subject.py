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
from repository.thrift import HARDLY_EVER, collecting_seldom
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
    with collecting_seldom(HARDLY_EVER):
        for data in files:
            _take(subject, graph.parse(data, syntax))
        _settle(subject)
    return subject


def _take(subject: Subject, statements: Iterable[graph.Triple]) -> None:
    for node, predicate, value in statements:
        if type(node) is ox.NamedNode:
            act = _ACTS.get(predicate)
            if act is not None:
                act(subject, node.value, predicate, value)
            elif predicate.startswith(SKOS):
                subject.undefined.append((node.value, predicate))


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


def _typed(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
    kind = getattr(value, "value", "")
    if kind == SKOS + "Concept":
        subject.concepts.add(iri)
    elif kind == SKOS + "ConceptScheme":
        subject.schemes.add(iri)
    elif kind in (SKOS + "Collection", SKOS + "OrderedCollection"):
        subject.collections.add(iri)
    elif kind.startswith(SKOS) and kind[len(SKOS) :] not in _DEFINED:
        subject.undefined.append((iri, kind))


def _ended(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
    if value.value != "false":
        subject.withdrawn.add(iri)


def _replaced(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
    subject.replaced[iri] = (*subject.replaced.get(iri, ()), value.value)


def _linked(name: str) -> "Act":
    """What keeps a link of one kind."""
    outward = name in MATCHES

    def act(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
        subject.links[name][iri].add(value.value)
        if outward:
            subject.linked_out.add(iri)

    return act


def _labelled(subject: Subject, iri: str, predicate: str, value: Any) -> None:
    if type(value) is ox.Literal:
        held = subject.labels.get(iri)
        if held is None:
            held = subject.labels[iri] = {kind: [] for kind in KINDS}
        held[predicate[_LOCAL:]].append((value.value, value.language or ""))


def _noted(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
    subject.documented.add(iri)
    if type(value) is ox.Literal and not is_language(value.language or ""):
        subject.untagged.append((iri, value.value))


def _coded(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
    subject.notations[value.value].append(iri)


def _topped(subject: Subject, iri: str, _predicate: str, value: Any) -> None:
    subject.tops.add(value.value)
    subject.schemes.add(iri)


def _placed(subject: Subject, iri: str, predicate: str, value: Any) -> None:
    subject.in_scheme[iri].add(value.value)
    subject.schemes.add(value.value)
    if predicate == SKOS + "topConceptOf":
        subject.tops.add(iri)


def _nothing(_subject: Subject, _iri: str, _predicate: str, _value: Any) -> None:
    """For words of SKOS that no check asks about."""


Act = Callable[[Subject, str, str, Any], None]
_LOCAL: Final = len(SKOS)
_ACTS: Final[Mapping[str, Act]] = {
    TYPE: _typed,
    DEPRECATED: _ended,
    expand("dcterms:isReplacedBy"): _replaced,
    **{SKOS + name: _linked(name) for name in (*SEMANTIC, *MATCHES)},
    **dict.fromkeys((SKOS + name for name in KINDS), _labelled),
    **dict.fromkeys((SKOS + name for name in _NOTES), _noted),
    SKOS + "notation": _coded,
    SKOS + "hasTopConcept": _topped,
    SKOS + "inScheme": _placed,
    SKOS + "topConceptOf": _placed,
    SKOS + "member": _nothing,
    SKOS + "memberList": _nothing,
}
"""What each statement says of its subject."""


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
