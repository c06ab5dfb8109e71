"""One row of the application profile."""

from dataclasses import dataclass
from typing import Literal

Need = Literal["M", "R", "O"]
"""Mandatory, recommended or optional on deposit. Harvested records may lack any of them (PROFILE, lessons)."""

Range = Literal[
    "text",
    "string",
    "concept",
    "resource",
    "url",
    "date",
    "timestamp",
    "duration",
    "integer",
    "media-type",
    "hexadecimal",
    "checksum-algorithm",
    "source",
    "agent",
    "attribution",
    "validation",
    "derivation",
    "distribution",
    "checksum",
    "source-word",
    "catalog-record",
]
"""What values a property takes.

text: a string with its language; string: without; concept: IRI out of `scheme`; resource: one of our local
ids or a foreign IRI; url: http(s) address; date: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; timestamp: UTC with
seconds; duration: xsd:duration; source: id of a registered source. The last eight are nested nodes whose own
attributes carry rows again.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """Where one property stands in RDF and in every other format.

    `number` is the row of the profile's reference page (0 for the attributes of nested nodes); `name` the
    attribute's name in JSON, filled in from the attribute where it is not given; `rdf` a prefixed name;
    `scheme` the vocabularies that a concept may come from; `kit` true where kit documents must have it;
    `unique_language` true where each language may stand once; `not_before` names a date attribute that may not
    be later than this one.
    """

    number: int = 0
    name: str = ""
    rdf: str = ""
    need: Need = "O"
    min: int = 0
    max: int | None = None
    range: Range = "string"
    scheme: tuple[str, ...] = ()
    kit: bool = False
    unique_language: bool = False
    not_before: str = ""
    lom: str = ""
    dc: str = ""
    schema: str = ""
