"""A SPARQL request read from HTTP: which query, which dataset. Source: SPARQL 1.1 Protocol, section 2.1."""

from collections.abc import Sequence
from hashlib import blake2b
from threading import Lock
from typing import Final, Protocol
from urllib.parse import unquote_to_bytes, urlencode

from flask import Request, g
from msgspec import Struct

from repository.clients import HERE, client_of
from repository.messages import LANGUAGES
from repository.profile import forms
from repository.settings import Settings
from sparql import admission, results
from sparql.dumps import Dumps
from sparql.errors import (
    BadGraphAddress,
    EndpointBusy,
    NoQuery,
    NotText,
    QueryTooLong,
    SeveralQueries,
    UpdateRefused,
    WrongMediaType,
)
from sparql.query import Answer, Limits, Plan, Question, Wanted
from sparql.shortlinks import ShortLinks
from vocabularies.terms import Terms

QUERY_TYPE: Final = "application/sparql-query"
_UPDATE_TYPE: Final = "application/sparql-update"
_FORM_TYPE: Final = "application/x-www-form-urlencoded"
_MOST_BYTES: Final = 4 * admission.MOST_CHARACTERS
_LONGEST_LINK: Final = 2000
_LONG: Final = 20_000
_PATIENCE_SECONDS: Final = 5
_long_turn = Lock()
_MOST_PARAMETERS: Final = 1000
_PARAMETERS: Final = {"query", "update", "default-graph-uri", "named-graph-uri", "format"}


class Asked(Struct, frozen=True, kw_only=True):
    """What a request asks: the query's text, the dataset (None: not given), the wanted format's name, and how the page
    is to show it."""

    text: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    format: str
    view: str = ""


class Services(Protocol):
    """What the endpoint needs of the installation."""

    settings: Settings
    base_iri: str

    @property
    def limits(self) -> Limits: ...

    @property
    def dumps(self) -> Dumps: ...
    @property
    def short_links(self) -> ShortLinks: ...
    def terms(self) -> Terms: ...
    def plan_query(self, text: str) -> Plan: ...
    def data_version(self) -> str: ...
    def answer_query(self, question: Question) -> Answer: ...


def is_bare(request: Request) -> bool:
    """Whether the request asks nothing: it gets the description of the service, or the page."""
    if request.method not in ("GET", "HEAD"):
        return False
    return not _PARAMETERS & {name for name, _ in _pairs(request.query_string)} - {"format"}


def read(request: Request) -> Asked:
    """The query of a GET, a form or a direct POST. Raises the errors of `sparql.errors`."""
    pairs = _pairs(request.query_string)
    direct: list[str] = []
    if request.method == "POST":
        kind, body = _body(request)
        if kind == QUERY_TYPE:
            direct = [_text(body)]
        else:
            pairs += _pairs(body)
    if any(name == "update" for name, _ in pairs):
        raise UpdateRefused(word="update", line=1, column=1)
    queries = direct + _values(pairs, "query")
    if len(queries) > 1:
        raise SeveralQueries(count=len(queries))
    if not queries or not queries[0].strip():
        raise NoQuery
    return Asked(
        text=queries[0],
        default_graphs=_graphs(pairs, "default-graph-uri"),
        named_graphs=_graphs(pairs, "named-graph-uri"),
        format=next(iter(_values(pairs, "format")), ""),
        view=next(iter(_values(pairs, "view")), ""),
    )


def admit(text: str) -> admission.Admitted:
    """Judge a query; long ones one at a time in each web process, since that takes up to a second of it. Raises what
    admission raises, and EndpointBusy."""
    if len(text) <= _LONG:
        return admission.admit(text)
    if not _long_turn.acquire(timeout=_PATIENCE_SECONDS):
        raise EndpointBusy(seconds=_PATIENCE_SECONDS)
    try:
        return admission.admit(text)
    finally:
        _long_turn.release()


