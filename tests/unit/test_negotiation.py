"""Which format is asked for, of those that a repository offers."""

import pytest

from harvest.negotiation import KIN, RANKED, Offer, choose, ranked
from repository.formats.registry import Format
from repository.formats.table import FORMATS

DC = Offer("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")
LOM = Offer("ieee_lom", "http://ltsc.ieee.org/xsd/LOM")
RDF = Offer("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#")
STRANGE = Offer("didl", "urn:mpeg:mpeg21:2002:02-DIDL-NS")


def test_the_richest_that_both_sides_know_is_asked_for_under_the_partners_own_prefix() -> None:
    assert choose([DC, STRANGE, LOM], FORMATS) == "ieee_lom"


def test_a_repository_that_offers_nothing_known_is_asked_for_what_all_must_have() -> None:
    assert choose([STRANGE], FORMATS) == choose([], FORMATS) == "oai_dc"


def test_rdf_is_the_richest_between_two_of_our_own_and_nothing_elsewhere() -> None:
    rdf = Format("rdf", "application/rdf+xml", "rdf", namespace=RDF.namespace, read=FORMATS[0].read)
    assert choose([DC, LOM, RDF], (*FORMATS, rdf), kin=True) == "rdf"
    assert choose([DC, LOM, RDF], (*FORMATS, rdf)) == "ieee_lom"


def test_of_two_prefixes_of_one_namespace_the_one_that_is_ours_is_taken() -> None:
    other = Offer("dc", DC.namespace)
    assert choose([other, DC], FORMATS) == "oai_dc"
    assert [offer.prefix for offer in ranked([other, DC], FORMATS)] == ["oai_dc", "dc"]


@pytest.mark.parametrize("each", [each for each in FORMATS if each.read is not None and each.namespace])
def test_every_format_of_xml_that_can_be_read_has_its_rank(each: Format) -> None:
    assert each.prefix in (*RANKED, KIN)
