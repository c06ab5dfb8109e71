"""Counted repairs of XML that is not well-formed. Each rule takes the text and says how often it acted.

Nothing is guessed silently: what a rule changed is counted under its name and stands in the run's report.
"""

import codecs
import html
import re
from collections import Counter
from collections.abc import Callable
from html.entities import html5
from typing import Final

from repository.formats.xml import clean
from repository.namespaces import PREFIXES

OAI: Final = "http://www.openarchives.org/OAI/2.0/"
OAI_DC: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

Rule = Callable[[str], tuple[str, int]]

_KNOWN: Final = {
    **PREFIXES,
    "oai_dc": OAI_DC,
    "oai": OAI,
    "xsi": XSI,
    "xlink": "http://www.w3.org/1999/xlink",
    "mods": "http://www.loc.gov/mods/v3",
    "dcterms": PREFIXES["dcterms"],
    "lom": "http://ltsc.ieee.org/xsd/LOM",
    "lomfr": "http://www.lom-fr.fr/xsd/LOMFR",
    "scolomfr": "http://www.lom-fr.fr/xsd/SCOLOMFR",
}
_NAME: Final = r"[A-Za-z_][\w.-]*"
_DECLARATION: Final = re.compile(rb"^\s*<\?xml[^>]*?\?>")
_EARLY: Final = re.compile(rb"\s+<\?xml")
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']""")
_DECLARED: Final = re.compile(rf"""xmlns:({_NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_USED: Final = re.compile(rf"""<({_NAME}):{_NAME}|\s({_NAME}):{_NAME}\s*=\s*["']""")
_REFERENCE: Final = re.compile(r"&#(?:x([0-9A-Fa-f]+)|([0-9]+));")
_AMPERSAND: Final = re.compile(r"&(?!(?:#[0-9]+|#x[0-9A-Fa-f]+|amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]*;)?")
_START: Final = re.compile(rf"<(?:{_NAME}:)?(?:OAI-PMH|records?)\b")
_ROOT: Final = re.compile(rf"<({_NAME}(?::{_NAME})?)(?=[\s/>])")


def decode(data: bytes, charset: str = "") -> tuple[str, int]:
    """The text of a document without its XML declaration, and how many bytes were not in its encoding.

    Tried in turn: the byte order mark, UTF-8 (which hardly ever fits by chance), the declared encoding, that of
    the HTTP header; what remains is UTF-8 in which each stray byte is read as windows-1252.
    """
    named = _ENCODING.search(data[:300])
    declared = named.group(1).decode("ascii") if named else ""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return _undeclared(data.decode(encoding, "replace")), 0
    body = _DECLARATION.sub(b"", data.removeprefix(codecs.BOM_UTF8), count=1)
    for encoding in ("utf-8", declared, charset):
        if (text := _decoded(body, encoding)) is not None:
            wrong = encoding.lower() not in ("utf-8", declared.lower())
            foreign = encoding == "utf-8" and declared.lower() not in ("", "utf-8", "utf8", "us-ascii")
            return text, int(wrong or (foreign and not text.isascii()))
    return _strays(body)


def declares_wrongly(data: bytes) -> bool:
    """Whether a document declares a Western single-byte encoding and is UTF-8 all the same.

    Such a document parses, with "Ã©" for "é": only this look tells.
    """
    named = _ENCODING.search(data[:300])
    if not named or named.group(1).lower() not in (b"iso-8859-1", b"iso-8859-15", b"windows-1252", b"latin1"):
        return False
    return not data.isascii() and _decoded(data, "utf-8") is not None


def mend(data: bytes, charset: str = "") -> tuple[str, Counter[str]]:
    """The document after every rule, and how often each acted."""
    text, strays = decode(data, charset)
    counts = Counter({"encoding": strays, "text-before-root": int(_EARLY.match(data) is not None)})
    for name, rule in RULES:
        text, times = rule(text)
        counts[name] += times
    return text, +counts


def declared(text: str) -> dict[str, str]:
    """Every namespace prefix that is declared anywhere in a document: prefix -> namespace, the first one wins."""
    found: dict[str, str] = {}
    for prefix, double, single in _DECLARED.findall(text):
        found.setdefault(prefix, html.unescape(double or single))
    return found


def _text_before_root(text: str) -> tuple[str, int]:
    if (start := _START.search(text)) is None:
        return text, 0
    before = text[: start.start()]
    lost = re.sub(r"<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>|\ufeff", "", before, flags=re.DOTALL).strip()
    return text[start.start() :], int(bool(lost))


def _text_after_root(text: str) -> tuple[str, int]:
    if (root := _ROOT.search(text)) is None:
        return text, 0
    ends = [each.end() for each in re.finditer(rf"</{re.escape(root.group(1))}\s*>", text)]
    if not ends or not text[ends[-1] :].strip():
        return text, 0
    return text[: ends[-1]], 1


def _illegal_characters(text: str) -> tuple[str, int]:
    kept = clean(text)
    times = len(text) - len(kept)

    def judge(found: re.Match[str]) -> str:
        nonlocal times
        number = int(found.group(1), 16) if found.group(1) else int(found.group(2))
        if number < 0x110000 and clean(chr(number)):
            return found.group()
        times += 1
        return ""

    return _REFERENCE.sub(judge, kept), times


def _ampersands(text: str) -> tuple[str, int]:
    def judge(found: re.Match[str]) -> str:
        name = found.group(1)
        if name and name in html5:
            return html.escape(html5[name])
        return "&amp;" + (name or "")

    return _AMPERSAND.subn(judge, text)


def _undeclared_prefixes(text: str) -> tuple[str, int]:
    used = {name for pair in _USED.findall(text) for name in pair if name}
    lacking = sorted(used - declared(text).keys() - {"xml", "xmlns"})
    if not lacking or (root := _ROOT.search(text)) is None:
        return text, 0
    added = "".join(f' xmlns:{prefix}="{_namespace(prefix)}"' for prefix in lacking)
    return text[: root.end()] + added + text[root.end() :], len(lacking)


RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("text-before-root", _text_before_root),
    ("text-after-root", _text_after_root),
    ("illegal-character", _illegal_characters),
    ("ampersand", _ampersands),
    ("undeclared-prefix", _undeclared_prefixes),
)
"""The rules on text in the order in which they act; `encoding` comes before them all."""


def _namespace(prefix: str) -> str:
    return _KNOWN.get(prefix, f"urn:undeclared:{prefix}")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding) if encoding else None
    except (UnicodeDecodeError, LookupError):
        return None


def _undeclared(text: str) -> str:
    return re.sub(r"^\ufeff?\s*<\?xml.*?\?>", "", text, count=1, flags=re.DOTALL)


def _strays(data: bytes) -> tuple[str, int]:
    """UTF-8 with the bytes that are not read as windows-1252, and their number."""
    parts, times = [], 0
    while data:
        try:
            parts.append(data.decode("utf-8"))
            break
        except UnicodeDecodeError as error:
            stray = data[error.start : error.end]
            parts += [data[: error.start].decode("utf-8"), stray.decode("cp1252", "replace")]
            times += len(stray)
            data = data[error.end :]
    return "".join(parts), times
