"""Everything that the catalogue says as files: whole, checked, described, cited, and asked again with the same rows."""

import gzip
import hashlib
import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import portal_catalogue as samples
import portal_rig
import pyoxigraph as ox
import pytest
from command_rig import mutualis, report
from flask.testing import FlaskClient
from msgspec.structs import replace

from repository.app import create_app
from repository.namespaces import MU, expand
from repository.profile.validation import shacl
from repository.services import Services
from sparql.dumps import KEPT, Dump, NoSuchRelease, load
from sparql.examples import examples
from sparql.pool import checkpoints

VOID = "http://rdfs.org/ns/void#"
FOLLOWED = ox.NamedNode(MU + "followed")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    made = portal_rig.opened(tmp_path_factory.mktemp("dumps"))
    follower = made.followers()["triples"]
    follower.catch_up()
    made.dump("dump", "2026-03-02")
    made.dump("release", "", note={"fr": "La première.", "pt": "A primeira."})
    follower.catch_up()
    follower.close()
    yield made
    made.close()


@pytest.fixture(scope="module")
def portal(services: Services) -> FlaskClient:
    return create_app(services).test_client()


def quads(services: Services, dump: Dump) -> set[str]:
    data = gzip.decompress((services.dumps.folder(dump.kind, dump.name) / "mutualis.nq.gz").read_bytes())
    return {str(quad) for quad in ox.parse(data, ox.RdfFormat.N_QUADS)}


def stored(services: Services) -> set[str]:
    """The named graphs of the newest checkpoint, but for those that tell of dumps."""
    with checkpoints.opened(services.settings.data / "triples") as store:
        assert store is not None
        return {
            str(quad)
            for quad in store
            if quad.graph_name != ox.DefaultGraph()
            and quad.predicate != FOLLOWED
            and not str(quad.graph_name).endswith("/graph/dataset>")
        }


def test_a_dump_holds_every_statement_in_its_graph(services: Services) -> None:
    (dump,) = services.dumps.listed("dump")
    found = quads(services, dump)
    assert {each for each in found if not each.endswith("/graph/dataset>")} == stored(services)
    assert not any(each.split(" ")[1] == str(FOLLOWED) for each in found)
    assert samples.WITHDRAWN not in "".join(found)


def test_the_turtle_holds_each_statement_once(services: Services) -> None:
    (dump,) = services.dumps.listed("dump")
    data = gzip.decompress((services.dumps.folder("dump", dump.name) / "mutualis.ttl.gz").read_bytes())
    found = [str(quad.triple) for quad in ox.parse(data, ox.RdfFormat.TURTLE)]
    named = {quad.rpartition(" <")[0] for quad in quads(services, dump)}
    assert len(found) == len(set(found))
    assert set(found) == named


