"""Every constraint of every property, broken once: the field rules and two SHACL engines name the same shape."""

import sys
from collections import defaultdict
from functools import cache

import pyshacl
import pytest
import shifty
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from profile_faults import Fault, faults, first_paths
from profile_record import COMPLETE, VOCABULARY
from profile_strategies import records

from repository.errors import UnreadableRecord
from repository.profile import nquads, rules, shapes, validation
from repository.profile.constraints import FORM, IDENTIFIABLE, constraints, shape_iri
from repository.profile.table import NODES, by_name
from repository.record import Record, Text
from vocabularies import shipped

TERMS = shipped.terms()
SHAPES = {need: shapes.graph(TERMS, need) for need in ("deposit", "harvest")}
ALL = faults(TERMS)
ENGINES = {"shifty": shifty, "pyshacl": pyshacl}
IN_RECORDS = [fault for fault in ALL if fault.spoil is None]


@cache
def found_by(engine: str) -> dict[str, set[str]]:
    """What one engine finds in all faulty records at once: id of the record -> shapes."""
    data = "\n".join(line for fault in ALL for line in fault.graph(TERMS)).encode()
    findings = validation.ENGINES[engine](ENGINES[engine], validation.well_typed(data), SHAPES["deposit"])
    found: dict[str, set[str]] = defaultdict(set)
    for focus, shape in findings:
        found[focus.removeprefix(f"{TERMS.base_iri}resource/").split("#")[0]].add(shape)
    return found


def is_node_fault(fault: Fault) -> bool:
    """Words where a node belongs have none of its fields either, so that more than one shape is right."""
    return any(fault.shape == shape_iri(steps[-1].name) for steps in first_paths() if steps[-1].row.range in NODES)


@pytest.mark.parametrize("fault", IN_RECORDS, ids=lambda fault: fault.name)
def test_the_field_rules_name_the_broken_constraint_its_place_and_value_and_nothing_else(fault: Fault) -> None:
    found = rules.check(fault.record, TERMS)
    assert [(each.shape, each.key, each.value) for each in found] == [(fault.shape, fault.key, fault.value)]
    assert found[0].severity == "violation"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)
def test_each_shacl_engine_names_the_same_shape(fault: Fault, engine: str) -> None:
    found = found_by(engine)[fault.record.id]
    assert found == {fault.shape} or (is_node_fault(fault) and fault.shape in found)


@pytest.mark.parametrize("need", SHAPES)
def test_no_faulty_record_passes_the_quick_way_of_the_preferred_engine(need: str) -> None:
    found = [validation.shacl("\n".join(fault.graph(TERMS)).encode(), SHAPES[need]) for fault in ALL]
    passed = [fault.name for fault, findings in zip(ALL, found, strict=True) if not findings]
    assert passed == ([fault.name for fault in ALL if fault.shape.endswith("/kit")] if need == "harvest" else [])


def test_every_constraint_of_every_property_is_broken_by_some_fault() -> None:
    expected = {shape_iri(steps[-1].name, name) for steps in first_paths() for name in constraints(steps[-1])}
    assert {fault.shape for fault in ALL} == expected


def test_the_good_record_passes_the_rules_and_both_engines() -> None:
    data = nquads.write(COMPLETE, TERMS)
    assert rules.check(COMPLETE, TERMS) == ()
    assert rules.check(COMPLETE, TERMS, "harvest") == ()
    for graph in SHAPES.values():
        assert all(validation.ENGINES[name](module, data, graph) == () for name, module in ENGINES.items())


def test_a_harvested_record_lacks_what_it_lacks_and_only_warnings_come_of_it() -> None:
    bare = Record(id="bare", title=(Text("Maçon"),), issued="2024-13-45")
    found = rules.check(bare, TERMS, "harvest")
    assert {each.severity for each in found} == {"warning"}
    assert shape_iri("issued", FORM) in {each.shape for each in found}
    assert IDENTIFIABLE not in {each.shape for each in found}


