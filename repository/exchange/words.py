"""The words of closed lists: which term somebody meant, and what to offer where it is none. Pure."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from repository.messages import translate
from repository.profile.constraints import FORMS
from repository.profile.labels import label, schemes, shown
from repository.profile.table import Property
from vocabularies.concept import Concept
from vocabularies.terms import Terms, fold

NATIONAL: Final = "http://purl.org/dc/terms/spatial"
MOST_LISTED: Final = 20
"""Up to this many allowed values stand in the report itself; longer lists are in the template."""

OFFERED: Final = {"level": ("level", "regional-level")}
"""Properties that an inventory offers fewer vocabularies for than the profile allows."""

FIRST_LANGUAGES: Final = ("fr", "pt", "en", "ar")

ADAPTATION: Final = {
    **dict.fromkeys(("oui", "sim", "yes", "true", "1"), "allowed"),
    **dict.fromkeys(("non", "nao", "no", "false", "0"), "forbidden"),
}
MEDIA_TYPES: Final = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "word": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "excel": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "epub": "application/epub+zip",
    "zip": "application/zip",
    "html": "text/html",
    "htm": "text/html",
    "txt": "text/plain",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
}
"""Endings of file names and names of programs, as inventories give the format, and their media types."""


class Choice(Struct, frozen=True):
    """What may stand in a cell: the terms nearest to what was written, and all terms where they are few."""

    closest: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()


class Misfit(Exception):
    """A value that fits no term: the sentence in the reader's language, the value and what is allowed."""

    def __init__(self, sentence: str, value: str, choice: Choice) -> None:
        super().__init__(sentence)
        self.sentence, self.value, self.choice = sentence, value, choice


def choose(words: str, each: Property, terms: Terms, language: str, countries: tuple[str, ...]) -> str:
    """The IRI of the one term that `words` name, in any of the languages; raises Misfit.

    A name that several countries give to a level means that of the row's own country.
    """
    for scheme in each.row.scheme:
        if found := terms.find(scheme, words):
            return found
    meant = [concept for concept in _named(fold(words), each, terms) if _is_of(concept, countries)]
    if len(meant) == 1:
        return meant[0].iri
    raise _misfit(words, each, terms, language, countries, meant)


def _named(folded: str, each: Property, terms: Terms) -> Iterator[Concept]:
    for scheme in each.row.scheme:
        for concept in terms.in_scheme(scheme):
            texts = (*concept.pref_label, *concept.alt_label, *concept.hidden_label)
            if any(fold(text.value) == folded for text in texts):
                yield concept


def _is_of(concept: Concept, countries: tuple[str, ...]) -> bool:
    return bool(set(concept.property_values(NATIONAL)) & set(countries))


def _misfit(
    words: str, each: Property, terms: Terms, language: str, countries: tuple[str, ...], meant: list[Concept]
) -> Misfit:
    fits = allowed(each, terms, countries)
    few = tuple(_name(concept, terms, language) for concept in fits) if len(fits) <= MOST_LISTED else ()
    values = {"label": label(each.name, language), "value": shown(words), "scheme": schemes(each, language, terms)}
    if several := meant or ([] if countries else list(_named(fold(words), each, terms))):
        closest = tuple(f"{_name(concept, terms, language)} ({concept.notation})" for concept in several)
        return Misfit(translate(_SEVERAL, language, **values, choices="; ".join(closest)), words, Choice(closest, few))
    closest = _closest(words, fits, terms, language)
    said = [translate(FORMS["concept"], language, **values)]
    if closest:
        said.append(translate("Did you mean: {closest}?", language, closest="; ".join(closest)))
    said.append(_offer(few, language))
    return Misfit(" ".join(said), words, Choice(closest, few))


_SEVERAL: Final = "{label}: {value} may mean {choices}; write the code of one of them."


def _offer(few: tuple[str, ...], language: str) -> str:
    if few:
        return translate("Allowed values: {values}.", language, values="; ".join(few))
    return translate("The second sheet of the template lists all allowed values.", language)


def _closest(words: str, among: Iterable[Concept], terms: Terms, language: str) -> tuple[str, ...]:
    spellings: dict[str, Concept] = {}
    for concept in among:
        for text in (*concept.pref_label, *concept.alt_label, *concept.hidden_label):
            spellings.setdefault(fold(text.value), concept)
        spellings.setdefault(fold(concept.notation or concept.iri), concept)
    near = get_close_matches(fold(words)[:200], spellings, n=6, cutoff=0.6)
    return tuple(dict.fromkeys(_name(spellings[each], terms, language) for each in near))[:3]


def allowed(each: Property, terms: Terms, countries: tuple[str, ...] = ()) -> list[Concept]:
    """The terms that an inventory offers for a property: those in use, of participating countries first.

    Levels are those of the given countries, where there are any, and the regional ones.
    """
    if each.name == "country":
        return [terms.concepts[iri] for iri in terms.participants if iri in terms.concepts]
    named = OFFERED.get(each.name, each.row.scheme)
    found = [concept for scheme in named for concept in terms.in_scheme(scheme) if not concept.deprecated]
    if each.name == "language":
        first = {code: place for place, code in enumerate(FIRST_LANGUAGES)}
        found.sort(key=lambda concept: (first.get(concept.notation or "", len(first)), concept.notation or ""))
    if each.name == "level" and countries:
        found = [concept for concept in found if _is_of(concept, countries) or concept.scheme != "level"]
    return found


def _name(concept: Concept, terms: Terms, language: str) -> str:
    text = terms.label(concept.iri, language)
    return text.value if text else concept.notation or concept.iri
