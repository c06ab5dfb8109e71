"""The pages for people. Views ask for what a page needs; pure functions make it; templates show it."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from harvest.links import urls_of
from repository.catalogue import Stored
from repository.errors import PageNotFound, RecordWithdrawn
from repository.formats.table import FORMATS
from repository.kit import Kit
from repository.record import Record
from repository.search import Hits
from repository.search.errors import SearchNotReady
from repository.search.fields import FACETS, KIT
from repository.web import cards, data, family, home, kits, resource, results, sources, structured, texts
from repository.web.answers import fresh
from repository.web.cards import CardShown
from repository.web.kits import KitShown
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.resource import Surroundings
from repository.web.results import Result
from repository.web.texts import Shown

_TEASED: Final = 4
"""Kits shown above the resources of a search."""

_NEWEST: Final = 6
_KITS_PER_PAGE: Final = results.PAGE_SIZE

SAMPLE: Final = 1000
"""Records that a report card on the web is counted from; `mutualis report` counts all of them."""

_ALONE: Final = "default-src 'none'; style-src 'unsafe-inline'"


def blueprint(services: Services) -> Blueprint:
    """All pages below /fr/, /pt/ and /en/, and the way there from /."""
    portal = Blueprint("portal", __name__)
    add_pages(portal, services, _PAGES)

    @portal.app_context_processor
    def elsewhere() -> dict[str, Any]:
        return {"alternates": addresses().alternates(services.base_url)}

    @portal.get("/")
    def start() -> ResponseReturnValue:
        answer = redirect(addresses().page(), 302)
        answer.headers["Vary"] = "Accept-Language"
        return answer

    return portal


def add_pages(portal: Blueprint, services: Services, pages: Mapping[str, Callable[..., str]]) -> None:
    """Give each page its address in every language, and answer 304 to a reader who has it already."""

    @portal.url_value_preprocessor
    def forget_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values is not None:
            values.pop("page_language", None)  # `language.install` has read it from the path

    def answering(view: Callable[..., str]) -> Callable[..., ResponseReturnValue]:
        return lambda **values: fresh(services, lambda: view(services, **values))

    for rule, view in pages.items():
        portal.add_url_rule(f"/<any(fr, pt, en):page_language>/{rule}", view.__name__, answering(view))


def home_page(services: Services) -> str:
    terms, to = services.terms(), addresses()
    hits, number, newest = None, 0, Hits(0)
    try:
        hits = services.search.search("", g.language, {}, size=0)
        number = services.search.search("", g.language, {}, size=0, kind=KIT, counted=()).total
        newest = services.search.search("", g.language, {}, size=_NEWEST, newest="change", counted=())
    except SearchNotReady:
        pass  # the page then says so, and has everything else
    shown = [results.result(record, terms, to) for record in _records(services, newest.ids)]
    total, _ = services.catalogue.totals()
    return render_template("home.html", page=home.of_catalogue(total, hits, number, shown, terms, to))


def search_page(services: Services) -> str:
    terms, to = services.terms(), addresses()
    question = results.asked(request.args.items(multi=True), terms)
    kind, size = question.show or "resources", results.PAGE_SIZE
    resources, found = _both(services, question, size)
    hits = found if question.show else resources
    chosen = {"resources": "", "kits": "kits"}
    return render_template(
        "search.html",
        question=question,
        kind=kind,
        totals={"resources": resources.total, "kits": found.total},
        tabs={name: to.search(question.chosen, terms, question.words, show=show) for name, show in chosen.items()},
        close=hits.close,
        results=_results(services, () if question.show else resources.ids),
        kits=_kits(services, found.ids),
        facets=results.facets(question, hits, terms, g.language),
        filters=results.filters(question, terms, to),
        pages=results.pages(question, hits.total, terms, to),
        states=kits.legend(terms, g.language),
        plain=to.search({}, terms, question.words, show=question.show),
    )


def data_page(services: Services) -> str:
    dumps, releases = services.dumps.listed("dump"), services.dumps.listed("release")
    page = data.of_data(dumps, releases, request.script_root, g.language, services.terms())
    return render_template("data.html", page=page, columns=data.COLUMNS)


def _both(services: Services, question: results.Question, size: int) -> tuple[Hits, Hits]:
    """The hits among resources and among kits; a full page of those asked for, and a glimpse of the kits."""
    words, chosen, page = question.words, question.chosen, question.page
    if question.show:
        resources = services.search.search(words, g.language, chosen, size=0, counted=())
        return resources, services.search.search(words, g.language, chosen, page, size, kind=KIT)
    glimpse = _TEASED if page == 1 and (words or chosen) else 0
    found = services.search.search(words, g.language, chosen, size=glimpse, kind=KIT, counted=())
    return services.search.search(words, g.language, chosen, page, size, counted=FACETS), found


def resource_page(services: Services, id: str) -> str:
    record = published(services, id)
    terms, to = services.terms(), addresses()
    around = _surroundings(services, record)
    page = resource.of_record(record, around, terms, to, [each for each in FORMATS if each.write])
    return render_template(
        "resource.html",
        page=page,
        data=structured.script(record, terms),
        oai=f"oai:{services.settings.oai_namespace}:{record.id}",
    )


def kit_page(services: Services, id: str) -> str:
    kit = kit_of(services, id)
    terms, to = services.terms(), addresses()
    key = kit.key
    same = services.search.search("", g.language, {"occupation": [key.occupation]}, size=50, kind=KIT, counted=())
    others = [each for each in _kits(services, same.ids) if each.id != id]
    page = kits.of_kit(kit, terms, to, _titles(services, [document for _, document in kit.documents]))
    same_country = to.search({"occupation": [key.occupation], "country": [key.country]}, terms)
    return render_template(
        "kit.html",
        page=page,
        others=others,
        search=same_country,
        elsewhere=to.search({"occupation": [key.occupation]}, terms, show="kits"),
        iri=f"{services.base_iri}kit/{id}",
    )


def about_page(services: Services) -> str:
    licence = texts.label(services.terms(), services.settings.metadata_licence, g.language)
    return render_template("about.html", base_url=services.base_url, licence=licence)


_PAGES: Final[dict[str, Callable[..., str]]] = {
    "": home_page,
    "search": search_page,
    "resource/<id>": resource_page,
    "kit/<path:id>": kit_page,
    "about": about_page,
    "data": data_page,
}
"""Address below the language -> view. The sources page stands apart: it changes without a change of the catalogue."""


def sources_blueprint(services: Services) -> Blueprint:
    """The page of the sources, which is never older than their last runs."""
    portal = Blueprint("sources", __name__)

    @portal.get("/<any(fr, pt, en):_language>/sources")
    def sources_page(_language: str) -> str:
        held = services.sources()
        counts: dict[str, int] = {}
        ready = bool(services.search.stamp())
        if ready:
            counts = dict(services.search.search("", g.language, {}, size=0, counted=("source",)).facets["source"])
        page = sources.of_sources(held, counts, addresses())
        return render_template("sources.html", sources=page, ready=ready)

    @portal.get("/<any(fr, pt, en):_language>/source/<id>")
    def card_page(_language: str, id: str) -> str:
        return render_template("card.html", shown=_card(services, id), outcomes=sources.OUTCOMES)

    @portal.get("/<any(fr, pt, en):_language>/source/<id>.csv")
    def card_table(_language: str, id: str) -> Response:
        table = cards.table(_card(services, id), g.language)
        return Response(table, content_type="text/csv; charset=utf-8", headers=_sent(f"{id}.csv"))

    @portal.get("/<any(fr, pt, en):_language>/source/<id>.html")
    def card_letter(_language: str, id: str) -> Response:
        return Response(letter(_card(services, id)), headers={**_sent(f"{id}.html"), "Content-Security-Policy": _ALONE})

    return portal


def letter(shown: CardShown) -> str:
    """A card as one file that needs nothing else, for the partner's mailbox."""
    return render_template("card_alone.html", shown=shown, outcomes=sources.OUTCOMES)


