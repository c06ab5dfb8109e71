"""The reconciliation service, for OpenRefine and others: one for each list and for each of its releases.

Source: Reconciliation Service API 0.2 (Final Community Group Report, 2023) and 1.0-draft, which asks by JSON at
`/match` and answers in another shape; both stand at the same address here, and the manifest says so.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

import msgspec
from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from repository.errors import MutualisError, PageNotFound
from repository.messages import marked, tell_reader, translate
from repository.record import Text
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.numbers import whole
from vocabularies import reconciling
from vocabularies.concept import Concept
from vocabularies.finding import finder
from vocabularies.reconciling import PROPERTIES, Scored, reconciler
from vocabularies.terms import Terms, choose
from vocabularies.views.releases import frozen_terms

_MOST_QUERIES: Final = 200
_MOST_CANDIDATES: Final = 50
_MOST_SENT: Final = 1 << 20
_NAMES: Final = {
    "prefLabel": marked("Name"),
    "altLabel": marked("Other names"),
    "definition": marked("Definition"),
    "notation": marked("Code"),
    "broader": marked("Stands below"),
    "narrower": marked("Narrower"),
    "related": marked("See also"),
    "replacedBy": marked("Use instead"),
    "exactMatch": marked("Exactly the same as"),
    "closeMatch": marked("Nearly the same as"),
    "broadMatch": marked("Narrower than"),
    "narrowMatch": marked("Broader than"),
    "relatedMatch": marked("Related to"),
}
_LINKS: Final = frozenset({"broader", "narrower", "related", "replacedBy"})
"""Properties whose values are terms that the service knows."""


class BadQuestion(MutualisError):
    message = "The question could not be read ({reason}); see the documentation of the reconciliation service."
    status = 400


def blueprint(services: Services) -> Blueprint:
    """The services, each at its own root, with CORS for every page: their answers are public."""
    made = Blueprint("reconcile", __name__)

    def answering(view: Callable[..., Any]) -> Callable[..., ResponseReturnValue]:
        @wraps(view)
        def answer(scheme_id: str, number: int | None = None, **values: str) -> ResponseReturnValue:
            request.max_content_length = _MOST_SENT
            try:
                return _json(view(services, _Asked(services, scheme_id, number), **values))
            except MutualisError as error:
                told = {"status": "error", "code": type(error).__name__, "message": tell_reader(error, g.language)}
                return _json({**told, "arguments": {}}, error.status)

        return answer

    for start in ("/reconcile/<scheme_id>", "/reconcile/<scheme_id>/release/<int:number>"):
        for end, view, methods in (
            ("", service, ("GET", "POST")),
            ("/match", match, ("POST",)),
            ("/suggest/<kind>", suggest, ("GET",)),
            ("/preview", preview, ("GET",)),
            ("/extend", extend, ("POST",)),
            ("/properties", proposed, ("GET",)),
        ):
            name = f"{start}{end}".replace("/", "-").strip("-")
            made.add_url_rule(start + end, name, answering(view), methods=list(methods))

    @made.after_request
    def finish(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return made


class _Asked:
    """One service: its list, as it is now or as a release had it."""

    def __init__(self, services: Services, scheme: str, number: int | None) -> None:
        terms = services.terms()
        if scheme not in terms.schemes:
            raise PageNotFound(path=request.path)
        self.scheme, self.number = scheme, number
        self.terms: Terms = frozen_terms(services, scheme, number)[1] if number is not None else terms
        release = f"/release/{number}" if number is not None else ""
        self.root = f"{services.base_url.rstrip('/')}/reconcile/{scheme}{release}"
        self.site = services.base_url.rstrip("/")

    @property
    def language(self) -> str:
        """Of the answer's names: what the client asks for by header, else the reader's."""
        return str(g.language)

    def name(self, concept: Concept) -> str:
        label = choose(concept.pref_label, self.language)
        return label.value if label else concept.notation or concept.iri

    def title(self) -> str:
        label = choose(self.terms.schemes[self.scheme].title, self.language)
        return (label.value if label else self.scheme) + (f" ({self.number})" if self.number is not None else "")

    def type(self) -> dict[str, str]:
        return {"id": self.terms.schemes[self.scheme].iri, "name": self.title()}

    def concept(self, id: str) -> Concept | None:
        found = self.terms.concept(id) or self.terms.by_notation(self.scheme, id)
        return found if found is not None and found.scheme == self.scheme else None


def service(services: Services, asked: _Asked) -> Any:
    """The manifest, or the answers to a batch of questions in the form of 0.2."""
    if packed := request.values.get("queries", ""):
        batch = _decoded(packed, dict)
        return {
            name: {"result": [_old(each, asked) for each in _answered(query, asked)]} for name, query in batch.items()
        }
    if packed := request.values.get("extend", ""):
        return _extended(_decoded(packed, dict), asked)
    return manifest(asked)


def match(services: Services, asked: _Asked) -> Any:
    """The answers to a batch of questions in the form of 1.0-draft."""
    body = _decoded(request.get_data(as_text=True), dict)
    queries = body.get("queries")
    if not isinstance(queries, list):
        raise BadQuestion(reason="queries")
    _count(queries)
    return {
        "results": [
            {"candidates": [_new(each, asked) for each in _answered(_plain(query), asked)]} for query in queries
        ]
    }


def manifest(asked: _Asked) -> dict[str, Any]:
    """What the service is and can. Source: Reconciliation Service API 0.2, section 3."""
    view = {"url": "{{id}}"}
    return {
        "versions": ["0.1", "0.2", "1.0-draft"],
        "name": f"Mutualis: {asked.title()}",
        "identifierSpace": f"{asked.site}/vocabulary/{asked.scheme}/",
        "schemaSpace": "http://www.w3.org/2004/02/skos/core#",
        "documentation": f"{asked.site}/{asked.language}/vocabulary/{asked.scheme}",
        "defaultTypes": [asked.type()],
        "view": view,
        "batchSize": 50,
        "preview": {"url": f"{asked.root}/preview?id={{{{id}}}}", "width": 420, "height": 220},
        "suggest": {
            kind: {"service_url": asked.root, "service_path": f"/suggest/{kind}"}
            for kind in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": asked.root, "service_path": "/properties"},
            "property_settings": [
                {"name": "limit", "label": "Limit", "type": "number", "default": 0, "help_text": "0: all"}
            ],
        },
        "standardizedScore": True,
    }


def suggest(services: Services, asked: _Asked, kind: str) -> Any:
    """Completes what is typed. Source: Reconciliation Service API 0.2, section 6."""
    words = request.args.get("prefix", "")
    start = request.args.get("cursor", "")
    skipped = whole(start)
    if kind == "type":
        return {"result": [asked.type()]}
    if kind == "property":
        held = [{"id": each, "name": translate(_NAMES[each], asked.language)} for each in PROPERTIES]
        return {"result": [each for each in held if words.casefold() in f"{each['id']} {each['name']}".casefold()]}
    if kind != "entity":
        raise PageNotFound(path=request.path)
    hits = finder(asked.terms, asked.scheme).begin(words, asked.language, skipped + 20)[skipped:]
    return {
        "result": [
            {
                "id": hit.concept.iri,
                "name": asked.name(hit.concept),
                "notable": [asked.type()],
                **_described(hit.concept, asked),
            }
            for hit in hits
        ]
    }


def preview(services: Services, asked: _Asked) -> Any:
    """A term on a card of HTML, which the client shows in a frame. Source: section 5."""
    concept = asked.concept(request.args.get("id", ""))
    if concept is None:
        raise PageNotFound(path=request.path)
    definition = choose(concept.definition, asked.language)
    names = {text.value for text in (*concept.pref_label, *concept.alt_label)} - {asked.name(concept)}
    page = addresses().concept(concept.iri, asked.terms)
    html = render_template(
        "preview.html",
        name=asked.name(concept),
        code=concept.notation or "",
        href=asked.site + page if page else concept.iri,
        others=sorted(names),
        definition=definition.value if definition else "",
    )
    headers = {"Content-Security-Policy": "default-src 'none'; frame-ancestors *"}
    return Response(html, content_type="text/html; charset=utf-8", headers=headers)


def proposed(services: Services, asked: _Asked) -> Any:
    """The properties that a term can be extended by. Source: section 7.2."""
    held = [{"id": each, "name": translate(_NAMES[each], asked.language)} for each in PROPERTIES]
    return {"type": asked.type()["id"], "properties": held}


def extend(services: Services, asked: _Asked) -> Any:
    """Values of terms by property: in the form of 0.2 (a form field) or of 1.0-draft (JSON). Source: section 7."""
    packed = request.form.get("extend") or request.get_data(as_text=True)
    return _extended(_decoded(packed, dict), asked)


def _extended(body: Mapping[str, Any], asked: _Asked) -> dict[str, Any]:
    ids, wanted = body.get("ids"), body.get("properties")
    if not isinstance(ids, list) or not isinstance(wanted, list):
        raise BadQuestion(reason="ids, properties")
    _count(ids)
    names = [(str(each.get("id", "")), each.get("settings") or {}) for each in wanted if isinstance(each, dict)]
    meta: list[dict[str, Any]] = [
        {
            "id": name,
            "name": translate(_NAMES.get(name, name), asked.language),
            **({"type": asked.type()} if name in _LINKS else {}),
        }
        for name, _ in names
    ]
    rows = {}
    for id in map(str, ids):
        concept = asked.concept(id)
        rows[id] = {name: _cells(concept, name, settings, asked) for name, settings in names}
    return {"meta": meta, "rows": rows}


def _cells(concept: Concept | None, name: str, settings: Mapping[str, Any], asked: _Asked) -> list[dict[str, Any]]:
    held = reconciling.values(concept, name, asked.terms) if concept is not None else ()
    if all(isinstance(each, Text) for each in held):
        texts = [each for each in held if isinstance(each, Text)]
        own = [each for each in texts if (each.language or "").split("-")[0] == asked.language]
        held = own or texts
    limit = str(settings.get("limit", 0))
    most = whole(limit) or len(held)
    return [_cell(each, name, asked) for each in held[:most]]


def _cell(value: str | Text, name: str, asked: _Asked) -> dict[str, Any]:
    if isinstance(value, Text):
        return {"str": value.value}
    linked = asked.terms.concept(value)
    if name in _LINKS and linked is not None:
        return {"id": value, "name": asked.name(linked)}
    return {"str": value}


def _answered(query: Any, asked: _Asked) -> list[Scored]:
    """The candidates for one question of 0.2: words, a limit, properties, a type."""
    if not isinstance(query, dict) or not isinstance(query.get("query", ""), str):
        raise BadQuestion(reason="query")
    kind = query.get("type")
    kinds = kind if isinstance(kind, list) else [kind] if kind else []
    if kinds and asked.type()["id"] not in [each.get("id") if isinstance(each, dict) else each for each in kinds]:
        return []
    limit = query.get("limit")
    most = min(limit, _MOST_CANDIDATES) if isinstance(limit, int) and limit > 0 else 10
    given = [
        (str(each.get("pid", "")), _word(value))
        for each in query.get("properties") or ()
        if isinstance(each, dict)
        for value in (each["v"] if isinstance(each.get("v"), list) else [each.get("v")])
    ]
    words = query.get("query", "")[:300]
    return reconciler(asked.terms, asked.scheme).ask(words, _language(query, asked), most, given)


def _plain(query: Any) -> dict[str, Any]:
    """A question of 1.0-draft as one of 0.2."""
    if not isinstance(query, dict):
        raise BadQuestion(reason="queries")
    plain: dict[str, Any] = {name: query[name] for name in ("type", "limit", "lang") if name in query}
    properties = []
    for each in query.get("conditions") or ():
        if not isinstance(each, dict):
            continue
        if each.get("matchType") == "name":
            plain["query"] = each.get("propertyValue", "")
        else:
            properties.append({"pid": each.get("propertyId", ""), "v": each.get("propertyValue")})
    return {**plain, "query": plain.get("query", query.get("query", "")), "properties": properties}


def _language(query: Mapping[str, Any], asked: _Asked) -> str:
    wanted = query.get("lang")
    return wanted if isinstance(wanted, str) and wanted else asked.language


def _word(value: Any) -> str:
    return str(value.get("id") or value.get("name") or "") if isinstance(value, dict) else str(value or "")


def _old(each: Scored, asked: _Asked) -> dict[str, Any]:
    return {
        "id": each.concept.iri,
        "name": asked.name(each.concept),
        "type": [asked.type()],
        "score": each.score,
        "match": each.match,
        **_described(each.concept, asked),
    }


def _new(each: Scored, asked: _Asked) -> dict[str, Any]:
    features = [{"id": "matched-name", "value": each.score}]
    return {**_old(each, asked), "features": features}


def _described(concept: Concept, asked: _Asked) -> dict[str, str]:
    found = choose(concept.definition or concept.scope_note, asked.language)
    return {"description": found.value[:300]} if found else {}


def _decoded(packed: str, kind: type) -> Any:
    try:
        found = msgspec.json.decode(packed)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise BadQuestion(reason=str(error)) from error
    if not isinstance(found, kind):
        raise BadQuestion(reason=kind.__name__)
    _count(found)
    return found


def _count(held: Any) -> None:
    if len(held) > _MOST_QUERIES:
        raise BadQuestion(reason=f"{len(held)} > {_MOST_QUERIES}")


def _json(value: Any, status: int = 200) -> ResponseReturnValue:
    if isinstance(value, Response):
        return value
    return Response(msgspec.json.encode(value), status=status, content_type="application/json; charset=utf-8")
