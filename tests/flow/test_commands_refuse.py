"""What the commands answer to bad input and bad luck: one sentence with its remedy, and nothing is lost."""

import ctypes
import json
import os
import shutil
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from command_rig import EXAMPLES, SAMPLE, WORDS, environment, free_port, mutualis, report, serving, starting

LANGUAGES = ("en", "fr", "pt")
PARTNER = EXAMPLES / "partner" / "records.jsonld"
_DROP_FROM_BOUNDING_SET, _PASS_OVER_PERMISSIONS = 24, 1


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalogue with a few records, to be copied, or used by those who change nothing."""
    data = tmp_path_factory.mktemp("refusals") / "data"
    report(data, "init")
    report(data, "import", PARTNER)
    return data


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("files")
    (folder / "broken.xml").write_text("<record><title>", "utf-8")
    (folder / "text.txt").write_text("good morning\n", "utf-8")
    (folder / "wrong.jsonld").write_text(
        '{"@context": "https://w3id.org/mutualis/context", "@graph": '
        '[{"@id": "019b8d70-3620-7c5d-8ab0-b372d5706f7f", "title": 5, "issued": ["x"]}]}',
        "utf-8",
    )
    return folder


def refused(done: subprocess.CompletedProcess[str], *, status: int = 1) -> str:
    """What a refused command said: one line, no traceback."""
    assert done.returncode == status, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    return done.stderr.strip()


def test_a_file_whose_name_is_not_utf8_is_kept_aside_like_any_other(data: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode("é.txt".encode("latin-1"))
    odd.write_text("good morning", "utf-8")
    done = mutualis(data, "import", odd)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "?.txt" in done.stdout


def test_a_file_that_cannot_be_read_is_told_without_the_folders_of_the_server(data: Path, tmp_path: Path) -> None:
    """The sources page shows everybody how the last run went."""
    (tmp_path / "inner").mkdir()
    told = report(data, "import", tmp_path / "inner" / "none.xml", status=1)
    problems = json.dumps([each["problems"] for each in told["files"]])
    assert "inner/none.xml" in problems
    assert str(tmp_path) not in problems


@pytest.mark.parametrize("name", ["broken.xml", "text.txt", "wrong.jsonld"])
def test_a_bad_file_is_kept_aside_with_its_reason_in_the_readers_language(made: Path, files: Path, name: str) -> None:
    said = set()
    for language in LANGUAGES:
        done = mutualis(made, "import", files / name, language=language)
        assert done.returncode == 1
        assert name in done.stdout
        assert "Traceback" not in done.stderr
        assert f"{files.name}/{name}" in done.stderr  # the place of the record, with its full reason
        said.add(done.stderr)
    assert len(said) == 3


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        (["harvest", "ftp://partner.example/oai"], "http"),
        (["harvest", "http:///oai"], "http"),
        (["harvest", "partner"], "http"),
        (["harvest", "http://127.0.0.1:1/oai"], "--allow-private"),
        (["import", "text.txt", "--mapping", "absent.toml"], "absent.toml"),
        (["template", "absent/inventory.xlsx"], "absent/inventory.xlsx"),
        (["serve", "--host", "nowhere.invalid"], "--host"),
        (["withdraw", "nothing", "--why", "a test"], "nothing"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(made: Path, words: list[str], needed: str) -> None:
    said = {refused(mutualis(made, *words, language=language)) for language in LANGUAGES}
    assert len(said) == 3
    assert all(needed in each for each in said)


def test_a_partner_that_nobody_reaches_is_named(made: Path) -> None:
    addresses = ("http://127.0.0.1:1/oai", "http://nowhere.invalid/oai")
    asked = [(address, language) for address in addresses for language in LANGUAGES]
    with ThreadPoolExecutor(len(asked)) as pool:  # each tries more than once, with pauses between
        tried = [
            pool.submit(mutualis, made, "harvest", address, "--allow-private", language=language)
            for address, language in asked
        ]
        said = [refused(each.result()) for each in tried]
    assert len(set(said)) == len(asked)
    assert all(address in each for each, (address, _) in zip(said, asked, strict=True))


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--port", "99999"],
        ["rebuild", "all"],
        ["harvest", "http://a.example/", "--source", "A b"],
        ["nothing"],
        [],
    ],
)
def test_wrong_arguments_are_told_with_the_usage_in_the_readers_language(made: Path, words: list[str]) -> None:
    said = set()
    for language in LANGUAGES:
        done = mutualis(made, *words, language=language)
        assert done.returncode == 2
        said.add(done.stderr)
    assert len(said) == 3


def test_a_file_that_is_not_there_is_named(made: Path) -> None:
    said = {mutualis(made, "import", "absent.xml", language=language).stderr.strip() for language in LANGUAGES}
    assert len(said) == 3
    assert all("absent.xml" in each and "\n" not in each for each in said)


@pytest.mark.parametrize("words", [["serve"], ["import", "x.xml"], ["doctor"], ["harvest", "http://a.example/"]])
def test_without_a_catalogue_the_way_to_one_is_named(tmp_path: Path, words: list[str]) -> None:
    for language in LANGUAGES:
        assert f"mutualis --data {tmp_path / 'none'} init" in refused(
            mutualis(tmp_path / "none", *words, language=language)
        )
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("line", "needed"),
    [
        ("oai_page_sise = 50", "oai_page_size"),
        ("oai_page_size = 0", "oai_page_size"),
        ("oai_page_size =", "mutualis.toml"),
        ('database = "postgresql+psycopg://u:secret@127.0.0.1:1/x"', "127.0.0.1:1"),
    ],
)
def test_a_slip_in_the_settings_names_the_setting_and_the_file(data: Path, line: str, needed: str) -> None:
    with (data / "mutualis.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"\n{line}\n")
    said = {refused(mutualis(data, "doctor", language=language)) for language in LANGUAGES}
    assert len(said) == 3
    assert all(needed in each and "secret" not in each for each in said)


def test_a_catalogue_of_a_newer_version_is_left_alone(data: Path) -> None:
    with sqlite3.connect(data / "catalogue.sqlite") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = (data / "catalogue.sqlite").read_bytes()
    for words in (["init"], ["doctor"], ["serve", "--port", free_port()]):
        assert "newer version" in refused(mutualis(data, *words))
    assert (data / "catalogue.sqlite").read_bytes() == before


def test_a_port_in_use_is_told(made: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        said = {refused(mutualis(made, "serve", "--port", port, language=language)) for language in LANGUAGES}
        assert len(said) == 3
        assert all(str(port) in each and "--port" in each for each in said)
        assert str(port) in refused(mutualis(made, "demo", "--folder", made.parent / "demo", "--port", port))


def test_a_folder_is_served_once(data: Path) -> None:
    with serving(data) as served:
        assert str(served.process.pid) in refused(mutualis(data, "serve", "--port", free_port()))
        assert served.get("fr/")[0] == 200


def test_a_partner_that_lacks_a_format_is_told_with_those_it_has(data: Path, made: Path) -> None:
    with serving(data) as served:
        done = mutualis(made, "harvest", f"{served.address}oai", "--allow-private", "--prefix", "marc21")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "oai_dc" in done.stderr
    assert "lom" in done.stderr


def test_a_folder_without_write_access_is_told(data: Path) -> None:
    for path in (data, *data.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        for words in (["init"], ["import", *SAMPLE], ["serve", "--port", free_port()]):
            done = mutualis(data, *words, limit=obey_permissions)
            assert done.returncode == 1
            assert "Traceback" not in done.stderr
            assert "--data" in done.stderr
    finally:
        for path in (data, *data.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)


def obey_permissions() -> None:
    """Make even root's next program obey the permissions of files; nothing for others, who do anyway."""
    ctypes.CDLL(None).prctl(_DROP_FROM_BOUNDING_SET, _PASS_OVER_PERMISSIONS, 0, 0, 0)


