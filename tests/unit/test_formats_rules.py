"""The rules that turn partners' words into the profile's values, each with the words it must leave alone."""

import pytest

from repository.errors import UnknownFormat, UnreadableRecord
from repository.formats import table, vcard, xml
from repository.formats.normalise import dates, identifiers, rights, text, words
from vocabularies.shipped import terms

TERMS = terms()
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
CC = "http://creativecommons.org/"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2014", "2014"),
        ("2014-09", "2014-09"),
        ("2014-12-22T01:02:03Z", "2014-12-22"),
        ("2008-06-19 17:55:27", "2008-06-19"),
        ("20140922", "2014-09-22"),
        ("2010/5", "2010-05"),
        ("22/09/2014", "2014-09-22"),
        ("septembre 2014", "2014-09"),
        ("1er août 2019", "2019-08-01"),
        ("12 de março de 2015", "2015-03-12"),
        ("May 5, 2011", "2011-05-05"),
        ("c2010", "2010"),
        ("[2010]", "2010"),
        ("03/04/2020", None),
        ("2014-13-01", None),
        ("2014-02-30", None),
        ("10000-01-01", None),
        ("vers 1990", None),
        ("", None),
    ],
)
def test_a_date_is_taken_only_where_it_is_certain(written: str, meant: str | None) -> None:
    assert dates.date(written) == meant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("PT2H", "PT2H"),
        ("pt45m", "PT45M"),
        ("2h30", "PT2H30M"),
        ("02:30:00", "PT2H30M"),
        ("45 min", "PT45M"),
        ("120 heures", "PT120H"),
        ("une heure", None),
        ("0:00", None),
    ],
)
def test_a_duration_is_understood_in_words_and_clocks(written: str, meant: str | None) -> None:
    assert dates.duration(written) == meant


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("fr", ["FRA"]),
        ("FRE", ["FRA"]),
        ("fr_FR.utf8", ["FRA"]),
        ("Français, portugais", ["FRA", "POR"]),
        ("en fr", ["ENG", "FRA"]),
        ("http://id.loc.gov/vocabulary/iso639-2/por", ["POR"]),
        ("other", []),
        ("GE", []),
        ("en, klingonais du nord", []),
    ],
)
def test_languages_are_found_in_codes_names_lists_and_addresses(written: str, codes: list[str]) -> None:
    assert list(words.languages(written, TERMS)) == [LANGUAGE + code for code in codes]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("fre", "fr"), ("en_US", "en-US"), ("pt-gw", "pt-GW"), ("français", "fr"), ("", None), ("très bizarre", None)],
)
def test_text_languages_become_short_well_formed_tags(written: str, meant: str | None) -> None:
    assert words.text_language(written, TERMS) == meant


@pytest.mark.parametrize(
    ("written", "licence"),
    [
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "licenses/by/4.0/"),
        ("http://creativecommons.org/licenses/by-nc-sa/3.0", "licenses/by-nc-sa/3.0/"),
        ("www.creativecommons.org/licenses/by/3.0/igo/", "licenses/by/3.0/igo/"),
        ("https://creativecommons.org/publicdomain/zero/1.0/legalcode", "publicdomain/zero/1.0/"),
        ("CC BY-SA 4.0", "licenses/by-sa/4.0/"),
        ("CC-BY-NC-ND-4.0", "licenses/by-nc-nd/4.0/"),
        ("Creative Commons Attribution-NonCommercial-ShareAlike 4.0 International", "licenses/by-nc-sa/4.0/"),
        ("https://spdx.org/licenses/CC-BY-4.0.html", "licenses/by/4.0/"),
        ("See http://creativecommons.org/licenses/by/4.0/ for the terms", "licenses/by/4.0/"),
        ("http://creativecommons.org/licenses/by/3.0/us/", None),
        ("http://creativecommons.org/licenses/by/2.0", None),
        ("Creative Commons Attribution", None),
        ("by http://creativecommons.org/licenses/by/4.0/ or http://creativecommons.org/licenses/by-nd/4.0/", None),
        ("All rights reserved", None),
        ("unknown", None),
    ],
)
def test_a_licence_is_taken_only_with_its_version_and_without_a_national_port(
    written: str, licence: str | None
) -> None:
    assert rights.licence(written, TERMS) == (CC + licence if licence else None)


