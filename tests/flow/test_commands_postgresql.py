"""A catalogue in PostgreSQL, by the commands: all they do on SQLite, and what they say while the database is away."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from command_rig import EXAMPLES, SAMPLE, caught_up, mutualis, report, serving, until
from sqlalchemy import make_url

PARTNER = EXAMPLES / "partner" / "records.jsonld"
PASSWORD = "nobody-may-read-this"
PAGES = ("en/", "en/search", "en/sources", "oai?verb=Identify", "oai?verb=ListSets", "healthz")


@pytest.fixture(scope="module")
def database(new_postgresql: Callable[[], str]) -> str:
    """The address of an empty database, with a password in it that must never be shown."""
    return make_url(new_postgresql()).set(password=PASSWORD).render_as_string(hide_password=False)


@pytest.fixture(scope="module")
def data(database: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with the sample records, which each test serves anew."""
    folder = tmp_path_factory.mktemp("postgresql") / "data"
    report(folder, "init", "--database", database)
    assert report(folder, "import", *SAMPLE)["outcome"] == "complete"
    return folder


@contextmanager
def closed(address: str, server: str) -> Iterator[None]:
    """The database lets nobody in and throws out those who are; it opens again at the end of the block."""
    name = make_url(address).database
    with psycopg.connect(server.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())


def test_records_come_in_from_files_and_partners_are_shown_and_withdrawn(data: Path, tmp_path: Path) -> None:
    assert not (data / "catalogue.sqlite").exists()
    assert (data / "mutualis.toml").stat().st_mode & 0o077 == 0  # it holds a password
    other = tmp_path / "other"
    report(other, "init")
    report(other, "import", PARTNER)
    with serving(other) as partner, serving(data) as served:
        before = served.health()["published"]
        report(data, "harvest", f"{partner.address}oai", "--allow-private", "--source", "partner")
        assert served.health()["published"] == before + 12
        listed = "oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=source:partner"
        harvested = served.text(listed)
        assert harvested.count("<header>") == 12
        gone = harvested.partition("<identifier>")[2].partition("</identifier>")[0].rpartition(":")[2]
        report(data, "withdraw", gone, "--why", "a test")
        until(lambda: caught_up(served), "the projections to know of it")
        assert served.get(f"en/resource/{gone}")[0] == 410
        assert served.text(listed).count('status="deleted"') == 1
        title = "<http://purl.org/dc/terms/title>"
        titled = served.select(f"SELECT (COUNT(DISTINCT ?s) AS ?n) {{ GRAPH ?g {{ ?s {title} ?t }} }}")
        assert int(titled[0]) >= before + 11
        assert report(data, "doctor", "--online")["outcome"] == "complete"


def test_a_server_outlives_its_database_and_goes_on_when_it_is_back(
    data: Path, database: str, postgresql_url: str
) -> None:
    with serving(data) as served:
        published = served.health()["published"]
        with closed(database, postgresql_url):
            answers = [served.get(page, Accept="text/html") for page in PAGES]
            assert [status for status, _ in answers] == [503] * len(PAGES)
            assert not any(PASSWORD in body or "Traceback" in body for _, body in answers)
            for words in (["doctor"], ["import", PARTNER], ["init"]):
                done = mutualis(data, *words)
                assert done.returncode == 1
                assert len(done.stderr.strip().splitlines()) == 1, done.stderr
                assert "does not answer" in done.stderr
                assert PASSWORD not in done.stderr + done.stdout
        assert [served.get(page)[0] for page in PAGES] == [200] * len(PAGES)
        assert served.health()["published"] == published
        report(data, "import", PARTNER)
        until(lambda: caught_up(served), "the follower to have come back")
        said = "".join(served.stop())
    assert "Traceback" not in said
    assert PASSWORD not in said


@pytest.mark.parametrize(
    ("language", "address"),
    [
        ("en", "postgresql://mutualis:{password}@db.example/name"),
        ("fr", "postgresql+psycopg://mutualis:{password}@db.example:port/name"),
        ("pt", "postgresql+psycopg://mutualis:left@{password}@db.example/name"),
        ("en", "postgresql+psycopg://mutualis@127.0.0.1:1/name?password={password}"),
        ("fr", "postgresql+psycopg://mutualis:{password}@127.0.0.1:1/name?colour=red"),
    ],
)
def test_a_slip_in_the_address_is_told_without_the_password(tmp_path: Path, language: str, address: str) -> None:
    done = mutualis(tmp_path / "data", "init", language=language, MUTUALIS_DATABASE=address.format(password=PASSWORD))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "database" in done.stderr
    assert PASSWORD not in done.stderr
    assert "left" not in done.stderr


def test_a_user_without_rights_in_the_database_is_told(database: str, tmp_path: Path, postgresql_url: str) -> None:
    user = f"{make_url(database).database}_guest"
    with psycopg.connect(postgresql_url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(f'CREATE ROLE "{user}" LOGIN'.encode())
        try:
            guest = make_url(database).set(username=user).render_as_string(hide_password=False)
            done = mutualis(tmp_path / "data", "init", "--database", guest)
        finally:
            connection.execute(f'DROP ROLE "{user}"'.encode())
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert "every right" in done.stderr
