"""The addresses of things themselves: a person is led to a page, a machine gets RDF. Source: Cool URIs (W3C, 2008)."""

from collections.abc import Callable, Container, Iterable, Sequence
from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from repository.errors import NotAcceptable, PageNotFound
from repository.formats.registry import Format
from repository.formats.table import FORMATS, by_extension
from repository.record import Record
from repository.web import graphs
from repository.web.answers import see_other
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.negotiation import HTML, Offer, choose
from repository.web.pages import kit_of, published
from sparql import catalogue, examples
from sparql.graphs import statements

_WRITTEN: Final = tuple(each for each in FORMATS if each.write)
_DCAT_AP: Final = tuple(
    each for each in _WRITTEN if each.media_type in dict(graphs.SYNTAXES.values()) and not each.profile
)
"""The forms of the whole graph, in which a resource is a dataset as DCAT-AP has it."""

_PAGE: Final = Offer(HTML)
_SHORT: Final = {"xml": "dc.xml", "json": "schema.jsonld"}
"""Extensions that people guess -> those of the formats they mean."""

_DECLARATION: Final = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def blueprint(services: Services) -> Blueprint:
    """`/resource/…`, `/kit/…`, `/source/…`, each by negotiation and by extension."""
    things = Blueprint("things", __name__)
    rules: Sequence[tuple[str, Callable[..., ResponseReturnValue]]] = (
        ("/resource/<name>", resource),
        ("/kit/<path:name>", kit),
        ("/source/<name>", source),
        ("/dataset", dataset),
        ("/graph/<path:name>", named_graph),
    )
    for rule, view in rules:
        things.add_url_rule(rule, view.__name__, _bound(view, services))
    things.add_url_rule("/dataset.<extension>", dataset.__name__)
    return things


def _bound(view: Callable[..., ResponseReturnValue], services: Services) -> Callable[..., ResponseReturnValue]:
    return lambda **values: view(services, **values)


def resource(services: Services, name: str) -> ResponseReturnValue:
    """A record by its IRI, or as a file by its IRI and an extension."""
    id, _, extension = name.partition(".")
    record = published(services, id)
    if extension:
        return _document(_by_extension(extension), record, services)
    offered = [Offer(each.media_type, each.profile) for each in _WRITTEN]
    profiled = [Offer(each.media_type, graphs.DCAT_AP) for each in _DCAT_AP]
    place = _negotiated([_PAGE, *offered, *profiled])
    if place == 0:
        return see_other(addresses().resource(record.id))
    return _document([*_WRITTEN, *_DCAT_AP][place - 1], record, services)


def kit(services: Services, name: str) -> ResponseReturnValue:
    id, extension = _without_extension(name)
    found = kit_of(services, id)
    return graph(
        extension,
        lambda: statements.of_kit(found, services.terms()),
        addresses().kit(id),
        addresses().neutral(f"kit/{id}"),
    )


def source(services: Services, name: str) -> ResponseReturnValue:
    id, extension = _without_extension(name)
    held = {each.id: each for each, _ in services.sources()}
    if id not in held:
        raise PageNotFound(path=request.path)
    page = f"{addresses().page('sources')}#{id}"
    return graph(
        extension, lambda: graphs.of_source(held[id], services.base_iri), page, addresses().neutral(f"source/{id}")
    )


def dataset(services: Services, extension: str = "") -> ResponseReturnValue:
    """The catalogue itself, as a dataset: what it is called, under which licence its metadata stand, how much there is,
    where to ask and what to take home."""
    return graph(
        extension,
        lambda: _described(services),
        addresses().page("data"),
        addresses().neutral("dataset"),
        graphs.DCAT_AP,
    )


def _described(services: Services) -> list[str]:
    return catalogue.of_catalogue(services.about(), services.dumps.listed("dump"), services.dumps.listed("release"))


def named_graph(services: Services, name: str) -> ResponseReturnValue:
    """A graph of the triples by its IRI: a person is led to what it is about. The extensions of syntaxes that name
    graphs are offered here, where the graph is the thing."""
    name, extension = _without_extension(name, {**graphs.SYNTAXES, **graphs.QUADS})
    page, lines = _of_graph(services, name)
    here = addresses().neutral(f"graph/{name}")
    if not extension:
        place = _negotiated([_PAGE, *graphs.OFFERS, *(Offer(media_type) for media_type, _ in graphs.QUADS.values())])
        if place == 0:
            return see_other(page)
        extension = [*graphs.SYNTAXES, *graphs.QUADS][place - 1]
    if extension in graphs.SYNTAXES:
        answer = graph(extension, lambda: lines, page, here)
    else:
        data = graphs.write_named(lines, extension, statements.graph_iri(name, services.terms()))
        answer = Response(data, content_type=graphs.QUADS[extension][0])
        answer.vary.update(("Accept", "Accept-Language"))
        answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Link"] = graphs.links(here, [*graphs.SYNTAXES, *graphs.QUADS])
    return answer