def test_only_open_access_is_certain_among_the_words_for_access() -> None:
    for written in ("openAccess", "info:eu-repo/semantics/openAccess", "http://purl.org/coar/access_right/c_abf2"):
        assert rights.access(written, TERMS) == rights.OPEN
    for written in ("restrictedAccess", "closedAccess", "embargoedAccess", "Restricted", "open"):
        assert rights.access(written, TERMS) is None


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("doi:10.5061/dryad.hq4v0", "https://doi.org/10.5061/dryad.hq4v0"),
        ("http://dx.doi.org/10.1589/jpts.26.1985", "https://doi.org/10.1589/jpts.26.1985"),
        ("ISBN 978-2-07-036822-8", "urn:isbn:9782070368228"),
        ("URN:ISBN:2-07-064309-3", "urn:isbn:2070643093"),
        ("ISSN 0145-0549", "urn:issn:0145-0549"),
        ("1234567890", None),
        ("0145-0540", None),
        ("BF-GP-2018-07", None),
    ],
)
def test_identifiers_have_one_form_where_their_check_digit_is_right(written: str, found: str | None) -> None:
    assert identifiers.identifier(written) == found


def test_media_types_are_told_from_extents() -> None:
    assert identifiers.media_type("PDF") == "application/pdf"
    assert identifiers.media_type("image/jpg") == "image/jpeg"
    assert identifiers.media_type("text/html; charset=utf-8") == "text/html"
    assert identifiers.media_type("56 p.") is None
    assert identifiers.byte_size("207217 bytes") == 207217
    assert identifiers.byte_size("207217") is None


@pytest.mark.parametrize(
    ("written", "read", "rules"),
    [
        ("a &amp;amp; b", "a & b", ("entities",)),
        ("<p>Un</p><p>Deux</p><script>alert(1)</script>", "Un Deux", ("markup",)),
        ("si a < b et c > d & e", "si a < b et c > d & e", ()),
        ("?a=1&copy=2", "?a=1&copy=2", ()),
        ("&lt;i&gt;x&lt;/i&gt; &nbsp;y", "x y", ("entities", "markup")),
        ("tab\x0bulation", "tabulation", ()),
    ],
)
def test_texts_lose_markup_and_double_escapes_and_nothing_else(written: str, read: str, rules: tuple[str, ...]) -> None:
    assert text.tidy(written) == (read, rules)


def test_two_letters_are_a_country_only_where_codes_are_meant() -> None:
    assert words.country("IN", TERMS) is None
    assert words.country("GW", TERMS, codes=True) == words.country("Guiné-Bissau", TERMS)


def test_a_vcard_is_read_in_the_shapes_that_partners_write() -> None:
    for card in (
        "BEGIN:VCARD\nVERSION:3.0\nN:Traoré;Awa\nFN:Awa Traoré\nEMAIL:awa@example.org\nEND:VCARD",
        "BEGIN:VCARD VERSION:3.0 N:Traoré;Awa FN:Awa Traoré EMAIL:awa@example.org END:VCARD",
        "begin:vcard\r\nn;charset=utf-8:Traoré;Awa;;;\r\nemail;type=internet:awa@example.org\r\nend:vcard",
    ):
        agent, others = vcard.read(card)
        assert agent is not None and agent.name[0].value == "Awa Traoré" and agent.kind == "person"
        assert [name for name, _ in others] == ["EMAIL"]
    assert vcard.read("BEGIN:VCARD\nEND:VCARD") == (None, ())


def test_xml_with_entities_or_beyond_its_limits_is_refused() -> None:
    for document in (
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
        b"<a>" * 5000 + b"</a>" * 5000,
        b"<a>\x01</a>",
        b"",
    ):
        with pytest.raises(UnreadableRecord):
            xml.parse(document)


def test_a_format_is_found_by_prefix_extension_and_media_type_with_profile() -> None:
    assert table.by_prefix("lom").prefix == "lom"
    assert table.by_media_type("application/ld+json").prefix == "jsonld"  # type: ignore[union-attr]
    assert table.by_media_type("application/ld+json", "http://schema.org/").prefix == "schema"  # type: ignore[union-attr]
    assert table.by_extension("ttl").prefix == "turtle"  # type: ignore[union-attr]
    assert table.by_extension("docx") is None
    with pytest.raises(UnknownFormat, match="oai_dc"):
        table.by_prefix("nonsense")
