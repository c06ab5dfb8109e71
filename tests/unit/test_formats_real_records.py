"""Thousands of real records of other repositories are read, and not one of their words is lost."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from format_losses import lost
from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import lom, lom_reading, oai_dc, schema_org_document, schema_org_reading
from repository.formats import vcard as vcards
from repository.formats.oai_dc import NAMESPACE
from vocabularies.shipped import terms

TERMS = terms()


def dublin_core(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The oai_dc elements of every file that can be parsed, broken files left to the harvester."""
    for path in sorted(folder.rglob("*.xml")):
        try:
            root = etree.fromstring(path.read_bytes(), etree.XMLParser(resolve_entities=False))
        except etree.XMLSyntaxError:
            continue
        for element in root.iter(f"{{{NAMESPACE}}}dc"):
            yield path.name, etree.tostring(element, with_tail=False)


def test_no_value_of_a_real_oai_dc_record_is_lost(shared: Path) -> None:
    read, rules = 0, Counter[str]()
    for name, data in dublin_core(shared / "records"):
        reading = oai_dc.read(data, TERMS)
        values = ["".join(child.itertext()) for child in etree.fromstring(data) if isinstance(child.tag, str)]
        assert lost(values, reading, TERMS) == [], name
        read += 1
        rules.update(note.rule for note in reading.notes)
    assert read > 6000
    assert {"language-word", "date-form", "entities", "identifier-form", "licence-word", "text-language"} <= set(rules)


def test_real_oai_dc_records_written_again_keep_titles_subjects_and_rights(shared: Path) -> None:
    for _, data in dublin_core(shared / "records" / "oai-scrapi"):
        record = oai_dc.read(data, TERMS).record
        again = oai_dc.read(oai_dc.write(record, TERMS), TERMS).record
        assert {each.value for each in again.title} == {each.value for each in record.title}
        assert {each.value for each in again.keyword} == {each.value for each in record.keyword}
        assert again.licence == record.licence
        assert again.issued == record.issued


def lom_files(shared: Path) -> Iterator[tuple[str, bytes]]:
    for folder in ("lomfr-planet-terre", "scolomfr"):
        for path in sorted((shared / "records" / folder).glob("*.xml")):
            for data in lom_reading.records(path.read_bytes()):
                yield path.name, data


def lom_words(data: bytes) -> Iterator[str]:
    """The words of a lom element: no vocabulary tokens, no names of catalogues, vCards by line without contacts."""
    for element in etree.fromstring(data, etree.XMLParser(remove_comments=True)).iter():
        name = etree.QName(element).localname
        if name == "entity":
            agent, others = vcards.read(element.text or "")
            yield from (text.value for text in (agent.name if agent else ()))
            yield from (value for line, value in others if line not in vcards.CONTACT)
        elif name not in ("value", "label", "source", "catalog") and not len(element):
            yield element.text or ""


def test_no_words_of_a_real_lom_record_are_lost(shared: Path) -> None:
    read = 0
    for name, data in lom_files(shared):
        assert lost(lom_words(data), lom_reading.read(data, TERMS), TERMS) == [], name
        read += 1
    assert read >= 75


def test_no_e_mail_address_of_a_vcard_is_published(shared: Path) -> None:
    for _, data in lom_files(shared):
        record = lom_reading.read(data, TERMS).record
        assert b"@education.gouv.fr" not in lom.write(record, TERMS)
        assert not [word for word in record.source_word if "@education.gouv.fr" in word.text.value]


def leaves(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, held in value.items():
            if name not in ("@context", "@type", "type", "email", "telephone"):
                yield from leaves(held, name)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, key)
    elif value not in (None, "") and not isinstance(value, bool):
        yield str(value)


def json_files(shared: Path) -> Iterator[tuple[str, bytes]]:
    for folder in ("amb", "tess", "lrmi"):
        for path in sorted((shared / "records" / folder).glob("*.json*")):
            for data in schema_org_document.records(path.read_bytes()):
                yield path.name, data


def test_no_leaf_of_a_real_schema_org_document_is_lost(shared: Path) -> None:
    read = 0
    for name, data in json_files(shared):
        if name.startswith("zenodo"):
            continue
        reading = schema_org_reading.read(data, TERMS)
        assert lost(leaves(json.loads(data)), reading, TERMS) == [], name
        read += 1
    assert read >= 100


def test_json_that_is_not_schema_org_is_refused_with_a_sentence(shared: Path) -> None:
    refused = 0
    for name, data in json_files(shared):
        if name.startswith("zenodo"):
            with pytest.raises(UnreadableRecord, match="neither a name nor an address"):
                schema_org_reading.read(data, TERMS)
            refused += 1
    assert refused == 4
