"""Words of a source -> concepts: languages, countries, types and every other vocabulary, through `terms`."""

import re
from functools import lru_cache
from typing import Final

from repository.namespaces import VOCABULARY
from repository.profile.forms import language_tag, usual_case
from vocabularies.terms import Terms

_LANGUAGE_ADDRESS: Final = re.compile(
    r"https?://(?:id\.loc\.gov/vocabulary/iso639-[12]/|www\.lexvo\.org/page/iso639-3/|lexvo\.org/id/iso639-[13]/|"
    r"publications\.europa\.eu/resource/authority/language/|data\.europa\.eu/.*/)([A-Za-z]{2,3})/?"
)
_SEPARATORS: Final = re.compile(r"\s*[;,/|]\s*|\s+(?:et|e|and|&)\s+|\s+")
_TAGGED: Final = re.compile(r"([A-Za-z]{2,3})[-_][A-Za-z]{2,4}(?:[-_][A-Za-z]{2,4})?(?:\.utf-?8)?", re.IGNORECASE)
_LEVEL_ADDRESS: Final = re.compile(r"https?://w3id\.org/kim/(?:educationalLevel/level_|isced-2011/level)0?([0-8])/?")


@lru_cache(maxsize=4096)
def language(words: str, terms: Terms) -> str | None:
    """The language that a word, a code ("fr", "fre", "FR", "fr_FR"), a name or an address means."""
    words = words.strip()
    for pattern in (_LANGUAGE_ADDRESS, _TAGGED):
        if found := pattern.fullmatch(words):
            return terms.find("language", found.group(1).lower())
    return terms.find("language", words)


@lru_cache(maxsize=4096)
def languages(words: str, terms: Terms) -> tuple[str, ...]:
    """The languages of a list ("en fr", "Français et anglais"); () unless every part is one."""
    if single := language(words, terms):
        return (single,)
    parts = [language(part, terms) for part in _SEPARATORS.split(words.strip()) if part]
    found = tuple(dict.fromkeys(part for part in parts if part))
    return found if len(parts) > 1 and all(parts) else ()


@lru_cache(maxsize=1024)
def text_language(words: str, terms: Terms) -> str | None:
    """The BCP 47 tag that xml:lang or its like means: well-formed and with the shortest code ("fre" -> "fr")."""
    tag = language_tag(words.strip().replace("_", "-"))
    primary, _, rest = (tag or "").partition("-")
    iri = language(primary if tag else words, terms)
    concept = terms.concept(iri) if iri else None
    if concept is None or not concept.notation:
        return usual_case(tag) if tag and len(primary) <= 3 else None
    return usual_case(f"{concept.notation}-{rest}" if rest else concept.notation)


def tag_of(iri: str, terms: Terms) -> str | None:
    """The tag of a language of the vocabulary."""
    concept = terms.concept(iri)
    return concept.notation if concept else None


@lru_cache(maxsize=4096)
def country(words: str, terms: Terms, *, codes: bool = False) -> str | None:
    """The country of a name or of an alpha-3 code; two letters only with `codes`, since "IN" is also a state."""
    words = words.strip()
    return terms.find("country", words) if len(words) > (1 if codes else 2) else None


@lru_cache(maxsize=8192)
def concept(scheme: str, words: str, terms: Terms, language: str | None = None) -> str | None:
    """The concept of a scheme by its label, notation or IRI, or by the IRI of a concept it is the same as."""
    words = words.strip()
    if words.startswith("http"):
        held = terms.concept(words)
        return words if held and held.scheme == scheme else equivalents(scheme, terms).get(_bare(words))
    return terms.find(scheme, words, language)


@lru_cache(maxsize=8192)
def subject(words: str, terms: Terms, language: str | None = None) -> tuple[str, str, bool] | None:
    """The sector, or else the occupation, that a subject names: (its scheme, its IRI, whether the words are exactly
    its IRI or a preferred label, so that nothing is lost with them)."""
    for scheme in ("sector", "occupation"):
        if iri := concept(scheme, words, terms, language):
            held = terms.concept(iri)
            exact = held is not None and (words == iri or any(text.value == words for text in held.pref_label))
            return scheme, iri, exact
    return None


@lru_cache(maxsize=64)
def equivalents(scheme: str, terms: Terms) -> dict[str, str]:
    """Foreign concept -> ours, for exact matches, and for close ones that only one of ours has."""
    exact: dict[str, set[str]] = {}
    close: dict[str, set[str]] = {}
    for each in terms.in_scheme(scheme):
        for table, links in ((exact, each.exact_match), (close, each.close_match)):
            for link in links:
                table.setdefault(_bare(link), set()).add(each.iri)
    found = {link: next(iter(ours)) for link, ours in close.items() if len(ours) == 1}
    return found | {link: next(iter(ours)) for link, ours in exact.items() if len(ours) == 1}


def _bare(iri: str) -> str:
    return re.sub("^https?://", "", iri).rstrip("/")


def lom_value(element: str, token: str, terms: Terms) -> str | None:
    """The LOM value concept of an element ("5.8") by its token ("very easy"), whatever its letters' case."""
    iri = f"{VOCABULARY}lom/{element}-{'-'.join(token.lower().split())}"
    return iri if terms.concept(iri) else None


def level(words: str, terms: Terms) -> str | None:
    """A level: national, regional or ISCED, by label or IRI."""
    if found := _LEVEL_ADDRESS.fullmatch(words):
        return concept("isced-level", f"{VOCABULARY}isced-level/{found.group(1)}", terms)
    for scheme in ("level", "regional-level", "isced-level"):
        if len(words) > 1 and (iri := concept(scheme, words, terms)):
            return iri
    return None
