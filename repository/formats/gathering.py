"""What several formats on Dublin Core have in common when they are read: some values are looked at together.

Identifiers are pages, files or names; of several dates one is that of issue; media types belong to the files.
"""

from typing import Final

from lxml import etree

from repository.formats import oai_dc, xml
from repository.formats.acts import ACTS
from repository.formats.draft import Draft
from repository.formats.reading import Reading
from repository.namespaces import PREFIXES
from vocabularies.terms import Terms


class Gathering:
    """Statements as they come, each under the name of its act, until the record is complete."""

    TOGETHER: Final = ("identifier", "date", "format", "citation")

    def __init__(self, terms: Terms) -> None:
        self.draft = Draft(terms)
        self._held: dict[str, list[str]] = {name: [] for name in self.TOGETHER}

    def take(self, act: str, element: str, value: str, language: str | None) -> None:
        """One statement: `act` is a name of `formats.acts` or of `TOGETHER`, `element` where the words stood."""
        if act == "citation":
            self.draft.keep(element, value, self.draft.tag("sourceWord", language))
        elif act in self._held:
            self._held[act].append(value)
        else:
            ACTS[act](self.draft, element, value, language)

    def keep_attributes(self, element: etree._Element) -> None:
        """The addresses to which an element without words points."""
        for attribute in ("about", "resource"):
            name = f"{element.prefix or 'dc'}:{xml.local(element)}"
            self.draft.keep(name, element.get(f"{{{PREFIXES['rdf']}}}{attribute}", ""))

    def reading(self) -> Reading:
        """The record, once everything has come."""
        oai_dc.settle_dates(self.draft, self._held["date"])
        oai_dc.identify(self.draft, self._held["identifier"])
        oai_dc.settle_formats(self.draft, self._held["format"])
        self.draft.default_language()
        self.draft.adaptation_of_licence()
        return self.draft.reading()
