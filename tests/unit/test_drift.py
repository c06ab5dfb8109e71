"""When a list is unlike its source: fields that are all but gone, and too many deletions."""

import pytest
from lxml import etree

from harvest.drift import Sample, Usual, judge
from harvest.response import Item

USUAL = Usual("oai_dc", 1000, {"title": 1000, "language": 900, "rights": 400})


def now(records: int, prefix: str = "oai_dc", **fields: int) -> Usual:
    return Usual(prefix, records, {"title": records, "language": records, "rights": 0, **fields})


@pytest.mark.parametrize("left", [0, 10, 29])
def test_an_expected_field_that_is_all_but_gone_is_a_sign(left: int) -> None:
    (sign,) = judge(USUAL, now(100, language=left), deleted=0, held=1000)
    assert sign.values == {"field": "language", "before": "90", "now": str(left)}
    assert "language" in sign.told("pt")


@pytest.mark.parametrize(
    ("usual", "new"),
    [
        (USUAL, now(100, language=31)),
        (USUAL, now(29, language=0)),
        (USUAL, now(100, prefix="lom", language=0)),
        (Usual("oai_dc", 9, {"language": 9}), now(100, language=0)),
        (Usual(), now(100, language=0)),
    ],
)
def test_less_than_that_or_too_little_to_tell_is_none(usual: Usual, new: Usual) -> None:
    assert judge(usual, new, deleted=0, held=1000) == []


def test_a_third_of_a_small_source_tells_as_much_as_thirty_of_a_large_one() -> None:
    assert judge(USUAL, now(10, language=0), deleted=0, held=30)
    assert not judge(USUAL, now(10, language=0), deleted=0, held=40)


def test_more_than_a_third_deleted_is_a_sign() -> None:
    assert [len(judge(USUAL, now(0), deleted=number, held=30)) for number in (10, 11)] == [0, 1]
    assert judge(USUAL, now(0), deleted=9, held=9) == []


def test_what_is_usual_follows_the_source_and_forgets_slowly() -> None:
    held = USUAL
    for _ in range(20):
        held = held.then(Usual("oai_dc", 500, {"title": 500}))
    assert held.records == 2000
    assert held.share("title") == 1
    assert held.share("language") < 0.01
    assert USUAL.then(Usual("lom", 3, {"general": 3})).prefix == "lom"


def test_fields_are_counted_where_they_say_something() -> None:
    lom = "<lom><general><title><string>A</string></title><keyword/></general><rights> </rights><x>1</x></lom>"
    dim = '<dim><field element="title">A</field><field element="date"> </field></dim>'
    for data, fields in (
        (lom, {"general", "general/title", "general/keyword", "x"}),
        (dim, {"field title"}),
    ):
        sample = Sample("p")
        sample.take([Item(identifier="1", node=etree.fromstring(data)), Item(identifier="2", deleted=True)])
        assert set(sample.usual().fields) == fields
        assert sample.records == 1


def test_a_long_page_is_counted_by_some_of_its_records() -> None:
    sample = Sample("p")
    sample.take([Item(identifier=str(number), node=etree.fromstring("<r><t>1</t></r>")) for number in range(500)])
    assert sample.records == 100
    assert sample.usual().share("t") == 1


def test_a_partner_that_makes_up_fields_fills_nothing() -> None:
    def page(start: int) -> list[Item]:
        fields = "".join(f'<field element="{"x" * 300}{start}-{number}">1</field>' for number in range(300))
        odd = etree.fromstring(f'<dim><field element="title">A</field>{fields}</dim>')
        return [Item(identifier=str(number), node=odd) for number in range(10)]

    sample = Sample("dim")
    for number in range(100):
        sample.take(page(number))
    found = USUAL.then(sample.usual()).then(sample.usual())
    assert found.share("field title") == 1
    assert len(found.fields) <= 200
    assert max(map(len, found.fields)) <= 80
