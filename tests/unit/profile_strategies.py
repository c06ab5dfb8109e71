"""Any record at all, good or not, made by hypothesis from the profile's table."""

from typing import Any

from hypothesis import strategies as st
from profile_record import PARENT

from repository.profile.row import Range
from repository.profile.table import NODES, Property, properties
from repository.record import Record, Text

WORDS = st.text(max_size=12)
TAGS = st.sampled_from([None, "fr", "pt", "pt-GW", "ff-Adlm", "ar-TD", "sr-Latn-RS", "x-mu", "de-1996"])
TEXTS = st.builds(Text, WORDS, TAGS)
ADDRESSES = st.sampled_from(
    ["https://example.org/a", "http://exemple.bj/é?q=1&r=ü#f", "https://a:b@h.org:8080/%20", "https://example.org"]
)
LOCAL = st.sampled_from([PARENT, "0190b2aa-0000-7000-8000-00000000000a", "title", "abc"])
IRIS = st.sampled_from(["urn:isbn:9789991900012", "title:foo", "schema:name", "info:eu-repo/semantics/openAccess"])
DATES = st.dates().map(str) | st.dates().map(lambda day: str(day)[:7]) | st.dates().map(lambda day: str(day)[:4])
VALUES: dict[Range, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "string": WORDS,
    "concept": ADDRESSES | IRIS,
    "resource": LOCAL | ADDRESSES | IRIS,
    "url": ADDRESSES,
    "date": DATES | st.sampled_from(["2024-13-45", "hier", "0000", ""]),
    "timestamp": st.sampled_from(["2024-05-31T12:00:00Z", "2024-02-30T12:00:00Z", "yesterday"]),
    "duration": st.sampled_from(["PT40H", "P1Y2M3DT4H5M6.7S", "2h30"]),
    "integer": st.integers(-3, 2**80),
    "media-type": st.sampled_from(["application/pdf", "application/vnd.ms-excel", "PDF"]),
    "hexadecimal": st.sampled_from(["ab" * 32, "AB", "00"]),
    "checksum-algorithm": st.sampled_from(["sha256", "md5", "crc32"]),
    "source": st.sampled_from(["benin-pmb", "s1", "a b"]),
}
"""Range -> values in their usual form, whether good or not."""


def nodes(kind: str, addresses: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    parts = {each.attribute: held(each, addresses) for each in properties(NODES[kind])}
    if kind == "agent":
        parts["kind"] = st.sampled_from(["person", "organisation", None])
        parts["id"] = st.none() | addresses
    return st.builds(NODES[kind], **parts)


def held(each: Property, addresses: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    value = nodes(each.row.range, addresses) if each.row.range in NODES else VALUES[each.row.range]
    if each.many:
        return st.lists(value, max_size=2).map(tuple)
    return value if each.row.min and each.name != "publisher" else st.none() | value


def records(addresses: st.SearchStrategy[str]) -> st.SearchStrategy[Record]:
    """Records whose agents have these addresses, or none."""
    return st.builds(Record, id=LOCAL, **{each.attribute: held(each, addresses) for each in properties(Record)})


RECORDS = records(ADDRESSES | st.just("no address"))
