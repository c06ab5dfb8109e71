"""A term's form: what it is filled with, and what is made of it when it comes back. Terms are named by people here, by
their code or name, never by an address that nobody remembers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from repository.messages import LANGUAGES, marked
from repository.record import Text
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.editing import TEXTS
from vocabularies.naming import elsewhere, named, resolve
from vocabularies.working import Working

MAPPING_NAMES: Final = {
    "exact_match": marked("Exactly the same as"),
    "close_match": marked("Nearly the same as"),
    "broad_match": marked("Narrower than"),
    "narrow_match": marked("Broader than"),
    "related_match": marked("Related to"),
}
_ONE_LINE: Final = ("pref_label",)


@dataclass(frozen=True, slots=True)
class Box:
    """One field of texts in one language: its name in the form, and the lines that it holds."""

    name: str
    language: str
    value: str


@dataclass(frozen=True, slots=True)
class Form:
    """What a term's form is filled with; `texts` are the boxes of each attribute."""

    texts: Mapping[str, tuple[Box, ...]]
    notation: str
    broader: str
    related: str
    mappings: tuple[tuple[str, str, str], ...]


def filled(concept: Concept | None, working: Working, language: str, given: Mapping[str, str] = {}) -> Form:
    """The form of a concept (None: a new one), or what was given where it comes back."""
    held = concept or Concept(iri="", scheme="")
    languages = _languages(held, given)
    return Form(
        {
            name: tuple(
                Box(f"{name}.{tag}", tag, given.get(f"{name}.{tag}", _lines(getattr(held, name), tag)))
                for tag in languages
            )
            for name in TEXTS
        },
        given.get("notation", held.notation or ""),
        given.get("broader", "\n".join(named(iri, working, language, held.scheme) for iri in held.broader)),
        given.get("related", "\n".join(named(iri, working, language, held.scheme) for iri in held.related)),
        tuple((name, label, given.get(name, "\n".join(getattr(held, name)))) for name, label in MAPPING_NAMES.items()),
    )


def read(given: Mapping[str, str], scheme: str, working: Working) -> dict[str, Any]:
    """The attributes that a form gives; those it has no field for are left out. Raises NotInThisList."""
    found: dict[str, Any] = {}
    for name in TEXTS:
        boxes = {key.partition(".")[2]: value for key, value in given.items() if key.startswith(f"{name}.")}
        if boxes:
            lines = ((tag, value) for tag, held in boxes.items() for value in _split(name, held))
            found[name] = _texts(lines)
    if "notation" in given:
        found["notation"] = given["notation"].strip() or None
    for name in ("broader", "related"):
        if name in given:
            found[name] = tuple(resolve(line, scheme, working) for line in _split("", given[name]))
    for name in MAPPINGS:
        if name in given:
            found[name] = tuple(elsewhere(line, working) for line in _split("", given[name]))
    return found


def choices(scheme: str, working: Working, language: str, most: int = 1500) -> list[str]:
    """The terms in use of a list as its fields name them, for a browser to complete; none where there are too many."""
    held = [each for each in working.in_scheme(scheme) if not each.deprecated]
    return [] if len(held) > most else [named(each.iri, working, language, scheme) for each in held]


def _languages(concept: Concept, given: Mapping[str, str]) -> Sequence[str]:
    """The three of ours, and every other one that the term has something in."""
    held = {text.language or "" for name in TEXTS for text in getattr(concept, name)}
    asked = {key.partition(".")[2] for key in given if key.partition(".")[0] in TEXTS}
    return (*LANGUAGES, *sorted((held | asked) - set(LANGUAGES)))


def _lines(texts: Iterable[Text], tag: str) -> str:
    return "\n".join(text.value for text in texts if (text.language or "") == tag)


def _split(name: str, held: str) -> list[str]:
    """The values of a field: a note may have several lines, names and terms are one to a line."""
    if name in ("definition", "scope_note", "editorial_note"):
        return [held.replace("\r\n", "\n").strip()] if held.strip() else []
    lines = [line.strip() for line in held.splitlines() if line.strip()]
    return [" ".join(lines)] if name in _ONE_LINE and lines else lines


def _texts(lines: Iterable[tuple[str, str]]) -> tuple[Text, ...]:
    found = {Text(value, tag or None) for tag, value in lines}
    return tuple(sorted(found, key=lambda text: (text.language or "", text.value)))