def _card(services: Services, id: str) -> CardShown:
    return cards.of_card(services.card(id, SAMPLE), services.terms(), addresses())


def _sent(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def published(services: Services, id: str) -> Record:
    """A record that is in the catalogue now. Raises RecordWithdrawn."""
    stored = services.catalogue.get(id)
    if stored.withdrawn:
        raise RecordWithdrawn(identifier=id, date=texts.day(stored.state.datestamp[:10], g.language))
    return stored.record


def kit_of(services: Services, id: str) -> Kit:
    """A kit that has something in it. Raises PageNotFound."""
    if found := services.catalogue.kits([id]):
        return found[id]
    raise PageNotFound(path=request.path)


def _surroundings(services: Services, record: Record) -> Surroundings:
    try:
        names = {record.id, *filter(None, [record.version_of])}
        pointing_ids = {id for name in names for id in services.search.pointing_at(name)} - {record.id}
    except SearchNotReady:
        pointing_ids = set()
    held = list(services.catalogue.kits(services.catalogue.kits_of([record.id]).get(record.id, [])).values())
    alike = [id for id in services.duplicates.cluster(record.id) if id != record.id]
    wanted = {document for kit in held for _, document in kit.documents} | resource.named(record)
    named = {id: stored.record for id, stored in _live(services, sorted(wanted)).items()}
    return Surroundings(
        kits=held,
        pointing=_records(services, sorted(pointing_ids)),
        titles={id: results.title(each, g.language) for id, each in named.items()},
        places={id: family.places(each, services.terms(), g.language) for id, each in named.items()},
        sources={source.id: sources.name(source, g.language) for source, _ in services.sources()},
        links=services.links.of(urls_of(record)) if record.catalog_record else {},
        alike=_records(services, alike),
    )


def _live(services: Services, ids: Iterable[str]) -> dict[str, Stored]:
    held = services.catalogue.get_many(list(ids))
    return {id: stored for id, stored in held.items() if not stored.withdrawn}


def _records(services: Services, ids: Iterable[str]) -> list[Record]:
    """Published records in the order of their ids; one withdrawn a moment ago is left out."""
    wanted = list(ids)
    held = _live(services, wanted)
    return [held[id].record for id in wanted if id in held]


def _titles(services: Services, ids: Iterable[str]) -> dict[str, Shown]:
    return {id: results.title(stored.record, g.language) for id, stored in _live(services, ids).items()}


def _results(services: Services, ids: Iterable[str]) -> list[Result]:
    terms, to = services.terms(), addresses()
    return [results.result(record, terms, to) for record in _records(services, ids)]


def _kits(services: Services, ids: Iterable[str]) -> list[KitShown]:
    wanted = list(ids)
    held = services.catalogue.kits(wanted)
    documents = [document for kit in held.values() for _, document in kit.documents]
    titles = _titles(services, documents)
    return [kits.of_kit(held[id], services.terms(), addresses(), titles) for id in wanted if id in held]
