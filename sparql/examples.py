"""The questions that are shipped with the endpoint, in `sparql/queries`: each a file with a title in three languages.

They stand in the triples too, as editors look for them. Source: SHACL (W3C, 2017), sh:SPARQLExecutable and sh:declare.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Final

from msgspec import Struct

from repository.messages import LANGUAGES
from repository.namespaces import PREFIXES, expand
from repository.profile.nquads import quoted
from sparql import admission

_TITLE: Final = re.compile(r"#\s*fr:(?P<fr>.*)\|\s*pt:(?P<pt>.*)\|\s*en:(?P<en>.*)")
_TARGET: Final = "https://schema.org/target"
_KINDS: Final = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
"""Form of a query -> its class and the property that holds its text, in SHACL's namespace."""


class Example(Struct, frozen=True):
    """A shipped question: its short name, its title by language, and its text."""

    name: str
    titles: dict[str, str]
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The questions of `sparql/queries`, in the order of their names; read once a process."""
    folder = resources.files("sparql") / "queries"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".rq")), key=lambda each: each.name)
    return tuple(_example(file.name.removesuffix(".rq"), file.read_text("utf-8")) for file in files)


def _example(name: str, text: str) -> Example:
    title, _, query = text.partition("\n")
    found = _TITLE.fullmatch(title)
    if found is None:
        raise ValueError(f"{name}.rq must begin with '# fr: ... | pt: ... | en: ...'")
    return Example(name, {language: found[language].strip() for language in LANGUAGES}, query)


def statements(base_iri: str) -> Iterator[str]:
    """The questions and the prefixes of the catalogue, as N-Triples lines."""
    root = f"{base_iri}sparql/examples"
    kind = f"<{expand('rdf:type')}>"
    for prefix, namespace in sorted(PREFIXES.items()):
        declared = f"<{root}#prefix-{prefix}>"
        yield f"<{root}> <{expand('sh:declare')}> {declared} ."
        yield f"{declared} <{expand('sh:prefix')}> {quoted(prefix)} ."
        yield f"{declared} <{expand('sh:namespace')}> {quoted(namespace)}^^<{expand('xsd:anyURI')}> ."
    for each in examples():
        subject = f"<{root}/{each.name}>"
        name, held = _KINDS[admission.admit(each.text).form]
        yield f"{subject} {kind} <{expand('sh:SPARQLExecutable')}> ."
        yield f"{subject} {kind} <{expand('sh:' + name)}> ."
        yield f"{subject} <{expand('sh:' + held)}> {quoted(each.text)} ."
        yield f"{subject} <{expand('sh:prefixes')}> <{root}> ."
        yield f"{subject} <{_TARGET}> <{base_iri}sparql> ."
        for language, title in each.titles.items():
            yield f"{subject} <{expand('rdfs:comment')}> {quoted(title)}@{language} ."
            yield f"{subject} <{expand('rdfs:label')}> {quoted(title)}@{language} ."
