"""The real records of ../shared: every one is accounted for, and what is not stored is on the reviewed list."""

from pathlib import Path

import pytest

from bench.corpus.__main__ import GOLDEN
from bench.corpus.counting import in_answer, in_file, in_table
from bench.corpus.replay import replay
from repository import services


@pytest.fixture(scope="session")
def records(shared: Path) -> Path:
    return shared / "records"


def test_every_real_record_is_stored_or_has_a_line(records: Path, tmp_path: Path) -> None:
    opened = services.create(tmp_path / "data", {})
    rows, quarantine = replay(records, opened, lambda _what: None)
    published, _ = opened.catalogue.totals()
    opened.close()
    assert [row.group for row in rows if not row.balanced] == []
    assert quarantine == GOLDEN.read_text("utf-8").splitlines(), "python -m bench.corpus --update, then review"
    assert sum(row.offered for row in rows) > 13_000
    assert published > 13_000
    assert sum(row.outcomes.get("failed", 0) for row in rows if row.group.startswith("oai-scrapi/")) == 1


def test_records_are_counted_without_reading_them() -> None:
    inside = b"<collection><record></record><x:record ></x:record></collection>"
    marc = b"<record><header/><metadata>" + inside + b"</metadata></record>"
    assert in_answer(b"<ListRecords>" + marc * 3 + b"<!-- <record> --><recordings/></ListRecords>") == 3
    assert in_file(b"<results><lom><general/></lom><lom xmlns=''/></results>") == 2
    assert in_file(b'{"results": [1, 2]}') == in_file(b'{"a": 1}\n\n{"b": 2}') == 2
    assert in_file(b"<thing/>") == in_file(b"words") == 1
    assert in_table("\ufeffa;b\n1;2\n;\n3;4\n".encode()) == 2
