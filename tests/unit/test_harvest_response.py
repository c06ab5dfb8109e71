"""Answers are read strictly; what is repaired is counted, and one broken record costs no other."""

from hypothesis import given
from hypothesis import strategies as st

from harvest import repair
from harvest.errors import NotOaiPmh
from harvest.response import parse
from repository.formats import oai_dc
from vocabularies import shipped

HEAD = '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate>'


def answer(content: str) -> str:
    return f"{HEAD}<ListRecords>{content}</ListRecords></OAI-PMH>"


def record(name: str, inside: str = "<x xmlns='urn:x'>é</x>") -> str:
    header = f"<header><identifier>{name}</identifier><datestamp>2026-01-01</datestamp></header>"
    return f"<record>{header}<metadata>{inside}</metadata></record>"


def test_metadata_is_one_element_with_its_namespaces() -> None:
    (item,) = parse(answer(record("1", "<x xmlns='urn:x'><y>é</y></x> tail")).encode()).items
    assert item.metadata.startswith(b"<x ")
    assert "<y>é</y></x>".encode() in item.metadata
    assert item.metadata.endswith(b"</x>")
    assert (item.element, item.place) == ("{urn:x}x", "/OAI-PMH/ListRecords/record[1]")


def test_records_inside_metadata_are_not_records_of_the_list() -> None:
    marc = "<collection xmlns='http://www.loc.gov/MARC21/slim'><record><leader/></record><record/></collection>"
    page = parse(answer(record("1", marc) + record("2", marc)).encode())
    assert [item.identifier for item in page.items] == ["1", "2"]


def test_a_broken_record_with_records_inside_costs_no_other() -> None:
    marc = "<collection xmlns='http://www.loc.gov/MARC21/slim'><record><leader></record></collection>"
    page = parse(answer(record("1") + record("2", marc) + record("3")).encode())
    assert [(item.identifier, item.fault is None) for item in page.items] == [("1", True), ("2", False), ("3", True)]
    assert page.items[1].received.startswith(b"<record>")
    assert page.repairs["isolated"] == 1


def test_a_cut_answer_keeps_the_records_before_the_cut_and_the_bytes_of_the_cut_one() -> None:
    whole = answer(record("1") + record("2"))
    page = parse(whole[: whole.index("</metadata></record></ListRecords>")].encode())
    assert page.cut
    assert [item.identifier for item in page.items] == ["1", "2"]
    assert page.items[1].fault is not None
    assert page.items[1].received.endswith("é</x>".encode())


def test_the_token_of_a_page_with_a_broken_record_is_kept() -> None:
    token = '<resumptionToken completeListSize="7"> a&amp;b </resumptionToken>'
    strict = parse(answer(record("1") + token).encode())
    isolated = parse(answer(record("1", "<a></b>") + token).encode())
    assert (strict.token, strict.announced) == ("a&b", 7)
    assert (isolated.token, isolated.announced) == ("a&b", 7)
    assert parse(answer(record("1") + "<resumptionToken/>").encode()).token == ""
    assert parse(answer(record("1")).encode()).token is None


@given(st.binary(max_size=400))
def test_no_bytes_whatever_break_the_reader(noise: bytes) -> None:
    """Noise in the second record costs neither the first nor the reader's composure."""
    before, after = answer(record("1") + record("2", "NOISE") + record("3")).encode().split(b"NOISE")
    try:
        page = parse(before + noise + after)
    except NotOaiPmh:
        assert b"<!ENTITY" in noise
        return
    assert page.items[0].identifier == "1"


@given(st.text(max_size=200))
def test_mended_text_holds_no_illegal_character(text: str) -> None:
    mended, counts = repair.mend(f"<OAI-PMH>{text}</OAI-PMH>".encode("utf-8", "surrogatepass"))
    assert repair.clean(mended) == mended
    assert all(times > 0 for times in counts.values())


def test_stray_bytes_are_read_as_windows_1252_beside_good_utf_8() -> None:
    text, strays = repair.decode("é".encode() + b" \x93caf\xe9\x94 " + "ü".encode())
    assert (text, strays) == ("é “café” ü", 3)


def test_a_declared_prefix_is_not_declared_again() -> None:
    text, counts = repair.mend(b"<OAI-PMH xmlns:a='urn:a'><a:x b:y='1'><c:z/></a:x></OAI-PMH>")
    assert counts == {"undeclared-prefix": 2}
    assert text.startswith('<OAI-PMH xmlns:b="urn:undeclared:b" xmlns:c="urn:undeclared:c" xmlns:a=')


def test_an_element_within_an_answer_reads_as_its_own_bytes_do() -> None:
    """What stands around the metadata, such as a language of the whole answer, is not the record's."""
    dc = (
        f'<d:dc xmlns:d="{repair.OAI_DC}" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A &amp; B</dc:title>'
        '<dc:language>fr</dc:language><x:note xmlns:x="urn:x">un <b>deux</b></x:note></d:dc>'
    )
    whole = answer(record("1", dc) + record("2", f"<wrap xml:lang='en'>{dc}</wrap>"))
    items = parse(whole.replace("<OAI-PMH ", '<OAI-PMH xml:lang="pt" ', 1).encode()).items
    terms = shipped.terms()
    by_node = [oai_dc.read_element(each.node, terms) for each in items if each.node is not None]
    assert by_node == [oai_dc.read(each.metadata, terms) for each in items]
    assert [each.record.title[0].language for each in by_node] == ["fr", "en"]
