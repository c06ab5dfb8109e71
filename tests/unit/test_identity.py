"""Ids say where a record came from, and the same record always gets the same one."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from repository.identity import harvested_id, imported_id, native_id, slug

MOMENTS = st.integers(0, 2**48 - 1)
RANDOM = st.binary(min_size=10, max_size=10)


@given(MOMENTS, RANDOM)
def test_a_native_id_is_a_uuid_of_version_7_that_holds_its_moment(milliseconds: int, random: bytes) -> None:
    made = UUID(native_id(milliseconds, random))
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == milliseconds


@given(MOMENTS, MOMENTS, RANDOM, RANDOM)
def test_native_ids_sort_by_the_moment_they_were_made(first: int, second: int, one: bytes, other: bytes) -> None:
    if first < second:
        assert native_id(first, one) < native_id(second, other)


@given(RANDOM, RANDOM)
def test_two_native_ids_of_one_moment_differ_by_their_random_bits(one: bytes, other: bytes) -> None:
    free = int.from_bytes(one, "big") ^ int.from_bytes(other, "big")
    fixed = 0xF << 76 | 0x3 << 62
    assert (native_id(1, one) == native_id(1, other)) == (free & ~fixed == 0)


def test_the_example_of_the_standard_comes_out() -> None:
    """Source: RFC 9562, appendix A.6."""
    random = (0xCC3 << 64 | 0b01 << 62 | 0x18C4DC0C0C07398F).to_bytes(10, "big")
    assert native_id(0x017F22E279B0, random) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


def test_a_harvested_id_is_known_before_the_harvest_and_differs_between_sources() -> None:
    assert harvested_id("partner", "oai:partner:1") == harvested_id("partner", "oai:partner:1")
    ids = {harvested_id(source, id) for source in ("a", "ab") for id in ("oai:1", "boai:1", "b\noai:1")}
    assert len(ids) == 6
    assert {UUID(id).version for id in ids} == {5}


def test_ids_given_once_stay_as_they_are() -> None:
    """Addresses on the web depend on them: this test may never be changed."""
    assert harvested_id("bj-inifrcf", "oai:example.org:42") == "383a42ec-73e9-5829-b5da-1a4bfbae6c6c"
    assert imported_id("REF-1") == "dd7b9cc4-aad3-5754-a079-20ec83329e37"


def test_an_imported_id_is_not_a_harvested_one() -> None:
    assert imported_id("oai:1") not in {harvested_id("", "oai:1"), harvested_id("oai:1", "")}


def test_names_for_addresses_are_plain_letters_digits_and_hyphens() -> None:
    assert slug("Électricité (bâtiment)") == "electricite-batiment"
    assert slug("l'eau") == slug("l’eau") == "l-eau"
    assert slug("Main-d’œuvre – 2ᵉ année") == "main-d-oeuvre-2e-annee"
    assert slug("Manutenção") == "manutencao"
    assert slug("Ɛwɛ ŋkɔ, ɖevi") == "ewe-nko-devi"
    assert slug("  --  ") == ""


@given(st.text())
def test_any_words_give_a_name_that_an_address_can_hold(words: str) -> None:
    made = slug(words)
    assert made == "" or set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert not made.startswith("-") and not made.endswith("-") and "--" not in made
    assert slug(made) == made
