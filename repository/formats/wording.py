"""The words by which concepts, languages and agents stand in formats that have no addresses for them. Pure."""

from functools import lru_cache

from repository.profile.forms import language_tag, usual_case
from repository.record import Agent, Text
from vocabularies.terms import Terms


@lru_cache(maxsize=256)
def shown(languages: tuple[str, ...], terms: Terms) -> tuple[str, ...]:
    """The languages in which concepts are named for a resource: French, and Portuguese and English where it is in
    that language."""
    held = {concept.notation for iri in languages if (concept := terms.concept(iri))}
    return ("fr", *(language for language in ("pt", "en") if language in held))


@lru_cache(maxsize=16384)
def labels(iri: str, chosen: tuple[str, ...], terms: Terms) -> tuple[Text, ...]:
    """The labels of a concept in the chosen languages, the same words once; an unknown concept by its address."""
    concept = terms.concept(iri)
    known = {text.language: text for text in concept.pref_label} if concept else {}
    found = {known[language].value: known[language] for language in reversed(chosen) if language in known}
    if not found and (label := terms.label(iri, "fr")):
        found = {label.value: label}
    return tuple(reversed(found.values())) or (Text(iri),)


@lru_cache(maxsize=4096)
def code(iri: str, terms: Terms) -> str:
    """The short code of a concept (of a language: ISO 639), or its address where it has none."""
    concept = terms.concept(iri)
    return concept.notation if concept and concept.notation else iri


@lru_cache(maxsize=256)
def tag(language: str | None) -> str | None:
    """A language tag in its usual case, None for what is none."""
    found = language_tag(language) if language else None
    return usual_case(found) if found else None


def name(agent: Agent) -> Text | None:
    """What an agent is called: its first name, or its address."""
    return agent.name[0] if agent.name else Text(agent.id) if agent.id else None
