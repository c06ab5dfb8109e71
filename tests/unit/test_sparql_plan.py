"""Rewritten queries have the answers of the queries as they are written, whatever these look like."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, cast

import msgspec
import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from triples_catalogue import BASE, House, question, record, records

from sparql import paging, plan
from sparql.errors import TextSearchForm, TextSearchTooMuch
from sparql.outline import outline
from sparql.pool import worker
from sparql.pool.frames import Job
from sparql.query import Answer, Limits, Question

PROLOGUE = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX d: <http://purl.org/dc/terms/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX schema: <http://schema.org/>
PREFIX type: <https://w3id.org/mutualis/vocabulary/resource-type/> PREFIX text: <http://jena.apache.org/text#>
"""
DATES = ("2016-02-15", "2016", "2016-02", "2020-07-15", None)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[worker.Reader]:
    house = House(tmp_path_factory.mktemp("plan") / "data")
    house.put(*records(60), *(record(100 + number, issued=DATES[number % 5]) for number in range(30)))
    follower = house.follower()
    follower.catch_up()
    follower.close()
    house.database.close()
    made = worker.Reader(Path(house.folder))
    yield made
    made.leave()


def nothing(words: str, most: int) -> list[tuple[str, float]]:
    return []


def some(words: str, most: int) -> list[tuple[str, float]]:
    numbers = [int(word) for word in words.split()]
    return [(f"{BASE}resource/{record(number).id}", 1 / (1 + number)) for number in numbers][:most]


def valid(text: str) -> str:
    """The query, if the engine takes it."""
    try:
        ox.Store().query(text, base_iri=BASE)
    except SyntaxError:
        reject()
    return text


