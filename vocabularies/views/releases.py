"""The releases of a list, each as readers and programs see it, for ever: a page, its terms, and its RDF."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from repository.errors import PageNotFound
from repository.formats.ntriples import iri, literal
from repository.namespaces import expand
from repository.web import graphs, schemes
from repository.web.addresses import Addresses, concept_code
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.numbers import whole
from repository.web.objects import graph
from repository.web.pages import add_pages
from sparql.graphs import statements
from vocabularies import difference
from vocabularies.concept import Vocabulary
from vocabularies.journal import Frozen, Release
from vocabularies.terms import Terms
from vocabularies.views import publishing
from vocabularies.views.tables import TABLES, table


@dataclass(frozen=True, slots=True)
class _Within(Addresses):
    """Addresses that stay inside one release of one list."""

    of: str = ""
    number: int = 0

    def scheme(self, id: str) -> str:
        plain = self.page(f"vocabulary/{quote(id)}")
        return f"{plain}/release/{self.number}" if id == self.of else plain

    def concept(self, iri: str, terms: Terms) -> str | None:
        concept = terms.concept(iri)
        if concept is None:
            return None
        start = self.scheme(concept.scheme)
        return f"{start}/{quote(concept_code(iri, terms), safe='')}"


def blueprint(services: Services) -> Blueprint:
    """`/vocabulary/<scheme>/release/<number>` for programs, and pages in every language."""
    views = Blueprint("releases", __name__)
    add_pages(views, services, _PAGES)

    @views.get("/vocabulary/<scheme_id>/release/<name>")
    def release(scheme_id: str, name: str) -> ResponseReturnValue:
        return release_itself(services, scheme_id, name)

    return views


def release_page(services: Services, scheme_id: str, number: int) -> str:
    release, terms, to = _opened(services, scheme_id, number)
    words = " ".join(request.args.get("q", "").split())[:100]
    differing = services.curation.differing(scheme_id, number)
    return render_template(
        "release.html",
        page=schemes.of_scheme(terms.schemes[scheme_id], words, terms, to),
        words_asked=words,
        release=release,
        note=publishing.notes_of(release.notes),
        counts=difference.counted(differing),
        rows=publishing.rows(differing, services.curation.working()),
        newest=services.curation.releases(scheme_id)[0].number,
        iri=_address(services, scheme_id, number),
        inside=to,
    )


def released_concept_page(services: Services, scheme_id: str, number: int, code: str) -> str:
    release, terms, to = _opened(services, scheme_id, number)
    concept = terms.by_notation(scheme_id, code) or terms.concept(code)
    if concept is None or concept.scheme != scheme_id:
        raise PageNotFound(path=request.path)
    page = schemes.of_concept(concept, 0, "", terms, to)
    return render_template("concept.html", page=page, release=release, history=(), uses=())


_PAGES: Final[dict[str, Callable[..., str]]] = {
    "vocabulary/<scheme_id>/release/<int:number>": release_page,
    "vocabulary/<scheme_id>/release/<int:number>/<path:code>": released_concept_page,
}


def release_itself(services: Services, scheme_id: str, name: str) -> ResponseReturnValue:
    """A release by its IRI, negotiated, or as a file by its extension."""
    stem, dot, extension = name.partition(".")
    if not stem.isdecimal() or (dot and extension not in (*graphs.SYNTAXES, *TABLES)):
        raise PageNotFound(path=request.path)
    number = whole(stem)
    release, terms, to = _opened(services, scheme_id, number)
    if extension in TABLES:
        return table(extension, scheme_id, terms, f"{scheme_id}-{number}")
    here = addresses().neutral(f"vocabulary/{scheme_id}/release/{number}")
    return graph(extension, lambda: of_release(services, release, terms), to.scheme(scheme_id), here)


def of_release(services: Services, release: Release, terms: Terms) -> list[str]:
    """What a release holds, and what it says of itself. Source: OWL 2, section 3.1; DCAT 3, section 11."""
    address = _address(services, release.scheme, release.number)
    subject, scheme = iri(address), iri(terms.schemes[release.scheme].iri)
    lines = [
        f"{scheme} {iri(expand('owl:versionIRI'))} {subject} .",
        f"{subject} {iri(expand('dcterms:isVersionOf'))} {scheme} .",
        f"{subject} {iri(expand('dcterms:issued'))} {literal(release.issued, datatype='dateTime')} .",
        f"{subject} {iri(expand('owl:versionInfo'))} {literal(str(release.number))} .",
    ]
    if release.number > 1:
        former = iri(_address(services, release.scheme, release.number - 1))
        lines.append(f"{subject} {iri(expand('owl:priorVersion'))} {former} .")
    lines += [
        f"{subject} {iri(expand('skos:changeNote'))} {literal(note, language)} ."
        for language, note in sorted(release.notes.items())
    ]
    return [*lines, *statements.of_scheme(release.scheme, terms)]


def _address(services: Services, scheme_id: str, number: int) -> str:
    return f"{services.base_iri}vocabulary/{scheme_id}/release/{number}"


def _opened(services: Services, scheme_id: str, number: int) -> tuple[Release, Terms, Addresses]:
    """A release with the vocabularies as it had them, and addresses inside it. Raises PageNotFound, ReleaseNotFound."""
    if scheme_id not in services.terms().schemes:
        raise PageNotFound(path=request.path)
    release, terms = frozen_terms(services, scheme_id, number)
    here = addresses()
    to = _Within(here.root, g.language, here.path, here.query, scheme_id, number)
    return release, terms, to


def frozen_terms(services: Services, scheme_id: str, number: int) -> tuple[Release, Terms]:
    """A release, and a snapshot that holds its list as it was beside the others as they are. Raises ReleaseNotFound."""
    now = services.terms()
    release, held = services.curation.release(scheme_id, number)
    return release, now.once(("release", scheme_id, number), lambda: _terms(scheme_id, now, held))


def _terms(scheme: str, now: Terms, held: Frozen) -> Terms:
    others = [Vocabulary(each, now.in_scheme(id)) for id, each in now.schemes.items() if id != scheme]
    return Terms([*others, Vocabulary(held.scheme, held.concepts)], base_iri=now.base_iri, version=now.version)
