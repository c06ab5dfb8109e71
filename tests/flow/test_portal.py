"""The portal's pages, as readers of three languages see them."""

import gzip
import json
import re

import portal_catalogue as samples
import pytest
from flask.testing import FlaskClient
from lxml import html

from repository.profile import labels
from repository.profile.table import properties
from repository.record import Record
from repository.services import Services
from repository.web.fields import SECTIONS

LANGUAGES = ("fr", "pt", "en")
PAGES = (
    "",
    "search",
    "search?q=electricien&country=BJ&level=2",
    "search?show=kits",
    "search?q=zzzzqqqq",
    f"resource/{samples.FULL}",
    f"resource/{samples.HARVESTED}",
    f"kit/{samples.KIT}",
    "vocabulary",
    "vocabulary/occupation",
    "vocabulary/language?q=fon",
    "vocabulary/occupation/electricien-batiment",
    "vocabulary/lom/5.8-medium",
    "sources",
    "about",
)
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def page(portal: FlaskClient, path: str, status: int = 200) -> html.HtmlElement:
    answer = portal.get(path, headers=BROWSER)
    assert answer.status_code == status, answer.text
    return html.document_fromstring(answer.data)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def main_of(tree: html.HtmlElement) -> html.HtmlElement:
    return tree.xpath("//main")[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_well_made_in_every_language(portal: FlaskClient, language: str, path: str) -> None:
    tree = page(portal, f"/{language}/{path}")
    assert tree.get("lang") == language
    assert len(tree.xpath("//h1")) == 1
    assert tree.xpath("//title")[0].text.strip().endswith("Mutualis")
    ids = tree.xpath("//@id")
    assert len(ids) == len(set(ids))
    for field in tree.xpath("//input[not(@type='hidden')]"):
        assert field.xpath("ancestor::label") or tree.xpath(f"//label[@for='{field.get('id')}']")
    for named in tree.xpath("//@aria-labelledby"):
        assert named in ids
    scripts = tree.xpath("//script[not(@type='application/ld+json')]")
    assert [each.get("src", "").partition("?")[0] for each in scripts] in ([], ["/static/suggest.js"])
    assert not any(each.text for each in scripts)
    assert tree.xpath("//@style") == []
    assert tree.xpath("//*/@*[starts-with(name(), 'on')]") == []


@pytest.mark.parametrize("path", PAGES)
def test_the_language_switch_keeps_the_page(portal: FlaskClient, path: str) -> None:
    tree = page(portal, f"/fr/{path}")
    for language in LANGUAGES:
        link = tree.xpath(f"//nav[@class='languages']/a[@hreflang='{language}']/@href")[0]
        assert link == f"/{language}/{path}"
        assert portal.get(link, headers=BROWSER).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_head_describes_the_page_and_names_it_in_each_language(portal: FlaskClient, path: str) -> None:
    tree = page(portal, f"/pt/{path}")
    assert len(tree.xpath("//meta[@name='description']/@content")[0].strip()) > 10
    own = tree.xpath("//link[@rel='canonical']/@href")[0]
    assert own.endswith(f"/pt/{path.partition('?')[0]}")
    others = {each.get("hreflang"): each.get("href") for each in tree.xpath("//link[@rel='alternate'][@hreflang]")}
    assert set(others) == set(LANGUAGES)
    assert others["pt"] == own


@pytest.mark.parametrize("path", [path for path in PAGES if path and not path.startswith("search")])
def test_every_page_below_home_has_a_search_box(portal: FlaskClient, path: str) -> None:
    box = page(portal, f"/en/{path}").xpath("//header//form[@role='search']")[0]
    assert box.get("action") == "/en/search"
    assert box.xpath(".//input[@name='q']")


def test_crumbs_lead_up_from_a_resource(portal: FlaskClient) -> None:
    crumbs = page(portal, f"/fr/resource/{samples.STANDARD}").xpath("//nav[@class='crumbs']//a")
    assert [words(each) for each in crumbs] == ["Accueil", "Bénin", "Électricien bâtiment"]
    assert words(page(portal, crumbs[-1].get("href"))).count("Référentiel") > 0


def test_the_page_for_sparql_changes_its_language(portal: FlaskClient) -> None:
    tree = page(portal, "/sparql?lang=pt")
    assert tree.get("lang") == "pt"
    assert tree.xpath("//nav[@class='languages']/a/@href") == [f"/sparql?lang={each}" for each in LANGUAGES]
    assert "100 000 linhas" in words(main_of(tree)).replace("\u202f", " ")


def test_the_root_leads_to_the_readers_language(portal: FlaskClient) -> None:
    for asked, given in [("pt-GW,pt;q=0.9,fr;q=0.5", "pt"), ("en", "en"), ("de", "fr"), ("", "fr")]:
        answer = portal.get("/", headers={"Accept-Language": asked} if asked else {})
        assert (answer.status_code, answer.location) == (302, f"/{given}/")
        assert "Accept-Language" in answer.headers["Vary"]


def test_home_counts_what_each_country_has(portal: FlaskClient) -> None:
    tree = page(portal, "/pt/")
    counts = {
        words(each.xpath(".//span[@class='name']")[0]): words(each.xpath(".//span[@class='count']")[0])
        for each in tree.xpath("//ul[@class='countries']/li")
    }
    assert counts["Benim"] == "4"
    assert counts["Guiné-Bissau"] == "1"
    assert counts["Níger"] == "0"
    assert len(counts) == 9


def test_a_kit_is_found_in_three_actions(portal: FlaskClient) -> None:
    """Home, a question with a mistake in it, the kit."""
    form = page(portal, "/fr/").xpath("//form[@role='search']")[0]
    found = page(portal, f"{form.get('action')}?q=electricien+batimant")
    link = found.xpath("//article[@class='kit-card'][contains(., 'Bénin')]//h3/a/@href")[0]
    kit = page(portal, link)
    states = {item.get("class") for item in kit.xpath("//ul[@class='parts']/li")}
    assert states == {"deposited", "elsewhere", "nonexistent", "unknown"}


def test_a_kit_tells_an_unknown_part_from_one_that_does_not_exist(portal: FlaskClient) -> None:
    kit = main_of(page(portal, f"/en/kit/{samples.KIT}"))
    parts = {
        item.xpath(".//span[@class='mark']")[0].text: words(item) for item in kit.xpath(".//ul[@class='parts']/li")
    }
    assert "Bibliothèque du ministère" in parts["RMC"]
    assert "Does not exist" in parts["GOPM"]
    assert "Unknown" in parts["RE"]
    assert "ENM" not in words(kit), "who declared a part stays inside"


def test_facets_narrow_and_can_be_taken_away(portal: FlaskClient) -> None:
    tree = page(portal, "/fr/search?q=electricien&country=TG")
    assert words(tree.xpath("//ol[@class='results']")[0]).count("adapté au Togo") >= 1
    assert len(tree.xpath("//ol[@class='results']/li")) == 1
    assert tree.xpath("//input[@name='country'][@checked]/@value") == ["TG"]
    assert "BJ" in tree.xpath("//input[@name='country']/@value")
    without = tree.xpath("//ul[@class='chosen']/li[1]/a/@href")[0]
    assert len(page(portal, without).xpath("//ol[@class='results']/li")) == 4


def test_an_empty_search_offers_a_way_on(portal: FlaskClient) -> None:
    tree = page(portal, "/pt/search?q=zzzzqqqq&country=TG")
    assert "Nenhum resultado" in words(main_of(tree))
    assert tree.xpath("//div[@class='nothing']//a/@href")


STRANGE = (
    "page=0",
    "page=-3",
    "page=99999999999999",
    "page=x",
    "country=ZZ&sector=%00",
    "q=%FF%FE",
    "q=" + "a" * 5000,
    "q=%22%28%2B%3A%5E",
    "level=http://evil.example/",
    "show=all",
)


@pytest.mark.parametrize("query", STRANGE)
def test_a_strange_question_is_answered_all_the_same(portal: FlaskClient, query: str) -> None:
    page(portal, f"/fr/search?{query}")


def test_a_resource_page_shows_every_property_of_the_profile(portal: FlaskClient) -> None:
    tree = page(portal, f"/fr/resource/{samples.FULL}")
    shown = {words(each) for each in tree.xpath("//h2[@id='description']/following-sibling::dl/div/dt")}
    record = samples.full()
    for each in properties(Record):
        if each.name not in SECTIONS:
            assert getattr(record, each.attribute), f"the sample says nothing on {each.name}"
            assert labels.label(each.name, "fr") in shown
    text = words(main_of(tree))
    for said in ["Exercices ajoutés", "oai:pmb:42", "guide du maître", "ab" * 32, "Version imprimable",
                 "Arrêté 2021-118", "Union européenne", "40 h", "31 janvier 2022"]:  # fmt: skip
        assert said in text.replace("\u00a0", " ")


def test_a_text_in_another_language_is_marked(portal: FlaskClient) -> None:
    heading = page(portal, f"/en/resource/{samples.STANDARD}").xpath("//h1")[0]
    assert heading.xpath(".//span[@lang='fr']")
    assert "French" in words(heading)
    own = page(portal, f"/fr/resource/{samples.STANDARD}").xpath("//h1")[0]
    assert not own.xpath(".//@lang")


def test_a_title_in_the_readers_language_comes_first(portal: FlaskClient) -> None:
    assert words(page(portal, f"/pt/resource/{samples.FULL}").xpath("//h1")[0]).startswith("Guia completo")
    assert words(page(portal, f"/fr/resource/{samples.FULL}").xpath("//h1")[0]).startswith("Guide complet")


def test_files_are_linked_only_where_access_is_open(portal: FlaskClient) -> None:
    given = page(portal, f"/fr/resource/{samples.STANDARD}")
    assert given.xpath("//a[@href='https://example.org/doc.pdf']")
    asked = page(portal, f"/fr/resource/{samples.TEACHING_GUIDE}")
    assert "example.org/doc" not in html.tostring(main_of(asked), encoding="unicode")
    assert "Accès sur demande identifiée" in words(main_of(asked))
    unsaid = page(portal, f"/fr/resource/{samples.HARVESTED}")
    assert "ne sont pas indiquées" in words(main_of(unsaid))


def test_whoever_may_not_open_the_files_reads_how_to_ask_for_them(portal: FlaskClient) -> None:
    asked = page(portal, f"/pt/resource/{samples.TEACHING_GUIDE}").xpath("//p[@class='asking']")[0]
    assert "o uso previsto" in words(asked)
    assert asked.xpath(".//a[starts-with(@href, 'mailto:')]")
    assert page(portal, f"/pt/resource/{samples.STANDARD}").xpath("//p[@class='asking']") == []


def test_the_structured_data_holds_no_link_that_the_policy_keeps_back(portal: FlaskClient) -> None:
    kept = page(portal, f"/fr/resource/{samples.TEACHING_GUIDE}")
    assert "doc.pdf" not in kept.xpath("//script[@type='application/ld+json']")[0].text


def test_the_family_is_seen_from_both_sides(portal: FlaskClient) -> None:
    origin = words(page(portal, f"/fr/resource/{samples.STANDARD}").xpath("//section[@class='family']")[0])
    assert "adapté au Togo" in origin
    assert "Normes togolaises" in origin
    assert "Togo" in page(portal, f"/fr/resource/{samples.STANDARD}").xpath("//span[@class='place']/text()")
    adapted = page(portal, f"/fr/resource/{samples.ADAPTED}").xpath("//section[@class='family']//a/@href")
    assert f"/fr/resource/{samples.STANDARD}" in adapted


def test_words_of_strangers_are_never_markup_and_never_scripts(portal: FlaskClient) -> None:
    answer = portal.get(f"/fr/resource/{samples.HOSTILE}", headers=BROWSER)
    assert "<script>alert" not in answer.text
    tree = html.document_fromstring(answer.data)
    assert [link for link in tree.xpath("//@href") if link.lower().startswith("javascript:")] == []
    assert len(tree.xpath("//script")) == 1
    data = json.loads(tree.xpath("//script[@type='application/ld+json']")[0].text)
    assert (
        data["name"] in ("<script>alert(1)</script> & Cie", {"fr": "<script>alert(1)</script> & Cie"}) or data["name"]
    )
    for path in ("/fr/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/fr/%3Cscript%3E", "/fr/resource/%3Cb%3E"):
        assert "<script>alert" not in portal.get(path, headers=BROWSER).text
        assert "<b>" not in portal.get(path, headers=BROWSER).text.partition("<main")[2]


def test_a_withdrawn_resource_leaves_a_tombstone(portal: FlaskClient) -> None:
    tree = page(portal, f"/fr/resource/{samples.WITHDRAWN}", 410)
    assert "Ancien référentiel retiré" in words(main_of(tree))
    assert portal.get(f"/resource/{samples.WITHDRAWN}", headers={"Accept": "text/turtle"}).status_code == 410


@pytest.mark.parametrize(
    ("path", "language", "said"),
    [
        ("/fr/nothing", "fr", "Rien à cette adresse"),
        ("/pt/resource/nothing", "pt", "Nada neste endereço"),
        ("/en/kit/BJ/none/none", "en", "Nothing at this address"),
        ("/en/vocabulary/none", "en", "Nothing at this address"),
        ("/en/vocabulary/sector/none", "en", "Nothing at this address"),
    ],
)
def test_a_missing_page_is_told_in_the_readers_language(
    portal: FlaskClient, path: str, language: str, said: str
) -> None:
    tree = page(portal, path, 404)
    assert tree.get("lang") == language
    assert words(tree.xpath("//h1")[0]) == said


def test_a_vocabulary_is_a_tree_and_can_be_searched(portal: FlaskClient) -> None:
    tree = page(portal, "/fr/vocabulary/resource-type")
    inside = tree.xpath("//div[@class='tree']/ul/li[contains(., 'SA')]/ul//code/text()")
    assert "SA-MANUEL" in inside
    found = page(portal, "/fr/vocabulary/occupation?q=electricista")
    assert found.xpath("//div[@class='tree']//a[@href='/fr/vocabulary/occupation/electricien-batiment']")
    assert found.xpath("//div[@class='tree']//code") == [], "a code that only repeats the name is left to machines"


def test_a_concept_shows_its_names_mappings_and_resources(portal: FlaskClient) -> None:
    tree = page(portal, "/pt/vocabulary/occupation/electricien-batiment")
    text = words(main_of(tree))
    assert "Building electrician" in text
    assert tree.xpath("//a[starts-with(@href, 'http://data.europa.eu/esco/occupation/')]")
    assert tree.xpath("//a[@class='button']/@href") == ["/pt/search?occupation=electricien-batiment"]
    assert "4" in words(tree.xpath("//a[@class='button']")[0])


def test_sources_tell_how_their_last_run_went(portal: FlaskClient) -> None:
    tree = page(portal, "/fr/sources")
    ran = words(tree.xpath("//li[@id='biblioteca']")[0])
    assert "Partiel" in ran
    assert "12 proposées" in ran
    assert "3 en quarantaine" in ran
    assert "Rien" in ran or "/x" in ran
    assert "Jamais moissonné" in words(tree.xpath("//li[@id='pmb-cotonou']")[0])


def test_a_page_is_sent_once_and_then_only_confirmed(portal_services: Services, portal: FlaskClient) -> None:
    first = portal.get("/fr/search?q=electricien", headers=BROWSER)
    again = portal.get("/fr/search?q=electricien", headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = portal.get("/pt/search?q=electricien", headers={**BROWSER, "If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_pages_are_protected_by_their_headers(portal: FlaskClient) -> None:
    for path in ("/fr/", "/fr/nothing", "/healthz", f"/resource/{samples.FULL}.ttl"):
        headers = portal.get(path, headers=BROWSER).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Referrer-Policy" in headers


def test_a_compressed_page_is_the_same_page(portal: FlaskClient) -> None:
    plain = portal.get("/fr/about", headers=BROWSER)
    packed = portal.get("/fr/about", headers={**BROWSER, "Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data


def test_links_never_take_the_host_of_the_request(portal: FlaskClient) -> None:
    answer = portal.get("/fr/", headers={**BROWSER, "Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert "evil.example" not in answer.text
    moved = portal.get("/", headers={"Host": "evil.example"})
    assert moved.location == "/fr/"


def test_a_catalogue_mounted_below_a_path_links_below_it(portal: FlaskClient) -> None:
    answer = portal.get("/fr/", headers=BROWSER, environ_overrides={"SCRIPT_NAME": "/catalogue"})
    tree = html.document_fromstring(answer.data)
    local = [link for link in tree.xpath("//a/@href | //link/@href") if link.startswith("/")]
    assert local
    assert all(link.startswith("/catalogue/") for link in local)


def test_health_tells_the_newest_change_and_how_far_behind_each_projection_is(portal: FlaskClient) -> None:
    told = portal.get("/healthz").json
    assert told["status"] == "ok"
    assert told["published"] == 6
    assert told["projections"]["search"]["behind"] == 0


def test_french_pages_use_french_typography(portal: FlaskClient) -> None:
    text = main_of(page(portal, "/fr/about")).text_content()
    assert not re.search(r"\w[;:?!](\s|$)", re.sub(r"https?:\S+", "", text))


def test_the_style_sheet_is_kept_for_ever_and_sent_compressed(portal: FlaskClient) -> None:
    sheet = page(portal, "/fr/").xpath("//link[@rel='stylesheet']/@href")[0]
    answer = portal.get(sheet, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert len(answer.data) < 8_000
    assert gzip.decompress(answer.data) == portal.get(sheet).data
