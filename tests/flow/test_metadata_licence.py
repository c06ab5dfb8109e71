"""The metadata's own licence is one setting, and every interface states it; a partner's records keep its terms."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from repository import settings
from repository.app import create_app
from repository.catalogue import Entry
from repository.following import catch_up_unless_served
from repository.record import CatalogRecord, Record, Text
from repository.services import Services, create

LICENCE = "http://creativecommons.org/licenses/by/4.0/"
OWN, HARVESTED = "0192f0c0-0000-7000-8000-000000000001", "0192f0c0-0000-7000-8000-000000000002"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    data: Path = tmp_path_factory.mktemp("data")
    services: Services = create(data, {"metadata_licence": LICENCE})
    own = Record(id=OWN, title=(Text("Guide", "fr"),))
    harvested = Record(id=HARVESTED, title=own.title, catalog_record=(CatalogRecord(source="partner"),))
    services.catalogue.put_many([Entry(own), Entry(harvested, "partner", "oai:x:1")], services.act("test", "test"))
    assert catch_up_unless_served(services)
    yield create_app(services).test_client()
    services.close()


def test_it_is_a_setting(tmp_path: Path) -> None:
    (tmp_path / settings.FILE_NAME).write_text(f'metadata_licence = "{LICENCE}"\n')
    assert settings.read(tmp_path, {}).metadata_licence == LICENCE


@pytest.mark.parametrize("path", ["/oai?verb=Identify", "/dataset.ttl", "/dataset.jsonld", "/fr/about"])
def test_descriptions_of_the_catalogue_state_it(client: FlaskClient, path: str) -> None:
    assert LICENCE in client.get(path).get_data(as_text=True)


def test_the_catalogue_says_so_in_sparql(client: FlaskClient) -> None:
    query = "SELECT ?l WHERE { ?d a <http://www.w3.org/ns/dcat#Catalog> ; <http://purl.org/dc/terms/license> ?l }"
    answer = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/csv"})
    assert LICENCE in answer.get_data(as_text=True)


@pytest.mark.parametrize("extension", ["ttl", "jsonld", "dc.xml", "lom.xml", "schema.jsonld"])
def test_an_exported_description_states_it_in_its_headers(client: FlaskClient, extension: str) -> None:
    assert f'<{LICENCE}>; rel="license"' in client.get(f"/resource/{OWN}.{extension}").headers["Link"]


def test_a_partners_description_is_not_put_under_it(client: FlaskClient) -> None:
    assert 'rel="license"' not in client.get(f"/resource/{HARVESTED}.ttl").headers["Link"]
