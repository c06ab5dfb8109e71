"""Where pages stand. Pure: paths from the root of the installation, never from the request's host."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote, urlencode, urlsplit

from repository.messages import LANGUAGES
from vocabularies.terms import Terms

FACETS = ("country", "sector", "occupation", "type", "level", "language")
"""The facets that a reader can choose from, in the order in which the page offers them."""

SCHEMES: Mapping[str, tuple[str, ...]] = {
    "country": ("country",),
    "sector": ("sector",),
    "occupation": ("occupation",),
    "type": ("resource-type",),
    "level": ("regional-level", "level", "isced-level"),
    "language": ("language",),
}
"""Facet -> the schemes that its short codes in addresses come from, the first one that knows a code."""

SPARQL: Final = "/sparql"
OAI: Final = "/oai"
Chosen = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Addresses:
    """The paths of pages in one language. `root` is where the application is mounted ("" or "/catalogue")."""

    root: str
    language: str
    path: str = "/"
    query: str = ""

    def page(self, name: str = "") -> str:
        return f"{self.root}/{self.language}/{name}"

    def resource(self, id: str) -> str:
        return self.page(f"resource/{quote(id)}")

    def kit(self, id: str) -> str:
        return self.page(f"kit/{quote(id)}")

    def scheme(self, id: str) -> str:
        return self.page(f"vocabulary/{quote(id)}")

    def concept(self, iri: str, terms: Terms) -> str | None:
        """The page of a concept that the vocabularies hold; None for another."""
        concept = terms.concept(iri)
        return (
            self.page(f"vocabulary/{quote(concept.scheme)}/{quote(concept_code(iri, terms), safe='')}")
            if (concept)
            else None
        )

    def search(self, chosen: Chosen, terms: Terms, words: str = "", page: int = 1, show: str = "") -> str:
        """A search with facets chosen by the addresses of concepts."""
        pairs = [("q", words)] if words else []
        pairs += [(facet, code(facet, iri, terms)) for facet in FACETS for iri in chosen.get(facet, ())]
        pairs += [("show", show)] if show else []
        pairs += [("page", str(page))] if page > 1 else []
        return self.page("search") + (f"?{urlencode(pairs)}" if pairs else "")

    def sparql(self) -> str:
        """The page for SPARQL, in the reader's language."""
        return f"{self.neutral(SPARQL[1:])}?lang={self.language}"

    def alternates(self, base_url: str) -> dict[str, str]:
        """The whole addresses of the page that is being read, by language and without its questions."""
        return {language: _absolute(path.partition("?")[0], base_url) for language, path in self.others()}

    def workbench(self, place: str = "", **asked: str) -> str:
        """A page of the workbench, with what is asked of it."""
        return self.page("workbench" + (f"/{place}" if place else "")) + (f"?{urlencode(asked)}" if asked else "")

    def neutral(self, path: str) -> str:
        """An address without a language: `/resource/…`, `/oai`, `/sparql`."""
        return f"{self.root}/{path}"

    def static(self, name: str) -> str:
        return f"{self.root}/static/{name}"

    def others(self) -> Iterable[tuple[str, str]]:
        """(language, path) of the page that is being read, in each language; home for a page without one.

        The pages for SPARQL and OAI-PMH have one address in all languages, and take the reader's as a parameter.
        """
        if self.path == OAI:
            kept = [part for part in self.query.split("&") if part and not part.startswith("lang=")]
            for language in LANGUAGES:
                yield language, f"{self.neutral(OAI[1:])}?{'&'.join([*kept, f'lang={language}'])}"
            return
        if self.path == SPARQL:
            yield from ((language, f"{self.neutral(SPARQL[1:])}?lang={language}") for language in LANGUAGES)
            return
        own = f"/{self.language}/"
        for language in LANGUAGES:
            other = replace(self, language=language)
            rest = self.path.removeprefix(own) if self.path.startswith(own) else ""
            yield language, other.page(quote(rest)) + (f"?{self.query}" if rest and self.query else "")


def _absolute(path: str, base_url: str) -> str:
    """A page's path below the public address of the installation, which knows where it is mounted.

    Before an address is known the path alone, which is right on any host.
    """
    if not base_url:
        return path
    mounted = urlsplit(base_url).path.rstrip("/")
    return base_url + path.removeprefix(mounted).lstrip("/")


def concept_code(iri: str, terms: Terms) -> str:
    """A concept's name in addresses: its notation, else its whole IRI."""
    concept = terms.concept(iri)
    return (concept.notation if concept else None) or iri


def code(facet: str, iri: str, terms: Terms) -> str:
    """A chosen value in the address of a search: its notation where that is enough to find it again."""
    notation = concept_code(iri, terms)
    return notation if value_of(facet, notation, terms) == iri else iri


def value_of(facet: str, code: str, terms: Terms) -> str | None:
    """The concept that a short code or an IRI means in a facet; None where it means nothing."""
    for scheme in SCHEMES[facet]:
        if concept := terms.by_notation(scheme, code):
            return concept.iri
    return code if terms.concept(code) else None