def question(asked: Asked, accept: str, services: Services, client: str, wanted: Wanted | None = None) -> Question:
    """An admitted question with the form of answer that is wanted. Raises what admission and negotiation raise."""
    admitted = admit(asked.text)
    kind = results.kind_of(admitted.form)
    form = results.demanded(asked.format, kind) if asked.format else results.negotiate(accept, kind)
    plan = services.plan_query(admitted.text)
    return Question(
        text=plan.text,
        written=admitted.text,
        top=plan.top,
        stretch=plan.stretch,
        form=admitted.form,
        format=form,
        base_iri=services.base_iri,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        key=admitted.key if plan.text == admitted.text else admitted.key and admission.key(plan.text),
        client=client,
        wanted=wanted,
    )


def tag(question: Question, version: str) -> str:
    """The entity tag of a question's answer in a version of the data, "" where it may be another each time.

    Weak, since the same answer may go out compressed. Source: RFC 9110 section 8.8.3.
    """
    if not version or not question.key:
        return ""
    graphs = (question.default_graphs, question.named_graphs)
    words = repr((version, question.key, question.format.name, question.base_iri, graphs))
    return f'W/"{blake2b(words.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()}"'


def links(asked: Asked, base_iri: str) -> str:
    """A Link header that names what an answer was found in and, where it is short enough, the question itself."""
    described = f'<{base_iri}dataset>; rel="describedby"'
    query = urlencode({"query": asked.text, **({"format": asked.format} if asked.format else {})})
    return described if len(query) > _LONGEST_LINK else f'<{base_iri}sparql?{query}>; rel="canonical", {described}'


def file_name(answer: Answer) -> str:
    """The name under which a browser keeps an answer: it says which data it was found in."""
    return f"mutualis-{answer.change or 'data'}.{answer.format.extension}"


def client(request: Request, settings: Settings) -> str:
    """Who asks, for the limits of one client; "" where many may stand behind one address: a proxy on this machine that
    does not say for whom it asks. One that does is believed, since nobody else calls from here."""
    proxies = settings.trusted_proxies.split() or HERE
    found = client_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), proxies)
    return "" if found in HERE else found


def language(request: Request, default: str) -> str:
    """The reader's language: what the portal found, else what the client asks for."""
    found: str | None = g.get("language")
    return found or request.accept_languages.best_match(LANGUAGES) or default


def _body(request: Request) -> tuple[str, bytes]:
    """The media type and the bytes of a body, if it is of a kind and size that is read here."""
    kind, charset = request.mimetype, request.mimetype_params.get("charset", "utf-8").lower()
    if kind == _UPDATE_TYPE:
        raise UpdateRefused(word=kind, line=1, column=1)
    if kind not in (QUERY_TYPE, _FORM_TYPE) or charset not in ("utf-8", "utf8", "us-ascii"):
        raise WrongMediaType(given=request.content_type or "?")
    if (request.content_length or 0) > _MOST_BYTES:
        raise QueryTooLong(length=request.content_length, most=admission.MOST_CHARACTERS)
    body = request.stream.read(_MOST_BYTES + 1)
    if len(body) > _MOST_BYTES:
        raise QueryTooLong(length=len(body), most=admission.MOST_CHARACTERS)
    return kind, body


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    """Form-encoded parameters. Unlike the usual readers this one refuses what is not UTF-8 and does not guess."""
    parts = [part for part in encoded.split(b"&") if part]
    if len(parts) > _MOST_PARAMETERS:
        raise QueryTooLong(length=len(encoded), most=admission.MOST_CHARACTERS)
    return [(_decoded(name), _decoded(value)) for name, _, value in (part.partition(b"=") for part in parts)]


def _decoded(encoded: bytes) -> str:
    return _text(unquote_to_bytes(encoded.replace(b"+", b" ")))


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise NotText(position=error.start) from error


def _values(pairs: Sequence[tuple[str, str]], wanted: str) -> list[str]:
    return [value for name, value in pairs if name == wanted]


def _graphs(pairs: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...] | None:
    values = _values(pairs, parameter)
    for value in values:
        if forms.absolute_iri(value) != value:
            raise BadGraphAddress(value=value, parameter=parameter)
    return tuple(values) or None
