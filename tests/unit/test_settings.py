"""Settings: a file that a person edits, the environment that wins over it, and errors that name the remedy."""

import re
from dataclasses import Field, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from repository.errors import InvalidSetting, UnreadableFile
from repository.settings import FILE_NAME, Settings, read, template

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md"
SETTINGS = [each for each in fields(Settings) if each.name != "data"]


def written(folder: Path, text: str | bytes) -> Path:
    (folder / FILE_NAME).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_without_a_file_every_setting_has_its_default(tmp_path: Path) -> None:
    held = read(tmp_path, {})
    assert held == Settings(data=tmp_path)
    assert held.database_url == f"sqlite:///{tmp_path / 'catalogue.sqlite'}"


def test_the_file_sets_and_the_environment_wins(tmp_path: Path) -> None:
    folder = written(tmp_path, 'name = "Dépôt du Bénin"\nweb_workers = 3\noai_page_size = 50\n')
    held = read(folder, {"MUTUALIS_WEB_WORKERS": "5", "MUTUALIS_DATA": "elsewhere", "MUTUALIS_OTHER": "x"})
    assert (held.name, held.web_workers, held.oai_page_size, held.data) == ("Dépôt du Bénin", 5, 50, tmp_path)


def test_a_postgresql_address_takes_the_place_of_the_file(tmp_path: Path) -> None:
    address = "postgresql+psycopg://u:p@db.example.org/catalogue"
    assert read(tmp_path, {"MUTUALIS_DATABASE": address}).database_url == address


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("web_workers = 0", "web_workers"),
        ("web_workers = true", "web_workers"),
        ('web_workers = "many"', "web_workers"),
        ("query_seconds = 1000", "query_seconds"),
        ('base_iri = "https://example.org"', "base_iri"),
        ('base_iri = "https://example.org/?x=/"', "base_iri"),
        ('admin_email = "nobody"', "admin_email"),
        ('admin_email = "a@b@example.org"', "admin_email"),
        ('oai_namespace = "example"', "oai_namespace"),
        ('database = "mysql://x"', "database"),
        ('default_language = "de"', "default_language"),
        ('name = ""', "name"),
        ('colour = "red"', "colour"),
        ('data = "elsewhere"', "data"),
    ],
)
def test_a_wrong_value_is_named_with_the_file_to_correct(tmp_path: Path, line: str, named: str) -> None:
    with pytest.raises(InvalidSetting, match=f"Setting {named} .*{FILE_NAME}"):
        read(written(tmp_path, line), {})


@pytest.mark.parametrize("text", [b"name = ", b"name = 'caf\xe9'", b"\x00"])
def test_a_file_that_is_no_toml_is_told_as_such(tmp_path: Path, text: bytes) -> None:
    with pytest.raises(InvalidSetting, match="TOML"):
        read(written(tmp_path, text), {})


def test_a_file_that_cannot_be_read_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).mkdir()
    with pytest.raises(UnreadableFile, match=FILE_NAME):
        read(tmp_path, {})


def test_a_long_wrong_address_is_refused_at_once(tmp_path: Path) -> None:
    """A pattern that tries every way to part it would not end."""
    with pytest.raises(InvalidSetting):
        read(tmp_path, {"MUTUALIS_ADMIN_EMAIL": "a@" + "a." * 5000 + " "})


def test_a_new_file_shows_every_setting_and_sets_the_chosen_ones(tmp_path: Path) -> None:
    text = template({"name": "Catalogue"})
    assert read(written(tmp_path, text), {}) == Settings(data=tmp_path, name="Catalogue")
    for each in SETTINGS:
        assert re.search(rf"^{'' if each.name == 'name' else '# '}{each.name} = ", text, re.M)
        assert each.metadata["meaning"] in text
    shown = re.sub(r"^# (\w+ = )", r"\1", text, flags=re.M)
    assert read(written(tmp_path, shown), {}) == Settings(data=tmp_path, name="Catalogue")


@given(name=st.text(min_size=1, max_size=40), email=st.emails())
def test_whatever_name_is_chosen_the_new_file_can_be_read_or_is_not_made(
    tmp_path_factory: pytest.TempPathFactory, name: str, email: str
) -> None:
    folder = tmp_path_factory.mktemp("settings")
    try:
        text = template({"name": name, "admin_email": email}).encode()
    except InvalidSetting:
        return
    held = read(written(folder, text), {})
    assert (held.name, held.admin_email) == (name, email)


def test_a_new_file_is_not_made_of_wrong_values() -> None:
    with pytest.raises(InvalidSetting, match="base_iri"):
        template({"base_iri": "nowhere"})


@pytest.mark.parametrize("each", SETTINGS, ids=lambda each: each.name)
def test_every_setting_is_documented_with_its_meaning_default_and_values(each: Field[object]) -> None:
    default = "empty" if each.default == "" else f"`{each.default}`"
    row = f"| `{each.name}` | {each.metadata['meaning']} | {default} | {each.metadata['expected']} |"
    assert row in REFERENCE.read_text("utf-8").splitlines()


def test_no_setting_is_documented_that_there_is_not() -> None:
    named = re.findall(r"^\| `(\w+)` \|", REFERENCE.read_text("utf-8"), re.M)
    assert named == [each.name for each in SETTINGS]


def test_a_password_is_told_to_nobody(tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting) as caught:
        read(tmp_path, {"MUTUALIS_SPARQL_PASSWORD": "geheim\nzwei"})
    assert "geheim" not in str(caught.value)
