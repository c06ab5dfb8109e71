"""What a person decides about a source's words is remembered, applied beside the crosswalk, and can be taken back."""

from pathlib import Path

import harvest_rig
from command_rig import mutualis, report
from harvest_partner import page, pages, partner, record
from harvest_rig import Rig
from portal_catalogue import PORTUGUESE, concept

from harvest.choices import chosen, concept_named
from harvest.source import Choices
from repository.formats.reading import Reading
from repository.record import Record, SourceWord, Text
from repository.services import open_services
from vocabularies.shipped import terms

rig = harvest_rig.rig
GUIDE = concept("resource-type", "GP")
ODD = record("1").replace("<dc:language>fr</dc:language>", "<dc:type>Fascicule du maître</dc:type>")


def read(record: Record, *words: str, language: str = "") -> Record:
    choices = Choices(language)
    for each in words:
        choices = choices.then(*each.split("="))
    return chosen(Reading(record), choices, terms()).record


def test_words_of_a_source_mean_what_a_person_said(rig: Rig) -> None:
    choices = Choices(PORTUGUESE).then("FASCICULE du maître", GUIDE)
    with partner(pages(page(ODD))) as there:
        told = rig.harvest(there, choices=choices)
        held = rig.record("1")
        assert (held.resource_type, held.language, told.notes["choice"]) == ((GUIDE,), (PORTUGUESE,), 2)
        assert "Fascicule du maître" in {each.text.value for each in held.source_word}, "the words are kept"
        assert held.title[0].language == "pt"
        rig.harvest(there, full=True)
    assert rig.record("1").resource_type == (), "and a choice taken back leaves no trace"


def test_what_a_record_says_itself_is_never_replaced() -> None:
    said = Record(id="", language=(PORTUGUESE,), licence=concept("licence", "unknown"), rights=(Text("libre"),))
    cc0 = "http://creativecommons.org/publicdomain/zero/1.0/"
    assert read(said, f"libre={cc0}", language="x") == said


def test_keywords_types_and_rights_find_their_property() -> None:
    sector = concept("sector", "btp")
    held = Record(
        id="",
        keyword=(Text("Chantier"),),
        rights=(Text("Libre"),),
        source_word=(SourceWord(element="dc:coverage", text=Text("Gold Coast")),),
    )
    cc0 = "http://creativecommons.org/publicdomain/zero/1.0/"
    togo = concept_named("country/TGO", terms()) or ""
    found = read(held, f"chantier={sector}", f"LIBRE={cc0}", f"gold  coast={togo}")
    assert (found.sector, found.licence, found.country) == ((sector,), cc0, (togo,))
    assert (found.keyword, found.rights) == (held.keyword, held.rights)


def test_a_concept_is_named_by_address_list_and_code_or_label() -> None:
    for name in (GUIDE, "resource-type/GP", "resource-type/Guide pédagogique", "guide pedagogique"):
        assert concept_named(name, terms()) == GUIDE
    for name in ("", "nothing of the kind", "resource-type/nothing", "relation/translation", "x/GP"):
        assert concept_named(name, terms()) is None


def test_choices_are_made_on_the_command_line_and_applied_without_the_partner(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    with partner(pages(page(ODD))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private")
    told = report(
        data, "source", "choose", "partner", "--language", "fr", "--word", "Fascicule du maître=resource-type/GP"
    )
    assert told["words"] == {"fascicule du maitre": GUIDE}
    assert report(data, "replay", "partner")["changed"] == 1
    services = open_services(data)
    (id,) = services.catalogue.published_ids()
    assert services.catalogue.get(id).record.resource_type == (GUIDE,)
    services.close()
    assert "Guia pedagógico" in mutualis(data, "source", "choose", "partner", language="pt").stdout
    for wrong in ("Fascicule", "=GP", "Fascicule=nothing of the kind"):
        assert mutualis(data, "source", "choose", "partner", "--word", wrong).returncode == 1
    report(data, "source", "choose", "partner", "--language", "none", "--word", "fascicule du maître=")
    told = report(data, "replay", "partner")
    assert told["changed"] == 1
