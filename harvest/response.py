"""One OAI-PMH answer: its bytes read strictly where possible, else repaired, else record by record.

Pure. Source: OAI-PMH 2.0 sections 2.5, 3.2, 3.5 and 3.6.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree
from msgspec import Struct, field

from harvest import repair
from harvest.errors import IdentifierTooLong, NoIdentifier, NoMetadata, NotOaiPmh, NotWellFormed, RecordCut
from repository.errors import Message, MutualisError
from repository.record import CatalogRecord

VERBS: Final = ("ListRecords", "GetRecord", "ListIdentifiers", "Identify", "ListSets", "ListMetadataFormats")

_LONGEST: Final = 2000
"""The longest identifier, in bytes: PostgreSQL's index holds 2,704 for it and its source together."""

_NAME: Final = r"(?:[A-Za-z_][\w.-]*:)?"
_RECORD: Final = re.compile(rf"<{_NAME}record\b[^>]*>(?=\s*<{_NAME}header\b)")
_RECORD_END: Final = re.compile(rf"</{_NAME}record\s*>")
_LIST_END: Final = re.compile(rf"</{_NAME}(?:ListRecords|GetRecord)\s*>|<{_NAME}resumptionToken\b")
_END: Final = re.compile(rf"</{_NAME}(?:OAI-PMH|records?)\s*>\s*$")
_IDENTIFIER: Final = re.compile(rf"<{_NAME}identifier\b[^>]*>\s*([^<]*?)\s*<")
_TOKEN: Final = re.compile(rf"<{_NAME}resumptionToken\b([^>]*?)(?:/>|>([^<]*)</)", re.DOTALL)
_SIZE: Final = re.compile(r"""completeListSize\s*=\s*["'](\d+)["']""")
_DATE: Final = re.compile(rf"<{_NAME}responseDate\b[^>]*>\s*([^<]*?)\s*<")


class Item(Struct, kw_only=True):
    """One record as an answer carries it, or the reason why it cannot be read.

    `metadata` is the one element within <metadata>, serialised, and `node` the same as it was parsed; `place` is an
    XPath into the answer; `received` the record's own bytes where it has a `fault`. `datestamp` is as the partner
    wrote it, "" where it is missing. `origin` is where it came from, for one that is read again without the partner;
    `came_from` the identifiers under which other repositories had it before, as its provenance says.
    """

    identifier: str
    datestamp: str = ""
    sets: tuple[str, ...] = ()
    deleted: bool = False
    metadata: bytes = b""
    node: etree._Element | None = None
    element: str = ""
    place: str = ""
    fault: MutualisError | None = None
    received: bytes = b""
    origin: CatalogRecord | None = None
    came_from: tuple[str, ...] = ()

    def whole(self) -> bytes:
        """The record with its header, as far as it is at hand: what the quarantine keeps."""
        if self.received or self.node is None:
            return self.received or self.metadata
        around = self.node.getparent()
        record = around.getparent() if around is not None else None
        return self.metadata if record is None else etree.tostring(record, encoding="utf-8", with_tail=False)


class Page(Struct, kw_only=True):
    """One answer. `token` is None where none stands, "" on the last page of a list; `announced` its
    completeListSize; `errors` are (code, text); `cut` tells that the answer has no end. `data` and `charset` are what
    it was read from."""

    verb: str = ""
    response_date: str = ""
    base_url: str = ""
    items: list[Item] = field(default_factory=list)
    token: str | None = None
    announced: int | None = None
    errors: tuple[tuple[str, str], ...] = ()
    repairs: Counter[str] = field(default_factory=Counter)
    cut: bool = False
    root: etree._Element | None = None
    data: bytes = b""
    charset: str = ""


def parse(data: bytes, *, url: str = "", charset: str = "", enveloped: bool = True) -> Page:
    """Read an answer; raises NotOaiPmh where it is none at all.

    `charset` is what the HTTP header said. `enveloped` false reads files too in which the records stand without
    the OAI-PMH element around them.
    """
    page = _parse(data, url, charset, enveloped)
    page.data, page.charset = data, charset
    return page


def _parse(data: bytes, url: str, charset: str, enveloped: bool) -> Page:
    if b"<!ENTITY" in data:
        raise NotOaiPmh(url=url, reason=Message("it declares entities, which are not allowed"))
    try:
        if not repair.declares_wrongly(data):
            return _page(_root(data), Counter(), url, enveloped)
        text, repairs = repair.mend(data, charset)
    except etree.XMLSyntaxError as error:
        text, repairs = repair.mend(data, charset)
        if not _RECORD.search(text) and "OAI-PMH" not in text[:2000]:
            raise NotOaiPmh(url=url, reason=_first_words(text) or str(error)) from error
    try:
        return _page(_root(text.encode()), repairs, url, enveloped)
    except etree.XMLSyntaxError as error:
        return _isolated(text, repairs, error)


