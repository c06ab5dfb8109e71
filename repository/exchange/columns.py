"""The columns of an inventory: which properties a spreadsheet holds, and under which headings they are known."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from repository.messages import LANGUAGES, translate
from repository.profile.constraints import is_mandatory
from repository.profile.labels import label
from repository.profile.table import Property, by_name, properties
from repository.record import Distribution, Validation
from vocabularies.terms import fold

SEPARATOR: Final = " | "
"""Between several values in one cell."""


@dataclass(frozen=True, slots=True)
class Column:
    """A property, and for texts that have a column for each language, that language."""

    name: str
    language: str | None = None

    @property
    def meaning(self) -> Property:
        """The property of the profile that the column holds."""
        return by_name(self.name)

    @property
    def is_mandatory(self) -> bool:
        """Whether a row without a value here is refused."""
        return self.name not in WAIVED and self.name not in _NESTED and is_mandatory(self.meaning)

    @property
    def holds_many(self) -> bool:
        """Whether a cell may hold several values."""
        return self.is_of_file or (self.meaning.many and self.name not in _WHOLE)

    @property
    def marks(self) -> str:
        """The characters that part several values: sentences and addresses may hold more than others."""
        if self.name in _SENTENCES:
            return "|"
        return "|\n" if self.meaning.row.range in ("url", "string") else "|;\n"

    @property
    def is_of_file(self) -> bool:
        """Whether the column tells of the resource's files: its first value of the first file, and so on."""
        return self.name in _FILES


WAIVED: Final = frozenset({"identifier", "distribution", "mediaType"})
"""What a deposit must have and a row of an inventory may lack: files and numbers often come later."""

_NESTED: Final = frozenset(each.name for node in (Distribution, Validation) for each in properties(node))
_FILES: Final = frozenset({"accessUrl", "mediaType"})
_SENTENCES: Final = frozenset({"rights", "validationAct"})
_WHOLE: Final = frozenset({"title", "description"})
_BY_LANGUAGE: Final = frozenset({"title", "description", "keyword"})
_NAMES: Final = (
    "identifier",
    "title",
    "description",
    "language",
    "country",
    "sector",
    "resourceType",
    "level",
    "occupation",
    "audience",
    "keyword",
    "teaches",
    "timeRequired",
    "creator",
    "publisher",
    "rightsHolder",
    "issued",
    "version",
    "status",
    "licence",
    "rights",
    "access",
    "adaptation",
    "validationAct",
    "validationAuthority",
    "validationDate",
    "accessUrl",
    "mediaType",
    "landingPage",
)
COLUMNS: Final = tuple(
    Column(name, language) for name in _NAMES for language in (LANGUAGES if name in _BY_LANGUAGE else (None,))
)
"""All columns, in the order of the template."""

_IN_LANGUAGE: Final = {
    "fr": "{label} (in French)",
    "pt": "{label} (in Portuguese)",
    "en": "{label} (in English)",
}
_LANGUAGE_WORDS: Final = {
    word: language
    for language, words in {
        "fr": "fr français french francês",
        "pt": "pt portugais portuguese português",
        "en": "en anglais english inglês",
    }.items()
    for word in fold(words).split()
}
_SMALL_WORDS: Final = frozenset({"en", "em", "in"})

_OTHER_HEADINGS: Final = {
    "identifier": "code|numéro|n°|référence|cote|id|número|referência|number|reference",
    "title": "intitulé|titre du document|nom du document|nome do documento|document title|name",
    "description": "résumé|descriptif|présentation|resumo|apresentação|summary|abstract",
    "language": "langues|langue du document|idioma|línguas|língua do documento|languages",
    "country": "pays d'origine|país de origem|country of origin",
    "sector": "secteur d'activité|secteurs|filière|setor de atividade|sectors",
    "resourceType": "type|type de document|nature du document|tipo|tipo de documento|document type",
    "level": "niveau|diplôme|niveau ou diplôme|nível|diploma|level",
    "occupation": "métiers|profession|spécialité|ofício|trade",
    "audience": "public|publics|destinataires|público|destinatários|target audience",
    "keyword": "mots clefs|mot clé|descripteurs|palavras chave|descritores|keyword",
    "teaches": "compétences|competências|competencies|skills",
    "timeRequired": "durée de la formation|volume horaire|carga horária|duration",
    "creator": "auteurs|rédacteur|autores|authors|creator",
    "publisher": "organisme|organisme éditeur|institution|structure|entidade editora|instituição|organisation",
    "rightsHolder": "propriétaire|ayant droit|proprietário|owner",
    "issued": "année|date|année de publication|ano|data|ano de publicação|year|date of publication",
    "version": "édition|edição|edition",
    "status": "état|statut|estado|status",
    "licence": "license|régime de droits|licença de uso",
    "rights": "droits|direitos|rights",
    "access": "accès|conditions d'accès|politique d'accès|acesso|condições de acesso|access policy",
    "adaptation": "adaptation|adaptation permise|adaptação|adaptação permitida|may be adapted",
    "validationAct": "validation|acte|ato|validação|act",
    "accessUrl": "lien|lien du fichier|url|url du fichier|fichier|adresse du fichier|ligação|ficheiro|url do ficheiro|"
    "link|file|file url",
    "mediaType": "format|format du fichier|type de média|type mime|formato|formato do ficheiro|file format|media type",
    "landingPage": "page web|página web|web page",
}
"""Headings that real inventories use beside the profile's own labels, in any of the three languages."""


def heading(column: Column, language: str) -> str:
    """The heading of a column in the template, without its mark of obligation."""
    name = label(column.name, language)
    return translate(_IN_LANGUAGE[column.language], language, label=name) if column.language else name


def recognise(words: str, language: str) -> Column | None:
    """The column that a heading names, whatever its letter case, accents and marks.

    A text's heading that names no language is in `language`, that of the headings.
    """
    name, spoken = _base(words)
    if name is None:
        return None
    return Column(name, (spoken or language) if name in _BY_LANGUAGE else None)


def language_of(headings: Iterable[str], preferred: str) -> str:
    """The language in which most headings are the profile's own labels; `preferred` where two are equal."""
    plain = [_plain(each) for each in headings]
    scores = {language: sum(_is_label(each, language) for each in plain) for language in LANGUAGES}
    return max(LANGUAGES, key=lambda language: (scores[language], language == preferred))


def _is_label(plain: str, language: str) -> bool:
    return plain in _labels(language) or _without_language(plain)[0] in _labels(language)


def _plain(words: str) -> str:
    return fold(re.sub(r"[^\w\s'’°-]|_", " ", words))


def _base(words: str) -> tuple[str | None, str | None]:
    """(property, language named in the heading)."""
    plain = _plain(words)
    if plain in _names():
        return _names()[plain], None
    base, language = _without_language(plain)
    return _names().get(base), language


def _without_language(plain: str) -> tuple[str, str | None]:
    head = plain.split()
    language = _LANGUAGE_WORDS.get(head[-1]) if head else None
    if language is None:
        return plain, None
    head.pop()
    if head and head[-1] in _SMALL_WORDS:
        head.pop()
    return " ".join(head), language


@cache
def _labels(language: str) -> frozenset[str]:
    return frozenset(_plain(label(name, language)) for name in _NAMES)


@cache
def _names() -> dict[str, str]:
    """Heading without case, accents and marks -> property; the profile's own labels win over other headings."""
    others = {_plain(word): name for name, words in _OTHER_HEADINGS.items() for word in words.split("|")}
    own = {_plain(label(name, language)): name for language in LANGUAGES for name in _NAMES}
    return {**others, **own}
