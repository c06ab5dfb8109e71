"""What a person sees at the endpoint: the same answer that a harvester gets, read again and laid out. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from lxml import etree

from repository.formats import xml
from repository.oai.xml import OAI

SHOWN: Final = 60_000
"""Characters of the XML that a page shows; the whole of it has an address of its own."""

_NAME: Final = f"{{{OAI}}}"


@dataclass(frozen=True, slots=True)
class Header:
    """One header. `id` is the id of the record here; `title` its first title where the answer holds metadata."""

    identifier: str
    id: str
    datestamp: str
    deleted: bool
    sets: tuple[str, ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """A set or a format: its code, its name in the reader's language, and its two addresses (formats alone)."""

    code: str
    name: str = ""
    namespace: str = ""
    schema: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer to one reader. `facts` are (element, text) of Identify; `texts` what the repository says of itself in
    the reader's language; `following` the resumption token of the next page; `source` the XML, cut where it is long."""

    verb: str
    moment: str
    arguments: Mapping[str, str]
    errors: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...] = ()
    texts: tuple[str, ...] = ()
    formats: tuple[Named, ...] = ()
    sets: tuple[Named, ...] = ()
    headers: tuple[Header, ...] = ()
    following: str = ""
    cursor: int = 0
    size: int = 0
    metadata: str = ""
    source: str = ""
    whole: bool = True


def is_for_people(accept: str, destination: str = "") -> bool:
    """Whether a browser asks, to show a page. Only what no harvester sends counts: many send Java's default header,
    which begins with text/html, and none names XHTML beside it. `destination` is Sec-Fetch-Dest.

    Source: HTML Standard, 4.6 (Accept of navigations); Fetch Metadata Request Headers (W3C).
    """
    named = {each.partition(";")[0].strip().lower() for each in accept.split(",")}
    return destination == "document" or {"text/html", "application/xhtml+xml"} <= named


def read(answer: bytes, language: str) -> Shown:
    """An answer of ours, laid out for a reader of `language`."""
    root = etree.fromstring(answer, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    request = root.find(f"{_NAME}request")
    content = root[-1]
    source = etree.tostring(_indented(root), encoding="unicode")
    following, cursor, size = _token(content)
    return Shown(
        verb=xml.local(content) if xml.local(content) != "error" else "",
        moment=root.findtext(f"{_NAME}responseDate", ""),
        arguments={str(name): str(value) for name, value in request.attrib.items()} if request is not None else {},
        errors=tuple((each.get("code", ""), each.text or "") for each in root.iter(f"{_NAME}error")),
        facts=tuple(_facts(content)),
        texts=tuple(_texts(content, language)),
        formats=tuple(_formats(content)),
        sets=tuple(_sets(content, language)),
        headers=tuple(_headers(content)),
        metadata=_metadata(content),
        source=source[:SHOWN],
        whole=len(source) <= SHOWN,
        following=following,
        cursor=cursor,
        size=size,
    )


def _indented(root: etree._Element) -> etree._Element:
    etree.indent(root, " ")
    return root


def _facts(content: etree._Element) -> Iterator[tuple[str, str]]:
    if xml.local(content) == "Identify":
        yield from ((xml.local(each), each.text or "") for each in content if not len(each) and each.text)


def _texts(content: etree._Element, language: str) -> Iterator[str]:
    for each in content.iterfind(f"{_NAME}description/{{*}}dc/{{*}}*"):
        if each.get(xml.XML_LANG) == language and each.text:
            yield each.text


def _formats(content: etree._Element) -> Iterator[Named]:
    for each in content.iter(f"{_NAME}metadataFormat"):
        code, schema, namespace = (
            each.findtext(f"{_NAME}{name}", "") for name in ("metadataPrefix", "schema", "metadataNamespace")
        )
        yield Named(code, namespace=namespace, schema=schema)


def _sets(content: etree._Element, language: str) -> Iterator[Named]:
    for each in content.iter(f"{_NAME}set"):
        titles = {title.get(xml.XML_LANG): title.text or "" for title in each.iterfind(".//{*}dc/{*}title")}
        name = titles.get(language) or each.findtext(f"{_NAME}setName") or ""
        yield Named(each.findtext(f"{_NAME}setSpec", ""), name)


def _headers(content: etree._Element) -> Iterator[Header]:
    for each in content.iter(f"{_NAME}header"):
        identifier = each.findtext(f"{_NAME}identifier", "")
        record = each.getparent()
        titles = record.iter("{*}title") if record is not None and xml.local(record) == "record" else iter(())
        yield Header(
            identifier=identifier,
            id=identifier.rpartition(":")[2],
            datestamp=each.findtext(f"{_NAME}datestamp", ""),
            deleted=each.get("status") == "deleted",
            sets=tuple(spec.text or "" for spec in each.iterfind(f"{_NAME}setSpec")),
            title=next((words for title in titles if (words := xml.words(title))), ""),
        )


def _metadata(content: etree._Element) -> str:
    """The metadata of the one record that was asked for."""
    found = content.find(f"{_NAME}record/{_NAME}metadata") if xml.local(content) == "GetRecord" else None
    if found is None or not len(found):
        return ""
    return etree.tostring(found[0], encoding="unicode", with_tail=False)[:SHOWN]


def _token(content: etree._Element) -> tuple[str, int, int]:
    """The resumption token, its cursor and the size of the list; nothing where the list has one page."""
    found = content.find(f"{_NAME}resumptionToken")
    if found is None:
        return "", 0, 0
    return found.text or "", int(found.get("cursor", "0")), int(found.get("completeListSize", "0"))


def query(**arguments: str) -> str:
    """The query of another request."""
    return urlencode({name: value for name, value in arguments.items() if value})