def rows(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    found: Any = store.query(text, base_iri=BASE)
    if isinstance(found, ox.QueryBoolean):
        return [(str(bool(found)),)]
    names = [each.value for each in found.variables]
    order = sorted(range(len(names)), key=lambda place: names[place])
    return [tuple(str(row[place]) for place in order) for row in found]


def answered(reader: worker.Reader, asked: Question) -> Answer:
    job = Job(
        text=asked.text,
        format=asked.format.name,
        written=asked.written,
        top=asked.top,
        base_iri=BASE,
        default_graphs=None,
        named_graphs=None,
        rows=100_000,
        bytes=1 << 26,
    )
    output = BytesIO()
    outcome = worker.answer(reader, job, output)
    assert not outcome.failure, (outcome, asked.text)
    output.seek(0)
    return Answer(format=asked.format, file=output, size=outcome.size, rows=outcome.rows, version=outcome.version)


def planned(text: str) -> Question:
    made = plan.plan(text, nothing)
    asked = question(text, key=text)
    return msgspec.structs.replace(asked, text=made.text, written=text, top=made.top, stretch=made.stretch)


def bindings(answer: Answer) -> list[dict[str, str]]:
    found: Any = ox.parse_query_results(answer.read(), ox.QueryResultsFormat.JSON)
    return [{name.value: str(row[name]) for name in found.variables} for row in found]


KINDS = ("type:SA", "type:RF", "type:SA-MANUEL", "<https://w3id.org/mutualis/vocabulary/resource-type/GP>")
CLOSURES = (
    "skos:broader*",
    "skos:broader+",
    "(skos:broader|^skos:narrower)*",
    "(^skos:narrower)+",
    "(skos:broader/skos:broader)*",
)
STEPS = (
    "dcterms:type",
    "d:type",
    "<http://purl.org/dc/terms/type>",
    "(dcterms:type|dcterms:subject)",
    "^skos:none/dcterms:type",
)


@st.composite
def triples(draw: st.DrawFn) -> str:
    kind, closure, step = draw(st.sampled_from(KINDS)), draw(st.sampled_from(CLOSURES)), draw(st.sampled_from(STEPS))
    parts = [
        f"?r {step}/{closure} {kind}",
        f"?r {step} / {closure} {kind} ; dcterms:title ?t",
        f"?r dcterms:type ?k . ?k {closure} {kind}",
        f"?k {closure} {kind} . ?r dcterms:title ?t ; dcterms:type ?k ;",
        f"?r a schema:LearningResource , ?c ; dcterms:type ?k . ?k {closure} ?m",
        "?r dcterms:issued ?d ; dcterms:title ?t",
        "?r dcterms:title ?t ; dcterms:issued ?d ; d:spatial ?p",
        'VALUES ?l { "fr" "pt" } ?r dcterms:title ?t',
        f'?r dcterms:title ?t ; {step}/{closure} {kind} . ?r dcterms:identifier "DOC-7"',
        f"?r {step}|dcterms:spatial ?x . ?x {closure} {kind}.",
        f"_:b {step}/{closure} {kind} ; dcterms:title ?t",
    ]
    return draw(st.sampled_from(parts))


@st.composite
def groups(draw: st.DrawFn) -> str:
    first, second = draw(triples()), draw(triples())
    bare = first.rstrip(" ;.")
    shapes = [
        f"{{ {first} }}",
        f"{{ {bare} . }}",
        f"{{ {first} OPTIONAL {{ {second} }} }}",
        f"{{ OPTIONAL {{ {first} }} {second} }}",
        f"{{ {{ {first} }} UNION {{ {second} }} }}",
        f"{{ {first} MINUS {{ {second} }} }}",
        f"{{ {first} FILTER EXISTS {{ {second} }} }}",
        f"{{ {first} FILTER NOT EXISTS {{ ?r dcterms:issued ?d }} }}",
        f"{{ {first} FILTER(STRLEN(STR(?r)) > 3 && '}}' != '{{') }}",
        f"{{ GRAPH ?g {{ {first} }} }}",
        f"{{ {first} BIND(STR(?r) AS ?s) }}",
        f"{{ {{ SELECT DISTINCT ?r WHERE {{ {first} }} }} {second} }}",
        f"{{ {first} {{ SELECT ?r (COUNT(*) AS ?n) WHERE {{ {second} }} GROUP BY ?r ORDER BY ?r ?n }} }}",
    ]
    return draw(st.sampled_from(shapes))


HEADS = ("SELECT *", "SELECT ?r ?t", "SELECT DISTINCT ?r", "SELECT ?r (STR(?t) AS ?u)", "SELECT ?k ?d ?r WHERE", "ASK")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(head=st.sampled_from(HEADS), group=groups())
def test_a_rewritten_query_has_the_same_solutions_as_often(reader: worker.Reader, head: str, group: str) -> None:
    store, text = cast(ox.Store, reader.store()), valid(f"{PROLOGUE} {head} {group}")
    assert Counter(rows(store, plan.plan(text, nothing).text)) == Counter(rows(store, text))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    group=groups(),
    head=st.sampled_from(HEADS[:4]),
    order=st.sampled_from(("?d", "DESC(?d)", "ASC(?d) ?t", "DESC(?d) DESC(?r)", "?t", "DESC(?t) ?d", "STR(?d)")),
    limit=st.integers(0, 12),
    offset=st.sampled_from(("", "OFFSET 0", "OFFSET 3", "OFFSET 17")),
)
def test_the_first_rows_are_the_first_of_all(
    reader: worker.Reader, group: str, head: str, order: str, limit: int, offset: str
) -> None:
    """Ties may fall either way: every row is one of all rows, and the values that order them are the engine's own."""
    store = cast(ox.Store, reader.store())
    whole = valid(f"{PROLOGUE} {head} {group} ORDER BY {order}")
    cut = f"{whole} LIMIT {limit} {offset}"
    found, raw = bindings(answered(reader, planned(cut))), bindings(answered(reader, question(cut)))
    assert len(found) == len(raw)
    every = Counter(frozenset(row.items()) for row in bindings(answered(reader, question(whole))))
    assert not Counter(frozenset(row.items()) for row in found) - every
    first = "t" if "t" in order.split()[0] else "d"
    if "STR" not in order and first in (raw[0] if raw else {}):
        assert [row[first] for row in found] == [row[first] for row in raw]
    assert store


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    group=groups(),
    limit=st.integers(0, 19),
    offset=st.integers(0, 90),
    form=st.sampled_from(("json", "csv", "xml", "tsv")),
)
def test_pages_far_behind_are_those_of_the_whole(
    reader: worker.Reader, monkeypatch: pytest.MonkeyPatch, group: str, limit: int, offset: int, form: str
) -> None:
    for name, value in (("_STRETCH_FROM", 5), ("STRETCH", 40), ("_MOST_OF_A_STRETCH", 20)):
        monkeypatch.setattr(plan, name, value)
    monkeypatch.setattr(paging, "STRETCH", 40)
    cut = f"{PROLOGUE} SELECT ?r ?t {group} ORDER BY ?r ?t LIMIT {limit} OFFSET {offset}"
    made = planned(valid(cut))
    assert (made.stretch is None) == (offset < 5)
    asked = msgspec.structs.replace(made, format=question(cut, form).format)
    found = paging.ask(lambda each: answered(reader, each), Limits(), asked)
    raw = answered(reader, question(cut, form))
    assert (found.rows, found.size) == (raw.rows, raw.size)
    assert found.read() == raw.read()


