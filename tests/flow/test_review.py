"""Everything that waits for a person is decided from the command line too."""

import json
import os
import pwd
from pathlib import Path

import pytest
from command_rig import mutualis, report
from flask.testing import FlaskClient
from portal_catalogue import ACT, HARVESTED, STANDARD
from portal_rig import opened

from repository.app import create_app
from repository.catalogue import Entry
from repository.console import user
from repository.record import Record, Text
from repository.services import open_services


def two_alike(data: Path) -> None:
    services = opened(data)
    held = [services.catalogue.get(id).record for id in (STANDARD, HARVESTED)]
    alike = [
        Record(
            **{
                **_held(each),
                "title": (Text("Guide du formateur de menuiserie bois", "fr"),),
                "country": (),
                "creator": (),
                "publisher": None,
                "language": (),
            }
        )
        for each in held
    ]
    services.catalogue.put_many([Entry(alike[0]), Entry(alike[1], "biblioteca", "oai:b:1")], ACT)
    services.close()


def _held(record: Record) -> dict[str, object]:
    return {name: getattr(record, name) for name in Record.__struct_fields__}


def test_a_question_is_listed_shown_accepted_and_taken_back(tmp_path: Path) -> None:
    data = tmp_path / "data"
    two_alike(data)
    (question,) = report(data, "review", "list")["questions"]
    assert question["kind"] == "duplicate"
    assert "menuiserie" in mutualis(data, "review", "show", question["id"][:8], language="fr").stdout
    told = report(data, "review", "accept", question["id"][:8], "--why", "vu", "--who", "Awa")
    assert [(each["who"], each["why"]) for each in told["decided"]] == [("Awa", "vu")]
    page = _portal(data).get(f"/fr/resource/{STANDARD}").text
    assert "Décrite aussi ici" in page
    assert f"/fr/resource/{HARVESTED}" in page
    assert report(data, "review", "list")["questions"] == []
    assert len(report(data, "review", "list", "--state", "accepted")["questions"]) == 1
    assert report(data, "review", "accept", question["id"], status=1)["failed"]
    report(data, "review", "reopen", question["id"])
    assert "Décrite aussi ici" not in _portal(data).get(f"/fr/resource/{STANDARD}").text
    done = mutualis(data, "--json", "review", "refuse", question["id"], "ffffffff")
    assert done.returncode == 3
    assert "ffffffff" in json.loads(done.stdout)["failed"][0]["message"]


def test_an_empty_queue_says_so_in_the_language_of_the_user(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    assert mutualis(data, "review", "list", language="pt").stdout.strip() == "Nada espera uma decisão."


def _portal(data: Path) -> FlaskClient:
    return create_app(open_services(data)).test_client()


def test_a_user_without_a_name_decides_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_uid: int) -> None:
        raise KeyError("no such user")

    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert user() == str(os.getuid())
