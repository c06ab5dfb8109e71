"""What is in the folder of real records, and how each part of it reaches a catalogue.

OAI-PMH answers are lists that a partner serves; everything else is a file to import, some through a mapping.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Final, NamedTuple

MAPPINGS: Final = Path(__file__).parent / "mappings"

_TOKEN: Final = re.compile(rb"<(?:\w+:)?resumptionToken[^>]*>\s*([^<]*?)\s*</")
_PREFIX: Final = re.compile(rb'metadataPrefix="(\w+)"')
_ANSWER: Final = re.compile(rb"<(?:\w+:)?(?:ListRecords|GetRecord|error)[\s>/]")
_NOT_XML: Final = ("sickle/ListRecordsBroken.xml", "malformed/purdue-http200-not-xml.txt")
_FIXTURES: Final = ("amb", "scolomfr", "lrmi", "edm")
"""Folders of test documents that bear each other's identifiers: each file is a delivery of its own."""

_MAPPED: Final = {
    "african-storybook/stories.jsonl": "african-storybook",
    "csv2oai/data.csv": "csv2oai",
    "rncp/Kit_apprentissage_20231218.csv": "rncp",
    "learningregistry/nsdl_dc__data-000000000.json": "learningregistry",
    "learningregistry/oai_dc__data-000000000.json": "learningregistry",
    "mit-learn/bootcamps.json": "bootcamps",
    "mit-learn/mitxonline_courses.json": "mitxonline",
    "mit-learn/prolearn_mitpe_courses.json": "prolearn",
    "mit-learn/test_mitx_course.json": "mitx",
    "mit-learn/test_ocw_parsed.json": "ocw",
    "mit-learn/test_sloan_courses.json": "sloan",
    "mit-learn/xpro_courses.json": "xpro",
    "tess/zenodo_abt.json": "zenodo",
    "tess/zenodo_ardc.json": "zenodo",
    "tess/zenodo_ardc_2.json": "zenodo",
    "tess/zenodo_ardc_3.json": "zenodo",
}


class Listing(NamedTuple):
    """A list as a partner served it: pages in their order, each asked for by the token of the one before.

    `ended` tells that the last page has a token whose answer is not there, so that the server ends the list.
    """

    group: str
    name: str
    prefix: str
    pages: tuple[bytes, ...]
    tokens: tuple[str, ...]
    ended: bool


class Batch(NamedTuple):
    """Files to import together, with the mapping that reads them ("" for none)."""

    group: str
    paths: tuple[Path, ...]
    mapping: str


def listings(folder: Path) -> Iterator[Listing]:
    """Every OAI-PMH answer that a harvester can meet, chained as far as its tokens lead."""
    for (group, stem), files in groupby(_answers(folder), key=lambda path: _series(path)):
        chain: list[bytes] = []
        parts: list[list[bytes]] = []
        for path in files:
            body = path.read_bytes()
            if not chain or not _token(chain[-1]):
                chain = []
                parts.append(chain)
            chain.append(body)
        for number, pages in enumerate(parts, start=1):
            name = f"{stem}-{number}" if len(parts) > 1 else stem
            tokens = tuple(_token(page) for page in pages)
            yield Listing(group, name, _prefix(pages[0]), tuple(pages), tokens, bool(tokens[-1]))


def batches(folder: Path) -> Iterator[Batch]:
    """Every other file, by folder and mapping."""
    served = set(_answers(folder))
    files = [path for path in sorted(folder.glob("*/*")) if path not in served and path.is_file()]
    for (group, mapping, alone), paths in groupby(files, key=lambda path: _way(folder, path)):
        held = tuple(paths)
        yield from (Batch(group, (path,), mapping) for path in held) if alone else (Batch(group, held, mapping),)


def _way(folder: Path, path: Path) -> tuple[str, str, bool]:
    group = path.parent.name
    return group, _MAPPED.get(path.relative_to(folder).as_posix(), ""), group in _FIXTURES


def _answers(folder: Path) -> list[Path]:
    found = [path for path in folder.glob("*/*") if _is_answer(folder, path)]
    return sorted(found, key=lambda path: (path.parent.name, *_series(path), _number(path)))


def _is_answer(folder: Path, path: Path) -> bool:
    if path.relative_to(folder).as_posix() in _NOT_XML:
        return True
    if path.suffix != ".xml":
        return False
    body = path.read_bytes()
    return re.search(rb"<(?:\w+:)?OAI-PMH[\s>]", body[:2000]) is not None and _ANSWER.search(body) is not None


def _series(path: Path) -> tuple[str, str]:
    """The group that a row of the table stands for, and the list within it that a file is a page of."""
    folder, name = path.parent.name, path.stem
    if folder == "oai-scrapi":
        provider = name.rpartition(".")[0]
        return f"{folder}/{provider}", provider
    if folder == "sickle" and re.fullmatch(r"ListRecords\d*", name):
        return folder, "ListRecords"
    return folder, name


def _number(path: Path) -> int:
    digits = re.search(r"(\d+)$", path.stem)
    return int(digits.group(1)) if digits and path.parent.name in ("oai-scrapi", "sickle") else 0


def _token(page: bytes) -> str:
    found = _TOKEN.search(page)
    return found.group(1).decode("utf-8", "replace") if found else ""


def _prefix(page: bytes) -> str:
    found = _PREFIX.search(page[:4000])
    return found.group(1).decode() if found else "oai_dc"
