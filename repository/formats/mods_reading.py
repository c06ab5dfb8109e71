"""MODS -> a record: its common fields; all other words are kept under their place. Source: MODS 3.8 (LC)."""

from collections.abc import Callable
from typing import Final

from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import xml
from repository.formats.gathering import Gathering
from repository.formats.reading import Reading
from vocabularies.terms import Terms

NAMESPACE: Final = "http://www.loc.gov/mods/v3"

Act = Callable[[Gathering, etree._Element], None]

_CREATORS: Final = frozenset(("creator", "author", "aut", "cre", "auteur", "autor"))
_PUBLISHERS: Final = frozenset(("publisher", "pbl"))
_FUNDERS: Final = frozenset(("funder", "fnd", "sponsor", "spn"))
_DATES: Final = ("dateIssued", "dateCreated", "copyrightDate", "dateOther", "dateCaptured", "dateValid")


def read(data: bytes, terms: Terms) -> Reading:
    """The record of the first mods element of a document. Raises UnreadableRecord where there is none."""
    root = xml.parse(data, format="MODS")
    mods = next((each for each in root.iter() if isinstance(each.tag, str) and xml.local(each) == "mods"), None)
    if mods is None:
        raise UnreadableRecord(format="MODS", reason=f"the element {xml.local(root)} holds no mods element")
    found = Gathering(terms)
    for child in xml.children(mods):
        act = _ACTS.get(xml.local(child))
        if act is not None:
            act(found, child)
        else:
            _keep(found, child, f"mods:{xml.local(child)}")
    return found.reading()


def _language_of(element: etree._Element) -> str | None:
    return (element.get("lang") or element.get(xml.XML_LANG) or "").strip() or None


def _keep(found: Gathering, element: etree._Element, name: str) -> None:
    """All words of an element, one for each leaf."""
    inner = list(xml.children(element))
    if not inner and (value := xml.text(element)):
        found.take("relation", name, value, _language_of(element))
    for child in inner:
        _keep(found, child, f"{name}/{xml.local(child)}")


def _first(element: etree._Element, name: str) -> str:
    return next((xml.words(each) for each in xml.children(element, name)), "")


def _title(found: Gathering, element: etree._Element) -> None:
    title = f"{_first(element, 'nonSort')} {_first(element, 'title')}".strip()
    parts = (title, _first(element, "subTitle"), _first(element, "partNumber"), _first(element, "partName"))
    if words := " : ".join(part for part in parts if part):
        found.take("title", "mods:titleInfo", words, _language_of(element))


def _name(found: Gathering, element: etree._Element) -> None:
    """A name with its role: the whole form where there is one, else its parts as libraries file them."""
    roles = {
        xml.words(term).lower().rstrip(".") for role in xml.children(element, "role") for term in xml.children(role)
    }
    parts = [each for each in xml.children(element, "namePart") if each.get("type") not in ("date", "termsOfAddress")]
    family = [xml.words(each) for each in parts if each.get("type") == "family"]
    given = [xml.words(each) for each in parts if each.get("type") == "given"]
    plain = [xml.words(each) for each in parts if each.get("type") not in ("family", "given")]
    words = (
        ", ".join(filter(None, (" ".join(family), " ".join(given))))
        or " ".join(plain)
        or _first(element, "displayForm")
    )
    act = "creator" if not roles or roles & _CREATORS else "contributor"
    act = "publisher" if roles & _PUBLISHERS else "funding" if roles & _FUNDERS else act
    if words:
        found.take(act, "mods:name", words, None)


def _statement(act: str) -> Act:
    def taken(found: Gathering, element: etree._Element) -> None:
        if value := xml.text(element):
            found.take(act, f"mods:{xml.local(element)}", value, _language_of(element))

    return taken


def _origin(found: Gathering, element: etree._Element) -> None:
    for child in xml.children(element):
        name, value = xml.local(child), xml.words(child)
        if not value and not len(child):
            continue
        if name in ("publisher", "agent"):
            found.take("publisher", f"mods:originInfo/{name}", value, None)
        elif name == "dateIssued" and child.get("point") != "end" and not found.draft.get("issued"):
            found.take("issued", "mods:originInfo/dateIssued", value, None)
        elif name == "dateModified":
            found.take("modified", "mods:originInfo/dateModified", value, None)
        elif name in _DATES and child.get("point") != "end":
            found.take("date", f"mods:originInfo/{name}", value, None)
        elif name == "edition":
            found.take("version", "mods:originInfo/edition", value, None)
        else:
            _keep(found, child, f"mods:originInfo/{name}")