def test_a_full_disk_is_told_and_loses_nothing(data: Path, tmp_path: Path) -> None:
    small, saved = tmp_path / "small", tmp_path / "saved"
    small.mkdir()
    size = sum(-(-path.stat().st_size // 4096) * 4096 for path in data.rglob("*") if path.is_file())  # whole pages
    script = (
        f"mount -t tmpfs -o size={size + 300_000} none {small} && cp -r {data} {small}/data || exit 77\n"
        f'dd if=/dev/zero of={small}/filler bs=1k 2>/dev/null; "$@"; status=$?\n'
        f"rm {small}/filler; cp -r {small}/data {saved}; exit $status"
    )
    if not shutil.which("unshare"):
        pytest.skip("the program unshare is not here, so no small disk can be made")
    done = subprocess.run(
        ["unshare", "-Urm", "sh", "-c", script, "sh", *WORDS, "--data", f"{small}/data", "import", *map(str, SAMPLE)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(),
    )
    if done.returncode == 77 or "unshare failed" in done.stderr or "not permitted" in done.stderr:
        pytest.skip(f"no small disk can be made here: {done.stderr.strip()}")
    assert done.returncode in (1, 3), done.stdout
    assert "Traceback" not in done.stderr
    assert "full" in done.stderr
    again = report(saved, "import", *SAMPLE, PARTNER)
    assert again["outcome"] == "complete"
    with starting("--data", saved, "doctor") as process:
        assert process.communicate(timeout=60)[1] == ""
