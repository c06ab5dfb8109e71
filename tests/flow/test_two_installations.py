"""Two installations of this software harvest each other: the catalogues are then equal, and nothing echoes."""

import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command_rig import SAMPLE, mutualis, report, serving

from repository.catalogue import Entry
from repository.profile.disclosure import disclosed
from repository.record import Record, Text
from repository.services import open_services


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample catalogue."""
    data = tmp_path_factory.mktemp("first") / "data"
    assert mutualis(data, "init").returncode == 0
    report(data, "import", *SAMPLE)
    return data


def published(data: Path, bases: tuple[str, ...]) -> dict[str, Any]:
    """Every published record by id, as plain values and as anybody may know it: addresses of resources without their
    base, no address of a reserved file, and without the note of where a description came from."""
    opened = open_services(data)
    try:
        found: dict[str, Any] = {}
        for id in opened.catalogue.published_ids():
            record = msgspec.structs.replace(
                disclosed(opened.catalogue.get(id).record, opened.terms()), catalog_record=()
            )
            text = msgspec.json.encode(record).decode()
            for base in bases:
                text = text.replace(f"{base}resource/", "")
            found[id] = msgspec.json.decode(text)
        return found
    finally:
        opened.close()


def withdrawn(data: Path) -> int:
    opened = open_services(data)
    try:
        return opened.catalogue.totals()[1]
    finally:
        opened.close()


def change(data: Path, id: str) -> None:
    opened = open_services(data)
    record: Record = opened.catalogue.get(id).record
    changed = msgspec.structs.replace(record, keyword=(*record.keyword, Text("révisé", "fr")))
    opened.catalogue.put_many([Entry(changed)], opened.act("test", "a revision"))
    opened.close()


def test_the_second_catalogue_equals_the_first_in_full_and_after_changes_and_nothing_echoes(
    first: Path, tmp_path: Path
) -> None:
    data, second = Path(shutil.copytree(first, tmp_path / "first")), tmp_path / "second"
    assert mutualis(second, "init").returncode == 0
    with serving(data) as served:
        words = ("harvest", f"{served.address}oai", "--allow-private", "--source", "first")
        told = report(second, *words)
        bases = (served.address, "http://localhost:8000/")
        here = published(data, bases)
        assert told["created"] == len(here) > 20
        assert told["outcome"] == "complete"
        assert published(second, bases) == here

        ids = sorted(here)
        report(data, "withdraw", ids[0], ids[1], "--why", "a test")
        change(data, ids[2])
        again = report(second, *words)
        assert again["deleted"] == 2 and again["changed"] == 1
        assert published(second, bases) == published(data, bases)
        assert withdrawn(second) == 2

        report(data, "import", *SAMPLE)  # brings the withdrawn ones back, and takes the revision away
        back = report(second, *words)
        assert back["restored"] == 2
        assert published(second, bases) == published(data, bases) == here

    with serving(second) as served:
        echo = report(data, "harvest", f"{served.address}oai", "--allow-private", "--source", "second")
        assert (echo["own"], echo["created"], echo["changed"]) == (len(here), 0, 0)
        assert echo["outcome"] == "complete"
        left = served.text("oai?verb=ListIdentifiers&metadataPrefix=oai_dc&set=without:first")
        assert "noRecordsMatch" in left, "all of the second's records came from the first"
    assert published(data, bases) == here
