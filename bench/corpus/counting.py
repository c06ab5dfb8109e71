"""How many records a delivery offers, counted from its raw bytes without any of our readers."""

import csv
import io
import json
import re
from typing import Final

_RECORD: Final = re.compile(rb"<(/?)(?:\w+:)?record(?=[\s>])[^>]*>")
_LOM: Final = re.compile(rb"<(?:\w+:)?lom[\s>]")
_COMMENT: Final = re.compile(rb"<!--.*?-->", re.DOTALL)
_LISTS: Final = ("results", "documents", "hits", "data", "searchAPISearch")


def in_answer(body: bytes) -> int:
    """Records in an OAI-PMH answer: the outermost elements of that name (MARC has records inside)."""
    depth = found = 0
    for tag in _RECORD.finditer(_COMMENT.sub(b"", body)):
        if tag.group(1):
            depth = max(0, depth - 1)
        else:
            found += depth == 0
            depth += 1
    return found


def in_file(body: bytes) -> int:
    """Records in a file; a file that holds none that can be told apart is one."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return _in_json(body)
    if start == b"<":
        is_oai = re.search(rb"<(?:\w+:)?(?:header|metadata)[\s>]", body)
        return (in_answer(body) if is_oai else 0) or len(_LOM.findall(body)) or 1
    return 1


def in_table(body: bytes) -> int:
    """Rows of a CSV that are not blank, without its heading; objects of a JSON document."""
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        return _in_json(body)
    text = body.decode("utf-8-sig", "replace")
    separator = ";" if text.partition("\n")[0].count(";") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return sum(1 for row in rows if any(cell.strip() for cell in row)) - 1


def _in_json(body: bytes) -> int:
    text = body.decode("utf-8-sig")
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return sum(1 for line in text.splitlines() if line.strip())
    while isinstance(found, dict) and (name := next((each for each in _LISTS if each in found), None)):
        found = found[name]
    return len(found) if isinstance(found, list) else 1
