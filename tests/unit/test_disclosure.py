"""No public form of a record tells where the files are that are not for everybody."""

import msgspec
import pytest

from repository.catalogue import Stored
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.namespaces import VOCABULARY
from repository.record import CatalogRecord, Checksum, Distribution, Record, Text
from repository.store.records import State
from sparql.graphs import statements
from vocabularies import shipped

SECRET = "https://files.example.org/reserved/guide.pdf"
RECORD = Record(
    id="0192f0c0-0000-7000-8000-000000000001",
    title=(Text("Guide", "fr"),),
    identifier=("EX-1",),
    access=VOCABULARY + "access/on-request",
    distribution=(
        Distribution(
            access_url=SECRET + "?page",
            download_url=SECRET,
            media_type="application/pdf",
            byte_size=12,
            checksum=Checksum(algorithm="sha256", value="0" * 64),
        ),
    ),
)
WRITTEN = [each for each in FORMATS if each.write]


def written(record: Record, form: Format) -> str:
    assert form.write
    return form.write(record, shipped.terms()).decode()


@pytest.mark.parametrize("policy", ["on-request", "participants", None])
@pytest.mark.parametrize("form", WRITTEN, ids=lambda form: form.prefix)
def test_addresses_of_reserved_files_stand_in_no_format(form: Format, policy: str | None) -> None:
    access = VOCABULARY + f"access/{policy}" if policy else None
    record = msgspec.structs.replace(RECORD, access=access)
    assert "reserved" not in written(record, form)


@pytest.mark.parametrize("form", WRITTEN, ids=lambda form: form.prefix)
def test_addresses_of_open_files_stand_in_every_format(form: Format) -> None:
    record = msgspec.structs.replace(RECORD, access=VOCABULARY + "access/open")
    assert SECRET in written(record, form)


@pytest.mark.parametrize("form", WRITTEN, ids=lambda form: form.prefix)
def test_a_partners_record_without_a_policy_is_shown_as_the_partner_shows_it(form: Format) -> None:
    record = msgspec.structs.replace(RECORD, access=None, catalog_record=(CatalogRecord(source="partner"),))
    assert SECRET in written(record, form)


def test_addresses_of_reserved_files_stand_in_no_graph() -> None:
    state = State(RECORD.id, 1, "2026-01-01T00:00:00Z", False, None, None, "", b"", None, None)
    lines = "\n".join(statements.of_record(Stored(RECORD, state), shipped.terms()))
    assert "reserved" not in lines
    assert "byteSize" in lines