def _of_graph(services: Services, name: str) -> tuple[str, Sequence[str]]:
    """(the page about what a graph tells of, its statements). Raises PageNotFound, RecordNotFound, RecordWithdrawn."""
    terms, to = services.terms(), addresses()
    if name.startswith("kit/"):
        found = kit_of(services, name.removeprefix("kit/"))
        return to.kit(found.id), statements.of_kit(found, terms)
    parts: dict[str, Callable[[], Sequence[str]]] = {
        "dataset": lambda: _described(services),
        "sources": lambda: statements.of_sources([each for each, _ in services.sources()], terms),
        "clusters": lambda: statements.of_clusters(services.duplicates.represented(), terms),
        "examples": lambda: list(examples.statements(terms.base_iri)),
    }
    if name in parts:
        pages = {"sources": to.page("sources"), "examples": to.sparql()}
        return pages.get(name, to.page("data")), parts[name]()
    published(services, name)
    return to.resource(name), statements.of_record(services.catalogue.get(name), terms)


def graph(extension: str, lines: Callable[[], Iterable[str]], page: str, here: str, profile: str = "") -> Response:
    """A thing that is no record: its page, or its graph by extension or by negotiation. A `profile` that the graph
    follows may be asked for. Raises PageNotFound."""
    if extension and extension not in graphs.SYNTAXES:
        raise PageNotFound(path=request.path)
    if not extension:
        profiled = [Offer(each.media_type, profile) for each in graphs.OFFERS] if profile else []
        place = _negotiated([_PAGE, *graphs.OFFERS, *profiled])
        if place == 0:
            return see_other(page)
        extension = [*graphs.SYNTAXES, *graphs.SYNTAXES][place - 1]
    media_type = graphs.SYNTAXES[extension][0]
    answer = Response(graphs.write(lines(), extension), content_type=_content_type(media_type))
    answer.vary.update(("Accept", "Accept-Language"))
    follows = f', <{profile}>; rel="profile"' if profile else ""
    answer.headers["Link"] = graphs.links(here) + follows
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _without_extension(name: str, known: Container[str] = graphs.SYNTAXES) -> tuple[str, str]:
    """A name with the extension of one of the graph syntaxes cut off, if it has one."""
    stem, dot, extension = name.rpartition(".")
    return (stem, extension) if dot and extension in known else (name, "")


def _negotiated(offers: Sequence[Offer]) -> int:
    accept = request.headers.get("Accept", "")
    place = choose(accept, offers)
    if place is None:
        named = ", ".join(
            f'{each.media_type};profile="{each.profile}"' if each.profile else each.media_type for each in offers
        )
        raise NotAcceptable(asked=accept[:200], offered=named)
    return place


def _by_extension(extension: str) -> Format:
    found = by_extension(_SHORT.get(extension, extension))
    if found is None or found.write is None:
        raise PageNotFound(path=request.path)
    return found


def _document(each: Format, record: Record, services: Services) -> Response:
    assert each.write is not None  # noqa: S101 - only formats that can be written are offered
    body = each.write(record, services.terms())
    is_xml = each.media_type.endswith(("/xml", "+xml"))
    kind = _content_type(each.media_type)
    if each.profile and not is_xml:  # XML names its namespace inside; JSON-LD is told apart here alone
        kind += f'; profile="{each.profile}"'
    answer = Response(_DECLARATION + body if is_xml else body, content_type=kind)
    answer.vary.update(("Accept", "Accept-Language"))
    answer.headers["Link"] = ", ".join((*_links(record.id), *_licence(record, services)))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _links(id: str) -> Iterable[str]:
    to = addresses()
    for each in _WRITTEN:
        profile = f'; profile="{each.profile}"' if each.profile else ""
        yield f'<{to.neutral(f"resource/{id}.{each.extension}")}>; rel="alternate"; type="{each.media_type}"{profile}'
    yield f'<{to.resource(id)}>; rel="describedby"; type="{HTML}"'


def _licence(record: Record, services: Services) -> Iterable[str]:
    """The licence of the description itself; a harvested one stays under its partner's terms. Source: RFC 4946."""
    if not record.catalog_record:
        yield f'<{services.settings.metadata_licence}>; rel="license"'


def _content_type(media_type: str) -> str:
    is_text = media_type.startswith("text/") or media_type == "application/xml"
    return f"{media_type}; charset=utf-8" if is_text else media_type
