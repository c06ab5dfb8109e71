"""What Identify and ListSets tell people: in French, Portuguese and English at once, for no reader in particular.

Both are oai_dc elements, the one container for descriptions whose schema every harvester has.
Source: OAI-PMH 2.0 sections 4.2 and 4.6; implementation guidelines, section 2.1.
"""

from collections.abc import Callable, Iterable
from typing import Final

from harvest.source import Source
from repository.messages import LANGUAGES, translate
from repository.oai import xml
from repository.record import Text
from repository.rendering import set_path
from repository.settings import Settings
from vocabularies.terms import Terms, choose

_ABOUT: Final = (
    "Open catalogue of resources for vocational training: training standards, guides, course books and tests, "
    "with their country, sector, occupation and level."
)
_RIGHTS: Final = (
    "The metadata of this repository are under the licence {licence}; "
    "metadata harvested from a partner stay under the partner's terms."
)
_CONTENT: Final = (
    "Training standards, teaching and assessment guides and learning materials for vocational training, shared by the "
    "participating countries; each record says its country, sector, occupation and level."
)
_DATA: Final = (
    "Files follow the access policy of each resource: open, on identified request, or for participating entities; "
    "addresses of reserved files are in no record."
)
_SUBMISSION: Final = (
    "National mutualisation entities and their technical partners deposit; the country of origin validates before "
    "anything is published."
)
_WITHOUT: Final = "Everything except what came from this source: {name}. For its own harvester, so that nothing echoes."
WITHOUT: Final = "without"
"""First part of the set that holds everything but the records of one source."""

_SETS: Final = {
    "country": ("country", "Resources from or for this country: {name}."),
    "type": ("resource-type", "Resources of this type: {name}."),
    "sector": ("sector", "Resources for this sector: {name}."),
    "source": ("", "Records harvested from this source: {name}."),
}
"""First part of a set spec -> (scheme of its concepts, what the set holds)."""


def repository(settings: Settings, terms: Terms) -> str:
    """The repository and the licence of its metadata, as an oai_dc element."""
    licence = settings.metadata_licence
    return xml.dublin_core(
        (
            ("title", Text(settings.name)),
            *_told("description", lambda language: translate(_ABOUT, language)),
            *(("language", Text(language)) for language in LANGUAGES),
            ("rights", Text(licence)),
            *_told("rights", lambda language: translate(_RIGHTS, language, licence=_named(licence, terms, language))),
        )
    )


def policies(settings: Settings, terms: Terms) -> str:
    """What is here and who may do what with it, in the three languages one after the other."""
    licence = settings.metadata_licence

    def rights(language: str) -> str:
        return translate(_RIGHTS, language, licence=_named(licence, terms, language))

    texts = (
        ("content", lambda language: translate(_CONTENT, language)),
        ("metadataPolicy", rights),
        ("dataPolicy", lambda language: translate(_DATA, language)),
        ("submissionPolicy", lambda language: translate(_SUBMISSION, language)),
    )
    return xml.policies((name, " / ".join(dict.fromkeys(map(words, LANGUAGES)))) for name, words in texts)


def friends(sources: Iterable[Source]) -> str | None:
    """The partners that anybody can reach; None where there is none yet."""
    addresses = dict.fromkeys(each.base_url for each in sources if is_partner(each) and not each.allow_private)
    return xml.friends(addresses) if addresses else None


def is_partner(source: Source) -> bool:
    """Whether a source is a repository, and not files imported by hand."""
    return bool(source.base_url)


def without(source: Source) -> tuple[str, str]:
    """The name and description of the set of everything except what came from a source."""
    told = {language: _source_name(source, language) for language in LANGUAGES}

    def words(language: str) -> str:
        return translate(_WITHOUT, language, name=told[language])

    return words(LANGUAGES[-1]), xml.dublin_core((*_told("title", told.__getitem__), *_told("description", words)))


def _source_name(source: Source, language: str) -> str:
    named = choose(source.name, language)
    return named.value if named else source.id


def record_set(spec: str, terms: Terms) -> tuple[str, str]:
    """A set's name in the three languages, and its description as an oai_dc element."""
    kind, _, path = spec.partition(":")
    scheme, sentence = _SETS.get(kind, ("", "{name}"))
    concept = terms.by_notation(scheme, path.rsplit(":", 1)[-1])
    names = {language: _label(concept.iri, terms, language) if concept else path for language in LANGUAGES}
    return " / ".join(dict.fromkeys(names.values())), xml.dublin_core(
        (
            *(_told("title", names.__getitem__) if concept else [("title", Text(path))]),
            *_told("description", lambda language: translate(sentence, language, name=names[language])),
        )
    )


def expected_sets(terms: Terms) -> list[str]:
    """The sets of the countries that take part, which an empty catalogue can name already."""
    return [f"country:{path}" for iri in terms.participants if (path := set_path(iri, terms))]


def _told(element: str, words: Callable[[str], str]) -> list[tuple[str, Text]]:
    return [(element, Text(words(language), language)) for language in LANGUAGES]


def _label(iri: str, terms: Terms, language: str) -> str:
    label = terms.label(iri, language)
    return label.value if label else iri


def _named(iri: str, terms: Terms, language: str) -> str:
    label = terms.label(iri, language)
    return f"{label.value} ({iri})" if label else iri
