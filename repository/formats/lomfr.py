"""LOM-FR written down: LOM, and in LOM-FR's own words what LOM has no word for.

Its vocabularies add to those of LOM and do not translate them, so that a reader of LOM loses nothing.
Source: LOM-FR 1.0 (NF Z76-040), XML binding and vocabularies LOMFRv1.0.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from repository.formats import lom
from repository.formats.lom import Dialect
from repository.record import Record
from vocabularies.terms import Terms

NAMESPACE: Final = "http://www.lom-fr.fr/xsd/LOMFR"
"""The namespace of LOM-FR's own elements; the others stay in that of LOM."""

SCHEMA: Final = "http://www.lom-fr.fr/xsd/lomfrv1.0/std/lomfr.xsd"
_VOCABULARY: Final = "LOMFRv1.0"
_KINDS: Final = {
    "image": "image fixe",
    "video": "image en mouvement",
    "audio": "son",
}
"""First part of a media type -> type of document (1.9); all else is a text."""

_TYPES: Final = {
    "RMC": "matériel de référence",
    "RF": "matériel de référence",
    "RE": "matériel de référence",
    "AST": "matériel de référence",
    "FM": "matériel de référence",
    "GP": "guide",
    "GOPM": "guide",
    "GM-GUIDE": "guide",
}
"""Notation of one of our types -> learning resource type of LOM-FR (5.2)."""


def write(record: Record, terms: Terms) -> bytes:
    """The record as one lom element with LOM-FR's additions."""
    return lom.document(record, terms, _DIALECT)


def _documents(record: Record, _terms: Terms) -> Iterator[str]:
    """What kinds of document the files are (1.9)."""
    kinds = [_KINDS.get((each.media_type or "").partition("/")[0], "texte") for each in record.distribution]
    for kind in dict.fromkeys(kinds):
        yield (
            f"<lomfr:documentType><lomfr:source>{_VOCABULARY}</lomfr:source>"
            f"<lomfr:value>{kind}</lomfr:value></lomfr:documentType>"
        )


def _types(record: Record, terms: Terms) -> Iterator[str]:
    words = dict.fromkeys(filter(None, (_word(iri, terms) for iri in record.resource_type)))
    for word in words:
        yield lom.value("learningResourceType", word, _VOCABULARY)


@lru_cache(maxsize=1024)
def _word(iri: str, terms: Terms) -> str | None:
    """LOM-FR's word for a type of ours, or for a broader one."""
    concepts = [terms.concept(each) for each in (iri, *terms.ancestors(iri))]
    notations = [concept.notation for concept in concepts if concept and concept.notation]
    return next((_TYPES[each] for each in notations if each in _TYPES), None)


_DIALECT: Final = Dialect(
    schemas=("LOMv1.0", _VOCABULARY),
    names=f' xmlns:lomfr="{NAMESPACE}"',
    location=f"{lom.NAMESPACE} {SCHEMA}",
    general=_documents,
    types=_types,
    kinds={
        "translation_of": (_VOCABULARY, "est la traduction de"),
        "requires": (_VOCABULARY, "a pour pré-requis"),
    },
)
