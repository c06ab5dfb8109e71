"""What each format writes, and what becomes of foreign records, as files that a person can read and compare."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from golden_records import RECORDS

from repository.formats.reading import Reading
from repository.formats.registry import Format
from repository.formats.table import FORMATS, by_extension, by_prefix
from vocabularies.shipped import terms

HERE = Path(__file__).parent
TERMS = terms()
READERS = {"oai_dc": "oai_dc", "lom": "lom", "schema": "schema"}
INPUTS = [path for path in sorted(HERE.glob("*/read/*")) if ".expected" not in path.name]


def readable(reading: Reading) -> bytes:
    """A reading as indented JSON: the record without empty properties, then the notes."""
    content = {"record": reading.record, "notes": [msgspec.to_builtins(note) for note in reading.notes]}
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"


@pytest.mark.parametrize("name", RECORDS)
@pytest.mark.parametrize("form", [each for each in FORMATS if each.write], ids=lambda form: form.prefix)
def test_a_record_is_written_as_in_the_golden_file(
    form: Format, name: str, expect: Callable[[Path, bytes], None]
) -> None:
    assert form.write is not None
    expect(HERE / form.prefix / "written" / f"{name}.{form.extension}", form.write(RECORDS[name], TERMS))


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_a_foreign_record_is_read_as_in_the_golden_file(path: Path, expect: Callable[[Path, bytes], None]) -> None:
    folder = path.parent.parent.name
    form = by_prefix(READERS[folder]) if folder in READERS else by_extension(path.suffix[1:])
    assert form is not None and form.read is not None
    expect(path.with_name(f"{path.name}.expected.json"), readable(form.read(path.read_bytes(), TERMS)))


def test_there_are_at_least_five_foreign_records_of_each_kind() -> None:
    for folder in (*READERS, "rdf"):
        assert sum(path.parent.parent.name == folder for path in INPUTS) >= 5