def _languages(found: Gathering, element: etree._Element) -> None:
    """One language: its code where there is one, else its name."""
    terms = list(xml.children(element, "languageTerm"))
    chosen = next((each for each in terms if each.get("type") == "code"), terms[0] if terms else element)
    if value := xml.words(chosen):
        found.take("language", "mods:language", value, None)


def _subject(found: Gathering, element: etree._Element) -> None:
    """A heading of topics is a keyword; places are where they are ours, all else is kept."""
    topics = [xml.words(each) for each in xml.children(element, "topic", "occupation", "genre")]
    if heading := " -- ".join(topic for topic in topics if topic):
        found.take("subject", "mods:subject", heading, _language_of(element))
    for child in xml.children(element):
        name = xml.local(child)
        if name == "geographic" and (value := xml.words(child)):
            found.take("country", "mods:subject/geographic", value, None)
        elif name == "hierarchicalGeographic":
            for place in xml.children(child):
                act = "country" if xml.local(place) == "country" else "relation"
                if value := xml.words(place):
                    found.take(act, f"mods:subject/{xml.local(place)}", value, None)
        elif name not in ("topic", "occupation", "genre"):
            _keep(found, child, f"mods:subject/{name}")


def _identifier(found: Gathering, element: etree._Element) -> None:
    kind, value = element.get("type", "").lower(), xml.words(element)
    if not value or element.get("invalid") == "yes":
        return
    named = f"{kind} {value}" if kind in ("isbn", "issn") else value
    found.take("identifier", f"mods:identifier {kind}".strip(), named if kind != "local" else value, None)


def _location(found: Gathering, element: etree._Element) -> None:
    for child in xml.children(element):
        if xml.local(child) == "url" and (value := xml.words(child)):
            preview = child.get("access") == "preview"
            found.take("relation" if preview else "identifier", "mods:location/url", value, None)
        else:
            _keep(found, child, f"mods:location/{xml.local(child)}")


def _access(found: Gathering, element: etree._Element) -> None:
    link = element.get("{http://www.w3.org/1999/xlink}href")
    for value in filter(None, (link, xml.text(element))):
        found.take("rights", "mods:accessCondition", value, _language_of(element))


def _physical(found: Gathering, element: etree._Element) -> None:
    for child in xml.children(element):
        if xml.local(child) == "internetMediaType" and (value := xml.words(child)):
            found.take("format", "mods:physicalDescription/internetMediaType", value, None)
        else:
            _keep(found, child, f"mods:physicalDescription/{xml.local(child)}")


def _related(found: Gathering, element: etree._Element) -> None:
    """A related resource by its address where it has one under a kind that we know; its words are kept."""
    kind = element.get("type", "")
    act = {"host": "isPartOf", "series": "isPartOf", "constituent": "hasPart", "original": "versionOf"}.get(kind)
    addresses = [xml.words(each) for each in element.iter(f"{{{NAMESPACE}}}url", f"{{{NAMESPACE}}}identifier")]
    for address in addresses:
        if act and address.startswith("http"):
            found.take(act, f"mods:relatedItem {kind}", address, None)
    _keep(found, element, f"mods:relatedItem {kind}".strip())


def _silent(_found: Gathering, _element: etree._Element) -> None:
    """What is said of the description and not of the resource."""


_ACTS: Final[dict[str, Act]] = {
    "titleInfo": _title,
    "name": _name,
    "typeOfResource": _statement("type"),
    "genre": _statement("type"),
    "originInfo": _origin,
    "language": _languages,
    "physicalDescription": _physical,
    "abstract": _statement("description"),
    "targetAudience": _statement("audience"),
    "subject": _subject,
    "relatedItem": _related,
    "identifier": _identifier,
    "location": _location,
    "accessCondition": _access,
    "recordInfo": _silent,
}
