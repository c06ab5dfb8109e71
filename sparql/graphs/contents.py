"""Which named graphs a step of the feed touches, what each says from then on, and what is said of the catalogue.

The same for every place where the triples are kept: only reading what is there is that place's own (`Reads`).
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

import pyoxigraph as ox

from harvest.source import Source
from repository.kit import KitKey
from repository.namespaces import MU
from repository.projections import Step
from sparql import catalogue, examples
from sparql.catalogue import About
from sparql.dumps import Dump, Dumps
from sparql.graphs import statements
from vocabularies.terms import Terms

Graphs = Iterator[tuple[str, list[str]]]
"""Named graphs with all that each says, as N-Triples lines; a graph without any is gone."""


class Reads(Protocol):
    """What is looked up in the triples as they are."""

    def schemes_of(self, concept: str) -> list[str]:
        """The IRIs of the schemes that a concept is in."""

    def having(self, predicate: str, value: str) -> list[str]:
        """The subjects that have a value, an IRI."""

    def lines(self, graph: str) -> list[str]:
        """What a named graph says, as N-Triples lines."""


class Clusters(Protocol):
    """Which records stand for others; `stamp` changes whenever that has."""

    def stamp(self) -> str: ...
    def represented(self) -> list[tuple[str, str]]: ...


class Standing:
    """What the triples say of the catalogue itself, its sources, duplicates, dumps and examples.

    `title`, `licence` and `email` are the settings `name`, `metadata_licence` and `admin_email`; `sources` gives the
    registered sources, `clusters` which records stand for others, `dumps` what can be taken home. No change of the feed
    tells of these: they are looked at whenever a run of steps is finished, and when the stamp of clusters or dumps is
    another one.
    """

    def __init__(
        self,
        title: str = "Mutualis",
        licence: str = "http://creativecommons.org/publicdomain/zero/1.0/",
        email: str = "admin@mutualis.invalid",
        *,
        sources: Callable[[], Iterable[Source]] = tuple,
        clusters: Clusters | None = None,
        dumps: Dumps | None = None,
    ) -> None:
        self.title, self.licence, self.email = title, licence, email
        self.sources, self.clusters, self.dumps = sources, clusters, dumps
        self._clustered: str | None = None
        self._dumped = ""

    def words(self) -> list[str]:
        """The settings that what is said depends on."""
        return [self.title, self.licence, self.email]

    def forget(self) -> None:
        """To be called when another place is written to: nothing has been said there yet."""
        self._clustered, self._dumped = None, ""

    def is_stale(self) -> bool:
        """Whether something has changed that no step tells of."""
        dumped = self.dumps is not None and self.dumps.stamp() != self._dumped
        return dumped or (self.clusters is not None and self.clusters.stamp() != self._clustered)

    def graphs(self, terms: Terms) -> Graphs:
        """Each graph; that of the clusters only where it has changed."""
        about = About(base_iri=terms.base_iri, title=self.title, licence=self.licence, email=self.email)
        held: tuple[list[Dump], list[Dump]] = ([], [])
        if self.dumps is not None:
            self._dumped = self.dumps.stamp()
            held = self.dumps.listed("dump"), self.dumps.listed("release")
        told = catalogue.of_catalogue(about, *held)
        told += [line for release in held[1] for line in catalogue.of_dump(release, about)]
        yield statements.graph_iri("dataset", terms), told
        yield statements.graph_iri("sources", terms), statements.of_sources(self.sources(), terms)
        yield statements.graph_iri("examples", terms), list(examples.statements(terms.base_iri))
        yield MU, list(statements.of_ontology())
        if self.clusters is not None and (stamp := self.clusters.stamp()) != self._clustered:
            represented = self.clusters.represented()
            yield statements.graph_iri("clusters", terms), statements.of_clusters(represented, terms)
            self._clustered = stamp


def records_and_kits(step: Step) -> Graphs:
    terms = step.terms
    for stored in step.records:
        yield statements.graph_iri(stored.record.id, terms), statements.of_record(stored, terms)
    for record in step.gone_records:
        yield statements.graph_iri(record, terms), []
    for kit in step.kits:
        yield statements.graph_iri(f"kit/{kit.id}", terms), statements.of_kit(kit, terms)
    for kit_id in step.gone_kits:
        yield statements.graph_iri(f"kit/{kit_id}", terms), []


def vocabularies(step: Step, held: Reads) -> Graphs:
    """The schemes that a step touches, whole: a concept's inverse links stand with other concepts."""
    terms = step.terms
    touched = set(step.schemes)
    addresses = {scheme.iri: id for id, scheme in terms.schemes.items()}
    for iri in step.concepts:
        if (concept := terms.concept(iri)) is not None:
            touched.add(concept.scheme)
        touched.update(addresses.get(scheme, "") for scheme in held.schemes_of(iri))
    for scheme in sorted(touched & terms.schemes.keys()):
        yield terms.schemes[scheme].iri, statements.of_scheme(scheme, terms)
    for iri in step.collections:
        yield iri, statements.of_collection(iri, terms)


def kits_named_after(step: Step, held: Reads) -> Graphs:
    """Kits whose own name holds the label of a concept that changed, with their names made again."""
    terms, prefix = step.terms, step.terms.base_iri + "kit/"
    done = {*(kit.id for kit in step.kits), *step.gone_kits}
    for iri in step.concepts:
        for name in statements.KIT_KEYS.values():
            for subject in held.having(name, iri):
                id = subject.removeprefix(prefix)
                if subject != id and id not in done:
                    done.add(id)
                    yield _renamed(id, terms, held)


def _renamed(id: str, terms: Terms, held: Reads) -> tuple[str, list[str]]:
    graph = statements.graph_iri(f"kit/{id}", terms)
    lines = held.lines(graph)
    quads = [next(iter(ox.parse(line.encode(), ox.RdfFormat.N_TRIPLES, lenient=True))) for line in lines]
    values = {quad.predicate.value: getattr(quad.object, "value", "") for quad in quads}
    key = KitKey(**{attribute: values[name] for attribute, name in statements.KIT_KEYS.items()})
    kept = [line for line, quad in zip(lines, quads, strict=True) if quad.predicate.value not in statements.TITLES]
    return graph, kept + statements.kit_titles(id, key, terms)
