"""Kits: which documents make one, what its address is, and what is said of a part that is not there."""

import pytest

from repository import kit as kits
from repository.kit import Declaration, Kit, KitKey, memberships, part_type, parts
from repository.namespaces import COUNTRY, VOCABULARY
from repository.record import Record
from vocabularies import shipped

TERMS = shipped.terms()
BENIN, TOGO = COUNTRY + "BEN", COUNTRY + "TGO"
CQP, CAP = VOCABULARY + "level/BJ-CQP", VOCABULARY + "level/TG-CAP"
REGIONAL, ISCED = VOCABULARY + "regional-level/3", VOCABULARY + "isced-level/3"
ELECTRICIAN, WELDER = VOCABULARY + "occupation/electricien-batiment", VOCABULARY + "occupation/soudeur"
TYPE = VOCABULARY + "resource-type/"
FRAMEWORK, MANUAL, GUIDE = TYPE + "RF", TYPE + "SA-MANUEL", TYPE + "GP"
KEY = KitKey(BENIN, CQP, ELECTRICIAN)


def record(**held: tuple[str, ...]) -> Record:
    whole = {"country": (BENIN,), "level": (CQP,), "occupation": (ELECTRICIAN,), "resource_type": (GUIDE,), **held}
    return Record(id="0190b2a0-0000-7000-8000-000000000001", **whole)


def a_kit(*documents: tuple[str, str], declared: tuple[Declaration, ...] = ()) -> Kit:
    return Kit(id="x", key=KEY, documents=documents, declarations=declared)


def kit_ids(described: Record) -> set[str]:
    return {place.kit for place in memberships(described, TERMS)}


def test_a_kit_is_addressed_by_its_country_level_and_metier() -> None:
    assert KEY.id(TERMS) == "BJ/BJ-CQP/electricien-batiment"
    assert kit_ids(record()) == {"BJ/BJ-CQP/electricien-batiment"}


def test_levels_of_two_schemes_with_one_notation_make_two_kits() -> None:
    addresses = [KitKey(BENIN, level, ELECTRICIAN).id(TERMS) for level in (REGIONAL, ISCED)]
    assert addresses == ["BJ/regional-level-3/electricien-batiment", "BJ/isced-level-3/electricien-batiment"]


def test_unknown_concepts_with_one_ending_make_two_kits_with_addresses_fit_for_the_web() -> None:
    iris = ("https://a.example.org/métiers/1", "https://b.example.org/métiers/1", "https://a.example.org/métiers/1/")
    addresses = {KitKey(BENIN, CQP, iri).id(TERMS) for iri in iris}
    assert len(addresses) == 3
    assert all(address.startswith("BJ/BJ-CQP/1-") and address.isascii() for address in addresses)
    assert all(address.count("/") == 2 for address in addresses)


@pytest.mark.parametrize("missing", ["country", "level", "occupation", "resource_type"])
def test_a_record_that_lacks_a_coordinate_is_in_no_kit(missing: str) -> None:
    assert memberships(record(**{missing: ()}), TERMS) == ()


def test_a_national_level_counts_for_its_own_country_only() -> None:
    both = record(country=(BENIN, TOGO), level=(CQP, CAP))
    assert kit_ids(both) == {"BJ/BJ-CQP/electricien-batiment", "TG/TG-CAP/electricien-batiment"}
    assert kit_ids(record(country=(TOGO,))) == set()


def test_a_regional_level_counts_for_every_country() -> None:
    made = kit_ids(record(country=(BENIN, TOGO), level=(REGIONAL,)))
    assert made == {"BJ/regional-level-3/electricien-batiment", "TG/regional-level-3/electricien-batiment"}


def test_a_record_that_names_nearly_everything_describes_no_kit() -> None:
    metiers = tuple(each.iri for each in TERMS.in_scheme("occupation"))
    assert len(memberships(record(occupation=metiers[:24]), TERMS)) == 24
    assert memberships(record(occupation=metiers[:25]), TERMS) == ()


def test_every_part_is_deposited_elsewhere_nonexistent_or_unknown() -> None:
    """An absence in the data is never mistaken for an absence in the world."""
    elsewhere = Declaration(type=FRAMEWORK, status=kits.ELSEWHERE, url="https://example.org/rf.pdf")
    held = Kit(id="x", key=KEY, documents=((GUIDE, "one"), (GUIDE, "two")), declarations=(elsewhere,))
    shown = {part.type: part for part in parts(held, TERMS)}
    assert (shown[GUIDE].status, shown[GUIDE].documents) == (kits.DEPOSITED, ("one", "two"))
    assert (shown[FRAMEWORK].status, shown[FRAMEWORK].declaration) == (kits.ELSEWHERE, elsewhere)
    rest = set(kits.expected(TERMS)) - {GUIDE, FRAMEWORK}
    assert rest and {shown[iri].status for iri in rest} == {kits.UNKNOWN}


def test_a_part_that_is_deposited_is_so_whatever_was_declared_before() -> None:
    gone = Declaration(type=GUIDE, status=kits.NONEXISTENT)
    (shown,) = (part for part in parts(a_kit((GUIDE, "one"), declared=(gone,)), TERMS) if part.type == GUIDE)
    assert (shown.status, shown.declaration) == (kits.DEPOSITED, None)


def test_a_document_that_no_kit_expects_is_shown_all_the_same() -> None:
    assert MANUAL not in kits.expected(TERMS)
    assert MANUAL in {part.type for part in parts(a_kit((MANUAL, "one")), TERMS)}


def test_parts_stand_in_the_order_of_engineering() -> None:
    ranks = [TERMS.concepts[part.type].property_values(kits.MU + "rank")[0] for part in parts(a_kit(), TERMS)]
    assert ranks == sorted(ranks) and len(ranks) == len(kits.expected(TERMS))


def test_a_narrower_type_is_the_part_that_a_kit_expects_or_else_itself() -> None:
    assert part_type(GUIDE, TERMS) == GUIDE
    assert part_type(MANUAL, TERMS) == MANUAL
    assert part_type("https://example.org/unknown", TERMS) == "https://example.org/unknown"


def test_welders_and_electricians_have_kits_of_their_own() -> None:
    assert len(kit_ids(record(occupation=(ELECTRICIAN, WELDER)))) == 2
