"""What people read about the profile: names of properties, help for the form, and sentences about faults.

All of it stands in the catalogue of messages (`repository/translations/<language>/profile.po`): the label of a
property under its shape's IRI, its help under that IRI and "/help", a class or other term of our ontology
under its own IRI.
"""

from typing import Final

from repository.messages import catalogue, translate
from repository.namespaces import SHAPE
from repository.profile.constraints import IDENTIFIABLE, ORDER, shape_iri, terms_for
from repository.profile.rules import Violation
from repository.profile.table import Property, by_name
from vocabularies.terms import Terms

SHOWN: Final = 80
"""Characters of a faulty value that a sentence repeats."""

LISTED: Final = 12
"""Up to this many allowed terms are named in the sentence itself."""


def label(name: str, language: str) -> str:
    """The name of a property for a reader of `language`."""
    return translate(SHAPE + name, language)


def help_text(name: str, language: str) -> str:
    """One sentence that says what to write into the field of a property."""
    return translate(f"{SHAPE}{name}/help", language)


def name_of(shape: str) -> str:
    """The property that a shape IRI is about; "" for the record as a whole."""
    return "" if shape == IDENTIFIABLE else shape.removeprefix(SHAPE).split("/")[0]


def tell(violation: Violation, language: str, terms: Terms | None = None) -> str:
    """A fault in one sentence: the field, the value that was found and what is allowed.

    With `terms`, a value outside a short list is followed by the terms of that list.
    """
    return say(violation.shape, violation.message, language, shown(violation.value), terms)


def say(shape: str, message: str, language: str, value: str, terms: Terms | None = None) -> str:
    """`tell` for a shape and its sentence, with whatever stands for the value."""
    name = name_of(shape)
    if not name:
        return translate(message, language)
    each = by_name(name)
    other = label(each.row.not_before, language) if shape == shape_iri(name, ORDER) else ""
    told = translate(
        message,
        language,
        label=label(name, language),
        value=value,
        other=other,
        scheme=schemes(each, language, terms),
    )
    return f"{told} {allowed}" if (allowed := _allowed(each, shape, language, terms)) else told


def shown(value: str) -> str:
    """A value as a sentence repeats it, in the quotation marks that all three languages read."""
    return f"«\u00a0{value if len(value) <= SHOWN else value[: SHOWN - 1] + '…'}\u00a0»"


def schemes(each: Property, language: str, terms: Terms | None) -> str:
    """The names of the vocabularies that a property's concepts come from."""
    return ", ".join(_scheme(scheme, language, terms) for scheme in each.row.scheme)


def _scheme(scheme: str, language: str, terms: Terms | None) -> str:
    known = terms.schemes.get(scheme) if terms else None
    titles = {text.language: text.value for text in known.title} if known else {}
    return f"«\u00a0{titles.get(language) or titles.get('en') or scheme}\u00a0»"


def _allowed(each: Property, shape: str, language: str, terms: Terms | None) -> str:
    if terms is None or each.row.range != "concept" or shape != shape_iri(each.name):
        return ""
    iris = [concept.iri for concept in terms_for(each, terms)]
    if not 0 < len(iris) <= LISTED:
        return ""
    names = [text.value if (text := terms.label(iri, language)) else iri for iri in iris]
    return translate("Allowed values: {values}.", language, values=", ".join(names))


def is_translated(message: str, language: str) -> bool:
    """Whether the catalogue of a language holds a message."""
    return catalogue(language).gettext(message) != message
