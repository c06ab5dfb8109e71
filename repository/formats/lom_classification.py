"""LOM's ninth category: what a resource is classified by, in any scheme, for any purpose."""

from typing import Protocol

from lxml import etree

from repository.formats import xml
from repository.formats.acts import ACTS
from repository.formats.draft import Draft
from repository.formats.lom_tables import LABELLED, PURPOSES, SCHEMES
from vocabularies.terms import fold

Words = list[tuple[str, str | None]]


class Source(Protocol):
    """What is needed of the reader: its draft and how it takes texts, tokens and left-over words."""

    draft: Draft

    def strings(self, element: etree._Element) -> list[tuple[str, str | None]]: ...
    def token(self, element: etree._Element) -> tuple[str, str]: ...
    def texts(self, key: str, element: etree._Element, name: str) -> None: ...
    def keep_all(self, element: etree._Element, name: str) -> None: ...


def read(source: Source, category: etree._Element) -> None:
    """One classification: its purpose decides where its taxons, description and keywords belong."""
    given, label = next((source.token(each) for each in xml.children(category, "purpose")), ("", ""))
    purpose = given if given in PURPOSES else LABELLED.get(fold(label), given)
    for element in xml.children(category):
        name = xml.local(element)
        if name == "taxonPath":
            _path(source, element, purpose)
        elif name == "keyword":
            source.texts("subject", element, "lom:9.4")
        elif name == "description" and purpose in ("competency", "prerequisite"):
            source.texts(PURPOSES[purpose], element, "lom:9.3")
        elif name == "purpose":
            if purpose not in PURPOSES:
                source.keep_all(element, "lom:9.1")
        else:
            source.keep_all(element, f"lom:9.3 {purpose}".strip())


def _path(source: Source, path: etree._Element, purpose: str) -> None:
    """The last taxon of a path says what the resource is about; the path is kept where it says more."""
    name = f"lom:9.2 {purpose}".strip()
    taxons = list(xml.children(path, "taxon"))
    iris = [xml.words(each) for taxon in taxons for each in xml.children(taxon, "id")]
    entries = [source.strings(each) for taxon in taxons for each in xml.children(taxon, "entry")]
    known = next((iri for iri in reversed(iris) if source.draft.terms.concept(iri)), None)
    if known and _placed(source.draft, known, purpose):
        return
    for value, language in entries[-1] if entries else []:
        ACTS.get(PURPOSES.get(purpose, ""), ACTS["relation"])(source.draft, name, value, language)
    origins = [value for each in xml.children(path, "source") for value, _ in source.strings(each)]
    if len(entries) > 1 or iris or origins:
        _keep_path(source.draft, name, origins, iris, entries)


def _keep_path(draft: Draft, name: str, origins: list[str], iris: list[str], entries: list[Words]) -> None:
    draft.keep(name, " / ".join([*origins, *(label[0][0] for label in entries if label)]))
    for iri in iris:
        draft.keep(name, iri)
    for label in entries:
        for value, language in label[1:]:
            draft.keep(name, value, language)


def _placed(draft: Draft, iri: str, purpose: str) -> bool:
    """A taxon that is a concept of ours has its place by its scheme, whatever the purpose says."""
    concept = draft.terms.concept(iri)
    key = SCHEMES.get(concept.scheme, "") if concept else ""
    if key == "level" and purpose == "educational objective":
        key = "qualification"
    return bool(key) and draft.set(key, iri)
