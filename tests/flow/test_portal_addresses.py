"""The addresses of things: one IRI, a page for people and RDF for machines."""

import json
from pathlib import Path
from typing import Any

import portal_catalogue as samples
import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from repository.namespaces import MU
from repository.profile.validation import shacl
from repository.services import Services
from repository.web.negotiation import Offer, choose

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
THINGS = (
    f"/resource/{samples.STANDARD}",
    f"/kit/{samples.KIT}",
    "/vocabulary/sector",
    "/vocabulary/sector/btp",
    "/source/biblioteca",
    "/ns",
)
SYNTAXES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


def triples(data: bytes, syntax: ox.RdfFormat) -> set[str]:
    return {str(quad.triple) for quad in ox.parse(data, syntax, base_iri=samples.BASE)}


@pytest.mark.parametrize("thing", THINGS)
def test_a_browser_is_led_to_the_page(portal: FlaskClient, thing: str) -> None:
    answer = portal.get(thing, headers={"Accept": BROWSER, "Accept-Language": "pt"})
    assert answer.status_code == 303
    assert answer.location.startswith("/pt/")
    assert {"Accept", "Accept-Language"} <= set(answer.vary.to_header().split(", "))
    assert portal.get(answer.location, headers={"Accept": BROWSER}).status_code == 200


@pytest.mark.parametrize("thing", THINGS)
def test_every_syntax_says_the_same(portal: FlaskClient, thing: str) -> None:
    held = {}
    for media_type, syntax in SYNTAXES.items():
        answer = portal.get(thing, headers={"Accept": media_type})
        assert answer.status_code == 200, answer.text
        assert answer.mimetype == media_type
        held[media_type] = triples(answer.data, syntax)
    reference = held["application/n-triples"]
    assert reference
    assert all(statements == reference for statements in held.values())


@pytest.mark.parametrize("thing", THINGS)
@pytest.mark.parametrize("extension", ["ttl", "nt", "jsonld", "rdf"])
def test_an_extension_chooses_the_syntax_without_negotiation(portal: FlaskClient, thing: str, extension: str) -> None:
    answer = portal.get(f"{thing}.{extension}", headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert answer.mimetype in SYNTAXES


@pytest.mark.parametrize(
    ("extension", "beginning"),
    [
        ("dc.xml", b"oai_dc"),
        ("xml", b"oai_dc"),
        ("lom.xml", b"lom"),
        ("schema.jsonld", b"@context"),
        ("json", b"@context"),
    ],
)
def test_the_crosswalks_have_extensions_too(portal: FlaskClient, extension: str, beginning: bytes) -> None:
    answer = portal.get(f"/resource/{samples.FULL}.{extension}")
    assert answer.status_code == 200
    assert beginning in answer.data[:200]


def test_a_profile_asks_for_schema_org(portal: FlaskClient) -> None:
    address = f"/resource/{samples.FULL}"
    asked = portal.get(address, headers={"Accept": 'application/ld+json;profile="http://schema.org/"'})
    assert 'profile="http://schema.org/"' in asked.content_type
    plain = portal.get(address, headers={"Accept": "application/ld+json"})
    assert "profile" not in plain.content_type
    assert plain.data != asked.data


def test_what_cannot_be_given_is_refused_with_the_list(portal: FlaskClient) -> None:
    answer = portal.get(f"/resource/{samples.FULL}", headers={"Accept": "image/png"})
    assert answer.status_code == 406
    assert "text/turtle" in answer.text
    assert "application/ld+json" in answer.text


@pytest.mark.parametrize("thing", [*THINGS, f"/resource/{samples.FULL}"])
def test_every_answer_names_the_other_forms(portal: FlaskClient, thing: str) -> None:
    answer = portal.get(thing, headers={"Accept": "text/turtle"})
    assert 'rel="alternate"' in answer.headers["Link"]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "address",
    ["/resource/none", "/kit/none", "/source/none", "/vocabulary/none", "/vocabulary/sector/none", "/resource/none.ttl",
     f"/resource/{samples.FULL}.exe", "/kit/..%2f..%2fetc"],
)  # fmt: skip
def test_what_is_not_there_is_not_found_in_any_form(portal: FlaskClient, address: str) -> None:
    for accept in ("text/html", "text/turtle"):
        assert portal.get(address, headers={"Accept": accept}).status_code == 404


def test_a_kit_says_of_every_part_whether_it_is_there(portal: FlaskClient, portal_services: Services) -> None:
    said = portal.get(f"/kit/{samples.KIT}.nt").text
    assert said.count(f"<{MU}partStatus>") >= 5
    assert f"<{portal_services.base_iri}kit/{samples.KIT}>" in said


