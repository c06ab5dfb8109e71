"""LOM, LOM-FR and ScoLOMFR -> a record. Source: IEEE 1484.12.1; LOM-FR 1.0; ScoLOMFR 3.0.

Every element has its act in a table; what has none (and every element of an extension) keeps all its words under
its LOM number. Vocabulary values are met as tokens, as addresses of ScoLOMFR concepts and as labels.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

import msgspec
from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import lom_classification, vcard, xml
from repository.formats.acts import ACTS
from repository.formats.draft import Draft
from repository.formats.lom_tables import CATALOGUES, KINDS, number
from repository.formats.normalise import dates, identifiers, words
from repository.formats.reading import Reading
from repository.record import Agent, Attribution, Distribution
from vocabularies.terms import Terms, fold


def records(data: bytes) -> Iterator[bytes]:
    """The lom elements of a file that holds one or many, each as a document of its own."""
    root = xml.parse(data, format="LOM")
    for element in root.iter():
        if isinstance(element.tag, str) and xml.local(element) == "lom":
            yield etree.tostring(element, encoding="utf-8", with_tail=False)


def read(data: bytes, terms: Terms) -> Reading:
    """The record of the one lom element in a document. Raises UnreadableRecord for none or several."""
    root = xml.parse(data, format="LOM")
    found = [each for each in root.iter() if isinstance(each.tag, str) and xml.local(each) == "lom"]
    if len(found) != 1:
        raise UnreadableRecord(format="LOM", reason=f"the document holds {len(found)} lom elements, not one")
    return _Reader(found[0], terms).reading()


class _Reader:
    """One lom element being read into a draft."""

    def __init__(self, root: etree._Element, terms: Terms) -> None:
        self.root = root
        self.terms = terms
        self.draft = Draft(terms)
        self.default = self._default()
        self.addresses: list[str] = []
        self.dates: list[tuple[str, str]] = []

    def _default(self) -> str | None:
        """The language of the description itself (3.4), which texts without one have."""
        for category in xml.children(self.root, "metaMetadata"):
            for element in xml.children(category, "language"):
                found = words.text_language(xml.words(element), self.terms)
                self.draft.note("text-language", "title", xml.words(element), found)
                return found
        return None

    def reading(self) -> Reading:
        for category in xml.children(self.root):
            whole = _WHOLE.get(xml.local(category))
            if whole:
                whole(self, category)
                continue
            for element in xml.children(category):
                path = f"{xml.local(category)}.{xml.local(element)}"
                act = _ACTS.get(path) if xml.namespace(element) == xml.namespace(self.root) else None
                if act:
                    act(self, element, number(xml.local(category), xml.local(element)))
                else:
                    self.keep_all(element, self.name(category, element))
        self._dates()
        self._places()
        self.draft.adaptation_of_licence()
        return self.draft.reading()

    def name(self, category: etree._Element, element: etree._Element) -> str:
        if xml.namespace(element) == xml.namespace(self.root):
            return number(xml.local(category), xml.local(element))
        return f"{element.prefix or xml.namespace(element)}:{xml.local(element)}"

    def strings(self, element: etree._Element) -> list[tuple[str, str | None]]:
        """The texts of a langstring with their languages; words outside a string element count as one."""
        found = []
        for each in list(xml.children(element, "string", "langstring")) or [element]:
            if value := xml.text(each):
                given = each.get("language") or each.get(xml.XML_LANG)
                found.append((value, None if given and given.endswith("zxx") else given or self.default))
        return found

    def keep_all(self, element: etree._Element, name: str) -> None:
        """All words of an element and below, each with the language of its string; no contact lines."""
        if xml.local(element) == "entity":
            agent = self.card(element, name)
            self.draft.keep(name, agent.name[0].value if agent else "")
            return
        inner = list(xml.children(element))
        text = " ".join((element.text or "").split())
        if text and not _is_source(element):
            given = element.get("language") or element.get(xml.XML_LANG)
            self.draft.keep(name, text, self.draft.tag("sourceWord", given))
        for child in inner:
            self.keep_all(child, name)

    def token(self, element: etree._Element) -> tuple[str, str]:
        """The value of a vocabulary element as a token of the standard, and its label ("" where it has none)."""
        value = " ".join(xml.words(each) for each in xml.children(element, "value")) or (
            "" if len(element) else xml.words(element)
        )
        label = " ".join(xml.words(each) for each in xml.children(element, "label"))
        token = value.rstrip("/").rpartition("/")[2] if value.startswith("http") else value
        return re.sub(r"_[0-9]+$", "", token).replace("_", " ").strip().lower(), label or value

    def value(self, key: str, element: etree._Element, name: str) -> None:
        """A value out of LOM's own vocabularies."""
        token, _ = self.token(element)
        iri = words.lom_value(name.removeprefix("lom:"), token, self.terms)
        if iri is None or not self.draft.set(key, iri):
            self.keep_all(element, name)

    def matched(self, key: str, scheme: str, element: etree._Element, name: str) -> None:
        """A value that a concept of ours is the same as, by its LOM value or by its label; never by a coarser one."""
        token, label = self.token(element)
        value = words.lom_value(name.removeprefix("lom:"), token, self.terms)
        iri = words.equivalents(scheme, self.terms).get(value.partition("://")[2]) if value else None
        full = next((xml.words(each) for each in xml.children(element, "value")), label)
        iri = iri or words.concept(scheme, full, self.terms) or words.concept(scheme, label, self.terms)
        if iri is None or not self.draft.set(key, iri):
            self.keep_all(element, name)
        else:
            self.draft.note(f"{scheme}-word", key, full, iri)

    def texts(self, key: str, element: etree._Element, name: str) -> None:
        for value, language in self.strings(element):
            ACTS[key](self.draft, name, value, language)

    def identify(self, element: etree._Element, name: str) -> None:
        """An identifier with its catalogue; the first address among them leads to the resource's page."""
        catalogue = " ".join(xml.words(each) for each in xml.children(element, "catalog"))
        for entry in xml.children(element, "entry"):
            value = self.draft.tidied("identifier", xml.words(entry))
            if self.terms.local_id(value) != value:
                continue
            if identifiers.is_address(value) and identifiers.identifier(value) is None:
                ACTS["landingPage"](self.draft, name, value, None)
            elif value:
                self.draft.identifier(name, value)
        if catalogue and catalogue.lower() not in CATALOGUES:
            self.draft.keep(f"{name}.1", catalogue)

    def contribute(self, element: etree._Element, name: str) -> None:
        """People and organisations with their role; the date is looked at when all are known."""
        token, label = next((self.token(role) for role in xml.children(element, "role")), ("", ""))
        for entity in xml.children(element, "entity"):
            self.entity(entity, token, label, f"{name}.2")
        for date in xml.children(element, "date"):
            for moment in xml.children(date, "dateTime"):
                self.dates.append((token, xml.words(moment)))
            for description in xml.children(date, "description"):
                self.keep_all(description, f"{name}.3")

    def card(self, element: etree._Element, name: str) -> Agent | None:
        """The agent of a vCard; its further lines are kept, but how to reach a person is only noted."""
        agent, others = vcard.read(xml.text(element))
        for line, value in others:
            if line in vcard.CONTACT:
                self.draft.note("contact-left-out", "contributor", value, None)
            else:
                self.draft.keep(f"{name} {line}", value)
        return agent

    def entity(self, element: etree._Element, role: str, label: str, name: str) -> None:
        agent = self.card(element, name)
        if agent is None:
            return
        if role == "author":
            self.draft.set("creator", agent)
        elif role != "publisher" or not self.draft.set("publisher", agent):
            self.draft.set("contributor", Attribution(agent=agent, role=self.role(role, label)))

    def role(self, role: str, label: str) -> str | None:
        value = words.lom_value("2.3", role, self.terms)
        found = words.equivalents("role", self.terms).get(value.partition("://")[2]) if value else None
        found = found or words.concept("role", label, self.terms)
        if found is None and label and role != "unknown":
            self.draft.keep("lom:2.3.1", label)
        return found

    def _dates(self) -> None:
        """The date of issue is the publisher's, else the author's; other dates are kept with their role."""
        known = {token: value for token, value in reversed(self.dates) if dates.date(value)}
        issued = next((known[token] for token in ("publisher", "author") if token in known), None)
        if issued is not None:
            self.draft.date("issued", "lom:2.3.3", issued)
        for token, value in self.dates:
            if value != issued:
                self.draft.keep(f"lom:2.3.3 {token}".strip(), value)

    def language(self, element: etree._Element, name: str) -> None:
        self.draft.language(name, xml.words(element))

    def version(self, element: etree._Element, name: str) -> None:
        for value, language in self.strings(element):
            ACTS["version"](self.draft, name, value, language)

    def duration(self, element: etree._Element, name: str) -> None:
        for child in xml.children(element):
            if xml.local(child) in ("duration", "datetime"):
                self.draft.duration(name, xml.words(child))
            else:
                self.keep_all(child, name)

    def location(self, element: etree._Element, name: str) -> None:
        value = self.draft.tidied("distribution", xml.words(element))
        if identifiers.is_address(value):
            self.addresses.append(value)
        else:
            self.draft.keep(name, value)

    def _places(self) -> None:
        """Locations, formats and the size together: a format belongs to the file that has it, or to the only one."""
        types: dict[str, str] = {}
        for element in self._technical("format"):
            value = xml.words(element)
            found = identifiers.media_type(value.removeprefix("http://purl.org/NET/mediatypes/"))
            if found is None:
                self.draft.keep("lom:4.1", value)
            else:
                types[found] = value
                self.draft.note("media-type", "distribution", value, found)
        places = list(dict.fromkeys(self.addresses))
        only = next(iter(types)) if len(types) == 1 else None
        for place, paired in zip(
            places, list(types) if len(types) == len(places) else [only] * len(places), strict=True
        ):
            own = identifiers.file_type(place)
            media_type = own if own in types or (own and not paired) else paired or own
            self.draft.set(
                "distribution",
                Distribution(access_url=place, download_url=place if own else None, media_type=media_type),
            )
        for found, value in types.items():
            if all(each.media_type != found for each in self.draft.get("distribution")):
                self.draft.keep("lom:4.1", value)
        self._size()

    def _technical(self, name: str) -> Iterator[etree._Element]:
        for category in xml.children(self.root, "technical"):
            yield from xml.children(category, name)

    def _size(self) -> None:
        held: list[Distribution] = self.draft.get("distribution")
        for element in self._technical("size"):
            value = xml.words(element)
            if value.isdigit() and len(held) == 1 and held[0].byte_size is None:
                held[0] = msgspec.structs.replace(held[0], byte_size=int(value))
            else:
                self.draft.keep("lom:4.2", value)

    def relation(self, category: etree._Element) -> None:
        """A related resource by its address under its kind; other words are kept with the kind."""
        token, label = next((self.token(kind) for kind in xml.children(category, "kind")), ("", ""))
        key = KINDS.get(token) or KINDS.get(fold(label), "")
        name = f"lom:7.2 {token}".strip()
        for resource in xml.children(category, "resource"):
            for element in xml.children(resource):
                if xml.local(element) == "identifier":
                    self._related(key, element, name)
                else:
                    self.keep_all(element, name)

    def _related(self, key: str, element: etree._Element, name: str) -> None:
        for entry in xml.children(element, "entry"):
            value = identifiers.identifier(xml.words(entry)) or xml.words(entry)
            ACTS.get(key, ACTS["relation"])(self.draft, name, value, None)


