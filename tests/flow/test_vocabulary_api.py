"""Programs at the vocabularies: the JSON interface with its description, and the reconciliation service."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import portal_catalogue as samples
import portal_rig
import pytest
from desk_rig import PASSWORD, WHO, create
from flask import Flask
from flask.testing import FlaskClient

from repository.app import create_app
from repository.exchange.roles import Grant
from repository.services import Services
from vocabularies.views.api import OPERATIONS


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = portal_rig.opened(tmp_path / "data")
    yield opened
    opened.close()


@pytest.fixture
def client(services: Services) -> FlaskClient:
    app: Flask = create_app(services)
    account, invitation = services.accounts.add("api@example.org", [Grant("librarian")])
    services.accounts.accept(invitation, PASSWORD)
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {services.accounts.add_token(account.id, 'x', 'publish', 1)}"
    return client


A = "/api/vocabularies"


def test_a_list_is_curated_and_published_by_programs_alone(client: FlaskClient, services: Services) -> None:
    made = client.post(f"{A}/occupation/terms", json={"prefLabel": [{"@value": "Vitrier marin", "@language": "fr"}]})
    assert made.status_code == 200, made.text
    state = client.get(f"{A}/occupation/terms/vitrier-marin?draft=yes").json["state"]  # type: ignore[index]
    fields = {"definition": [{"@value": "Pose des vitres à bord.", "@language": "fr"}], "why": "précision"}
    path = f"{A}/occupation/terms/vitrier-marin"
    assert client.patch(path, json=fields, headers={"If-Match": f'"{state}"'}).status_code == 200
    late = client.patch(path, json={"notation": "vm"}, headers={"If-Match": f'"{state}"'})
    assert (late.status_code, late.json["error"]) == (409, "ChangedMeanwhile")  # type: ignore[index]
    assert client.get(path).status_code == 404, "not published yet"
    release = client.post(f"{A}/occupation/releases", json={"notes": {"fr": "Un métier."}})
    assert release.json["number"] == 2  # type: ignore[index]
    assert client.get(path).json["definition"][0]["@value"] == "Pose des vitres à bord."  # type: ignore[index]
    [change] = client.get(f"{A}/occupation/releases/2/changes").json["changes"]  # type: ignore[index]
    assert change["kinds"] == ["new"]


def test_a_merge_and_its_undo_by_programs(client: FlaskClient, services: Services) -> None:
    held = services.catalogue.using([samples.ELECTRICIAN])
    impact = client.get(f"{A}/occupation/terms/electricien-batiment/impact").json
    assert impact["records"] == len(held)  # type: ignore[index]
    path = f"{A}/occupation/terms/electricien-batiment/act/merge"
    assert client.post(path, json={"into": "soudeur"}).status_code == 422, "a reason is needed"
    done = client.post(path, json={"into": "soudeur", "why": "essai"}).json
    assert client.post(f"{A}/occupation/releases", json={}).json["records"] == len(held)  # type: ignore[index]
    assert client.post(f"{A}/acts/{done['id']}/undo", json={"why": "fin"}).status_code == 200  # type: ignore[index]
    assert services.catalogue.using([samples.ELECTRICIAN]) == held


def test_terms_come_page_by_page(client: FlaskClient) -> None:
    seen, start = [], 0
    while True:
        page = client.get(f"{A}/isced-f/terms?start={start}&limit=50").json
        assert page is not None
        seen += [each["iri"] for each in page["terms"]]
        if page["next"] is None:
            break
        start = page["next"]
    assert len(seen) == len(set(seen)) == page["total"]


@pytest.mark.parametrize(
    ("words", "language", "code"),
    [
        ("electricien bat", "fr", "electricien-batiment"),
        ("BÂTI", "fr", ""),
        ("electricista", "pt", ""),
        ("", "fr", None),
    ],
)
def test_what_is_typed_is_completed_without_regard_to_accents(
    client: FlaskClient, words: str, language: str, code: str | None
) -> None:
    found = client.get(f"{A}/occupation/suggest", query_string={"q": words, "lang": language}).json
    assert found is not None
    codes = [each["code"] for each in found["terms"]]
    assert codes == [] if code is None else (codes[0] == code if code else codes)


@pytest.mark.parametrize(
    "body",
    [b"[]", b"{", b'{"x": 1}', b'{"prefLabel": "x"}', b'{"prefLabel": [{"value": 1}]}', b'{"broader": ["nowhere"]}'],
)
def test_a_body_that_cannot_be_read_is_refused_in_words(client: FlaskClient, body: bytes) -> None:
    answer = client.post(f"{A}/occupation/terms", data=body)
    assert answer.status_code == 422
    assert answer.json["message"]  # type: ignore[index]


def test_the_description_tells_of_every_operation_and_no_other(client: FlaskClient) -> None:
    told = client.get("/api/openapi.json").json
    assert told is not None
    named = {(method.upper(), path) for path, held in told["paths"].items() for method in held}
    assert len(named) == len(OPERATIONS)
    for path, held in told["paths"].items():
        for operation in held.values():
            inside = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert inside == {part.strip("{}") for part in path.split("/") if part.startswith("{")}
    identifiers = [each["operationId"] for held in told["paths"].values() for each in held.values()]
    assert len(identifiers) == len(set(identifiers))


def test_words_lists_pairs_and_checks_are_there_for_programs(client: FlaskClient) -> None:
    for path in (
        "occupation/checks",
        "occupation/untranslated",
        "occupation/candidates/isco?limit=3",
        "words",
        "occupation/acts",
    ):
        assert client.get(f"{A}/{path}").status_code == 200, path


def test_files_are_looked_at_and_taken_in_by_programs(client: FlaskClient, services: Services) -> None:
    data = (
        b'@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <http://e/x> a skos:Concept ; skos:prefLabel "x"@fr .'
    )
    assert client.post(f"{A}/import?name=x.ttl", data=data).json["lists"][0]["terms"] == 1  # type: ignore[index]
    assert client.post(f"{A}/import?name=x.ttl&apply=yes", data=data).json["taken"][0]["created"] == 1  # type: ignore[index]


# Reconciliation


def asked(client: FlaskClient, queries: dict[str, Any], scheme: str = "occupation") -> Any:
    answer = client.post(f"/reconcile/{scheme}", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return answer.json


def test_the_manifest_says_what_the_service_is(client: FlaskClient) -> None:
    told = client.get("/reconcile/occupation")
    assert told.headers["Access-Control-Allow-Origin"] == "*"
    manifest = told.json
    assert manifest is not None
    assert {"0.2", "1.0-draft"} <= set(manifest["versions"])
    for name in ("name", "identifierSpace", "schemaSpace", "view", "preview", "suggest", "extend"):
        assert manifest[name]
    assert client.get("/reconcile/nothing").status_code == 404


def test_an_exact_name_is_a_match_and_a_near_one_a_candidate(client: FlaskClient) -> None:
    found = asked(
        client,
        {
            "q0": {"query": "Électricien bâtiment"},
            "q1": {"query": "electriciens du batiment"},
            "q2": {"query": "zzzz"},
            "q3": {"query": "electricien-batiment"},
        },
    )
    best = found["q0"]["result"][0]
    assert (best["id"], best["match"], best["score"]) == (samples.ELECTRICIAN, True, 100.0)
    assert found["q1"]["result"][0]["id"] == samples.ELECTRICIAN
    assert found["q1"]["result"][0]["score"] < 100
    assert found["q2"]["result"] == []
    assert found["q3"]["result"][0]["id"] == samples.ELECTRICIAN


def test_the_language_of_a_question_counts(client: FlaskClient, services: Services) -> None:
    own = asked(client, {"q": {"query": "Allemagne", "lang": "fr"}}, "country")["q"]["result"][0]
    other = asked(client, {"q": {"query": "Allemagne", "lang": "en"}}, "country")["q"]["result"][0]
    assert own["id"] == other["id"]
    assert own["score"] > other["score"]


def test_properties_weigh(client: FlaskClient) -> None:
    plain = asked(client, {"q": {"query": "electricien"}})["q"]["result"]
    code = {"pid": "notation", "v": "electricien-batiment"}
    weighed = asked(client, {"q": {"query": "electricien", "properties": [code]}})["q"]["result"]
    score = {each["id"]: each["score"] for each in plain}
    assert weighed[0]["id"] == samples.ELECTRICIAN
    assert weighed[0]["score"] > score[samples.ELECTRICIAN]


def test_the_draft_of_1_0_is_answered_too(client: FlaskClient) -> None:
    condition = {"matchType": "name", "propertyValue": "Soudeur"}
    answer = client.post("/reconcile/occupation/match", json={"queries": [{"conditions": [condition]}, {"query": "x"}]})
    assert answer.status_code == 200
    results = answer.json["results"]  # type: ignore[index]
    assert len(results) == 2
    assert results[0]["candidates"][0]["name"] == "Welder" or results[0]["candidates"]


def test_terms_are_suggested_shown_and_extended(client: FlaskClient) -> None:
    found = client.get("/reconcile/occupation/suggest/entity?prefix=elec").json
    assert found is not None
    assert samples.ELECTRICIAN in {each["id"] for each in found["result"]}
    assert client.get("/reconcile/occupation/suggest/property?prefix=not").json["result"]  # type: ignore[index]
    assert client.get("/reconcile/occupation/suggest/type?prefix=x").json["result"]  # type: ignore[index]
    card = client.get("/reconcile/occupation/preview", query_string={"id": samples.ELECTRICIAN, "lang": "fr"})
    assert "lectricien" in card.text
    assert "frame-ancestors *" in card.headers["Content-Security-Policy"]
    packed = json.dumps({"ids": [samples.ELECTRICIAN, "x"], "properties": [{"id": "prefLabel"}, {"id": "closeMatch"}]})
    rows = client.post("/reconcile/occupation/extend", data={"extend": packed}).json["rows"]  # type: ignore[index]
    assert rows[samples.ELECTRICIAN]["prefLabel"]
    assert rows["x"]["prefLabel"] == []
    again = client.post("/reconcile/occupation/extend", data=packed, content_type="application/json").json
    assert again["rows"] == rows  # type: ignore[index]
    assert client.get("/reconcile/occupation/properties").json["properties"]  # type: ignore[index]


def test_a_release_has_a_service_of_its_own(client: FlaskClient, services: Services) -> None:
    create(services, fr="Vitrier marin")
    services.curation.publish("occupation", WHO, {})
    query = {"queries": json.dumps({"q": {"query": "Vitrier marin"}})}
    now = client.post("/reconcile/occupation/release/2", data=query).json
    before = client.post("/reconcile/occupation/release/1", data=query).json
    assert now["q"]["result"][0]["match"]  # type: ignore[index]
    assert not any(each["match"] for each in before["q"]["result"])  # type: ignore[index]


@pytest.mark.parametrize(
    "queries", ["{", "[]", '{"q": []}', '{"q": {"query": 1}}', json.dumps({str(n): {} for n in range(201)})]
)
def test_a_question_that_cannot_be_read_is_refused_in_words(client: FlaskClient, queries: str) -> None:
    answer = client.post("/reconcile/occupation", data={"queries": queries})
    assert answer.status_code == 400
    assert answer.json["message"]  # type: ignore[index]


@pytest.mark.parametrize("number", ["0", "9" * 23, "9" * 5000])
def test_a_number_that_no_release_can_have_is_answered_as_absent(client: FlaskClient, number: str) -> None:
    for path in (
        f"/fr/vocabulary/sector/release/{number}",
        f"/vocabulary/sector/release/{number}",
        f"/vocabulary/sector/release/{number}.ttl",
        f"/reconcile/sector/release/{number}",
        f"{A}/sector/releases/{number}",
    ):
        assert client.get(path).status_code == 404, path
    assert client.get(f"/reconcile/sector/suggest/entity?prefix=a&cursor={number}").status_code == 200
