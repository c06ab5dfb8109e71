"""The pages and addresses of vocabularies: their list, each scheme as a tree, each concept, and their RDF."""

from collections.abc import Callable, Container
from typing import Final

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from repository.errors import PageNotFound
from repository.search import Hits
from repository.search.errors import SearchNotReady
from repository.web import graphs, schemes, texts
from repository.web.addresses import Addresses
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.objects import graph
from repository.web.pages import add_pages
from sparql.graphs import statements
from vocabularies.concept import Concept, Scheme
from vocabularies.terms import Terms, fold
from vocabularies.views.tables import TABLES, table


def blueprint(services: Services) -> Blueprint:
    """Pages below /<language>/vocabulary, and `/vocabulary/…` for the schemes and concepts themselves."""
    views = Blueprint("vocabularies", __name__)
    add_pages(views, services, _PAGES)

    @views.get("/vocabulary/<name>")
    def scheme(name: str) -> ResponseReturnValue:
        return scheme_itself(services, name)

    @views.get("/vocabulary/<scheme_id>/<path:name>")
    def concept(scheme_id: str, name: str) -> ResponseReturnValue:
        return concept_itself(services, scheme_id, name)

    return views


def vocabularies_page(services: Services) -> str:
    terms = services.terms()
    return render_template("vocabularies.html", schemes=schemes.all_schemes(terms, addresses()))


def scheme_page(services: Services, scheme_id: str) -> str:
    terms = services.terms()
    scheme = _scheme(scheme_id, terms)
    words = " ".join(request.args.get("q", "").split())[:100]
    page = schemes.of_scheme(scheme, words, terms, addresses())
    letter = request.args.get("letter", "")
    return render_template(
        "scheme.html",
        page=page,
        words_asked=words,
        letters=schemes.letters(scheme, letter, terms, addresses()),
        letter_asked=letter,
        releases=services.curation.releases(scheme_id),
    )


def print_page(services: Services, scheme_id: str) -> str:
    """The whole list on paper: every term with its names, notes and place."""
    terms = services.terms()
    scheme = _scheme(scheme_id, terms)
    rows = [schemes.of_concept(each, 0, "", terms, addresses()) for each in terms.in_scheme(scheme_id)]
    rows.sort(key=lambda row: fold(row.label.value))
    return render_template("print.html", page=schemes.of_scheme(scheme, "", terms, addresses()), rows=rows)


def concept_page(services: Services, scheme_id: str, code: str) -> str:
    terms = services.terms()
    concept = _concept(scheme_id, code, terms)
    facet = schemes.FACET_OF.get(concept.scheme, "")
    used = _using(services, facet, concept.iri) if facet else Hits(0)
    return render_template(
        "concept.html",
        page=schemes.of_concept(concept, used.total, facet, terms, addresses()),
        uses=[
            (kind, [(texts.label(terms, iri, g.language), number) for iri, number in used.facets.get(kind, ())[:12]])
            for kind in ("country", "type")
            if kind != facet and used.facets.get(kind)
        ],
        history=[each for each in services.curation.history_of(concept.iri) if each.state == "published"],
        release=None,
    )


_PAGES: Final[dict[str, Callable[..., str]]] = {
    "vocabulary": vocabularies_page,
    "vocabulary/<scheme_id>": scheme_page,
    "vocabulary/<scheme_id>/print": print_page,
    "vocabulary/<scheme_id>/<path:code>": concept_page,
}


def scheme_itself(services: Services, name: str) -> ResponseReturnValue:
    """A scheme by its address, negotiated; or its whole graph by extension."""
    terms = services.terms()
    id, extension = _without_extension(name, {**graphs.SYNTAXES, **TABLES})
    scheme = _scheme(id, terms)
    if extension in TABLES:
        return table(extension, id, terms, id)
    to = addresses()
    return graph(
        extension, lambda: statements.of_scheme(scheme.id, terms), to.scheme(id), to.neutral(f"vocabulary/{id}")
    )


def concept_itself(services: Services, scheme_id: str, name: str) -> ResponseReturnValue:
    """A concept by its address, negotiated; or its graph by extension. A code may itself hold a dot."""
    terms, extension = services.terms(), ""
    if terms.by_notation(scheme_id, name) is None:
        name, extension = _without_extension(name)
    concept = _concept(scheme_id, name, terms)
    to = addresses()
    page = to.concept(concept.iri, terms) or to.scheme(scheme_id)
    return graph(extension, lambda: graphs.of_concept(concept.iri, terms), page, _here(concept, to))


def _here(concept: Concept, to: Addresses) -> str:
    return to.neutral(f"vocabulary/{concept.scheme}/{concept.notation}")


def _scheme(id: str, terms: Terms) -> Scheme:
    if id in terms.schemes:
        return terms.schemes[id]
    raise PageNotFound(path=request.path)


def _concept(scheme_id: str, code: str, terms: Terms) -> Concept:
    """A concept by its notation in a scheme, or by its whole IRI where it has none."""
    concept = terms.by_notation(scheme_id, code) or terms.concept(code)
    if concept is not None and concept.scheme == scheme_id:
        return concept
    raise PageNotFound(path=request.path)


def _without_extension(name: str, known: Container[str] = graphs.SYNTAXES) -> tuple[str, str]:
    stem, dot, extension = name.rpartition(".")
    return (stem, extension) if dot and extension in known else (name, "")


def _using(services: Services, facet: str, iri: str) -> Hits:
    try:
        return services.search.search("", g.language, {facet: [iri]}, size=0, counted=("country", "type"))
    except SearchNotReady:
        return Hits(0)
