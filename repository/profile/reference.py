"""The reference page of the profile, written from its table.

`python -m repository.profile.reference` rewrites docs/reference/profile.md; a test fails when it is stale.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct

from repository.messages import LANGUAGES
from repository.profile.constraints import FORM, constraints, is_mandatory, sentence, shape_iri
from repository.profile.labels import help_text, label
from repository.profile.nodes import AGENT_TYPES, DERIVED, RECORD_TYPES, TYPES
from repository.profile.table import NODES, Property, properties
from repository.record import Record

PAGE: Final = Path(__file__).parents[2] / "docs" / "reference" / "profile.md"

INTRODUCTION: Final = """# Application profile

This page is generated from the table in `repository/record.py` by `python -m repository.profile.reference`;
do not edit it by hand.

M: mandatory on deposit; R: recommended; O: optional. M (kit): mandatory for documents that belong to a kit.
A harvested record may lack any property: what is missing lowers its completeness and is reported to the
partner; only a record with neither title nor identifier is kept out.

A resource is a {types}. Its IRI is the installation's base address, `resource/` and its id. Nested nodes are
fragments of that IRI (the property's name and a digest of the node's content), and an agent with a web address
is that address: there are no blank nodes. A value whose form is wrong is written as a plain string, so that
no literal is ill-typed.
"""

RANGES: Final = """## Kinds of value

| range | in a record | in RDF |
|---|---|---|
| text | words and their language | literal with a language tag; plain string where the language is not known |
| string | words | plain string |
| concept | IRI of a concept | that IRI |
| resource | id of a resource of this catalogue, or the IRI of another one | its IRI |
| url | http or https address | that IRI |
| date | `2024`, `2024-05` or `2024-05-31` | `xsd:gYear`, `xsd:gYearMonth` or `xsd:date` |
| timestamp | `2024-05-31T12:00:00Z` | `xsd:dateTime` |
| duration | `PT40H`, `P3M` | `xsd:duration` |
| integer | 0 or more | `xsd:nonNegativeInteger` |
| media-type | `application/pdf` | IRI under `https://www.iana.org/assignments/media-types/` |
| checksum-algorithm | `sha256` | `spdx:checksumAlgorithm_sha256` |
| hexadecimal | lower-case hexadecimal digits | `xsd:hexBinary` |
| source | id of a registered source | base address, `source/` and the id |
"""


def page() -> str:
    """The whole page in Markdown."""
    types = " and a ".join(f"`{name}`" for name in RECORD_TYPES)
    parts = [INTRODUCTION.format(types=types), *_section("Resource", "", Record)]
    for kind, struct in NODES.items():
        parts.extend(_section(kind.replace("-", " ").capitalize(), kind, struct))
    return "\n".join([*parts, RANGES, *_shapes()]).rstrip() + "\n"


def _section(title: str, kind: str, struct: type[Struct]) -> Iterable[str]:
    yield f"## {title}\n"
    if kind:
        names = AGENT_TYPES.values() if kind == "agent" else (TYPES[kind],)
        yield f"Class: {', '.join(f'`{name}`' for name in names)}.\n"
    yield from _table(
        ("#", "name", "RDF property", "cardinality", "need", "range", "LOM", "oai_dc", "schema.org"),
        (_facts(each) for each in properties(struct)),
    )
    derived = [f"`{name}`" for name, _ in DERIVED.get(kind, {}).values()]
    if derived:
        yield f"Added by the writers: {', '.join(derived)}.\n"
    yield from _table(
        ("name", "français", "português", "English", "what to write"),
        ((f"`{each.name}`", *_labels(each), help_text(each.name, "en")) for each in properties(struct)),
    )


def _labels(each: Property) -> tuple[str, ...]:
    return tuple(label(each.name, language) for language in LANGUAGES)


def _facts(each: Property) -> tuple[str, ...]:
    row = each.row
    least = 1 if is_mandatory(each) else 0
    kind = row.range + (f" ({', '.join(row.scheme)})" if row.scheme else "")
    return (
        str(row.number or "–"),
        f"`{each.name}`",
        f"`{row.rdf}`" if row.rdf else "the node's IRI",
        f"{least}..{'n' if each.many else 1}",
        "M" if is_mandatory(each) else f"{row.need}, M (kit)" if row.kit else row.need,
        kind,
        row.lom or "–",
        row.dc or "–",
        row.schema or "–",
    )


def _shapes() -> Iterable[str]:
    yield "## Constraints\n"
    yield "Each constraint is a field rule and a SHACL shape of the same address.\n"
    yield from _table(
        ("shape", "sentence"),
        (
            (f"`{shape_iri(each.name, name)}`", sentence(each, name).replace("{label}", label(each.name, "en")))
            for struct in (Record, *NODES.values())
            for each in properties(struct)
            for name in (FORM, *constraints(each)[1:])
        ),
    )


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def main() -> None:
    """Rewrite the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
