"""Librarians and contributors at the workbench's pages, as a browser without scripts shows them."""

import re
from collections.abc import Iterator

import portal_catalogue as samples
import portal_rig
import pytest
from desk_rig import Browser, form_of, signed_in
from flask import Flask

from repository.app import create_app
from repository.services import Services

LIST = "/en/workbench/list/occupation"
TERM = f"{LIST}/term/electricien-batiment"
ENDS = (
    "/drafts",
    "/history",
    "/checks",
    "/translate",
    "/align",
    "/align?with=isco",
    "/sheet",
    "/split/electricien-batiment",
)


@pytest.fixture
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Services]]:
    services = portal_rig.opened(tmp_path_factory.mktemp("desk") / "data")
    yield create_app(services), services
    services.close()


@pytest.fixture
def librarian(desk: tuple[Flask, Services]) -> Browser:
    return signed_in(*desk, "lib@example.org", "librarian")


@pytest.fixture
def contributor(desk: tuple[Flask, Services]) -> Browser:
    return signed_in(*desk, "enm@example.org", "contributor")


def test_a_term_is_renamed_by_its_form_and_nothing_else_of_it_changes(
    desk: tuple[Flask, Services], librarian: Browser
) -> None:
    _, services = desk
    before = services.terms().concepts[samples.ELECTRICIAN]
    fields = form_of(librarian.get(TERM))
    fields["pref_label.fr"] = "Électricien d’équipement"
    assert librarian.post(TERM, **fields).status_code == 303
    after = services.curation.working().concept(samples.ELECTRICIAN)
    assert [text.value for text in after.pref_label if text.language == "fr"] == ["Électricien d’équipement"]
    from msgspec.structs import replace

    assert replace(after, pref_label=before.pref_label) == before
    assert "renamed" in librarian.get(LIST)


def test_an_untouched_form_says_that_nothing_is_different(librarian: Browser) -> None:
    answer = librarian.post(TERM, **form_of(librarian.get(TERM)))
    assert answer.status_code == 422
    assert "Nothing is different" in answer.text


def test_a_term_shows_what_hangs_on_it(librarian: Browser) -> None:
    page = librarian.get(TERM)
    assert "What hangs on it" in page
    assert "Bénin" in page or "Benin" in page


def test_what_was_typed_is_kept_when_something_is_wrong(librarian: Browser) -> None:
    fields = form_of(librarian.get(f"{LIST}/new"))
    answer = librarian.post(f"{LIST}/new", **{**fields, "definition.fr": "Une explication.", "broader": "nowhere"})
    assert answer.status_code == 422
    assert "Une explication." in answer.text
    assert "“nowhere” is no term of this list" in answer.text


def test_a_contributor_proposes_and_a_librarian_accepts(
    desk: tuple[Flask, Services], librarian: Browser, contributor: Browser
) -> None:
    _, services = desk
    fields = form_of(contributor.get(f"{LIST}/new"))
    fields |= {"pref_label.fr": "Soudeur sous-marin", "pref_label.pt": "Soldador submarino", "why": "demandé à Lomé"}
    assert contributor.post(f"{LIST}/new", **fields).status_code == 303
    assert services.curation.draft_counts() == {}, "a proposal is no draft"
    page = librarian.get(LIST)
    [path] = set(re.findall(r'href="(/en/workbench/list/occupation/proposal/[^"]+)"', page))
    assert "Soudeur sous-marin" in librarian.get(path)
    contributor.get(path)
    assert contributor.post(path, act="accept", why="").status_code == 403
    assert contributor.post(path, act="comment", why="Le métier existe au Togo.").status_code == 303
    assert "Le métier existe au Togo." in librarian.get(path)
    assert librarian.post(path, act="accept", why="").status_code == 303
    assert services.curation.draft_counts() == {"occupation": 1}
    assert librarian.filled(path, act="refuse", why="x").status_code == 409


def test_a_refusal_needs_a_reason(desk: tuple[Flask, Services], librarian: Browser, contributor: Browser) -> None:
    fields = form_of(contributor.get(TERM))
    assert contributor.post(TERM, **{**fields, "pref_label.en": "House electrician"}).status_code == 303
    [path] = set(re.findall(r'href="(/en/workbench/list/occupation/proposal/[^"]+)"', librarian.get(LIST)))
    assert librarian.filled(path, act="refuse").status_code == 422
    assert librarian.filled(path, act="refuse", why="trop étroit").status_code == 303
    assert "trop étroit" in contributor.get(path)


def test_a_merge_shows_what_it_touches_before_it_is_done(desk: tuple[Flask, Services], librarian: Browser) -> None:
    _, services = desk
    other = next(each for each in services.terms().in_scheme("occupation") if each.iri != samples.ELECTRICIAN)
    path = f"{LIST}/merge/electricien-batiment"
    page = librarian.get(path)
    assert str(len(services.catalogue.using([samples.ELECTRICIAN]))) in page
    assert librarian.post(path, into=other.notation, **_seen(page)).status_code == 422, "a reason is needed"
    assert librarian.post(path, into=other.notation, why="doublon", **_seen(page)).status_code == 303
    assert services.curation.working().concept(samples.ELECTRICIAN).replaced_by == (other.iri,)


def _seen(page: str) -> dict[str, str]:
    return {"seen": form_of(page)["seen"]}


def test_two_librarians_do_not_overwrite_each_other(desk: tuple[Flask, Services], librarian: Browser) -> None:
    other = signed_in(*desk, "two@example.org", "librarian")
    mine, theirs = form_of(librarian.get(TERM)), form_of(other.get(TERM))
    assert other.post(TERM, **{**theirs, "pref_label.en": "Wireman"}).status_code == 303
    answer = librarian.post(TERM, **{**mine, "pref_label.en": "Sparks"})
    assert answer.status_code == 409
    assert "two@example.org" in answer.text
    assert 'value="Sparks"' in answer.text
    assert librarian.post(TERM, **{**form_of(answer.text), "pref_label.en": "Sparks"}).status_code == 303


@pytest.mark.parametrize("language", ["fr", "pt", "en"])
def test_every_page_of_a_list_is_there_in_each_language(librarian: Browser, language: str) -> None:
    for end in (
        "",
        "/new",
        "/term/electricien-batiment",
        *(f"/{act}/electricien-batiment" for act in ("merge", "split")),
    ):
        librarian.get(f"/{language}/workbench/list/occupation{end}")
    for place in ("", "/words", "/import", "/account"):
        librarian.get(f"/{language}/workbench{place}")