def _root(data: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    root: etree._Element | None = etree.fromstring(data, parser)
    if root is None:
        raise etree.XMLSyntaxError("it is empty", 0, 0, 0)
    return root


def _page(root: etree._Element, repairs: Counter[str], url: str, enveloped: bool) -> Page:
    name = _local(root)
    if name != "OAI-PMH" and enveloped:
        raise NotOaiPmh(url=url, reason=f"its root element is <{name}>")
    page = Page(repairs=repairs, root=root)
    if name == "OAI-PMH" and etree.QName(root).namespace != repair.OAI:
        page.repairs["namespace"] += 1
    errors = []
    for child in root:
        kind = _local(child)
        if kind == "responseDate":
            page.response_date = _text(child)
        elif kind == "request":
            page.base_url = _text(child)
        elif kind == "error":
            errors.append((child.get("code", ""), _text(child)))
        elif kind in VERBS:
            page.verb = kind
            _read_list(child, page, f"/OAI-PMH/{kind}")
    page.errors = tuple(errors)
    if name != "OAI-PMH":
        _read_bare(root, page)
    return page


def _read_list(container: etree._Element, page: Page, path: str) -> None:
    number = 0
    for child in container:
        kind = _local(child)
        if kind == "record":
            number += 1
            page.items.append(_item(child, f"{path}/record[{number}]"))
        elif kind == "header" and page.verb == "ListIdentifiers":
            number += 1
            page.items.append(_headed(child, f"{path}/header[{number}]"))
        elif kind == "resumptionToken":
            page.token = _text(child)
            size = child.get("completeListSize", "")
            page.announced = int(size) if size.isascii() and size.isdigit() else None


def _read_bare(root: etree._Element, page: Page) -> None:
    if _local(root) == "record":
        page.items.append(_item(root, "/record"))
    else:
        _read_list(root, page, f"/{_local(root)}")


def _item(record: etree._Element, place: str) -> Item:
    item = Item(identifier="", place=place)
    for child in record:
        kind = _local(child)
        if kind == "header":
            item = _headed(child, place)
        elif kind == "metadata":
            for element in child:
                item.element, item.node = str(element.tag), element
                item.metadata = etree.tostring(element, encoding="utf-8", with_tail=False)
                break
        elif kind == "about":
            item.came_from += _origins(child)
    if not item.identifier:
        item.fault = NoIdentifier()
    elif len(item.identifier.encode()) > _LONGEST:
        item.fault = IdentifierTooLong(longest=_LONGEST)
    elif not item.metadata and not item.deleted:
        item.fault = NoMetadata()
    if item.fault is not None:
        item.received = etree.tostring(record, encoding="utf-8", with_tail=False)
    return item


def _origins(about: etree._Element) -> tuple[str, ...]:
    """Identifiers in a provenance container, those of nested descriptions too. Source: guidelines, provenance."""
    described = about.iter("{*}originDescription")
    return tuple(_text(each) for origin in described for each in origin.iterchildren("{*}identifier"))


def _headed(header: etree._Element, place: str) -> Item:
    item = Item(identifier="", place=place, deleted=header.get("status", "").strip() == "deleted")
    sets = []
    for child in header:
        kind = _local(child)
        if kind == "identifier":
            item.identifier = _text(child)
        elif kind == "datestamp":
            item.datestamp = _text(child)
        elif kind == "setSpec":
            sets.append(_text(child))
    item.sets = tuple(sets)
    return item


def _isolated(text: str, repairs: Counter[str], error: etree.XMLSyntaxError) -> Page:
    """Read each record by itself where the answer as a whole cannot be read, so that one costs no other."""
    cut = _END.search(text) is None
    page = Page(verb="ListRecords", repairs=repairs, cut=cut)
    page.repairs["truncated" if cut else "isolated"] += 1
    page.response_date = _found(_DATE, text)
    wrapper = _wrapper(text)
    pieces = list(_pieces(text))
    for number, piece in enumerate(pieces, start=1):
        place = f"/OAI-PMH/ListRecords/record[{number}]"
        page.items.append(_alone(piece, wrapper, place, is_last=cut and number == len(pieces)))
    outside = text[: _first_record(text)] + text[_last_end(text) :]
    if token := _TOKEN.search(outside):
        page.token = html.unescape(token.group(2) or "").strip()
        size = _SIZE.search(token.group(1))
        page.announced = int(size.group(1)) if size else None
    if not pieces and page.token is None:
        raise NotOaiPmh(url="", reason=str(error)) from error
    return page


def _pieces(text: str) -> Iterator[str]:
    starts = [found.start() for found in _RECORD.finditer(text)]
    ends = [*starts[1:], _last_end(text)]
    for start, end in zip(starts, ends, strict=True):
        yield text[start:end]


def _first_record(text: str) -> int:
    found = _RECORD.search(text)
    return found.start() if found else len(text)


def _last_end(text: str) -> int:
    """Where the list ends: before the token or the closing tag that follows the last record's start."""
    starts = [found.start() for found in _RECORD.finditer(text)]
    found = _LIST_END.search(text, starts[-1]) if starts else None
    return found.start() if found else len(text)


def _alone(piece: str, wrapper: str, place: str, *, is_last: bool) -> Item:
    ends = [found.end() for found in _RECORD_END.finditer(piece)]
    whole = piece[: ends[-1]] if ends else piece
    try:
        return _item(_root(f"{wrapper}{whole}</OAI-PMH>".encode())[0], place)
    except etree.XMLSyntaxError as error:
        fault = RecordCut() if is_last and not ends else NotWellFormed(reason=error.msg)
        return Item(identifier=_found(_IDENTIFIER, piece), place=place, fault=fault, received=piece.encode())


def _wrapper(text: str) -> str:
    given = "".join(
        f' xmlns:{prefix}="{namespace.replace("&", "&amp;").replace(chr(34), "")}"'
        for prefix, namespace in {"xsi": repair.XSI, **repair.declared(text)}.items()
        if namespace and prefix not in ("xml", "xmlns")
    )
    return f'<OAI-PMH xmlns="{repair.OAI}"{given}>'


def _found(pattern: re.Pattern[str], text: str) -> str:
    match = pattern.search(text)
    return html.unescape(match.group(1)) if match else ""


def _first_words(text: str) -> str:
    plain = " ".join(re.sub(r"<[^>]*>", " ", text[:2000]).split())
    return f"it begins with “{plain[:80]}”" if plain else ""


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _text(element: etree._Element) -> str:
    return (element.text or "").strip()
