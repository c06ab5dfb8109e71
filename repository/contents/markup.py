"""XML: an OAI-PMH answer, RDF/XML, one document of a known format, or a file with several of them inside."""

from collections.abc import Iterator, Sequence

from lxml import etree

from harvest import response
from harvest.crosswalk import reader
from harvest.errors import NoCrosswalk, NotOaiPmh, NotWellFormed
from harvest.response import Page
from repository.contents import graphs
from repository.contents.piece import Contents, HoldsNoRecords, Piece
from repository.errors import Message
from repository.formats.registry import Format
from repository.namespaces import expand


def open_xml(data: bytes, formats: Sequence[Format]) -> Contents:
    """An OAI-PMH answer, RDF/XML, one document of a known format, or a file with several of them inside."""
    root = _root(data)
    if root is None or _holds_records(root):
        return _oai(data, root)
    if root.tag == f"{{{expand('rdf:')}}}RDF":
        return Contents("RDF", graphs.pieces(data))
    if reader(str(root.tag), "", formats):
        return Contents("XML", iter([_element(root, "/" + _name(root), formats)]))
    inside = list(_known(root, formats))
    if inside:
        return Contents("XML", (_element(each, place, formats) for place, each in inside))
    fault = NoCrosswalk(element=str(root.tag))
    return Contents("XML", iter([Piece(place="/" + _name(root), received=data, format="xml", fault=fault)]))


def _root(data: bytes) -> etree._Element | None:
    """The root where the document can be read strictly, else None."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        return None


def _holds_records(root: etree._Element) -> bool:
    if _name(root) == "OAI-PMH":
        return True
    first = root if _name(root) == "record" else next((each for each in root if _name(each) == "record"), None)
    return first is not None and any(_name(each) in ("header", "metadata") for each in first)


def _oai(data: bytes, root: etree._Element | None) -> Contents:
    try:
        page = response.parse(data, enveloped=False)
    except NotOaiPmh as error:
        if root is not None:
            raise
        raise NotWellFormed(reason=str(error.values["reason"])) from error
    if not page.items and root is None:
        raise NotWellFormed(reason=Message("no record could be told apart in it"))
    if not page.items or page.verb == "ListIdentifiers":
        code = page.errors[0][0] if page.errors else ""
        raise HoldsNoRecords(answer=code or page.verb or "-")
    return Contents("OAI-PMH", _items(page), dict(page.repairs))


def _items(page: Page) -> Iterator[Piece]:
    for item in page.items:
        received = item.received or item.metadata
        base_url = page.base_url if page.base_url.startswith(("http://", "https://")) else ""
        yield Piece(place=item.place, received=received, format="oai", item=item, base_url=base_url, fault=item.fault)


def _known(element: etree._Element, formats: Sequence[Format]) -> Iterator[tuple[str, etree._Element]]:
    """The topmost elements inside that a format reads, with their places."""
    tree = element.getroottree()
    waiting = list(element)[::-1]
    while waiting:
        each = waiting.pop()
        if reader(str(each.tag), "", formats):
            yield str(tree.getpath(each)), each
        else:
            waiting += list(each)[::-1]


def _element(element: etree._Element, place: str, formats: Sequence[Format]) -> Piece:
    found = reader(str(element.tag), "", formats)
    received = etree.tostring(element, encoding="utf-8", with_tail=False)
    read = found[0] if found else None
    fault = None if found else NoCrosswalk(element=str(element.tag))
    return Piece(place=place, received=received, format=_name(element), read=read, fault=fault)


def _name(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]