def test_a_path_begins_at_its_constant_and_a_few_first_rows_at_the_values_that_order_them() -> None:
    text = (
        PROLOGUE
        + "SELECT ?r ?d { ?r dcterms:issued ?d ; dcterms:type/skos:broader* type:SA } ORDER BY DESC(?d) LIMIT 5"
    )
    made = plan.plan(text, nothing)
    assert "{ SELECT ?mutualis_step_1 WHERE { ?mutualis_step_1 skos:broader* type:SA } }" in made.text
    assert made.top is not None
    assert made.top.values.endswith("SELECT DISTINCT ?o WHERE { ?s dcterms:issued ?o } ORDER BY DESC(?o)")
    assert made.top.needed == 5


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?r dcterms:type/skos:broader* type:SA }",  # it would show the variable between
        "SELECT ?r { ?r dcterms:type/skos:broader* ?k }",
        "SELECT ?r { ?r dcterms:type|skos:broader* type:SA }",
        "SELECT ?r { ?r dcterms:type [ skos:broader* type:SA ] }",
        "SELECT ?r { ?r dcterms:type ?k FILTER EXISTS { ?k skos:broader* type:SA } }",
        "SELECT ?r { ?r dcterms:type 1.5 ; dcterms:type/skos:broader* type:SA }",
        "SELECT ?r { GRAPH ?g { ?k skos:broader* type:SA } }",
        "CONSTRUCT WHERE { ?k skos:broader* type:SA }",
        "SELECT ?r { ?mutualis_step_1 dcterms:title ?t . ?r dcterms:type/skos:broader* type:SA }",
    ],
)
def test_what_is_not_certain_stays_as_it_is_written(text: str) -> None:
    assert plan.plan(PROLOGUE + text, nothing).text == PROLOGUE + text


@pytest.mark.parametrize(
    ("subject", "asked", "numbers"),
    [
        ("?r", '"3 5"', [3, 5]),
        ("?r", "'3 5'", [3, 5]),
        ("?r", '("3 5")', [3, 5]),
        ("?r", '("3 5" 1)', [3]),
        ("(?r)", '("3 5" 1)', [3]),
        ("(?r ?score)", '"""7"""', [7]),
        ("?r", '""', []),
    ],
)
def test_a_text_search_gives_the_resources_that_it_found(
    reader: worker.Reader, subject: str, asked: str, numbers: list[int]
) -> None:
    text = f"{PROLOGUE} SELECT ?t {{ {subject} text:query {asked} . ?r dcterms:title ?t FILTER(LANG(?t) = 'fr') }}"
    found = rows(cast(ox.Store, reader.store()), plan.plan(text, some).text)
    assert sorted(found) == [(f'"Document {number}"@fr',) for number in numbers]


def test_the_score_of_a_text_search_orders_it(reader: worker.Reader) -> None:
    text = f"{PROLOGUE} SELECT ?t {{ ?r dcterms:title ?t . (?r ?score) text:query '1 2 3' }} ORDER BY ?score"
    made = plan.plan(text, some).text
    found = [row for row in rows(cast(ox.Store, reader.store()), made) if "fr" in row[0]]
    assert found == [('"Document 3"@fr',), ('"Document 2"@fr',), ('"Document 1"@fr',)]


def test_a_graph_is_built_of_what_a_text_search_found(reader: worker.Reader) -> None:
    text = f"{PROLOGUE} CONSTRUCT {{ ?r dcterms:title ?t }} WHERE {{ ?r text:query '4' ; dcterms:title ?t }}"
    assert len(list(cast(ox.Store, reader.store()).query(plan.plan(text, some).text))) == 2  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "pattern",
    [
        '?r text:query (dcterms:title "words")',
        "?r text:query ?words",
        '(?r ?score ?literal) text:query "words"',
        '<http://x/> text:query "words"',
        "?r text:query [ ]",
        '?r a [ text:query "words" ]',
        '?r text:query/dcterms:title "words"',
        '?r <http://jena.apache.org/text#query> "words"@fr',
    ],
)
def test_a_text_search_in_another_form_is_refused_and_never_empty(pattern: str) -> None:
    with pytest.raises(TextSearchForm):
        plan.plan(f"{PROLOGUE} SELECT ?r {{ {pattern} }}", some)


def test_the_outline_of_hidden_braces() -> None:
    text = PROLOGUE + "SELECT ?a { ?a ?b '}' # }\n FILTER(?a = <x:}>) }"
    assert outline(text) is None or len(outline(text).runs) == 1  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "pattern",
    [
        '?r text:query "' + "word " * 21 + '"',
        '?r text:query "' + "w" * 501 + '"',
        " ".join(f'?r{number} text:query "word" .' for number in range(4)),
        '?r text:query "word" . ' + "?a ?b ?c . " * 3000,
    ],
)
def test_a_text_search_is_bounded_before_it_is_done(pattern: str) -> None:
    done: list[str] = []

    def find(words: str, most: int) -> list[tuple[str, float]]:
        done.append(words)
        return []

    with pytest.raises(TextSearchTooMuch):
        plan.plan(f"{PROLOGUE} SELECT ?r {{ {pattern} }}", find)
    assert len(done) <= 3


def test_a_long_query_is_asked_as_it_is_written() -> None:
    text = "SELECT ?r { " + "?r <x:p>/<x:q>* <x:c> . " * 1000 + "}"
    assert plan.plan(text, nothing).text == text