def _is_source(element: etree._Element) -> bool:
    """Whether the words only name the vocabulary that a value is from."""
    return xml.local(element) == "source" and xml.words(element).upper().startswith(("LOM", "SCOLOM"))


Act = Callable[[_Reader, etree._Element, str], None]


def _done(_reader: _Reader, _element: etree._Element, _name: str) -> None:
    """Formats, sizes and the language of the description are looked at together with others."""


def _schema(reader: _Reader, element: etree._Element, name: str) -> None:
    """The standard itself says nothing about the resource; the name of a profile of it may."""
    if xml.words(element) != "LOMv1.0":
        reader.keep_all(element, name)


_ACTS: Final[dict[str, Act]] = {
    "general.identifier": _Reader.identify,
    "general.title": lambda reader, element, name: reader.texts("title", element, name),
    "general.language": lambda reader, element, name: reader.language(element, name),
    "general.description": lambda reader, element, name: reader.texts("description", element, name),
    "general.keyword": lambda reader, element, name: reader.texts("subject", element, name),
    "general.coverage": lambda reader, element, name: reader.texts("country", element, name),
    "lifeCycle.version": _Reader.version,
    "lifeCycle.status": lambda reader, element, name: reader.matched("status", "status", element, name),
    "lifeCycle.contribute": _Reader.contribute,
    "metaMetadata.language": _done,
    "metaMetadata.metadataSchema": _schema,
    "technical.format": _done,
    "technical.size": _done,
    "technical.location": _Reader.location,
    "educational.interactivityType": lambda reader, element, name: reader.value("interactivityType", element, name),
    "educational.learningResourceType": lambda reader, element, name: reader.matched(
        "resourceType", "resource-type", element, name
    ),
    "educational.interactivityLevel": lambda reader, element, name: reader.value("interactivityLevel", element, name),
    "educational.semanticDensity": lambda reader, element, name: reader.value("semanticDensity", element, name),
    "educational.intendedEndUserRole": lambda reader, element, name: reader.matched(
        "audience", "audience", element, name
    ),
    "educational.difficulty": lambda reader, element, name: reader.value("difficulty", element, name),
    "educational.typicalLearningTime": _Reader.duration,
    "rights.description": lambda reader, element, name: reader.texts("rights", element, name),
}
_WHOLE: Final[dict[str, Callable[[_Reader, etree._Element], None]]] = {
    "relation": _Reader.relation,
    "classification": lom_classification.read,
}
