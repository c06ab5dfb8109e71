"""A vocabulary out of a table: which column is what is said, or told by the headings that such tables commonly have."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository.identity import slug
from repository.record import Text
from repository.tabular import decoded, separator_of
from vocabularies.concept import MAPPINGS, Concept, Scheme, Vocabulary
from vocabularies.editing import TEXTS, clean
from vocabularies.errors import SheetUnreadable, TableWithoutNames, UnknownMeaning
from vocabularies.terms import fold

_HEADINGS: Final = {
    "iri": ("uri", "iri", "concepturi", "concept uri", "address", "id"),
    "notation": ("code", "notation", "iscogroup", "codigo"),
    "pref_label": (
        "label",
        "preferredlabel",
        "preflabel",
        "preferred label",
        "name",
        "nom",
        "nome",
        "libelle",
        "title",
    ),
    "alt_label": ("altlabels", "altlabel", "alternative labels", "synonyms", "synonymes", "sinonimos"),
    "definition": ("definition", "description", "descricao"),
    "scope_note": ("scopenote", "scope note", "note"),
    "broader": ("broader", "broaderuri", "parent", "parent code", "parentcode"),
    "exact_match": ("exactmatch", "exact match"),
    "close_match": ("closematch", "close match"),
}
_TAGGED: Final = re.compile(r"(.+?)[\s_.@\[(-]+([a-z]{2})[\])]?", re.IGNORECASE)
_NAMED_BY: Final = {
    "fr": ("french", "francais", "frances"),
    "pt": ("portuguese", "portugais", "portugues"),
    "en": ("english", "anglais", "ingles"),
}
"""Headings that are the name of a language: columns of names in it."""
_LINKS: Final = ("broader", "related", *MAPPINGS)
_LANGUAGES: Final = frozenset(("fr", "pt", "en", "es", "de", "it", "ar", "nl"))
MEANINGS: Final = ("iri", "notation", *TEXTS, *_LINKS)
"""What a column can be."""


class Columns(Struct, frozen=True):
    """How to read a table: heading -> attribute, with ".language" for texts ("preferredLabel" -> "pref_label.fr").
    `scheme` is the list's short id, `iri` its address, `title` its name; `language` that of texts that name none."""

    columns: dict[str, str] = {}
    scheme: str = ""
    iri: str = ""
    title: str = ""
    language: str = "fr"


def is_table(data: bytes, file: str) -> bool:
    """Whether a file is a table rather than RDF, by its name."""
    return file.lower().endswith((".csv", ".tsv", ".txt"))


def read(data: bytes, file: str, columns: Columns, base_iri: str) -> Vocabulary:
    """The vocabulary in a table of one row a term. Raises SheetUnreadable, TableWithoutNames, UnknownMeaning."""
    for wanted in columns.columns.values():
        if wanted and wanted.partition(".")[0] not in MEANINGS:
            raise UnknownMeaning(meaning=wanted, known=", ".join(MEANINGS))
    id = slug(columns.scheme) or slug(re.sub(r"\.[^.]*$", "", file)) or "list"
    scheme_iri = columns.iri or f"{base_iri}vocabulary/{id}"
    rows = list(_rows(data, file))
    if not rows:
        raise SheetUnreadable(file=file, reason="0")
    meaning = {heading: found for heading in rows[0] if (found := _meaning(heading, columns))}
    if not {"pref_label"} <= {attribute for attribute, _ in meaning.values()}:
        raise TableWithoutNames()
    concepts: dict[str, Concept] = {}
    for row in rows:
        concept = _concept(row, meaning, id, scheme_iri)
        if concept is not None:
            concepts[concept.iri] = concept
    kept = tuple(_placed(each, concepts) for each in concepts.values())
    title = (Text(columns.title or id, columns.language),)
    return Vocabulary(Scheme(id=id, iri=scheme_iri, title=title), tuple(sorted(kept, key=lambda each: each.iri)))


def _rows(data: bytes, file: str) -> Iterator[dict[str, str]]:
    text = decoded(data)
    csv.field_size_limit(1_000_000)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator_of(text), restkey="", restval="")
    try:
        for row in reader:
            yield {(heading or "").strip(): str(cell or "").strip() for heading, cell in row.items()}
    except csv.Error as error:
        raise SheetUnreadable(file=file, reason=str(error)) from error


def _meaning(heading: str, columns: Columns) -> tuple[str, str] | None:
    """(attribute, language) of a column; None for one that is left out."""
    if heading in columns.columns:
        attribute, _, language = columns.columns[heading].partition(".")
        return (attribute, language or columns.language) if attribute else None
    plain, language = fold(heading), ""
    if (tagged := _TAGGED.fullmatch(heading.strip())) and tagged[2].lower() in _LANGUAGES and tagged[1].strip():
        plain, language = fold(tagged[1]), tagged[2].lower()
    for attribute, names in _HEADINGS.items():
        if plain in names:
            return attribute, language or columns.language
    return next((("pref_label", tag) for tag, names in _NAMED_BY.items() if plain in names), None)


def _concept(
    row: Mapping[str, str], meaning: Mapping[str, tuple[str, str]], scheme: str, scheme_iri: str
) -> Concept | None:
    fields: dict[str, Any] = {}
    for heading, (attribute, language) in meaning.items():
        for part in _parts(attribute, row.get(heading, "")):
            if attribute in TEXTS:
                fields[attribute] = (*fields.get(attribute, ()), Text(part, language))
            elif attribute in _LINKS:
                fields[attribute] = (*fields.get(attribute, ()), _address(part, scheme_iri))
            else:
                fields[attribute] = part
    iri = fields.pop("iri", "")
    if not fields.get("pref_label"):
        return None
    notation = fields.get("notation") or slug(fields["pref_label"][0].value)
    told = {**fields, "notation": notation}
    for name in ("pref_label", "alt_label", "hidden_label"):
        if name in told:
            told[name] = clean(told[name])
    told["alt_label"] = tuple(each for each in told.get("alt_label", ()) if each not in told["pref_label"])
    return Concept(iri=_iri(iri, notation, scheme_iri), scheme=scheme, **told)


def _placed(concept: Concept, concepts: Mapping[str, Concept]) -> Concept:
    """The concept below those broader ones that the table has; without any it begins the tree."""
    broader = tuple(each for each in concept.broader if each in concepts and each != concept.iri)
    return msgspec.structs.replace(concept, broader=broader, top=not broader)


def _iri(given: str, notation: str, scheme_iri: str) -> str:
    return (
        given
        if re.match(r"[a-z][a-z0-9+.-]*:", given, re.IGNORECASE)
        else f"{scheme_iri.rstrip('/')}/{given or notation}"
    )


def _address(part: str, scheme_iri: str) -> str:
    if re.match(r"https?://|urn:", part):
        return part
    return f"{scheme_iri.rstrip('/')}/{part}"


def _parts(attribute: str, cell: str) -> list[str]:
    if attribute in ("alt_label", "hidden_label", *_LINKS):
        return [part.strip() for part in re.split(r"[\n|]", cell) if part.strip()]
    return [cell] if cell else []