def test_the_checksums_are_those_of_the_files(services: Services) -> None:
    folder = services.dumps.folder("release", "1")
    done = subprocess.run(["sha256sum", "--check", "SHA256SUMS"], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    (dump,) = services.dumps.listed("release")
    for file in dump.files:
        assert hashlib.sha256((folder / file.name).read_bytes()).hexdigest() == file.sha256
        assert (folder / file.name).stat().st_size == file.bytes


def test_the_counts_are_true(services: Services) -> None:
    (dump,) = services.dumps.listed("dump")
    triples = {quad.rpartition(" <")[0] for quad in quads(services, dump)}
    by_property = Counter(triple.split(" ")[1][1:-1] for triple in triples)
    assert dump.counts.triples == len(triples)
    assert dump.counts.properties == by_property
    assert dump.counts.resources == services.catalogue.totals()[0]
    benin = next(each for each in dump.counts.coverage if each.place.endswith("/BEN"))
    assert benin.descriptions >= benin.dated > 0


def test_the_same_data_give_the_same_files(services: Services, tmp_path: Path) -> None:
    with checkpoints.opened(services.settings.data / "triples") as store:
        assert store is not None
        made = []
        for name in ("a", "b"):
            about = services.dumps.listed("dump")[0]
            beside = type(services.dumps)(tmp_path / name)
            made.append(beside.write(store, about).files)
    assert made[0] == made[1]


def test_the_last_few_dumps_are_kept_and_all_releases(services: Services, tmp_path: Path) -> None:
    dumps = type(services.dumps)(tmp_path)
    shutil.copytree(services.settings.data / "dumps", tmp_path / "dumps")
    shutil.copytree(services.settings.data / "releases", tmp_path / "releases")
    first = json.loads((tmp_path / "dumps" / "2026-03-02" / "about.json").read_text())
    for day in range(3, 9):
        folder = tmp_path / "dumps" / f"2026-03-0{day}"
        shutil.copytree(tmp_path / "dumps" / "2026-03-02", folder)
        told = {**first, "name": folder.name, "issued": f"2099-03-0{day}T00:00:00Z"}
        (folder / "about.json").write_text(json.dumps(told))
    dumps.prune()
    assert [each.name for each in dumps.listed("dump")] == ["2026-03-08", "2026-03-07", "2026-03-06"][:KEPT]
    assert [each.name for each in dumps.listed("release")] == ["1"]
    (tmp_path / "releases" / ".2.new").mkdir()
    (tmp_path / "releases" / ".2.new" / "about.json").write_text(json.dumps({**first, "name": "2"}))
    (tmp_path / "releases" / "3").mkdir()
    (tmp_path / "releases" / "3" / "about.json").write_text("{")
    assert [each.name for each in dumps.listed("release")] == ["1"], "neither what is being written nor what is damaged"
    with checkpoints.opened(services.settings.data / "triples") as store:
        assert store is not None
        about = services.dumps.listed("release")[0]
        assert dumps.write(store, replace(about, name="")).name == "4", "no number is given twice"


@pytest.mark.parametrize("name", ["../dumps", "2", "", "1/../1", "."])
def test_a_release_that_is_not_there_is_named_as_such(services: Services, name: str) -> None:
    with pytest.raises(NoSuchRelease):
        services.dumps.get("release", name)


def test_a_release_answers_every_example_as_the_catalogue_did(services: Services, tmp_path: Path) -> None:
    """Loaded anew, a release gives the rows that its checkpoint gave."""
    store = ox.Store(str(tmp_path / "store"))
    with (services.dumps.folder("release", "1") / "mutualis.nq.gz").open("rb") as file:
        load(file, store)
    with checkpoints.opened(services.settings.data / "triples") as held:
        assert held is not None
        for each in examples():
            if "text:query" not in each.text and "CONSTRUCT" not in each.text:
                assert rows(store, each.text) == rows(held, each.text), each.name


def rows(store: ox.Store, text: str) -> list[list[str]]:
    found: Any = store.query(text)
    return [[str(value) for value in row] for row in found]


# Over HTTP


def test_the_files_are_had_whole_in_part_and_not_twice(portal: FlaskClient, services: Services) -> None:
    path = "/dataset/release/1/mutualis.nq.gz"
    with portal.get(path) as whole:
        data = whole.data
    assert data == (services.dumps.folder("release", "1") / "mutualis.nq.gz").read_bytes()
    assert whole.headers["Content-Type"] == "application/gzip"
    assert "Content-Encoding" not in whole.headers
    assert "max-age=31536000" in whole.headers["Cache-Control"]
    with portal.get(path, headers={"If-None-Match": whole.headers["ETag"]}) as again:
        assert again.status_code == 304
    with portal.get(path, headers={"Range": "bytes=0-9"}) as part:
        assert (part.status_code, part.data) == (206, data[:10])
    with portal.get("/dataset/release/1/SHA256SUMS") as sums:
        assert b"mutualis.nq.gz" in sums.data


@pytest.mark.parametrize(
    "path",
    [
        "/dataset/release/1/about.json",
        "/dataset/release/1/..%2f..%2fmutualis.toml",
        "/dataset/release/..%2fdumps/mutualis.nq.gz",
        "/dataset/release/2",
        "/dataset/dump/2020-01-01/mutualis.nq.gz",
        "/dataset/other/1/mutualis.nq.gz",
    ],
)
def test_nothing_else_is_to_be_had(portal: FlaskClient, path: str) -> None:
    assert portal.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/dataset", "/dataset/release/1", "/dataset/dump/2026-03-02"])
def test_the_dataset_and_its_releases_are_described_for_machines_and_shown_to_people(
    portal: FlaskClient, path: str
) -> None:
    browser = portal.get(path, headers={"Accept": "text/html"})
    assert browser.status_code == 303
    assert portal.get(browser.headers["Location"]).status_code == 200
    profile = 'text/turtle; profile="http://data.europa.eu/r5r/"'
    turtle = portal.get(path, headers={"Accept": profile})
    assert turtle.status_code == 200
    assert '<http://data.europa.eu/r5r/>; rel="profile"' in turtle.headers["Link"]
    dumps = {
        str(quad.object)
        for quad in ox.parse(turtle.data, ox.RdfFormat.TURTLE)
        if quad.predicate.value == VOID + "dataDump"
    }
    assert dumps
    for each in dumps:
        with portal.get(each.strip("<>").removeprefix(samples.BASE.rstrip("/"))) as file:
            assert file.status_code == 200


def test_void_is_where_it_is_looked_for(portal: FlaskClient) -> None:
    for path in ("/void", "/.well-known/void"):
        assert portal.get(path).headers["Location"].endswith("/dataset.ttl")


def test_the_description_meets_dcat_ap(portal: FlaskClient, shared: Path) -> None:
    shapes = (shared / "schemas" / "dcat-ap" / "shapes.ttl").read_bytes()
    for path in ("/dataset.ttl", "/dataset/release/1.ttl"):
        assert shacl(portal.get(path).data, shapes) == ()
    broken = b"\n".join(
        line for line in portal.get("/dataset.nt").data.splitlines() if expand("dcterms:publisher").encode() not in line
    )
    assert shacl(broken, shapes), "the shapes see what is missing"


def test_the_endpoint_knows_its_dataset_and_releases(services: Services) -> None:
    with checkpoints.opened(services.settings.data / "triples") as store:
        assert store is not None
        asked = f"""SELECT ?release ?triples {{ <{samples.BASE}dataset> <{expand("dcat:hasVersion")}> ?release .
            ?release <{VOID}triples> ?triples }}"""
        assert rows(store, asked)[0][0] == f"<{samples.BASE}dataset/release/1>"


@pytest.mark.parametrize(("language", "words"), [("fr", "La première."), ("pt", "A primeira."), ("en", "La première.")])
def test_the_page_shows_files_releases_and_what_the_data_cover(portal: FlaskClient, language: str, words: str) -> None:
    text = portal.get(f"/{language}/data").text
    assert words in text
    assert f"{samples.BASE}dataset/release/1" in text
    assert "/dataset/dump/2026-03-02/mutualis.nq.gz" in text
    assert text.count('<th scope="row">') >= 3


# The commands


def test_a_release_is_made_listed_and_asked_by_command(tmp_path: Path) -> None:
    data = tmp_path / "data"
    portal_rig.opened(data).close()
    assert mutualis(data, "release", "make").returncode == 1, "there are no triples yet"
    report(data, "rebuild", "triples")
    made = report(data, "release", "make", "--note-en", "The first.")
    assert made["release"]["name"] == "1"
    assert "Release 1" in made["citation"]
    assert [each["name"] for each in report(data, "release", "list")["releases"]] == ["1"]
    assert report(data, "dump")["dump"]["counts"]["resources"] > 0
    query = tmp_path / "query.rq"
    query.write_text(next(each.text for each in examples() if each.name.startswith("03")))
    now = mutualis(data, "query", query)
    then = mutualis(data, "query", query, "--release", "1")
    dump = mutualis(data, "query", query, "--dump", Path(made["path"]) / "mutualis.nq.gz")
    assert now.returncode == then.returncode == dump.returncode == 0, (now.stderr, then.stderr, dump.stderr)
    assert now.stdout == then.stdout == dump.stdout
    assert now.stdout.startswith("country,sector,resources")
    query.write_text(f"SELECT ?type {{ <resource/{samples.STANDARD}> a ?type }} ORDER BY ?type")
    assert mutualis(data, "query", query).stdout == mutualis(data, "query", query, "--release", "1").stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT nothing", "is not valid SPARQL"),
        ("DELETE WHERE { ?s ?p ?o }", "only reads"),
        ('PREFIX text: <http://jena.apache.org/text#> SELECT * { ?s text:query "x" }', "holds no search index"),
    ],
)
def test_a_query_that_cannot_be_asked_of_a_dump_says_why(tmp_path: Path, text: str, words: str) -> None:
    dump = tmp_path / "dump.nq"
    dump.write_text("<http://x/s> <http://x/p> <http://x/o> <http://x/g> .\n")
    query = tmp_path / "query.rq"
    query.write_text(text)
    done = mutualis(tmp_path / "none", "query", query, "--dump", dump)
    assert done.returncode == 1
    assert words in done.stderr


@pytest.mark.parametrize("content", [b"nonsense", b"\x1f\x8bnonsense", b"<a> <b> <c> .\n"])
def test_a_file_that_is_no_dump_says_so(tmp_path: Path, content: bytes) -> None:
    dump = tmp_path / "dump.nq.gz"
    dump.write_bytes(content)
    query = tmp_path / "query.rq"
    query.write_text("ASK {}")
    done = mutualis(tmp_path / "none", "query", query, "--dump", dump)
    assert (done.returncode, str(dump) in done.stderr) == (1, True)


def test_a_query_that_fails_leaves_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    dump, query, output = tmp_path / "dump.nq", tmp_path / "query.rq", tmp_path / "rows.csv"
    dump.write_text("<http://x/s> <http://x/p> <http://x/o> <http://x/g> .\n")
    query.write_text("SELECT ?s { ?s ?p ?o }")
    words = ("query", query, "--dump", dump, "--output", output)
    assert mutualis(tmp_path / "none", *words).returncode == 0
    written = output.read_bytes()
    assert written.split() == [b"s", b"http://x/s"]
    query.write_text("SELECT ?s { ?s ?p }")
    assert mutualis(tmp_path / "none", *words).returncode == 1
    assert output.read_bytes() == written