def test_a_concepts_code_may_hold_a_dot(portal: FlaskClient) -> None:
    answer = portal.get("/vocabulary/lom/5.8-medium.ttl")
    assert answer.status_code == 200
    assert b"5.8-medium" in answer.data


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", 0),
        ("*/*", 0),
        (BROWSER, 0),
        ("text/turtle", 1),
        ("text/turtle;q=0.5, text/html;q=0.4", 1),
        ("text/*;q=0.3, application/ld+json;q=0.9", 2),
        ('application/ld+json; profile="http://schema.org/"', 3),
        ('application/ld+json;profile="http://unknown.example/"', None),
        ("image/png", None),
        ("text/html;q=0, */*;q=0.1", 1),
        ("text/turtle;q=high", None),
        (";;;,,,", None),
        ('text/html;a="x,y";q=0.2, text/turtle', 1),
    ],
)
def test_negotiation_weighs_wishes_as_http_says(accept: str, chosen: int | None) -> None:
    offers = [
        Offer("text/html"),
        Offer("text/turtle"),
        Offer("application/ld+json"),
        Offer("application/ld+json", "http://schema.org/"),
    ]
    assert choose(accept, offers) == chosen


@pytest.mark.parametrize("name", [samples.STANDARD, f"kit/{samples.KIT}", "sources", "dataset", "clusters", "examples"])
def test_a_graph_leads_people_to_what_it_is_about_and_tells_machines(portal: FlaskClient, name: str) -> None:
    browser = portal.get(f"/graph/{name}", headers={"Accept": "text/html"})
    assert browser.status_code == 303
    assert portal.get(browser.headers["Location"]).status_code == 200
    trig = portal.get(f"/graph/{name}", headers={"Accept": "application/trig"})
    quads = list(ox.parse(trig.data, ox.RdfFormat.TRIG))
    assert {str(quad.graph_name) for quad in quads} <= {f"<{samples.BASE}graph/{name}>"}
    plain = portal.get(f"/graph/{name}.nt")
    assert {str(quad.triple) for quad in quads} == triples(plain.data, ox.RdfFormat.N_TRIPLES)
    assert f'</graph/{name}.nq>; rel="alternate"; type="application/n-quads"' in trig.headers["Link"]
    assert ox.parse(portal.get(f"/graph/{name}.nq").data, ox.RdfFormat.N_QUADS)


def test_the_graph_of_what_is_withdrawn_or_unknown_is_not_there(portal: FlaskClient) -> None:
    assert portal.get(f"/graph/{samples.WITHDRAWN}.ttl").status_code == 410
    assert portal.get("/graph/nothing.ttl").status_code == 404
    assert portal.get("/graph/kit/none").status_code == 404


def test_the_feed_of_changes_is_read_to_its_end(portal: FlaskClient, portal_services: Services) -> None:
    found: list[dict[str, Any]] = []
    path = "/changes.jsonl?limit=400"
    while True:
        response = portal.get(path)
        lines = [json.loads(line) for line in response.data.splitlines()]
        if not lines:
            break
        found += lines
        path = response.headers["Link"].partition(">")[0][1:]
    assert [each["change"] for each in found] == [each.number for each in portal_services.catalogue.changes(0, 100_000)]
    gone = [each for each in found if each["iri"] == f"{samples.BASE}resource/{samples.WITHDRAWN}"]
    assert [each["action"] for each in gone][-1] == "withdrawn"
    assert gone[0]["graph"] == f"{samples.BASE}graph/{samples.WITHDRAWN}"
    assert all(each["datestamp"].endswith("Z") for each in found)


def test_the_feed_of_another_run_of_numbers_is_gone(portal: FlaskClient) -> None:
    assert portal.get("/changes.jsonl?after=1&epoch=other").status_code == 410
    assert portal.get("/changes.jsonl?after=x").status_code == 400


@pytest.mark.parametrize("media_type", ["text/turtle", "application/ld+json", "application/rdf+xml"])
def test_a_resource_is_a_dataset_of_dcat_ap(portal: FlaskClient, media_type: str, shared: Path) -> None:
    wanted = f'{media_type}; profile="http://data.europa.eu/r5r/"'
    answer = portal.get(f"/resource/{samples.STANDARD}", headers={"Accept": wanted})
    assert (answer.status_code, answer.mimetype) == (200, media_type)
    if media_type == "text/turtle":
        shapes = (shared / "schemas" / "dcat-ap" / "shapes.ttl").read_bytes()
        assert shacl(answer.data, shapes) == ()