@pytest.mark.parametrize(
    "record", [Record(id="x"), Record(id="x", title=(Text(" ", "fr"),), identifier=("",), keyword=(Text("bois"),))]
)
def test_a_harvested_record_without_title_and_identifier_is_the_only_violation(record: Record) -> None:
    found = rules.check(record, TERMS, "harvest")
    assert [each.shape for each in found if each.severity == "violation"] == [IDENTIFIABLE]
    graph = SHAPES["harvest"]
    for name, module in ENGINES.items():
        findings = validation.ENGINES[name](module, nquads.write(record, TERMS), graph)
        assert {shape for _, shape in findings} == {each.shape for each in found}


def test_a_document_outside_any_kit_needs_no_occupation() -> None:
    study = replace(COMPLETE, resource_type=(VOCABULARY + "resource-type/ES",), occupation=(), level=())
    assert rules.check(study, TERMS) == ()
    assert validation.shacl(nquads.write(study, TERMS), SHAPES["deposit"]) == ()


def test_dates_of_different_precision_that_may_be_the_same_day_are_in_order() -> None:
    for issued, modified in (("2020-06-15", "2020"), ("2020", "2020-01-01"), ("2020-02", "2020-02-29")):
        record = replace(COMPLETE, issued=issued, modified=modified)
        assert rules.check(record, TERMS) == ()
        assert validation.shacl(nquads.write(record, TERMS), SHAPES["deposit"]) == ()


def test_lom_values_come_from_the_list_of_their_own_element() -> None:
    found = rules.check(replace(COMPLETE, difficulty=VOCABULARY + "lom/5.1-active"), TERMS)
    assert [each.shape for each in found] == [shape_iri("difficulty")]


def test_ill_typed_literals_of_a_partner_are_named_by_both_engines() -> None:
    resource = f"{TERMS.base_iri}resource/{COMPLETE.id}"
    xsd = "http://www.w3.org/2001/XMLSchema#"
    data = nquads.write(COMPLETE, TERMS).decode()
    data = data.replace(f'"2019"^^<{xsd}gYear>', f'"2024-13-45"^^<{xsd}date>').replace("PT900H", "2h30")
    expected = {(resource, shape_iri("issued")), (resource, shape_iri("timeRequired"))}
    for name, module in ENGINES.items():
        findings = validation.ENGINES[name](module, validation.well_typed(data.encode()), SHAPES["deposit"])
        assert set(findings) == expected


def test_a_graph_is_read_from_quads_triples_and_turtle_alike() -> None:
    faulty = replace(COMPLETE, landing_page="example.org")
    triples, quads = nquads.write(faulty, TERMS), nquads.quads(faulty, TERMS)
    turtle = b"@prefix mu: <https://w3id.org/mutualis/ns#> .\n" + triples
    found = [validation.shacl(data, SHAPES["deposit"]) for data in (triples, quads, turtle)]
    assert found == [((f"{TERMS.base_iri}resource/{faulty.id}", shape_iri("landingPage")),)] * 3


def test_the_second_engine_takes_over_where_the_first_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = nquads.write(replace(COMPLETE, landing_page="example.org"), TERMS)
    preferred = validation.shacl(data, SHAPES["deposit"])
    monkeypatch.setitem(sys.modules, "shifty", None)
    assert validation.shacl(data, SHAPES["deposit"]) == preferred != ()
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    with pytest.raises(validation.NoShaclEngine, match="install"):
        validation.shacl(data, SHAPES["deposit"])


def test_words_that_are_no_rdf_are_refused() -> None:
    with pytest.raises(UnreadableRecord, match="Turtle"):
        validation.shacl(b"https://example.org/data.ttl", SHAPES["deposit"])


def test_identical_titles_in_one_language_count_once() -> None:
    title = Text("Maçon", "fr")
    record = replace(COMPLETE, title=(title, title))
    assert rules.check(record, TERMS) == ()
    assert by_name("title").row.unique_language


# An agent with a web address is one node however often it is named, so that its names add up in the graph.
@given(records(st.just("no address")))
def test_rules_and_shapes_agree_on_any_record(record: Record) -> None:
    for need, graph in SHAPES.items():
        findings = validation.shacl(nquads.write(record, TERMS), graph)
        assert {each.shape for each in rules.check(record, TERMS, need)} == {shape for _, shape in findings}
